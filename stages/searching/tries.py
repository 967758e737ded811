"""A search with the same budget for both arms: what is tried, how a try did on validation, and which one wins."""

import math
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from stages.common.errors import UserError
from stages.doctoring.training import REGULAR
from stages.settings.arms import ARMS, PAIR

_EPOCHS = (0.5, 1.0, 2.0)
_DECADES = 1.0  # how far a drawn learning rate may be from the present one, to either side


@dataclass(frozen=True)
class Values:
    """The values of one try."""

    lr: float
    epochs: int


@dataclass(frozen=True)
class Result:
    """What a try gave: ``score`` and ``loss`` are those on validation of the model kept, None for a failed try."""

    values: Values
    outcome: str
    score: float | None
    loss: float | None
    settings: dict[str, Any]

    @property
    def failed(self) -> bool:
        """Whether the run broke off; then the model that it kept is no candidate."""
        return self.score is None


def ladder(tries: int, factor: float) -> list[tuple[float, float]]:
    """Factors of learning rate and epochs: 1, 1/factor, factor, 1/factor², ...; those of fewer tries come first."""
    exponents = (-(number + 1) // 2 if number % 2 else number // 2 for number in range(tries))
    return [(factor**exponent, 1.0) for exponent in exponents]


def drawn(tries: int, seed: int) -> list[tuple[float, float]]:
    """Factors of a random search (Bergstra and Bengio, 2012, https://jmlr.org/papers/v13/bergstra12a.html).

    The first are the present values; then learning rates are spread evenly on a logarithmic scale over a decade to
    either side, with half, all or twice the epochs. Those of fewer tries come first.
    """
    generator = random.Random(seed)
    others = ((10 ** generator.uniform(-_DECADES, _DECADES), generator.choice(_EPOCHS)) for _ in range(tries - 1))
    return [(1.0, 1.0), *others]


def planned(present: Values, factors: Iterable[tuple[float, float]], lr_factor: float = 1.0) -> list[Values]:
    """The tries of one arm around its ``present`` values; a learning rate has two digits, as one would write it.

    Training multiplies learning rates by the recipe's ``lr_factor``; those of tries are, as in params.yaml, before it.

    Raises:
        UserError: a learning rate that training would use is above 1.
    """
    values = [Values(present.lr if of_lr == 1 else float(f"{present.lr * of_lr:.2g}"),
                     max(1, round(present.epochs * of_epochs))) for of_lr, of_epochs in factors]
    highest = max(value.lr for value in values) * lr_factor
    if highest > 1:
        raise UserError(f"--tries: expected learning rates of at most 1, found {highest:g} around the present "
                        f"{present.lr * lr_factor:g}; ask for fewer tries or a smaller --factor")
    return values


def result(values: Values, history: Sequence[dict[str, Any]]) -> Result:
    """What the events of a training say about it; validation alone is looked at."""
    start, end = history[0], history[-1]
    if end["outcome"] not in REGULAR:
        return Result(values, end["outcome"], None, None, start["settings"])
    kept = next(event["validation"] for event in history
                if event["kind"] == "evaluation" and event["step"] == end["best_step"])
    score = next(value for name, value in kept.items() if name != "loss")
    return Result(values, end["outcome"], score, kept["loss"], start["settings"])


def best(results: Sequence[Result], place: str) -> Result:
    """The highest score; of equal ones the lowest loss, then the lowest learning rate, then the fewest epochs.

    Raises:
        UserError: every try failed; ``place`` names the task and the arm.
    """
    sound = [one for one in results if not one.failed]
    if not sound:
        raise UserError(f"{place}: expected a try that finishes, found none among {len(results)} "
                        f"({results[0].outcome}); lower its learning rate in params.yaml")
    return min(sound, key=lambda one: (-_number(one.score), _number(one.loss), one.values.lr, one.values.epochs))


def _number(value: float | None) -> float:
    return math.inf if value is None else value


def search(
    present: dict[str, Values], factors: Sequence[tuple[float, float]], attempt: Callable[[str, Values], Result],
    lr_factor: float = 1.0,
) -> dict[str, list[Result]]:
    """Try both arms equally often, around their present values by the same factors.

    Args:
        lr_factor: of the recipe by which the pre-trained arm is tuned; scratch has none.
    """
    # A plan that fails does so before any work.
    plans = {arm: planned(present[arm], factors, lr_factor if ARMS[arm].tuned else 1.0) for arm in PAIR}
    return {arm: [attempt(arm, values) for values in plan] for arm, plan in plans.items()}


def record(task: str, seed: int, results: dict[str, list[Result]]) -> dict[str, Any]:
    """What is kept of a search: every try, and the settings of the winner of each arm."""
    arms = {}
    for arm, tries in results.items():
        winner = best(tries, f"{task} {arm}")
        arms[arm] = {
            "tries": [asdict(one.values) | {"outcome": one.outcome, "score": one.score, "loss": one.loss}
                      for one in tries],
            "failed": sum(one.failed for one in tries), "chosen": asdict(winner.values), "settings": winner.settings}
    return {"task": task, "seed": seed, "arms": arms}
