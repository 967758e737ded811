"""What commands print for people: at most 100 columns, coloured only where the terminal has colours."""

import io
import re
from pathlib import Path

import pytest
from rich.cells import cell_len

from stages import summary
from stages.terminal.answers import answer_printer
from stages.terminal.changes import print_changes
from stages.terminal.tables import WIDTH, Styled, fit, make_table, open_console
from tests.arm_lists import NO_FURTHER_ARMS
from tests.test_report import Inputs, finding


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Inputs:
    inputs = Inputs(tmp_path)
    inputs.find("entities", finding("class_never_predicted", "warning"), finding("overfitted", "note"))
    inputs.judge()
    monkeypatch.setattr(summary, "PATHS", inputs.paths)
    monkeypatch.chdir(tmp_path)
    Path("params.yaml").write_text(
        "tasks: {reviews: {}, entities: {}}\ntunings: [full]\nseeds: [1, 2]\n"
        f"{NO_FURTHER_ARMS}train_sizes: []\n"
        "report: {language: ko}\n", "utf-8")
    Path("reports").mkdir()
    Path("reports/index.html").touch()
    return inputs


@pytest.mark.parametrize(("language", "helps", "worst"), [
    ("en", "helps", "warning: class hardly"), ("ko", "도움이 됨", "경고: 거의 예측하지")])
def test_the_summary_has_a_row_per_task_in_100_columns(
    language: str, helps: str, worst: str, study: Inputs, capsys: pytest.CaptureFixture
) -> None:
    assert summary.main(["--language", language]) == 0
    told = capsys.readouterr().out
    assert max(cell_len(line) for line in told.splitlines() if "file://" not in line) <= WIDTH
    assert "\x1b" not in told  # no terminal
    compared = study.read()[0].verdicts.comparisons["full"]
    row, = re.findall(r"^reviews\s.*", told, flags=re.M)
    row = re.sub(" +", " ", row)
    assert f"reviews {helps} +{100 * compared.difference:.1f} ({100 * compared.low:.1f}" in row
    assert f" {compared.means[0]:.3f} " in row
    assert f" {compared.means[1]:.3f} " in row
    assert row.rstrip().endswith("–")  # nothing found
    assert worst in re.findall(r"^entities\s.*", told, flags=re.M)[0]
    assert {"en": "1 more", "ko": "외 문제 1건"}[language] in told
    assert told.rstrip().endswith(Path("reports/index.html").resolve().as_uri())


def test_the_language_is_that_of_the_report(study: Inputs, capsys: pytest.CaptureFixture) -> None:
    assert summary.main([]) == 0
    assert capsys.readouterr().out.startswith("작업")


def test_the_summary_refuses_verdicts_on_other_results(study: Inputs, capsys: pytest.CaptureFixture) -> None:
    study.edit("metrics/reviews.json", "title", value="Other, texts")
    assert summary.main([]) == 1
    assert re.fullmatch(r"error: .*verdicts.json: expected verdicts on .*reviews.json as it is.*run `dvc repro`\n",
                        capsys.readouterr().err)
def test_a_terminal_has_colours_unless_it_wants_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def printed() -> str:
        stream = Terminal()
        open_console(stream).print(make_table(("a",), [(Styled("helps", "bold green"),)]))
        return stream.getvalue()

    assert "\x1b[1;32mhelps" in printed()
    monkeypatch.setenv("NO_COLOR", "1")
    assert "32m" not in printed()


def test_data_cannot_style_a_terminal() -> None:
    stream = Terminal()
    print_answer = answer_printer(stream)
    print_answer({"text": "[red]x[/red] \x1b[31m", "label": "[bold]a", "probabilities": {"[bold]a": 1.0}})
    assert "[red]x[/red] <U+001B>[31m" in stream.getvalue()
    assert "[bold]a" in stream.getvalue()
    assert "\x1b[31m" not in stream.getvalue()


def test_answers_for_people() -> None:
    stream = io.StringIO()
    answer_printer(stream)({"text": "이 영화 정말 재미없다", "label": "negative", "truncated": True,
                            "probabilities": {"positive": 0.25, "negative": 0.75}})
    assert [line.rstrip() for line in stream.getvalue().splitlines()] == [
        "이 영화 정말 재미없다", "label     probability", "─" * 31, "negative  0.750 ███████████████",
        "positive  0.250 █████", "the end of the text was cut off", ""]
    stream = io.StringIO()
    entity = {"text": "Edgar", "type": "PER", "start": 0, "end": 5, "probability": 0.9}
    answer_printer(stream, ("pretrained-full-1", "scratch-1"))({
        "text": "Edgar left", "pretrained-full-1": {"entities": [entity]}, "scratch-1": {"entities": []}})
    assert "pretrained-full-1  Edgar   PER   0.900        0–5" in stream.getvalue()
    stream = io.StringIO()
    answer_printer(stream)({"text": "", "label": None})
    assert stream.getvalue() == "\n–\n\n"


def test_labels_are_in_the_order_of_the_first_model_in_the_language_of_the_report() -> None:
    """A second model beside it moves no row; its own answer is shown wherever it stands."""
    first = {"label": "a", "probabilities": dict(zip("abcdefg", (0.4, 0.2, 0.15, 0.1, 0.08, 0.05, 0.02), strict=True))}
    second = {"label": "g", "probabilities": dict.fromkeys("abcdef", 0.01) | {"g": 0.94}}
    alone, both = io.StringIO(), io.StringIO()
    answer_printer(alone, language="ko")({"text": "x", **first})
    answer_printer(both, ("one", "two"), "ko")({"text": "x", "one": first, "two": second})
    shown = [[line.split()[0] for line in stream.getvalue().splitlines() if line.strip()] for stream in (alone, both)]
    assert shown == [["x", "레이블", shown[0][2], *"abcde"], ["x", "레이블", shown[1][2], *"abcdeg"]]


def test_a_line_is_cut_by_columns_and_not_by_letters() -> None:
    assert fit("가나다라", 8) == "가나다라"
    assert fit("가나다라", 7) == "가나다…"
    assert fit("a  b\nc", 9) == "a b c"


def test_changes_are_printed_as_a_table() -> None:
    score = {"task": "nsmc", "arm": "pre-trained", "metric": "accuracy", "old": 0.75, "new": 0.7, "difference": -0.05,
             "low": -0.08, "high": -0.02, "holm": 0.01, "change": "worse", "same_predictions": False, "rescored": False}
    new = {"task": "nsmc", "severity": "severe", "name": "failed_arm", "about": "full"}
    verdict = {"task": "nsmc", "arms": ("full", "scratch"), "old": "helps", "new": "cannot_tell",
               "qualified": (True, False)}
    facts = {"params": {"lr": {"old": 0.001, "new": None}}, "scores": [score], "verdicts": [verdict],
             "findings": {"new": [new], "gone": []}}
    stream = io.StringIO()
    print_changes(facts, stream)
    rows = [re.split(r"  +", line.strip()) for line in stream.getvalue().splitlines()]
    assert ["lr", "0.001", "–"] in rows
    assert ["nsmc", "pre-trained", "accuracy", "0.750", "0.700", "−5.0 (−8.0 to −2.0)", "0.010", "worse"] in rows
    assert ["nsmc", "pre-trained, full against scratch", "helps (this budget)", "inconclusive"] in rows
    assert ["nsmc", "severe: failed arm", "pre-trained, full", "new"] in rows
    stream = io.StringIO()
    print_changes(facts | {"params": {}, "scores": [score | {"same_predictions": True}], "verdicts": [],
                           "findings": {"new": [], "gone": []}}, stream)
    assert stream.getvalue() == ""


@pytest.mark.parametrize("width", [80, 100])
def test_no_column_is_pushed_out_of_a_narrow_terminal(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """As two tunings of a task have them."""
    monkeypatch.setenv("COLUMNS", str(width))
    headings = ("Task", "Verdict", "Difference", "Pre-trained", "Scratch", "Metric", "Worst finding")
    row = ("ag_news (pre-trained, setfit)", "above scratch", "+19.7 (−9.3 to 31.4)", "0.822", "0.625", "entity F1",
           "severe: failed arm and 4 more findings")
    stream = io.StringIO()
    open_console(stream).print(make_table(headings, [row], right=("Difference", "Pre-trained", "Scratch")))
    text = stream.getvalue()
    assert all(len(line) <= width for line in text.splitlines())
    shown = re.sub(r"\s+", " ", text)
    assert all(value in shown for value in ("+19.7 (−9.3 to 31.4)", "0.822", "0.625", "Difference", "Pre-trained"))
    assert {*"".join(row[-1].split())} <= {*text}
    assert all(word in shown for word in ("Worst", "failed", "findings"))
    assert len(text.splitlines()) == len(text.strip().splitlines())  # no rows of nothing
