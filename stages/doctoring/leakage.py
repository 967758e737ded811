"""Checks of repeated rows: of training rows in validation or test, of validation rows in test, and within a split."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from stages.doctoring.copies import swapped_key
from stages.doctoring.evidence import Answer, Evidence
from stages.results.findings import Finding, Severity
from stages.results.prepared import Row
from stages.wording.message import message
from stages.wording.names import split_name

# A share of copies that can move a score by half a point, about what published encoders differ by, is worth knowing of;
# one that can move it by two points is as large as the differences that are reported.
LEAK_WARNING, LEAK_SEVERE = 0.005, 0.02
LEAST = 3  # rows; fewer decide nothing
# What recurs within train as often as from train to another split is the corpus's own habit: tables of results, forms
# of words, stories sent twice. Up to these shares, of texts that say too much to recur by chance and of near copies:
# CoNLL-2003 has 9 % and 7 % within train, 2 % and 2 % of its test in train; the templates of the sample 29 % and 11 %.
HABIT_EXACT, HABIT_NEAR = 0.02, 0.35
# Standard errors of a habit; rows of one document recur together, which doubles them.
ERRORS, CLUSTERED = 3.0, 2.0
# Of that many rows one split is (part of) the other, and no longer shares some with it.
SAME = 0.5
# Rows of a known author or document may be some ten points easier than others: such a share of them moves the score by
# half a point. From SAME on most rows are such, and the score says little about new groups.
SHARED_GROUPS = 0.05
# Lee et al., 2022 (https://aclanthology.org/2022.acl-long.577) call corpora with a few per cent of copies duplicated;
# CoNLL-2003, in which headings recur, has 5 %.
DUPLICATES = 0.08
# Northcutt et al., 2021 (https://arxiv.org/abs/2103.14749) find a few per cent of wrong labels in well-kept test sets.
CONFLICTS = 0.01
# Copies of a corpus whose labels have the same order agree on nearly all texts; with fewer rows chance may decide.
COPIES, AGREEMENT = 20, 0.5


def leaked_rows(evidence: Evidence) -> Iterator[Finding]:
    """Rows of test, or of validation, that repeat rows of train, or of test that repeat rows of validation."""
    for split in evidence.rows:
        if split == "train":
            continue
        yield from _swapped_pairs(evidence, split, "train")
        learned = split == "validation" and leak_excess(evidence, split, "train") >= SAME
        yield from _validation_is_train(evidence) if learned else _leaked(evidence, split, "train")
        if split != "validation":
            yield from _swapped_pairs(evidence, split, "validation")
            shared = max(float(np.mean(_copied(evidence, *pair)))
                         for pair in ((split, "validation"), ("validation", split)))
            yield from _same_split(evidence, split) if shared >= SAME else _leaked(evidence, split, "validation")


def _leaked(evidence: Evidence, split: str, source: str) -> Iterator[Finding]:
    copies, rows = evidence.copies, len(evidence.rows[split])
    exact, near = copies.exact(split, source), copies.near(split, source)
    short = exact & ~_distinctive(evidence, split)
    excess = leak_excess(evidence, split, source)
    severity: Severity
    if excess >= LEAK_WARNING:
        severe = excess >= LEAK_SEVERE and split != "validation" and source == "train"
        severity = "severe" if severe else "warning"
    elif source == "train" and exact.mean() >= LEAK_SEVERE:
        severity = "note"
    else:
        return
    yield Finding.of(
        "leaked_rows", severity, split, evidence.everything if severity != "note" else (),
        exact=int(exact.sum()), rows=rows, split=split_name(split), exact_share=float(exact.mean()),
        source=split_name(source), short=int(short.sum()), near=int(near.sum()), near_share=float(near.mean()),
        reason=message("why-leaked-habit" if severity == "note" else
                       "why-leaked-train" if source == "train" else "why-chosen-on-test"),
        remedy=message("fix-leaked-habit") if severity == "note" else
        message("fix-leaked-rows", source=split_name(source)))


def _swapped_pairs(evidence: Evidence, split: str, source: str) -> Iterator[Finding]:
    """Pairs that a row of ``source`` has in the other order, severe where many have its label, too.

    A relation that holds in both directions has one label for both. Where it does not, the other label is no copy,
    but follows from the order.
    """
    answers = _answers_of_swapped(evidence, split, source)
    swapped = np.array([bool(found) for found in answers], bool)
    same = np.array([row.answer in found for row, found in zip(evidence.rows[split], answers, strict=True)], bool)
    if not _many(swapped, LEAK_WARNING):
        return
    severe = _many(same, LEAK_SEVERE) and split != "validation" and source == "train"
    yield Finding(
        "leaked_rows", "severe" if severe else "warning", split, evidence.everything,
        message("found-leaked-swapped", swapped=int(swapped.sum()), rows=len(swapped), split=split_name(split),
                share=float(swapped.mean()), source=split_name(source), same=int(same.sum())),
        message("why-chosen-on-test" if source != "train" else "why-leaked-train" if _many(same, LEAK_WARNING) else
                "why-leaked-swapped"),
        message("fix-leaked-rows", source=split_name(source)))


def _many(rows: np.ndarray, share: float) -> bool:
    return bool(rows.sum() >= LEAST and rows.mean() >= share)


def _answers_of_swapped(evidence: Evidence, split: str, source: str) -> list[set[Answer]]:
    """For every row of ``split``, the answers of the rows of ``source`` that are it with the two texts swapped.

    None for a row that is a copy without that, and for texts that recur by chance.
    """
    if evidence.task.kind != "pair":
        return [set() for _ in evidence.rows[split]]
    copies, answers = evidence.copies, defaultdict(set)
    for row, key in _distinctive_rows(evidence, source):
        answers[swapped_key(key)].add(row.answer)
    apart = _distinctive(evidence, split) & ~_copied(evidence, split, source)
    return [answers.get(key, set()) if alone else set()
            for key, alone in zip(copies.keys[copies.splits[split]], apart, strict=True)]


def test_in_pretraining_text(evidence: Evidence) -> Iterator[Finding]:
    """Rows of test that repeat training rows which arms were pre-trained on, and on whose labels none was trained.

    What repeats rows that were trained on is what ``leaked_rows`` is about.
    """
    if not evidence.unlabeled:
        return
    read = replace(evidence, rows={**evidence.rows, "train": evidence.unlabeled})
    swapped = np.array([bool(found) for found in _answers_of_swapped(read, "test", "train")], bool)
    excess = leak_excess(read, "test", "train") + (float(swapped.mean()) if swapped.sum() >= LEAST else 0.0)
    if excess >= LEAK_WARNING:
        copied = _copied(read, "test", "train") | swapped
        yield Finding.of(
            "test_in_pretraining_text", "severe" if excess >= LEAK_SEVERE else "warning", "test", evidence.readers,
            number=int(copied.sum()), rows=len(copied), share=float(copied.mean()),
            remedy=message("fix-leaked-rows", source=split_name("train")))


def shared_groups(evidence: Evidence) -> Iterator[Finding]:
    """Rows of test whose group, an author or a premise, has rows in train or validation that they do not repeat.

    A number is that of a document within its file, and says nothing about the documents of another.
    """
    known = {row.group for source in ("train", "validation") for row in evidence.rows[source]}
    for split, rows in evidence.rows.items():
        if split in ("train", "validation"):
            continue
        copied = _copied(evidence, split, "train") | _copied(evidence, split, "validation")
        shared = [row.group for row, copy in zip(rows, copied, strict=True)
                  if row.group in known and row.group and not row.group.isdecimal() and not copy]
        share = len(shared) / len(rows)
        if len(shared) >= LEAST and share >= SHARED_GROUPS:
            yield Finding.of(
                "shared_groups", "severe" if share >= SAME else "warning", split, evidence.everything,
                number=len(shared), rows=len(rows), split=split_name(split), share=share, groups=len(set(shared)))


def leak_excess(evidence: Evidence, split: str, source: str) -> float:
    """Share of the rows of ``split`` that repeat rows of ``source`` beyond what recurs by habit or by chance.

    Drawn from one source, a row of any split is in train as often as a row of train is in the rest of it.
    """
    copies, distinctive = evidence.copies, _distinctive(evidence, split)
    known = _distinctive(evidence, "train")
    within = copies.exact("train", "train")
    exact, near = copies.exact(split, source), copies.near(split, source)
    habits = ((within & known, 0), (within & ~known, 2), (copies.near("train", "train") & known, 1))
    # What was not seen in few rows may be seen in the next ones, but for texts that do not recur by chance.
    rates = [(float(rows.sum()) + unseen) / (len(rows) + 2 * unseen) for rows, unseen in habits]
    compared = ((exact & distinctive, min(rates[0], HABIT_EXACT)), (exact & ~distinctive, rates[1]),
                (near & distinctive, min(rates[2], HABIT_NEAR)))
    found = 0.0
    for rows, habit in compared:
        margin = ERRORS * (CLUSTERED * habit * (1 - habit) * (1 / len(rows) + 1 / len(known))) ** 0.5
        if rows.sum() >= LEAST and rows.mean() > habit + margin:
            found += float(rows.mean()) - habit
    return found


def _same_split(evidence: Evidence, split: str) -> Iterator[Finding]:
    there, back = _copied(evidence, split, "validation"), _copied(evidence, "validation", split)
    yield Finding.of(
        "test_is_validation", "severe", split, evidence.everything,
        there=int(there.sum()), rows=len(there), there_share=float(there.mean()), split=split_name(split),
        back=int(back.sum()), validation_rows=len(back), back_share=float(back.mean()),
        reason=message("why-chosen-on-test"))


def _validation_is_train(evidence: Evidence) -> Iterator[Finding]:
    copied = _copied(evidence, "validation", "train")
    yield Finding.of(
        "validation_is_train", "severe", "validation", evidence.everything,
        number=int(copied.sum()), rows=len(copied), share=float(copied.mean()))


def _copied(evidence: Evidence, split: str, source: str) -> np.ndarray:
    return evidence.copies.exact(split, source) | evidence.copies.near(split, source)


def _distinctive(evidence: Evidence, split: str) -> np.ndarray:
    return evidence.copies.distinctive[evidence.copies.splits[split]]


def _distinctive_rows(evidence: Evidence, split: str) -> Iterator[tuple[Row, str]]:
    """The rows of a split whose texts say too much to recur by chance, each with the key that its copies share."""
    keys = evidence.copies.keys[evidence.copies.splits[split]]
    for row, key, distinctive in zip(evidence.rows[split], keys, _distinctive(evidence, split), strict=True):
        if distinctive:
            yield row, key


def duplicate_rows(evidence: Evidence) -> Iterator[Finding]:
    """Rows that repeat an earlier one of their split, or are near copies within it more than those of other splits."""
    copies = evidence.copies
    for split, rows in evidence.rows.items():
        distinctive = _distinctive(evidence, split)
        keys = [key for _, key in _distinctive_rows(evidence, split)]
        repeated = len(keys) - len(set(keys))
        near = copies.near(split, split) & distinctive
        others = [float(np.mean(copies.near(other, "train") & _distinctive(evidence, other)))
                  for other in evidence.rows if other != split]
        habit = min(max(others), HABIT_NEAR)
        margin = ERRORS * (CLUSTERED * habit * (1 - habit) / min(len(rows), len(evidence.rows["validation"]))) ** 0.5
        many = float(near.mean()) - habit - margin
        if repeated / len(rows) + max(many, 0.0) >= DUPLICATES:
            yield Finding.of(
                "duplicate_rows", "warning", split, evidence.everything,
                repeated=repeated, rows=len(rows), repeated_share=repeated / len(rows), split=split_name(split),
                near=int(near.sum()), near_share=float(near.mean()))


def conflicting_labels(evidence: Evidence) -> Iterator[Finding]:
    """Equal texts with different labels in one split."""
    for split, rows in evidence.rows.items():
        answers: dict[str, Counter[Answer]] = defaultdict(Counter)
        for row, key in _distinctive_rows(evidence, split):
            answers[key][row.answer] += 1
        conflicting = [counts.total() for counts in answers.values() if len(counts) > 1]
        touched = sum(conflicting)
        if touched / len(rows) >= CONFLICTS and touched >= LEAST:
            yield Finding.of(
                "conflicting_labels", "warning", split, evidence.everything,
                texts=len(conflicting), split=split_name(split), rows=touched, share=touched / len(rows))


def labels_of_copies_disagree(evidence: Evidence) -> Iterator[Finding]:
    """Texts that train and test share, and whose labels differ: the mark of another label order."""
    copies = evidence.copies
    answers = {key: row.answer for key, row in zip(
        copies.keys[copies.splits["train"]], evidence.rows["train"], strict=True)}
    for split in evidence.rows:
        pairs = [(answers[key], row.answer) for row, key in _distinctive_rows(evidence, split) if key in answers]
        agreeing = sum(first == second for first, second in pairs)
        if split != "train" and len(pairs) >= COPIES and agreeing / len(pairs) < AGREEMENT:
            yield Finding(
                "swapped_labels", "severe", split, evidence.everything,
                message("found-copies-disagree", shared=len(pairs), split=split_name(split), same=agreeing),
                message("why-swapped-splits"), message("fix-swapped-splits"))


CHECKS = (leaked_rows, test_in_pretraining_text, shared_groups, duplicate_rows, conflicting_labels,
          labels_of_copies_disagree)
