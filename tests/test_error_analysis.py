"""Errors of made-up runs, counted by hand; what may be shown of a corpus; and the report's part on both analyses."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from stages import analyse
from stages.common.errors import UserError
from stages.common.files import read_json, write_json, write_json_lines
from stages.metrics.calibration import probabilities
from stages.metrics.error_analysis import ErrorAnalysis, best_wrong, shown, suspected_labels, suspected_tags
from stages.results.errors import ErrorFacts
from stages.results.prepared import Row, Task
from stages.results.stress import StressFacts
from stages.settings.error_analysis import ErrorAnalysisSettings
from stages.settings.evaluation import EvaluationSettings
from tests.arm_lists import NO_TASKS
from tests.test_report import GRID, Inputs
from tests.tiny import TEXT_TASK, WORD_TASK

ARMS = {"full": ["pretrained-full-1", "pretrained-full-2"], "scratch": ["scratch-1", "scratch-2"]}
EVALUATION = EvaluationSettings(resamples=100, bootstrap_seed=1)


def analysis(task: dict[str, Any], rows: list[dict[str, Any]], logits: dict[str, list[Any]],
             limit: int = 10, publish: bool = False) -> dict[str, Any]:
    """Facts of runs with these logits."""
    stored = {cell: np.array([np.ravel(values) for values in of_rows], dtype=np.float32)
              if task["kind"] != "words" else np.concatenate([np.array(values, dtype=np.float32) for values in of_rows])
              for cell, of_rows in logits.items()}
    settings = ErrorAnalysisSettings(rows=limit, publish_texts=publish)
    return ErrorAnalysis(Task.of(task), [Row.of(row) for row in rows], stored, ARMS, {"full": "scratch"},
                         settings).facts()


# By row the gold label, and how sure each run is of "positive", as a logit against 0.
RUNS = [("positive", (2, 3, -1, -2)), ("negative", (-2, -1, -1, 2)), ("negative", (1, 4, 2, 3)),
        ("positive", (-1, -3, 1, 2)), ("negative", (1, -1, 1, 3)), ("positive", (1, 1, 1, 1))]
ROWS = [{"guid": f"test:{line}", "text": "x" * (line + 1), "label": label} for line, (label, _) in enumerate(RUNS)]


def texts(**options: Any) -> dict[str, Any]:
    cells = [cell for arm in ARMS.values() for cell in arm]
    logits = {cell: [[0.0, float(sure[place])] for _, sure in RUNS] for place, cell in enumerate(cells)}
    return analysis(TEXT_TASK, ROWS, logits, **options)


def guids(listing: dict[str, Any]) -> list[str]:
    return [row["guid"] for row in listing["rows"]]


def test_errors_counted_by_hand() -> None:
    facts = texts()
    assert (facts["rows"], facts["runs"]) == (6, 4)
    assert (facts["missed_by_all"]["count"], guids(facts["missed_by_all"])) == (1, ["test:2"])
    compared = facts["comparisons"]["full"]
    # Row 1 is right in one of two runs from scratch: no run of one arm may count against most of the other.
    assert guids(compared["always_first"]) == ["test:0"]
    assert guids(compared["always_second"]) == ["test:3"]
    assert set(compared) == {"always_first", "always_second"}


def test_confident_errors_come_first_and_are_of_the_arm() -> None:
    facts = texts()["confident"]
    assert guids(facts["full"]) == ["test:2", "test:3"]
    assert facts["full"]["count"] == 2  # row 4 is undecided on the mean
    assert guids(facts["scratch"]) == ["test:2", "test:4", "test:0", "test:1"]
    chances = 1 / (1 + np.exp(-np.array([1.0, 4.0])))
    first = facts["full"]["rows"][0]
    assert (first["gold"], first["wrong"]) == ("negative", "positive")
    assert first["chance"] == pytest.approx(chances.mean())


def test_lists_are_cut_and_their_counts_are_not() -> None:
    facts = texts(limit=1)["confident"]["scratch"]
    assert (facts["count"], guids(facts)) == (4, ["test:2"])


def test_slices_are_thirds_by_length_and_labels() -> None:
    slices = texts()["slices"]
    assert [(part["by"], part["name"], part["rows"]) for part in slices] == [
        ("length", "1 to 2", 2), ("length", "3 to 4", 2), ("length", "5 to 6", 2),
        ("label", "negative", 3), ("label", "positive", 3)]
    first = slices[0]
    assert first["means"] == {"full": 1.0, "scratch": 0.25}
    assert first["comparisons"]["full"]["difference"] == 0.75
    assert sum(part["rows"] for part in slices if part["by"] == "length") == len(ROWS)


def test_rows_of_one_length_are_one_slice() -> None:
    rows = [row | {"text": "same"} for row in ROWS]
    logits = {cell: [[0.0, 1.0]] * 6 for arm in ARMS.values() for cell in arm}
    slices = analysis(TEXT_TASK, rows, logits)["slices"]
    assert [(part["name"], part["rows"]) for part in slices if part["by"] == "length"] == [("4 to 4", 6)]


def one_hot(*tags: str) -> list[list[float]]:
    return [[5.0 * (tag == name) for name in WORD_TASK["tags"]] for tag in tags]


def test_a_sentence_is_right_with_all_of_its_entities() -> None:
    rows = [{"guid": "test:0", "words": ["Ann", "Lee", "left"], "tags": ["B-PER", "I-PER", "O"]},
            {"guid": "test:1", "words": ["Rain", "."], "tags": ["O", "O"]}]
    right, boundary = one_hot("B-PER", "I-PER", "O"), one_hot("B-PER", "O", "O")
    same = one_hot("I-PER", "I-PER", "O")  # another tag, the same entity
    facts = analysis(WORD_TASK, rows, {
        "pretrained-full-1": [right, one_hot("O", "O")], "pretrained-full-2": [same, one_hot("O", "O")],
        "scratch-1": [boundary, one_hot("O", "O")], "scratch-2": [boundary, one_hot("B-LOC", "O")]})
    compared = facts["comparisons"]["full"]
    assert [compared[name]["count"] for name in ("always_first", "always_second")] == [1, 0]
    listed = compared["always_first"]["rows"]
    assert [(row["guid"], row["word"], row["gold"], row["wrong"]) for row in listed] == [("test:0", 2, "I-PER", "O")]
    assert listed[0]["text"] == "Ann Lee left"
    assert [(part["by"], part["name"], part["rows"]) for part in facts["slices"]][-1] == ("label", "PER", 1)


def judged(flipped: float, skill: float, classes: int = 4, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean probabilities of four overconfident models, labels of which a share is wrong, and which these are.

    The true label follows what the models see at ``skill``, to which each adds its own errors and twice the confidence.
    """
    random = np.random.default_rng(seed)
    seen = skill * random.normal(size=(600, classes)) ** 3
    odds = np.exp(seen - seen.max(axis=1, keepdims=True))
    odds /= odds.sum(axis=1, keepdims=True)
    gold = (random.random((600, 1)) > odds.cumsum(axis=1)).sum(axis=1).clip(max=classes - 1)
    models = [2 * (seen + random.normal(size=seen.shape) * skill / 4) for _ in range(4)]
    wrong = np.flatnonzero(random.random(600) < flipped)
    gold[wrong] = (gold[wrong] + random.integers(1, classes, len(wrong))) % classes
    return np.mean([probabilities(logits) for logits in models], axis=0), gold, wrong


@pytest.mark.parametrize("skill", [1.0, 3.0, 8.0], ids=["weak", "middling", "strong"])
@pytest.mark.parametrize("flipped", [0.0, 0.04, 0.1, 0.2])
def test_about_as_many_labels_are_suspected_as_are_wrong(flipped: float, skill: float) -> None:
    """Never many more, however weak the models; nearly as many where they are strong."""
    chances, gold, wrong = judged(flipped, skill)
    rate, suspicion = suspected_labels(chances, gold)
    suspected = np.flatnonzero(suspicion)
    assert len(suspected) <= (flipped + 0.02) * len(gold)
    assert rate <= flipped + 0.04
    if skill == 8.0 and flipped:
        assert abs(rate - flipped) <= 0.03
        assert len({*suspected.tolist()} & {*wrong.tolist()}) >= 0.6 * max(len(wrong), len(suspected))
    if not flipped:
        assert len(suspected) == 0


def test_errors_that_calibration_explains_are_not_suspected() -> None:
    """Of 200 rows with 0.8 a fifth is wrong, as it should be; of 200 with 0.999 eight are, and should be none."""
    gold = np.zeros(400, dtype=np.int64)
    sure = np.where(np.arange(400) < 200, 0.8, 0.999)
    sure[:40], sure[200::25] = 0.2, 0.001
    rate, suspicion = suspected_labels(np.column_stack([sure, 1 - sure]), gold)
    assert np.flatnonzero(suspicion).tolist() == [*range(200, 400, 25)]
    assert rate == pytest.approx(0.03, abs=0.015)


def test_words_outside_of_entities_make_no_rate_smaller() -> None:
    """A thousand words that all agree to be O tell nothing about the tags of names, not even where gold has a name."""
    chances, gold, _ = judged(0.1, 8.0)
    words = np.concatenate([np.column_stack([np.zeros(600), chances]), np.tile([1.0, 0, 0, 0, 0], (1000, 1))])
    tags = np.concatenate([gold + 1, np.arange(1000) % 40 == 0])
    rate, suspicion = suspected_tags(np.log(np.maximum(words, 1e-12)), tags, outside=0)
    assert rate == pytest.approx(0.1, abs=0.04)
    assert not suspicion[600:].any()


def test_few_rows_and_a_label_that_no_row_has_are_no_trouble() -> None:
    chances = np.array([[0.2, 0.1, 0.7], [0.6, 0.2, 0.2], [0.1, 0.8, 0.1]])
    assert suspected_labels(chances, np.array([0, 0, 1]))[1].tolist() == [0.0, 0.0, 0.0]
    assert suspected_labels(np.empty((0, 3)), np.empty(0, dtype=np.int64))[0] == 0.0


def test_the_best_wrong_class_is_never_gold() -> None:
    label, chance = best_wrong(np.array([[0.7, 0.2, 0.1], [0.1, 0.2, 0.7]]), np.array([0, 0]))
    assert (label.tolist(), chance.tolist()) == ([1, 2], [0.2, 0.7])


def test_texts_are_cut() -> None:
    assert shown(Row("", text="a" * 200)) == "a" * 200
    assert shown(Row("", text="a" * 201)) == "a" * 199 + "…"
    assert shown(Row("", text="a" * 300, text_pair="b")) == "a" * 99 + "… ⇒ b"
    assert shown(Row("", words=("a", "b"))) == "a b"


SECRET = "words that a licence keeps out of git"


@pytest.mark.parametrize(("synthetic", "publish", "there"), [
    (True, False, True), (False, False, False), (False, True, True)])
def test_texts_of_other_corpora_stay_out_unless_they_are_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, synthetic: bool, publish: bool, there: bool
) -> None:
    """The whole stage: no file that goes into git holds a text."""
    rows = [row | {"text": f"{SECRET} {line}"} for line, row in enumerate(ROWS)]
    logits = {cell: [[0.0, 1.0]] * 6 for arm in ARMS.values() for cell in arm}
    (tmp_path / "predictions").mkdir()
    write_json(tmp_path / "prepared" / "task.json", TEXT_TASK | {"synthetic": synthetic})
    write_json_lines(tmp_path / "prepared" / "test.jsonl", rows)
    (tmp_path / "stress").mkdir()
    changed = [row | {"text": f"{row['text']}!"} for row in rows]
    write_json_lines(tmp_path / "stress" / "typos.jsonl", changed)
    write_json(tmp_path / "stress" / "stress.json", {
        "left_out": {}, "transformations": {"typos": {"expectation": "same", "offered": 6, "changed": 6}}})
    for cell in logits:
        for part, columns in (("predictions", {"moment": ["after"] * 6, "split": ["test"] * 6}),
                              ("stress", {"transformation": ["typos"] * 6})):
            parquet.write_table(pa.table(columns | {
                "guid": [row["guid"] for row in rows],
                "logits": pa.array(logits[cell], pa.list_(pa.float32()))}), tmp_path / part / f"{cell}.parquet")
    write_json(tmp_path / "params.yaml", {
        "tunings": ["full"], "seeds": [1, 2], **NO_TASKS, "evaluation": EVALUATION.model_dump(),
        "error_analysis": {"rows": 3, "publish_texts": publish}})
    monkeypatch.chdir(tmp_path)
    flags = [part for name in ("prepared", "predictions", "stress") for part in (f"--{name}", name)]
    assert analyse.main(["--task", "toy", *flags, "--out-stress", "out/s.json", "--out-errors", "out/e.json"]) == 0
    written = [path.read_text("utf-8") for path in sorted((tmp_path / "out").iterdir())]
    assert [SECRET in text for text in written] == [there, False]
    assert ErrorFacts.model_validate(read_json(Path("out/e.json"))).texts_shown == there
    stressed = StressFacts.model_validate(read_json(Path("out/s.json"))).transformations["typos"]
    assert (stressed.changed, stressed.arms["full"].before, stressed.arms["full"].difference) == (6, 0.5, 0.0)


NASTY = "<script>alert(1)</script> | *bold* \u202e[x](http://example.org)"
DROP = {"before": 0.91, "after": 0.62, "difference": 0.29, "low": 0.21, "high": 0.37, "p_value": 0.001,
        "detectable": 0.1, "recipe": True}


@pytest.fixture
def inputs(tmp_path: Path) -> Inputs:
    made = Inputs(tmp_path)
    made.write("stress/reviews.json", {
        "left_out": {"upper_case": "Korean has no capital letters"}, "transformations": {
            "typos": {"expectation": "same", "offered": 300, "changed": 187, "same_tokens": 6,
                      "arms": {"full": DROP, "scratch": DROP}, "comparisons": {"full": DROP | {"difference": -0.077}}},
            "premise_removed": {"expectation": "unknowable", "offered": 300, "changed": 300,
                                "arms": {"full": DROP, "scratch": DROP}, "comparisons": {"full": DROP}},
            "negation": {"expectation": "flipped", "offered": 300, "changed": 0}}})
    row = {"guid": "test:77", "gold": "부정", "wrong": "긍정", "chance": 0.987, "text": NASTY}
    made.edit("errors/reviews.json", "texts_shown", value=True)
    made.edit("errors/reviews.json", "missed_by_all", value={"count": 31, "rows": [row]})
    made.edit("errors/reviews.json", "slices", value=[{
        "by": "length", "name": "8 to 23", "rows": 204, "means": {"full": 0.777, "scratch": 0.64},
        "comparisons": {"full": DROP}}])
    return made


def test_page_and_markdown_tell_both(inputs: Inputs) -> None:
    files = inputs.build()
    markdown = "".join(files[f"details/{task}.md"] for task in GRID.tasks).replace("<br>", "\n")
    for text in (files["index.html"].replace("\u00a0", " "), markdown):
        for expected in ("Stress tests", "187 of 300", "0.910", "0.620", "+29.0 (21.0 to 37.0)", "−7.7",
                         "0 of 300", "changed or not, always answering the most frequent label scores 0.500",
                         "Korean has no capital letters",
                         "Errors", "31 (5.2 %) of the test texts", "test:77", "0.987", "8–23 characters",
                         "104 (17.3 %)", "26 (4.3 %)", "Texts are not shown"):  # the last of the other task
            assert expected in text, expected
        assert "<script>alert" not in text
        assert "\u202e" not in text
    assert "\\*bold\\*" in markdown
    assert "\\[x\\](http&#58;//" in markdown


@pytest.mark.parametrize(("name", "keys", "message"), [
    ("stress/reviews.json", ("transformations", "typos", "arms", "scratch"), "arms are not those of the grid"),
    ("errors/reviews.json", ("confident", "full"), "arms are not those of the grid"),
    ("errors/reviews.json", ("comparisons", "full"), "comparisons are not those of the grid"),
    ("errors/reviews.json", ("suspected_labels",), "suspected_labels: Field required"),
])
def test_other_arms_than_the_grids_are_refused(inputs: Inputs, name: str, keys: tuple[str, ...], message: str) -> None:
    inputs.edit(name, *keys, value=None)
    with pytest.raises(UserError, match=message):
        inputs.build()


@pytest.mark.parametrize(("of_recipe", "scope"), [
    ((True, True), ")"), ((False, False), " over test rows alone)"),
    ((True, False), ", of an arm with a single run that trained over test rows alone)")])
def test_the_intervals_of_stress_say_what_they_do_not_cover(
    tmp_path: Path, of_recipe: tuple[bool, bool], scope: str
) -> None:
    inputs = Inputs(tmp_path)
    arms = {arm: DROP | {"recipe": recipe} for arm, recipe in zip(("full", "scratch"), of_recipe, strict=True)}
    inputs.write("stress/reviews.json", {"left_out": {}, "transformations": {"typos": {
        "expectation": "same", "offered": 300, "changed": 187, "arms": arms,
        "comparisons": {"full": DROP | {"recipe": all(of_recipe)}}}}})
    assert f"and differences in points (95 % interval{scope}" in inputs.build()["details/reviews.md"]


def test_stress_that_is_off_has_no_part(inputs: Inputs) -> None:
    inputs.write("stress/reviews.json", {"transformations": {}, "left_out": {}})
    files = inputs.build()
    assert "Stress tests" not in files["details/reviews.md"] + files["index.html"]
    assert json.loads((inputs.folder / "errors" / "entities.json").read_text("utf-8"))["runs"] == len(
        GRID.of_task("entities").cells)
