"""How each arm is called and drawn: what a reader sees of the table in :mod:`stages.settings.arms`.

An arm without an entry is called by its name and has the next free colour.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from stages.common.visible import visible
from stages.settings.arms import FULL_TUNING, TUNED, arm_of_key

# Told apart with any colour vision (Okabe and Ito, 2008, https://jfly.uni-koeln.de/color/), and on light and dark.
ORANGE = "#d55e00"
COLORS = ("#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")


@dataclass(frozen=True)
class ArmWords:
    """What an arm is called, in English and Korean, and its colour.

    Attributes:
        label: of its runs in tables and charts; of the tuned arm the tuning follows where there are several.
        model: of its model within a sentence.
        treatment: what is said to help or hurt where it is compared with the reference.
        further: the same where it is compared with a second arm.
        as_rival: what follows its score where another arm is compared with it.
        color: "" for the next free one.
    """

    label: tuple[str, str]
    model: str = ""
    treatment: tuple[str, str] = ("", "")
    further: tuple[str, str] = ("", "")
    as_rival: tuple[str, str] = ("", "")
    color: str = ""


_WORDS = {
    "pretrained": ArmWords(
        ("pre-trained", "사전 학습"), model="the pre-trained encoder", treatment=("pre-training", "사전 학습"),
        as_rival=("without it", "하지 않으면")),
    "adapted": ArmWords(
        ("adapted", "추가 사전 학습"),
        treatment=("pre-training with adaptation", "작업 텍스트로 추가 사전 학습까지 한 것"),
        further=("adaptation to the task's text", "작업 텍스트로 하는 추가 사전 학습")),
    "scratch": ArmWords(
        ("scratch", "처음부터 학습"), as_rival=("from random weights", "무작위 가중치에서는"), color=ORANGE)}


def words_of(arm: str) -> ArmWords:
    """What an arm is called, by its name."""
    found = _WORDS.get(arm)
    if found is None:
        name = arm.replace("_", " ")
        treatment = (f"training “{name}”", f"{name} 학습")
        found = ArmWords((name, name), name, treatment, treatment, (f"by “{name}”", f"{name}에서는"))
    return found


def arm_label(arm: str, tuning: str = "") -> str:
    """What the runs of an arm are called; the tuned one with its tuning where that has to be told."""
    label = words_of(arm).label[0]
    return f"{label}, {visible(tuning)}" if arm == TUNED.name and tuning else label


def arm_labels(tunings: Sequence[str], keys: Sequence[str]) -> dict[str, str]:
    """Labels by what arms are called where they are told apart; the only tuning ``full`` has not to be told."""
    alone = tuple(tunings) == (FULL_TUNING,)
    return {key: arm_label(arm_of_key(key).name, "" if alone else key) for key in keys}


def arm_colors(keys: Sequence[str]) -> list[str]:
    """Colours of arms in their order: an arm's own, or that of its place."""
    return [words_of(arm_of_key(key).name).color or COLORS[place % len(COLORS)] for place, key in enumerate(keys)]


KOREAN = {form(word): words.label[1] for name, words in _WORDS.items()
          for word in (name, words.label[0]) for form in (str, str.capitalize)}
