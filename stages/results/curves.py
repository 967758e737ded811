"""Learning curves, as ``evaluate`` writes them."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stages.common.errors import UserError, not_made
from stages.results.reading import refuse_other_keys
from stages.settings.grid import Grid


@dataclass(frozen=True)
class CurvePoint:
    """What was measured at one step of training; None for what was not."""

    step: int
    batch_loss: float | None
    validation_loss: float | None
    validation_score: float | None
    train_score: float | None


def read_curves(path: Path, grid: Grid) -> dict[str, tuple[CurvePoint, ...]]:
    """Points by cell, of exactly the cells of ``grid``."""
    curves: dict[str, list[CurvePoint]] = {}
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            for cell, point in _points(path, csv.DictReader(stream)):
                curves.setdefault(cell, []).append(point)
    except FileNotFoundError:
        raise not_made(path) from None
    refuse_other_keys(path, "cells", list(curves), grid.cells)
    return {cell: tuple(points) for cell, points in curves.items()}


def _points(path: Path, reader: "csv.DictReader[str]") -> Iterator[tuple[str, CurvePoint]]:
    for row in reader:
        try:
            yield row["cell"], CurvePoint(int(row["step"]), *(
                float(row[name]) if row[name] else None
                for name in ("batch_loss", "validation_loss", "validation_score", "train_score")))
        except (KeyError, TypeError, ValueError) as error:
            raise UserError(f"{path}:{reader.line_num}: not a row of learning curves ({error!r}); "
                            "delete the file and run `dvc repro`") from None
