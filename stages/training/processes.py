"""Several processes for one training: each takes its share of the rows of every step and of every evaluation.

The rows of a step, the learning rate and the number of steps are those of a single process, since gradients, losses and
divisors are summed over all processes: the sum over the rows of a step does not depend on who computed its parts, but
for the last digits. Dropout draws other masks in each process. Every process ends each step with the same weights.

Gradients are summed here and not by DistributedDataParallel, which fixes at the start which weights are trained, while
gradual unfreezing releases more of them on the way. What moves the numbers is Accelerate's, over gloo or NCCL.
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
    """This process among ``count``; with one alone nothing is exchanged."""

    number: int = 0
    count: int = 1

    @classmethod
    def joined(cls, count: int) -> "Processes":
        """Wait for the others that torchrun started; of ``count`` 1 for none.

        Raises:
            UserError: they are not as many.
        """
        # Without being told that it computes on the CPU, Accelerate takes each of several processes for the only one.
        state = PartialState(cpu=count > 1 and not torch.cuda.is_available())
        if state.num_processes != count:
            raise UserError(f"training.processes and training.nodes: expected {count} processes that know of each "
                            f"other, found {state.num_processes}; start the stage itself, which starts them")
        return cls(state.process_index, count)

    @property
    def first(self) -> bool:
        """Whether this process is the one that writes and tells."""
        return self.number == 0

    def refuse_others(self, fingerprint: str) -> None:
        """Refuse to train one model in processes that were given different runs.

        Raises:
            UserError: another process has other settings, data, weights or code.
        """
        if len(set(self.all_of(fingerprint))) > 1:
            raise UserError("training.nodes: expected the same command, params.yaml, data and kind of processor on "
                            "all machines, found different ones; copy the command that the first machine tells, and "
                            "run `dvc pull` there")

    def own_seed(self, seed: int) -> int:
        """A seed for what each process draws for itself; that of the first is the run's own."""
        return seed if self.first else int(np.random.SeedSequence([seed, self.number]).generate_state(1)[0])

    def share(self, rows: np.ndarray) -> tuple[np.ndarray, float]:
        """The rows of a step that this process takes, and their weight.

        Where a step has fewer rows than there are processes, those without one take the first at weight 0, so that
        they have gradients to add.
        """
        own = np.array_split(rows, self.count)[self.number]
        return (own, 1.0) if len(own) else (rows[:1], 0.0)

    def batches(self, batches: Sequence[np.ndarray]) -> Sequence[np.ndarray]:
        """The batches of an evaluation that this process takes: every one is some process's, and no other's."""
        return batches[self.number :: self.count]

    def together(self, rows: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Of what each process computed for its rows, with nothing for the others, one list for all."""
        if self.count == 1:
            return list(rows)
        parts = self._exchanged(gather_object, [{place: row for place, row in enumerate(rows) if row.size}])
        known = {place: row for part in parts for place, row in part.items()}
        return [known.get(place, row) for place, row in enumerate(rows)]

    def total(self, value: float) -> float:
        """The sum of a number over all processes."""
        if self.count == 1:
            return value
        device = PartialState().device
        number = torch.tensor(value, dtype=torch.float64, device=device)
        return float(self._exchanged(reduce, number, "sum"))

    def add_gradients(self, parameters: Iterable[torch.nn.Parameter]) -> None:
        """Put in place of each gradient its sum over all processes."""
        gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
        if self.count == 1 or not gradients:
            return
        summed = self._exchanged(reduce, torch.cat([gradient.flatten() for gradient in gradients]), "sum")
        sizes = [gradient.numel() for gradient in gradients]
        for gradient, part in zip(gradients, summed.split(sizes), strict=True):
            gradient.copy_(part.view_as(gradient))

    def as_first(self, value: Callable[[], Value]) -> Value:
        """What ``value`` gives in the first process, in all of them; it is called there alone."""
        if self.count == 1:
            return value()
        return self._exchanged(broadcast_object_list, [value() if self.first else None])[0]

    def all_of(self, value: Value) -> list[Value]:
        """The values of all processes, in their order."""
        return [value] if self.count == 1 else self._exchanged(gather_object, [value])

    def _exchanged(self, exchange: Callable[..., Any], *values: Any) -> Any:
        try:
            return exchange(*values)
        except RuntimeError as error:
            raise UserError(f"process {self.number} of {self.count} lost the others: {error}") from None
