"""Command ``search``: choose the learning rates of both arms on the validation set, with as many tries each."""

import itertools
import shlex
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Sequence
from pathlib import Path

from stages.common.arguments import positive_integer
from stages.common.command import run_stage, stage_parser
from stages.common.errors import UserError
from stages.common.files import read_json, write_json
from stages.common.progress import progress
from stages.metrics.one_label import chance_score, is_at_chance
from stages.results.prepared import read_rows, read_task
from stages.results.searches import SEARCHES, SearchedTry
from stages.searching.experiments import history, make_ready, write_overrides
from stages.searching.tries import Values, best, drawn, ladder, record, result, search
from stages.settings.arms import PAIR
from stages.settings.reading import PARAMS, read_params
from stages.settings.recipes import recipe_settings
from stages.settings.schema import check_params
from stages.settings.train_rows import PLAN
from stages.settings.training import training_settings

TUNING = "full"


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line of the command."""
    return run_stage(_parser(), _search, arguments)


def _parser() -> ArgumentParser:
    parser = stage_parser(
        "Tune the learning rates of the pre-trained arm and of scratch with the same budget, so that no arm wins\n"
        "because the other was not tuned. Each arm has --tries tries around its value in params.yaml: first that\n"
        "value, then one step of --factor below and above it, then two steps, and so on. A try is one training with\n"
        "one seed, run by DVC in a copy of the workspace. The model with the best validation score wins (ties: lower\n"
        "loss, then lower learning rate); no model sees the test set. A training whose loss is not finite counts as a\n"
        f"try and cannot win. Learning rates are those of params.yaml, before recipes.{TUNING}.lr_factor.\n\n"
        "It may be interrupted: the next search with the same settings takes finished tries from DVC's run cache.\n"
        f"{SEARCHES}/<task>.json keeps every try. Commit it: the report then states the budget of both arms for as\n"
        "long as the study uses the winning settings.",
        "python -m stages.search --task nsmc --tries 5 --write && dvc repro",
    )
    parser.add_argument("--task", help="task of params.yaml to search (default: all)")
    parser.add_argument("--tries", type=positive_integer, default=5, help="trainings per arm and task (default: 5)")
    parser.add_argument("--factor", type=_factor, default=3.0,
                        help="ratio of neighbouring learning rates (default: 3, about half a decade)")
    parser.add_argument("--random", type=int, metavar="SEED",
                        help="search randomly with this seed: learning rates within a decade, and half, all or twice "
                             "the epochs")
    parser.add_argument("--seed", type=int, help="seed of the trainings, one of `seeds` (default: the first)")
    parser.add_argument("--write", action="store_true", help="put the winning values into params.yaml")
    return parser


def _factor(text: str) -> float:
    try:
        factor = float(text)
    except ValueError:
        factor = 0.0
    if not 1.2 <= factor <= 100:
        raise ArgumentTypeError(f"expected a number from 1.2 to 100, got {text!r}")
    return factor


def _search(options: Namespace) -> None:
    params = check_params()
    if options.task and options.task not in params.tasks:
        raise UserError(f"--task: no task '{options.task}'; params.yaml has {', '.join(params.tasks)}")
    seed = params.seeds[0] if options.seed is None else options.seed
    if seed not in params.seeds:  # the training rows of others are not chosen
        raise UserError(f"--seed: expected one of {', '.join(map(str, params.seeds))}, got {seed}; add it to `seeds` "
                        f"in {PARAMS}, or leave the option out")
    factors = (ladder(options.tries, options.factor) if options.random is None
               else drawn(options.tries, options.random))
    tasks = [options.task] if options.task else list(params.tasks)
    with progress(len(tasks) * len(PAIR) * len(factors), "search", "try") as bar:
        for task in tasks:
            make_ready(task)
            results = search(_present(task), factors, _attempt(task, seed, bar.update),
                             recipe_settings(TUNING).lr_factor)
            _conclude(task, seed, results, options.write)


def _attempt(task: str, seed: int, advance: Callable[[], object]) -> Callable[[str, Values], SearchedTry]:
    """What runs a try of ``task``; all of its tries are to differ from the same settings."""
    settings, numbers = read_params(), itertools.count(1)

    def attempt(arm: str, values: Values) -> SearchedTry:
        overrides = [f"tunings=[{TUNING}]", f"seeds=[{seed}]", *_overrides(task, arm, values)]
        trained = history(f"search-{task}-{next(numbers)}", task, arm, seed, overrides)
        if read_params() != settings:
            raise UserError(f"{PARAMS}: changed during the search; search again, finished tries are kept")
        advance()
        return result(values, trained)

    return attempt


def _present(task: str) -> dict[str, Values]:
    """The values of each arm in params.yaml."""
    settings = {arm: training_settings(task, arm) for arm in PAIR}
    return {arm: Values(values.lr, values.epochs) for arm, values in settings.items()}


def _overrides(task: str, arm: str, wanted: Values | SearchedTry) -> list[str]:
    """What a try changes in params.yaml; values that stand there already are left alone."""
    present = _present(task)[arm]
    changed = {name: value for name in vars(present) if (value := getattr(wanted, name)) != getattr(present, name)}
    return [f"++tasks.{task}.{arm}.{name}={value!r}" for name, value in changed.items()]


def _conclude(task: str, seed: int, results: dict[str, list[SearchedTry]], write: bool) -> None:
    """Tell and keep what came out."""
    path = SEARCHES / f"{task}.json"
    train_rows = read_json(Path("data/sized", task, PLAN))["rows"]
    prepared = Path("data/prepared", task)
    known, gold = read_task(prepared), [row.answer for row in read_rows(prepared / "validation.jsonl")]
    kept = record(task, seed, train_rows, results, lambda score: is_at_chance(score, known, gold))
    write_json(path, kept.model_dump(mode="json"))
    winners = {arm: best(tries, f"{task} {arm}") for arm, tries in results.items()}
    for arm, tries in results.items():
        for line in _table(f"{task} {arm}", tries, winners[arm], kept.arms[arm].end):
            print(line)
    overrides = [override for arm, winner in winners.items() for override in _overrides(task, arm, winner)]
    if not overrides:
        print(f"{task}: params.yaml already has the winning values; tries: {path}")
    elif write:
        write_overrides(overrides)
        print(f"{task}: written to params.yaml: {' '.join(overrides)}; tries: {path}")
    else:
        settings = " ".join(f"-S {shlex.quote(override)}" for override in overrides)
        print(f"{task}: dvc exp run {settings}; tries: {path}")
    for arm in PAIR:
        if kept.arms[arm].at_chance:
            print(f"warning: {task} {arm}: no try is above chance on validation, where one label for all rows scores "
                  f"{chance_score(known, gold):.4f}, so nothing was chosen by what was learned; search a wider range "
                  "(--tries, --factor), or give it more epochs or training rows", file=sys.stderr)


def _table(place: str, tries: Sequence[SearchedTry], winner: SearchedTry, end: str) -> list[str]:
    rows = [f"{place}: lr {one.lr:g}, epochs {one.epochs}: {_score(one)}"
            f"{'  <- chosen' if one is winner else ''}" for one in tries]
    if end:
        rows.append(f"{place}: the best learning rate is the lowest or highest tried; more tries widen the range")
    return rows


def _score(one: SearchedTry) -> str:
    return one.outcome if one.score is None else f"validation {one.score:.4f}, loss {one.loss:.4f}"


if __name__ == "__main__":
    sys.exit(main())
