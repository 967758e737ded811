"""What must run after an edit does, and what need not does not: rules stated by hand, held against dvc.yaml and DVC."""

import json
from pathlib import Path
from typing import Any

import pytest

from stages.common.sources import ROOT
from stages.settings.published import PINS
from stages.settings.yaml12 import parse_yaml
from tests.impact import MODULES, STAGES, files, page, settings
from tests.small_project import TASKS, without_tasks
from tests.stubbed import Project

PARAMS = (ROOT / "params.yaml").read_text("utf-8")
TUNINGS = PARAMS[PARAMS.index("tunings:\n"):]
EVERYTHING = ("tunings:\n- full\n- head\nseeds:\n- 1\n- 2\n- 3\nadapted:\n- nsmc\n- mnli\n"
              "self_pretrained:\n- nsmc\n- mnli\ndistilled:\n- nsmc\nin_context: []\ntrain_sizes:\n- 500\n")
TRAIN = tuple(name for name, module in MODULES.items() if module == "stages.train")
FINE_TUNE, SCRATCH = ({name for name in TRAIN if f"--init {weights} " in STAGES[name]["cmd"]}
                      for weights in ("pretrained", "scratch"))
ALL_TASKS = {"judge", "report"}  # stages that read the names of all tasks
RUN_A_MODEL = {*TRAIN, "checkpoint", "adapt", "self_pretrain", "embed", "predict", "predict_sized", "predict_further",
               "stress"}


def test_the_page_is_generated_from_the_present_code() -> None:
    assert (ROOT / "IMPACT.md").read_text("utf-8") == page(), "run `python -m tests.impact`"


TEXTS = ("adaptation.text", "self_pretraining.text")  # the doctor asks whether test rows are in the text


@pytest.mark.parametrize(("prefix", "stages"), [
    (TEXTS[0], {"adapt", "diagnose"}), (TEXTS[1], {"self_pretrain", "diagnose"}),
    ("lr", FINE_TUNE), ("pretrained.", FINE_TUNE), ("tasks.*.pretrained", {*FINE_TUNE, *ALL_TASKS}),
    ("scratch.", SCRATCH), ("tasks.*.scratch", {*SCRATCH, *ALL_TASKS}), ("draws", {"plan_sizes", "judge"}),
    ("split_seed", {"preprocess", "plan_sizes"}),
    ("tasks.*.train_size", {"plan_sizes", *ALL_TASKS}),
    ("tasks.*.exclude_id_prefix", {"preprocess", *ALL_TASKS}), ("tasks.*.folder", {"download", *ALL_TASKS}),
    ("tasks.*.table", {"assign_checkpoint", "download", "preprocess", *ALL_TASKS}),
    ("checkpoints.", {"checkpoint"}), ("adaptation.", {"adapt"}), ("self_pretraining.", {"self_pretrain"}),
    ("distillation.", {"train_distilled"}), ("stress.", {"stress"}),
    ("error_analysis.", {"analyse"}), ("tracking.", {"track"}), ("report.", {"report"}), ("resources.", set()),
])
def test_a_setting_runs_the_stages_that_it_is_about(prefix: str, stages: set[str]) -> None:
    keys = {key: {*readers} for key, readers in settings().items()
            if key.startswith(prefix) and (key in TEXTS) == (prefix in TEXTS)}
    assert keys == dict.fromkeys(keys, stages) != {}


def test_every_setting_of_training_trains_every_cell() -> None:
    assert all({*TRAIN} <= {*stages} for key, stages in settings().items()
               if key.startswith("training."))


def test_settings_of_evaluation_run_no_model() -> None:
    assert not any(RUN_A_MODEL & {*stages} for key, stages in settings().items() if key.startswith("evaluation."))


def test_code_of_the_report_and_of_tracking_runs_no_model() -> None:
    shared = {path for path, stages in files().items() if {"report", "track"} & {*stages} and RUN_A_MODEL & {*stages}}
    # Both have to know how a run can end, and what the baseline of `embed` is called.
    assert {path for path in shared if not path.startswith(("stages/common/", "stages/settings/"))} == {
        "stages/metrics/outcome.py", "stages/results/baselines.py"}


def test_code_of_commands_beside_the_pipeline_runs_nothing() -> None:
    commands = {f"stages/{path.name}" for path in (ROOT / "stages").glob("[!_]*.py")} - {
        f"{module.replace('.', '/')}.py" for module in MODULES.values()}
    assert commands
    assert {path: stages for path, stages in files().items() if path in commands} == dict.fromkeys(commands, ())


@pytest.mark.parametrize("name", TRAIN)
def test_training_depends_on_training_and_validation_rows_and_never_on_test_rows(name: str) -> None:
    encoded = {Path(dep).name for dep in STAGES[name]["deps"] if dep.startswith("data/encoded/")}
    assert encoded == {"train.arrow", "validation.arrow", "task.json"}


@pytest.mark.parametrize(("name", "folder"), [
    ("download", "${item.folder}"), ("checkpoint", "${item.folder}"), ("adapt", "${adaptation.folder}"),
    ("self_pretrain", "${self_pretraining.folder}")])
def test_a_stage_depends_on_the_folder_that_its_settings_name(name: str, folder: str) -> None:
    assert folder in STAGES[name]["deps"]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    return Project(tmp_path, monkeypatch)


# Values that dvc.yaml makes names of files from must exist.
NAMES = {"corpus": "ag_news", "checkpoint": "other", "task": "nsmc"}
HANS = """further_tests:
  hans: {task: mnli, corpus: table, source: local, folder: data/mine, table: {}, merge: {}, second_gold: false}
"""


def changed(value: Any, key: str = "") -> Any:
    """Another value of the same type."""
    if isinstance(value, dict):
        return {name: changed(item, name) for name, item in value.items()} or {"lr": 0.5}
    if isinstance(value, list):
        return [*value, "another"]
    if isinstance(value, bool | None):
        return not value
    return NAMES.get(key) or (f"{value}x" if isinstance(value, str) else value + 1)


@pytest.mark.parametrize(("section", "entry", "beside"), [
    ("tasks", "nsmc", ALL_TASKS), ("tasks", "conll2003", ALL_TASKS), ("recipes", "head", {"assign_checkpoint"}),
    ("checkpoints", "other", set()), ("further_tests", "hans", {"report"}),
])
def test_settings_of_one_entry_concern_its_own_cells(
    project: Project, section: str, entry: str, beside: set[str]
) -> None:
    project.replace("params.yaml", TUNINGS, EVERYTHING)
    project.replace("params.yaml", "further_tests: {}\n", HANS)
    params = parse_yaml(project.text("params.yaml"), "params.yaml")
    params["checkpoints"]["other"] = params["checkpoints"]["bilingual_small"] | {}
    project.write("params.yaml", json.dumps(params))
    before = project.cells()
    params[section][entry] = changed(params[section][entry])
    project.write("params.yaml", json.dumps(params))
    seen = {cell for cell, definition in project.cells().items() if definition != before[cell]}
    assert seen
    assert {cell for cell in seen if entry not in cell.replace("@", "-").split("-")} == {
        cell for cell in before if cell.split("@")[0] in beside}


def test_pins_of_a_corpus_concern_the_download_of_its_task_alone(project: Project) -> None:
    before = project.cells()
    pins = parse_yaml(project.text(str(PINS)), str(PINS))
    pins["nsmc"]["files"][0]["sha256"] = "0" * 64
    project.write(str(PINS), json.dumps(pins))
    assert {cell for cell, definition in project.cells().items() if definition != before[cell]} == {"download@nsmc"}


def test_another_seed_tuning_or_size_leaves_the_cells_of_training_as_they_are(project: Project) -> None:
    before = project.cells()
    project.replace("params.yaml", TUNINGS, EVERYTHING.replace("- 3\n", "- 3\n- 4\n"))
    after = project.cells()
    trained = {cell for cell in before if cell.startswith(TRAIN)}
    assert trained
    assert {cell: after[cell] for cell in trained} == {cell: before[cell] for cell in trained}


def leave_tasks(project: Project, *tasks: str) -> None:
    """Leave some of the tasks, with one seed."""
    text = without_tasks(project.text("params.yaml"), *set(TASKS) - set(tasks))
    project.write("params.yaml", text.replace("seeds:\n- 1\n- 2\n- 3\n", "seeds:\n- 1\n"))


def names(stages: tuple[str, ...], seed: int = 1) -> set[str]:
    suffix = {"train_pretrained": f"-full-{seed}", "train_scratch": f"-{seed}"}
    return {f"{stage}@nsmc{suffix.get(stage, '')}" for stage in stages}


def test_edits_run_through_the_graph(project: Project) -> None:
    """Real runs of DVC with stand-ins for the commands, one edit after the other."""
    leave_tasks(project, "nsmc")
    shown = names(("predict", "stress", "evaluate", "evaluate_sizes", "analyse", "diagnose", "track"))
    shown |= {"judge", "report"}
    trained = names(("train_pretrained", "train_scratch"))
    assert project.repro().ran == project.cells().keys()
    reader, params = "stages/corpora/nsmc.py", "params.yaml"

    # A comment, a docstring and formatting of code that every stage runs.
    project.replace("stages/common/files.py", "import errno\n", "import errno  # numbers of errors\n\n")
    project.write(reader, '"""Another docstring."""\n\n' + project.text(reader))
    assert project.repro().ran == {"sources"}

    # Code of a reader, and what follows from other bytes of the rows.
    project.write(reader, project.text(reader) + "\n\nANOTHER = 1\n")
    after = {"sources"} | names(("preprocess", "encode", "baseline", "embed", "plan_sizes"))
    assert project.repro().ran == after | trained | shown

    # Statistics and the page never train.
    project.write("stages/metrics/bootstrap.py", project.text("stages/metrics/bootstrap.py") + "\nANOTHER = 1\n")
    scored = names(("evaluate", "evaluate_sizes", "analyse", "diagnose", "track"))
    assert project.repro().ran == {"sources", "judge", "report"} | scored
    project.write("stages/reporting/page.py", project.text("stages/reporting/page.py") + "\nANOTHER = 1\n")
    assert project.repro().ran == {"sources", "report"}
    project.write("stages/judging/holm.py", project.text("stages/judging/holm.py") + "\nANOTHER = 1\n")
    assert project.repro().ran == {"sources", "judge", "report"} | names(("track",))
    project.write("stages/doctor.py", project.text("stages/doctor.py") + "\nANOTHER = 1\n")  # a command, no stage
    project.write("stages/reporting/svg.py", project.text("stages/reporting/svg.py") + "\nANOTHER = 1\n")
    assert project.repro().ran == {"sources", "report"} | names(("track",))  # other pictures

    # A learning rate, and back: nothing runs twice.
    project.replace(params, "\nlr: 0.001\n", "\nlr: 0.002\n")
    assert project.repro().ran == {"check_params"} | names(("train_pretrained",)) | shown
    project.replace(params, "\nlr: 0.002\n", "\nlr: 0.001\n")
    back = project.repro()
    assert back.ran == {"check_params", "report"}  # which DVC cannot restore, see dvc.yaml
    assert names(("train_pretrained",)) | shown <= back.restored | back.ran

    # Another seed, and none the less.
    project.replace(params, "seeds:\n- 1\n", "seeds:\n- 1\n- 2\n")
    new = names(("train_pretrained", "train_scratch"), seed=2)
    assert project.repro().ran == {"check_params"} | names(("plan_sizes",)) | new | shown
    project.replace(params, "seeds:\n- 1\n- 2\n", "seeds:\n- 1\n")
    assert project.repro().ran == {"check_params", "report"}

    # New weights of the same architecture: scratch stays.
    project.replace(params, "      seed: 1\n", "      seed: 2\n")
    ran = project.repro().ran
    assert "checkpoint@bilingual_small" in ran
    assert not any(cell.startswith("train_scratch") for cell in ran)
    assert names(("train_pretrained",)) <= ran

    # A checkpoint of another name with the same files: its name is recorded, no weights change.
    project.replace(params, "bilingual_small", "renamed")
    ran = project.repro().ran
    assert {"checkpoint@renamed"} | names(("encode",)) <= ran
    assert {cell for cell in ran if cell.startswith(TRAIN)} == set()


def test_a_student_depends_on_the_teacher_of_its_task_and_seed() -> None:
    teacher = "data/models/${item.task}/pretrained-${tunings[0]}-${item.seed}"
    student = STAGES["train_distilled"]
    assert f" --teacher {teacher} " in student["cmd"]
    assert [dep for dep in student["deps"] if "models" in dep] == [
        f"{teacher}/{name}" for name in ("config.json", "model.safetensors")]


@pytest.mark.slow
def test_a_student_follows_its_teacher(project: Project) -> None:
    leave_tasks(project, "nsmc")
    project.replace("params.yaml", "seeds:\n- 1\n", "seeds:\n- 1\n- 2\n")
    project.replace("params.yaml", "distilled: []\n", "distilled:\n- nsmc\n")
    project.repro()
    shown = names(("predict", "stress", "evaluate", "evaluate_sizes", "analyse", "diagnose", "track"))
    shown |= {"check_params", "judge", "report"}
    students = {f"train_distilled@nsmc-{seed}" for seed in (1, 2)}
    project.replace("params.yaml", "  temperature: 2.0\n", "  temperature: 3.0\n")
    assert project.repro().ran == students | shown
    project.replace("params.yaml", "\nlr: 0.001\n", "\nlr: 0.002\n")
    assert project.repro().ran == students | shown | {f"train_pretrained@nsmc-full-{seed}" for seed in (1, 2)}


def test_tasks_come_and_go_alone(project: Project) -> None:
    leave_tasks(project, "nsmc", "ag_news")
    project.repro()
    project.replace("params.yaml", "  ag_news:\n", "  topics:\n")
    of_topics = {cell for cell in project.cells() if "topics" in cell}
    # Another family of comparisons, so other corrected p values in all tasks.
    judged = {"check_params", "judge", "report"} | names(("track",))
    assert project.repro().ran == judged | of_topics
    project.write("params.yaml", without_tasks(project.text("params.yaml"), "topics"))
    assert project.repro().ran == judged


def test_rows_of_test_and_of_a_further_test_set_train_nothing(project: Project) -> None:
    leave_tasks(project, "nsmc")
    further = HANS.replace("mnli", "nsmc").replace("data/mine", "data/hans")
    project.replace("params.yaml", "further_tests: {}\n", further)
    project.replace("params.yaml", "source: sample\n    folder: data/local", "source: local\n    folder: data/mine")
    for name in ("hans/set.tsv", "mine/train.txt", "mine/test.txt"):
        project.write(f"data/{name}", name)
    project.repro()
    project.write("data/hans/set.tsv", "other rows")
    of_hans = {f"{stage}_further@hans" for stage in ("download", "preprocess", "predict", "evaluate")}
    assert project.repro().ran == of_hans | {"report"} | names(("track",))
    project.write("data/mine/test.txt", "other rows")
    ran = project.repro().ran
    assert names(("download", "preprocess", "encode", "baseline", "embed", "predict", "evaluate")) <= ran
    assert not any(cell.startswith(TRAIN) for cell in ran)
