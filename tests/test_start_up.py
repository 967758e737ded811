"""A stage that trains nothing starts without the libraries that train."""

import subprocess
import sys

import pytest

from stages.common.sources import ROOT

TRAINING = {"torch", "transformers", "accelerate", "peft", "safetensors"}
TRAINERS = {"adapt", "checkpoint", "export", "forecast", "train", "predict", "predict_splits", "stress"}
STAGES = sorted(path.stem for path in (ROOT / "stages").glob("[!_]*.py"))


def loaded(stage: str) -> set[str]:
    """Top-level packages that importing a stage loads."""
    program = f"import sys; import stages.{stage}; print(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("stage", sorted(set(STAGES) - TRAINERS))
def test_a_stage_that_trains_nothing_loads_no_library_for_it(stage: str) -> None:
    assert loaded(stage) & TRAINING == set()


def test_a_stage_that_trains_loads_nothing_that_describes_or_tracks() -> None:
    packages = loaded("train")
    assert "torch" in packages
    assert packages & {"mlflow", "matplotlib", "sklearn", "datasets", "pandas", "requests"} == set()
