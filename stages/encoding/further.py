"""The rows of a further test set as the models of its task read them."""

from dataclasses import replace
from pathlib import Path

from stages.encoding.rows import encode_rows, split_of_rows
from stages.encoding.store import EncodedSplit
from stages.encoding.tokenizing import TextTokenizer
from stages.results.prepared import Row, Task, read_rows


def further_split(folder: Path, task: Task, tokenizer: Path, max_length: int) -> EncodedSplit:
    """The tokenized rows in ``folder``, which preprocess_further wrote; labels are placeholders.

    Args:
        tokenizer: tokenizer.json of the task's checkpoint.
        max_length: maximum tokens per input.
    """
    rows = [_unlabelled(row, task) for row in read_rows(folder / "rows.jsonl")]
    return split_of_rows(encode_rows(rows, TextTokenizer(tokenizer, max_length), task))


def _unlabelled(row: Row, task: Task) -> Row:
    """The row with a label that the task has, in place of that of the test set; no model sees it."""
    first = task.tags[0]
    return replace(row, tags=(first,) * len(row.words)) if task.is_words else replace(row, label=first)
