"""Command ``predict``: the trained models of a task applied to new texts."""

import contextlib
import functools
import itertools
import json
import sys
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

from stages.answering.cells import chosen_cell
from stages.answering.texts import Names, Text, Wanted, find_texts
from stages.common.command import run_stage, stage_parser
from stages.common.errors import UserError, not_made
from stages.common.files import new_file, read_json, read_json_lines
from stages.common.slow_imports import slow_imports
from stages.corpora.lines import decoded_lines, is_unicode, read_lines
from stages.results.prepared import Task, read_task
from stages.settings.arms import REFERENCE
from stages.settings.base import validated
from stages.settings.grid import read_cell_grid
from stages.settings.prediction import PredictionSettings
from stages.settings.reading import pick, read_keys
from stages.settings.report import report_settings
from stages.settings.table import TABLE, TableSettings
from stages.wording.catalogue import render
from stages.wording.message import Message, message

# What a model was trained by, in its history and in the report.
_TRAINED_BY = ("settings", "recipe", "inputs")
AT_A_TIME = 1000  # texts; bounds memory, the answers do not depend on it


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = stage_parser(
        "Apply the trained models of one task to new texts. A terminal shows a table for people; a pipe, --out and"
        " --json get one JSON object per text: label and probabilities, or the entities with their positions in the"
        " text. Texts are given as arguments, or in --file"
        " or standard input: one per line, plain or as JSON objects with \"text\" (and \"text_pair\"; a tab separates"
        " a plain pair; for entities also \"words\", a list that is used as it is), or as a table (CSV, TSV) with"
        " column names on its first line. The text column is that of the table on which the task was trained, or found"
        " if only one can be meant, or named with --column; standard error says which was used."
        " Probabilities are the model's own, without temperature scaling; the report has each run's temperature."
        " Answers are in the order of the lines or rows: an empty text has the"
        " label null, or no entities; blank lines at the end have no answer. \"unknown_tokens\" is the share of tokens"
        " that are unknown to the tokenizer, where it is at least half."
        " For entities, a text is split into words as in the corpora: punctuation, brackets and clitics ('s, n't) are"
        " split off, and a word with inner punctuation, such as U.S. or Port-Sele, stays whole; the report has the"
        " score from running text beside the headline. With --words, a text is split at spaces alone.",
        'python -m stages.predict --task nsmc "이 영화 정말 재미없다"\n'
        '  python -m stages.predict --task mnli "A man sleeps." --pair "Nobody is awake." --both-arms\n'
        "  python -m stages.predict --task conll2003 --file news.txt --out entities.jsonl",
    )
    parser.add_argument("texts", nargs="*", metavar="TEXT", help="text to classify (default: lines of standard input)")
    parser.add_argument("--task", required=True, help="name of the task in params.yaml")
    parser.add_argument("--pair", metavar="TEXT", help="second text of a pair, such as the hypothesis in MultiNLI")
    parser.add_argument("--file", type=Path, help="file with one text per line, JSON lines, CSV or TSV")
    parser.add_argument("--column", metavar="NAME", help="column of the table, or key of the JSON objects, of the text;"
                        " '[title, text]' joins two")
    parser.add_argument("--pair-column", metavar="NAME", help="as --column, for the second text of a pair")
    parser.add_argument("--words", action="store_true",
                        help="for entities: split texts at spaces alone, as the files of the corpora do")
    models = parser.add_mutually_exclusive_group()
    models.add_argument("--cell", help="model to use, such as scratch-1 (default: fine-tuned, first seed)")
    models.add_argument("--both-arms", action="store_true", help="default model and scratch, side by side")
    parser.add_argument("--json", action="store_true", help="print JSON on a terminal, too")
    parser.add_argument("--out", type=Path, help="file to write, as JSON lines (default: standard output)")
    parser.add_argument("--replace", action="store_true", help="replace the file that --out names")
    return run_stage(parser, _predict, arguments)


def _predict(options: Namespace) -> None:
    cells = _cells(options)
    settings = read_keys(PredictionSettings, "training")
    task, tokenizer, length = _trained_with(options.task)
    texts = _as_words(options, task.kind) if options.words else _texts(options, task.kind)
    first = list(itertools.islice(texts, AT_A_TIME))
    if not first:
        raise UserError(f"{options.file or 'standard input'}: no text; give one as an argument, or one per line")
    if options.out and options.out.is_file() and not options.replace:
        raise UserError(f"{options.out}: there is a file of this name; name another as --out, or replace it with "
                        "--replace")
    with slow_imports():
        from stages.answering.answers import Model
    models = {cell: Model(Path("data/models") / options.task / cell, tokenizer, task, length, settings)
              for cell in cells}
    _print_message(message("answer-models", cells=tuple(models), task=options.task))
    if task.synthetic:
        _print_message(message("answer-synthetic", task=options.task))
    for text in _doubts(options.task, cells):
        _print_message(text)
    chunks = itertools.chain([first], iter(lambda: list(itertools.islice(texts, AT_A_TIME)), []))
    answers = itertools.chain.from_iterable(
        _rows(chunk, {cell: model.answer(chunk) for cell, model in models.items()}, options.both_arms)
        for chunk in chunks)
    for_people = not options.out and not options.json and sys.stdout.isatty()
    with _output(options.out) as stream:
        if for_people:  # whose tables take a library that nothing else here needs
            from stages.terminal.answers import answer_printer

            write = answer_printer(stream, cells if options.both_arms else (), report_settings().language)
        else:
            write = _json_writer(stream)
        _write(answers, cells[0] if options.both_arms else None, write)


def _doubts(task: str, cells: Sequence[str]) -> Iterator[Message]:
    """What the report says against models that answer; nothing where there is no report."""
    path = Path("reports/metrics") / f"{task}.json"
    reported = read_json(path)["cells"] if path.is_file() else {}
    for cell in cells:
        facts, history = reported.get(cell, {}), Path("data/models") / task / cell / "history.jsonl"
        if facts.get("failed"):
            yield message("answer-failed", cell=cell, task=task)
        start = next(read_json_lines(history), {}) if history.is_file() else {}
        if any(start[part] != facts[part] for part in _TRAINED_BY if part in start and part in facts):
            yield message("answer-trained-again", cell=cell, task=task)


def _print_message(text: Message) -> None:
    print(render(text, report_settings().language), file=sys.stderr)


def _json_writer(stream: TextIO) -> Callable[[dict[str, Any]], None]:
    return lambda answer: print(json.dumps(answer, ensure_ascii=False), file=stream)


def _write(answers: Iterable[dict[str, Any]], cell: str | None, write: Callable[[dict[str, Any]], None]) -> None:
    """Write every answer, and count the texts that the tokenizer does not know.

    ``cell`` names a model whose answer shows it if several answer side by side; they share a tokenizer.
    """
    unknown, count = [], 0
    for count, answer in enumerate(answers, start=1):
        write(answer)
        if "unknown_tokens" in (answer[cell] if cell else answer):
            unknown.append(count)
    if unknown:
        _print_message(message("answer-unknown", unknown=len(unknown), texts=count, first=unknown[0]))


def _cells(options: Namespace) -> list[str]:
    """The models to use."""
    cells = [chosen_cell(options.task, options.cell)]
    if options.both_arms:
        cells += read_cell_grid(options.task).arms[REFERENCE][:1]
    for cell in cells:
        if not (folder := Path("data/models") / options.task / cell).is_dir():
            raise UserError(f"{folder}: no such folder; run `dvc repro`, or `dvc pull` where it is shared")
    return cells


def _trained_with(task: str) -> tuple[Task, Path, int]:
    """Facts of the task, its tokenizer, and the maximum tokens per input, as of the last run of the pipeline."""
    tokenizer = Path("data/initial") / task / "tokenizer.json"
    if not tokenizer.is_file():
        raise not_made(tokenizer)
    return (read_task(Path("data/encoded") / task), tokenizer,
            int(read_json(Path("reports/cards") / f"{task}.encoding.json")["max_length"]))


def _as_words(options: Namespace, kind: str) -> Iterator[Text]:
    if kind != "words":
        raise UserError(f"--words: expected for entity tasks; {options.task} has {kind} inputs")
    return ({"words": text["text"].split()} if "text" in text else text for text in _texts(options, kind))


def _texts(options: Namespace, kind: str) -> Iterator[Text]:
    """The texts as they are given."""
    pair = kind == "pair"
    if options.texts and options.file:
        raise UserError("--file: expected either a file or texts as arguments, found both")
    if options.file and options.out and options.out.exists() and options.file.exists() and (
            options.out.samefile(options.file)):
        raise UserError(f"--out {options.out}: expected another file than --file, found the same; name another")
    if options.pair_column is not None and not pair:
        raise UserError(f"--pair-column: expected for tasks on pairs; {options.task} has {kind} inputs")
    if options.texts and (options.column is not None or options.pair_column is not None):
        raise UserError("--column: expected with --file or standard input, found texts as arguments")
    if options.pair is not None and not (pair and len(options.texts) == 1):
        raise UserError(f"--pair: expected for tasks on pairs; {options.task} has {kind} inputs"
                        if not pair else f"--pair: expected with one text, found {len(options.texts)}")
    if options.texts:
        if pair and options.pair is None:
            raise UserError(f"--pair: missing; {options.task} is about pairs of texts")
        second = {"text_pair": options.pair} if pair else {}
        try:
            yield from (_checked({"text": text} | second) for text in options.texts)
        except ValueError as error:
            raise UserError(f"argument: {error}") from None
    else:
        yield from _from_file(options, kind)


def _from_file(options: Namespace, kind: str) -> Iterator[Text]:
    """The texts of --file or standard input; standard error says how they were read."""
    if options.file is None and sys.stdin.isatty():
        _print_message(message("answer-reading"))
    name = str(options.file or "standard input")
    read = functools.partial(read_lines, options.file)
    lines = read() if options.file else decoded_lines(sys.stdin.buffer, name)
    again = read if options.file and options.file.is_file() else None  # a pipe is read once
    wanted = Wanted(kind == "pair", kind == "words", options.column, options.pair_column,
                    _trained_columns(options.task, kind))
    texts, described = find_texts(lines, name, wanted, again)
    if described:
        print(f"{name}: {'; '.join(described)}", file=sys.stderr)
    yield from texts


def _trained_columns(task: str, kind: str) -> tuple[Names, ...]:
    """Of a task on a table, the columns of each text; () where params.yaml does not name them."""
    if pick(f"tasks.{task}.corpus") != TABLE:
        return ()
    columns = validated(TableSettings, pick(f"tasks.{task}.table"), f"tasks.{task}.table").columns
    parts = [each if isinstance(each, list) else [each]
             for each in ((columns.text, columns.pair) if kind == "pair" else (columns.text,))]
    has_names = all(isinstance(name, str) for names in parts for name in names)  # numbers are those of files without
    return tuple(map(tuple, parts)) if has_names else ()


def _checked(texts: Text) -> Text:
    """Refuse lone surrogates, which stand for bytes that are not UTF-8 or for half a character."""
    if not all(map(is_unicode, texts.values())):
        raise ValueError("half a character (a lone surrogate); write the text as UTF-8")
    return texts


def _rows(texts: Sequence[Text], answers: dict[str, Any], side_by_side: bool) -> Iterator[dict[str, Any]]:
    """The texts with their answers, which are by model."""
    for place, text in enumerate(texts):
        found = {cell: given[place] for cell, given in answers.items()}
        yield text | (found if side_by_side else next(iter(found.values())))


@contextlib.contextmanager
def _output(path: Path | None) -> Iterator[Any]:
    if path is None:
        yield sys.stdout
        return
    with new_file(path) as partial, partial.open("w", encoding="utf-8", newline="\n") as stream:
        yield stream


if __name__ == "__main__":
    sys.exit(main())
