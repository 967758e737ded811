"""Save the state of an unfinished run to disk, so that an interrupted run continues and ends byte-identical.

A state is saved at ``<root>/<fingerprint>/<step>``, outside the outputs of DVC, which deletes those before a stage
runs. The fingerprint covers everything that determines the run, so no other run can find the state.
"""

import hashlib
import json
import platform
import shutil
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch.optim.lr_scheduler import LambdaLR
from tqdm import tqdm

from stages.common.errors import UserError
from stages.common.files import new_folder, read_json, sha256, write_json
from stages.common.sources import code_digest
from stages.training.determinism import numeric_setting

SAVE_EVERY = 30.0  # seconds of training between two states
# Of runs that saved no state for a day, the last four are kept, so that abandoned ones do not fill the disk. Those that
# are at work beside this one save far more often.
KEPT, ABANDONED = 4, 86400.0
_COST = 20  # saving takes at most 1/20 of the time, however large the model is

_TENSORS, _FACTS, _DIGESTS = "tensors.safetensors", "facts.json", "sha256.json"
_PACKAGE = Path(__file__).parents[1]

Tensors = Mapping[str, torch.Tensor]


@dataclass(frozen=True)
class State:
    """Everything that a run needs to continue after ``step``: tensors, and facts that JSON can hold."""

    step: int
    tensors: dict[str, torch.Tensor]
    facts: dict[str, object]


def run_state(
    step: int, model: torch.nn.Module, optimizer: torch.optim.Optimizer, schedule: LambdaLR,
    random: Sequence[Tensors], facts: Mapping[str, object], **groups: Tensors,
) -> State:
    """Capture a run after ``step``.

    Args:
        random: :func:`random_states` of each process.
        facts: further values of the run that JSON can hold.
        groups: further tensors of the run, which :func:`tensor_group` reads again.
    """
    groups |= {"model": model.state_dict(), "optimizer": _optimizer_tensors(optimizer)}
    groups |= {f"random-{number}": states for number, states in enumerate(random)}
    # Copies, because safetensors refuses tensors that share memory.
    tensors = {f"{group}.{name}": tensor.detach().cpu().contiguous().clone()
               for group, members in groups.items() for name, tensor in members.items()}
    trained = {"groups": optimizer.state_dict()["param_groups"], "schedule": schedule.state_dict()}
    return State(step, tensors, {**facts, **trained})


def restore_run(
    state: State, model: torch.nn.Module, optimizer: torch.optim.Optimizer, schedule: LambdaLR,
    device: torch.device, process: int = 0,
) -> None:
    """Restore weights, optimizer, schedule and the random numbers of one process from :func:`run_state`."""
    model.load_state_dict(tensor_group(state, "model"))
    _restore_optimizer(optimizer, state.facts["groups"], tensor_group(state, "optimizer"))
    schedule.load_state_dict(state.facts["schedule"])
    random = tensor_group(state, f"random-{process}")
    torch.set_rng_state(random["cpu"])
    if device.type != "cpu":
        torch.get_device_module(device).set_rng_state(random[device.type])


def random_states(device: torch.device) -> dict[str, torch.Tensor]:
    """States of torch's random number generators on the CPU and on ``device``."""
    states = {"cpu": torch.get_rng_state()}
    if device.type != "cpu":
        states[device.type] = torch.get_device_module(device).get_rng_state()
    return states


def tensor_group(state: State, group: str) -> dict[str, torch.Tensor]:
    """The tensors of one group of :func:`run_state`, by name."""
    start = f"{group}."
    return {name.removeprefix(start): tensor for name, tensor in state.tensors.items() if name.startswith(start)}


def _optimizer_tensors(optimizer: torch.optim.Optimizer) -> dict[str, torch.Tensor]:
    """The tensors that an optimizer keeps per parameter, as ``<number of the parameter>.<name>``."""
    states = optimizer.state_dict()["state"]
    return {f"{number}.{name}": tensor for number, state in states.items() for name, tensor in state.items()}


def _restore_optimizer(
    optimizer: torch.optim.Optimizer, groups: list[dict[str, Any]], tensors: dict[str, torch.Tensor]
) -> None:
    state: dict[int, dict[str, torch.Tensor]] = {}
    for path, tensor in tensors.items():
        number, name = path.split(".")
        state.setdefault(int(number), {})[name] = tensor
    optimizer.load_state_dict({"state": state, "param_groups": groups})


def saving_interval(seconds: float) -> float:
    """Seconds of training until the next state is saved, if saving one takes ``seconds``."""
    return max(SAVE_EVERY, (_COST - 1) * seconds)


class StateStore:
    """The saved state of one run; it also limits how many states of other runs are kept."""

    def __init__(self, root: Path, fingerprint: str) -> None:
        """``fingerprint`` distinguishes the run from others; see :func:`run_fingerprint`."""
        self.folder = root / fingerprint
        self._due = time.monotonic() + SAVE_EVERY
        self._warned = False

    def load(self) -> State | None:
        """The newest intact state, or None; a damaged one is removed with a note."""
        for folder in sorted(self.folder.glob("[0-9]*"), reverse=True):
            if state := _intact_state(folder):
                return state
            print(f"note: {folder}: the saved state is damaged and was removed", file=sys.stderr)
            shutil.rmtree(folder)
        return None

    @property
    def due(self) -> bool:
        """Whether it is time to save."""
        return time.monotonic() >= self._due

    def save_if_due(self, state: Callable[[], State]) -> None:
        """Save what ``state`` returns if it is time to."""
        if self.due:
            self.try_to_save(state)

    def try_to_save(self, state: Callable[[], State]) -> None:
        """Save what ``state`` returns; a run that cannot save continues, with one warning."""
        start = time.monotonic()
        try:
            self.save(state())
        except (OSError, SafetensorError) as error:
            self._warn(error)
        end = time.monotonic()
        self._due = end + saving_interval(end - start)

    def save(self, state: State) -> None:
        """Replace the previous state."""
        # Each state has its own name, so one complete state exists at any time.
        target = self.folder / f"{state.step:09d}"
        with new_folder(target) as folder:
            save_file(state.tensors, folder / _TENSORS)
            write_json(folder / _FACTS, {"step": state.step} | state.facts)
            write_json(folder / _DIGESTS, {name: sha256(folder / name) for name in (_TENSORS, _FACTS)})
        for older in self.folder.iterdir():
            if older != target:
                shutil.rmtree(older)
        self._prune()

    def _prune(self) -> None:
        saved: dict[Path, float] = {}
        for run in self.folder.parent.iterdir():
            with suppress(FileNotFoundError):  # it has just ended
                saved[run] = run.stat().st_mtime
        for run in sorted(saved, key=lambda run: saved[run])[:-KEPT]:
            if saved[run] < time.time() - ABANDONED:
                shutil.rmtree(run, ignore_errors=True)

    def _warn(self, error: Exception) -> None:
        if not self._warned:
            tqdm.write(f"warning: {self.folder}: the state of the run cannot be saved ({error}); training "
                       "continues, but an interruption loses the progress since the last state; free some space",
                       file=sys.stderr)
        self._warned = True

    def discard(self) -> None:
        """Remove the state of the run, once its result is written."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _intact_state(folder: Path) -> State | None:
    try:
        digests = read_json(folder / _DIGESTS)
        if digests != {name: sha256(folder / name) for name in (_TENSORS, _FACTS)}:
            return None
        facts = read_json(folder / _FACTS)
        return State(facts.pop("step"), load_file(folder / _TENSORS), facts)
    except (OSError, UserError):
        return None


def run_fingerprint(determining: Mapping[str, object]) -> str:
    """Digest of what a run depends on: :func:`environment` and ``determining``, values that JSON can hold."""
    text = json.dumps([determining, environment()], sort_keys=True, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def environment() -> dict[str, object]:
    """What a run depends on besides its settings and files: code, library releases and the numeric setting."""
    return {
        "code": _code(),
        "versions": {module.__name__: module.__version__ for module in (np, torch, transformers)}
        | {"python": platform.python_version()},
    } | numeric_setting()


def _code() -> dict[str, str]:
    """Digest of the code of every module of this package that the process has loaded."""
    loaded = [module for name, module in list(sys.modules.items())
              if name.split(".")[0] in (_PACKAGE.name, "__main__")]
    files = {Path(module.__file__) for module in loaded if getattr(module, "__file__", None)}
    return {path.relative_to(_PACKAGE).as_posix(): code_digest(path) for path in sorted(files)
            if path.is_relative_to(_PACKAGE)}
