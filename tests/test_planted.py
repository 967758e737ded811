"""What the grids of defects plant is what the doctor gets to see."""

from dataclasses import replace
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Any

import pytest

from stages.corpora.tasks import TASKS
from stages.download import obtain
from stages.settings.data import DownloadSettings
from tests.corpus_files import read_rows, write_corpus
from tests.planted_grid import Planted, kinds

Row = dict[str, Any]


@pytest.fixture(scope="module", params=list(TASKS))
def sample(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, dict[str, list[Row]]]:
    """Train and test of a corpus's sample."""
    corpus, folder = request.param, tmp_path_factory.mktemp(request.param) / "raw"
    obtain(corpus, folder, DownloadSettings(corpus=corpus, source="sample", folder=".", sample_seed=1))
    names = TASKS[corpus].files
    return corpus, {"train": read_rows(corpus, folder / names["train"][0])[:300],
                    "test": read_rows(corpus, folder / names["test"][0])[:100]}


def content(rows: list[Row]) -> list[Row]:
    """Rows without the line that they stand on; documents are numbered from another 0."""
    return [{name: value for name, value in row.items() if name not in ("guid", "document_number")} for row in rows]


def documents(rows: list[Row]) -> list[int]:
    """How many rows each document has."""
    return [len(list(members)) for _, members in groupby(rows, key=lambda row: row.get("document_number"))]


def test_rows_come_back_from_the_file_that_they_were_written_to(
    sample: tuple[str, dict[str, list[Row]]], tmp_path: Path
) -> None:
    corpus, rows = sample
    write_corpus(corpus, tmp_path, rows)
    for split, members in rows.items():
        found = read_rows(corpus, tmp_path / {**TASKS[corpus].files}[split][0])
        assert content(found) == content(members)
        assert documents(found) == documents(members)


def test_every_kind_changes_rows_of_its_corpus(sample: tuple[str, dict[str, list[Row]]], tmp_path: Path) -> None:
    corpus, rows = sample
    chosen = [(name, kind) for source, of, name, kind in kinds(tmp_path, tmp_path)
              if source == "sample" and of == corpus and kind.rows]
    assert chosen
    for name, kind in chosen:
        edited = {split: [dict(row) for row in members] for split, members in rows.items()}
        assert kind.rows
        kind.rows(edited, Random(1))
        assert content([*edited["train"], *edited["test"]]) != content([*rows["train"], *rows["test"]]), name


def test_an_arm_with_weights_of_its_own_is_trained_and_diagnosed(tmp_path: Path) -> None:
    place, (source, corpus, name, kind) = next(
        (place, one) for place, one in enumerate(kinds(tmp_path, tmp_path))
        if one[0] == "sample" and one[3].asked == ("self_pretrained",))
    outcome = Planted(tmp_path, tmp_path, place, source, corpus, name, replace(kind, epochs=1)).run()
    assert outcome["caught"] == ["test_in_pretraining_text"]
