"""The table of arms: a further arm is one entry, and no other module names one."""

import json
import re
import shutil
from argparse import Namespace
from itertools import pairwise
from pathlib import Path

import pytest
from mlflow.tracking import MlflowClient

from stages.answering.splits import predict
from stages.common.files import read_json, write_json
from stages.common.sources import ROOT, closure
from stages.comparing.changes import changes
from stages.comparing.markdown import render
from stages.comparing.revisions import Revision
from stages.evaluate import evaluate
from stages.judging.verdicts import TaskResults, judge
from stages.reporting.charts import loss_curves
from stages.results import arm_words
from stages.results.arm_words import COLORS, arm_colors
from stages.results.sizes import Sizes
from stages.results.task_metrics import read_metrics
from stages.settings.arms import (
    ARMS,
    LADDER,
    PAIR,
    REFERENCE,
    Arm,
    ordered_arms,
    parse_cell_name,
    rivals_of,
    trained_as_far,
)
from stages.settings.data import EncodingSettings
from stages.settings.evaluation import EvaluationSettings
from stages.settings.grid import Grid
from stages.settings.prediction import PredictionSettings
from stages.settings.schema import Params, TaskSettings
from stages.settings.training import training_settings
from stages.settings.yaml12 import parse_yaml
from stages.tracking.runs import _arms, _run
from stages.tracking.store import TrackingStore
from stages.training.cell import train
from tests import tiny
from tests.test_report import Inputs

# Its models come from elsewhere, as those of a prompted model or of a logistic regression do.
PROMPTED = Arm("few_shot", weights=None, settings="few_shot", against=("scratch", "pretrained"), further="prompting",
               own_stage="few_shot", as_far=False)
SETTINGS = EvaluationSettings(resamples=100, bootstrap_seed=1)


@pytest.fixture
def prompted(monkeypatch: pytest.MonkeyPatch) -> str:
    """A made-up arm by one entry."""
    monkeypatch.setitem(ARMS, PROMPTED.name, PROMPTED)
    return PROMPTED.name


class Study:
    """Two tiny cells, trained, and one of the made-up arm, whose predictions are those of ``as_cell``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.grid = Grid(tasks=("toy",), tunings=("full",), seeds=(1,))
        tiny.write_encoded(folder, tiny.TEXT_TASK)
        trained = self.grid.trained_cells
        for cell in trained:
            train(cell.split("-")[0], 1, folder / "encoded", folder / "checkpoint", folder / "models" / cell,
                  tiny.training_settings(epochs=2, evaluations=2))
        predict(trained, folder / "models", folder / "encoded", folder / "checkpoint", folder / "predictions",
                PredictionSettings(threads=1, precision="fp32", seed_varies="both"))
        write_json(folder / "baselines.json", {"train_rows": 40, "test": {}})

    def scored(self, as_cell: str, place: str) -> Revision:
        """What evaluate says, as a revision."""
        folder = self.folder / place
        shutil.copytree(self.folder / "predictions", folder / "predictions")
        shutil.copyfile(folder / "predictions" / f"{as_cell}.parquet", folder / "predictions" / "few_shot-1.parquet")
        shutil.copytree(self.folder / "models" / as_cell, self.folder / "models" / "few_shot-1", dirs_exist_ok=True)
        evaluate(Namespace(
            prepared=self.folder / "prepared", models=self.folder / "models", predictions=folder / "predictions",
            baselines=self.folder / "baselines.json",
            embeddings=tiny.without_embeddings(self.folder), out=folder / "metrics.json",
            curves=folder / "curves.csv", encoding_card=self.folder / "card.json"), self.grid, SETTINGS)
        places = {"data/prepared/toy": self.folder / "prepared", "data/predictions/toy": folder / "predictions",
                  "reports/cards/toy.encoding.json": self.folder / "card.json"}

        def copied(path: str, target: Path) -> bool:
            (shutil.copytree if places[path].is_dir() else shutil.copyfile)(places[path], target)
            return True

        return Revision({}, {}, {"toy": read_json(folder / "metrics.json")}, {"toy": []}, {}, copied)


def test_a_further_arm_is_one_entry_in_metrics_mlflow_and_diff(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prompted: str, empty_store: Path
) -> None:
    study = Study(tmp_path)
    assert study.grid.cells == ["pretrained-full-1", "few_shot-1", "scratch-1"]
    assert study.grid.trained_cells == ["pretrained-full-1", "scratch-1"]
    old, new = study.scored("scratch-1", "old"), study.scored("pretrained-full-1", "new")

    facts = new.metrics["toy"]
    assert [facts["cells"]["few_shot-1"][name] for name in ("arm", "tuning", "seed")] == [prompted, "full", 1]
    assert facts["comparisons"][prompted]["difference"] == facts["comparisons"]["full"]["difference"] != 0
    assert facts["further_comparisons"][prompted]["difference"] == 0
    assert list(facts["further_comparisons"]) == [prompted]

    scores = {found["arm"]: found for found in changes(old, new, SETTINGS)["scores"]}
    assert list(scores) == ["pre-trained, full", "few shot", "scratch"]
    assert scores["few shot"]["difference"] == pytest.approx(facts["comparisons"]["full"]["difference"])
    assert "| few shot |" in render(changes(old, new, SETTINGS), "old", "new", 0)

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    runs = [_run(facts, cell, of_cell, tmp_path / "models" / cell, EncodingSettings(checkpoint="tiny", max_length=16),
                 [], None) for cell, of_cell in facts["cells"].items()]
    verdicts = judge({"toy": TaskResults(read_metrics(tmp_path / "new" / "metrics.json", "toy", study.grid), (),
                                         Sizes.model_construct(multipliers=()), ("", ""))}, study.grid)["toy"]
    shutil.copyfile(empty_store, tmp_path / "mlflow.db")
    TrackingStore(tmp_path).log("toy", [*runs, *_arms(facts, runs, [], verdicts, ())])
    client = MlflowClient(f"sqlite:///{tmp_path / 'mlflow.db'}")
    logged = {run.info.run_name: run for run in client.search_runs(
        [client.get_experiment_by_name("toy").experiment_id], f"tags.arm = '{prompted}'")}
    assert set(logged) == {"few_shot-1", "few_shot"}
    metrics = logged["few_shot"].data.metrics
    assert metrics["against_scratch/difference"] == facts["comparisons"]["full"]["difference"]
    assert metrics["against_pretrained/difference"] == 0
    assert metrics.keys() >= {"against_scratch/p_value", "against_pretrained/p_value"}
    assert not any(name.endswith("p_value_holm") for name in metrics)  # of one seed
    tags = logged["few_shot"].data.tags
    for rival in ("", "_against_pretrained"):
        assert (tags[f"verdict{rival}"], tags[f"qualified{rival}"], tags[f"interval_covers_seeds{rival}"]) == (
            "cannot_tell", "false", "false")


def test_a_further_arm_is_one_entry_in_the_report(tmp_path: Path, prompted: str) -> None:
    inputs = Inputs(tmp_path, Grid(tasks=("reviews",), tunings=("full",), seeds=(1, 2)))
    files = inputs.build()
    for text in (files["report.md"], files["index.html"]):
        assert ("Training “few shot” scores above training everything from scratch on REVIEWS: accuracy 0.841 against "
                "0.711 from random weights") in text
        assert "Training “few shot” helps on REVIEWS: accuracy 0.841 against 0.711 without it" in text
    numbers = json.loads(files["metrics.json"])["reviews"]
    assert {"few_shot": 0.841, "verdict-few_shot": "above_scratch",
            "verdict-prompting": "helps"}.items() <= numbers.items()
    curves = loss_curves(inputs.tasks()[0]).spec()["layer"][0]["encoding"]["color"]["scale"]
    assert curves == {"domain": ["pre-trained", "few shot", "scratch"],
                      "range": [*COLORS[:2], arm_words.ORANGE]}


def test_an_arm_may_have_settings_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ARMS, "distilled", Arm("distilled", weights=None, settings="distilled", own_lr=True,
                                               against=("scratch",)))
    params = parse_yaml((ROOT / "params.yaml").read_text("utf-8"), "params.yaml")
    params["distilled"] = params["scratch"] | {"lr": 0.25, "epochs": 7}
    params["tasks"]["nsmc"]["distilled"] = {"epochs": 3}
    write_json(tmp_path / "params.yaml", params)
    monkeypatch.chdir(tmp_path)
    settings = training_settings("nsmc", "distilled")
    assert (settings.lr, settings.epochs) == (0.25, 3)
    assert training_settings("nsmc", "adapted") == training_settings("nsmc", "pretrained")


def test_names_of_cells_stand_for_what_they_were_made_of() -> None:
    grid = Grid(tasks=("toy",), tunings=("full", "head"), seeds=(1, 12), asked={"adapted": ("toy",)})
    assert grid.arms == {
        "full": ["pretrained-full-1", "pretrained-full-12"], "head": ["pretrained-head-1", "pretrained-head-12"],
        "adapted": ["adapted-1", "adapted-12"], "scratch": ["scratch-1", "scratch-12"]}
    for key, cells in grid.arms.items():
        assert [str(parse_cell_name(cell)) for cell in cells] == cells
        assert {parse_cell_name(cell).key for cell in cells} == {key}
    assert vars(parse_cell_name("pretrained-head-12")) == {"arm": "pretrained", "tuning": "head", "seed": 12}
    assert vars(parse_cell_name("adapted-3")) == {"arm": "adapted", "tuning": "full", "seed": 3}
    assert grid.rivals == {"full": "scratch", "head": "scratch", "adapted": "scratch"}
    assert grid.further_rivals == {"adapted": "full"}
    assert rivals_of("scratch") == []
    assert Grid(tasks=("toy",), tunings=("head", "full"), seeds=(1,),
                asked={"self_pretrained": ("toy",)}).further_rivals == {"full": "self_pretrained"}


@pytest.mark.parametrize(("key", "recipe", "as_far"), [
    ("full", {"method": "full"}, True), ("head", {"method": "head"}, False), ("lora", {"method": "lora"}, False),
    ("gradual", {"method": "gradual", "frozen_layers": None}, True),
    ("gradual", {"method": "gradual", "frozen_layers": 1}, False),
    ("few_shot", {"method": "full"}, False)])
def test_an_arm_is_trained_as_far_as_the_reference_where_all_weights_are(
    prompted: str, key: str, recipe: dict[str, object], as_far: bool
) -> None:
    assert trained_as_far(key, recipe) == as_far


def test_the_table_is_whole() -> None:
    """What an entry refers to is there, every arm has words and settings, and one has nothing to be compared with."""
    assert ARMS.keys() == arm_words._WORDS.keys()
    assert [arm.name for arm in ARMS.values() if not arm.against] == [REFERENCE]
    assert sum(arm.tuned for arm in ARMS.values()) == 1
    assert set(PAIR) <= ARMS.keys()
    assert set(LADDER) <= ARMS.keys()
    assert [name for name, arm in ARMS.items() if arm.from_checkpoint] == ["pretrained", "adapted"]
    # Each step of the decomposition is a comparison.
    assert all(below in ARMS[arm].against for below, arm in pairwise(LADDER))
    for name, arm in ARMS.items():
        assert name == arm.name
        assert set(arm.against) <= ARMS.keys()
        assert len(arm.against) < 2 or arm.further
        assert arm.settings in Params.model_fields
        assert arm.settings in TaskSettings.model_fields or not arm.trained
        assert not arm.asked_by or arm.asked_by in Params.model_fields
    assert arm_colors(["full", "head", "adapted", "scratch"]) == [*COLORS[:3], arm_words.ORANGE]
    every = ["full", "head", "lora", *(arm.name for arm in ordered_arms() if not arm.tuned)]
    assert len(set(arm_colors(every))) == len(every)


def test_no_other_module_names_an_arm() -> None:
    named = re.compile(rf"""["']({'|'.join(ARMS)})["']""")
    found = {path.relative_to(ROOT).as_posix() for path in (ROOT / "stages").rglob("*.py")
             if named.search(path.read_text("utf-8"))}
    assert found == {"stages/settings/arms.py", "stages/results/arm_words.py"}


def test_colours_and_words_are_no_part_of_training() -> None:
    assert "stages/settings/arms.py" in closure("stages.train")
    assert "stages/results/arm_words.py" not in closure("stages.train")
