"""Settings of further test sets, ``further_tests`` of params.yaml: tables on which a task's trained models are run.

They choose nothing, and no verdict is based on them: their scores stand beside those of the task's own test set.
``python -m stages.preset nli`` has entries of HANS, ANLI and XNLI. A second gold standard of CoNLL-2003 is CleanCoNLL
(https://github.com/flairNLP/CleanCoNLL), whose own script makes its files from those of CoNLL-2003::

    further_tests:
      cleanconll:
        task: conll2003
        corpus: table
        source: local
        folder: data/local/cleanconll.test
        table: {title: CleanCoNLL, kind: words, columns: {tokens: 1, tags: -1}, language: en}
        merge: {}
        second_gold: true
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from stages.common.composing import composed
from stages.settings.base import Settings
from stages.settings.data import SourceSettings
from stages.settings.reading import pick
from stages.settings.table import TableColumns, TableSettings


def _test_alone(files: dict[str, str]) -> dict[str, str]:
    if files and list(files) != ["test"]:
        raise ValueError(f"expected test alone, found {', '.join(files)}")
    return files


def _of_one_set(columns: TableColumns) -> TableColumns:
    if columns.split is not None:
        raise ValueError("expected no column split; write the rows of the test set into a file of its own")
    return columns

_Label = Annotated[str, AfterValidator(composed)]


class FurtherTable(TableSettings):
    """How the table of a further test set is read: as any other, but it has no set besides ``test``."""

    columns: Annotated[TableColumns, AfterValidator(_of_one_set)] = TableColumns()
    files: Annotated[dict[str, str], AfterValidator(_test_alone)] = Field(default_factory=dict)
    splits: Annotated[dict[str, str], AfterValidator(_test_alone)] = Field(default_factory=dict)

    @property
    def as_train(self) -> TableSettings:
        """The same with the set as that of train, of which any other table has one."""
        return self.model_copy(update={name: {"train": given["test"]} for name in ("files", "splits")
                                       if (given := getattr(self, name))})


class FurtherSource(SourceSettings):
    """Where the file of a further test set comes from.

    Attributes:
        corpus: ``table``, or where ``source`` is ``published`` the entry of stages/corpora/published.yaml.
        folder: folder or file, used when ``source`` is ``local``.
    """

    source: Literal["published", "local", "hub"]
    table: FurtherTable


class FurtherRows(Settings):
    """How its rows are read.

    Attributes:
        table: how the table is read; scores are also given for each value of ``columns.genre``, and for each gold
            label, and for both.
        merge: labels of the test set, by the labels of the task that count as them: {neutral: non-entailment,
            contradiction: non-entailment}. Of words, entity types. Those that are not named stay as they are.
            With any, all labels of the task must count as labels of the set.
        second_gold: whether the table has the sentences of the task's own test set with other tags, so that it tells
            how much of the error was the label.
    """

    table: FurtherTable
    merge: dict[_Label, _Label]
    second_gold: bool


class FurtherTestSettings(FurtherSource, FurtherRows):
    """One entry of ``further_tests``; ``task`` is the task whose models are run."""

    table: FurtherTable  # no default: DVC tracks the key
    task: str


def further_tests() -> dict[str, str]:
    """The task of every further test set, by its name."""
    return {name: entry["task"] for name, entry in pick("further_tests").items()}
