"""Trainings that Ctrl-C interrupts after a chosen step."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from stages.training import resuming
from stages.training.loop import Training


def save_after_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resuming, "SAVE_EVERY", 0.0)
    monkeypatch.setattr(resuming, "_COST", 1)


@contextmanager
def interrupted(after: int, training: type = Training) -> Iterator[None]:
    """What trains inside is interrupted in the step that follows ``after`` steps."""
    original = training.take_step

    def stopping(self: Any, *given: Any) -> None:
        if (given[0] if training is Training else self).step == after:
            raise KeyboardInterrupt
        original(self, *given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "take_step", stopping)
        with pytest.raises(KeyboardInterrupt):
            yield
