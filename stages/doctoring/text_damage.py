"""Checks of texts that are no longer what somebody wrote."""

from collections.abc import Iterator

from stages.corpora.damage import KINDS, count_damage, severity_of
from stages.doctoring.evidence import Evidence
from stages.doctoring.finding import Finding, percent

# Why each kind of damage matters, and what to do about it.
EXPLANATIONS = {
    "unreadable_characters": ("the file was decoded wrongly, or cut", "read it in the encoding that it was written in"),
    "wrong_encoding": ("the bytes of one encoding were read as those of another, so the words are lost to every model",
                       "read it in the encoding that it was written in"),
    "escaped_characters": ("characters are spelled as their codes, so the words are lost to every model",
                           "unescape them before preprocess"),
    "question_marks": ("the file was written in an encoding that lacks these letters; they cannot be restored",
                       "take the texts from their source again, and write them as UTF-8"),
    "repeated_character": ("one character over and over says nothing",
                           "find out what made these rows, and remove them"),
    "no_words": ("nothing is left of these texts but punctuation", "find out what emptied these rows, and remove them"),
    "other_language": ("these texts are in another script than the language of the task",
                       "remove these rows, or make a task of them with a checkpoint for their language"),
}


def damaged_text(evidence: Evidence) -> Iterator[Finding]:
    """Texts that a wrong decoding, a lossy copy or a mixed file left behind, under the name of the kind of damage."""
    for split, rows in evidence.rows.items():
        counts = count_damage((row.texts for row in rows), evidence.task.language)
        for kind in KINDS:
            if severity := severity_of(kind, counts[kind], len(rows)):
                damaged = f"{counts[kind]:,} of {len(rows):,} rows of {split} ({percent(counts[kind] / len(rows))})"
                yield Finding(kind, severity, split, evidence.everything, damaged, *EXPLANATIONS[kind])


CHECKS = (damaged_text,)
