"""The entry of a table's task in ``params.yaml``: its lines, and what becomes of the other entries."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stages.common.errors import UserError
from stages.common.files import read_json
from stages.models.architectures import ARCHITECTURES, position_limit
from stages.settings.arms import ARMS, PAIR
from stages.settings.checkpoints import (
    Checkpoint,
    LocalCheckpoint,
    PretrainedHere,
    checkpoint_from,
    direct_checkpoint,
    is_direct,
)
from stages.settings.overlays import apply_overlay
from stages.settings.table import TableSettings
from stages.settings.yaml12 import parse_yaml
from stages.tables.files import name_splits
from stages.tables.hub import HubFacts
from stages.tables.looking import Look

MOST = 400_000  # rows to train on, as many as the largest corpus of the field has; stages after encode hold them
MOST_LABELS = 30  # that are listed
# Of the table, what an option of one value sets.
FURTHER = [name for name in TableSettings.model_fields if name not in ("files", "columns", "repository")]
HUB_FOLDER = "data/local"  # of a data set of the Hub: not read, but DVC wants one that exists
_TEST, _VALIDATION = (0.2, 10_000), (0.15, 5_000)  # share of the rows, and the most of them
_WISHED = 100  # rows of test, up to a third of all: below, the doctor calls a test set small
# Learning rates of published encoders: the highest that Devlin et al. (2019, https://aclanthology.org/N19-1423) tried,
# that of the presets for the same architecture from random weights, and one above which BERT seldom learns.
_FINE_TUNING, _SCRATCH, _HIGHEST = "5e-05", "1e-04", 3e-4
_LONGEST = 128  # tokens, where the checkpoint does not say


@dataclass(frozen=True)
class Origin:
    """Where a table comes from.

    Attributes:
        name: of its task.
        folder: of the files; or the single file.
        files: file of each set.
        facts: of a data set of the Hub, what was fetched; None for local files.
        own: of local files, what params.yaml calls those of each set: a name, or the pattern of several.
        joined: where those of a set that has several were joined.
    """

    name: str
    folder: Path
    files: dict[str, Path]
    facts: HubFacts | None
    own: dict[str, str] = field(default_factory=dict)
    joined: Path = Path()

    def shown(self, text: str) -> str:
        """``text`` with names that the user knows."""
        if self.facts:
            return name_splits(text, self.folder, self.facts["repository"], self.facts["splits"])
        for split, path in self.files.items():
            if path.parent == self.joined:
                text = text.replace(str(path), str(self.folder / self.own[split]))
        return text


def set_sizes(rows: int, files: Mapping[str, Path]) -> dict[str, int]:
    """The sizes of the entry: rows that are split off ``rows`` of train for the sets without a file; 0 for all."""
    sizes = {"validation_size": 0 if "validation" in files else _size(rows, _VALIDATION),
             "test_size": 0 if files.keys() - {"train", "validation"} else
             max(_size(rows, _TEST), min(_WISHED, rows // 3))}
    return sizes | {"train_size": MOST if rows - sum(sizes.values()) > MOST else 0}


def _size(rows: int, wanted: tuple[float, int]) -> int:
    return max(min(round(wanted[0] * rows), wanted[1]), 1)


def with_entry(text: str, origin: Origin, seen: Look, sizes: Mapping[str, int], checkpoint: str, only: bool) -> str:
    """``text`` of params.yaml with the entry of a table, instead of one of this name.

    Args:
        sizes: see :func:`set_sizes`.
        checkpoint: an entry of ``checkpoints``, ``owner/name`` of the Hub, or a folder.
        only: leave the other tasks out.

    Raises:
        UserError: there is no such checkpoint.
    """
    params = parse_yaml(text, "params.yaml")
    tasks = params.get("tasks") or {}
    encoder = _encoder(params, checkpoint)
    entry = "".join(f"{line}\n" for line in (
        f"  {origin.name}:", *_table(origin, seen), *_sizes(sizes), f"    checkpoint: {_scalar(checkpoint)}",
        f"    max_length: {_max_length(encoder)}", *_rates(params, encoder)))
    others = [task for task in tasks if only and task != origin.name]
    if only:
        entry = _with_comments(entry, text)
    if origin.name in tasks:
        text = apply_overlay(text, f"tasks:\n  {origin.name}: {{}}\n", "the old entry")  # whose keys must not stay
    overlay = "".join(["tasks:\n", *(f"  {task}: null\n" for task in others), entry])
    return apply_overlay(text, overlay + _without(others, params), "the new entry")


def _table(origin: Origin, seen: Look) -> Iterator[str]:
    """How the table is read."""
    settings = seen.settings
    yield "    corpus: table"
    yield from _of_hub(origin, settings) if origin.facts else _of_files(origin)
    yield f"      kind: {settings.kind}"
    yield from _mapping("columns", {meaning: column for meaning, column in settings.columns if column is not None})
    yield from _labels(seen)
    yield f"      language: {seen.table.task.language}"
    for key in FURTHER:
        value = getattr(settings, key)
        if key not in ("kind", "labels", "language", "configuration", "revision", "splits") and value not in (
                "", None, []):
            yield f"      {key}: {_scalar(value)}"


def _of_files(origin: Origin) -> Iterator[str]:
    yield from ("    source: local", "    # the table, or the folder of its files",
                f"    folder: {_scalar(str(origin.folder))}",
                "    # encoding, delimiter, header and quoted are recognised where they are not set; see the data card",
                "    table:")
    if origin.folder.is_dir():
        yield from _mapping("files", {split: name for split, name in origin.own.items() if split in origin.files})


def _of_hub(origin: Origin, settings: TableSettings) -> Iterator[str]:
    yield from ("    source: hub", "    # not read, but DVC wants one that exists", f"    folder: {HUB_FOLDER}",
                "    table:", f"      repository: {settings.repository}")
    if settings.configuration:
        yield f"      configuration: {_scalar(settings.configuration)}"
    yield "      # what was looked at; a branch, such as main, is followed when it is downloaded anew"
    yield f"      revision: {_scalar(settings.revision)}"
    yield "      # the data set's own split for each set"
    yield from _mapping("splits", {split: name for split, name in origin.facts["taken_from"].items()
                                   if split in origin.files})


def _labels(seen: Look) -> Iterator[str]:
    names = seen.settings.labels or {label: label for label in seen.table.task.labels}
    if len(names) > MOST_LABELS:
        yield from ("      # those of train, as the data card lists them", "      labels: {}")
        return
    if seen.has_numbers_as_labels:
        yield "      # what stands in the file, and its name: put names on the right"
    yield from _mapping("labels", names)


def _sizes(sizes: Mapping[str, int]) -> Iterator[str]:
    yield from ("    # rows whose own identifier starts so are dropped", "    exclude_id_prefix: ''",
                "    # validation rows, split off the training rows where there is no validation file, then 0",
                f"    validation_size: {sizes['validation_size']}",
                "    # test rows, split off likewise, and training rows; 0 for all",
                f"    test_size: {sizes['test_size']}", f"    train_size: {sizes['train_size']}")


def _mapping(name: str, values: Mapping[str, Any]) -> Iterator[str]:
    """The lines of a mapping in `table`."""
    yield f"      {name}:"
    yield from (f"        {_scalar(key)}: {_scalar(value)}" for key, value in values.items())


def _scalar(value: Any) -> str:
    """A value as YAML has it, in quotes where it would be read as something else; also a list of some."""
    if isinstance(value, list):
        return f"[{', '.join(map(_scalar, value))}]"
    if isinstance(value, str) and (re.fullmatch(r"[\w./][\w ./-]*", value) and not value.endswith(" ")
                                   and not re.match(r"\d{4}-", value) and parse_yaml(value, "a name") == value):
        return value
    # JSON, which YAML reads alike but for controls and ends of lines that JSON leaves as they are
    return re.sub("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]", lambda found: f"\\u{ord(found[0]):04x}",
                  json.dumps(value, ensure_ascii=False))


def _encoder(params: Mapping[str, Any], name: str) -> Checkpoint:
    checkpoints = params.get("checkpoints") or {}
    if not is_direct(name) and name not in checkpoints:
        raise UserError(f"--checkpoint: no checkpoint '{name}'; `checkpoints` has {', '.join(checkpoints)}, an encoder "
                        "of the Hub is owner/name, and a folder of this one ./name")
    return direct_checkpoint(name, "--checkpoint") if is_direct(name) else checkpoint_from(
        checkpoints[name], f"checkpoints.{name}")


def _max_length(checkpoint: Checkpoint) -> int:
    if isinstance(checkpoint, PretrainedHere):
        return min(_LONGEST, checkpoint.pretraining.max_length)
    return min(_LONGEST, _positions(Path(checkpoint.folder))) if isinstance(checkpoint, LocalCheckpoint) else _LONGEST


def _positions(folder: Path) -> int:
    """Of a published encoder in a folder; _LONGEST where they are not told, or the architecture is refused later."""
    path = folder / "config.json"
    if not path.is_file():
        raise UserError(f"--checkpoint: expected a folder with config.json, found none in {folder}; name the folder of "
                        "the checkpoint")
    config = read_json(path)
    if not isinstance(config, dict):
        raise UserError(f"{path}: expected a JSON object, found {type(config).__name__}; download the file again")
    return (position_limit(config) if config.get("model_type") in ARCHITECTURES else None) or _LONGEST


def _rates(params: Mapping[str, Any], checkpoint: Checkpoint) -> Iterator[str]:
    """The lines of what each arm has of its own: for a published encoder, learning rates that suit its size."""
    published = not isinstance(checkpoint, PretrainedHere)
    for arm in PAIR:
        rate, usual = (params[arm]["lr"], _SCRATCH) if ARMS[arm].own_lr else (params["lr"], _FINE_TUNING)
        too_high = published and rate > _HIGHEST
        if too_high:
            yield f"    # at {rate:g}, the rate of the other tasks, a published encoder usually learns nothing"
        yield f"    {arm}: {{{f'lr: {usual}' if too_high else ''}}}"


def _with_comments(entry: str, params: str) -> str:
    """``entry`` with the comments that another entry of ``params`` has above keys which have none here."""
    section = re.split(r"\n(?=[^\s#])", params.partition("\ntasks:\n")[2], maxsplit=1)[0]
    comments: dict[str, str] = {}
    for above, key in re.findall(r"((?:^    #.*\n)+)(    \w+:)", section, re.MULTILINE):
        comments.setdefault(key, above)
    own = set(re.findall(r"^    #.*\n(    \w+:)", entry, re.MULTILINE))
    return re.sub(r"^    \w+:", lambda key: key[0] if key[0] in own else comments.get(key[0], "") + key[0], entry,
                  flags=re.MULTILINE)


def _without(others: Sequence[str], params: Mapping[str, Any]) -> str:
    """The overlay that takes tasks out of all that names them: lists of arms, further test sets and prompts."""
    overlay = ""
    for key in (arm.asked_by for arm in ARMS.values() if arm.asked_by):
        asked = params.get(key) or []
        if set(asked) & set(others):
            overlay += f"{key}: [{', '.join(task for task in asked if task not in others)}]\n"
    tests = params.get("further_tests") or {}
    lost = [test for test, values in tests.items() if values.get("task") in others]
    overlay += _nulls("further_tests:", lost, len(tests), "  ")
    templates = (params.get("prompting") or {}).get("templates") or {}
    lost = [task for task in templates if task in others]
    return overlay + _nulls("prompting:\n  templates:", lost, len(templates), "    ")


def _nulls(head: str, lost: Sequence[str], entries: int, indent: str) -> str:
    """The overlay that takes ``lost`` out of so many entries; braces where none remains."""
    if not lost:
        return ""
    return f"{head} {{}}\n" if len(lost) == entries else "".join(
        [f"{head}\n", *(f"{indent}{name}: null\n" for name in lost)])
