"""What the doctor reads: the files that the other stages wrote about one task."""

from argparse import Namespace
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np
from tokenizers import Tokenizer
from tokenizers.models import WordPiece

from stages.common.errors import UserError
from stages.common.files import read_json, sha256
from stages.common.hangul import is_syllable
from stages.doctoring.copies import Copies, find_copies
from stages.metrics.failure import decides
from stages.metrics.one_label import chance_score
from stages.metrics.outcome import Outcome
from stages.results.arm_words import arm_names
from stages.results.cards import AdaptationCard, DataCard, EncodingCard
from stages.results.histories import Evaluation, History, read_history
from stages.results.predictions import Predictions
from stages.results.prepared import Row, Task, read_rows, read_task
from stages.results.prompts import PROMPTS, PromptCard
from stages.results.reading import validated
from stages.results.task_metrics import Comparison, TaskMetrics
from stages.results.trained import that_trained
from stages.settings.arms import arm_of_key, rivals_of
from stages.settings.train_rows import WHOLE, TrainRows
from stages.wording.message import Message, Wording, message

Answer = str | tuple[str, ...]  # the label of a row, or the tags of its words
JUDGED = ("validation", "test")  # the splits whose predictions are looked at
_SPACE_MARK = "▁"  # where SentencePiece has a space
_WITH_HANGUL = 100  # rows on which the normaliser is tried


@dataclass(frozen=True)
class CheckpointConfig:
    """What ``config.json`` of a checkpoint says: the labels of its own head in their order, and how it was made.

    ``made_of`` has the checkpoint and the task that it names as those that it was made of.
    """

    labels: tuple[str, ...] = ()
    architectures: tuple[str, ...] = ()
    initializer_range: float | None = None
    made_of: tuple[str, ...] = ()

    @classmethod
    def of(cls, values: Mapping[str, object]) -> "CheckpointConfig":
        """That of these JSON values."""
        labels = sorted(values.get("id2label", {}).items(), key=lambda entry: int(entry[0]))
        spread = values.get("initializer_range")
        made_of = (values.get(name) for name in ("_name_or_path", "finetuning_task"))
        return cls(tuple(str(label) for _, label in labels), tuple(map(str, values.get("architectures") or ())),
                   None if spread is None else float(spread), tuple(str(name) for name in made_of if name))


@dataclass(frozen=True)
class Evidence:
    """Facts of one task.

    Attributes:
        task: of the prepared data.
        rows: prepared rows by split; of train those that were learned from.
        drawn: the training rows of each seed where every seed draws its own.
        unlabeled: training rows without those that were learned from, whose texts alone the arms in ``readers`` have
            learned from in pre-training.
        readers: arms that were pre-trained on the texts of all training rows.
        adaptations: how the weights that an arm starts from were pre-trained on text of the task, by that arm.
        card: the data card.
        encoding: the card of encode.
        metrics: what evaluate wrote.
        histories: of training, by cell.
        predictions: by split, validation and test, and by cell the answer to every row after training.
        arms: cells by arm, the pre-trained ones by their tuning.
        config: of the checkpoint.
        hangul_is_kept: whether the tokenizer leaves composed Hangul syllables as they are; true where there are none.
        prompts: what was shown to a language model, by the cells that are not trained.
        teachers: SHA-256 of the weights of the model that is to teach a cell, by that cell.
        sentence_pieces: entries of a WordPiece vocabulary that have the mark of SentencePiece; 0 in another vocabulary.
    """

    task: Task
    rows: Mapping[str, Sequence[Row]]
    card: DataCard
    encoding: EncodingCard
    metrics: TaskMetrics
    histories: Mapping[str, History]
    predictions: Mapping[str, Mapping[str, Sequence[Answer]]]
    arms: Mapping[str, Sequence[str]]
    config: CheckpointConfig
    hangul_is_kept: bool = True
    sentence_pieces: int = 0
    prompts: Mapping[str, PromptCard] = field(default_factory=dict)
    teachers: Mapping[str, str] = field(default_factory=dict)
    drawn: Mapping[int, Sequence[Row]] = field(default_factory=dict)
    unlabeled: Sequence[Row] = ()
    readers: tuple[str, ...] = ()
    adaptations: Mapping[str, AdaptationCard] = field(default_factory=dict)

    @cached_property
    def of_training(self) -> "Evidence":
        """The part about arms that are trained, whose runs have steps, settings of training and may fail."""
        arms = {arm: cells for arm, cells in self.arms.items() if arm_of_key(arm).trained}
        if len(arms) == len(self.arms):
            return self
        comparisons = {arm: found for arm, found in self.metrics.comparisons.items() if arm in arms}
        further = {arm: found for arm, found in self.metrics.further_comparisons.items()
                   if {arm, rivals_of(arm)[1]} <= arms.keys()}
        histories = {cell: history for cell, history in self.histories.items() if self.arm_of[cell] in arms}
        return replace(self, arms=arms, histories=histories,
                       metrics=self.metrics.model_copy(
                           update={"comparisons": comparisons, "further_comparisons": further}))

    @property
    def everything(self) -> tuple[str, ...]:
        """All arms: what a finding about the data taints."""
        return tuple(self.arms)

    @cached_property
    def arm_of(self) -> dict[str, str]:
        """The arm of every cell."""
        return {cell: arm for arm, cells in self.arms.items() for cell in cells}

    @cached_property
    def arm_names(self) -> dict[str, Wording]:
        """What the arms are called."""
        return arm_names(list(self.arms))

    @cached_property
    def chance(self) -> float:
        """The chance level: the score on test of one label for all rows."""
        return chance_score(self.task, self.gold("test"))

    @cached_property
    def labels_of_train(self) -> Counter[str]:
        """Labels of the training rows, or of all those from which these were drawn: a draw may be even by label."""
        own, whole = label_counts(self.rows["train"]), Counter(self.card.labels.get("train", {}))
        return whole if whole.total() > own.total() else own

    def gold(self, split: str) -> list[Answer]:
        """The right answers to the rows of a split."""
        return [row.answer for row in self.rows[split]]

    def telling(self, split: str) -> Sequence[Row]:
        """The rows of a split that show what a model knows: all texts, and of sentences those with an entity."""
        rows = self.rows[split]
        return [row for row in rows if any(tag != "O" for tag in row.tags)] if self.task.is_words else rows

    @cached_property
    def undecided(self) -> tuple[str, ...]:
        """Runs that evaluate called failed by a validation set which cannot tell: too small, or of one label."""
        labels = set(self.gold("validation"))
        classes = 2 if self.task.is_words else len(self.task.tags)
        if decides(len(self.telling("validation")), classes) and (self.task.is_words or len(labels) > 1):
            return ()
        return tuple(cell for cell, history in self.histories.items()
                     if self.failed(cell) and history.summary.outcome != Outcome.LOSS_NOT_FINITE)

    def tuning(self, arm: str) -> Message:
        """What to change where runs of an arm do not learn."""
        patience = any(self.histories[cell].summary.outcome == Outcome.STOPPED_EARLY for cell in self.arms[arm])
        return message("fix-tune-patience" if patience else "fix-tune")

    @cached_property
    def copies(self) -> Copies:
        """Which rows repeat others. Of pairs, those alone that have one label: hypotheses are made by changing some."""
        answers = [row.answer for rows in self.rows.values() for row in rows]
        return find_copies({split: [row.texts for row in rows] for split, rows in self.rows.items()},
                           answers if self.task.kind == "pair" else None)

    def score(self, event: Evaluation, split: Literal["train", "validation"]) -> float:
        """Headline metric of an evaluation."""
        return float(getattr(event, split)[self.task.metric])

    def on_test(self, cell: str) -> float:
        """Headline metric of a cell on test after training."""
        return self.metrics.cells[cell].after["test"][self.task.metric]

    def compared(self) -> Iterator[tuple[str, str, Comparison]]:
        """Every comparison that may get a verdict, with its two arms: those with a second rival are further ones."""
        for place, comparisons in enumerate((self.metrics.comparisons, self.metrics.further_comparisons)):
            for arm, found in comparisons.items():
                yield arm, rivals_of(arm)[place], found

    def failed(self, cell: str) -> bool:
        """Whether evaluate found that a run failed to train, and left it out of the comparisons."""
        return self.metrics.cells[cell].failed

    def trained(self, arm: str) -> list[str]:
        """The cells of an arm that did not fail, on which its comparisons are; all where all failed."""
        return that_trained(self.arms[arm], map(self.failed, self.arms[arm]))

    def mean(self, arm: str) -> float:
        """Mean of the headline metric on test over the seeds that trained."""
        return float(np.mean([self.on_test(cell) for cell in self.trained(arm)]))


def label_counts(rows: Iterable[Row]) -> Counter[str]:
    """Rows by label; entities by type."""
    return Counter(label for row in rows for label in row.labels)


def read_evidence(
    paths: Namespace, arms: Mapping[str, Sequence[str]], draws: Mapping[int, TrainRows] = WHOLE,
    readers: Collection[str] = (),
) -> Evidence:
    """Read the files of one task, options of ``diagnose``; its training rows are those of all ``draws``.

    The cards of further pre-training lie beside the data card. They are of the runs: whenever one changes, so do the
    models that start from its weights.

    ``readers``: arms that were pre-trained on the texts of all training rows.

    Raises:
        UserError: a file is missing, or the predictions are not those of the prepared rows.
    """
    train, models, checkpoint = paths.prepared / "train.jsonl", paths.models, paths.checkpoint
    task, scored = read_task(paths.prepared), validated(TaskMetrics, paths.metrics)
    tokenizer = Tokenizer.from_file(str(checkpoint / "tokenizer.json"))
    places = sorted({place for one in draws.values() for place in one.drawn or ()})
    used = TrainRows(next(iter(draws.values())).train_size, tuple(places) or None)
    rows = {split: (used if split == "train" else TrainRows()).of_all(read_rows(paths.prepared / f"{split}.jsonl"))
            for split in task.splits}
    learned = {row.guid for row in rows["train"]}
    unlabeled = [row for row in read_rows(train) if row.guid not in learned] if readers else []
    cells = [cell for cells in arms.values() for cell in cells]
    if missing := [cell for cell in cells if cell not in scored.cells]:
        raise UserError(f"{paths.metrics}: expected the cells of params.yaml, found none of {', '.join(missing)}; "
                        "run `dvc repro`")
    answers = {cell: _answers(Predictions.read(paths.predictions / f"{cell}.parquet", task), rows) for cell in cells}
    return Evidence(
        task, rows, validated(DataCard, paths.card), validated(EncodingCard, paths.encoding_card), scored,
        {cell: read_history(models / cell / "history.jsonl") for cell in cells},
        {split: {cell: of_cell[split] for cell, of_cell in answers.items()} for split in JUDGED},
        arms, CheckpointConfig.of(read_json(checkpoint / "config.json")), _hangul_is_kept(tokenizer, rows["test"]),
        _sentence_pieces(tokenizer), {
            cell: validated(PromptCard, path) for cell in cells if (path := models / cell / PROMPTS).is_file()},
        _teachers(models, arms), {
            seed: one.of_all(read_rows(train)) for seed, one in draws.items() if len(draws) > 1},
        unlabeled, tuple(readers), {
            arm: validated(AdaptationCard,
                           paths.card.with_name(f"{paths.card.stem}.{arm_of_key(arm).further}.json"))
            for arm in arms if arm_of_key(arm).weights})


def _teachers(models: Path, arms: Mapping[str, Sequence[str]]) -> dict[str, str]:
    tuned = next((cells for arm, cells in arms.items() if arm_of_key(arm).tuned), ())
    return {cell: sha256(models / teacher / "model.safetensors") for arm, cells in arms.items()
            if arm_of_key(arm).taught for cell, teacher in zip(cells, tuned, strict=True)}


def _answers(predictions: Predictions, rows: Mapping[str, Sequence[Row]]) -> dict[str, list[Answer]]:
    """The most probable answers after training by split."""
    task, found = predictions.task, {}
    for split in JUDGED:
        names = np.array(task.tags)[predictions.of_split(split, rows[split]).argmax(axis=1)].tolist()
        ends = np.cumsum([len(row.words) for row in rows[split]]).tolist()
        found[split] = [tuple(names[start:end]) for start, end in pairwise([0, *ends])] if task.is_words else names
    return found


def _hangul_is_kept(tokenizer: Tokenizer, rows: Sequence[Row]) -> bool:
    normalizer = tokenizer.normalizer
    texts = [text for text in (row.joined for row in rows[:_WITH_HANGUL]) if _has_hangul(text)]
    if normalizer is None or not texts:
        return True
    return all(_has_hangul(normalizer.normalize_str(text)) for text in texts)


def _sentence_pieces(tokenizer: Tokenizer) -> int:
    if not isinstance(tokenizer.model, WordPiece):
        return 0
    return sum(piece.startswith(_SPACE_MARK) and len(piece) > 1 for piece in tokenizer.get_vocab())


def _has_hangul(text: str) -> bool:
    return any(map(is_syllable, text))
