"""The report in Korean: nothing that it can say is left out, and nothing that a text holds is lost."""

import ast
import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.common.sources import ROOT
from stages.corpora.damage import KINDS
from stages.doctoring.text_damage import EXPLANATIONS
from stages.reporting.findings_in_korean import EVIDENCE, NAMES, REASONS, REMEDIES
from stages.reporting.translating import chart_in_korean, in_korean
from stages.reporting.words_in_korean import SENTENCES, WORDS


def test_what_stands_for_korean_is_korean() -> None:
    for korean in (WORDS | SENTENCES | EVIDENCE | NAMES | REASONS | REMEDIES).values():
        assert re.search("[가-힣]", korean) or korean in ("XNLI", "p(Holm)")


@pytest.mark.parametrize("template", [*SENTENCES, *EVIDENCE])
def test_what_a_sentence_holds_is_kept_in_korean(template: str) -> None:
    names = (f"{place}{place}.5" for place in itertools.count(1))
    places = len(re.findall(r"\{[#=]?\}", template))
    filled = re.sub(r"\{[#=]?\}", lambda _: next(names), template)
    found = in_korean(filled)
    assert re.search("[가-힣]", found)
    assert all(f"{place}{place}.5" in found for place in range(1, places + 1)), found


def test_texts_are_told_by_their_parts() -> None:
    failed = ("failed arm: 2 of 2 runs of scratch failed: scratch-1 (the model that was kept is at chance on "
              "validation: Matthews' correlation 0.012); scratch-2 (aborted at step 1,200: loss not finite)")
    assert in_korean(failed) == (
        "실패한 학습 방식: 처음부터 학습: 실행 2번 가운데 2번 실패: scratch-1(선택된 모델이 검증에서 우연 수준: "
        "매슈스 상관 계수 0.012); scratch-2(1,200단계에서 중단: 손실이 유한하지 않음)")
    baselines = ("The difference between the pre-trained, head model (entity F1 0.510) and the baselines “majority "
                 "class” (0.500, +1.0 (−2.0 to 4.0)) and “mine” (0.4, +2.0 (1.0 to 3.0)) is inconclusive.")
    assert in_korean(baselines) == (
        "사전 학습, head 모델(개체명 F1 0.510)과 다음 기준선들의 차이는 결론을 내릴 수 없습니다: "
        "“다수 레이블”(0.500, +1.0 (−2.0 ~ 4.0)), “mine”(0.4, +2.0 (1.0 ~ 3.0)).")
    labels = "NSMC: Scratch needs 2.9 times the labels to match pre-training at 250 texts (95 % interval: 1.6 to 5.4)."
    assert in_korean(labels) == (
        "NSMC: 글 250개에서 사전 학습을 따라잡으려면 처음부터 학습한 모델에는 레이블이 2.9배 "
        "필요합니다(95 % 신뢰구간: 1.6 ~ 5.4).")
    left_out = ("Left out: spaces dropped and added (the words are given, there is no space to drop or add); praise "
                "negated: the label is now negative (the labels are no sentiments).")
    assert in_korean(left_out) == (
        "제외: 띄어쓰기를 빼고 더함(단어가 주어져 빼거나 더할 띄어쓰기가 없음); 칭찬을 부정문으로 바꿈: 이제 레이블은 "
        "negative(레이블이 감성이 아님).")
    assert in_korean("CoNLL-2003, named entities in news (pre-trained, long) [SYNTHETIC SAMPLE]") == (
        "CoNLL-2003, 뉴스의 개체명(사전 학습, long) [합성 표본]")


def test_reasons_to_withhold_a_verdict_are_told_one_by_one() -> None:
    reasons = ("swapped labels: of 40 texts that train and test share, 3 have the same label in both; score not "
               "reproduced: the accuracy is given as 0.8000; the stored predictions give 0.7000; giveaway word: “all” "
               "stands in 90.0 % of the rows of contradiction, and 99.0 % of the rows that have it are of that label")
    assert in_korean(reasons) == (
        "뒤바뀐 레이블: 학습과 테스트에 함께 있는 글 40개 가운데 양쪽 레이블이 같은 것은 3개입니다; 재현되지 않는 "
        "점수: 정확도: 적힌 값은 0.8000, 저장된 예측으로 계산하면 0.7000; 정답을 드러내는 단어: “all”: "
        "레이블 contradiction의 행 90.0 %에 있고, 이 단어가 있는 행의 99.0 %가 그 레이블입니다")


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


def said_in_findings(module: str, place: int) -> Iterator[str]:
    """What a module of checks may say in one place of its findings; every value in it is a 7."""
    tree = ast.parse(Path(ROOT, "stages/doctoring", f"{module}.py").read_text("utf-8"))
    constants = {node.targets[0].id: node.value for node in tree.body
                 if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)}

    def said(node: ast.expr) -> list[str]:
        match node:
            case ast.Constant(value=str(text)):
                return [text]
            case ast.IfExp():
                return said(node.body) + said(node.orelse)
            case ast.BinOp():
                return [first + second for first in said(node.left) for second in said(node.right)]
            case ast.JoinedStr():
                return ["".join(part.value if isinstance(part, ast.Constant) else "7" for part in node.values)]
            case ast.Name() if node.id in constants:
                return said(constants[node.id])
        return ["7"]

    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if getattr(call.func, "id", "") == "Finding":
            yield from said(call.args[place])


def test_every_kind_of_damage_is_told_in_korean() -> None:
    assert EXPLANATIONS.keys() == set(KINDS)
    assert [text for kind, said in EXPLANATIONS.items() for text in (kind.replace("_", " "), *said)
            if not re.search("[가-힣]", in_korean(text))] == []


@pytest.mark.parametrize(("module", "fewest"), [
    ("data", 6), ("leakage", 4), ("tags", 5), ("labels", 8), ("tokens", 9), ("results", 9), ("training", 9),
    ("arms", 5)])
def test_every_finding_is_told_in_korean(module: str, fewest: int) -> None:
    for place in (0, 4, 5, 6):  # name, evidence, reason, remedy
        told = [text.replace("_", " ") if place == 0 else text for text in said_in_findings(module, place)]
        assert len(told) >= fewest
        assert [text for text in told if text != "7" and not re.search("[가-힣]", in_korean(text))] == []
