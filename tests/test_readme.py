"""What the README says is so: a task added by its own words runs, the picture of the stages, the names of findings."""

import json
import re
from itertools import cycle, islice, product
from pathlib import Path

import pytest
import yaml

from stages.common.sources import ROOT
from stages.reporting.findings_in_korean import NAMES
from tests.test_pipeline import copied_project, run, started

README = (ROOT / "README.md").read_text("utf-8")
SECTION = README.split("**Your own task.**")[1].split("\n\n**")[0]
WORDS = {"person": ["Who", "Whom"], "place": ["Where", "In which town"], "number": ["How many", "How much"]}


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", SECTION, flags=re.S)


def questions(count: int, start: int) -> str:
    """Lines of a small synthetic corpus."""
    rest = [f"{verb} the {noun} {number}?" for number, verb, noun in product(
        range(start, start + 20), ("painted", "found", "sold"), ("house", "map", "song"))]
    rows = zip(cycle(WORDS), rest, strict=False)
    return "".join(f"{label}\t{WORDS[label][len(text) % 2]} {text}\n" for label, text in islice(rows, count))


@pytest.mark.pipeline
def test_a_task_added_as_the_readme_says_runs_to_the_report(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    copied_project(project)
    reader, entry = blocks("python")
    corpora = project / "stages" / "corpora"
    (corpora / "questions.py").write_text(reader, "utf-8")
    for name, edits in {
        "readers.py": (("import ag_news, conll2003, mnli, nsmc", "import ag_news, conll2003, mnli, nsmc, questions"),
                       ("    \"ag_news\": ag_news.read,\n", "    \"ag_news\": ag_news.read,\n"
                        "    \"questions\": questions.read,\n")),
        "tasks.py": (("TASKS: dict[str, Task] = {\n", f"TASKS: dict[str, Task] = {{\n{entry}"),),
    }.items():
        text = (corpora / name).read_text("utf-8")
        for old, new in edits:
            assert text.count(old) == 1
            text = text.replace(old, new)
        (corpora / name).write_text(text, "utf-8")
    with (corpora / "published.yaml").open("a", encoding="utf-8") as stream:
        stream.write("questions: null\n")
    folder = project / "data" / "local" / "questions"
    folder.mkdir()
    (folder / "train.tsv").write_text(questions(150, 0), "utf-8")
    (folder / "test.tsv").write_text(questions(60, 100), "utf-8")
    settings, = blocks("yaml")
    params = (project / "params.yaml").read_text("utf-8")
    params = re.sub(r"^tasks:\n(?:  .*\n)+", f"tasks:\n{settings}", params, flags=re.M)
    (project / "params.yaml").write_text(params, "utf-8")
    assert "report" in started(run(project, "dvc", "repro"))
    numbers = json.loads((project / "reports" / "metrics.json").read_text("utf-8"))
    assert list(numbers) == ["synthetic", "questions"]
    assert numbers["synthetic"] is False
    card = json.loads((project / "reports" / "cards" / "questions.json").read_text("utf-8"))
    assert card["kept"]["test"] == 60
    assert set(card["labels"]["train"]) == {"person", "place", "number"}
    assert "Questions" in (project / "reports" / "report.md").read_text("utf-8")
    lines = reader.count("\n") + entry.count("\n") + settings.count("\n") + 3
    assert lines < 60
    (folder / "test.tsv").write_text("person\tWho?\nplace Where?\n", "utf-8")
    refused = run(project, "dvc", "repro", ok=False)
    assert "line 2: expected person or place or number, a tab and a text, found 'place Where?'; correct the" in refused


def test_the_picture_of_the_stages_is_that_of_dvc() -> None:
    picture, = re.findall(r"```mermaid\n(.*?)```", README, flags=re.S)
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
    named = {name.strip() for pair in drawn for name in pair}
    assert {"download", "preprocess", "encode", "train_pretrained", "train_scratch", "evaluate", "report"} <= named


def test_findings_are_called_as_the_doctor_calls_them() -> None:
    table = re.search(r"calls it \|.*?\n\|---.*?\n(.*?)\n\n", README, flags=re.S)
    assert table
    names = {name.strip() for line in table[1].splitlines() for name in line.split("|")[2].split(",")}
    assert len(names) > 12
    assert names <= NAMES.keys()  # those that findings carry


@pytest.mark.parametrize("name", ["README.md", "README.ko.md"])
def test_links_lead_somewhere(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text) + re.findall(r'src="([^"]+)"', text):
        assert link.startswith("https://") or (ROOT / link).exists(), link
