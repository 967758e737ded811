"""Prepared rows as encoded rows, and these as a split in memory."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from stages.encoding.store import EncodedSplit, Ragged
from stages.encoding.tokenizing import TextTokenizer, tag_ids


def encode_rows(rows: Sequence[dict[str, Any]], tokenizer: TextTokenizer, task: dict[str, Any]) -> list[dict[str, Any]]:
    """The columns of :class:`stages.encoding.store.EncodedSplit` per row; a long sentence becomes several rows."""
    ids = {tag: identifier for identifier, tag in enumerate(task["tags"])}
    return _encode_words(rows, tokenizer, ids) if task["kind"] == "words" else _encode_texts(rows, tokenizer, ids)


def _encode_texts(
    rows: Sequence[dict[str, Any]], tokenizer: TextTokenizer, ids: dict[str, int]
) -> list[dict[str, Any]]:
    return [{"guid": row["guid"], "labels": ids[row["label"]]} | encoded
            for row, encoded in zip(rows, tokenizer.encode_texts(rows), strict=True)]


def _encode_words(
    rows: Sequence[dict[str, Any]], tokenizer: TextTokenizer, ids: dict[str, int]
) -> list[dict[str, Any]]:
    return [{"guid": row["guid"], "labels": tag_ids(window["word_index"], row["tags"], ids)} | window
            for row, windows in zip(rows, tokenizer.encode_words(rows), strict=True) for window in windows]


def split_of_rows(encoded: Sequence[dict[str, Any]]) -> EncodedSplit:
    """A split of what :func:`encode_rows` gives, of one row or more."""
    words = "word_index" in encoded[0]
    columns = {name: _ragged([row[name] for row in encoded]) for name in ("input_ids", "token_type_ids")}
    labels = [row["labels"] for row in encoded]
    return EncodedSplit(
        [row["guid"] for row in encoded], columns["input_ids"], columns["token_type_ids"],
        _ragged(labels) if words else np.array(labels, dtype=np.int64),
        _ragged([row["word_index"] for row in encoded]) if words else None)


def _ragged(sequences: Sequence[Sequence[int]]) -> Ragged:
    offsets = np.cumsum([0, *map(len, sequences)])
    return Ragged(np.array([value for sequence in sequences for value in sequence], dtype=np.int32), offsets)
