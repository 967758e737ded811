"""What readers write into the cards of the data is known as messages, and the rest is shown as it is."""

import itertools
from pathlib import Path

import pytest

from stages.corpora import ag_news, mnli
from stages.corpora.columns import Columns
from stages.corpora.recognising import SEPARATORS
from stages.corpora.records import Table
from stages.metrics.outcome import Outcome
from stages.reporting.read_cards import drop_reason, read_as
from stages.wording.catalogue import render
from stages.wording.message import Message
from stages.wording.names import outcome_name, source_name


def test_all_that_readers_take_for_granted_is_known() -> None:
    layouts = [Table(columns, separator, quoted).described() for columns, separator, quoted in itertools.product(
        ((), ("text",)), ("", *SEPARATORS), (False, True))]
    layouts.append(Columns(5, 1, 4, numbers=1).described())
    for text in itertools.chain.from_iterable(layouts):
        known = read_as(text)
        assert isinstance(known, Message), text
        assert render(known) == text


def test_what_readers_of_published_corpora_say_is_known(tmp_path: Path) -> None:
    columns = {"premise": "a", "hypothesis": "b", "label": 0}
    (tmp_path / "hub.jsonl").write_text(str(columns | {"promptID": 1, "pairID": "1", "genre": "x"}).replace("'", '"'),
                                        "utf-8")
    (tmp_path / "train.csv").write_text('"3","Title","Text"\n', "utf-8")
    for text in (*mnli.describe(tmp_path / "hub.jsonl"), *ag_news.describe(tmp_path / "train.csv")):
        assert isinstance(read_as(text), Message), text
        assert render(read_as(text)) == text


@pytest.mark.parametrize(("text", "korean"), [
    ("word from column 1 and tag from column 4 of 4", "단어는 1열, 태그는 4열(모두 4열)"),
    ("class numbers 1 World, 2 Sports as published, since no file has a class 0 or 4",
     "클래스 번호는 공개된 대로 1 World, 2 Sports(클래스 0이나 4가 있는 파일이 없으므로)"),
    ("document from the column review", "document 값은 review 열에서 읽음"),
    ("language en, recognised", "언어는 영어(자동 인식)"), ("annotations of Prodigy", "Prodigy에서 내보낸 주석"),
    ("Arrow", "Arrow 파일"), ("JSON object of rows", "행별로 적은 JSON 객체"), ("JSON columns", "열별로 적은 JSON"),
    ("JSON rows beside the names of their columns", "열 이름을 따로 적은 JSON"),
])
def test_values_of_a_description_are_kept(text: str, korean: str) -> None:
    assert render(read_as(text), "ko") == korean


@pytest.mark.parametrize(("text", "korean"), [
    ("empty text", "빈 텍스트"), ("no gold label", "정답 레이블 없음"), ("excluded by id", "id로 제외"),
    ("beyond validation_size", "검증 데이터 상한 초과"), ("no label", "레이블 없음"),
    ("no label (None)", "레이블 없음(None)"), ("the answer reject", "작업자의 답이 reject"),
    ("an annotation that was cancelled", "취소된 주석"), ("annotators that disagree", "작업자마다 다른 주석"),
    ("no annotation", "주석 없음")])
def test_drop_reasons(text: str, korean: str) -> None:
    assert render(drop_reason(text)) == text
    assert render(drop_reason(text), "ko") == korean


@pytest.mark.parametrize("text", ["", "a reason of another day", "beyond belief", "columns between tabs and more"])
def test_what_is_not_known_is_shown_as_it_is(text: str) -> None:
    assert drop_reason(text) == text
    assert read_as(text) == text


def test_outcomes_and_sources_have_names_and_others_are_shown_as_they_are() -> None:
    assert all(isinstance(outcome_name(outcome), Message) for outcome in Outcome)
    assert render(source_name("published"), "ko") == "공개된 파일, 고정된 버전"
    assert (outcome_name("of another day"), source_name("elsewhere")) == ("of another day", "elsewhere")
