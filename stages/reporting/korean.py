"""The verdicts in Korean, from the facts that the English sentences are made of."""

from collections import Counter
from collections.abc import Sequence

from stages.reporting.facts import Judged, TaskFacts
from stages.reporting.texts import p_value, points, score
from stages.settings.grid import ADAPTED

METRICS_IN_KOREAN = {"accuracy": "정확도", "entity_f1": "개체명 F1"}
ROWS_IN_KOREAN = {"single": "글", "pair": "문장 쌍", "words": "문장"}
_VERDICTS = {"helps": "도움이 됩니다", "hurts": "해가 됩니다", "cannot_tell": "도움이 되는지 알 수 없습니다"}


def verdict_in_korean(task: TaskFacts, arm: str) -> str:
    """What pre-training was worth, with its evidence; ``arm`` is the label of a pre-trained one."""
    compared = task.comparisons[arm]
    means = f"{score(compared.pretrained)}, 무작위 가중치에서는 {score(compared.scratch)}"
    return _sentence(task, f"{_treatment(task, arm)}은", compared, means)


def adaptation_in_korean(task: TaskFacts) -> tuple[str, ...]:
    """What pre-training the encoder further on text of the task was worth; nothing where it was not done."""
    if not task.gain:
        return ()
    means = f"{score(task.gain.adapted)}, 하지 않으면 {score(task.gain.pretrained)}"
    return (_sentence(task, "작업의 글로 더 사전 학습하는 것은", task.gain, means),)


def overall_in_korean(tasks: Sequence[TaskFacts]) -> str:
    """How many comparisons with scratch came out how."""
    counts = Counter(compared.verdict for task in tasks for compared in task.comparisons.values())
    return (f"처음부터 학습한 쪽과의 비교 {counts.total():,}개 가운데 사전 학습이 도움이 된 것은 "
            f"{counts['helps']:,}개, 해가 된 것은 {counts['hurts']:,}개, "
            f"알 수 없는 것은 {counts['cannot_tell']:,}개입니다.")


def _treatment(task: TaskFacts, arm: str) -> str:
    if arm == ADAPTED:
        return "작업의 글로 더 한 사전 학습"
    return "사전 학습" if arm == "pre-trained" or len(task.comparisons) == 1 else f"사전 학습({arm})"


def _sentence(task: TaskFacts, treatment: str, compared: Judged, means: str) -> str:
    facts = task.metrics
    withheld = f" 이 숫자는 믿을 수 없습니다: {compared.withheld}." if compared.withheld else ""
    shown = p_value(compared.p_value)
    significance = f"p {shown}" if shown.startswith("<") else f"p = {shown}"
    if compared.family > 1:
        significance += f", 비교 {compared.family}개에 대한 Holm 보정 뒤 {p_value(compared.adjusted)}"
    interval = f"{points(compared.low)}에서 {points(compared.high)}까지"
    runs = f"시드 {len(task.arms[0].runs)}개 × 시험 {ROWS_IN_KOREAN[facts.kind]} {facts.rows['test']:,}개"
    return (f"{task.short_title}에서 {treatment} {_VERDICTS[compared.verdict]}: {METRICS_IN_KOREAN[facts.metric]} "
            f"{means}, "
            f"차이 {points(compared.difference, '+')}점(95 % 구간 {interval}, {runs}; {significance}).{withheld}")
