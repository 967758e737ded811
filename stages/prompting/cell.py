"""The prompts of one cell: what they share, how they are shortened, and their scores."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from stages.common.errors import UserError
from stages.models.inputs import positions
from stages.prompting.language_model import LanguageModel
from stages.prompting.prompts import Texts, render_prefix, render_query, shortened
from stages.prompting.scoring import CONTENT_FREE, calibrated, label_likelihoods, log_probabilities
from stages.results.prepared import Row, Task
from stages.settings.prompting import PromptingSettings, Template

SHOWN = 0.75  # most of a prompt that instruction and examples may take, so that there is room for a row


class Prompts:
    """The prompts of one cell: what they share, and the scores of the rows that end them.

    Attributes:
        facts: content of ``prompts.json``, with what all prompts begin with.
    """

    def __init__(
        self, language_model: LanguageModel, template: Template, task: Task, examples: Sequence[Row],
        settings: PromptingSettings,
    ) -> None:
        """Shorten the examples where they leave no room for a row."""
        self.language_model, self._template, self._settings, self._task = language_model, template, settings, task
        self._words = [language_model.encode_word(template, label) for label in task.labels]
        self._limit = min(settings.max_tokens, positions(language_model.model) or settings.max_tokens)
        answers = [row.label for row in examples]

        def prefix(texts: Sequence[Texts]) -> str:
            return render_prefix(template, task.labels, texts, answers)

        texts = [row.texts for row in examples]
        kept = shortened(texts, lambda rows: len(language_model.encode(prefix(rows))) <= SHOWN * self._limit)
        if kept is None:
            raise self._no_room(f"{len(examples)} examples")
        self._prefix = language_model.start + language_model.encode(prefix(kept))
        self.facts: dict[str, Any] = {
            "instruction": template.instruction, "query": template.query,
            "words": {label: template.word(label) for label in task.labels},
            "tokens": dict(zip(task.labels, self._words, strict=True)), "examples": [row.guid for row in examples],
            "shortened": {"examples": sum(one != other for one, other in zip(texts, kept, strict=True))}, "rows": {},
            "prefix": prefix(kept)}

    def scores(self, split: str, rows: Sequence[Texts], advance: Any) -> np.ndarray:
        """Float64 [rows, labels]: log-probabilities of the labels; counts the prompts that were shortened."""
        kept = [self._shortened(texts) for texts in rows]
        self.facts["shortened"][split] = sum(one != other for one, other in zip(rows, kept, strict=True))
        self.facts["rows"][split] = len(rows)
        found = self._scored(kept, advance)
        if not self._settings.calibration:
            return found
        return calibrated(found, self._without_content)

    @cached_property
    def _without_content(self) -> np.ndarray:
        """Scores of inputs without content, which are those of all splits."""
        empty = [(text, text) if self._task.kind == "pair" else (text,) for text in CONTENT_FREE]
        return self._scored(empty, lambda _: None)

    def _scored(self, rows: Sequence[Texts], advance: Any) -> np.ndarray:
        queries = [self._encoded(texts) for texts in rows]
        lengths = [len(word.encode()) for word in self.facts["words"].values()]
        return log_probabilities(
            label_likelihoods(self.language_model.model, self._prefix, queries, self._words, self._settings.batch_size,
                              advance), lengths if self._settings.normalisation == "bytes" else None)

    def _encoded(self, texts: Texts) -> list[int]:
        return self.language_model.encode(render_query(self._template, texts))

    def _shortened(self, texts: Texts) -> Texts:
        room = self._limit - len(self._prefix) - max(map(len, self._words))
        kept = shortened([texts], lambda rows: len(self._encoded(rows[0])) <= room)
        if kept is None:
            raise self._no_room("a row")
        return kept[0]

    def _no_room(self, what: str) -> UserError:
        return UserError(f"params.yaml: prompting.max_tokens: {self._limit} tokens have no room for {what} of "
                         f"{self._task.task}; raise it, lower prompting.examples, or name a model with more positions")
