"""A short measured run of one cell, in a process of its own so that start-up and peak memory are those of `train`.

It trains a few steps with the code of training on batches of real rows, and writes only to a temporary folder.
"""

import itertools
import json
import re
import resource
import sys
import tempfile
import time
from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from scipy.optimize import nnls

from stages.common.command import run_stage, stage_parser
from stages.common.files import sha256
from stages.encoding.store import EncodedSplit, Ragged, read_split
from stages.forecasting.measuring import Costs, PhaseCost
from stages.forecasting.plan import Phase, padded_tokens, plan_run, work
from stages.metrics.scoring import score
from stages.models.building import build_model
from stages.models.inputs import gold_labels, joined_windows, predict_logits, whole_model
from stages.models.tuning import freeze_at, merged
from stages.results.prepared import read_task
from stages.settings.libraries import require_libraries
from stages.settings.recipes import Recipe, recipe_from
from stages.settings.seeds import order_seed, weight_seed
from stages.settings.training import TrainingSettings
from stages.training.determinism import make_deterministic
from stages.training.frozen_layers import TOKENS_PER_BATCH as TOKENS_PER_CACHED_BATCH
from stages.training.loop import Training
from stages.training.pairs import run_batches
from stages.training.resuming import StateStore
from stages.training.run import Run
from stages.training.used_vocabulary import used_vocabulary

_SHAPES = 5  # timed batches, of different lengths
_EVALUATED_TOKENS = 4096
_ROUNDS = 4  # maximum timings of each batch
_SECONDS = 6.0  # of a phase, after which no further round is started


@dataclass
class Probe(Training):
    """A run that times steps on chosen batches, out of order.

    ``train`` and ``validation`` hold the measured rows.

    Attributes:
        all_rows: training rows of the whole run.
        batches: rows of ``train``, from the shortest to the longest.
    """

    all_rows: EncodedSplit = field(kw_only=True)
    batches: list[np.ndarray] = field(kw_only=True)

    @property
    def _layers(self) -> int:
        return int(self.model.config.num_hidden_layers)

    @cached_property
    def phases(self) -> list[Phase]:
        """The phases of the whole run."""
        return plan_run(self.all_rows, self.settings, self.order_seed, self.recipe, self._layers)

    @cached_property
    def steps(self) -> int:
        """Steps of the whole run, not of the rows measured."""
        return sum(len(phase.steps) for phase in self.phases)

    def measure(self) -> Costs:
        """Seconds and bytes of each part of the run."""
        phases = self.phases
        run = self.prepare()
        ready = time.time()
        self._seconds_per_token(run, whole_model)  # the first one allocates memory
        plain = self._seconds_per_token(run, whole_model)
        measured = [self._phase(run, phase, len(phases)) for phase in phases]
        best = {self.task.metric: 1.0, "loss": 0.0}
        offering = _timed(lambda: run.best.offer(0, best, self.task.metric, self.model))
        with tempfile.TemporaryDirectory() as folder:
            saving = _timed(lambda: StateStore(Path(folder), "states").save(run.state(run.random_states())))
            run.best.restore(self.model)
            writing = _timed(lambda: merged(self.model).save_pretrained(folder))
        return Costs(0.0, plain, measured, offering, saving, writing, self._layers, _peak_bytes(), ready)

    def _phase(self, run: Run, phase: Phase, phases: int) -> PhaseCost:
        if len(phase.steps):
            freeze_at(self.model, self.recipe, phase.first, self.steps)
        frozen = run.cache.frozen_layers()
        computing = self._computing(run) if frozen else 0.0
        step = self._cost_of_step(run, phase, phases) if len(phase.steps) else np.zeros(3)
        on_gpu = torch.cuda.is_available()  # what is kept lies in the other memory then
        kept = 0.0 if on_gpu else run.cache.kept_bytes / sum(
            int(split.input_ids.lengths.sum()) for split in (self.train, self.validation))
        evaluating = self._seconds_per_token(run, run.cache.forward) if phase.evaluations else 0.0
        return PhaseCost(computing, step.tolist(), evaluating, kept)

    def _computing(self, run: Run) -> float:
        """Seconds per token in which frozen layers compute what is kept of them."""
        def ask(split: EncodedSplit) -> None:
            rows = np.array([0])
            tensors = run.collate(split, rows)
            del tensors["labels"]
            with torch.no_grad():
                run.cache.forward(run.model, split, rows, tensors)

        spent = _timed(lambda: ask(self.train)) + _timed(lambda: ask(self.validation))
        return spent / sum(padded_tokens(split.input_ids.lengths, TOKENS_PER_CACHED_BATCH)
                           for split in (self.train, self.validation))

    def _cost_of_step(self, run: Run, phase: Phase, phases: int) -> np.ndarray:
        batches = self.batches if phases == 1 else self.batches[::2]

        def step(rows: np.ndarray) -> None:
            run.step = phase.first
            self.take_step(run, rows)

        step(self.batches[-1])  # the first one allocates memory
        rounds: list[list[float]] = []
        start = time.perf_counter()
        while len(rounds) < _ROUNDS and (not rounds or time.perf_counter() - start < _SECONDS / phases):
            rounds.append([_timed(lambda rows=rows: step(rows)) for rows in batches])
        counted = work(self.train.input_ids.lengths, batches, self.settings.accumulation)
        return fitted_cost(counted, np.median(rounds, axis=0))

    def _seconds_per_token(self, run: Run, forward: Callable[..., Any]) -> float:
        """Seconds per token with padding of an evaluation on validation."""
        def evaluate() -> None:
            logits = predict_logits(self.model, self.validation, run.collate, forward=forward)
            score(joined_windows(self.validation, logits)[1],
                  joined_windows(self.validation, gold_labels(self.validation))[1], self.task)

        return _timed(evaluate) / padded_tokens(self.validation.input_ids.lengths)


def probe(
    init: str, seed: int, encoded: Path, checkpoint: Path, settings: TrainingSettings, recipe: Recipe
) -> Costs:
    """Measure a cell, given the arguments of training."""
    make_deterministic(settings.threads)
    task = read_task(encoded)
    train = read_split(encoded, "train", settings.train_size)
    validation = read_split(encoded, "validation")
    start = time.perf_counter()
    model = build_model(init, checkpoint, task.kind, task.tags, settings.dropout,  # type: ignore[arg-type]
                        weight_seed(seed, settings.seed_varies), recipe)
    building = time.perf_counter() - start
    for path in (encoded / "train.arrow", encoded / "validation.arrow", checkpoint / "model.safetensors"):
        sha256(path)  # as `train` does, which records its inputs
    order = order_seed(seed, settings.seed_varies)
    first_epoch = settings.model_copy(update={"epochs": 1})
    chosen = _spread(list(run_batches(train, first_epoch, order, recipe)), train.input_ids.lengths)
    rows = _subset(train, np.concatenate(chosen).ravel())
    ends = np.cumsum([0, *(batch.size for batch in chosen)])
    batches = [np.arange(start, end).reshape(batch.shape)
               for (start, end), batch in zip(itertools.pairwise(ends), chosen, strict=True)]
    evaluated = _subset(validation, _evaluated(validation.input_ids.lengths))
    # Times do not depend on the learning rate, and with a tiny one no loss diverges. The probe is one process.
    slow = settings.model_copy(update={"lr": 1e-9, "processes": 1, "nodes": 1})
    with used_vocabulary(model, (train, validation)):
        measured = Probe(model, rows, evaluated, evaluated, task, slow, order, recipe, all_rows=train,
                         batches=batches).measure()
    return replace(measured, building=building)


def fitted_cost(work: np.ndarray, seconds: np.ndarray) -> np.ndarray:
    """Seconds per unit of work, [3]: non-negative least squares of relative errors.

    The method is Lawson and Hanson's (1995, https://doi.org/10.1137/1.9781611971217). Errors are relative because
    disturbances of a machine grow with the duration of a batch.

    Args:
        work: of the timed batches, [batches, 3].
        seconds: duration of each, [batches], above 0.
    """
    scale = work.max(axis=0)
    relative = work / scale / seconds[:, None]
    cost, _ = nnls(relative, np.ones(len(seconds)))
    return np.asarray(cost / scale)


def _spread(batches: list[np.ndarray], lengths: np.ndarray) -> list[np.ndarray]:
    """A few of the batches, from that with the shortest rows to that with the longest."""
    ordered = sorted(batches, key=lambda rows: int(lengths[rows].max()))
    return [ordered[place] for place in sorted(set(np.linspace(0, len(ordered) - 1, _SHAPES).round().astype(int)))]


def _evaluated(lengths: np.ndarray) -> np.ndarray:
    """Rows spread over all lengths, about ``_EVALUATED_TOKENS`` tokens together."""
    count = max(1, min(len(lengths), int(_EVALUATED_TOKENS / lengths.mean())))
    order = np.argsort(lengths, kind="stable")
    return order[np.unique(np.linspace(0, len(lengths) - 1, count).round().astype(int))]


def _subset(split: EncodedSplit, rows: np.ndarray) -> EncodedSplit:
    """Some rows of a split as a split."""
    def chosen(sequences: Ragged) -> Ragged:
        return Ragged(np.concatenate([sequences[row] for row in rows]),
                      np.concatenate([[0], np.cumsum(sequences.lengths[rows])]))

    return EncodedSplit(
        [split.guids[row] for row in rows], chosen(split.input_ids), chosen(split.token_type_ids),
        chosen(split.labels) if isinstance(split.labels, Ragged) else split.labels[rows],
        split.word_index and chosen(split.word_index))


def _timed(act: Callable[[], object]) -> float:
    """Seconds that ``act`` takes."""
    _synchronize()
    start = time.perf_counter()
    act()
    _synchronize()
    return time.perf_counter() - start


def _synchronize() -> None:
    """Wait until the GPU is idle."""
    if torch.accelerator.is_available():
        torch.accelerator.synchronize()


def _peak_bytes() -> int:
    """Peak memory of the process so far, in bytes: of the GPU if there is one."""
    if torch.cuda.is_available():
        return int(torch.cuda.max_memory_allocated())
    status = Path("/proc/self/status")
    if status.exists():  # `getrusage` counts the memory of the parent process there
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        assert found, "Linux reports the peak"
        return int(found[1]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line for :mod:`stages.forecasting.measuring`: JSON in, JSON out."""
    parser = stage_parser("Measure a cell.", "python -m stages.forecast")
    parser.add_argument("cell", help="arguments of `probe` as JSON")
    return run_stage(parser, _probe, arguments)


def _probe(options: Namespace) -> None:
    require_libraries("accelerate", "numpy", "peft", "pyarrow", "scikit-learn", "scipy", "torch", "transformers")
    cell = json.loads(options.cell)
    found = probe(cell["init"], cell["seed"], Path(cell["encoded"]), Path(cell["checkpoint"]),
                  TrainingSettings(**cell["settings"]), recipe_from(cell["recipe"], "recipes"))
    print(json.dumps(asdict(found) | {"ending": time.time()}))


if __name__ == "__main__":
    sys.exit(main())
