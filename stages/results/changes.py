"""What ``diff`` finds between two revisions, as ``reports/diff.json`` has it."""

from typing import Literal, TypedDict

Came = Literal["new", "gone"]  # with the later revision
Both = dict[Literal["old", "new"], object]  # a value in either revision, None where it has none
FailedCount = dict[Literal["count", "runs"], int]  # of an arm


class ArmChange(TypedDict, total=False):
    """The headline metric on test of one arm, over the runs that trained, new minus old.

    ``paired`` over the same test rows, with the ``runs`` of equal seeds, or why not. Predictions that are the same are
    ``rescored`` where the scores are not. ``recipe`` says whether it is of any further seed. What the judge says of it:
    ``holm`` is the p value after Holm's correction, ``significant`` whether that is below the level, ``change`` what
    may be said.
    """

    task: str
    arm: str
    metric: str
    old: float
    new: float
    difference: float
    paired: bool
    unpaired_because: str
    same_predictions: bool
    rescored: bool
    recipe: bool
    low: float
    high: float
    p_value: float
    runs: list[dict[Literal["cell", "difference", "p_value"], str | float]]
    draws: int
    failed: list[FailedCount | None]
    holm: float
    significant: bool
    change: Literal["better", "worse", "inconclusive", "one_seed", "same"]


class VerdictChange(TypedDict):
    """A verdict on two ``arms`` that is another one, or gone; ``fell`` where the difference did beyond both intervals.

    ``qualified`` says of the old and the new one whether it holds for the budgets of these arms alone.
    """

    task: str
    comparison: str
    arms: tuple[str, str]
    old: str
    new: str
    qualified: tuple[bool, bool]
    fell: bool


class FindingChange(TypedDict):
    """A finding of the doctor that came or went, with its evidence in words."""

    task: str
    severity: str
    name: str
    about: str
    evidence: str


class Changes(TypedDict, total=False):
    """All that differs, what of it a gate should stop, and whether anything matters."""

    params: dict[str, Both]
    tasks: dict[Came, list[str]]
    cells: dict[str, list[str]]
    data: list[dict[Literal["cell", "outputs"], str | list[str]]]
    scores: list[ArmChange]
    verdicts: list[VerdictChange]
    verdicts_compared: bool
    findings: dict[Came, list[FindingChange]]
    regressions: list[str]
    matters: bool
