"""Pairs by the templates of HANS (McCoy, Pavlick and Linzen, 2019, https://aclanthology.org/P19-1334), in its format.

Two subcases of each heuristic, one entailed and one not, with a few words of our own.
"""

from pathlib import Path
from random import Random

COLUMNS = ("gold_label", "sentence1_binary_parse", "sentence2_binary_parse", "sentence1_parse", "sentence2_parse",
           "sentence1", "sentence2", "pairID", "heuristic", "subcase", "template")
_NOUNS = ("pilot", "baker", "singer", "farmer", "nurse", "sailor", "teacher", "painter")
_VERBS = ("greeted", "followed", "paid", "warned", "phoned")
_INTRANSITIVE = ("slept", "sang", "left", "laughed")
# Heuristic, subcase, whether the premise entails the hypothesis, premise, hypothesis. {a} to {c} are nouns.
_TEMPLATES = (
    ("lexical_overlap", "ln_subject/object_swap", False, "The {a} {v} the {b} .", "The {b} {v} the {a} ."),
    ("lexical_overlap", "le_passive", True, "The {a} was {v} by the {b} .", "The {b} {v} the {a} ."),
    ("subsequence", "sn_PP_on_subject", False, "The {a} near the {b} {i} .", "The {b} {i} ."),
    ("subsequence", "se_conjunction", True, "The {a} and the {b} {i} .", "The {b} {i} ."),
    ("constituent", "cn_embedded_under_if", False, "If the {a} {i} , the {b} {v} the {c} .", "The {a} {i} ."),
    ("constituent", "ce_embedded_under_since", True, "Since the {a} {i} , the {b} {v} the {c} .", "The {a} {i} ."),
)


def pairs(count: int, seed: int = 1) -> list[dict[str, str]]:
    """``count`` rows, as many of every subcase."""
    random = Random(seed)
    rows = []
    for place in range(count):
        heuristic, subcase, entailed, premise, hypothesis = _TEMPLATES[place % len(_TEMPLATES)]
        words = dict(zip("abc", random.sample(_NOUNS, 3), strict=True))
        words |= {"v": random.choice(_VERBS), "i": random.choice(_INTRANSITIVE)}
        rows.append(dict.fromkeys(COLUMNS, "( a ( b ) )") | {
            "gold_label": "entailment" if entailed else "non-entailment", "sentence1": premise.format(**words),
            "sentence2": hypothesis.format(**words), "pairID": f"ex{place}", "heuristic": heuristic,
            "subcase": subcase, "template": f"temp{place % len(_TEMPLATES) + 1}"})
    return rows


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    """The rows as the published file has them: tabs, a header, no quotation."""
    lines = ["\t".join(COLUMNS), *("\t".join(row[name] for name in COLUMNS) for row in rows)]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path
