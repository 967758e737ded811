"""The parts of the report on settings and versions."""

from collections.abc import Iterator
from statistics import fmean
from typing import Any

from stages.reporting.document import Part, Table
from stages.reporting.texts import NONE
from stages.reporting.verdicts import numeric_settings
from stages.results.cards import AdaptationCard, SourceFile
from stages.results.tasks import Run, TaskFacts
from stages.wording.message import Message, Wording, lines, listed, message

_NO_LIMIT = ("train_size", "batch_tokens", "patience", "stop_at_train_score")  # settings whose 0 sets no limit
# What is told about where a checkpoint comes from.
_ORIGIN = ("source", "repository", "revision", "commit", "conversion", "text", "lines", "text_sha256",
           "weights_sha256")


def settings_part(task: TaskFacts, cost: Message) -> Part:
    """The settings in which the arms differ, what they cost, and on request all settings."""
    differing, every = _settings(task, differing=True), _settings(task, differing=False)
    return Part(message("page-settings"), key="settings",
                sentences=(() if differing else (message("page-settings-alike"),)) + (cost,),
                tables=(differing,) if differing else (),
                parts=(Part(message("page-all-settings"), key="all-settings", tables=(every,)),) if every else ())


def versions_part(task: TaskFacts) -> Part:
    """The checkpoint, the numeric settings and the files."""
    return Part(message("page-versions"), key="versions", facts=tuple(_versions(task)))


def adaptation_fact(card: AdaptationCard, *, own_text: bool) -> Message:
    """What the weights of an arm were pre-trained on, by which settings, and its losses."""
    place = message("adaptation-file", text=card.text) if card.text else message("adaptation-training-texts")
    learned = message(
        "adaptation", number=card.texts, place=place, left=card.left_out,
        objective=str(card.settings.get("objective", "mlm")),
        head="random" if own_text else "new" if card.new_head else "own",
        tokens=card.tokens, losses=tuple(message("score", value=fmean(losses)) for losses in card.ends))
    return lines((learned, listed(_with_value(name, value) for name, value in card.settings.items())))


def _versions(task: TaskFacts) -> Iterator[tuple[Wording, Wording]]:
    yield message("fact-checkpoint"), lines([task.metrics.checkpoint, *(
        _with_value(name, value) for name, value in task.encoding.origin.items() if name in _ORIGIN)])
    yield message("fact-computed"), lines(
        listed(_with_value(name, value) for name, value in one) for one in numeric_settings(task))
    card = task.card
    if card.homepage:
        yield message("fact-pinned"), lines(_file(pin.url, pin) for pin in card.pins)
    yield message("fact-files"), lines(_file(name, file) for name, file in card.files.items())


def _file(name: str, file: SourceFile) -> Message:
    return message("file-facts", name=name, bytes=file.bytes, digest=file.sha256[:12])


def _with_value(name: str, value: object) -> Message:
    return message("setting-with-value", setting=message("name-of-setting", name=name), value=_setting(name, value))


def _of_run(run: Run) -> dict[str, Any]:
    return run.cell.settings | {f"recipe_{name}": value for name, value in run.cell.recipe.items()}


def _settings(task: TaskFacts, differing: bool) -> Table | None:
    """What the arms are trained by, or what of it differs between them; None where nothing does."""
    found = [[_of_run(run) for run in arm.runs] for arm in task.arms]
    names = dict.fromkeys(name for runs in found for run in runs for name in run)
    rows: list[tuple[Wording, ...]] = []
    for name in names:
        values = [listed(dict.fromkeys(_setting(name, run.get(name)) for run in runs)) for runs in found]
        if not differing or len(set(values)) > 1:
            rows.append((message("name-of-setting", name=name), *values))
    return Table(
        message("page-settings-differ") if differing else message("page-all-settings"),
        ((message("page-setting"), "header"),
         *((message("capitalized", text=arm.name), "number") for arm in task.arms)),
        tuple(rows), task.metrics.synthetic) if rows else None


def _setting(name: str, value: Any) -> Wording:
    if name in _NO_LIMIT and value == 0:
        return message("setting-unset", name=name)
    return NONE if value is None else message("value-of-setting", value=str(value))
