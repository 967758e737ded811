"""Checks of prompts: what a language model was shown, and the words by which it answers."""

import re
from collections import Counter
from collections.abc import Iterator

import numpy as np

from stages.common.hangul import is_syllable
from stages.doctoring.evidence import JUDGED, Evidence, label_counts
from stages.results.findings import Finding
from stages.results.prompts import PromptCard
from stages.wording.message import message

SHORTENED = 0.05  # share of prompts that lost words which is worth a warning
# Share of the test texts that have the word of their own label and of no other, and how often a single word is that of
# the own label: 0.05 and 0.44 on AG News, less on NSMC, MultiNLI and the samples.
READ_OUT, READ_RIGHT = 0.25, 0.9
# Share of the rows by which predictions of the shorter words exceed gold, and standard errors, as chance may do.
FAVOURED, FAVOURED_ERRORS = 0.15, 3.0
# What may follow a Korean word without a space: particles, and forms of the copula.
_ENDINGS = "이|가|은|는|을|를|의|도|만|과|와|로|으로|인|인지|임|이다|입니다|적|적인|적이다"


def answer_in_prompt(evidence: Evidence) -> Iterator[Finding]:
    """Templates that answer for every row: the query part names some labels' words and not all.

    An instruction that names one label alone is a warning, as it may ask for that one.
    """
    for cell, prompts in evidence.prompts.items():
        words = list(prompts.words.values())
        in_query, in_instruction = ([word for word in words if _has_word(text, word)]
                                    for text in (prompts.query, prompts.instruction))
        answered = 0 < len(in_query) < len(words)
        if answered or (len(in_instruction) == 1 < len(words)):
            yield Finding.of(
                "answer_in_prompt", "severe" if answered else "warning", cell, (evidence.arm_of[cell],),
                part="query" if answered else "instruction", words=tuple(in_query if answered else in_instruction))


def _has_word(text: str, word: str) -> bool:
    ending = rf"(?:{_ENDINGS})?" if is_syllable(word[-1]) else ""
    return re.search(rf"(?<!\w){re.escape(word)}{ending}(?!\w)", text, re.IGNORECASE) is not None


def answer_in_text(evidence: Evidence) -> Iterator[Finding]:
    """Test texts that have the word of their own label, which the model needs only repeat."""
    for cell, prompts in evidence.prompts.items():
        rows = evidence.rows["test"]
        named = [[label for label, word in prompts.words.items() if _has_word(row.joined, word)] for row in rows]
        alone = [(row.label, found[0]) for row, found in zip(rows, named, strict=True) if len(found) == 1]
        right = sum(own == found for own, found in alone)
        labels = label_counts(rows)  # words that say nothing name the right label as often as it stands there
        by_chance = sum(labels[found] for _, found in alone) / max(len(rows), 1)
        if right >= max(READ_OUT * len(rows), READ_RIGHT * len(alone)) and len(alone) - right <= (
                len(alone) - by_chance) / 2:
            yield Finding.of(
                "answer_in_text", "severe", cell, (evidence.arm_of[cell],),
                share=right / len(rows), right=right / len(alone))


def equal_label_words(evidence: Evidence) -> Iterator[Finding]:
    """Words of several labels that are the same tokens, so that nothing tells them apart."""
    for cell, prompts in evidence.prompts.items():
        counts = Counter(prompts.tokens.values())
        equal = [prompts.words[label] for label, tokens in prompts.tokens.items() if counts[tokens] > 1]
        if equal:
            yield Finding.of("equal_label_words", "severe", cell, (evidence.arm_of[cell],), words=tuple(equal))


def shared_first_token(evidence: Evidence) -> Iterator[Finding]:
    """Words of labels that begin with one token, so that what follows it alone tells them apart."""
    for cell, prompts in evidence.prompts.items():
        counts = Counter(tokens[0] for tokens in prompts.tokens.values())
        shared = [prompts.words[label] for label, tokens in prompts.tokens.items() if counts[tokens[0]] > 1]
        if shared:
            yield Finding.of("shared_first_token", "warning", cell, (evidence.arm_of[cell],), words=tuple(shared))


def shorter_word_favoured(evidence: Evidence) -> Iterator[Finding]:
    """Label words of fewer tokens that win because every further token makes a word less likely.

    Severe where one word is the beginning of another, which then never wins, whatever the text says; a warning where
    the shortest are predicted far more often than they are right. A word that its first token implies loses nothing, so
    that lengths alone say little.
    """
    for cell, prompts in evidence.prompts.items():
        settings = evidence.histories[cell].summary.settings
        if settings.get("normalisation") != "none" or settings.get("calibration"):
            continue
        hidden = [label for label, tokens in prompts.tokens.items() if any(
            len(other) < len(tokens) and tokens[: len(other)] == other for other in prompts.tokens.values())]
        excess = _excess_of_shortest(evidence, cell, prompts)
        if hidden or excess:
            yield Finding(
                "shorter_word_favoured", "severe" if hidden else "warning", cell, (evidence.arm_of[cell],),
                message("found-word-never-wins", words=tuple(prompts.words[label] for label in hidden)) if hidden else
                message("found-shorter_word_favoured", share=excess))


def _excess_of_shortest(evidence: Evidence, cell: str, prompts: PromptCard) -> float:
    """Share of the rows by which the labels of the shortest words are predicted too often; 0 where chance may do so."""
    lengths = {label: len(tokens) for label, tokens in prompts.tokens.items()}
    shortest = {label for label, length in lengths.items() if length == min(lengths.values())}
    gold, predicted = (np.array([answer in shortest for split in JUDGED for answer in answers[split]]) for answers in (
        {split: evidence.gold(split) for split in JUDGED},
        {split: evidence.predictions[split][cell] for split in JUDGED}))
    excess = float(predicted.mean() - gold.mean())
    return excess if excess >= max(FAVOURED, FAVOURED_ERRORS * 0.5 / len(gold) ** 0.5) else 0.0


def test_in_prompt(evidence: Evidence) -> Iterator[Finding]:
    """Examples that are no training rows, or most of which repeat a test row.

    A training row that has a copy in test may be drawn; how many there are is what ``leaked_rows`` is about.
    """
    if not evidence.prompts:
        return
    others = [split for split in evidence.rows if split != "train"]
    copied = np.logical_or.reduce([found("train", split) for split in others
                                   for found in (evidence.copies.exact, evidence.copies.near)])
    training = dict(zip((row.guid for row in evidence.rows["train"]), copied.tolist(), strict=True))
    for cell, prompts in evidence.prompts.items():
        foreign = sum(guid not in training for guid in prompts.examples)
        copies = sum(training.get(guid, False) for guid in prompts.examples)
        if foreign or (copies > 1 and 2 * copies > len(prompts.examples)):
            yield Finding.of(
                "test_in_prompt", "severe", cell, (evidence.arm_of[cell],),
                number=foreign or copies, all=len(prompts.examples))


def prompts_shortened(evidence: Evidence) -> Iterator[Finding]:
    """Prompts, or examples in them, that lost words to fit."""
    for cell, prompts in evidence.prompts.items():
        rows, lost = sum(prompts.rows.values()), sum(prompts.shortened[split] for split in prompts.rows)
        examples = prompts.shortened["examples"]
        if lost or examples:
            yield Finding.of(
                "prompts_shortened", "warning" if lost >= SHORTENED * rows or examples else "note", cell,
                (evidence.arm_of[cell],),
                number=lost, all=rows, examples=examples)


CHECKS = (answer_in_prompt, answer_in_text, equal_label_words, shared_first_token, shorter_word_favoured,
          test_in_prompt, prompts_shortened)
