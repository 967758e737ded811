"""How each arm is called and drawn: what a reader sees of the table in :mod:`stages.settings.arms`.

An arm without an entry is called by its name and has the next free colour.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from stages.common.visible import visible
from stages.settings.arms import FULL_TUNING, TUNED, arm_of_key, parse_cell_name
from stages.wording.message import Message, Wording, message

# Told apart with any colour vision (Okabe and Ito, 2008, https://jfly.uni-koeln.de/color/; the last two by Tol,
# https://sronpersonalpages.nl/~pault/), and on light and dark.
ORANGE = "#d55e00"
COLORS = ("#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#999933", "#aa4499")


@dataclass(frozen=True)
class ArmWords:
    """What an arm is called, and its colour.

    Attributes:
        label: by which its runs are known in files; of the tuned arm the tuning follows where there are several.
        name: of its runs in tables and charts.
        model: of its model within a sentence.
        treatment: what is said to help or hurt where it is compared with the reference.
        further: the same where it is compared with a second arm.
        as_rival: what follows its score where another arm is compared with it.
        color: "" for the next free one.
        gave: what it adds to the arm below it in :data:`stages.settings.arms.LADDER`.
    """

    label: str
    name: Wording
    model: Wording
    treatment: Wording
    further: Wording
    as_rival: Wording
    color: str = ""
    gave: Wording = ""


_WORDS = {
    "pretrained": ArmWords(
        "pre-trained", message("arm-pretrained"), message("arm-pretrained-model"), message("arm-pretrained-treatment"),
        message("arm-pretrained-further"), message("arm-pretrained-rival"), gave=message("gave-pretrained")),
    "adapted": ArmWords(
        "adapted", message("arm-adapted"), message("arm-adapted"), message("arm-adapted-treatment"),
        message("arm-adapted-further"), message("arm-adapted-rival"), gave=message("arm-adapted-further")),
    "self_pretrained": ArmWords(
        "self-pretrained", message("arm-self_pretrained"), message("arm-self_pretrained"),
        message("arm-self_pretrained-treatment"), message("arm-self_pretrained-treatment"),
        message("arm-self_pretrained-rival"), gave=message("gave-self_pretrained")),
    "in_context": ArmWords(
        "in context", message("arm-in_context"), message("arm-in_context"), message("arm-in_context-treatment"),
        message("arm-in_context-further"), message("arm-in_context-rival")),
    "scratch": ArmWords(
        "scratch", message("arm-scratch"), message("arm-scratch"), message("arm-scratch"), message("arm-scratch"),
        message("arm-scratch-rival"), ORANGE),
    "distilled": ArmWords(
        "distilled", message("arm-distilled"), message("arm-distilled"), message("arm-distilled-treatment"),
        message("arm-distilled-further"), message("arm-distilled-rival"))}


def words_of(arm: str) -> ArmWords:
    """What an arm is called, by its name."""
    found = _WORDS.get(arm)
    if found is None:
        name = arm.replace("_", " ")
        treatment = message("treatment-training", arm=name)
        found = ArmWords(name, name, name, treatment, treatment, message("rival-arm", arm=name))
    return found


def arm_label(arm: str, tuning: str = "") -> str:
    """By what the runs of an arm are known; the tuned one with its tuning where there are several."""
    label = words_of(arm).label
    return f"{label}, {visible(tuning)}" if arm == TUNED.name and tuning else label


def arm_name(arm: str, tuning: str = "") -> Wording:
    """The same in words."""
    name = words_of(arm).name
    return message("arm-tuned", arm=name, tuning=tuning_name(tuning)) if arm == TUNED.name and tuning else name


def tuning_name(tuning: str) -> Message:
    """A recipe of fine-tuning in words."""
    return message("tuning-name", tuning=tuning)


def arm_names(keys: Sequence[str]) -> dict[str, Wording]:
    """The same in words, of all arms of a task by their keys; the only tuning ``full`` is left out."""
    alone = [key for key in keys if arm_of_key(key).tuned] == [FULL_TUNING]
    return {key: arm_name(arm_of_key(key).name, "" if alone else key) for key in keys}


def run_name(cell: str, arm: Wording) -> Message:
    """A run in words: its arm, as that is called, and its seed."""
    return message("run-of-arm", arm=arm, seed=str(parse_cell_name(cell).seed))


def named(places: Iterable[Wording]) -> Message:
    """A list of arms, runs or splits; the name of an arm may hold a comma."""
    return message("places", names=tuple(places))


def arm_colors(keys: Sequence[str]) -> list[str]:
    """Colours of arms in their order: an arm's own, or that of its place."""
    return [words_of(arm_of_key(key).name).color or COLORS[place % len(COLORS)] for place, key in enumerate(keys)]
