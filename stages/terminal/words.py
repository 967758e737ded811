"""Words of the terminal's summary, in English and Korean."""

from typing import Literal

from stages.reporting.findings_in_korean import NAMES
from stages.reporting.texts import METRICS
from stages.reporting.words_in_korean import WORDS

_ENGLISH = {
    "task": "Task", "verdict": "Verdict", "difference": "Difference", "pretrained": "Pre-trained",
    "scratch": "Scratch", "metric": "Metric", "finding": "Worst finding", "to": " to ",
    "helps": "helps", "hurts": "hurts", "above_scratch": "above scratch", "below_scratch": "below scratch",
    "cannot_tell": "inconclusive", "this budget": " (this budget)",
    "severe": "severe", "warning": "warning", "note": "note", "all tasks": "all tasks", "report": "Report",
    "legend": "Scores: mean over seeds on test. Difference: pre-trained minus scratch in points (95 % "
              "confidence interval).",
    "synthetic": "Synthetic sample ({tasks}): the numbers show that the pipeline works, and nothing about real text.",
    "severe findings": "Severe findings make these numbers misleading: `python -m stages.doctor` gives the evidence "
                       "and the remedy.",
}
_KOREAN = {
    "task": "작업", "verdict": "판정", "difference": "차이", "pretrained": "사전 학습",
    "scratch": "처음부터", "metric": "지표", "finding": "가장 큰 문제", "to": " ~ ",
    "helps": "도움이 됨", "hurts": "해가 됨", "above_scratch": "처음부터 학습보다 높음",
    "below_scratch": "처음부터 학습보다 낮음", "cannot_tell": "알 수 없음", "this budget": " (이 학습 예산에서)",
    "severe": "심각", "warning": "경고", "note": "참고", "all tasks": "모든 작업", "report": "보고서",
    "legend": "점수: 테스트 데이터에서 시드 평균. 차이: 사전 학습 − 처음부터 학습, %p (95 % 신뢰구간).",
    "synthetic": "합성 표본({tasks}): 파이프라인이 동작한다는 것만 보여 주며, 실제 텍스트에 대해서는 "
                 "아무것도 말하지 않습니다.",
    "severe findings": "심각한 문제가 있어 이 숫자를 오해할 수 있습니다. 근거와 해결책은 `python -m stages.doctor`로 "
                       "볼 수 있습니다.",
}


def words_in(language: Literal["en", "ko"]) -> dict[str, str]:
    """The words by what they are for."""
    return _KOREAN if language == "ko" else _ENGLISH


def metric_in(metric: str, language: Literal["en", "ko"]) -> str:
    """A metric's name."""
    return WORDS.get(METRICS[metric], METRICS[metric]) if language == "ko" else METRICS[metric]


def findings_in(title: str, language: Literal["en", "ko"]) -> str:
    """The name of one of the doctor's findings."""
    return NAMES.get(title, title) if language == "ko" else title
