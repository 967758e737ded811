"""Command ``new_task``: look at a table, in files or on the Hub, and write its task into ``params.yaml``."""

import re
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from huggingface_hub import HfApi

from stages.common.command import run_stage, stage_parser
from stages.common.composing import composed
from stages.common.errors import UserError
from stages.common.files import write_text
from stages.common.listing import some_of
from stages.common.outputs import refuse_among_outputs
from stages.common.visible import visible
from stages.corpora.lines import excerpt
from stages.doctoring.data import SMALL
from stages.settings.base import validated
from stages.settings.checkpoints import SAMPLE_TEXT
from stages.settings.hub import is_repository
from stages.settings.reading import PARAMS, read_params
from stages.settings.schema import check_values
from stages.settings.table import TableColumns, TableSettings
from stages.settings.yaml12 import parse_yaml
from stages.tables.class_names import class_names_of, with_class_names
from stages.tables.columns import find_columns
from stages.tables.entry import FURTHER, HUB_FOLDER, MOST, MOST_LABELS, Origin, set_sizes, with_entry
from stages.tables.files import Files, copy_files, other_tables, pattern_of, table_files
from stages.tables.formats import open_source
from stages.tables.hints import hints
from stages.tables.hub import fetch_table
from stages.tables.hub_layout import DEFAULT, splits_by_names, usual_splits
from stages.tables.looking import Look, look, recognised_settings
from stages.tables.names import EXTENSIONS, USUAL
from stages.tables.splits import refuse_several_files, sets_in

FEWEST = 20  # rows of a table, without which nothing can be split
# What is shown for a value, and the help, of each option that sets one of the table.
_HELP = {
    "configuration": ("NAME", "of a data set of the Hub, needed where it has several and none is called default"),
    "revision": ("REVISION", "branch, tag or commit of a data set of the Hub; else main"),
    "splits": ("SPLITS", "the data set's own split for each set, '{train: train, test: validation}'; else by their "
                         "usual names"),
    "kind": ("{single,pair,words}", "a text with a label, two texts with one, or words with a tag each; else "
                                    "recognised"),
    "labels": ("LABELS", "the labels in their order, '[negative, positive]', or a name for each that stands in the "
                         "file, '{0: negative, 1: positive}'; else those of train as they stand in the file"),
    "no_label": ("LABELS", "what stands for no label, \"['?', unsure]\"; besides nothing, null, NaN and their like, "
                           "and in pairs a dash"),
    "language": ("CODE", "ISO 639-1 code of the language, such as en or ko; else recognised, und where it cannot be"),
    "title": ("TITLE", "name of the task in the report; else that of the task"),
    "encoding": ("NAME", "such as utf-8, cp949, utf-16 or cp1252; else recognised"),
    "delimiter": ("CHARACTER", "between columns, such as ';' or '\\t'; else recognised"),
    "header": ("{true,false}", "whether the first row has the names of the columns; else recognised"),
    "quoted": ("{true,false}", "whether quotation marks around fields belong to the format and not to the texts; else "
                               "recognised"),
}
_PARSED = ("labels", "no_label", "header", "quoted", "splits")  # from YAML; the others are text


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
                        help="the table; or its folder; or the files of train, validation and test, told by their "
                             "names, such as a_train.csv and a_test.csv; or OWNER/NAME of a data set of the Hub")
    parser.add_argument("--name", help="name of the task, else that of the file")
    parser.add_argument("--only", action="store_true", help="leave the other tasks out of params.yaml")
    parser.add_argument("--replace", action="store_true", help="write the entry anew if there is one of this name")
    parser.add_argument("--checkpoint", help="name of an entry under `checkpoints`, OWNER/NAME of an "
                        "encoder of the Hub, or a folder; else the first entry")
    for name in TableColumns.model_fields:
        parser.add_argument(f"--{name}", metavar="COLUMN", help=f"name or number of the column of the {name}")
    for name in FURTHER:
        metavar, explained = _HELP[name]
        parser.add_argument(f"--{name.replace('_', '-')}", metavar=metavar, help=explained)
    return run_stage(parser, _new_task, arguments)


def _new_task(options: Namespace) -> None:
    params = read_params()
    settings = _given(options)
    repository = _hub_name(options.files)
    with TemporaryDirectory() as folder:
        try:
            origin, settings = _fetched(options, repository, settings, Path(folder)) if repository else _local(
                options, settings, Path(folder))
        except UserError as error:
            raise UserError(_with_options(str(error))) from None
        if origin.name in (params.get("tasks") or {}) and not options.replace:
            raise UserError(f"params.yaml: tasks.{origin.name}: there is one already; give another name as --name, or "
                            "--replace")
        try:
            origin, seen = _look(origin, settings)
        except UserError as error:
            raise UserError(_with_options(origin.shown(str(error)))) from None
        print("\n".join(_lines(seen, origin.files["train"])), flush=True)
        _write(options, params, origin, seen)


def _hub_name(given: Sequence[Path]) -> str:
    """The data set of the Hub that is meant, "" for files."""
    name = re.sub(r"^https?:/+huggingface\.co/datasets/", "", str(given[0]))
    path = Path(name)
    is_local = len(given) > 1 or given[0].exists() or path.suffix.lower() in EXTENSIONS or path.parent.is_dir()
    return name if not is_local and "/" in name and is_repository(name) else ""


def _fetched(options: Namespace, repository: str, settings: TableSettings,
             folder: Path) -> tuple[Origin, TableSettings]:
    facts = fetch_table(settings.model_copy(update={"repository": repository}), folder, HfApi())
    settings = settings.model_copy(update={"repository": repository, "configuration": facts["configuration"],
                                           "revision": facts["commit"]})
    print(visible(f"{repository}: configuration {facts['configuration']}, commit {facts['commit']}, terms of use: "
                  f"{facts['licence']}"), flush=True)
    if not settings.splits and (only := facts["taken_from"]["train"]) != "train":
        print(visible(f"{repository}: its only split is {only}, of which train, validation and test are parts here"),
              flush=True)
    of_its_own = "" if facts["configuration"] == DEFAULT else f"_{facts['configuration']}"
    name, settings = _named(options, repository.rpartition("/")[2] + of_its_own, Path(HUB_FOLDER), settings)
    return Origin(name, folder, {split: folder / file for split, file in facts["splits"].items()}, facts), settings


def _local(options: Namespace, settings: TableSettings, joined: Path) -> tuple[Origin, TableSettings]:
    folder, files = _files(options.files, settings)
    alone = len(options.files) == 1
    name, settings = _named(options, folder.stem if alone else folder.resolve().name, folder, settings)
    if alone and folder.is_dir() and (others := other_tables(folder, files)):
        print(visible(f"{folder}: not read: {some_of(others)}; the files of a task are called train, "
                      "validation and test"), flush=True)
    names = copy_files(folder, {split: paths for split, paths in files.items() if len(paths) > 1}, joined)
    own = {split: pattern_of(folder, paths) for split, paths in files.items()} if folder.is_dir() else {}
    return Origin(name, folder, {split: joined / names[split] if split in names else paths[0]
                                 for split, paths in files.items()}, None, own, joined), settings


def _look(origin: Origin, settings: TableSettings) -> tuple[Origin, Look]:
    """The sets that have labels, and what is in train."""
    train = origin.files["train"]
    settings = _recognise(origin, settings)
    settings = with_class_names(settings, train, origin.facts["class_names"] if origin.facts else class_names_of(train))
    files = {split: path for split, path in origin.files.items() if _has_labels(origin, split, settings)}
    if settings.columns.split is not None:
        refuse_several_files(origin.folder, settings, len(files))
        files = dict.fromkeys(sets_in(train, settings), train)
    seen = look(origin.name, train, settings)
    files = {split: path for split, path in files.items() if split == "train" or _has_rows(origin, split, path, seen)}
    return replace(origin, files=files), seen


def _named(options: Namespace, stem: str, folder: Path, settings: TableSettings) -> tuple[str, TableSettings]:
    """The name of the task, and the settings with a title where the name has lost letters of ``stem``."""
    given = options.name
    if given is not None and not (re.fullmatch("[a-z0-9_]+", given) and parse_yaml(given, "--name") == given):
        raise UserError("--name: expected lower-case letters a to z, digits and '_', which YAML reads as text, found "
                        f"{given!r}; give another name")
    name = re.sub(r"[^a-z0-9]+", "_", stem.lower()).strip("_")
    is_text = re.search("[a-z]", name) and parse_yaml(name, stem) == name  # not so true, null and 1e5
    name = given or (name if is_text else f"table_{name}".strip("_"))
    if given or stem.isascii():
        return name, settings
    tasks = read_params().get("tasks") or {}  # those of other files that have lost theirs may be called alike
    name = next(free for number in count(1) if (free := name if number == 1 else f"{name}_{number}") not in tasks
                or tasks[free].get("folder") == str(folder))
    settings = settings.model_copy(update={"title": settings.title or composed(stem)})
    print(visible(f"the task is called {name}, as a name has letters a to z alone, and in the report {settings.title}; "
                  "--name and --title call it otherwise"), flush=True)
    return name, settings


def _given(options: Namespace) -> TableSettings:
    """The settings that the command line has."""
    values: dict[str, Any] = {
        name: parse_yaml(value, f"--{name}") if name in _PARSED else value.replace("\\t", "\t")
        for name in FURTHER if (value := getattr(options, name)) is not None}
    columns = {name: _column(name, value)
               for name in TableColumns.model_fields if (value := getattr(options, name)) is not None}
    return validated(TableSettings, values | {"columns": columns}, "", "command line")


def _column(meaning: str, value: str) -> Any:
    """A column by its name or number; those that are joined to one text stand in brackets."""
    if meaning == "text" and value.startswith("[") and value.endswith("]"):
        return parse_yaml(value, f"--{meaning}")
    return int(value) if re.fullmatch(r"-?\d+", value) else value


def _files(given: Sequence[Path], settings: TableSettings) -> tuple[Path, Files]:
    """What `folder` is to be, and the files of each set."""
    for path in given:
        if not path.exists():
            raise UserError(f"{path}: no such file; correct the path, or give a data set of the Hub as OWNER/NAME")
    folder = given[0] if len(given) == 1 else given[0].parent
    refuse_among_outputs(str(given[0]), folder, "reviews")
    if len(given) == 1:
        return folder, table_files("it", folder, settings)  # whose files no option can set
    if other := next((path for path in given if path.parent != folder), None):
        raise UserError(f"{other}: expected a file in {folder} as the others, found another folder; put them together")
    names = splits_by_names([path.name for path in given])
    files = {split: tuple(folder / name for name in names[theirs]) for split, theirs in usual_splits(names).items()}
    if other := next((path for path in given if (path,) not in files.values()), None):
        raise UserError(f"{other}: expected one file of train, and one of validation or test or of each, told by their "
                        "names, such as a_train.csv and a_test.csv; rename it, or give train alone, of which rows are "
                        "split off for the others")
    return folder, files


def _recognise(origin: Origin, settings: TableSettings) -> TableSettings:
    train = origin.files["train"]
    settings = recognised_settings(train, settings, alone=len(origin.files) == 1)
    source = open_source(train, settings)
    columns = "" if source.sentences else f"; columns: {some_of(source.columns)}"
    print(visible(f"{origin.shown(str(train))}: {'; '.join(source.described)}{columns}"), flush=True)
    return settings


def _has_labels(origin: Origin, split: str, settings: TableSettings) -> bool:
    """Whether a file is of use: competitions publish test sets without labels.

    Raises:
        UserError: it has labels, and other columns than the training file.
    """
    path = origin.files[split]
    source = open_source(path, settings)
    try:
        find_columns(source, settings, further=split != "train")
    except UserError as error:
        label = settings.columns.tags if settings.task_kind == "words" else settings.columns.label
        labels = {str(label).lower(), *USUAL["label"], *USUAL["tags"]}
        if split == "train" or labels & {str(name).lower() for name in source.columns}:
            raise UserError(f"{error}; all files of a task have their columns by the same names") from None
        names = open_source(origin.files["train"], settings).columns
        if not origin.facts and not set(source.columns) & set(names):
            raise source.error(1, f"names of columns as in {origin.files['train'].name}, {', '.join(map(str, names))}",
                               some_of(map(excerpt, source.columns)),
                               "write these names as the first row, or remove the file") from None
        print(origin.shown(f"{path}: left out, as it has no labels: {error}"))
        return False
    return True


def _has_rows(origin: Origin, split: str, path: Path, seen: Look) -> bool:
    """Whether a further file has rows with a label; one that is malformed is refused here, before anything runs."""
    counts = Counter(not row.dropped for row in seen.table.read(path, split))
    used = counts[True]
    of_set = f", {split}" if seen.settings.columns.split is not None else ""
    print(f"{origin.shown(str(path))}{of_set}: {used:,} of {counts.total():,} rows have a text and a label"
          f"{'' if used else '; left out'}")
    return used > 0


def _with_options(message: str) -> str:
    """``message`` with the options of this command for the settings of params.yaml."""
    place = r" under `table` in params\.yaml"
    for pattern, options in (
            (r"set tasks\.\w+\.table\.files in params\.yaml",
             "rename the files to train, validation and test, or give those that are meant, not the folder"),
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
    # without the format, which is told before anything else can go wrong
    described = seen.table.describe(path)[len(open_source(path, seen.settings).described):]
    yield f"{seen.rows:,} {kinds[task.kind]}; {'; '.join(map(visible, described))}"
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
    if damaged := {kind: count for kind, count in facts["damage"]["train"].items()
                   if count and kind != "missing_value"}:  # which is among the hints
        yield "odd texts: " + ", ".join(f"{kind.replace('_', ' ')} {count:,}" for kind, count in damaged.items())
    if seen.has_numbers_as_labels:
        yield ("the labels are numbers, and nothing in the file says what they stand for: the report calls them so "
               "until `labels` in params.yaml has names for them")


def _write(options: Namespace, params: dict[str, Any], origin: Origin, seen: Look) -> None:
    if seen.rows < FEWEST:
        dropped = f" and {seen.dropped.total():,} without" if seen.dropped else ""
        raise UserError(f"{origin.shown(str(origin.files['train']))}: expected {FEWEST} rows or more, from which "
                        f"training, validation and test take theirs, found {seen.rows} with a text and a label{dropped}"
                        "; add rows")
    checkpoint = options.checkpoint or next(iter(params.get("checkpoints") or {"": None}))
    sizes = set_sizes(seen.rows, origin.files)
    text = with_entry(PARAMS.read_text("utf-8"), origin, seen, sizes, checkpoint, options.only)
    check_values(parse_yaml(text, str(PARAMS)))
    write_text(PARAMS, text)
    if sizes["train_size"]:
        print(f"train_size: {MOST:,} of the rows are to be trained on; 0 takes all, and more memory and time")
    for warning in _warnings(sizes, params["checkpoints"].get(checkpoint, {}), seen):
        print(warning)
    print(f"{PARAMS}: tasks.{origin.name}{', alone' if options.only else ''}; `dvc repro` runs it")


def _warnings(sizes: dict[str, int], checkpoint: dict[str, Any], seen: Look) -> Iterator[str]:
    """What will keep the result from saying anything about pre-training, or about a label."""
    counts = seen.facts["labels"]["train"]
    if lost := [label for label in seen.table.task.labels if not counts[label]]:
        unit = "entity" if seen.table.task.kind == "words" else "row"
        yield (f"no {unit} of train has the label {some_of(lost)}: no model learns it; add rows, or take it out of "
               "labels")
    if 0 < sizes["test_size"] < SMALL:
        yield (f"the test set will have {sizes['test_size']} rows: below {SMALL} the verdict is withheld; label "
               "more rows, or give a test set")
    if checkpoint.get("folder") == SAMPLE_TEXT:
        yield ("its encoder was pre-trained on the synthetic sample, and knows few words of other text; for a result "
               "on real text name another one, such as --checkpoint klue/bert-base --replace")


if __name__ == "__main__":
    sys.exit(main())
