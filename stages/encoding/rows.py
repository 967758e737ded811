"""Prepared rows, or those of a further test set, as encoded rows, and these as a split in memory."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from stages.encoding.store import EncodedSplit, Ragged
from stages.encoding.tokenizing import TextTokenizer, tag_ids
from stages.results.prepared import Row, Task, read_rows


class EncodedRow(NamedTuple):
    """A row of :class:`stages.encoding.store.EncodedSplit`: an id as ``labels``, or one per token for ``words``."""

    guid: str
    labels: int | list[int]
    input_ids: list[int]
    token_type_ids: list[int]
    word_index: list[int] | None = None


def encode_rows(rows: Sequence[Row], tokenizer: TextTokenizer, task: Task) -> list[EncodedRow]:
    """The tokens and labels of rows; a long sentence becomes several rows."""
    ids = task.ids
    if task.is_words:
        sentences = zip(rows, tokenizer.encode_words([row.words for row in rows]), strict=True)
        return [EncodedRow(row.guid, tag_ids(window.word_index, row.tags, ids), *window)
                for row, windows in sentences for window in windows]
    encoded = zip(rows, tokenizer.encode_texts([row.texts for row in rows]), strict=True)
    return [EncodedRow(row.guid, ids[row.label], *tokens) for row, tokens in encoded]


def split_of_rows(encoded: Sequence[EncodedRow]) -> EncodedSplit:
    """A split of what :func:`encode_rows` gives, of one row or more."""
    guids, labels, input_ids, token_type_ids, word_index = map(list, zip(*encoded, strict=True))
    words = word_index[0] is not None
    return EncodedSplit(
        guids, _ragged(input_ids), _ragged(token_type_ids),
        _ragged(labels) if words else np.array(labels, dtype=np.int64), _ragged(word_index) if words else None)


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


def _ragged(sequences: Sequence[Sequence[int]]) -> Ragged:
    offsets = np.cumsum([0, *map(len, sequences)])
    return Ragged(np.array([value for sequence in sequences for value in sequence], dtype=np.int32), offsets)
