"""A stage starts with the libraries that it needs and no others."""

import gc
import subprocess
import sys
from pathlib import Path

import pytest

from stages.common.slow_imports import slow_imports
from stages.common.sources import ROOT
from tests import tiny
from tests.late_imports import import_all

TRAINING = {"torch", "transformers", "accelerate", "peft", "safetensors"}
OTHERS = {"mlflow", "matplotlib", "sklearn", "datasets", "pandas", "requests", "peft"}
TRAINERS = {"adapt", "checkpoint", "embed", "export", "forecast", "train", "predict", "predict_further",
            "predict_splits", "prompt", "stress"}
STAGES = sorted(path.stem for path in (ROOT / "stages").glob("[!_]*.py"))
# transformers imports 3,100 modules for one model; of other packages stages may add few: pydantic, pyarrow, ruamel.
MODEL = "from accelerate import Accelerator; from transformers.models.bert.modeling_bert import BertModel"
ADDED = 175


def run(program: str) -> str:
    """What a program prints."""
    return subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def loaded() -> dict[str, set[str]]:
    """Packages that each stage loads for its ``--help`` and none before it did, all in one process."""
    program = f"""
import contextlib, importlib, sys
before = set()
for stage in {STAGES}:
    with contextlib.redirect_stdout(None), contextlib.suppress(SystemExit):
        importlib.import_module(f"stages.{{stage}}").main(["--help"])
    packages = {{name.split(".")[0] for name in sys.modules}}
    print(stage, *packages - before)
    before = packages
"""
    return {stage: set(packages) for stage, *packages in map(str.split, run(program).splitlines())}


@pytest.mark.parametrize("stage", STAGES)
def test_no_library_for_training_is_loaded_for_help(stage: str, loaded: dict[str, set[str]]) -> None:
    assert loaded[stage] & TRAINING == set()


@pytest.mark.parametrize("command", [
    "train --init scratch --task a --seed 1 --rows a --encoded a --checkpoint a --out a", "predict --task a text",
    "predict_further --task a --prepared a --tokenizer a --models a --rows a --out a"])
def test_nor_for_an_error_in_a_setting(command: str, tmp_path: Path) -> None:
    stage, *arguments = command.split()
    (tmp_path / "params.yaml").write_text("tasks: 1\n", "utf-8")
    code, *packages = run(f"""
import os, sys
from stages.{stage} import main
os.chdir({str(tmp_path)!r})
print(main({arguments}), *sys.modules)
""").split()
    assert code == "1"
    assert set(packages) & TRAINING == set()


def test_garbage_is_collected_after_slow_imports_alone() -> None:
    with slow_imports():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_libraries_that_stages_load_are_seen(loaded: dict[str, set[str]]) -> None:
    assert {"numpy", "mlflow", "sklearn"} <= set().union(*loaded.values())


def test_stages_with_models_import_little_more_than_transformers(tmp_path: Path) -> None:
    tiny.write_encoded(tmp_path, tiny.TEXT_TASK)
    # The forecast also reads the pipeline with DVC, and logistic regression is scikit-learn's.
    stages = sorted(TRAINERS - {"forecast", "embed"})
    imported, used = (set(words.split()) for words in run(f"""
import sys
from pathlib import Path
{MODEL}
before = set(sys.modules)
{"; ".join(map(import_all, stages))}
print(*set(sys.modules) - before)
from stages.settings.training import TrainingSettings
settings = TrainingSettings(**{tiny.training_settings(epochs=1).model_dump()!r})
root = Path({str(tmp_path)!r})
stages.training.cell.train("pretrained", 1, root / "encoded", root / "checkpoint", root / "out", settings)
print(*sys.modules)
""").splitlines())
    assert "stages.train" in imported
    assert len([name for name in imported if name.split(".")[0] != "stages"]) < ADDED
    assert {name.split(".")[0] for name in used} & OTHERS == set()
