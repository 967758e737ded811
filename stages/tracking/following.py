"""Training in progress, shown in MLflow: read from the states that training saves, without a hook in training."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from stages.common.errors import UserError
from stages.common.files import read_json, sha256
from stages.settings.arms import ARMS
from stages.tracking.store import TrackingStore

Events = list[dict[str, object]]


def follow(states: Path, encoded: Path, store: TrackingStore, wait: Callable[[], bool]) -> None:
    """Log the measurements of unfinished runs as they come, until ``wait`` returns False.

    A run is named ``live-`` and the start of its fingerprint. It is removed when its training has ended: ``track`` then
    logs the result.

    Args:
        states: folder of the states of unfinished runs; ``stages.training.resuming`` saves one every half minute.
        encoded: folder of the encoded tasks, whose digests identify the task of a run.
    """
    store.drop_live()
    live: dict[str, tuple[str, int]] = {}  # by fingerprint the run, and how many of its events are logged
    try:
        while True:
            found = dict(_unfinished(states))
            for fingerprint, events in found.items():
                if fingerprint not in live:
                    task = _task(encoded, events[0]["inputs"]["train"])
                    name = f"live-{fingerprint[:7]}"
                    live[fingerprint] = store.start_live(task, name, _params(events[0])), 0
                    print(f"{task}: {name}, step {events[-1].get('step', 0)}", file=sys.stderr)
                run, logged = live[fingerprint]
                store.add(run, measured(events[logged:]), int(time.time() * 1000))
                live[fingerprint] = run, len(events)
            for fingerprint in live.keys() - found.keys():
                store.drop(live.pop(fingerprint)[0])
            if not wait():
                return
    finally:
        for run, _ in live.values():
            store.drop(run)


def measured(events: Iterable[dict[str, object]]) -> Iterator[tuple[str, float, int]]:
    """Name, value and step of every measurement in a history."""
    for event in events:
        if event["kind"] == "step":
            for name in ("loss", "pair_loss", "learning_rate", "gradient_norm"):
                if event.get(name) is not None:
                    place = f"train/batch_{name}" if name.endswith("loss") else f"train/{name}"
                    yield place, event[name], event["step"]
            for part, norm in event["gradient_norms"].items():
                if norm is not None:
                    yield f"train/gradient_norm/{part}", norm, event["step"]
        elif event["kind"] == "evaluation":
            for split in ("train", "validation"):
                for name, value in event[split].items():
                    yield f"{split}/{name}", value, event["step"]


def _unfinished(states: Path) -> Iterator[tuple[str, Events]]:
    """Fingerprint and events of the newest state of every run; those of pre-training have no events."""
    for folder in sorted(states.glob("*")):
        for state in sorted(folder.glob("[0-9]*"), reverse=True)[:1]:
            try:
                events = read_json(state / "facts.json").get("events")
            except UserError:  # the run has just put another in its place
                continue
            if events:
                yield folder.name, events


def _task(encoded: Path, digest: str) -> str:
    return next((path.parent.name for path in sorted(encoded.glob("*/train.arrow")) if sha256(path) == digest),
                "unknown task")


def _params(start: dict[str, Any]) -> dict[str, Any]:
    return start["settings"] | {"arm": _arm(start)} | {
        f"recipe_{name}": value for name, value in start["recipe"].items()}


def _arm(start: dict[str, Any]) -> str:
    """The first arm of the table that is trained so: from given or random weights, with a teacher or without."""
    weights, taught = "initial_weights" in start["inputs"], "teacher" in start
    return next(arm.name for arm in ARMS.values()
                if arm.trained and (arm.weights is not None) == weights and arm.taught == taught)
