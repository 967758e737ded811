"""What the doctor looks at: the files of the other stages of one task, as plain facts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as parquet
from tokenizers import Tokenizer
from tokenizers.models import WordPiece

from stages.common.errors import UserError
from stages.common.files import read_json, read_json_lines
from stages.doctoring.copies import Copies, find_copies
from stages.metrics.chance import chance_level
from stages.metrics.failure import that_trained

Row = dict[str, Any]
Event = dict[str, Any]
FIRST_SYLLABLE, LAST_SYLLABLE = "가", "힣"
_SPACE_MARK = "▁"  # where SentencePiece has a space
_WITH_HANGUL = 100  # rows on which the normaliser is tried


@dataclass(frozen=True)
class Evidence:
    """Facts of one task.

    Attributes:
        task: ``task.json`` of the prepared data.
        rows: prepared rows by split; of train those that were learnt from.
        card: the data card.
        encoding: the card of encode.
        metrics: what evaluate wrote.
        histories: events of training by cell.
        predicted: by cell, the label of every row of test after training; of words a list of tags.
        predicted_on_validation: the same of validation.
        arms: cells by arm, the pre-trained ones by their tuning.
        config: ``config.json`` of the checkpoint.
        hangul_is_kept: whether the tokenizer leaves composed Hangul syllables as they are; true where there are none.
        sentence_pieces: entries of a WordPiece vocabulary that have the mark of SentencePiece; 0 in another vocabulary.
    """

    task: dict[str, Any]
    rows: Mapping[str, Sequence[Row]]
    card: dict[str, Any]
    encoding: dict[str, Any]
    metrics: dict[str, Any]
    histories: Mapping[str, Sequence[Event]]
    predicted: Mapping[str, Sequence[Any]]
    predicted_on_validation: Mapping[str, Sequence[Any]]
    arms: Mapping[str, Sequence[str]]
    config: dict[str, Any]
    hangul_is_kept: bool = True
    sentence_pieces: int = 0

    @property
    def is_words(self) -> bool:
        """Whether every word has a tag."""
        return bool(self.task["kind"] == "words")

    @property
    def everything(self) -> tuple[str, ...]:
        """All arms: what a finding about the data taints."""
        return tuple(self.arms)

    @cached_property
    def arm_of(self) -> dict[str, str]:
        """The arm of every cell."""
        return {cell: arm for arm, cells in self.arms.items() for cell in cells}

    @cached_property
    def chance(self) -> float:
        """The chance level: the score on test of one label for all rows; 0 for entities, as most words are in none."""
        return 0.0 if self.is_words else chance_level(self.gold("test"))

    def gold(self, split: str) -> list[Any]:
        """The labels of a split; of words a list of tags."""
        return [row["tags"] if self.is_words else row["label"] for row in self.rows[split]]

    @cached_property
    def copies(self) -> Copies:
        """Which rows repeat others. Of pairs, those alone that have one label: hypotheses are made by changing some."""
        answers = [answer_of(row) for rows in self.rows.values() for row in rows]
        return find_copies({split: [parts_of(row) for row in rows] for split, rows in self.rows.items()},
                           answers if self.task["kind"] == "pair" else None)

    def evaluations(self, cell: str) -> list[Event]:
        """The evaluations of a run on train and validation, in their order."""
        return [event for event in self.histories[cell] if event["kind"] == "evaluation"]

    def kept(self, cell: str) -> Event | None:
        """The evaluation of the model that a run kept; None where the history has none of it."""
        best = self.histories[cell][-1]["best_step"]
        return next((event for event in self.evaluations(cell) if event["step"] == best), None)

    def score(self, event: Event, split: str) -> float:
        """Headline metric of an evaluation."""
        return float(event[split][self.task["metric"]])

    def on_test(self, cell: str) -> float:
        """Headline metric of a cell on test after training."""
        return float(self.metrics["cells"][cell]["after"]["test"][self.task["metric"]])

    def failed(self, cell: str) -> bool:
        """Whether evaluate found that a run failed to train, and left it out of the comparisons."""
        return bool(self.metrics["cells"][cell]["failed"])

    def trained(self, arm: str) -> list[str]:
        """The cells of an arm that did not fail, on which its comparisons are; all where all failed."""
        return that_trained(self.arms[arm], map(self.failed, self.arms[arm]))

    def mean(self, arm: str) -> float:
        """Mean of the headline metric on test over the seeds that trained."""
        return float(np.mean([self.on_test(cell) for cell in self.trained(arm)]))


def text_of(row: Row) -> str:
    """All text of a row; the parts of a pair on lines of their own."""
    if "words" in row:
        return " ".join(row["words"])
    return "\n".join(parts_of(row))


def parts_of(row: Row) -> tuple[str, ...]:
    """The texts of a row: one, or both of a pair."""
    if "words" in row:
        return (" ".join(row["words"]),)
    return (row.get("text", ""), row["text_pair"]) if "text_pair" in row else (row.get("text", ""),)


def answer_of(row: Row) -> Any:
    """The label of a row; of words their tags."""
    return tuple(row["tags"]) if "tags" in row else row["label"]


def label_counts(rows: Sequence[Row]) -> Counter[str]:
    """Rows by label; entities by type."""
    if rows and "tags" in rows[0]:
        return Counter(tag[2:] for row in rows for tag in row["tags"] if tag.startswith("B-"))
    return Counter(row["label"] for row in rows)


def read_evidence(
    prepared: Path, card: Path, encoding_card: Path, metrics: Path, models: Path, predictions: Path, checkpoint: Path,
    arms: Mapping[str, Sequence[str]],
) -> Evidence:
    """Read the files of one task.

    Raises:
        UserError: a file is missing, or the predictions are not those of the prepared rows.
    """
    task, scored = read_json(prepared / "task.json"), read_json(metrics)
    tokenizer = Tokenizer.from_file(str(checkpoint / "tokenizer.json"))
    rows = {split: list(read_json_lines(prepared / f"{split}.jsonl")) for split in task["splits"]}
    rows["train"] = rows["train"][:scored["rows"]["train"]]
    cells = [cell for cells in arms.values() for cell in cells]
    if missing := [cell for cell in cells if cell not in scored["cells"]]:
        raise UserError(f"{metrics}: expected the cells of params.yaml, found none of {', '.join(missing)}; "
                        "run `dvc repro`")
    return Evidence(
        task, rows, read_json(card), read_json(encoding_card), scored,
        {cell: list(read_json_lines(models / cell / "history.jsonl")) for cell in cells},
        *({cell: _predicted(predictions / f"{cell}.parquet", split, rows, task) for cell in cells}
          for split in ("test", "validation")),
        arms, read_json(checkpoint / "config.json"), _hangul_is_kept(tokenizer, rows["test"]),
        _sentence_pieces(tokenizer))


def _predicted(path: Path, split: str, of_splits: Mapping[str, Sequence[Row]], task: dict[str, Any]) -> list[Any]:
    rows = of_splits[split]
    table = parquet.read_table(path, filters=(pc.field("moment") == "after") & (pc.field("split") == split))
    if table["guid"].to_pylist() != [row["guid"] for row in rows]:
        raise UserError(f"{path}: expected the rows of {split} that preprocess wrote, found others; run `dvc repro`")
    column = table["logits"].combine_chunks()
    classes = np.from_dlpack(column.flatten()).reshape(-1, len(task["tags"])).argmax(axis=1)
    names = np.array(task["tags"])[classes].tolist()
    if task["kind"] != "words":
        return names
    ends = np.cumsum([len(row["words"]) for row in rows]).tolist()
    return [names[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True)]


def _hangul_is_kept(tokenizer: Tokenizer, rows: Sequence[Row]) -> bool:
    normalizer = tokenizer.normalizer
    texts = [text for text in map(text_of, rows[:_WITH_HANGUL]) if syllables(text)]
    if normalizer is None or not texts:
        return True
    return all(syllables(normalizer.normalize_str(text)) for text in texts)


def _sentence_pieces(tokenizer: Tokenizer) -> int:
    if not isinstance(tokenizer.model, WordPiece):
        return 0
    return sum(piece.startswith(_SPACE_MARK) and len(piece) > 1 for piece in tokenizer.get_vocab())


def syllables(text: str) -> int:
    """Number of composed Hangul syllables."""
    return sum(FIRST_SYLLABLE <= character <= LAST_SYLLABLE for character in text)
