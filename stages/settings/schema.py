"""The schema of ``params.yaml``: every key, and checks across keys."""

import math
import re
from collections.abc import Callable
from typing import Any

from pydantic import Field, ValidationInfo, field_validator

from stages.common.errors import UserError
from stages.corpora.tasks import TASKS
from stages.settings.adaptation import AdaptationSettings, SelfPretrainingSettings
from stages.settings.arms import ARMS, FULL_TUNING, TUNED, Arm
from stages.settings.base import Seed, Settings, did_you_mean, distinct, validated
from stages.settings.checkpoints import (
    Checkpoint,
    PretrainedHere,
    checkpoint_from,
    checkpoint_of,
    direct_checkpoint,
    is_direct,
)
from stages.settings.data import EncodingSettings, SourceSettings, SplitSettings
from stages.settings.distillation import DistillationSettings
from stages.settings.error_analysis import ErrorAnalysisSettings
from stages.settings.evaluation import EvaluationSettings
from stages.settings.further import FurtherTestSettings
from stages.settings.kinds import kind_of
from stages.settings.prompting import PromptingSettings, refuse_other_labels, template_of
from stages.settings.reading import read_params
from stages.settings.recipes import Recipe, recipe_from, refused_kind
from stages.settings.report import ReportSettings
from stages.settings.resources import ResourceSettings
from stages.settings.stress import StressSettings
from stages.settings.table import TABLE, TableSettings
from stages.settings.tracking import TrackingSettings
from stages.settings.train_rows import FurtherTrainSize, Size, TrainSize, labels_per_class
from stages.settings.training import ArmOverrides, ArmSettings, ScheduleSettings, SharedSettings
from stages.settings.unknown_keys import refuse_unknown_keys


class TaskSettings(SourceSettings, SplitSettings, EncodingSettings):
    """One entry of ``tasks``; ``train_size`` are the training rows to use, 0 for all, or so many of each class."""

    table: TableSettings  # no default: DVC tracks the key
    train_size: TrainSize
    pretrained: ArmOverrides
    scratch: ArmOverrides


class Params(Settings):
    """Every key of ``params.yaml``."""

    lr: float = Field(gt=0, le=1)
    tunings: list[str] = Field(min_length=1)
    seeds: list[Seed] = Field(min_length=1)
    tasks: dict[str, TaskSettings] = Field(min_length=1)
    further_tests: dict[str, FurtherTestSettings]
    recipes: dict[str, Recipe] = Field(min_length=1)
    pretrained: ScheduleSettings
    scratch: ArmSettings
    training: SharedSettings
    checkpoints: dict[str, Checkpoint] = Field(min_length=1)
    sample_seed: Seed
    split_seed: Seed
    draws: int = Field(ge=1)
    evaluation: EvaluationSettings
    error_analysis: ErrorAnalysisSettings
    resources: ResourceSettings
    report: ReportSettings
    tracking: TrackingSettings
    stress: StressSettings
    adaptation: AdaptationSettings
    self_pretraining: SelfPretrainingSettings
    adapted: list[str]
    distillation: DistillationSettings
    distilled: list[str]
    self_pretrained: list[str]
    prompting: PromptingSettings
    in_context: list[str]
    train_sizes: list[FurtherTrainSize]

    _distinct = field_validator(
        "seeds", "tunings", *{arm.asked_by for arm in ARMS.values() if arm.asked_by}, "train_sizes")(distinct)

    @field_validator("recipes", "checkpoints", mode="before")
    @classmethod
    def _by_kind(cls, values: Any, info: ValidationInfo) -> Any:
        """What an entry has tells which keys it may have; pydantic would complain of those of every kind."""
        entry_from = recipe_from if info.field_name == "recipes" else checkpoint_from
        return {name: entry_from(entry, f"{info.field_name}.{name}") for name, entry in values.items()} if isinstance(
            values, dict) else values


_CELL_NAME = re.compile(r"[a-z0-9_]+")


def known_corpora(params: Params) -> str | None:
    """Every task's corpus is in the task table, or any other table, in local files or on the Hub."""
    for name, task in params.tasks.items():
        if task.corpus == TABLE:
            if problem := _table_problem(task.source, task.table):
                return f"tasks.{name}.{problem}"
        elif task.corpus not in TASKS:
            known = (*TASKS, TABLE)
            return f"tasks.{name}.corpus: unknown corpus '{task.corpus}'; the task table has {', '.join(known)}" + (
                did_you_mean(task.corpus, known))
        elif task.source == "hub":
            return (f"tasks.{name}.source: expected 'sample', 'published' or 'local' for {task.corpus}, got 'hub'; set "
                    f"corpus to {TABLE} to read a data set of the Hub")
        elif task.table != TableSettings():
            return (f"tasks.{name}.table: expected {{}}, as {task.corpus} has a reader of its own; set corpus to "
                    f"{TABLE} to read another table")
    return None


def _table_problem(source: str, table: TableSettings) -> str | None:
    if source not in ("local", "hub"):
        return f"source: expected 'local' or 'hub' for a table, got '{source}'"
    if source == "hub" and not table.repository:
        return ("table.repository: expected owner/name of a data set of the Hub, got none; `python -m stages.new_task "
                "OWNER/NAME` writes the entry")
    if source == "hub" and table.files and table.splits:
        return "table.splits: expected splits or files, got both; remove one of them"
    of_hub = [key for key in ("repository", "configuration", "splits") if getattr(table, key)]
    if source == "local" and of_hub:
        return f"table.{of_hub[0]}: expected none where source is 'local'; remove it, or set source to 'hub'"
    return None


def possible_further_tests(params: Params) -> str | None:
    """Every further test set belongs to a task whose rows are of its kind, and has a place where it comes from."""
    for name, test in params.further_tests.items():
        where = f"further_tests.{name}"
        if test.task not in params.tasks:
            return (f"{where}.task: no task '{test.task}'; `tasks` has {', '.join(params.tasks)}; correct it, or "
                    f"remove {where}" + did_you_mean(test.task, params.tasks))
        task = params.tasks[test.task]
        kind = kind_of(task.corpus, task.table)
        if test.table.task_kind != kind:
            return (f"{where}.table.kind: expected '{kind}', as the rows of tasks.{test.task} are, got "
                    f"'{test.table.task_kind}'; set it, or the columns that tell it")
        if test.source == "published" and test.corpus == TABLE:
            return f"{where}.corpus: expected an entry of stages/corpora/published.yaml, got '{TABLE}'"
        if test.source != "published" and (problem := _table_problem(test.source, test.table)):
            return f"{where}.{problem}"
        if test.source == "hub" and not (test.table.splits or test.table.files):
            return f"{where}.table.splits: expected {{test: NAME}}, the split of the data set to take, got none"
        if test.second_gold and (kind != "words" or task.test_size):
            found = f"{kind} rows" if kind != "words" else f"tasks.{test.task}.test_size: {task.test_size}"
            return (f"{where}.second_gold: expected a task of words with all of its test sentences, found {found}; set "
                    "it to false" + (", or test_size to 0" if kind == "words" else ""))
    return None


def known_tunings(params: Params) -> str | None:
    """Every tuning is a recipe."""
    unknown = next((name for name in params.tunings if name not in params.recipes), None)
    return unknown and (f"tunings: no recipe '{unknown}'; `recipes` has {', '.join(params.recipes)}"
                        + did_you_mean(unknown, params.recipes))


def possible_tunings(params: Params) -> str | None:
    """Every tuning can tune a model of every task."""
    for tuning in params.tunings:
        for name, task in params.tasks.items():
            if reason := refused_kind(params.recipes[tuning], kind_of(task.corpus, task.table)):
                return (f"tunings: expected recipes for the entities of tasks.{name}, got '{tuning}': {reason}; take "
                        f"{tuning} out of `tunings`, or {name} out of `tasks`")
    return None


def possible_learning_rates(params: Params) -> str | None:
    """Learning rates of recipes have the same upper bound as those of arms."""
    for name, task in params.tasks.items():
        for tuning in params.tunings:
            lr, factor = task.pretrained.lr or params.lr, params.recipes[tuning].lr_factor
            if lr * factor > 1:
                return (f"recipes.{tuning}.lr_factor: {factor} makes the learning rate of task {name} "
                        f"{lr * factor:g}, expected at most 1; lower it")
    return None


def layers_to_tune(params: Params) -> str | None:
    """Recipes freeze and reinitialise no more layers than an encoder that is pre-trained here has."""
    for tuning in params.tunings:
        recipe = params.recipes[tuning]
        wanted = (getattr(recipe, "frozen_layers", 0) or 0) + getattr(recipe, "reinitialised_layers", 0)
        for task, settings in params.tasks.items():
            name = settings.checkpoint
            checkpoint = checkpoint_of(params.checkpoints, task, name)
            if isinstance(checkpoint, PretrainedHere) and wanted > checkpoint.pretraining.layers:
                return (f"recipes.{tuning}: frozen_layers and reinitialised_layers add up to {wanted}, more than "
                        f"the {checkpoint.pretraining.layers} of checkpoints.{name}.pretraining.layers; lower them")
    return None


def known_arms(params: Params) -> str | None:
    """An arm that is asked for is so for one of the tasks, and finds there what it is compared with."""
    for arm in ARMS.values():
        tasks = _tasks_with(params, arm)
        unknown = next((name for name in tasks if name not in params.tasks), None)
        if unknown:
            return (f"{arm.asked_by}: no task '{unknown}'; `tasks` has {', '.join(params.tasks)}"
                    + did_you_mean(unknown, params.tasks))
        compared = TUNED.name in arm.against or arm.name in TUNED.against[1:]
        if tasks and compared and FULL_TUNING not in params.tunings:
            remedy = f"add it, or empty `{arm.asked_by}`" if arm.asked_by else "add it"
            return f"tunings: the {arm.name} encoder is compared with the tuning '{FULL_TUNING}'; {remedy}"
    taken = next((name for name in params.tunings if name in ARMS), None)
    return f"tunings: '{taken}' is the name of an arm; rename the recipe" if taken else None


def _tasks_with(params: Params, arm: Arm) -> list[str]:
    return list(getattr(params, arm.asked_by) if arm.asked_by else params.tasks)


def possible_prompts(params: Params) -> str | None:
    """A task that is prompted has rows with labels, and a template that suits them."""
    if unknown := next((name for name in params.prompting.templates if name not in params.tasks), None):
        return (f"prompting.templates.{unknown}: no such task; `tasks` has {', '.join(params.tasks)}"
                + did_you_mean(unknown, params.tasks))
    for name in params.in_context:
        task = params.tasks[name]
        if (kind := kind_of(task.corpus, task.table)) == "words":
            return f"in_context: {name} tags words, for which there are no prompts; take it out of the list"
        template = template_of(params.prompting, name, task.corpus, kind, "")
        if task.corpus in TASKS:
            refuse_other_labels(template, name, TASKS[task.corpus].labels)
    return None


def known_checkpoints(params: Params) -> str | None:
    """Every task's checkpoint is declared, or names an encoder itself."""
    for name, task in params.tasks.items():
        if is_direct(task.checkpoint):
            direct_checkpoint(task.checkpoint, f"params.yaml: tasks.{name}.checkpoint")
        elif task.checkpoint not in params.checkpoints:
            known = ", ".join(params.checkpoints)
            return (f"tasks.{name}.checkpoint: no checkpoint '{task.checkpoint}'; `checkpoints` has {known}, an "
                    "encoder of the Hub is owner/name, and a folder of this one ./name"
                    + did_you_mean(task.checkpoint, params.checkpoints))
    return None


def plain_names(params: Params) -> str | None:
    """Names can be parts of stage names, which DVC joins by '-', and of paths."""
    if "synthetic" in params.tasks:
        return "tasks.synthetic: the name is reserved for a field of the report; rename the task"
    for section, names in (("tasks", params.tasks), ("recipes", params.recipes),
                           ("further_tests", params.further_tests)):
        for name in names:
            if not _CELL_NAME.fullmatch(name):
                return (f"{section}.{name}: expected only lower-case letters a to z, digits and '_', because the name "
                        "is part of stage and file names; rename it")
    for name in params.checkpoints:
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", name):
            return f"checkpoints.{name}: expected letters, digits, '_' and '-' only; rename it"
    return None


def whole_batch(params: Params) -> str | None:
    """A training set has at least one batch; every epoch would otherwise be a single smaller step."""
    for name, task in params.tasks.items():
        if few := _less_than_a_batch(params, task, task.train_size):
            return f"tasks.{name}.train_size: {few}"
    return None


def _less_than_a_batch(params: Params, task: TaskSettings, size: Size) -> str:
    """That a size has fewer rows than a batch, and which has as many; "" where it has as many, or nothing tells."""
    rows, batch = _row_count(task, size), _batch_rows(params)
    if rows is None or not 0 < rows < batch:
        return ""
    each = labels_per_class(size)
    enough = f"{math.ceil(batch * each / rows)}_per_class" if each else str(batch)
    return (f"{rows} rows are fewer than one batch, the {batch} of training.batch_size; write {enough} or more, or "
            "lower training.batch_size")


def _batch_rows(params: Params) -> int:
    """Rows of a batch; 1 where they are counted in tokens."""
    return 1 if params.training.batch_tokens else params.training.batch_size


def _row_count(task: TaskSettings, size: Size) -> int | None:
    """How many training rows a size is, 0 for all; None where the settings alone do not tell the number of classes."""
    if not (each := labels_per_class(size)):
        return int(size)
    return None if task.corpus == TABLE else each * len(TASKS[task.corpus].labels)


def drawn_rows(params: Params) -> str | None:
    """Labels are counted per class where rows have one; runs of two seeds are independent, or share all of their rows.
    """
    if params.draws not in (1, len(params.seeds)):
        return (f"draws: expected 1, the same training rows for every seed, or {len(params.seeds)}, as many as `seeds` "
                f"has, so that no two runs share a draw, got {params.draws}")
    sizes = [("train_sizes", size, name) for size in params.train_sizes for name in params.tasks]
    sizes += [(f"tasks.{name}.train_size", task.train_size, name) for name, task in params.tasks.items()]
    for setting, size, name in sizes:
        task = params.tasks[name]
        if labels_per_class(size) and kind_of(task.corpus, task.table) == "words":
            return (f"{setting}: expected numbers of rows, as sentences of {name} have no single class, got {size}; "
                    f"write a number, or run without the task")
    return None


def room_for_a_row(params: Params) -> str | None:
    """A batch has room for the longest row."""
    for name, task in params.tasks.items():
        if 0 < params.training.batch_tokens < task.max_length:
            return (f"training.batch_tokens: {params.training.batch_tokens} is less than the {task.max_length} tokens "
                    f"of tasks.{name}.max_length; raise it, or set it to 0")
    return None


def further_train_sizes(params: Params) -> str | None:
    """A further train size has at least one batch, and is below the train size of some task (0: unknown, all rows)."""
    for size in params.train_sizes:
        rows = [(_row_count(task, size), _row_count(task, task.train_size)) for task in params.tasks.values()]
        for name, task in params.tasks.items():
            if few := _less_than_a_batch(params, task, size):
                return f"train_sizes: {f'{size} of {name}: ' if labels_per_class(size) else ''}{few}"
        if all(number is not None and whole is not None and 0 < whole <= number for number, whole in rows):
            return (f"train_sizes: {size} is not below the train_size of any task, so it adds no point to a "
                    "learning curve; remove it, or raise train_size")
    return None


def room_for_inputs(params: Params) -> str | None:
    """Inputs are no longer than the positions of an encoder that is pre-trained here."""
    for name, task in params.tasks.items():
        checkpoint = checkpoint_of(params.checkpoints, name, task.checkpoint)
        if isinstance(checkpoint, PretrainedHere) and task.max_length > checkpoint.pretraining.max_length:
            return (f"tasks.{name}.max_length: {task.max_length} is more than the {checkpoint.pretraining.max_length} "
                    f"positions of checkpoints.{task.checkpoint}.pretraining.max_length; lower it, or raise that")
    return None


CHECKS: tuple[Callable[[Params], str | None], ...] = (
    plain_names, known_corpora, possible_further_tests, known_tunings, possible_tunings, possible_learning_rates,
    known_arms, possible_prompts, known_checkpoints, layers_to_tune, drawn_rows, whole_batch, room_for_a_row,
    further_train_sizes, room_for_inputs,
)


def check_params() -> Params:
    """Validate the whole file or raise a :class:`UserError` with the failing path."""
    return check_values(read_params())


def check_values(values: dict[str, object]) -> Params:
    """Validate the values of a whole file or raise a :class:`UserError` with the failing path."""
    refuse_unknown_keys(Params, values)
    _refuse_beyond(values)
    params = validated(Params, values, "")
    for check in CHECKS:
        if problem := check(params):
            raise UserError(f"params.yaml: {problem}")
    return params


def _refuse_beyond(values: Any, path: str = "") -> None:
    """Refuse integers that are not exact as floats; DVC, Arrow and PyTorch would each fail in their own way."""
    entries = values.items() if isinstance(values, dict) else enumerate(values) if isinstance(values, list) else ()
    for key, value in entries:
        where = f"{path}.{key}" if path else f"{key}"
        if isinstance(value, int) and abs(value) >= 2**53:
            raise UserError(f"params.yaml: {where}: expected a number of at most 15 digits, got {str(value)[:40]}")
        _refuse_beyond(value, where)
