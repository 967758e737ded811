"""A search with the same budget for both arms: which values are tried, their validation scores, and the winner."""

import math
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass

from stages.common.errors import UserError
from stages.metrics.outcome import Outcome
from stages.results.histories import History
from stages.results.searches import SearchedArm, SearchedTry, SearchRecord
from stages.settings.arms import ARMS, PAIR

_EPOCHS = (0.5, 1.0, 2.0)
_DECADES = 1.0  # largest distance of a drawn learning rate from the present one, in either direction


@dataclass(frozen=True)
class Values:
    """Hyperparameters of one try."""

    lr: float
    epochs: int


def ladder(tries: int, factor: float) -> list[tuple[float, float]]:
    """Factors of learning rate and epochs: 1, 1/factor, factor, 1/factor², ...; fewer tries are a prefix of more."""
    exponents = (-(number + 1) // 2 if number % 2 else number // 2 for number in range(tries))
    return [(factor**exponent, 1.0) for exponent in exponents]


def drawn(tries: int, seed: int) -> list[tuple[float, float]]:
    """Factors of a random search (Bergstra and Bengio, 2012, https://jmlr.org/papers/v13/bergstra12a.html).

    The first try has the present values. The others have learning rates drawn log-uniformly within a decade of the
    present one, and half, all or twice the epochs. Fewer tries are a prefix of more tries.
    """
    generator = random.Random(seed)
    others = ((10 ** generator.uniform(-_DECADES, _DECADES), generator.choice(_EPOCHS)) for _ in range(tries - 1))
    return [(1.0, 1.0), *others]


def planned(present: Values, factors: Iterable[tuple[float, float]], lr_factor: float = 1.0) -> list[Values]:
    """Values to try for one arm around its ``present`` ones, with learning rates rounded to two digits.

    Learning rates are those of params.yaml, which training multiplies by the recipe's ``lr_factor``.

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


def result(values: Values, history: History) -> SearchedTry:
    """Result of a training; only validation scores are used."""
    run = history.summary
    score = loss = None
    if run.outcome != Outcome.LOSS_NOT_FINITE:
        kept = history.kept.validation
        score, loss = next(value for name, value in kept.items() if name != "loss"), kept["loss"]
    return SearchedTry(**asdict(values), outcome=run.outcome, score=score, loss=loss, settings=run.settings)


def best(results: Sequence[SearchedTry], place: str) -> SearchedTry:
    """The try with the highest score; ties are broken by lower loss, lower learning rate, then fewer epochs.

    Raises:
        UserError: every try failed; ``place`` names the task and the arm.
    """
    candidates = [one for one in results if not one.failed]
    if not candidates:
        raise UserError(f"{place}: expected a try that finishes, found none of {len(results)} "
                        f"({results[0].outcome}); lower its learning rate in params.yaml")
    return min(candidates, key=lambda one: (-_number(one.score), _number(one.loss), one.lr, one.epochs))


def _number(value: float | None) -> float:
    return math.inf if value is None else value


def search(
    present: dict[str, Values], factors: Sequence[tuple[float, float]], attempt: Callable[[str, Values], SearchedTry],
    lr_factor: float = 1.0,
) -> dict[str, list[SearchedTry]]:
    """Try both arms equally often, around their present values by the same factors.

    Args:
        lr_factor: factor of the recipe of the pre-trained arm; scratch has none.
    """
    # A plan that fails does so before any work.
    plans = {arm: planned(present[arm], factors, lr_factor if ARMS[arm].tuned else 1.0) for arm in PAIR}
    return {arm: [attempt(arm, values) for values in plan] for arm, plan in plans.items()}


def record(
    task: str, seed: int, train_rows: int, results: dict[str, list[SearchedTry]],
    at_chance: Callable[[float], bool] = lambda score: False,
) -> SearchRecord:
    """What is kept of a search: every try, and the settings of the winner of each arm.

    ``at_chance`` tells of a score on validation whether it shows no skill.
    """
    arms = {}
    for arm, tries in results.items():
        winner = best(tries, f"{task} {arm}")
        arms[arm] = SearchedArm(
            tries=tuple(tries), failed=sum(one.failed for one in tries),
            at_chance=all(one.score is None or at_chance(one.score) for one in tries),
            chosen={"lr": winner.lr, "epochs": winner.epochs}, settings=winner.settings)
    return SearchRecord(task=task, seed=seed, train_rows=train_rows, arms=arms)
