"""The present grid as a forecast sees it: what its cells will do, and which of them cost the same."""

import math
from dataclasses import replace

from stages.forecasting.budget import Size
from stages.forecasting.cells import Cell, TaskRows
from stages.forecasting.measuring import Forecast, Measured, forecast_prediction, forecast_run, measured
from stages.forecasting.plan import Phase, plan_run
from stages.settings.seeds import order_seed
from stages.training.optimization import warmup_steps


def measure(cell: Cell, rows: TaskRows) -> Measured:
    """Probe a cell; an adapted one as the encoder that it is adapted from, which has the same shape."""
    rows.used(cell.settings)
    return measured(cell.init, cell.seed, rows.encoded, rows.checkpoint, cell.settings, cell.recipe)


def planned(cell: Cell, rows: TaskRows, layers: int) -> list[Phase]:
    """What the cell will do."""
    settings = cell.settings
    return plan_run(rows.used(settings).input_ids.lengths, settings, order_seed(cell.seed, settings.seed_varies),
                    cell.recipe, layers)


def forecast_cell(cell: Cell, rows: TaskRows, costs: Measured) -> Forecast:
    """Time and memory of the cell."""
    return forecast_run(costs, planned(cell, rows, costs.layers), rows.used(cell.settings),
                        rows.watched(cell.settings), rows.validation)


class Study:
    """Cells with what they read and what probes found of them."""

    def __init__(self, cells: list[Cell], rows: dict[str, TaskRows], costs: dict[tuple[str, str], Measured]) -> None:
        self.cells, self._rows, self._costs = cells, rows, costs
        self._known: dict[tuple[object, ...], Forecast] = {}

    @property
    def size(self) -> Size:
        """Rows and epochs as params.yaml has them."""
        return Size({cell.task: cell.settings.train_size or self._rows[cell.task].rows for cell in self.cells},
                    {(cell.task, cell.init): cell.settings.epochs for cell in self.cells})

    def forecast(self, cell: Cell) -> Forecast:
        """Of a cell as it is."""
        # Another seed is another order of the same rows, whose padding differs by next to nothing.
        key = (cell.probe, cell.settings)
        if key not in self._known:
            self._known[key] = forecast_cell(cell, self._rows[cell.task], self._costs[cell.probe])
        return self._known[key]

    def counts(self, cell: Cell) -> dict[str, int]:
        """How many steps the cell takes and evaluations it makes."""
        phases = planned(cell, self._rows[cell.task], self._costs[cell.probe].layers)
        return {"steps": sum(len(phase.steps) for phase in phases),
                "evaluations": sum(phase.evaluations for phase in phases)}

    def prediction(self, task: str) -> float:
        """Seconds of running the models of a task on validation and test, those of further train sizes included."""
        costs = next(costs for (of_task, _), costs in self._costs.items() if of_task == task)
        return forecast_prediction(costs, self._rows[task].unseen, sum(cell.task == task for cell in self.cells))

    def seconds(self, size: Size) -> float:
        """Of all cells and predictions, were the study of this size; none counts as done.

        It is infinite where a run would end before its warm-up does, which training refuses.
        """
        cells = [_resized(cell, size) for cell in self.cells]
        if any(warmup_steps(cell.settings.warmup, steps := self.counts(cell)["steps"]) > steps for cell in cells):
            return math.inf
        return sum(self.forecast(cell).seconds for cell in cells) + sum(map(self.prediction, size.rows))


def _resized(cell: Cell, size: Size) -> Cell:
    changes = {"train_size": size.rows[cell.task], "epochs": size.epochs[cell.task, cell.init]}
    return replace(cell, settings=cell.settings.model_copy(update=changes))
