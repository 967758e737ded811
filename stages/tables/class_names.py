"""Names of numbered classes, where a file or its data set has them: ClassLabel of the `datasets` library."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from stages.settings.table import TableSettings
from stages.tables.columnar import is_columnar, open_columns
from stages.tables.columns import find_columns
from stages.tables.formats import open_source

NO_CLASS = -1  # as `datasets` writes no label


def class_names_of(path: Path) -> dict[str, list[str]]:
    """Names of the classes of each column of a Parquet or Arrow file that `datasets` wrote; {} for any other."""
    features = _features(path)
    return {str(column): names for column, feature in features.items() if (names := _names(feature))}


def with_class_names(settings: TableSettings, train: Path, names: Mapping[str, Sequence[str]]) -> TableSettings:
    """``settings`` with the names of the label's classes, if it has no ``labels``, and with -1 as no label.

    Raises:
        UserError: ``train`` has not the columns that it needs.
    """
    if not names:
        return settings
    found = find_columns(open_source(train, settings), settings)
    tags = settings.task_kind == "words"
    column = found.get("tags" if tags else "label", [""])[0]
    if not (classes := names.get(str(column))):
        return settings
    labels = settings.labels or {str(number): name for number, name in enumerate(classes)}
    none = [] if tags or str(NO_CLASS) in labels or NO_CLASS in settings.no_label else [NO_CLASS]
    return settings.model_copy(update={"labels": labels, "no_label": [*settings.no_label, *none]})


def _features(path: Path) -> dict[str, Any]:
    """The features that the library keeps in the schema."""
    if not is_columnar(path):
        return {}
    try:
        with open_columns(path) as (schema, _):
            pass
        info = json.loads((schema.metadata or {}).get(b"huggingface", b"{}"))
        features = info["info"]["features"]
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError):  # what cannot be read is told by its reader
        return {}
    return features if isinstance(features, dict) else {}


def _names(feature: Any) -> list[str]:
    """The names of a class label, or of a list of them."""
    if isinstance(feature, list) and len(feature) == 1:
        return _names(feature[0])
    if not isinstance(feature, dict):
        return []
    if feature.get("_type") == "ClassLabel":
        names = feature.get("names")
        return [str(name) for name in names] if isinstance(names, list) else []
    return _names(feature.get("feature"))
