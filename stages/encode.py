"""Stage ``encode``: prepared rows become token ids in Arrow files."""

import itertools
import os
import shutil
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType

# Hub access is never wanted here, and must be off before `datasets` is imported.
os.environ["HF_HUB_OFFLINE"] = "1"

from datasets import ClassLabel, Features, List, Value
from datasets.arrow_writer import ArrowWriter

from stages.common.files import new_folder, read_json, write_json
from stages.common.lengths import length_percentiles
from stages.common.pipeline import pipeline_stage
from stages.encoding.example import architecture, worked_example
from stages.encoding.rows import encode_rows
from stages.encoding.tokenizing import Losses, TextTokenizer
from stages.results.prepared import Row, Task, read_rows, read_task
from stages.settings.data import EncodingSettings, task_settings
from stages.settings.libraries import require_libraries

ROWS_AT_A_TIME = 1000  # bounds memory; the output does not depend on it


def _encode(options: Namespace) -> None:
    require_libraries("datasets", "numpy", "pyarrow", "tokenizers")
    settings = task_settings(EncodingSettings, options.task)
    encode(options.prepared, options.tokenizer, read_json(options.origin), options.out, options.card, settings,
           architecture(options.config))


def encode(
    prepared: Path, tokenizer: Path, origin: Mapping[str, str | int | bool], out: Path, card: Path,
    settings: EncodingSettings, model: Mapping[str, str | int] = MappingProxyType({}),
) -> None:
    """Encode every split of ``prepared``; see :class:`stages.encoding.store.EncodedSplit` for the columns.

    ``origin`` is what the checkpoint stage says about the checkpoint, and ``model`` what its config says. They go into
    the card alone: other weights with the same tokenizer, or another name for them, must leave what is trained on as it
    is.
    """
    task = read_task(prepared)
    facts = {
        "checkpoint": settings.checkpoint, "synthetic_checkpoint": origin["synthetic"],
        "max_length": settings.max_length,
        "origin": {name: value for name, value in origin.items()
                   if isinstance(value, str | int) and not isinstance(value, bool)},
        "architecture": dict(model),
        "example": worked_example(tokenizer, settings.max_length, task).model_dump(mode="json")}
    cards = {}
    with new_folder(out) as folder:
        for split in task.splits:
            splitter = TextTokenizer(tokenizer, settings.max_length)
            facts["vocabulary"] = splitter.vocabulary_size
            rows = read_rows(prepared / f"{split}.jsonl")
            _write_split(folder / f"{split}.arrow", rows, splitter, task)
            cards[split] = asdict(splitter.losses) | {"lengths": length_percentiles(splitter.lengths)}
            print(f"{task.task} {split}: {_summary(splitter.losses)}", file=sys.stderr)
        shutil.copyfile(prepared / "task.json", folder / "task.json")
    write_json(card, facts | {"splits": cards})


def _write_split(path: Path, rows: Iterator[Row], tokenizer: TextTokenizer, task: Task) -> None:
    features = _features(task)
    with ArrowWriter(path=str(path), features=features) as writer:
        while chunk := list(itertools.islice(rows, ROWS_AT_A_TIME)):
            encoded = encode_rows(chunk, tokenizer, task)
            writer.write_batch({name: [getattr(row, name) for row in encoded] for name in features})
        writer.finalize()


def _features(task: Task) -> Features:
    columns = {
        "guid": Value("string"), "input_ids": List(Value("int32")), "token_type_ids": List(Value("int32"))}
    if task.is_words:
        # Plain ints: a ClassLabel has no name for the ignored label.
        return Features(columns | {"labels": List(Value("int32")), "word_index": List(Value("int32"))})
    return Features(columns | {"labels": ClassLabel(names=list(task.tags))})


def _summary(losses: Losses) -> str:
    return (f"{losses.rows} rows, {losses.tokens} tokens, {losses.truncated_rows} truncated, "
            f"{losses.unknown_tokens} unknown tokens")


main = pipeline_stage(
    "encode", _encode, "task prepared tokenizer", origin="origin.json of the task's checkpoint",
    config="config.json of the task's checkpoint",
    out="folder to write: Arrow files, which training maps into memory",
    card="JSON with what tokenization did to the rows")

if __name__ == "__main__":
    sys.exit(main())
