"""The state of an unfinished run on disk, so that an interrupted run goes on and ends in the same bytes.

A state lies at ``<root>/<fingerprint>/<step>``, outside of the outputs of DVC, which deletes those before a stage
runs. The fingerprint covers everything that determines the run, so that no other run finds the state.
"""

import hashlib
import json
import platform
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from tqdm import tqdm

from stages.common.errors import UserError
from stages.common.files import new_folder, read_json, sha256, write_json
from stages.common.sources import code_digest
from stages.training.determinism import numeric_setting

SAVE_EVERY = 30.0  # seconds of training between two states
KEPT = 4  # states of unfinished runs; a disk must not fill with those that nobody comes back to
_COST = 20  # saving takes at most one part in so many of the time, however large the model is

_TENSORS, _FACTS, _DIGESTS = "tensors.safetensors", "facts.json", "sha256.json"
_PACKAGE = Path(__file__).parents[1]


@dataclass(frozen=True)
class State:
    """Everything that a run needs to go on after ``step``: tensors, and facts that JSON can hold."""

    step: int
    tensors: dict[str, torch.Tensor]
    facts: dict[str, Any]


class StateStore:
    """The saved state of one run, and the bound on those of others."""

    def __init__(self, root: Path, fingerprint: str) -> None:
        """``fingerprint`` tells the run from others; see :func:`run_fingerprint`."""
        self.folder = root / fingerprint
        self._due = time.monotonic() + SAVE_EVERY
        self._warned = False

    def load(self) -> State | None:
        """The newest sound state, or None; a damaged one is removed with a note."""
        for folder in sorted(self.folder.glob("[0-9]*"), reverse=True):
            if state := _sound_state(folder):
                return state
            print(f"note: {folder}: the saved state is damaged and was removed", file=sys.stderr)
            shutil.rmtree(folder)
        return None

    @property
    def due(self) -> bool:
        """Whether it is time to save."""
        return time.monotonic() >= self._due

    def save_now_and_then(self, state: Callable[[], State]) -> None:
        """Save what ``state`` gives if it is time to."""
        if self.due:
            self.try_to_save(state)

    def try_to_save(self, state: Callable[[], State]) -> None:
        """Save what ``state`` gives; a run that cannot save goes on, with one warning."""
        start = time.monotonic()
        try:
            self.save(state())
        except (OSError, SafetensorError) as error:
            self._warn(error)
        end = time.monotonic()
        self._due = end + max(SAVE_EVERY, (_COST - 1) * (end - start))

    def save(self, state: State) -> None:
        """Save a state in place of the one before."""
        # A new name each time, so that at every moment at least one whole state is in place.
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
        runs = sorted(self.folder.parent.iterdir(), key=lambda folder: folder.stat().st_mtime)
        for run in runs[:-KEPT]:
            shutil.rmtree(run, ignore_errors=True)

    def _warn(self, error: Exception) -> None:
        if not self._warned:
            tqdm.write(f"warning: {self.folder}: the state of the run cannot be saved ({error}); training goes on, but"
                       " if interrupted loses what came since the last state; free some space", file=sys.stderr)
        self._warned = True

    def discard(self) -> None:
        """Remove the run's state: its result is written."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _sound_state(folder: Path) -> State | None:
    try:
        digests = read_json(folder / _DIGESTS)
        if digests != {name: sha256(folder / name) for name in (_TENSORS, _FACTS)}:
            return None
        facts = read_json(folder / _FACTS)
        return State(facts.pop("step"), load_file(folder / _TENSORS), facts)
    except (OSError, UserError):
        return None


def run_fingerprint(determining: dict[str, Any]) -> str:
    """Digest of what a run depends on: of :func:`environment`, and of ``determining``, values that JSON can hold."""
    text = json.dumps([determining, environment()], sort_keys=True, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def environment() -> dict[str, Any]:
    """What the bytes of a run depend on besides its settings and files: code, releases and the numeric setting."""
    return {
        "code": _code(),
        "versions": {module.__name__: module.__version__ for module in (np, torch, transformers)}
        | {"python": platform.python_version()},
    } | numeric_setting()


def _code() -> dict[str, str]:
    """Digest of the code of every module of this package that the process has loaded."""
    files = {Path(module.__file__) for module in list(sys.modules.values()) if getattr(module, "__file__", None)}
    return {path.relative_to(_PACKAGE).as_posix(): code_digest(path) for path in sorted(files)
            if path.is_relative_to(_PACKAGE)}


def random_states(device: torch.device) -> dict[str, torch.Tensor]:
    """States of torch's random numbers on the CPU and on ``device``."""
    states = {"cpu": torch.get_rng_state()}
    if device.type != "cpu":
        states[device.type] = torch.get_device_module(device).get_rng_state()
    return states


def restore_random_states(states: dict[str, torch.Tensor], device: torch.device) -> None:
    """The inverse of :func:`random_states`."""
    torch.set_rng_state(states["cpu"])
    if device.type != "cpu":
        torch.get_device_module(device).set_rng_state(states[device.type])


def prefixed(prefix: str, tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Copies on the CPU under ``prefix.name``; no two share memory, which safetensors refuses."""
    return {f"{prefix}.{name}": tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}


def part(prefix: str, tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The tensors under ``prefix``, by their names without it."""
    start = f"{prefix}."
    return {name.removeprefix(start): tensor for name, tensor in tensors.items() if name.startswith(start)}


def optimizer_tensors(optimizer: torch.optim.Optimizer) -> dict[str, torch.Tensor]:
    """The tensors that an optimizer keeps per parameter, as ``<number of the parameter>.<name>``."""
    states = optimizer.state_dict()["state"]
    return {f"{number}.{name}": tensor for number, state in states.items() for name, tensor in state.items()}


def restore_optimizer(
    optimizer: torch.optim.Optimizer, groups: list[dict[str, Any]], tensors: dict[str, torch.Tensor]
) -> None:
    """Put back the ``param_groups`` of a state dict and what :func:`optimizer_tensors` gave."""
    state: dict[int, dict[str, torch.Tensor]] = {}
    for path, tensor in tensors.items():
        number, name = path.split(".")
        state.setdefault(int(number), {})[name] = tensor
    optimizer.load_state_dict({"state": state, "param_groups": groups})
