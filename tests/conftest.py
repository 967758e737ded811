"""Fixtures that every test may use."""

import gc
import json
import os
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import vl_convert

from stages.common.command import run_stage
from stages.common.sources import ROOT

assert run_stage  # its module turns the collector of garbage off, for the time of imports
# A shell ignores Ctrl-C for what it starts in the background, and so would every process that a test starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

# The same examples each time, and no failure for a slow machine.
hypothesis.settings.register_profile("headstart", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("headstart")


@pytest.fixture(scope="session", autouse=True)
def charts() -> Iterator[dict[str, str]]:
    """Charts by what was to be drawn: most reports of the tests have the same ones, and each is drawn once."""
    drawn: dict[str, str] = {}
    draw = vl_convert.vegalite_to_svg

    def draw_once(specification: dict[str, Any], **options: Any) -> str:
        key = json.dumps([specification, options])
        if key not in drawn:
            drawn[key] = draw(specification, **options)
        return drawn[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vl_convert, "vegalite_to_svg", draw_once)
        yield drawn


@pytest.fixture(scope="session")
def corpora() -> Path:
    """Folder of the real corpora, one sub-folder each; the tests of it are skipped where there is none."""
    folder = os.environ.get("HEADSTART_CORPORA")
    if not folder:
        pytest.skip("HEADSTART_CORPORA does not name a folder with the real corpora")
    return Path(folder)


@pytest.fixture(scope="module", params=["text", "words"])
def task(request: pytest.FixtureRequest) -> dict[str, Any]:
    """A tiny task on texts, and one on words."""
    from tests import tiny  # loads torch

    return tiny.TEXT_TASK if request.param == "text" else tiny.WORD_TASK


@pytest.fixture(scope="module")
def data(task: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folders prepared, checkpoint and encoded of that task."""
    from tests import tiny

    root = tmp_path_factory.mktemp(task["kind"])
    tiny.write_encoded(root, task)
    return root


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of MLflow that has no runs, to be copied: to make one takes seconds."""
    from stages.tracking.store import TrackingStore  # loads MLflow

    folder = tmp_path_factory.mktemp("store")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        TrackingStore(folder)
    return folder / "mlflow.db"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The present folder: a project with the params.yaml of the embedded default alone."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params.yaml").write_text((ROOT / "params.yaml").read_text("utf-8"), "utf-8")
    (tmp_path / "data" / "local").mkdir(parents=True)
    return tmp_path


# Files that take longest, longest first; the others follow by their numbers of tests.
LONGEST = ("pipeline", "tunings", "architectures", "report", "processes", "impact", "stories", "new_task", "spread",
           "benchmarks", "resuming", "corpora_real", "spread_in_place", "delivered", "tracking", "forecast", "hub")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put long files first: one that begins last would leave the other process idle."""
    places = {f"test_{name}": place for place, name in enumerate(LONGEST)}
    tests = Counter(item.path for item in items)
    items.sort(key=lambda item: (places.get(item.path.stem, len(places)), -tests[item.path], item.path))


def pytest_collection_finish() -> None:
    """Libraries and tests stay to the end: the collector of garbage, off until now, need never look at them."""
    gc.freeze()
    gc.enable()
