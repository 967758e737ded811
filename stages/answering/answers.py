"""The answers of a trained model to new texts."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypedDict

import numpy as np
from scipy.special import softmax

from stages.answering.opening import open_model, open_text_tokenizer
from stages.answering.texts import Text
from stages.encoding.rows import encode_rows, split_of_rows
from stages.encoding.running_text import Span, spaced_spans, word_spans
from stages.encoding.tokenizing import TextTokenizer
from stages.metrics.entities import entities
from stages.models.predicting import predicted_rows
from stages.results.prepared import Row, Task
from stages.settings.prediction import PredictionSettings
from stages.training.determinism import make_deterministic

DIGITS = 6  # of a probability; further ones are rounding noise
_MOSTLY = 0.5  # share of unknown tokens from which an answer names it


class FoundEntity(TypedDict):
    """An entity at ``text[start:end]``; ``probability`` is the mean over the tags of its words."""

    type: str
    text: str
    start: int
    end: int
    probability: float


class Answer(TypedDict, total=False):
    """The answer to one text, without a label where it is empty.

    A class: ``label``, its ``probability``, the ``probabilities`` of all labels, and ``truncated`` where the end of the
    text was cut off. Entities: ``entities`` in the order of the text. Where at least half of the tokens are unknown to
    the tokenizer, ``unknown_tokens`` is their share.
    """

    label: str | None
    probability: float
    probabilities: dict[str, float]
    truncated: bool
    entities: list[FoundEntity]
    unknown_tokens: float


class Model:
    """One trained model of a task.

    ``folder`` is what ``train`` wrote and ``tokenizer`` the tokenizer.json it was trained with.
    """

    def __init__(
        self, folder: Path, tokenizer: Path, task: Task, max_length: int, settings: PredictionSettings
    ) -> None:
        make_deterministic(settings.threads)
        self._model = open_model(folder, task.kind)
        self._tokenizer, self._max_length = tokenizer, max_length
        self._task, self._precision = task, settings.precision

    def answer(self, texts: Sequence[Text]) -> list[Answer]:
        """An answer for each text, which is empty if a part of the text is.

        Places of entities in given words count in these joined by single spaces.
        """
        full = [text for text in texts if _has_text(text)]
        found = iter(self._answer_full(full) if full else ())
        nothing = Answer(entities=[]) if self._task.is_words else Answer(label=None)
        return [next(found) if _has_text(text) else nothing for text in texts]

    def logits(self, rows: Sequence[Row]) -> np.ndarray:
        """Logits [rows or words, classes] of prepared rows."""
        found = self._logits(list(rows), open_text_tokenizer(self._tokenizer, self._max_length))
        return np.concatenate([row.reshape(-1, len(self._task.tags)) for row in found])

    def _answer_full(self, texts: Sequence[Text]) -> list[Answer]:
        tokenizer = open_text_tokenizer(self._tokenizer, self._max_length)
        answers = self._answer_words if self._task.is_words else self._answer_texts
        return [answer | ({"unknown_tokens": round(share, DIGITS)} if share >= _MOSTLY else {})
                for answer, share in zip(answers(texts, tokenizer), tokenizer.unknown_shares, strict=True)]

    def _answer_texts(self, texts: Sequence[Text], tokenizer: TextTokenizer) -> list[Answer]:
        rows = [Row(str(place), label=self._task.tags[0], **text) for place, text in enumerate(texts)]
        return [self._class(row, length > self._max_length)
                for row, length in zip(self._logits(rows, tokenizer), tokenizer.lengths, strict=True)]

    def _answer_words(self, texts: Sequence[Text], tokenizer: TextTokenizer) -> list[Answer]:
        given = [_given(text) for text in texts]
        tag = self._task.tags[0]  # a placeholder: new texts have no gold tags
        rows = [Row(str(place), words=tuple(text[start:end] for start, end in spans), tags=(tag,) * len(spans))
                for place, (text, spans) in enumerate(given)]
        return [{"entities": list(self._entities(text, spans, row))}
                for (text, spans), row in zip(given, self._logits(rows, tokenizer), strict=True)]

    def _logits(self, rows: list[Row], tokenizer: TextTokenizer) -> list[np.ndarray]:
        split = split_of_rows(encode_rows(rows, tokenizer, self._task))
        return predicted_rows(self._model, split, self._precision, lambda rows: None)[1]

    def _class(self, logits: np.ndarray, truncated: bool) -> Answer:
        chances = softmax(logits.astype(np.float64)).tolist()
        probabilities = {tag: round(chance, DIGITS) for tag, chance in zip(self._task.tags, chances, strict=True)}
        label = self._task.tags[int(logits.argmax())]
        answer = Answer(label=label, probability=probabilities[label], probabilities=probabilities)
        return answer | (Answer(truncated=True) if truncated else {})

    def _entities(self, text: str, spans: list[Span], logits: np.ndarray) -> Iterator[FoundEntity]:
        if not spans:
            return
        best = logits.argmax(-1)
        sure = softmax(logits.astype(np.float64), axis=-1).max(-1)
        for first, after, kind in sorted(entities([self._task.tags[tag] for tag in best])):
            start, end = spans[first][0], spans[after - 1][1]
            yield {"type": kind, "text": text[start:end], "start": start, "end": end,
                   "probability": round(float(sure[first:after].mean()), DIGITS)}


def _given(text: Text) -> tuple[str, list[Span]]:
    """A text and where its words are."""
    if "words" in text:
        return " ".join(text["words"]), spaced_spans(text["words"])
    return text["text"], word_spans(text["text"])


def _has_text(text: Text) -> bool:
    return all(" ".join(part).strip() if isinstance(part, list) else part.strip() for part in text.values())
