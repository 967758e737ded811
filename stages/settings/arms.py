"""The arms of a study: the one table that lists them, and the names of their cells.

A further arm is a further entry. What it is called and how it is drawn, where that is not its name and the next free
colour, stands in :mod:`stages.results.arm_words`, so that another colour trains nothing again.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import KW_ONLY, dataclass

FULL_TUNING = "full"


@dataclass(frozen=True)
class Arm:
    """A way of getting a model, which is compared with another one.

    Attributes:
        name: starts the names of its cells.
        weights: folder of the weights that it starts from, below that of the task's checkpoint, ``""`` for the
            checkpoint's own; None for random ones.
        own_text: whether the weights in that folder come from random ones and the text of the task alone.
        taught: whether it learns the logits of the tuned arm's model of the first tuning and the same seed.
        settings: section of params.yaml, and of each of its tasks, with what it is trained by.
        own_lr: whether that section has the learning rate; else it is the top-level ``lr``.
        tuned: whether there is one for each of ``tunings``. It is then known by the name of its tuning, so that at
            most one arm can be; others train all weights.
        own_stage: name of the stage that writes its cells, predictions and histories included, without training;
            ``""`` where ``stages.train`` makes its models.
        as_far: whether all of its weights are trained, where its recipe does, so that a comparison with the reference
            may say whether pre-training helps; else it is one of this way of using it.
        asked_by: key of params.yaml that lists the tasks which have it; ``""`` where all do.
        against: names of the arms that it is compared with, of a tuned one its tuning ``full``. The first of them gives
            the comparison that every arm has; an arm without any is the reference. With the second one only the tasks
            that have it are compared, and only the tuning ``full`` of a tuned arm.
        further: name of the comparison with the second of ``against`` in ``reports/metrics.json``; and, where it starts
            from a folder of further weights, of the card about them and of the section of their settings.
    """

    name: str
    _: KW_ONLY
    weights: str | None
    own_text: bool = False
    taught: bool = False
    settings: str
    own_lr: bool = False
    tuned: bool = False
    own_stage: str = ""
    as_far: bool = True
    asked_by: str = ""
    against: tuple[str, ...] = ()
    further: str = ""

    @property
    def trained(self) -> bool:
        """Whether ``stages.train`` makes its models."""
        return not self.own_stage

    @property
    def from_checkpoint(self) -> bool:
        """Whether it starts from weights of the checkpoint, or from what was made of them."""
        return self.weights is not None and not self.own_text

    @property
    def of_checkpoint(self) -> bool:
        """Whether the checkpoint's weights bear on its scores: it starts from them, or learns what they made."""
        return self.from_checkpoint or self.taught

    def key(self, tuning: str = FULL_TUNING) -> str:
        """What it is called where arms are told apart: the tuning of the tuned arm, else its name."""
        return tuning if self.tuned else self.name

    def title(self, tuning: str = FULL_TUNING) -> str:
        """The name of its cells without the seed."""
        return f"{self.name}-{tuning}" if self.tuned else self.name


ARMS = {arm.name: arm for arm in (
    Arm("pretrained", weights="", settings="pretrained", tuned=True, against=("scratch", "self_pretrained"),
        further="corpus"),
    Arm("adapted", weights="adapted", settings="pretrained", asked_by="adapted", against=("scratch", "pretrained"),
        further="adaptation"),
    Arm("in_context", weights=None, settings="prompting", own_stage="prompt", as_far=False, asked_by="in_context",
        against=("scratch", "pretrained"), further="prompting"),
    Arm("self_pretrained", weights="self_pretrained", own_text=True, settings="pretrained", asked_by="self_pretrained",
        against=("scratch",), further="self_pretraining"),
    Arm("scratch", weights=None, settings="scratch", own_lr=True),
    Arm("distilled", weights=None, taught=True, settings="scratch", own_lr=True, as_far=False, asked_by="distilled",
        against=("scratch", "pretrained"), further="distillation"))}

TUNED = next(arm for arm in ARMS.values() if arm.tuned)
REFERENCE = next(arm.name for arm in ARMS.values() if not arm.against)
# From random weights to all that pre-training can be; each arm adds one thing to the one before it.
LADDER = ("scratch", "self_pretrained", "pretrained", "adapted")
# The two arms that are trained on further train sizes and searched; and, whatever arms they are, the means of a
# comparison in files are called so.
PAIR = (TUNED.name, REFERENCE)


@dataclass(frozen=True)
class CellName:
    """Arm, tuning and seed that a cell's name stands for; an arm that is not tuned trains all weights."""

    arm: str
    tuning: str
    seed: int

    @property
    def key(self) -> str:
        """What the arm is called where arms are told apart."""
        return ARMS[self.arm].key(self.tuning)

    @property
    def title(self) -> str:
        """The name without the seed."""
        return ARMS[self.arm].title(self.tuning)

    @property
    def place(self) -> str:
        """What follows the arm in the name: the seed, after the tuning where there is one."""
        return str(self).removeprefix(f"{self.arm}-")

    def __str__(self) -> str:
        return f"{self.title}-{self.seed}"


def parse_cell_name(cell: str) -> CellName:
    """What the name of a cell stands for, see :class:`CellName`."""
    arm, *tuning, seed = cell.split("-")
    return CellName(arm, tuning[0] if tuning else FULL_TUNING, int(seed))


def ordered_arms() -> list[Arm]:
    """All arms in the order of the report: the reference comes last."""
    return sorted(ARMS.values(), key=lambda arm: not arm.against)


def pretrained_by(task: str, tasks_of: Callable[[str], Collection[str]]) -> tuple[str, ...]:
    """The lists of params.yaml, which ``tasks_of`` reads, by which the encoder of a task learns from its text."""
    asked = (arm.asked_by for arm in ARMS.values() if arm.asked_by and arm.weights)
    return tuple(key for key in asked if task in tasks_of(key))


def arm_of_key(key: str) -> Arm:
    """The arm that is called so where arms are told apart: a tuning stands for the tuned one."""
    return ARMS.get(key, TUNED)


def rivals_of(key: str) -> list[str]:
    """What the arms are called, where they are told apart, with which an arm is compared; none of the reference."""
    arm = arm_of_key(key)
    return [ARMS[name].key() for name in (arm.against if key == arm.key() else arm.against[:1])]


def trained_as_far(key: str, recipe: Mapping[str, object]) -> bool:
    """Whether an arm is trained as far as the reference is: all weights of the model, in the end."""
    whole = recipe["method"] == "full" or (recipe["method"] == "gradual" and recipe.get("frozen_layers") is None)
    return arm_of_key(key).as_far and whole
