"""Command ``new_task``: look at a table, in files or on the Hub, and write its task into ``params.yaml``."""

import json
import re
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from huggingface_hub import HfApi

from stages.common.command import run_stage, stage_parser
from stages.common.errors import UserError
from stages.common.files import read_json, write_text
from stages.common.listing import some_of
from stages.common.visible import visible
from stages.corpora.lines import excerpt
from stages.doctoring.data import SMALL
from stages.models.architectures import ARCHITECTURES, position_limit
from stages.settings.arms import ARMS, PAIR
from stages.settings.base import validated
from stages.settings.checkpoints import (
    SAMPLE_TEXT,
    Checkpoint,
    LocalCheckpoint,
    PretrainedHere,
    checkpoint_from,
    direct_checkpoint,
    is_direct,
)
from stages.settings.hub import is_repository
from stages.settings.overlays import apply_overlay
from stages.settings.reading import PARAMS, read_params
from stages.settings.schema import check_values
from stages.settings.table import TableColumns, TableSettings
from stages.settings.yaml12 import parse_yaml
from stages.tables.class_names import class_names_of, with_class_names
from stages.tables.columns import find_columns
from stages.tables.files import Files, copy_files, name_splits, other_tables, pattern_of, table_files
from stages.tables.formats import open_source
from stages.tables.hints import hints
from stages.tables.hub import HubFacts, fetch_table
from stages.tables.hub_layout import DEFAULT
from stages.tables.looking import Look, look, recognised_settings
from stages.tables.names import EXTENSIONS, USUAL
from stages.tables.splits import refuse_several_files, sets_in

FEWEST = 20  # rows of a table, without which nothing can be split
TEST, VALIDATION = (0.2, 10_000), (0.15, 5_000)  # share of the rows, and the most of them
WISHED = 100  # rows of test, up to a third of all: below, the doctor calls a test set small
MOST = 400_000  # rows to train on, as many as the largest corpus of the field has; stages after encode hold them
# Learning rates of published encoders: the highest that Devlin et al. (2019, https://aclanthology.org/N19-1423) tried,
# that of the presets for the same architecture from random weights, and one above which BERT seldom learns.
FINE_TUNING, SCRATCH, HIGHEST = "5e-05", "1e-04", 3e-4
LONGEST = 128  # tokens, where the checkpoint does not say
MOST_LABELS = 30  # that are listed
_OTHERS = [name for name in TableSettings.model_fields if name not in ("files", "columns", "repository")]
_PARSED = ("labels", "no_label", "header", "quoted", "splits")  # from YAML; the others are text
_OF_HUB = ("configuration", "revision", "splits")


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line of the command."""
    parser = stage_parser(
        "Look at a table of texts and labels, or of words and tags: CSV, TSV, JSON, JSON lines, Parquet, Arrow, CoNLL,"
        " or a data set of the Hugging Face Hub. Say what is in it, and write the entry of its task into params.yaml,"
        " where everything can be changed. Then `dvc repro` runs it. What cannot be seen in the data is refused, with"
        " the option that tells it."
        f" A file may be larger than memory, which grows by some tens of bytes a row. Of more than {MOST:,} rows, that"
        " many are used for training, as `train_size` then says: stages after `encode` hold the rows that they use.",
        "python -m stages.new_task reviews.csv --only && dvc repro")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE",
                        help="the table; or its folder; or the files of train, validation and test, so called; or "
                             "OWNER/NAME of a data set of the Hub")
    parser.add_argument("--name", help="name of the task, else that of the file")
    parser.add_argument("--only", action="store_true", help="leave the other tasks out of params.yaml")
    parser.add_argument("--replace", action="store_true", help="write the entry anew if there is one of this name")
    parser.add_argument("--checkpoint", help="name of an entry under `checkpoints`, OWNER/NAME of an "
                        "encoder of the Hub, or a folder; else the first entry")
    for name in TableColumns.model_fields:
        parser.add_argument(f"--{name}", metavar="COLUMN", help=f"name or number of the column of the {name}")
    for name in _OTHERS:
        parser.add_argument(f"--{name.replace('_', '-')}", metavar="VALUE",
                            help=f"`{name}` of the table, as params.yaml would have it")
    return run_stage(parser, _new_task, arguments)


@dataclass(frozen=True)
class _Found:
    """What is looked at.

    Attributes:
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


def _new_task(options: Namespace) -> None:
    params = read_params()
    settings = _given(options)
    repository = _hub_name(options.files)
    with TemporaryDirectory() as folder:
        try:
            found, settings = _fetched(options, repository, settings, Path(folder)) if repository else (
                _local(options, settings, Path(folder)), settings)
        except UserError as error:
            raise UserError(_with_options(str(error))) from None
        if found.name in (params.get("tasks") or {}) and not options.replace:
            raise UserError(f"params.yaml: tasks.{found.name}: there is one already; give another name as --name, or "
                            "--replace")
        try:
            found, seen = _look(found, settings)
        except UserError as error:
            raise UserError(_with_options(found.shown(str(error)))) from None
        print("\n".join(_lines(seen, found.files["train"])), flush=True)
        _write(options, params, found, seen)


def _hub_name(given: Sequence[Path]) -> str:
    """The data set of the Hub that is meant, "" for files."""
    name = re.sub(r"^https?:/+huggingface\.co/datasets/", "", str(given[0]))
    path = Path(name)
    is_local = len(given) > 1 or given[0].exists() or path.suffix.lower() in EXTENSIONS or path.parent.is_dir()
    return name if not is_local and "/" in name and is_repository(name) else ""


def _fetched(options: Namespace, repository: str, settings: TableSettings,
             folder: Path) -> tuple[_Found, TableSettings]:
    facts = fetch_table(settings.model_copy(update={"repository": repository}), folder, HfApi())
    settings = settings.model_copy(update={"repository": repository, "configuration": facts["configuration"],
                                           "revision": facts["commit"]})
    print(visible(f"{repository}: configuration {facts['configuration']}, commit {facts['commit']}, terms of use: "
                  f"{facts['licence']}"), flush=True)
    if not settings.splits and (only := facts["taken_from"]["train"]) != "train":
        print(visible(f"{repository}: its only split is {only}, of which train, validation and test are parts here"),
              flush=True)
    of_its_own = "" if facts["configuration"] == DEFAULT else f"_{facts['configuration']}"
    name = _task_name(options, repository.rpartition("/")[2] + of_its_own)
    return _Found(name, folder, {split: folder / file for split, file in facts["splits"].items()}, facts), settings


def _local(options: Namespace, settings: TableSettings, joined: Path) -> _Found:
    first = options.files[0]
    name = _task_name(options, first.stem if len(options.files) == 1 else first.resolve().parent.name)
    folder, files = _files(options.files, name, settings)
    if len(options.files) == 1 and folder.is_dir() and (others := other_tables(folder, files)):
        print(visible(f"{folder}: not read: {some_of(others)}; the files of a task are called train, "
                      "validation and test"), flush=True)
    names = copy_files(folder, {split: paths for split, paths in files.items() if len(paths) > 1}, joined)
    return _Found(name, folder, {split: joined / names[split] if split in names else paths[0]
                                 for split, paths in files.items()}, None,
                  {split: pattern_of(folder, paths) for split, paths in files.items()} if folder.is_dir() else {},
                  joined)


def _look(found: _Found, settings: TableSettings) -> tuple[_Found, Look]:
    """The sets that have labels, and what is in train."""
    train = found.files["train"]
    settings = _recognise(found, settings)
    settings = with_class_names(settings, train, found.facts["class_names"] if found.facts else class_names_of(train))
    files = {split: path for split, path in found.files.items() if _has_labels(found, split, settings)}
    if settings.columns.split is not None:
        refuse_several_files(found.folder, settings, len(files))
        files = dict.fromkeys(sets_in(train, settings), train)
    seen = look(found.name, train, settings)
    files = {split: path for split, path in files.items() if split == "train" or _has_rows(found, split, path, seen)}
    return replace(found, files=files), seen


def _task_name(options: Namespace, stem: str) -> str:
    given = options.name
    if given is not None and not (re.fullmatch("[a-z0-9_]+", given) and parse_yaml(given, "--name") == given):
        raise UserError("--name: expected lower-case letters a to z, digits and '_', which YAML reads as text, found "
                        f"{given!r}; give another name")
    name = re.sub(r"[^a-z0-9]+", "_", stem.lower()).strip("_")
    return options.name or (name if re.search("[a-z]", name) and name != "null" else f"table_{name}".strip("_"))


def _given(options: Namespace) -> TableSettings:
    """The settings that the command line has."""
    values: dict[str, Any] = {
        name: parse_yaml(value, f"--{name}") if name in _PARSED else value.replace("\\t", "\t")
        for name in _OTHERS if (value := getattr(options, name)) is not None}
    columns = {name: _column(name, value)
               for name in TableColumns.model_fields if (value := getattr(options, name)) is not None}
    return validated(TableSettings, values | {"columns": columns}, "", "command line")


def _column(meaning: str, value: str) -> Any:
    """A column by its name or number; those that are joined to one text stand in brackets."""
    if meaning == "text" and value.startswith("[") and value.endswith("]"):
        return parse_yaml(value, f"--{meaning}")
    return int(value) if re.fullmatch(r"-?\d+", value) else value


def _files(given: Sequence[Path], name: str, settings: TableSettings) -> tuple[Path, Files]:
    """What `folder` is to be, and the files of each set."""
    for path in given:
        if not path.exists():
            raise UserError(f"{path}: no such file; correct the path, or give a data set of the Hub as OWNER/NAME")
    if len(given) == 1:
        return given[0], table_files(name, given[0], settings)
    folder = given[0].parent
    if other := next((path for path in given if path.parent != folder), None):
        raise UserError(f"{other}: expected a file in {folder} as the others, found another folder; put them together")
    usual = table_files(name, folder, TableSettings())
    if other := next((path for path in given if (path,) not in usual.values()), None):
        raise UserError(f"{other}: expected files called train, validation or test, found another name; rename it, or "
                        "give one file and add the others to files in params.yaml")
    return folder, {split: paths for split, paths in usual.items() if paths[0] in given}


def _recognise(found: _Found, settings: TableSettings) -> TableSettings:
    train = found.files["train"]
    settings = recognised_settings(train, settings, alone=len(found.files) == 1)
    source = open_source(train, settings)
    columns = "" if source.sentences else f"; columns: {some_of(source.columns)}"
    print(visible(f"{found.shown(str(train))}: {'; '.join(source.described)}{columns}"), flush=True)
    return settings


def _has_labels(found: _Found, split: str, settings: TableSettings) -> bool:
    """Whether a file is of use: competitions publish test sets without labels.

    Raises:
        UserError: it has labels, and other columns than the training file.
    """
    path = found.files[split]
    source = open_source(path, settings)
    try:
        find_columns(source, settings, further=split != "train")
    except UserError as error:
        label = settings.columns.tags if settings.task_kind == "words" else settings.columns.label
        labels = {str(label).lower(), *USUAL["label"], *USUAL["tags"]}
        if split == "train" or labels & {str(name).lower() for name in source.columns}:
            raise UserError(f"{error}; all files of a task have their columns by the same names") from None
        names = open_source(found.files["train"], settings).columns
        if not found.facts and not set(source.columns) & set(names):
            raise source.error(1, f"names of columns as in {found.files['train'].name}, {', '.join(map(str, names))}",
                               some_of(map(excerpt, source.columns)),
                               "write these names as the first row, or remove the file") from None
        print(found.shown(f"{path}: left out, as it has no labels: {error}"))
        return False
    return True


def _has_rows(found: _Found, split: str, path: Path, seen: Look) -> bool:
    """Whether a further file has rows with a label; one that is malformed is refused here, before anything runs."""
    counts = Counter(not row.dropped for row in seen.table.read(path, split))
    used = counts[True]
    of_set = f", {split}" if seen.settings.columns.split is not None else ""
    print(f"{found.shown(str(path))}{of_set}: {used:,} of {counts.total():,} rows have a text and a label"
          f"{'' if used else '; left out'}")
    return used > 0


def _with_options(message: str) -> str:
    """``message`` with the options of this command for the settings of params.yaml."""
    place = r" under `table` in params\.yaml"
    for pattern, options in (
            (r"set tasks\.\w+\.table\.files in params\.yaml",
             "rename the files to train, validation and test, or give one of them"),
            (r"set table\.configuration in params\.yaml", "give it as --configuration NAME"),
            (r"set table\.splits in params\.yaml", "give it as --splits '{train: NAME, test: NAME}'"),
            (rf"(?:set|correct) columns\.(\w+){place}", r"give it as --\1 COLUMN"),
            (rf"set columns\.(\w+) and columns\.(\w+){place}", r"give them as --\1 COLUMN and --\2 COLUMN"),
            (rf"set (\w+) to (\w+),? or (?:to )?(\w+),?{place}", r"give --\1 \2 or --\1 \3"),
            (rf"set (\w+) to (\w+){place}", r"give --\1 \2"),
            (rf"set (\w+){place}", r"give it as --\1 VALUE"),
            (rf"to labels, or to no_label,{place}", "to --labels, or to --no-label"),
            (place, ", as an option here or in params.yaml")):
        message = re.sub(pattern, options, message)
    return message


def _lines(seen: Look, path: Path) -> Iterator[str]:
    task, facts = seen.table.task, seen.facts
    kinds = {"single": "texts", "pair": "pairs of texts", "words": "sentences of words with tags"}
    yield f"{seen.rows:,} {kinds[task.kind]}; {'; '.join(map(visible, seen.table.describe(path)))}"
    counts = facts["labels"]["train"]
    ordered = [f"{visible(label)} {counts[label]:,}" for label in task.labels[:MOST_LABELS]]
    more = f", and {len(task.labels) - MOST_LABELS} more" if len(task.labels) > MOST_LABELS else ""
    yield f"{'entities' if task.kind == 'words' else 'labels'}: {', '.join(ordered)}{more}"
    lengths = facts["lengths"]["train"]
    yield (f"length in {'words' if task.kind == 'words' else 'characters'}: half up to {lengths['50']}, "
           f"99 % up to {lengths['99']}, the longest {lengths['100']}")
    dropped = ", ".join(f"{count:,} with {reason}" for reason, count in sorted(seen.dropped.items()))
    yield (f"repeated texts: {facts['duplicates']['train']:,}; texts with more than one answer: "
           f"{facts['conflicting_labels']:,}; dropped: {dropped or 'none'}")
    yield from hints(seen, path)
    if damaged := {kind: count for kind, count in facts["damage"]["train"].items() if count}:
        yield "odd texts: " + ", ".join(f"{kind.replace('_', ' ')} {count:,}" for kind, count in damaged.items())
    if _numbered(seen):
        yield ("the labels are numbers, and nothing in the file says what they stand for: the report calls them so "
               "until `labels` in params.yaml has names for them")


def _numbered(seen: Look) -> bool:
    return not seen.settings.labels and seen.table.task.kind != "words" and all(
        re.fullmatch(r"-?\d+", label) for label in seen.table.task.labels)


def _write(options: Namespace, params: dict[str, Any], found: _Found, seen: Look) -> None:
    name, files = found.name, found.files
    rows = seen.rows
    if rows < FEWEST:
        dropped = f" and {seen.dropped.total():,} without" if seen.dropped else ""
        raise UserError(f"{found.shown(str(files['train']))}: expected {FEWEST} rows or more, from which training, "
                        f"validation and test take theirs, found {rows} with a text and a label{dropped}; add rows")
    checkpoint = options.checkpoint or next(iter(params.get("checkpoints") or {"": None}))
    tests = [split for split in files if split not in ("train", "validation")]
    sizes = {"validation_size": 0 if "validation" in files else _size(rows, VALIDATION),
             "test_size": 0 if tests else max(_size(rows, TEST), min(WISHED, rows // 3))}
    sizes["train_size"] = MOST if rows - sum(sizes.values()) > MOST else 0
    encoder = _encoder(params, checkpoint)
    entry = _entry(found, seen, sizes, checkpoint, _max_length(encoder), list(_rates(params, encoder)))
    others = [task for task in params.get("tasks") or {} if options.only and task != found.name]
    before = PARAMS.read_text("utf-8")
    if options.only:
        entry = _with_comments(entry, before)
    if found.name in (params.get("tasks") or {}):
        before = apply_overlay(before, f"tasks:\n  {found.name}: {{}}\n", "the old entry")  # whose keys must not stay
    overlay = "".join(["tasks:\n", *(f"  {task}: null\n" for task in others), entry])
    text = apply_overlay(before, overlay + _without(others, params), "the new entry")
    check_values(parse_yaml(text, str(PARAMS)))
    write_text(PARAMS, text)
    if sizes["train_size"]:
        print(f"train_size: {MOST:,} of the rows are to be trained on; 0 takes all, and more memory and time")
    for warning in _warnings(sizes, tests, params["checkpoints"].get(checkpoint, {}), seen):
        print(warning)
    print(f"{PARAMS}: tasks.{name}{', alone' if options.only else ''}; `dvc repro` runs it")


def _without(others: Sequence[str], params: dict[str, Any]) -> str:
    """The overlay that takes tasks out of all that names them: lists of arms, further test sets and prompts."""
    overlay = ""
    for key in (arm.asked_by for arm in ARMS.values() if arm.asked_by):
        asked = params.get(key) or []
        if set(asked) & set(others):
            overlay += f"{key}: [{', '.join(task for task in asked if task not in others)}]\n"
    further = params.get("further_tests") or {}
    if lost := [test for test, values in further.items() if values.get("task") in others]:
        overlay += "further_tests: {}\n" if len(lost) == len(further) else "".join(
            ["further_tests:\n", *(f"  {test}: null\n" for test in lost)])
    templates = (params.get("prompting") or {}).get("templates") or {}
    if lost := [task for task in templates if task in others]:
        overlay += "prompting:\n  templates:" + (" {}\n" if len(lost) == len(templates) else "".join(
            ["\n", *(f"    {task}: null\n" for task in lost)]))
    return overlay


def _warnings(sizes: dict[str, int], tests: Sequence[str], checkpoint: dict[str, Any], seen: Look) -> Iterator[str]:
    """What will keep the result from saying anything about pre-training, or about a label."""
    counts = seen.facts["labels"]["train"]
    if lost := [label for label in seen.table.task.labels if not counts[label]]:
        unit = "entity" if seen.table.task.kind == "words" else "row"
        yield (f"no {unit} of train has the label {some_of(lost)}: no model learns it; add rows, or take it out of "
               "labels")
    if not tests and sizes["test_size"] < SMALL:
        yield (f"the test set will have {sizes['test_size']} rows: below {SMALL} the verdict is withheld; label "
               "more rows, or give a test set")
    if checkpoint.get("folder") == SAMPLE_TEXT:
        yield ("its encoder was pre-trained on the synthetic sample, and knows few words of other text; for a result "
               "on real text name another one, such as --checkpoint klue/bert-base --replace")


def _with_comments(entry: str, params: str) -> str:
    """``entry`` with the comments that another entry of ``params`` has above keys which have none here."""
    section = re.split(r"\n(?=[^\s#])", params.partition("\ntasks:\n")[2], maxsplit=1)[0]
    comments: dict[str, str] = {}
    for above, key in re.findall(r"((?:^    #.*\n)+)(    \w+:)", section, re.MULTILINE):
        comments.setdefault(key, above)
    own = set(re.findall(r"^    #.*\n(    \w+:)", entry, re.MULTILINE))
    return re.sub(r"^    \w+:", lambda key: key[0] if key[0] in own else comments.get(key[0], "") + key[0], entry,
                  flags=re.MULTILINE)


def _size(rows: int, wanted: tuple[float, int]) -> int:
    return max(min(round(wanted[0] * rows), wanted[1]), 1)


def _encoder(params: dict[str, Any], name: str) -> Checkpoint:
    checkpoints = params.get("checkpoints") or {}
    if not is_direct(name) and name not in checkpoints:
        raise UserError(f"--checkpoint: no checkpoint '{name}'; `checkpoints` has {', '.join(checkpoints)}, an encoder "
                        "of the Hub is owner/name, and a folder of this one ./name")
    return direct_checkpoint(name, "--checkpoint") if is_direct(name) else checkpoint_from(
        checkpoints[name], f"checkpoints.{name}")


def _max_length(checkpoint: Checkpoint) -> int:
    if isinstance(checkpoint, PretrainedHere):
        return min(LONGEST, checkpoint.pretraining.max_length)
    return min(LONGEST, _positions(Path(checkpoint.folder))) if isinstance(checkpoint, LocalCheckpoint) else LONGEST


def _positions(folder: Path) -> int:
    """Of a published encoder in a folder; LONGEST where they are not told, or the architecture is refused later."""
    path = folder / "config.json"
    if not path.is_file():
        raise UserError(f"--checkpoint: expected a folder with config.json, found none in {folder}; name the folder of "
                        "the checkpoint")
    config = read_json(path)
    if not isinstance(config, dict):
        raise UserError(f"{path}: expected a JSON object, found {type(config).__name__}; download the file again")
    return (position_limit(config) if config.get("model_type") in ARCHITECTURES else None) or LONGEST


def _rates(params: dict[str, Any], checkpoint: Checkpoint) -> Iterator[str]:
    """The lines of what each arm has of its own: for a published encoder, learning rates that suit its size."""
    published = not isinstance(checkpoint, PretrainedHere)
    for arm in PAIR:
        rate, usual = (params[arm]["lr"], SCRATCH) if ARMS[arm].own_lr else (params["lr"], FINE_TUNING)
        too_high = published and rate > HIGHEST
        if too_high:
            yield f"    # at {rate:g}, the rate of the other tasks, a published encoder usually learns nothing"
        yield f"    {arm}: {{{f'lr: {usual}' if too_high else ''}}}"


def _entry(found: _Found, seen: Look, sizes: dict[str, int], checkpoint: str, max_length: int,
           rates: Sequence[str]) -> str:
    """The lines of the new entry."""
    lines = [f"  {found.name}:", "    corpus: table", *(_hub_lines(found, seen.settings) if found.facts else
                                                       _local_lines(found))]
    lines += [f"      kind: {seen.settings.kind}", "      columns:"]
    for meaning, column in seen.settings.columns:
        if column is not None:
            shown = f"[{', '.join(map(_scalar, column))}]" if isinstance(column, list) else _scalar(column)
            lines.append(f"        {meaning}: {shown}")
    lines += list(_label_lines(seen))
    lines.append(f"      language: {seen.table.task.language}")
    for key in _OTHERS:
        value = getattr(seen.settings, key)
        if key not in ("kind", "labels", "language", *_OF_HUB) and value not in ("", None, []):
            lines.append(f"      {key}: {_scalar(value) if isinstance(value, str) else _escaped(value)}")
    lines += ["    # rows whose own identifier starts so are dropped", "    exclude_id_prefix: ''",
              "    # validation rows, split off the training rows where there is no validation file, then 0",
              f"    validation_size: {sizes['validation_size']}",
              "    # test rows, split off likewise, and training rows; 0 for all",
              *(f"    {key}: {sizes[key]}" for key in ("test_size", "train_size")),
              f"    checkpoint: {_scalar(checkpoint)}", f"    max_length: {max_length}", *rates]
    return "".join(f"{line}\n" for line in lines)


def _local_lines(found: _Found) -> Iterator[str]:
    yield from ("    source: local", "    # the table, or the folder of its files",
                f"    folder: {_scalar(str(found.folder))}",
                "    # encoding, delimiter, header and quoted are recognised where they are not set; see the data card",
                "    table:")
    if found.folder.is_dir():
        yield "      files:"
        yield from (f"        {split}: {_scalar(name)}" for split, name in found.own.items() if split in found.files)


def _hub_lines(found: _Found, settings: TableSettings) -> Iterator[str]:
    yield from ("    source: hub", "    # not read, but DVC wants one that exists", "    folder: data/local",
                "    table:", f"      repository: {settings.repository}")
    if settings.configuration:
        yield f"      configuration: {_scalar(settings.configuration)}"
    yield "      # what was looked at; a branch, such as main, is followed when it is downloaded anew"
    yield f"      revision: {_scalar(settings.revision)}"
    yield from ("      # the data set's own split for each set", "      splits:")
    yield from (f"        {split}: {_scalar(name)}" for split, name in found.facts["taken_from"].items()
                if split in found.files)


def _label_lines(seen: Look) -> Iterator[str]:
    names = seen.settings.labels or {label: label for label in seen.table.task.labels}
    if len(names) > MOST_LABELS:
        yield "      # those of train, as the data card lists them"
        yield "      labels: {}"
        return
    if _numbered(seen):
        yield "      # what stands in the file, and its name: put names on the right"
    yield "      labels:"
    for given, label in names.items():
        yield f"        {_scalar(given)}: {_scalar(label)}"


def _scalar(value: str | int) -> str:
    """A value as YAML has it, in quotes where it would be read as something else."""
    text = str(value)
    if isinstance(value, int) or (re.fullmatch(r"[\w./][\w ./-]*", text) and not text.endswith(" ")
                                  and not re.match(r"\d{4}-", text) and parse_yaml(text, "a name") == text):
        return text
    return _escaped(text)


def _escaped(value: Any) -> str:
    """A value as JSON, which YAML reads alike but for controls and ends of lines that JSON leaves as they are."""
    return re.sub("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]", lambda found: f"\\u{ord(found[0]):04x}",
                  json.dumps(value, ensure_ascii=False))


if __name__ == "__main__":
    sys.exit(main())
