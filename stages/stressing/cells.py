"""Changed rows of test, and the logits of every trained model of a task on them."""

from argparse import Namespace
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as parquet

from stages.common.files import new_folder, write_json, write_json_lines
from stages.common.progress import progress
from stages.encoding.rows import EncodedRow, encode_rows, split_of_rows
from stages.encoding.store import EncodedSplit
from stages.encoding.tokenizing import TextTokenizer
from stages.models.building import load_model
from stages.models.predicting import predicted_rows
from stages.results.prepared import Row, Task, read_rows, read_task
from stages.settings.stress import StressInputs, StressSettings
from stages.stressing.transformations import Transformation, transformation
from stages.training.determinism import make_deterministic

_SCHEMA = pa.schema([("transformation", pa.string()), ("guid", pa.string()), ("logits", pa.list_(pa.float32()))])


def stress(paths: Namespace, cells: Sequence[str], settings: StressSettings, inputs: StressInputs) -> None:
    """Write ``stress.json``, ``<transformation>.jsonl`` with the changed rows and ``<cell>.parquet`` with logits.

    The Parquet files have the columns transformation, guid and flattened float32 logits. Logits of the same rows
    unchanged are those that ``predict`` wrote.
    """
    make_deterministic(inputs.threads)
    task = read_task(paths.prepared)
    applied: dict[str, dict[str, str | int]] = {}
    left_out: dict[str, str] = {}
    changed: dict[str, EncodedSplit] = {}
    with new_folder(paths.out) as folder:
        test = shuffled(list(read_rows(paths.prepared / "test.jsonl")), settings.seed)
        words = known_words(read_rows(paths.prepared / "train.jsonl"))
        for name in settings.transformations:
            chosen = transformation(name, task, words)
            if isinstance(chosen, str):
                left_out[name] = chosen
                continue
            pairs, offered = changed_rows(name, chosen, test, settings)
            write_json_lines(folder / f"{name}.jsonl", (after.stored(after.guid) for _, after in pairs))
            applied[name] = {"expectation": chosen.expectation, "offered": offered, "changed": len(pairs)}
            if pairs:
                before, after = ([pair[side] for pair in pairs] for side in (0, 1))
                tokenizer = TextTokenizer(paths.tokenizer, inputs.max_length)
                encoded = encode_rows(after, tokenizer, task)
                changed[name] = split_of_rows(encoded)
                applied[name]["same_tokens"] = _same_tokens(encode_rows(before, tokenizer, task), encoded)
        write_json(folder / "stress.json", {"transformations": applied, "left_out": left_out})
        if changed:
            _write_logits(folder, cells, paths.models, task, changed, inputs.precision)


def shuffled(rows: Sequence[Row], seed: int) -> list[Row]:
    """The order in which rows are offered to every transformation."""
    return Random(f"{seed}-rows").sample(rows, len(rows))


def known_words(rows: Iterable[Row]) -> set[str]:
    """All words of sentences in lower case; none of texts."""
    return {word.lower() for row in rows for word in row.words}


def changed_rows(
    name: str, chosen: Transformation, rows: Iterable[Row], settings: StressSettings
) -> tuple[list[tuple[Row, Row]], int]:
    """Rows before and after, in the order given until there are enough, and how many were offered for that.

    Each row has a random number generator of its own, so that what becomes of it does not depend on the others.
    """
    pairs: list[tuple[Row, Row]] = []
    offered = 0
    for row in rows:
        if settings.rows and len(pairs) == settings.rows:
            break
        offered += 1
        changed = chosen.change(row, Random(f"{settings.seed}-{name}-{row.guid}"))
        if changed is not None:
            pairs.append((row, changed))
    return pairs, offered


def _same_tokens(before: Iterable[EncodedRow], after: Iterable[EncodedRow]) -> int:
    """How many changed rows the tokenizer cannot tell from the unchanged ones, from encoded rows."""
    unchanged = _tokens(before)
    return sum(unchanged[guid] == tokens for guid, tokens in _tokens(after).items())


def _tokens(encoded: Iterable[EncodedRow]) -> dict[str, list[int]]:
    tokens: dict[str, list[int]] = {}
    for row in encoded:
        tokens.setdefault(row.guid, []).extend(row.input_ids)
    return tokens


def _write_logits(
    folder: Path, cells: Sequence[str], models: Path, task: Task, changed: dict[str, EncodedSplit],
    precision: str,
) -> None:
    total = len(cells) * sum(map(len, changed.values()))
    with progress(total, f"{task.task} stress", "row") as bar:
        for cell in cells:
            model = load_model(models / cell, task.kind)
            tables = []
            for name, split in changed.items():
                guids, rows = predicted_rows(model, split, precision, bar.update)
                tables.append(pa.table([[name] * len(guids), guids, [row.ravel() for row in rows]], schema=_SCHEMA))
            parquet.write_table(pa.concat_tables(tables), folder / f"{cell}.parquet")
