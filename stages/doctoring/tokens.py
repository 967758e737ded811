"""Checks of the tokenization, and of the origin of the checkpoint."""

import re
from collections.abc import Iterator, Mapping

import numpy as np

from stages.doctoring.evidence import Evidence
from stages.results.findings import Finding, Severity
from stages.settings.arms import REFERENCE, arm_of_key
from stages.wording.message import message
from stages.wording.names import split_name

# A tokenizer of the language leaves few tokens unknown; that of the embedded sample, of 4,000 pieces, at most 4.5 %.
# One of another language knows few words.
UNKNOWN_WARNING, UNKNOWN_SEVERE = 0.05, 0.1
# A word piece has several characters (Rust et al., 2021, https://aclanthology.org/2021.acl-long.243); more tokens than
# characters are bytes or letters of an alphabet that the vocabulary has no words of.
TOKENS_PER_CHARACTER = 1.0
# What is cut off cannot be read. It is a note where one row in twenty is cut, a warning where one token in ten is lost;
# where a quarter is lost, it is another task.
TRUNCATED, LOST_WARNING, LOST_SEVERE = 0.05, 0.1, 0.25
# A WordPiece vocabulary has no mark of SentencePiece but the sign itself; in a SentencePiece one a third has it.
MARKED = 0.05
UNKNOWN_DRIFT = 0.01
_ALIASES = {"multinli": "mnli", "conll2003": "conll03"}
_HEADS = ("ForSequenceClassification", "ForTokenClassification", "ForQuestionAnswering")
_SHORTEST_NAME = 3  # of a corpus; fewer letters stand in many names
_LEARNED = ("tuned", "trained")  # in the name of a folder that names the corpus as well
# Published configurations have 0.02; far smaller or larger initial weights keep a model from learning.
INITIAL_LOW, INITIAL_HIGH = 0.005, 0.05


def unknown_tokens(evidence: Evidence) -> Iterator[Finding]:
    """Tokens that the vocabulary does not have."""
    for split, facts in evidence.encoding.splits.items():
        share = facts.unknown_tokens / facts.tokens
        if share >= UNKNOWN_WARNING:
            yield Finding.of(
                "unknown_tokens", "severe" if share >= UNKNOWN_SEVERE else "warning", split, evidence.everything,
                share=share, split=split_name(split), remedy=message("fix-tokenizer"))


def sentence_pieces_as_word_pieces(evidence: Evidence) -> Iterator[Finding]:
    """A vocabulary of SentencePiece under a WordPiece model, which never finds a piece that begins with its mark."""
    share = evidence.sentence_pieces / evidence.encoding.vocabulary
    if share >= MARKED:
        yield Finding.of("sentence_pieces_as_word_pieces", "severe", "task", evidence.everything, share=share)


def letters_for_tokens(evidence: Evidence) -> Iterator[Finding]:
    """More tokens than characters."""
    for split, facts in evidence.encoding.splits.items():
        if split not in evidence.rows or len(evidence.rows[split]) != facts.rows or evidence.task.is_words:
            continue
        characters = sum(len(row.joined) for row in evidence.rows[split])
        tokens = facts.tokens - (3 if evidence.task.kind == "pair" else 2) * facts.rows
        # Texts that were cut short have more tokens than are counted, never fewer.
        if tokens > TOKENS_PER_CHARACTER * characters:
            yield Finding.of(
                "letters_for_tokens", "severe", split, evidence.everything,
                tokens=tokens / characters, split=split_name(split), remedy=message("fix-tokenizer"))


def lost_hangul(evidence: Evidence) -> Iterator[Finding]:
    """A normaliser that takes Hangul syllables to pieces, as lower-casing with stripped accents does."""
    if not evidence.hangul_is_kept:
        yield Finding.of("lost_hangul", "severe", "task", evidence.everything)


def truncated_rows(evidence: Evidence) -> Iterator[Finding]:
    """Rows whose end was cut off, reported once for the split that loses most; severity depends on the tokens lost."""
    lost = {split: _lost_share(facts.lengths, evidence.encoding.max_length)
            for split, facts in evidence.encoding.splits.items() if facts.truncated_rows}
    cut = {split: evidence.encoding.splits[split].truncated_rows / evidence.encoding.splits[split].rows
           for split in lost}
    if not lost or max(cut.values()) < TRUNCATED:
        return
    worst = max(lost, key=lambda split: (lost[split], cut[split]))
    severity: Severity = ("severe" if lost[worst] >= LOST_SEVERE else
                          "warning" if lost[worst] >= LOST_WARNING else "note")
    yield Finding.of(
        "truncated_rows", severity, "task", evidence.everything,
        rows=cut[worst], split=split_name(worst), most=evidence.encoding.max_length, lost=lost[worst])


def _lost_share(lengths: Mapping[str, int], most: int) -> float:
    """About which share of all tokens lies beyond ``most`` in their row, from percentiles of the rows' lengths.

    Between two percentiles lengths are taken to rise evenly, below the first from half of it.
    """
    ranks = np.array([0.0, *(int(rank) / 100 for rank in lengths)])
    known = np.array([next(iter(lengths.values())) / 2, *lengths.values()], dtype=np.float64)
    rows = np.interp(np.linspace(0, 1, 2001), ranks, known)
    return float(np.maximum(rows - most, 0).sum() / rows.sum())


def unknown_token_drift(evidence: Evidence) -> Iterator[Finding]:
    """Test text with more unknown tokens than training text."""
    train, test = (splits.unknown_tokens / splits.tokens for splits in (
        evidence.encoding.splits[split] for split in ("train", "test")))
    if test > 2 * train and test - train >= UNKNOWN_DRIFT:
        yield Finding.of(
            "unknown_token_drift", "warning", "test", evidence.everything,
            train=train, test=test, reason=message("why-other-texts"), remedy=message("fix-one-source"))


def label_order_of_checkpoint(evidence: Evidence) -> Iterator[Finding]:
    """A fine-tuned classifier whose labels are ours in another order."""
    own = [label.casefold() for label in evidence.config.labels]
    ours = [tag.casefold() for tag in evidence.task.tags]
    if own != ours and sorted(own) == sorted(ours):
        yield Finding.of("label_order_of_checkpoint", "warning", "task", (), own=", ".join(own), ours=", ".join(ours))


def fine_tuned_checkpoint(evidence: Evidence) -> Iterator[Finding]:
    """A checkpoint that was trained to give labels, of this task or of another."""
    own = {label.casefold() for label in evidence.config.labels}
    knows = own == {tag.casefold() for tag in evidence.task.tags}
    heads = [name for name in evidence.config.architectures if name.endswith(_HEADS)]
    if knows or heads:
        yield Finding(
            "fine_tuned_checkpoint", "severe" if knows else "warning", "task",
            _encoders(evidence),
            message("found-labels-in-checkpoint", labels=", ".join(sorted(own))) if knows else
            message("found-head-in-checkpoint", head=heads[0]),
            remedy=message("fix-pretrained-only"))


def unusual_initial_weights(evidence: Evidence) -> Iterator[Finding]:
    """A configuration from which no model learns well: scratch begins with it, the pre-trained encoder does not."""
    spread = evidence.config.initializer_range
    if spread is not None and not INITIAL_LOW <= spread <= INITIAL_HIGH:
        yield Finding.of("unusual_initial_weights", "warning", "task", (REFERENCE,), spread=spread)


def _encoders(evidence: Evidence) -> tuple[str, ...]:
    """The arms whose scores the checkpoint bears on."""
    return tuple(arm for arm in evidence.arms if arm_of_key(arm).of_checkpoint)


def checkpoint_of_the_corpus(evidence: Evidence) -> Iterator[Finding]:
    """A checkpoint that was trained on this corpus before, by what it is called and by what its config says.

    A folder may be called after the task that it is for; its name counts where it says that something was trained. A
    table without a title is called after its file, which may be a common word: it is looked for among whole words, and
    says less.
    """
    task = evidence.task
    corpus = task.title.partition(",")[0]
    names = [str(evidence.encoding.origin.get("repository", "")), *evidence.config.made_of]
    folder = evidence.encoding.checkpoint.rstrip("/").rpartition("/")[2]
    if any(word in folder.casefold() for word in _LEARNED):
        names.append(folder)
    titled, letters = task.title != task.task, _bare(corpus)
    named = [name for name in names if (
        any(known in _bare(name) for known in (letters, _ALIASES.get(letters, letters))) if titled
        else letters in _runs_of_words(name))]
    if named and len(letters) >= _SHORTEST_NAME:
        yield Finding.of(
            "checkpoint_of_the_corpus", "severe" if titled else "warning", "task", _encoders(evidence),
            origin=named[0], corpus=corpus, remedy=message("fix-pretrained-only"))


def _bare(name: str) -> str:
    """Its letters and digits, whatever their case."""
    return "".join(filter(str.isalnum, name.casefold()))


def _runs_of_words(name: str) -> set[str]:
    """All words of a name that stand side by side, joined: ``a-b`` has a, b and ab."""
    words = re.findall(r"[^\W_]+", name.casefold())
    return {"".join(words[start:end]) for start in range(len(words)) for end in range(start + 1, len(words) + 1)}


CHECKS = (sentence_pieces_as_word_pieces, unknown_tokens, letters_for_tokens, lost_hangul, truncated_rows,
          unknown_token_drift, label_order_of_checkpoint, fine_tuned_checkpoint, unusual_initial_weights,
          checkpoint_of_the_corpus)
