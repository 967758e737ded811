"""What the rows of a task are, from its settings alone."""

from stages.corpora.tasks import find_task
from stages.settings.table import TABLE, Kind, TableSettings


def kind_of(corpus: str, table: TableSettings) -> Kind:
    """Whether rows are single texts, pairs or words."""
    return table.task_kind if corpus == TABLE else find_task(corpus).kind
