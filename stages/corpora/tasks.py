"""The task table: every corpus that a study can use."""

from dataclasses import dataclass
from typing import Literal

from stages.common.errors import UserError

Split = Literal["train", "validation", "test", "test_mismatched", "test_xnli"]
LABEL_FILES = ("labels.txt", "classes.txt")  # names of the labels, one per line, in the order of their numbers


@dataclass(frozen=True)
class Task:
    """Facts of a task that are known before its data is read.

    Attributes:
        title: name for people.
        language: ISO 639-1 code of the text.
        kind: ``single`` text, ``pair`` of texts, or ``words`` with one tag each.
        labels: label names in the order of their ids inside our models. For ``words`` these are
            entity types; the tags are IOB2.
        metric: the headline metric, by which the best model is selected; higher is better.
        files: per split, the accepted names of the file in the corpus's own format, the published one first. Without
            ``validation`` it is split off from train, as in all published corpora but CoNLL-2003. Every split but
            ``train`` and ``validation`` is a test set.
        optional: splits that a local copy may lack.
        companions: files that a local copy may have beside the others.
    """

    title: str
    language: str
    kind: Literal["single", "pair", "words"]
    labels: tuple[str, ...]
    metric: str
    files: dict[Split, tuple[str, ...]]
    optional: tuple[Split, ...] = ()
    companions: tuple[str, ...] = ()

    @property
    def tags(self) -> tuple[str, ...]:
        """Label names as a model sees them: IOB2 tags for ``words``, else the labels."""
        if self.kind != "words":
            return self.labels
        return ("O", *(f"{prefix}-{label}" for label in self.labels for prefix in "BI"))


# By corpus.
TASKS: dict[str, Task] = {
    "nsmc": Task(
        "NSMC, sentiment of Korean film reviews", "ko", "single", ("negative", "positive"), "accuracy",
        {"train": ("ratings_train.txt", "ratings_train.csv", "ratings_train.tsv", "ratings_train.jsonl"),
         "validation": ("ratings_validation.txt", "ratings_validation.csv", "ratings_validation.tsv",
                        "ratings_validation.jsonl"),
         "test": ("ratings_test.txt", "ratings_test.csv", "ratings_test.tsv", "ratings_test.jsonl")},
        optional=("validation",), companions=LABEL_FILES,
    ),
    "mnli": Task(
        "MultiNLI, does the premise entail the hypothesis", "en", "pair",
        ("entailment", "neutral", "contradiction"), "accuracy",
        {"train": ("multinli_1.0_train.jsonl", "multinli_1.0_train.txt", "train.csv", "train.tsv", "train.jsonl"),
         "validation": ("multinli_1.0_validation.jsonl", "multinli_1.0_validation.txt", "validation.csv",
                        "validation.jsonl"),
         "test": ("multinli_1.0_dev_matched.jsonl", "multinli_1.0_dev_matched.txt", "validation_matched.csv",
                  "dev_matched.tsv", "validation_matched.jsonl"),
         "test_mismatched": ("multinli_1.0_dev_mismatched.jsonl", "multinli_1.0_dev_mismatched.txt",
                             "validation_mismatched.csv", "dev_mismatched.tsv", "validation_mismatched.jsonl"),
         "test_xnli": ("xnli.dev.en.jsonl",)},
        optional=("validation", "test_mismatched", "test_xnli"), companions=LABEL_FILES[:1],
    ),
    "conll2003": Task(
        "CoNLL-2003, named entities in news", "en", "words", ("LOC", "MISC", "ORG", "PER"), "entity_f1",
        {"train": ("train.txt", "eng.train"), "validation": ("valid.txt", "eng.testa"),
         "test": ("test.txt", "eng.testb")},
    ),
    "ag_news": Task(
        "AG News, topic of a news item", "en", "single", ("World", "Sports", "Business", "Sci/Tech"), "accuracy",
        {"train": ("train.csv", "train.tsv", "train.jsonl"),
         "validation": ("validation.csv", "validation.tsv", "validation.jsonl"),
         "test": ("test.csv", "test.tsv", "test.jsonl")}, optional=("validation",), companions=LABEL_FILES,
    ),
}


def find_task(corpus: str) -> Task:
    """The task on ``corpus``, or an error that lists the known ones."""
    if corpus not in TASKS:
        raise UserError(f"unknown corpus '{corpus}'; the task table stages/corpora/tasks.py has {', '.join(TASKS)}")
    return TASKS[corpus]
