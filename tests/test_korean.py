"""The report in Korean: nothing that it can say is left out, and nothing that a text holds is lost."""

import itertools
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.reporting.translating import chart_in_korean, in_korean
from stages.reporting.words_in_korean import SENTENCES, WORDS


def test_what_stands_for_korean_is_korean() -> None:
    for korean in (WORDS | SENTENCES).values():
        assert re.search("[가-힣]", korean) or korean in ("XNLI", "p(Holm)")


@pytest.mark.parametrize("template", [*SENTENCES])
def test_what_a_sentence_holds_is_kept_in_korean(template: str) -> None:
    names = (f"{place}{place}.5" for place in itertools.count(1))
    places = len(re.findall(r"\{[#=]?\}", template))
    filled = re.sub(r"\{[#=]?\}", lambda _: next(names), template)
    found = in_korean(filled)
    assert re.search("[가-힣]", found)
    assert all(f"{place}{place}.5" in found for place in range(1, places + 1)), found


def test_texts_are_told_by_their_parts() -> None:
    assert in_korean("CoNLL-2003, named entities in news (pre-trained, long) [SYNTHETIC SAMPLE]") == (
        "CoNLL-2003, 뉴스의 개체명(사전 학습, long) [합성 표본]")


@pytest.mark.parametrize("kept", ["", "scratch-1", "0.7\n(0.6, 0.8)", "bert; a <b> {} {0} (x)", "from Paris to Rome"])
def test_what_is_no_text_of_the_report_stays(kept: str) -> None:
    assert in_korean(kept) == kept


@given(st.text(max_size=60))
def test_no_text_is_too_much(text: str) -> None:
    in_korean(text)


@pytest.mark.parametrize("text", ["".join(f"l{number}: " for number in range(500)), "test, " * 500, "a(" * 900,
                                  "(a " * 900 + ")" * 900, "The baseline “" * 900])
def test_no_nesting_is_too_deep(text: str) -> None:
    in_korean(text)


def test_a_chart_is_told_in_korean_and_still_selects_the_same_rows() -> None:
    spec = {
        "title": {"text": "NSMC: entity F1 on validation (synthetic sample)", "subtitle": "rings: the models kept"},
        "data": {"values": [{"arm": "scratch", "measured": "validation", "told": "+1.0\n(0.5 to 1.5)", "x": 1}]},
        "layer": [{"mark": {"type": "text"}, "transform": [{"filter": "datum.measured == 'validation'"}], "encoding": {
            "x": {"field": "x", "title": "step", "axis": {"labelExpr": 'split(["scratch"][datum.value], "x")'}},
            "color": {"field": "arm", "scale": {"domain": ["scratch"], "range": ["#d55e00"]}}}}]}
    before = json.dumps(spec)
    korean, words = chart_in_korean(spec)
    assert korean == {
        "title": {"text": "NSMC: 검증 개체명 F1(합성 표본)", "subtitle": "고리: 선택된 모델"},
        "data": {"values": []},
        "layer": [{"mark": {"type": "text"}, "transform": [{"filter": "datum.measured == '검증'"}], "encoding": {
            "x": {"field": "x", "title": "단계", "axis": {"labelExpr": 'split(["처음부터 학습"][datum.value], "x")'}},
            "color": {"field": "arm", "scale": {"domain": ["처음부터 학습"], "range": ["#d55e00"]}}}}]}
    assert (words["scratch"], words["+1.0\n(0.5 to 1.5)"]) == ("처음부터 학습", "+1.0\n(0.5 ~ 1.5)")
    assert json.dumps(spec) == before
