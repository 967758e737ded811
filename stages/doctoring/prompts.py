"""Checks of prompts: what a language model was shown, and the words by which it answers."""

import re
from collections import Counter
from collections.abc import Iterator

from stages.doctoring.evidence import Evidence
from stages.doctoring.finding import Finding
from stages.wording.message import message

SHORTENED = 0.05  # share of prompts that lost words which is worth a warning


def answer_in_prompt(evidence: Evidence) -> Iterator[Finding]:
    """Query parts of a template that name some labels' words and not all, which answers for every row."""
    for cell, prompts in evidence.prompts.items():
        named = [word for word in prompts.words.values() if _has_word(prompts.query, word)]
        if named and len(named) < len(prompts.words):
            yield Finding(
                "answer_in_prompt", "severe", cell, (evidence.arm_of[cell],),
                message("found-answer_in_prompt", words=tuple(named)), message("why-answer_in_prompt"),
                message("fix-answer_in_prompt"))


def _has_word(text: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE) is not None


def shared_first_token(evidence: Evidence) -> Iterator[Finding]:
    """Words of labels that begin with one token, so that what follows it alone tells them apart."""
    for cell, prompts in evidence.prompts.items():
        counts = Counter(tokens[0] for tokens in prompts.tokens.values())
        shared = [prompts.words[label] for label, tokens in prompts.tokens.items() if counts[tokens[0]] > 1]
        if shared:
            yield Finding(
                "shared_first_token", "warning", cell, (evidence.arm_of[cell],),
                message("found-shared_first_token", words=tuple(shared)), message("why-shared_first_token"),
                message("fix-shared_first_token"))


def test_in_prompt(evidence: Evidence) -> Iterator[Finding]:
    """Examples that are no training rows, or most of which repeat a test row.

    A training row that has a copy in test may be drawn; how many there are is what ``leaked_rows`` is about.
    """
    training = {row.guid: row.texts for row in evidence.rows["train"]}
    tested = {row.texts for split, rows in evidence.rows.items() if split != "train" for row in rows}
    for cell, prompts in evidence.prompts.items():
        foreign = sum(guid not in training for guid in prompts.examples)
        copies = sum(training.get(guid) in tested for guid in prompts.examples)
        if foreign or (copies > 1 and 2 * copies > len(prompts.examples)):
            yield Finding(
                "test_in_prompt", "severe", cell, (evidence.arm_of[cell],),
                message("found-test_in_prompt", number=foreign or copies, all=len(prompts.examples)),
                message("why-test_in_prompt"), message("fix-test_in_prompt"))


def prompts_shortened(evidence: Evidence) -> Iterator[Finding]:
    """Prompts, or examples in them, that lost words to fit."""
    for cell, prompts in evidence.prompts.items():
        rows, lost = sum(prompts.rows.values()), sum(prompts.shortened[split] for split in prompts.rows)
        examples = prompts.shortened["examples"]
        if lost or examples:
            yield Finding(
                "prompts_shortened", "warning" if lost >= SHORTENED * rows or examples else "note", cell,
                (evidence.arm_of[cell],),
                message("found-prompts_shortened", number=lost, all=rows, examples=examples),
                message("why-prompts_shortened"), message("fix-prompts_shortened"))


CHECKS = (answer_in_prompt, shared_first_token, test_in_prompt, prompts_shortened)
