"""What README and docs say is so: their commands, the picture of the stages, names of findings."""

import argparse
import csv
import importlib
import re
import runpy
import shlex
import shutil
from argparse import Namespace
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path
from statistics import fmean, stdev

import pytest
import yaml
from dvc.cli import parse_args
from dvc.utils.hydra import apply_overrides

from stages.common import pipeline
from stages.common.files import read_json
from stages.common.sources import ROOT
from stages.results.cards import AdaptationCard
from stages.settings.arms import PAIR
from stages.settings.base import validated
from stages.settings.schema import check_values
from stages.settings.table import TableSettings
from stages.settings.yaml12 import parse_yaml

PAGES = ["README.md", "README.ko.md", *sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("docs/**/*.md"))]
OWN_DATA = (ROOT / "docs/own-data.md").read_text("utf-8").split("## Copies")[0]
LONGEST = 90  # lines of a README


def test_the_entry_in_the_readme_is_valid() -> None:
    entry, = re.findall(r"```yaml\n(.*?)```", OWN_DATA, flags=re.S)
    values = parse_yaml(entry, "README.md")["reviews"]
    table = validated(TableSettings, values["table"], "table", "README.md")
    assert list(dict.fromkeys(table.labels.values())) == ["bad", "fair", "good"]


@pytest.mark.parametrize("folder", ["docs", "docs/ko"])
def test_the_picture_and_the_table_of_the_stages_are_those_of_dvc(folder: str) -> None:
    text = (ROOT / folder / "how-it-works.md").read_text("utf-8")
    picture, = re.findall(r"```mermaid\n(.*?)```", text, flags=re.S)
    drawn = {pair for line in picture.splitlines()[1:] if line.strip()
             for pair in zip(line.split("-->"), line.split("-->")[1:], strict=False)}
    stages = {name: stage.get("do", stage) for name, stage in yaml.safe_load(
        (ROOT / "dvc.yaml").read_text("utf-8"))["stages"].items()}

    def paths(entries: list) -> list[str]:
        names = (next(iter(entry)) if isinstance(entry, dict) else entry for entry in entries)
        return [re.sub(r"\$\{[^}]*\}", "*", name) for name in names]

    def feeds(first: str, second: str) -> bool:
        made = paths([entry for kind in ("outs", "metrics", "plots") for entry in stages[first].get(kind, [])])
        read = paths(stages[second].get("deps", []))
        # The folder of a checkpoint's text is a setting.
        return (first, second) == ("sample_text", "checkpoint") or any(
            one.startswith(other) or other.startswith(one) for one in made for other in read)

    for first, second in drawn:
        assert feeds(first.strip(), second.strip()), f"{first} does not feed {second}"
    listed = re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?) \|", text, flags=re.M)))
    assert set(listed) == stages.keys() - {"sample_text"}
    named = {name.strip() for pair in drawn for name in pair}
    assert {"download", "preprocess", "encode", "train_pretrained", "train_scratch", "evaluate", "report"} <= named


@pytest.mark.parametrize(("folder", "language"), [("docs", "en"), ("docs/ko", "ko")])
def test_findings_are_called_as_the_doctor_calls_them(folder: str, language: str) -> None:
    text = (ROOT / folder / "wrong-number.md").read_text("utf-8")
    table = re.search(r"\n\|---.*?\n(.*?)\n\n", text, flags=re.S)
    assert table
    names = {name.strip() for line in table[1].splitlines() for name in line.split("|")[2].split(",")}
    catalogue = (ROOT / f"stages/wording/{language}.ftl").read_text("utf-8")
    titles = set(re.findall(r"^finding-\w+ = (.+)$", catalogue, re.M))
    assert names == titles


@pytest.mark.parametrize("name", ["README.md", "README.ko.md"])
def test_the_first_figures_of_a_readme_are_those_of_the_study(name: str) -> None:
    tasks = read_json(ROOT / "reports/studies/two-cores/verdicts.json")["tasks"].values()
    paragraphs = (ROOT / name).read_text("utf-8").split("\n\n")
    paragraph, = (part for part in paragraphs if re.search(r"\]\(docs.*\d\.\d", part, re.S))
    assert re.findall(r"\d+\.\d", paragraph) == [
        f"{100 * task['comparisons']['full'][key]:.1f}" for task in tasks for key in ("difference", "low", "high")]
    scores = read_json(ROOT / "reports/studies/two-cores/metrics.json")["ag_news"]
    paragraph, = (part for part in paragraphs if "TF-IDF" in part)
    assert re.findall(r"\d\.\d+", paragraph) == [
        f"{scores[key]:.3f}" for key in ("tfidf_logistic_regression", "scratch", "pretrained-full")]


@pytest.mark.parametrize("page", ["docs/studies.md", "docs/ko/studies.md"])
def test_figures_of_a_study_are_those_that_it_has(page: str) -> None:
    """Scores and p values with three decimals, losses of pre-training with two, differences and multiples with one.

    The whole minutes are those of all stages together.
    """
    told = dict(re.findall(r"^## ([a-z0-9-]+): .*?\n(.*?)(?=^## )", (ROOT / page).read_text("utf-8"), re.M | re.S))
    assert told.keys() == {path.name for path in (ROOT / "reports/studies").iterdir()}
    known = {name: known_of(ROOT / "reports/studies" / name) | ELSEWHERE.get(name, set()) for name in told}
    for name, text in told.items():
        figures = set(re.findall(r"\d+\.\d+", text))
        assert len(figures) > 20
        assert figures <= known[name].union(*(known[other] for other in told if f"`{other}`" in text)), name
        facts = read_json(ROOT / "reports/studies" / name / "study.json")
        seconds = sum(stage["seconds"] for stage in facts["seconds"].values())
        assert re.findall(r"(\d+) ?(?:minutes in sum|분입니다)", text) == [f"{seconds / 60:.0f}"]


def known_of(folder: Path) -> set[str]:
    """The figures that a study has."""
    metrics, sizes = ([read_json(path) for path in folder.glob(f"{part}/*.json")] for part in ("metrics", "sizes"))
    kept = [read_json(folder / "metrics.json"), [task["baseline_comparisons"] for task in metrics],
            [scores_on_test(task) for task in metrics],
            [read_json(path)["parts"] for path in folder.glob("further/*.json")],
            [read_json(path)["arms"] for path in folder.glob("searches/*.json")],
            [run["score"] for task in sizes for arm in PAIR for run in task["steps"][arm]["runs"]],
            [[point["mean"], point["interval"]] for task in sizes for points in task.get("points", {}).values()
             for point in points],
            [spread for task in metrics for spread in spreads(task).values()]]
    known = {shown for number in numbers_in(kept) for shown in (
        f"{number:.3f}", f"{abs(100 * number):.1f}", f"{number:.1f}")}
    known |= {f"{fmean(losses):.2f}" for path in folder.glob("cards/*.adaptation.json")
              for losses in AdaptationCard.model_validate(read_json(path)).ends}
    return known | {f"{100 * abs(one - other):.1f}" for task in metrics for one, other in combinations(means(task), 2)}


# Published by the SetFit repository, at 8 and 64 labels per class of AG News; and the standard deviations of baselines
# over draws, from predictions that a study does not keep.
ELSEWHERE = {"few-labels": {"83.1", "2.4", "76.1", "4.6", "74.3", "2.9"},
             "few-labels-64": {"84.4", "0.7", "86.8", "0.5", "88.0"}}


def by_arm(task: dict) -> dict[str, list[float]]:
    """The headline metric of the runs of each arm that trained."""
    arms = defaultdict(list)
    for name, score in scores_on_test(task).items():
        if not task["cells"][name]["failed"]:
            arms[name.rpartition("-")[0]].append(score)
    return arms


def spreads(task: dict) -> dict[str, float]:
    """Standard deviations over seeds by arm."""
    return {arm: stdev(scores) for arm, scores in by_arm(task).items() if len(scores) > 1}


def means(task: dict) -> list[float]:
    """Of arms, without the runs that failed and with them, and of baselines."""
    whole = defaultdict(list)
    for name, score in scores_on_test(task).items():
        whole[name.rpartition("-")[0]].append(score)
    return [fmean(scores) for arms in (by_arm(task), whole) for scores in arms.values()] + [
        scores[task["metric"]] for scores in task["baselines"].values()]


def scores_on_test(task: dict) -> dict[str, float]:
    """The headline metric of each run."""
    return {name: cell["after"]["test"][task["metric"]] for name, cell in task["cells"].items()}


@pytest.mark.parametrize("page", ["docs/wrong-number.md", "docs/ko/wrong-number.md"])
def test_figures_of_runs_that_went_wrong_are_those_of_the_study(page: str) -> None:
    """Row by row, in the order of both languages."""
    folder = ROOT / "reports/studies/untuned"
    entities, pairs = (read_json(folder / f"metrics/{name}.json") for name in ("conll2003", "mnli"))
    accuracy = scores_on_test(pairs)

    def mean(task: dict, arm: str) -> float:
        return fmean(score for name, score in scores_on_test(task).items()
                     if name.startswith(arm) and not task["cells"][name]["failed"])

    token, inflated = (fmean(entities["cells"][f"pretrained-full-{seed}"]["after"]["test"][name] for seed in (1, 2, 3))
                       for name in ("token_accuracy", "inflated_token_accuracy"))
    with (folder / "curves/conll2003.csv").open(encoding="utf-8", newline="") as stream:
        course = [(row["cell"], row["step"], float(row["validation_score"])) for row in csv.DictReader(stream)
                  if row["validation_score"]]
    head = [max(score for cell, _, score in course if cell == f"pretrained-head-{seed}") for seed in (1, 2, 3)]
    all_weights = [score for cell, step, score in course if cell.startswith("pretrained-full") and step == "32"]
    overfitted = [finding for finding in read_json(folder / "doctor/mnli.json")["findings"]
                  if finding["name"] == "overfitted" and finding["about"].startswith("full")]
    full = mean(entities, "pretrained-full")
    others = 0.8254  # the share of O among the words of these test rows, which no file of the study has
    expected = [
        [token, inflated, others, full, token, full],
        [mean(entities, "pretrained-head"), mean(entities, "scratch"),
         entities["baselines"]["embeddings_logistic_regression"]["entity_f1"]],
        [*head, *all_weights],
        [mean(pairs, "pretrained-full"), *(accuracy[f"pretrained-full-{seed}"] for seed in (2, 3, 1)),
         *(pairs["baselines"][name]["accuracy"] for name in ("majority", "hypothesis_only")),
         *(100 * abs(pairs["comparisons"]["full"][key]) for key in ("difference", "low", "high")),
         *list(numbers_in(overfitted))[:2]]]
    rows = re.findall(r"^\| (?:CoNLL-2003|MultiNLI).*$", (ROOT / page).read_text("utf-8"), flags=re.M)
    assert [re.findall(r"\d+\.\d+", row) for row in rows] == [
        [f"{number:.3f}" if number < 1 else f"{number:.1f}" for number in numbers] for numbers in expected]


def numbers_in(values: object) -> Iterator[float]:
    if isinstance(values, float):
        yield values
    elif isinstance(values, dict | list):
        for one in values.values() if isinstance(values, dict) else values:
            yield from numbers_in(one)


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str) -> None:
    page = ROOT / name
    text = page.read_text("utf-8")
    for link, anchor in re.findall(r"\]\(([^)#]+)(?:#([^)]*))?\)", text) + [
            (link, "") for link in re.findall(r'src="([^"]+)"', text)]:
        assert link.startswith("https://") or (page.parent / link).exists(), link
        if anchor:
            titles = re.findall(r"^#+ (.*)$", (page.parent / link).read_text("utf-8"), flags=re.M)
            assert anchor in {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_the_readme_is_short_and_both_languages_have_the_same_pages() -> None:
    for name in ("README.md", "README.ko.md"):
        assert len((ROOT / name).read_text("utf-8").splitlines()) <= LONGEST
    english = {path.name for path in ROOT.glob("docs/*.md")}
    assert english == {path.name for path in ROOT.glob("docs/ko/*.md")}
    listed = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))["nav"]
    assert {page for part in listed for pages in part.values() for page in pages} == english | {
        f"ko/{name}" for name in english}


def test_nothing_leads_to_an_address_that_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    """The published pages link the repository that builds them, and elsewhere nothing outside of docs/."""
    for name in (*PAGES, "mkdocs.yml", "notebooks/headstart.ipynb", ".github/docs_links.py"):
        assert "/OWNER" not in (ROOT / name).read_text("utf-8"), name
    hook = runpy.run_path(str(ROOT / ".github/docs_links.py"))
    page = Namespace(file=Namespace(src_uri="ko/studies.md"))
    text = "[settings](../../params.yaml), ![runs](../../.github/runs.png), [more](running.md)"
    for repository, expected in (
        ("", "settings, runs, [more](running.md)"),
        ("someone/fork", "[settings](https://github.com/someone/fork/blob/main/params.yaml), "
                         "![runs](https://github.com/someone/fork/blob/main/.github/runs.png?raw=true), "
                         "[more](running.md)")):
        monkeypatch.setenv("GITHUB_REPOSITORY", repository)
        monkeypatch.delenv("GITHUB_SERVER_URL", raising=False)
        config = hook["on_config"](Namespace(repo_url=None))
        assert hook["on_page_markdown"](text, page=page, config=config) == expected


# Commands of programs that are not part of this project.
FOREIGN = ("source", "git", "pip", "docker", "export", "rm", "sh", "ray", "apt", "python -m tests", "python -m pytest")
PLACEHOLDERS = {"FILE": "reviews.csv", "열": "text", "COLUMN": "text", "CELL": "report"}


def commands_of(page: str) -> Iterator[str]:
    """The commands of a page, in blocks of code and in the text, without comments and variables before them."""
    text = (ROOT / page).read_text("utf-8")
    blocks = re.findall(r"```bash\n(.*?)```", text, flags=re.S)
    inline = re.findall(r"`((?:python -m (?:stages|benchmarks)\.|dvc (?:exp|repro|pull|push|remote)|make )[^`]*)`",
                        re.sub(r"```.*?```", "", text, flags=re.S))
    for line in [line for block in blocks for line in block.replace("\\\n", " ").splitlines()] + inline:
        for command in re.sub(r"(^|\s)#\s.*$", "", line).split(" && "):
            if command := re.sub(r"^(?:[A-Z_]+=\S+ )+", "", command.strip()):
                yield command


@pytest.mark.parametrize("page", PAGES)
def test_every_command_is_one_that_the_project_understands(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), flags=re.M))
    stages = yaml.safe_load((ROOT / "dvc.yaml").read_text("utf-8"))["stages"]
    for command in commands_of(page):
        words = [PLACEHOLDERS.get(word, word) for word in shlex.split(command)]
        match words:
            case ["make", target]:
                assert target in targets, command
            case ["python", "-m", module, *arguments] if module.startswith(("stages.", "benchmarks.")):
                parse(module, arguments, monkeypatch)
            case ["python", "-m", "stages"]:
                pass
            case ["dvc", *arguments]:
                options = parse_args(arguments)
                assert set(getattr(options, "targets", None) or ()) <= stages.keys(), command
                if overrides := getattr(options, "set_param", None):
                    settings = tmp_path / "params.yaml"
                    shutil.copy(ROOT / "params.yaml", settings)
                    # A folder of the reader has to exist.
                    apply_overrides(settings, [text.replace("/models/minilm", str(tmp_path)) for text in overrides])
                    check_values(parse_yaml(settings.read_text("utf-8"), command))
            case _:
                assert command.startswith(FOREIGN), command


def parse(module: str, arguments: Sequence[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the parser of a command read its arguments, and do nothing more."""
    command = importlib.import_module(module)

    def only_parse(parser: argparse.ArgumentParser, stage: object, given: Sequence[str], *_: float) -> int:
        parser.parse_args(given)
        return 0

    for place in (command, pipeline):
        monkeypatch.setattr(place, "run_stage", only_parse, raising=False)
    assert command.main(arguments) == 0


@pytest.mark.parametrize(("text", "found"), [
    ("```bash\nmake nothing\n```", AssertionError), ("```bash\npython -m stages.diff --no-such\n```", SystemExit),
    ("so `python -m benchmarks.speed --no-such` measures", SystemExit),
    ("```bash\ndvc exp run -S nothing=1\n```", Exception), ("so `python -m stages.nothing` does", ImportError),
    ("```bash\ncurl x\n```", AssertionError)])
def test_a_wrong_command_is_found(
    text: str, found: type[BaseException], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "page.md").write_text(text, "utf-8")
    with pytest.raises(found):
        test_every_command_is_one_that_the_project_understands(str(tmp_path / "page.md"), tmp_path, monkeypatch)
