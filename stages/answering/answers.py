"""The answers of a trained model to new texts."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import softmax

from stages.encoding.rows import encode_rows, split_of_rows
from stages.encoding.running_text import Span, spaced_spans, word_spans
from stages.encoding.tokenizing import TextTokenizer
from stages.metrics.entities import entities
from stages.models.building import load_model
from stages.models.predicting import predicted_rows
from stages.settings.prediction import PredictionSettings
from stages.training.determinism import make_deterministic
from stages.training.memory import keep_freed_memory

DIGITS = 6  # of a probability; further ones are rounding noise
_MOSTLY = 0.5  # share of unknown tokens from which an answer names it


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

    def answer(self, texts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """An answer for each of ``texts``, which have "text" and, for pairs of texts, "text_pair".

        A class: ``label``, its ``probability``, the ``probabilities`` of all labels, and ``truncated`` where the end of
        the text was cut off. Entities: ``entities`` in the order of the text, each with ``type``, ``text``, ``start``
        and ``end`` in characters (``text[start:end]``), and ``probability``, the mean over the tags of its words. An
        entity task also takes "words" instead of "text": a list of words, used as they are; ``start`` and ``end`` then
        count in the words joined by single spaces. Where at least half of the tokens are unknown to the tokenizer,
        ``unknown_tokens`` is their share.
        """
        tokenizer = TextTokenizer(self._tokenizer, self._max_length)
        answers = self._answer_words if self._task["kind"] == "words" else self._answer_texts
        return [answer | ({"unknown_tokens": round(share, DIGITS)} if share >= _MOSTLY else {})
                for answer, share in zip(answers(texts, tokenizer), tokenizer.unknown_shares, strict=True)]

    def _answer_texts(self, texts: Sequence[dict[str, Any]], tokenizer: TextTokenizer) -> list[dict[str, Any]]:
        rows = [{"guid": str(place), "label": self._task["tags"][0], **text} for place, text in enumerate(texts)]
        return [self._class(row, length > self._max_length)
                for row, length in zip(self._logits(rows, tokenizer), tokenizer.lengths, strict=True)]

    def _answer_words(self, texts: Sequence[dict[str, Any]], tokenizer: TextTokenizer) -> list[dict[str, Any]]:
        given = [_given(text) for text in texts]
        tag = self._task["tags"][0]  # a placeholder: new texts have no gold tags
        rows = [{"guid": str(place), "words": [text[start:end] for start, end in spans], "tags": [tag] * len(spans)}
                for place, (text, spans) in enumerate(given)]
        return [{"entities": list(self._entities(text, spans, row))}
                for (text, spans), row in zip(given, self._logits(rows, tokenizer), strict=True)]

    def _logits(self, rows: list[dict[str, Any]], tokenizer: TextTokenizer) -> list[np.ndarray]:
        split = split_of_rows(encode_rows(rows, tokenizer, self._task))
        return predicted_rows(self._model, split, self._precision, lambda rows: None)[1]

    def _class(self, logits: np.ndarray, truncated: bool) -> dict[str, Any]:
        probabilities = dict(zip(self._task["tags"], _probabilities(logits), strict=True))
        label = self._task["tags"][int(logits.argmax())]
        answer = {"label": label, "probability": probabilities[label], "probabilities": probabilities}
        return answer | ({"truncated": True} if truncated else {})

    def _entities(self, text: str, spans: list[Span], logits: np.ndarray) -> Iterator[dict[str, Any]]:
        if not spans:
            return
        best = logits.argmax(-1)
        sure = softmax(logits.astype(np.float64), axis=-1).max(-1)
        for first, after, kind in sorted(entities([self._task["tags"][tag] for tag in best])):
            start, end = spans[first][0], spans[after - 1][1]
            yield {"type": kind, "text": text[start:end], "start": start, "end": end,
                   "probability": round(float(sure[first:after].mean()), DIGITS)}


def _given(text: dict[str, Any]) -> tuple[str, list[Span]]:
    """A text and where its words are."""
    if "words" in text:
        return " ".join(text["words"]), spaced_spans(text["words"])
    return text["text"], word_spans(text["text"])


def _probabilities(logits: np.ndarray) -> list[float]:
    return [round(float(value), DIGITS) for value in softmax(logits.astype(np.float64))]
