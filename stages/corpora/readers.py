"""The reader of every task's raw files, apart from the task table so that only preprocessing depends on readers."""

from collections.abc import Callable, Iterator
from pathlib import Path

from stages.corpora import ag_news, conll2003, mnli, nsmc
from stages.corpora.rows import Row

READERS: dict[str, Callable[[Path], Iterator[Row]]] = {
    "nsmc": nsmc.read,
    "mnli": mnli.read,
    "conll2003": conll2003.read,
    "ag_news": ag_news.read,
}
# How each reader reads a file, for those that read more than one format.
DESCRIBERS: dict[str, Callable[[Path], tuple[str, ...]]] = {
    "nsmc": nsmc.describe,
    "mnli": mnli.describe,
    "conll2003": conll2003.describe,
    "ag_news": ag_news.describe,
}
