"""The stage evaluate on stored logits of made-up models: what it writes, what it refuses, and what it does not need."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as parquet
import pytest

from benchmarks.evaluate import CELLS, EVALUATE, write_inputs
from stages import evaluate
from stages.common.files import read_json, read_json_lines, write_json, write_json_lines
from stages.common.sources import ROOT
from stages.metrics.calibration import fitted_temperature
from stages.metrics.evaluation import TaskGold
from stages.results.cards import EncodingCard
from stages.results.task_metrics import TaskMetrics
from tests.tiny import TEXT_TASK, WORD_TASK

BOTH = pytest.mark.parametrize("task", [TEXT_TASK, WORD_TASK], ids=["texts", "words"])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def evaluated(folder: Path, task: dict[str, Any], rows: int = 200) -> dict[str, Any]:
    if not (folder / "prepared").exists():
        write_inputs(folder, task, rows)
        params = read_json(folder / "params.yaml")
        write_json(folder / "params.yaml", params | {"evaluation": {"resamples": 200, "bootstrap_seed": 1}})
    assert evaluate.main(EVALUATE[1:]) == 0
    return dict(read_json(folder / "metrics.json"))


@BOTH
def test_the_report_can_read_it_and_it_is_the_same_bytes_each_time(folder: Path, task: dict[str, Any]) -> None:
    facts = TaskMetrics.model_validate(evaluated(folder, task))
    assert list(facts.cells) == CELLS
    first = (folder / "metrics.json").read_bytes()
    evaluated(folder, task)
    assert (folder / "metrics.json").read_bytes() == first


@BOTH
def test_the_same_predictions_in_both_arms_differ_by_nothing(folder: Path, task: dict[str, Any]) -> None:
    write_inputs(folder, task, 100)
    for seed in (1, 2, 3, 4):
        shutil.copyfile(f"predictions/pretrained-full-{seed}.parquet", f"predictions/scratch-{seed}.parquet")
    compared = evaluated(folder, task)["comparisons"]["full"]
    assert (compared["difference"], compared["p_value"]) == (0.0, 1.0)
    assert [(run["difference"], run["p_value"]) for run in compared["runs"]] == [(0.0, 1.0)] * 4


def test_a_baseline_as_good_as_gold_beats_every_arm(folder: Path) -> None:
    write_inputs(folder, TEXT_TASK, 200)
    gold = [row["label"] for row in read_json_lines(folder / "prepared" / "test.jsonl")]
    write_json(folder / "baselines.json", {"train_rows": 1, "test": {"gold": gold}})
    facts = evaluated(folder, TEXT_TASK)
    assert facts["baselines"]["gold"]["accuracy"] == 1.0
    for arm, cells in (("full", CELLS[:4]), ("scratch", CELLS[4:])):
        trained = [cell for cell in cells if not facts["cells"][cell]["failed"]] or cells
        mean = np.mean([facts["cells"][cell]["after"]["test"]["accuracy"] for cell in trained])
        assert facts["baseline_comparisons"]["gold"][arm]["difference"] == pytest.approx(mean - 1)
        assert facts["baseline_comparisons"]["gold"][arm]["high"] < 0


def test_padding_is_counted_only_for_the_inflated_figure(folder: Path) -> None:
    facts = evaluated(folder, WORD_TASK)
    for cell in facts["cells"].values():
        found = cell["after"]["test"]
        # The card says 20 of 64 positions are tokens.
        assert found["inflated_token_accuracy"] == pytest.approx(1 - (1 - found["token_accuracy"]) * 20 / 64)


def test_metrics_of_a_cell_are_those_of_its_logits(folder: Path) -> None:
    facts = evaluated(folder, TEXT_TASK)
    table = parquet.read_table("predictions/scratch-2.parquet").to_pylist()
    for moment in ("before", "after"):
        rows = {row["guid"]: row["logits"] for row in table if (row["moment"], row["split"]) == (moment, "test")}
        right = [TEXT_TASK["labels"][int(np.argmax(rows[row["guid"]]))] == row["label"]
                 for row in read_json_lines(folder / "prepared" / "test.jsonl")]
        assert facts["cells"]["scratch-2"][moment]["test"]["accuracy"] == pytest.approx(np.mean(right))
    details = facts["cells"]["scratch-2"]["details"]
    assert {moment: list(splits) for moment, splits in details.items()} == {"after": ["test"]}


@BOTH
def test_the_temperature_is_fitted_on_validation_and_measured_on_test(folder: Path, task: dict[str, Any]) -> None:
    """Logits that are twice as large have twice the temperature, and the same scores with it."""
    cell = evaluated(folder, task)["cells"]["scratch-4"]
    place = folder / "predictions/scratch-4.parquet"
    table = parquet.read_table(place)
    doubled = [[2 * value for value in row] for row in table["logits"].to_pylist()]
    column = table.schema.field("logits")
    parquet.write_table(table.set_column(3, column, pa.array(doubled, column.type)), place)
    again = evaluated(folder, task)["cells"]["scratch-4"]
    scaled = cell["temperature_scaling"]
    assert again["temperature_scaling"] == pytest.approx(scaled | {"temperature": 2 * scaled["temperature"]})
    assert again["after"]["test"]["loss"] != pytest.approx(cell["after"]["test"]["loss"])
    validation = table.filter((pc.field("moment") == "after") & (pc.field("split") == "validation"))
    logits = np.array(validation["logits"].combine_chunks().flatten()).reshape(-1, 5 if task is WORD_TASK else 2)
    gold = TaskGold.read(folder / "prepared", EncodingCard.model_validate(read_json(folder / "card.json")))
    assert scaled["temperature"] == fitted_temperature(logits, gold.splits["validation"].labels.ids)


@BOTH
def test_predictions_of_other_rows_are_refused(
    folder: Path, task: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    write_inputs(folder, task, 100)
    rows = list(read_json_lines(folder / "prepared" / "test.jsonl"))
    write_json_lines(folder / "prepared" / "test.jsonl", rows[::-1])
    assert evaluate.main(EVALUATE[1:]) == 1
    assert "the before rows of test are not those of the prepared data; run `dvc repro`" in capsys.readouterr().err
    assert not (folder / "metrics.json").exists()


def test_logits_of_fewer_words_are_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_inputs(folder, WORD_TASK, 100)
    rows = list(read_json_lines(folder / "prepared" / "test.jsonl"))
    rows[3]["tags"].append("O")
    write_json_lines(folder / "prepared" / "test.jsonl", rows)
    assert evaluate.main(EVALUATE[1:]) == 1
    assert "are not those of the prepared data" in capsys.readouterr().err


def test_no_model_library_is_loaded(folder: Path) -> None:
    write_inputs(folder, TEXT_TASK, 100)
    code = ("import sys; from stages import evaluate; evaluate.main(sys.argv[1:]); "
            "print(sorted({'torch', 'transformers', 'sklearn', 'mlflow'} & sys.modules.keys()))")
    done = subprocess.run([sys.executable, "-c", code, *EVALUATE[1:]], cwd=folder, env={"PYTHONPATH": str(ROOT)},
                          check=True, text=True, stdout=subprocess.PIPE)
    assert done.stdout.strip() == "[]"
