"""What a trained model says of new texts."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import softmax
from tokenizers.pre_tokenizers import Whitespace

from stages.encoding.rows import encode_rows, split_of_rows
from stages.encoding.tokenizing import TextTokenizer
from stages.metrics.entities import entities
from stages.models.building import load_model
from stages.models.predicting import predicted_rows
from stages.settings.prediction import PredictionSettings
from stages.training.determinism import make_deterministic
from stages.training.memory import keep_freed_memory

DIGITS = 6  # of a probability; what follows is noise of the arithmetic


class Model:
    """One trained model of a task.

    ``folder`` is what ``train`` wrote and ``tokenizer`` the tokenizer.json it was trained with; ``task`` holds kind and
    tags, as ``encode`` wrote them.
    """

    def __init__(
        self, folder: Path, tokenizer: Path, task: dict[str, Any], max_length: int, settings: PredictionSettings
    ) -> None:
        make_deterministic(settings.threads)
        keep_freed_memory()
        self._model = load_model(folder, task["kind"])
        self._tokenizer, self._max_length = tokenizer, max_length
        self._task, self._precision = task, settings.precision

    def answer(self, texts: Sequence[dict[str, str]]) -> list[dict[str, Any]]:
        """An answer for each of ``texts``, which have "text" and, for pairs of texts, "text_pair".

        A class: ``label``, its ``probability``, the ``probabilities`` of all labels, and ``truncated`` where the end of
        the text was cut off. Entities: ``entities`` in the order of the text, each with ``type``, ``text``, ``start``
        and ``end`` in characters (``text[start:end]``), and the ``probability`` of the tag that is least sure.
        """
        tokenizer = TextTokenizer(self._tokenizer, self._max_length)
        words = [Whitespace().pre_tokenize_str(text["text"]) for text in texts]
        rows = [self._row(str(place), text, words[place]) for place, text in enumerate(texts)]
        split = split_of_rows(encode_rows(rows, tokenizer, self._task))
        _, logits = predicted_rows(self._model, split, self._precision, lambda rows: None)
        if self._task["kind"] == "words":
            return [{"entities": list(self._entities(text["text"], places, row))}
                    for text, places, row in zip(texts, words, logits, strict=True)]
        return [self._class(row, length > self._max_length)
                for row, length in zip(logits, tokenizer.lengths, strict=True)]

    def _row(self, guid: str, text: dict[str, str], words: list[tuple[str, tuple[int, int]]]) -> dict[str, Any]:
        """A row as ``preprocess`` writes it; its label stands for one that nobody knows."""
        if self._task["kind"] == "words":
            return {"guid": guid, "words": [word for word, _ in words], "tags": [self._task["tags"][0]] * len(words)}
        return {"guid": guid, "label": self._task["tags"][0], **text}

    def _class(self, logits: np.ndarray, truncated: bool) -> dict[str, Any]:
        probabilities = dict(zip(self._task["tags"], _probabilities(logits), strict=True))
        label = self._task["tags"][int(logits.argmax())]
        answer = {"label": label, "probability": probabilities[label], "probabilities": probabilities}
        return answer | ({"truncated": True} if truncated else {})

    def _entities(self, text: str, words: list[tuple[str, tuple[int, int]]], logits: np.ndarray) -> Any:
        if not words:
            return
        best = logits.argmax(-1)
        sure = softmax(logits.astype(np.float64), axis=-1).max(-1)
        for first, after, kind in sorted(entities([self._task["tags"][tag] for tag in best])):
            start, end = words[first][1][0], words[after - 1][1][1]
            yield {"type": kind, "text": text[start:end], "start": start, "end": end,
                   "probability": round(float(sure[first:after].min()), DIGITS)}


def _probabilities(logits: np.ndarray) -> list[float]:
    return [round(float(value), DIGITS) for value in softmax(logits.astype(np.float64))]
