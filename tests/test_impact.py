"""IMPACT.md holds: what must run after an edit does, and what need not does not."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from stages.common.sources import ROOT, closure
from stages.settings.yaml12 import parse_yaml
from tests.impact import CODE, LIBRARIES, PARAMS, PINS, TRAIN, Row, page, row_of
from tests.stubbed import Definition, Project
from tests.test_pipeline import TASKS, without_tasks

TUNINGS = "tunings:\n- full\nseeds:\n- 1\n- 2\n- 3\nadapted: []\ntrain_sizes: []\n"
EVERYTHING = "tunings:\n- full\n- head\nseeds:\n- 1\n- 2\n- 3\nadapted:\n- nsmc\n- mnli\ntrain_sizes:\n- 500\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    return Project(tmp_path, monkeypatch)


def of(stages: tuple[str, ...], cells: dict[str, Definition], part: str = "") -> set[str]:
    """Cells of stages, or those of them that carry ``part`` in their name."""
    return {cell for cell in cells if cell.split("@")[0] in stages
            and (not part or part in scopes(cell))}


def scopes(cell: str) -> list[str]:
    """The parts of a cell's name; the adapted encoder and that of fewer rows are tuned in full."""
    in_full = cell.startswith(("train_adapted", "train_pretrained_sized"))
    return [*re.split("[@-]", cell)[1:], *(["full"] if in_full else [])]


def leaves(value: Any, path: str = "") -> list[str]:
    if isinstance(value, dict) and value:
        return [leaf for key, item in value.items() for leaf in leaves(item, f"{path}.{key}" if path else key)]
    return [path]


def changed(value: Any) -> Any:
    """Another value of the same type."""
    if isinstance(value, list):
        return [*value, "another"]
    if isinstance(value, bool | dict | None):
        return {"lr": 0.5} if value == {} else not value
    return f"{value}x" if isinstance(value, str) else value + 1


def set_key(params: dict[str, Any], path: str, value: Any) -> None:
    *parents, last = path.split(".")
    for parent in parents:
        params = params[parent]
    params[last] = value


def get_key(params: dict[str, Any], path: str) -> Any:
    for part in path.split("."):
        params = params[part]
    return params


# Values that dvc.yaml makes names of files from must exist.
NAMES = {"corpus": "ag_news", "checkpoint": "other"}


def test_every_key_of_params_is_seen_by_the_cells_of_its_row(project: Project) -> None:
    project.replace("params.yaml", TUNINGS, EVERYTHING)
    params = parse_yaml(project.text("params.yaml"), "params.yaml")
    params["checkpoints"]["other"] = params["checkpoints"]["bilingual_small"] | {}
    project.write("params.yaml", json.dumps(params))
    before = project.cells()
    lists = ("tunings", "seeds", "adapted", "train_sizes")
    keys = [key for key in leaves(params) if key not in lists and not key.startswith("tasks.")]
    keys += [key for key in leaves(params) if key.startswith(("tasks.nsmc.", "tasks.conll2003."))]
    for key in keys:
        row = row_of(key, PARAMS)
        assert row, f"{key} has no row in tests/impact.py: which stages read it?"
        edited = json.loads(json.dumps(params))
        set_key(edited, key, NAMES.get(key.split(".")[-1]) or changed(get_key(params, key)))
        project.write("params.yaml", json.dumps(edited))
        after = project.cells()
        seen = {cell for cell, definition in after.items() if definition != before.get(cell)}
        part = key.split(".")[1] if row.scope else ""
        also = of({"tasks": ("judge", "report"), "recipes": ("assign_checkpoint",)}.get(key.split(".")[0], ()), before)
        assert seen == of(row.stages, before, part) | also, key


def test_every_module_is_seen_by_the_cells_of_its_row(project: Project) -> None:
    project.replace("params.yaml", TUNINGS, EVERYTHING)
    cells = project.cells()
    listed = {cell: closure(definition.command.split()[2]) for cell, definition in cells.items() if cell != "sources"}
    files = [path for path in (ROOT / "stages").rglob("*") if path.suffix in (".py", ".j2") and path.stat().st_size]
    for path in files:
        name = path.relative_to(ROOT).as_posix()
        row = row_of(name, CODE)
        assert row, f"{name} has no row in tests/impact.py: which stages need it?"
        assert {cell for cell, paths in listed.items() if name in paths} == of(row.stages, cells), name


def test_every_pin_is_seen_by_the_cells_of_its_row(project: Project) -> None:
    file = "stages/corpora/published.yaml"
    values = parse_yaml(project.text(file), file)
    before = project.cells()
    for key in values:
        row = row_of(key, PINS)
        assert row, f"{key} of {file} has no row in tests/impact.py"
        project.write(file, json.dumps(values | {key: "another"}))
        after = project.cells()
        assert {cell for cell in after if after[cell] != before[cell]} == of(row.stages, before, key), key


def test_every_release_is_seen_by_the_cells_of_its_row(project: Project) -> None:
    project.replace("params.yaml", TUNINGS, EVERYTHING)
    file = "stages/settings/libraries.yaml"
    values = parse_yaml(project.text(file), file)
    cells = project.cells()
    before = project.listings()
    for library in values:
        row = row_of(library, LIBRARIES)
        assert row, f"{library} of {file} has no row in tests/impact.py"
        project.write(file, json.dumps(values | {library: "another"}))
        after = project.listings()
        changed_listings = {listing for listing in after if after[listing] != before[listing]}
        seen = {cell for cell, definition in cells.items() if definition.deps & changed_listings}
        assert seen == of(row.stages, cells), library


@pytest.mark.parametrize("rows", [PARAMS, LIBRARIES, PINS, CODE])
def test_no_row_is_without_a_use(rows: tuple[Row, ...]) -> None:
    names = {id(PARAMS): leaves(parse_yaml((ROOT / "params.yaml").read_text("utf-8"), "")),
             id(LIBRARIES): leaves(parse_yaml((ROOT / "stages/settings/libraries.yaml").read_text("utf-8"), "")),
             id(PINS): list(parse_yaml((ROOT / "stages/corpora/published.yaml").read_text("utf-8"), "")),
             id(CODE): [path.relative_to(ROOT).as_posix() for path in (ROOT / "stages").rglob("*.*")]}[id(rows)]
    used = {row_of(name, rows) for name in names}
    assert [row.pattern for row in rows if row not in used] == []


def test_the_page_is_the_table() -> None:
    assert (ROOT / "IMPACT.md").read_text("utf-8") == page(), "run `python -m tests.impact`"


@pytest.mark.parametrize(("old", "new", "file", "rows", "key"), [
    ("    - lr\n    - pretrained\n", "    - pretrained\n", "dvc.yaml", PARAMS, "lr"),
    ("    - tasks.${item.task}.train_size\n", "    - tasks\n", "dvc.yaml", PARAMS, "tasks.nsmc.max_length"),
    ("    - training\n", "    - training.batch_size\n", "dvc.yaml", PARAMS, "training.dropout"),
])
def test_a_planted_defect_of_tracking_is_found(
    project: Project, old: str, new: str, file: str, rows: tuple[Row, ...], key: str
) -> None:
    project.replace(file, old, new)
    params = parse_yaml(project.text("params.yaml"), "params.yaml")
    before = project.cells()
    set_key(params, key, changed(get_key(params, key)))
    project.write("params.yaml", json.dumps(params))
    seen = {cell for cell, definition in project.cells().items() if definition != before[cell]}
    row = row_of(key, rows)
    assert row
    also = {"judge", "report"} if key.startswith("tasks.") else set()
    assert seen != of(row.stages, before, "nsmc" if row.scope else "") | also


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
    assert project.repro().ran == set()
    reader, params = "stages/corpora/nsmc.py", "params.yaml"

    # Layout and comments of a reader: its stage runs, and the bytes that it writes are the same.
    project.write(reader, "# A comment.\n" + project.text(reader))
    assert project.repro().ran == {"sources"} | names(("preprocess",))
    project.write(reader, project.text(reader) + "\n\nANOTHER = 1\n")
    after = {"sources"} | names(("preprocess", "encode", "baseline", "plan_sizes"))
    assert project.repro().ran == after | trained | shown

    # Statistics and the page never train.
    project.write("stages/metrics/bootstrap.py", project.text("stages/metrics/bootstrap.py") + "\nANOTHER = 1\n")
    scored = names(("evaluate", "evaluate_sizes", "analyse", "diagnose", "track"))
    assert project.repro().ran == {"sources", "judge", "report"} | scored
    project.write("stages/reporting/page.py", project.text("stages/reporting/page.py") + "\nANOTHER = 1\n")
    assert project.repro().ran == {"sources", "report"}
    project.write("stages/judging/holm.py", project.text("stages/judging/holm.py") + "\nANOTHER = 1\n")
    assert project.repro().ran == {"sources", "judge", "report"} | names(("track",))
    project.write("stages/reporting/svg.py", project.text("stages/reporting/svg.py") + "\nANOTHER = 1\n")
    assert project.repro().ran == {"sources", "report"} | names(("track",))  # other pictures
    project.write("stages/doctor.py", project.text("stages/doctor.py") + "\nANOTHER = 1\n")  # a command, no stage
    assert project.repro().ran == {"sources"}

    # A learning rate, and back: nothing runs twice.
    project.replace(params, "\nlr: 0.001\n", "\nlr: 0.002\n")
    assert project.repro().ran == {"check_params"} | names(("train_pretrained",)) | shown
    project.replace(params, "\nlr: 0.002\n", "\nlr: 0.001\n")
    back = project.repro()
    assert back.ran == {"report"}  # which DVC cannot restore, see dvc.yaml
    assert names(("train_pretrained",)) | shown <= back.restored | back.ran

    # Another seed, and none the less.
    project.replace(params, "seeds:\n- 1\n", "seeds:\n- 1\n- 2\n")
    assert project.repro().ran == {"check_params"} | names(("train_pretrained", "train_scratch"), seed=2) | shown
    project.replace(params, "seeds:\n- 1\n- 2\n", "seeds:\n- 1\n")
    assert not any(cell.startswith(TRAIN) for cell in project.repro().ran)

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


def test_rows_of_test_alone_train_nothing(project: Project) -> None:
    leave_tasks(project, "nsmc")
    project.replace("params.yaml", "source: sample\n    folder: data/local", "source: local\n    folder: data/mine")
    for part in ("train.txt", "test.txt"):
        project.write(f"data/mine/{part}", part)
    project.repro()
    project.write("data/mine/test.txt", "other rows")
    ran = project.repro().ran
    assert names(("download", "preprocess", "encode", "baseline", "predict", "evaluate")) <= ran
    assert not any(cell.startswith(TRAIN) for cell in ran)
