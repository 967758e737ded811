"""Messages: every one has its words in every language, and the words take the values that the code gives."""

import ast
import json
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import is_dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, get_args

import pytest
from fluent.syntax import parse, serialize
from fluent.syntax.ast import BaseNode, Identifier, Message, MessageReference, Resource, TextElement, VariableReference
from pydantic import TypeAdapter

from stages.common.sources import ROOT
from stages.corpora.damage import KINDS
from stages.corpora.tasks import TASKS
from stages.metrics.outcome import Outcome
from stages.reporting import page
from stages.reporting.content import compose
from stages.reporting.errors import error_part
from stages.results.arm_words import words_of
from stages.results.findings import SEVERITIES
from stages.results.metrics import METRICS
from stages.results.verdicts import Verdict
from stages.settings.arms import ARMS
from stages.settings.grid import Grid
from stages.settings.stress import TransformationName
from stages.wording import catalogue, reviewed
from stages.wording import message as messages
from stages.wording.catalogue import CATALOGUES, ENGLISH, languages, render
from stages.wording.message import joined, message
from stages.wording.names import (
    finding_name,
    metric_name,
    outcome_name,
    rows_name,
    severity_name,
    split_name,
    task_title,
    verdict_name,
)
from stages.wording.particles import with_particle
from tests.test_report import Inputs, finding

ENTRIES = {language: reviewed.messages_of(CATALOGUES / f"{language}.ftl") for language in languages()}
TRANSLATIONS = [language for language in languages() if language != ENGLISH]


def references(entry: Message) -> Iterator[BaseNode]:
    """What a message refers to."""
    waiting: list[object] = [entry.value]
    while waiting:
        node = waiting.pop()
        if isinstance(node, VariableReference | MessageReference):
            yield node
        if isinstance(node, BaseNode):
            waiting += vars(node).values()
        elif isinstance(node, list):
            waiting += node


def named(entry: Message, kind: type) -> set[str]:
    return {node.id.name for node in references(entry) if isinstance(node, kind)}


def test_korean_sentences_have_no_semicolons() -> None:
    """Korean prose has none; that of #39; is an example of markup."""
    texts = {name: serialize(Resource([entry])).replace("#39;", "") for name, entry in ENTRIES["ko"].items()}
    assert [name for name, text in texts.items() if ";" in text] == []


PLAIN = ast.Call(ast.Name("message"), [], [])  # without values


def said_in_code(root: Path) -> Iterator[tuple[str, ast.Call]]:
    """The identifiers that calls of ``message`` name, as patterns, with the calls; and those of findings."""
    for path in sorted(root.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("message", "Message") and node.args:
                for pattern in patterns(node.args[0]):
                    yield pattern, node
            if is_finding(node):
                given = [*("name", "severity", "about", "taints", "evidence", "reason", "remedy")[:len(node.args)],
                         *(keyword.arg for keyword in node.keywords)]
                if ast.unparse(node.func) == "Finding.of":
                    figures = [keyword for keyword in node.keywords if keyword.arg not in ("reason", "remedy", "runs")]
                    yield from ((f"found-{pattern}", ast.Call(ast.Name("message"), [], figures))
                                for pattern in patterns(node.args[0]))
                for start in [start for start, name in (("why", "reason"), ("fix", "remedy")) if name not in given]:
                    yield from ((f"{start}-{pattern}", PLAIN) for pattern in patterns(node.args[0]))


def is_finding(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) in ("Finding", "Finding.of") and bool(node.args)


def patterns(node: ast.expr) -> list[str]:
    match node:
        case ast.Constant(value=str(text)):
            return [re.escape(text)]
        case ast.JoinedStr():
            return ["".join(re.escape(part.value) if isinstance(part, ast.Constant) else "[a-z0-9_-]+"
                            for part in node.values)]
        case ast.IfExp():
            return patterns(node.body) + patterns(node.orelse)
    return []


CODE = list(said_in_code(ROOT / "stages"))


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_every_language_says_the_same_with_the_same_values(language: str) -> None:
    english, translated = ENTRIES[ENGLISH], ENTRIES[language]
    assert list(translated) == list(english)  # in the same order, so that they can be read side by side
    assert [name for name in english if named(english[name], VariableReference) != named(
        translated[name], VariableReference)] == []


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_a_translation_was_read_against_the_present_english(language: str) -> None:
    assert reviewed.outdated(language) == [], "see python -m stages.wording.reviewed --help"


def test_every_message_in_code_has_words_and_takes_the_values_that_it_is_given() -> None:
    problems = []
    for pattern, call in CODE:
        found = [entry for name, entry in ENTRIES[ENGLISH].items() if re.fullmatch(pattern, name)]
        given, taken = {keyword.arg for keyword in call.keywords}, set()
        for entry in found:
            taken |= (wanted := named(entry, VariableReference))
            if getattr(call.func, "id", "") == "message" and None not in given and wanted - given:
                problems.append(f"{entry.id.name} needs {wanted - given}")
        problems += [f"no message {pattern}"] * (not found)
        problems += [f"{pattern}: {name} is in no words" for name in given - taken - {None}]
    assert problems == []


def test_no_message_says_the_same_as_another() -> None:
    """Nor do translations; all-arms, all-genres and all-labels may come to differ in a further language."""
    found = defaultdict(list)
    for name in ENTRIES[ENGLISH]:
        bodies = (Message(Identifier("any"), entries[name].value) for entries in ENTRIES.values())
        found[tuple(serialize(Resource([body])) for body in bodies)].append(name)
    assert [names for names in found.values() if len(names) > 1] == [["all-arms", "all-genres", "all-labels"]]


def test_no_message_is_unused() -> None:
    used = [pattern for pattern, _ in CODE]
    used += [re.escape(name) for entry in ENTRIES[ENGLISH].values() for name in named(entry, MessageReference)]
    texts = "\n".join(path.read_text("utf-8") for path in (ROOT / "stages").rglob("*.j2"))
    used += [re.escape(name) for name in re.findall(r"['\"]([a-z0-9-]+)['\"]", texts)]
    every = re.compile("|".join(used))
    assert [name for name in ENTRIES[ENGLISH] if not every.fullmatch(name)] == []


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the catalogues, in use."""
    for path in CATALOGUES.glob("*.ftl"):
        shutil.copy(path, tmp_path)
    for module in (catalogue, reviewed):
        monkeypatch.setattr(module, "CATALOGUES", tmp_path)
    return tmp_path


def write(folder: Path, **entries: str) -> None:
    for language, text in entries.items():
        (folder / f"{language}.ftl").write_text(text, "utf-8")


def test_a_word_changed_in_english_is_outdated_until_its_translation_was_read(folder: Path) -> None:
    write(folder, en="a = One { $x }\nb = Two\n", ko="a = 하나 { $x }\nb = 둘\n")
    assert reviewed.outdated("ko") == ["a", "b"]
    assert reviewed.main(["a", "b"]) == 0
    assert reviewed.outdated("ko") == []
    write(folder, en="# with a comment\na = One { $x }\nb = Two!\n")
    assert reviewed.outdated("ko") == ["b"]
    assert reviewed.main([]) == 1
    assert reviewed.main(["b"]) == 0
    assert reviewed.main([]) == 0
    assert len((folder / "ko.ftl").read_text("utf-8").splitlines()) == 4


def test_a_third_language_is_one_file(folder: Path) -> None:
    said = message("verdict-overall-pretraining", comparisons=1234, helps=1000, hurts=0, open=234)
    write(folder, de="verdict-overall-pretraining =\n    { COUNT($helps) } von { COUNT($comparisons) } helfen; "
                     "{ COUNT($hurts) } schaden, { COUNT($open) } offen\nscore = { SCORE($value) }\n")
    assert languages() == ("en", "de", "ko")
    assert render(said, "de") == "1.000 von 1.234 helfen; 0 schaden, 234 offen"
    assert render(message("score", value=0.5), "de") == "0,500"


@pytest.mark.parametrize(("text", "error"), [
    ("x = { $other }\n", LookupError), ("y = 1\n", LookupError), ("x = { $value\n", ValueError),
    ("x = { NOTHING($value) }\n", LookupError)])
def test_what_cannot_be_said_is_an_error(text: str, error: type[Exception], folder: Path) -> None:
    write(folder, en=text)
    with pytest.raises(error):
        render(message("x", value=1))


def test_values_keep_their_types_through_json(folder: Path) -> None:
    write(folder, en="score = { SCORE($value) }\njoined = { JOINED($texts, \"; \") }\n")
    said = message("joined", texts=(message("score", value=1.0), "a, “b” {c}", 3))
    adapter = TypeAdapter(messages.Message)
    again = adapter.validate_json(json.dumps(adapter.dump_python(said, mode="json")))
    assert again == said
    assert hash(again) == hash(said)
    assert render(again) == "1.000; a, “b” {c}; 3"
    assert render("{ $data }", "ko") == "{ $data }"
    assert render(message("score", value=1), "en") == "1.000"


def test_data_cannot_hide_what_is_around_it() -> None:
    assert render(joined(["a", "", "b\u202e"])) == "a b<U+202E>"


@pytest.mark.parametrize(("function", "value", "english"), [
    ("SCORE($x)", 0.12345, "0.123"), ("SCORE($x)", -0.5, "−0.500"),
    ('POINTS($x, sign: "+")', 0.1384, "+13.8"), ("POINTS($x)", -0.0004, "−0.04"), ("POINTS($x)", 0.0, "0.0"),
    ("POINTS($x)", 1e-9, "0.0"), ("POINTS($x, 0.2)", 0.12, "12.0"), ("POINTS(0.12, $x)", 0.0004, "12.00"),
    ("PERCENT($x)", 0.1234, "12.3 %"), ("PERCENT($x, digits: 0)", 0.5, "50 %"),
    ("DECIMAL($x, digits: 1)", 1234.56, "1,234.6"), ("PLAIN($x)", 1500.0, "1,500"), ("PLAIN($x)", 2.5, "2.5"),
    ("P($x)", 0.012, "p = 0.012"), ("P($x)", 0.0001, "p < 0.001"), ("P_VALUE($x)", 0.0001, "< 0.001"),
    ("P($x)", 0.0496, "p = 0.0496"), ("P($x)", 0.0504, "p = 0.0504"), ("P_VALUE($x)", 0.04997, "0.04997"),
    ("P($x)", 0.05, "p = 0.050"), ("P($x)", 0.0494, "p = 0.049"),
    ('COUNT($x, one: "run", other: "runs")', 1, "1 run"), ('COUNT($x, one: "run", other: "runs")', 2000, "2,000 runs"),
    ("LIST($x)", ("a", "b", "c"), "a, b, and c"), ("LIST($x)", ("a",), "a"), ("LIST($x)", (), ""),
    ("CAPITALIZED($x)", "pre-training", "Pre-training"), ("WORDS($x)", "batch_size", "batch size"),
    ("LANGUAGE($x)", "ko", "Korean"), ("LANGUAGE($x)", "xx-unknown", "xx-unknown")])
def test_functions_write_values(function: str, value: messages.Value, english: str, folder: Path) -> None:
    write(folder, en=f"x = {{ {function} }}\n")
    assert render(message("x", x=value)) == english


def test_lists_are_of_the_language(folder: Path) -> None:
    write(folder, ko="x = { PARTICLE(LIST($x), \"이/가\") } 다릅니다\n")
    assert render(message("x", x=("정밀도", "재현율", "정확도")), "ko") == "정밀도, 재현율 및 정확도가 다릅니다"


@pytest.mark.parametrize(("pair", "expected"), [
    ("은/는", "텍스트는|정답은|0.5는|0.50은|10은|1,000은|−3.0은|AG News는|F1은|NSMC는|CoNLL-2003은|LM은|DistilBERT는"),
    ("은/는", "head는|full은|base는|checkpoint는|table은|3 %p는|“감성”은|정확도(0.51)는|日本은(는)|은(는)"),
    ("이/가", "1이|2가|0.747이|MNLI가|token이|12.3 %가|dropout이|black이"),
    ("을/를", "단어를|KoELECTRA를|split을|learning을|웜업을"),
    ("과/와", "웜업과|9와|NER과|스텝과|에포크와"),
    ("으로/로", "URL로|full로|서울로|부산으로|1로|3으로|LoRA로")])
def test_particles_follow_the_last_sound(pair: str, expected: str) -> None:
    closed, vowel = pair.split("/")
    for phrase in expected.split("|"):
        word = re.sub(rf"({closed}\({vowel}\)|{closed}|{vowel})$", "", phrase)
        assert with_particle(word, pair) == phrase


def names_of_findings() -> set[str]:
    """What checks of the doctor give as the name of a finding."""
    found: set[str] = set()
    for path in (ROOT / "stages/doctoring").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if is_finding(node):
                found |= {constant.value for constant in ast.walk(node.args[0]) if isinstance(constant, ast.Constant)
                          and isinstance(constant.value, str)}
    return found | set(KINDS)


def test_all_that_has_a_name_has_words() -> None:
    """Names that the code puts together are of closed sets."""
    tasks = [task_title(task.title) for task in TASKS.values()]
    named_things = [*map(finding_name, names_of_findings()), *map(metric_name, METRICS), *map(outcome_name, Outcome),
                    *map(rows_name, ("single", "pair", "words")), *map(severity_name, SEVERITIES), *tasks,
                    *map(verdict_name, (*get_args(Verdict), "withheld")),
                    *map(split_name, ("train", "validation", "test", "test_a")), *(words_of(arm).name for arm in ARMS),
                    *(message(f"transformation-{name}") for name in get_args(TransformationName))]
    assert len(names_of_findings()) > 60
    for thing in named_things:
        assert isinstance(thing, messages.Message)
        assert all(render(thing, language) for language in languages())


def messages_in(value: object) -> Iterator[messages.Message]:
    """All messages that a report holds."""
    if isinstance(value, messages.Message):
        yield value
    elif isinstance(value, tuple | list):
        for part in value:
            yield from messages_in(part)
    elif is_dataclass(value):
        for part in vars(value).values():
            yield from messages_in(part)


SIGN = "‡"  # at the end of all that is said in the made-up language


def write_made_up(folder: Path) -> None:
    """A catalogue whose messages are the English ones with a sign at the end."""
    made = parse((folder / "en.ftl").read_text("utf-8"))
    for entry in made.body:
        if isinstance(entry, Message) and entry.value:
            entry.value.elements.append(TextElement(SIGN))
    write(folder, de=serialize(made))


class Unsaid(HTMLParser):
    """The texts of a page that are in no language, and the specifications of its charts in the made-up one."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.charts: list[dict[str, Any]] = []
        self._within: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "input"):
            self._within.append((tag, dict(attrs)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        while self._within and self._within.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._within and self._within[-1][1].get("data-chart") == "de":
            self.charts.append(json.loads(data))
        elsewhere = ("title", "style", "script", "svg", "fieldset")
        if data.strip() and not any(tag in elsewhere or ("lang" in attributes and tag == "span")
                                    for tag, attributes in self._within):
            self.texts.append(data.strip())


def words_of_chart(node: object, key: str = "") -> Iterator[str]:
    """What a specification shows: titles, descriptions and the values of legends."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name != "config":
                yield from words_of_chart(value, name)
    elif isinstance(node, list):
        for value in node:
            yield from words_of_chart(value, key)
    elif isinstance(node, str) and key in ("text", "subtitle", "title", "description", "domain"):
        yield node


def test_a_report_is_shown_in_a_third_language(tmp_path: Path, folder: Path) -> None:
    """The whole page and its charts; what is in no language is data."""
    inputs = Inputs(tmp_path / "inputs", Grid(
        tasks=("reviews", "entities"), tunings=("full", "head"), seeds=(1, 2), asked={"adapted": ("reviews",)}))
    inputs.find("reviews", finding("failed_seed", "warning"), finding())
    inputs.edit("metrics/reviews.json", "cells", "scratch-2", "failed", value=True)
    inputs.edit("metrics/entities.json", "synthetic", value=True)
    tasks = inputs.tasks()
    made = compose(tasks, {task.metrics.task: (error_part(task, inputs.folder / "errors"),) for task in tasks}, ())
    write_made_up(folder)
    said = list(messages_in(made))
    assert len(said) > 500
    assert all(render(one, language) for one in said for language in ("de", "ko"))
    shown = page.render(made, "de")
    assert 'html lang="de"' in shown
    assert shown.count('<span lang="de">') == shown.count('<span lang="en">') > 500
    found = Unsaid(shown)
    data = re.compile("(REVIEWS|ENTITIES)(, made by hand)?|LOC, PER|LOC|PER|F1|pretrained-full-1|scratch-1|epochs|lr|"
                      "full|head|recipe method|recipe lr factor|[^A-Za-z]+")
    assert [text for text in found.texts if not data.fullmatch(text)] == []
    assert len(found.charts) == 7
    for chart in found.charts:
        assert all(word.endswith(SIGN) for word in words_of_chart(chart["spec"]))
        assert all(SIGN in word for words in chart["words"].values() for word in words if isinstance(word, str))
        assert chart["words"].keys() & {"arm", "verdict"}
