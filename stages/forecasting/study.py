"""The present grid as a forecast sees it: what its cells will do, and which of them cost the same."""

import math
from dataclasses import replace

from stages.forecasting.budget import Size
from stages.forecasting.cells import Cell, TaskRows, is_sized
from stages.forecasting.measuring import Costs, Forecast, forecast_prediction, forecast_run, measured
from stages.forecasting.plan import Phase, padded_tokens, plan_run
from stages.settings.seeds import order_seed
from stages.training.optimization import warmup_steps


def measure(cell: Cell, rows: TaskRows) -> Costs:
    """Probe a cell; one that starts from further weights as the checkpoint, which has the same shape."""
    rows.used(cell.settings)
    return measured(cell.init, cell.seed, rows.encoded, rows.checkpoint, cell.settings, cell.recipe)


def planned(cell: Cell, rows: TaskRows, layers: int) -> list[Phase]:
    """Phases of the cell."""
    settings = cell.settings
    return plan_run(rows.used(settings), settings, order_seed(cell.seed, settings.seed_varies),
                    cell.recipe, layers)


def forecast_cell(cell: Cell, rows: TaskRows, costs: Costs) -> Forecast:
    """Time and memory of the cell; a student's teacher is run once on the training rows before it starts."""
    train = rows.used(cell.settings)
    found = forecast_run(costs, planned(cell, rows, costs.layers), train, rows.train_eval_rows(cell.settings),
                         rows.validation)
    teaching = costs.building + padded_tokens(train.input_ids.lengths) * costs.plain if cell.arm.taught else 0.0
    return replace(found, start=found.start + teaching)


class Study:
    """Cells with their inputs and measurements."""

    def __init__(self, cells: list[Cell], rows: dict[str, TaskRows], costs: dict[tuple[str, str], Costs]) -> None:
        self.cells, self._rows, self._costs = cells, rows, costs
        self._known: dict[tuple[object, ...], Forecast] = {}

    @property
    def size(self) -> Size:
        """Rows and epochs in params.yaml."""
        return Size({cell.task: cell.settings.train_size or self._rows[cell.task].rows for cell in self.cells},
                    {(cell.task, cell.init): cell.settings.epochs for cell in self.cells})

    def forecast(self, cell: Cell) -> Forecast:
        """Forecast of a cell under the present settings."""
        # Another seed changes the order of the rows, which hardly changes their padding.
        key = (cell.probe, cell.settings, cell.arm.taught)
        if key not in self._known:
            self._known[key] = forecast_cell(cell, self._rows[cell.task], self._costs[cell.probe])
        return self._known[key]

    def counts(self, cell: Cell) -> dict[str, int]:
        """Number of steps and evaluations of the cell."""
        phases = planned(cell, self._rows[cell.task], self._costs[cell.probe].layers)
        return {"steps": sum(len(phase.steps) for phase in phases),
                "evaluations": sum(phase.evaluations for phase in phases)}

    def prediction(self, task: str) -> float:
        """Seconds to run the models of a task, further train sizes included, on the validation and test sets.

        Further test sets are for the models of all rows, after training alone.
        """
        costs = next(costs for (of_task, _), costs in self._costs.items() if of_task == task)
        cells = [cell for cell in self.cells if cell.task == task]
        of_all_rows = sum(not is_sized(cell.name) for cell in cells)
        return forecast_prediction(costs, self._rows[task].unseen, 2 * len(cells)) + sum(
            forecast_prediction(costs, [split], of_all_rows) for split in self._rows[task].further)

    def seconds(self, size: Size) -> float:
        """Seconds of all cells and predictions of a study of this size, none of which counts as done.

        Infinite if a run would end before its warm-up, which training refuses.
        """
        cells = [_resized(cell, size) for cell in self.cells]
        if any(warmup_steps(cell.settings.warmup, steps := self.counts(cell)["steps"]) > steps for cell in cells):
            return math.inf
        return sum(self.forecast(cell).seconds for cell in cells) + sum(map(self.prediction, size.rows))


def _resized(cell: Cell, size: Size) -> Cell:
    changes = {"train_size": size.rows[cell.task], "epochs": size.epochs[cell.task, cell.init]}
    return replace(cell, settings=cell.settings.model_copy(update=changes))
