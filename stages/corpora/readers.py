"""The reader of every task's raw files, apart from the task table so that only preprocessing depends on readers.

Each is a module with ``read``, the rows of a file, and ``describe``, how it reads that file.
"""

from types import ModuleType

from stages.corpora import ag_news, conll2003, mnli, nsmc

READERS: dict[str, ModuleType] = {"nsmc": nsmc, "mnli": mnli, "conll2003": conll2003, "ag_news": ag_news}
