"""dvc.yaml says what the code does: deps are what is imported, flags are paths, params are what is read."""

import ast
import json
import os
import re
import shlex
import sys
from collections.abc import Callable
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

import pytest

from stages import assign_checkpoint, sources
from stages.common.sources import ROOT, closure, code_digest
from stages.settings import (
    adaptation,
    checkpoints,
    data,
    evaluation,
    further,
    grid,
    prediction,
    prompting,
    reading,
    recipes,
    report,
    stress,
    training,
)
from stages.settings.distillation import DistillationSettings
from stages.settings.error_analysis import ErrorAnalysisSettings
from stages.settings.libraries import LIBRARIES
from stages.settings.prediction import ForwardSettings, PredictionSettings
from stages.settings.published import PINS
from stages.settings.tracking import TrackingSettings
from stages.settings.yaml12 import parse_yaml
from tests.late_imports import import_all, late_imports
from tests.preloaded import run_preloaded

# A further test set, of which params.yaml has none.
HANS = """further_tests:
  hans: {task: nsmc, corpus: table, source: local, folder: data/local, table: {}, merge: {}, second_gold: false}
"""
STAGES: dict[str, dict[str, Any]] = parse_yaml((ROOT / "dvc.yaml").read_text("utf-8"), "dvc.yaml")["stages"]
TEXT = (ROOT / "params.yaml").read_text("utf-8").replace("further_tests: {}\n", HANS)
PARAMS: dict[str, Any] = parse_yaml(TEXT, "params.yaml")
ALL = pytest.mark.parametrize("name", STAGES)

# A stand-in for the parts of a cell's name; DVC fills in the same places.
CELL = {"task": "nsmc", "corpus": "nsmc", "tuning": "full", "seed": "1", "checkpoint": "bilingual_small",
        "folder": "data/local", "size": "500"}
KEYS = {"checkpoint": "bilingual_small", "download_further": "hans", "preprocess_further": "hans",
        "predict_further": "hans", "evaluate_further": "hans"}  # `${key}` of a foreach stage; "nsmc" in the others

# What each stage calls to read its settings. The whole of `tasks` is tracked by `judge` and `report`, because the names
# of the tasks are its keys, and the whole file is a dep of `check_params`.
READERS: dict[str, Callable[[], Any]] = {
    "assign_checkpoint": lambda: (assign_checkpoint.checkpoint_use("nsmc"), checkpoints.given_checkpoint("nsmc")),
    "fetch_checkpoint": lambda: checkpoints.given_checkpoint("nsmc"),
    "download": lambda: data.task_settings(data.DownloadSettings, "nsmc"),
    "sample_text": lambda: reading.pick("sample_seed"),
    "checkpoint": lambda: checkpoints.checkpoint_settings("bilingual_small"),
    "preprocess": lambda: data.task_settings(data.PrepareSettings, "nsmc"),
    "encode": lambda: data.task_settings(data.EncodingSettings, "nsmc"),
    "embed": lambda: reading.read_keys(ForwardSettings, "training"),
    "train_pretrained": lambda: (training.training_settings("nsmc", "pretrained"), recipes.recipe_settings("full")),
    "adapt": lambda: (adaptation.adaptation_settings("adapted"), data.task_settings(data.EncodingSettings, "nsmc")),
    "train_adapted": lambda: (training.training_settings("nsmc", "pretrained"), recipes.recipe_settings("full")),
    "self_pretrain": lambda: (adaptation.adaptation_settings("self_pretrained"),
                              data.task_settings(data.EncodingSettings, "nsmc")),
    "train_self_pretrained": lambda: (training.training_settings("nsmc", "pretrained"),
                                      recipes.recipe_settings("full")),
    "train_scratch": lambda: training.training_settings("nsmc", "scratch"),
    "train_distilled": lambda: (training.training_settings("nsmc", "distilled"),
                                reading.read_section(DistillationSettings, "distillation")),
    "prompt": lambda: (prompting.prompting_settings("nsmc"), reading.read_keys(ForwardSettings, "training")),
    "plan_sizes": lambda: grid.read_row_plan("nsmc"),
    "train_pretrained_sized": lambda: (training.training_settings("nsmc", "pretrained"),
                                       recipes.recipe_settings("full")),
    "train_scratch_sized": lambda: training.training_settings("nsmc", "scratch"),
    "predict_sized": lambda: (grid.read_sized_grid("nsmc"), reading.read_keys(PredictionSettings, "training")),
    "evaluate_sizes": lambda: (grid.read_sized_grid("nsmc"), evaluation.evaluation_settings()),
    "predict": lambda: (grid.read_cell_grid("nsmc"), reading.read_keys(PredictionSettings, "training"),
                        prediction.running_text_length("nsmc")),
    "evaluate": lambda: (grid.read_cell_grid("nsmc"), evaluation.evaluation_settings()),
    "download_further": lambda: reading.read_keys(further.FurtherSource, "further_tests.hans"),
    "preprocess_further": lambda: reading.read_keys(further.FurtherRows, "further_tests.hans"),
    "predict_further": lambda: (grid.read_cell_grid("nsmc"), reading.read_keys(PredictionSettings, "training"),
                                prediction.running_text_length("nsmc")),
    "evaluate_further": lambda: grid.read_cell_grid("nsmc"),
    "stress": lambda: (grid.read_cell_grid("nsmc"), stress.stress_settings("nsmc")),
    "analyse": lambda: (grid.read_cell_grid("nsmc"), evaluation.evaluation_settings(),
                        reading.read_section(ErrorAnalysisSettings, "error_analysis")),
    "diagnose": lambda: (grid.read_cell_grid("nsmc"), adaptation.adaptation_text("adapted"),
                         adaptation.adaptation_text("self_pretrained")),
    "judge": lambda: (grid.read_judged_grid(), evaluation.evaluation_settings()),
    "track": lambda: (data.task_settings(data.EncodingSettings, "nsmc"),
                      reading.read_section(TrackingSettings, "tracking")),
    "report": lambda: (grid.read_grid(), further.further_tests(), report.report_settings()),
}
LISTINGS = "data/sources"


def definition(name: str) -> dict[str, Any]:
    """The stage as one cell has it, with the places of a matrix or foreach filled in."""
    stage = STAGES[name]
    return filled({**stage, **stage.get("do", {})}, name)


def filled(value: Any, stage: str) -> Any:
    if isinstance(value, dict):
        kept = {key: item for key, item in value.items() if key not in ("do", "foreach", "matrix")}
        return {filled(key, stage): filled(item, stage) for key, item in kept.items()}
    if isinstance(value, list):
        return [filled(item, stage) for item in value]
    if not isinstance(value, str):
        return value
    text = value.replace("${key}", KEYS.get(stage, "nsmc"))
    text = re.sub(r"\$\{(self_pretraining|adaptation)\.folder\}", CELL["folder"], text)
    text = text.replace("${tunings[0]}", CELL["tuning"])
    text = text.replace("${prompting.model.folder}", CELL["folder"])
    return re.sub(r"\$\{item\.(\w+)\}", lambda match: CELL[match[1]], text)


def outputs(stage: dict[str, Any]) -> set[str]:
    found = [entry for kind in ("outs", "metrics", "plots") for entry in stage.get(kind, [])]
    return {next(iter(entry)) if isinstance(entry, dict) else entry for entry in found}


def module(stage: dict[str, Any]) -> str:
    words = shlex.split(stage["cmd"])
    assert words[:2] == ["python", "-m"]
    return words[2]


def flags(stage: dict[str, Any]) -> dict[str, str]:
    words = shlex.split(stage["cmd"])[3:]
    return dict(zip(words[::2], words[1::2], strict=True))


def code(name: str) -> list[str]:
    return closure(module(definition(name)))


def listing(name: str) -> str:
    return f"{LISTINGS}/{module(definition(name)).removeprefix('stages.')}.sha256"


@ALL
def test_the_code_dep_is_the_listing_of_the_module(name: str) -> None:
    expected = ["stages"] if name == "sources" else [listing(name)]
    if name == "fetch_checkpoint":  # runs the other one in a process of its own
        expected.append(listing("checkpoint"))
    assert [path for path in definition(name)["deps"] if path.startswith((LISTINGS, "stages"))] == expected


@pytest.mark.parametrize("name", sorted({module(definition(name)) for name in STAGES}))
def test_the_closure_is_what_the_module_imports(name: str) -> None:
    """The listing follows the imports in the text; here Python itself tells what it loaded."""
    loaded = ("import sys, json; print(json.dumps([module.__file__ for name, module in sys.modules.items()"
              " if name.startswith('stages') and module.__file__]))")
    program = f"{import_all(name.removeprefix('stages.'))}\n{loaded}"
    code, printed = run_preloaded(("python", "-c", program), ROOT, dict(os.environ))
    assert code == 0, printed
    files = {Path(path).relative_to(ROOT).as_posix() for path in json.loads(printed.splitlines()[-1])}
    assert {path for path in files if not path.endswith("__init__.py")} == {
        path for path in closure(name) if path.endswith(".py")}


@ALL
def test_flags_are_deps_outs_and_cell_keys(name: str) -> None:
    stage = definition(name)
    paths = {value for value in flags(stage).values() if "/" in value}
    declared = {path for path in stage["deps"] if not path.startswith(LISTINGS)} | outputs(stage)
    # A folder on the command line stands for files of it that are declared one by one.
    covered = {path for path in declared if path in paths or any(path.startswith(f"{flag}/") for flag in paths)}
    # `params.yaml` and `folder` are read through the settings; `params.checked` is there to run first.
    assert declared - covered <= {"stages", "params.yaml", "data/params.checked", CELL["folder"]}
    for path in paths:
        assert path in declared or any(entry.startswith(f"{path}/") for entry in declared), f"{path} is not declared"


# Told by the folder or file that it names: the rows of a size, and those of a further test set.
TOLD_BY_A_PATH = {*((f"train_{arm}_sized", "size") for arm in ("pretrained", "scratch")),
                  ("predict_further", "key"), ("evaluate_further", "key")}


@ALL
def test_cell_keys_are_on_the_command_line(name: str) -> None:
    """As a value of their own: a seed that is only in the name of an output would change nothing else."""
    stage = STAGES[name]
    words = shlex.split(stage.get("cmd") or stage["do"]["cmd"])
    places = {axis: f"${{item.{axis}}}" for axis in stage.get("matrix", {})}
    for key, place in (places | {"key": "${key}"} if "foreach" in stage else places).items():
        found = [word for word in words if place in word]
        assert (place in found) is ((name, key) not in TOLD_BY_A_PATH)
        assert found


@ALL
def test_every_stage_is_described(name: str) -> None:
    assert len(definition(name)["desc"]) > 15


def leaves(value: Any, path: str) -> set[str]:
    """Dotted paths of all values below ``path``; an empty mapping counts as a value."""
    if isinstance(value, dict) and value:
        return {leaf for key, item in value.items() for leaf in leaves(item, f"{path}.{key}" if path else key)}
    return {path}


def below(path: str) -> set[str]:
    return leaves(reduce(getitem, path.split("."), PARAMS), path)


@pytest.fixture
def picked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that settings are read from."""
    paths: list[str] = []
    original = reading.pick

    def recording(path: str) -> Any:
        paths.append(path)
        return original(path)

    for module in (reading, adaptation, assign_checkpoint, checkpoints, data, further, grid, prediction, prompting,
                   recipes, stress, training):
        monkeypatch.setattr(module, "pick", recording)
    (tmp_path / "params.yaml").write_text(TEXT, "utf-8")
    monkeypatch.chdir(tmp_path)
    return paths


def tracked_paths(name: str) -> list[str]:
    """The keys of params.yaml that a stage tracks; those of other files stand in mappings."""
    return [path for path in definition(name)["params"] if isinstance(path, str)]


def tracked_elsewhere(name: str, file: Path) -> list[str]:
    """The keys of another file that a stage tracks."""
    return [key for entry in definition(name).get("params", []) if isinstance(entry, dict)
            for key in entry.get(str(file.relative_to(ROOT)), [])]


def test_download_tracks_the_pins_of_its_corpus_alone() -> None:
    tracked = {name: tracked_elsewhere(name, ROOT / PINS) for name in STAGES}
    assert {name: keys for name, keys in tracked.items() if keys} == {
        "download": ["nsmc"], "download_further": ["nsmc"]}
    users = {name for name in STAGES if "stages/settings/published.py" in closure(module(definition(name)))}
    assert users == {"download", "download_further"}


@pytest.fixture(scope="module")
def listings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the listings of all modules as they stand."""
    folder = tmp_path_factory.mktemp("sources") / "out"
    assert sources.main(["--out", str(folder)]) == 0
    return folder


def listed(listings: Path, name: str) -> list[str]:
    return (listings / Path(listing(name)).name).read_text("utf-8").splitlines()


def test_a_listing_has_the_files_that_the_stage_runs(listings: Path) -> None:
    lines = [line for line in listed(listings, "train_scratch") if not line.startswith("#")]
    assert lines == [f"{code_digest(ROOT / path)}  {path}" for path in code("train_scratch")]


def required(name: str) -> set[str]:
    source = (ROOT / module(definition(name)).replace(".", "/")).with_suffix(".py").read_text("utf-8")
    return {library for call in re.findall(r"^ +require_libraries\((.+)\)$", source, flags=re.M)
            for library in re.findall(r'"(.+?)"', call)}


@ALL
def test_a_listing_has_the_releases_that_the_stage_requires(name: str, listings: Path) -> None:
    releases = parse_yaml(LIBRARIES.read_text("utf-8"), LIBRARIES.name)
    _header, *libraries = [line for line in listed(listings, name) if line.startswith("#")]
    assert libraries == [f"# {library} {releases[library]}" for library in sorted(required(name))]


def test_the_libraries_that_decide_bytes_are_required_where_they_are_imported() -> None:
    known = {library: library.replace("scikit-learn", "sklearn") for library in parse_yaml(
        LIBRARIES.read_text("utf-8"), LIBRARIES.name)}
    for name in STAGES:
        imported = {part.split(".")[0] for path in code(name) if path.endswith(".py")
                    for part in imports(ROOT / path)}
        needed = {library for library, package in known.items() if package in imported}
        assert needed <= required(name), f"{name} imports {needed - required(name)} and does not require them"


@pytest.mark.parametrize("name", READERS)
def test_params_are_tracked_as_read(name: str, picked: list[str]) -> None:
    READERS[name]()
    read = {leaf for path in picked for leaf in below(path)}
    tracked = {leaf for path in tracked_paths(name) for leaf in below(path)}
    assert tracked == read, f"the params of `{name}` should be: {sorted(set(picked))}"


def test_every_key_is_tracked_by_some_stage() -> None:
    tracked = {leaf for name in READERS for path in tracked_paths(name) for leaf in below(path)}
    others = tuple(f"{axis}.{name}." for axis, kept in (("tasks", "nsmc"), ("recipes", "full"))
                   for name in PARAMS[axis] if name != kept)
    known = {leaf for leaf in leaves(PARAMS, "") if not leaf.startswith(others)}
    # What a cell takes of a machine changes no result; `stages.spread` reads it.
    assert known - tracked == {leaf for leaf in known if leaf.startswith("resources.")}


def test_stages_without_readers_read_no_settings() -> None:
    for name in STAGES.keys() - READERS.keys() - {"check_params"}:
        assert "stages/settings/reading.py" not in closure(module(definition(name)))


def test_training_knows_nothing_of_tracking_statistics_or_reports() -> None:
    foreign = ("tracking", "reporting", "bootstrap", "evaluation", "baselines", "corpora", "settings/schema")
    for path in code("train_pretrained"):
        assert not any(word in path for word in foreign), path


def test_an_edit_to_a_metric_runs_no_model() -> None:
    # The best model is chosen by the headline metric, and the history records how the run ended.
    choosing = {f"stages/metrics/{name}.py" for name in ("entities", "headlines", "outcome", "scoring")}
    for name, needed in (("checkpoint", set()), ("train_pretrained", choosing), ("train_scratch", choosing),
                         ("predict", set()), ("predict_further", set()), ("stress", set())):
        assert {path for path in code(name) if path.startswith("stages/metrics/")} == needed, name


def test_stages_that_train_nothing_do_not_import_torch() -> None:
    trainers = {"checkpoint", "embed", "train_pretrained", "adapt", "train_adapted", "self_pretrain",
                "train_self_pretrained", "train_scratch", "train_distilled", "predict",
                "stress", "train_pretrained_sized", "train_scratch_sized", "predict_sized", "predict_further",
                "prompt"}
    for name in STAGES.keys() - trainers:
        for path in code(name):
            if path.endswith(".py"):
                imported = {module.split(".")[0] for module in imports(ROOT / path)}
                assert not imported & {"torch", "transformers", "accelerate"}, f"{name} imports {path}"


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.add(str(node.module))
    return found


SOURCES = sorted(path for path in (ROOT / "stages").rglob("*.py"))


def test_the_library_never_imports_a_stage_nor_a_stage_another() -> None:
    entries = {f"stages.{path.stem}" for path in (ROOT / "stages").glob("*.py")} - {"stages.__init__"}
    for path in SOURCES:
        assert not imports(path) & entries, f"{path} imports a stage"


def test_first_party_imports_are_at_module_level_or_slow_and_absolute() -> None:
    """A command that no stage runs, as the forecast, may import anything where it needs it."""
    of_stages = {name for stage in STAGES for name in closure(module(definition(stage)))}
    assert "stages/train.py" in of_stages
    assert "stages/forecast.py" not in of_stages
    for path in SOURCES:
        tree = ast.parse(path.read_text("utf-8"))
        plain = {id(node) for node in (*tree.body, *late_imports(tree))}
        for node in ast.walk(tree):
            if (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("stages")
                    and path.relative_to(ROOT).as_posix() in of_stages):
                assert id(node) in plain, f"{path}:{node.lineno}: import inside a block hides a dep"
            if isinstance(node, ast.Import):
                assert not any(alias.name.startswith("stages") for alias in node.names), f"{path}: use `from stages...`"
            if isinstance(node, ast.Name):
                assert node.id not in {"__import__"}, f"{path}:{node.lineno}"
        assert not {"importlib", "importlib.util"} & imports(path)


def test_packages_are_empty() -> None:
    for path in (ROOT / "stages").rglob("__init__.py"):
        assert path.read_bytes() == b"", f"{path} would have to be a dep of every stage"


def test_no_stage_shadows_a_module_of_the_standard_library() -> None:
    for path in (ROOT / "stages").glob("*.py"):
        assert path.stem not in sys.stdlib_module_names
