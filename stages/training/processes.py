"""Train one model in several processes: each takes its share of the rows of every step and of every evaluation.

The rows of a step, the learning rate and the number of steps are the same as with a single process, because gradients,
losses and divisors are summed over all processes: up to rounding, the sum over the rows of a step does not depend on
which process computed its parts. Dropout masks differ between processes. After each step, all processes have the same
weights.

Gradients are summed here and not by DistributedDataParallel, which fixes at the start which weights are trained, while
gradual unfreezing adds more of them later. Accelerate communicates over gloo or NCCL.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import torch
from accelerate import PartialState
from accelerate.utils import broadcast_object_list, gather_object, reduce

from stages.common.errors import UserError

Value = TypeVar("Value")


@dataclass(frozen=True)
class Processes:
    """This process among ``count``; a single process communicates with nobody."""

    number: int = 0
    count: int = 1

    @classmethod
    def joined(cls, count: int) -> "Processes":
        """Wait for the other processes that torchrun started, if ``count`` is more than 1.

        Raises:
            UserError: there are not ``count`` processes.
        """
        # Without `cpu=True` on a CPU, Accelerate takes each of several processes for the only one.
        state = PartialState(cpu=count > 1 and not torch.cuda.is_available())
        if state.num_processes != count:
            raise UserError(f"training.processes and training.nodes: expected {count} processes that know of each "
                            f"other, found {state.num_processes}; start the stage itself, which starts them")
        return cls(state.process_index, count)

    @property
    def is_main(self) -> bool:
        """Whether this process is the one that writes files and messages."""
        return self.number == 0

    def refuse_others(self, fingerprint: str) -> None:
        """Refuse to train one model in processes that were given different runs.

        Raises:
            UserError: another process has different settings, data, weights or code.
        """
        if len(set(self.all_gather(fingerprint))) > 1:
            raise UserError("training.nodes: expected the same command, params.yaml, data and kind of processor on "
                            "all machines, found different ones; copy the command that the first machine prints, and "
                            "run `dvc pull` there")

    def own_seed(self, seed: int) -> int:
        """A seed for the random numbers that each process draws itself; the main process uses that of the run."""
        return seed if self.is_main else int(np.random.SeedSequence([seed, self.number]).generate_state(1)[0])

    def share(self, rows: np.ndarray) -> tuple[np.ndarray, float]:
        """The rows of a step that this process takes, and their weight.

        If a step has fewer rows than there are processes, those without a row take the first at weight 0, so that they
        have gradients to add.
        """
        own = np.array_split(rows, self.count)[self.number]
        return (own, 1.0) if len(own) else (rows[:1], 0.0)

    def batches(self, batches: Sequence[np.ndarray]) -> Sequence[np.ndarray]:
        """The batches of an evaluation that this process takes; every batch belongs to exactly one process."""
        return batches[self.number :: self.count]

    def gather_rows(self, rows: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Merge the results of all processes, each of which has empty arrays for the rows of the others."""
        if self.count == 1:
            return list(rows)
        parts = self._exchanged(gather_object, [{place: row for place, row in enumerate(rows) if row.size}])
        gathered = {place: row for part in parts for place, row in part.items()}
        return [gathered.get(place, row) for place, row in enumerate(rows)]

    def total(self, value: float) -> float:
        """The sum of a number over all processes."""
        if self.count == 1:
            return value
        device = PartialState().device
        number = torch.tensor(value, dtype=torch.float64, device=device)
        return float(self._exchanged(reduce, number, "sum"))

    def add_gradients(self, parameters: Iterable[torch.nn.Parameter]) -> None:
        """Replace each gradient by its sum over all processes."""
        gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
        if self.count == 1 or not gradients:
            return
        summed = self._exchanged(reduce, torch.cat([gradient.flatten() for gradient in gradients]), "sum")
        sizes = [gradient.numel() for gradient in gradients]
        for gradient, part in zip(gradients, summed.split(sizes), strict=True):
            gradient.copy_(part.view_as(gradient))

    def on_main_then_broadcast(self, function: Callable[[], Value]) -> Value:
        """Call ``function`` in the main process alone; return its result in every process."""
        if self.count == 1:
            return function()
        return self._exchanged(broadcast_object_list, [function() if self.is_main else None])[0]

    def all_gather(self, value: Value) -> list[Value]:
        """The values of all processes, by process number."""
        return [value] if self.count == 1 else self._exchanged(gather_object, [value])

    def _exchanged(self, exchange: Callable[..., Any], *values: Any) -> Any:
        try:
            return exchange(*values)
        except RuntimeError as error:
            raise UserError(f"process {self.number} of {self.count} is disconnected from the others: {error}") from None
