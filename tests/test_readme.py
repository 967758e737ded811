"""What the README says is so: a table runs, the picture of the stages, the names of findings."""

import json
import re
from itertools import cycle, islice, product
from pathlib import Path

import pytest
import yaml

from stages.common.sources import ROOT
from stages.settings.base import validated
from stages.settings.table import TableSettings
from stages.settings.yaml12 import parse_yaml
from tests.test_pipeline import copied_project, run, started

README = (ROOT / "README.md").read_text("utf-8")
SECTION = README.split("**Your own data.**")[1].split("\n\n**")[0]
WORDS = {"person": ["Who", "Whom"], "place": ["Where", "In which town"], "number": ["How many", "How much"]}


def questions(count: int, start: int) -> str:
    """Lines of a small synthetic corpus."""
    rest = [f"{verb} the {noun} {number}?" for number, verb, noun in product(
        range(start, start + 20), ("painted", "found", "sold"), ("house", "map", "song"))]
    rows = zip(cycle(WORDS), rest, strict=False)
    return "".join(f"{label}\t{WORDS[label][len(text) % 2]} {text}\n" for label, text in islice(rows, count))


@pytest.mark.pipeline
def test_a_table_runs_to_the_report_as_the_readme_says(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    copied_project(project)
    (project / "reviews.csv").write_text(questions(180, 0).replace("\t", ","), "utf-8")
    command, = re.findall(r"```bash\n(.*?)\n```", SECTION, flags=re.S)
    first, second = (part.split() for part in command.split(" && "))
    assert "labels: number 60, person 60, place 60" in run(project, *first)
    assert "report" in started(run(project, *second))
    numbers = json.loads((project / "reports" / "metrics.json").read_text("utf-8"))
    assert list(numbers) == ["synthetic", "reviews"]
    assert numbers["synthetic"] is False
    card = json.loads((project / "reports" / "cards" / "reviews.json").read_text("utf-8"))
    assert card["kept"] == {"train": 93, "validation": 27, "test": 60}
    assert set(card["labels"]["train"]) == {"person", "place", "number"}
    with (project / "reviews.csv").open("a", encoding="utf-8") as stream:
        stream.write("thing,What?\n")
    refused = run(project, *second, ok=False)
    assert "reviews.csv: line 181: expected a label among number, person, place, found 'thing'; correct the" in refused


def test_the_entry_in_the_readme_is_valid() -> None:
    entry, = re.findall(r"```yaml\n(.*?)```", SECTION, flags=re.S)
    values = parse_yaml(entry, "README.md")["reviews"]
    table = validated(TableSettings, values["table"], "table", "README.md")
    assert list(dict.fromkeys(table.labels.values())) == ["bad", "fair", "good"]


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
    titles = set(re.findall(r"^finding-\w+ = (.+)$", (ROOT / "stages/wording/en.ftl").read_text("utf-8"), re.M))
    assert names <= titles


@pytest.mark.parametrize("name", ["README.md", "README.ko.md"])
def test_links_lead_somewhere(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text) + re.findall(r'src="([^"]+)"', text):
        assert link.startswith("https://") or (ROOT / link).exists(), link
