"""The verdicts in Korean, from the facts that the English sentences are made of; ``translating`` has the rest."""

from collections.abc import Iterable

from stages.reporting.texts import METRICS, ROWS, p_value, points, points_at_least, score
from stages.reporting.translating import in_korean
from stages.reporting.verdicts import list_of, way_of_use
from stages.results.arm_words import words_of
from stages.results.findings import FoundFact
from stages.results.task_metrics import FailedRuns
from stages.results.tasks import TaskFacts
from stages.results.verdicts import Judgement, Reason, ToSettle
from stages.settings.arms import arm_of_key

EXPLANATION_IN_KOREAN = (
    "모든 작업을 같은 구조, 같은 토크나이저, 같은 행, 같은 배치 순서, 같은 평가로 두 번 학습합니다. 한 번은 "
    "사전 학습된 체크포인트에서, 한 번은 무작위 가중치에서(처음부터 학습) 시작합니다. 각 실행의 모델은 검증으로 "
    "고르고, 테스트 데이터는 어떤 선택에도 쓰지 않았습니다. 차이는 학습에 성공한 실행끼리 "
    "테스트의 대표 지표에서 사전 학습 − 처음부터 학습(단위는 %p)이며, 다른 시드와 테스트 데이터에 대한 95 % "
    "신뢰구간과 함께 적습니다. 같은 문서나 전제에 속한 데이터는 하나로 셉니다. 구간이 0을 포함하거나 이 "
    "보고서의 모든 비교에 대한 Holm 보정 뒤 p가 0.05보다 작지 않으면 판정은 “알 수 없음”입니다.")
_VERDICTS = {
    "helps": "도움이 됩니다", "hurts": "해가 됩니다",
    "above_scratch": "처음부터 전체를 학습한 것보다 점수가 높습니다",
    "below_scratch": "처음부터 전체를 학습한 것보다 점수가 낮습니다"}


def verdict_in_korean(task: TaskFacts, arm: str) -> str:
    """What the arm with the label ``arm`` shows against the first with which it is compared, with its evidence."""
    return _sentence(task, _treatment(task, arm), task.comparisons[arm], arm)


def further_verdict_in_korean(task: TaskFacts, arm: str) -> str:
    """The same against the second arm with which it is compared."""
    treatment = words_of(arm_of_key(task.arm(arm).key).name).further[1]
    return _sentence(task, treatment, task.further[arm], arm)


def _runs_of(arm: str) -> str:
    return f"{arm.replace('처음부터 학습', '처음부터 학습한')} 실행"


def _failed_runs(arm: str, failed: FailedRuns) -> str:
    if failed.count == failed.runs:
        return f"{_runs_of(arm)} {failed.runs}개가 모두 학습에 실패했으므로, 차이는 우연 수준의 실행과의 차이입니다."
    return (f"{_runs_of(arm)} {failed.runs}개 가운데 {failed.count}개가 학습에 실패했습니다(실패율의 95 % 신뢰구간 "
            f"{100 * failed.low:.0f}~{100 * failed.high:.0f} %). 차이는 학습에 성공한 실행끼리의 차이입니다.")


def _to_settle(needed: ToSettle, recipe: bool) -> str:
    if not needed.seeds:
        return "차이가 오차에 비해 작아 시드나 테스트 데이터를 늘려도 결론을 내리기 어렵습니다."
    command = f"dvc exp run -S 'seeds={list_of(needed.seeds)}'"
    if not recipe:
        return f"다른 시드에서도 그런지 말하려면 시드가 더 필요합니다({command})."
    rows = f"와 테스트 데이터 {needed.rows:,}건" if needed.rows is not None else ""
    return f"시드 약 {len(needed.seeds)}개{rows}이면 이만한 차이를 찾아낼 수 있습니다({command})."


def _p(value: float) -> str:
    shown = p_value(value)
    return f"p {shown}" if shown.startswith("<") else f"p = {shown}"


def reasons_in_korean(found: Iterable[Reason]) -> str:
    """Why a verdict is withheld or qualified."""
    return "; ".join(f"{in_korean(reason.title)}: {in_korean(reason.evidence)}" for reason in found)


def finding_in_korean(finding: FoundFact) -> str:
    """A finding on one line."""
    name, about, evidence, reason, remedy = map(in_korean, (
        finding.title, finding.about, finding.evidence, finding.reason, finding.remedy))
    return f"{name}({about}): {evidence}. {reason}. 해결책: {remedy}"


def _treatment(task: TaskFacts, arm: str) -> str:
    judged, found = task.comparisons[arm], arm_of_key(task.arm(arm).key)
    words = words_of(found.name)
    if found.tuned and not judged.of_pretraining:
        return in_korean(way_of_use(judged.method, judged.arms[0]))
    alone = not found.tuned or arm == words.label[0] or len(task.comparisons) == 1
    return words.treatment[1] if alone else f"{words.treatment[1]}({arm.removeprefix(f'{words.label[0]}, ')})"


def _sentence(task: TaskFacts, treatment: str, judged: Judgement, arm: str) -> str:
    """Verdict, evidence, doubts, failed runs, what holds for these runs, and what would settle an open question."""
    facts, rival = task.metrics, words_of(arm_of_key(judged.arms[1]).name)
    arms = (in_korean(arm), rival.label[1])
    first, second = map(score, judged.means)
    budget = ", 적어도 이 학습 예산에서는" if judged.qualified else ""
    sentences = [f"{task.short_title}에서{budget} {treatment}은 {_verdict(task, judged)}: "
                 f"{in_korean(METRICS[facts.metric])} {first}, {rival.as_rival[1]} {second}, "
                 f"{_evidence(task, judged)}."]
    if judged.withheld:
        sentences.append(f"판정을 보류했습니다: {reasons_in_korean(judged.withheld)}.")
    if judged.qualified:
        sentences.append("학습 예산을 늘리면 점수가 낮은 쪽도 오를 수 있습니다: "
                         f"{reasons_in_korean(judged.qualified)}.")
    if judged.failed:
        counts = (judged.failed.first, judged.failed.second)
        sentences += [_failed_runs(arm, count) for arm, count in zip(arms, counts, strict=True) if count.count]
    if judged.these_runs and (every := judged.these_runs.every_run):
        better, worse = arms if every.first else arms[::-1]
        noise = "" if every.significant else ". 다만 테스트 데이터의 우연일 수 있습니다"
        sentences.append(
            f"이 실행들에서는 같은 테스트 데이터에서 {_runs_of(better)}이 모두 {_runs_of(worse)}보다 최소 "
            f"{points_at_least(every.least)} %p 높습니다({_p(every.p_value)}){noise}.")
    if judged.to_settle:
        sentences.append(_to_settle(judged.to_settle, judged.recipe))
    return " ".join(sentences)


def _verdict(task: TaskFacts, judged: Judgement) -> str:
    if judged.verdict != "cannot_tell":
        return _VERDICTS[judged.verdict]
    from_what = "" if judged.recipe else (
        "시드 하나로는 " if len(task.arms[0].runs) == 1 else "학습에 성공한 실행 하나로는 ")
    what = "도움이 되는지" if judged.of_pretraining else "처음부터 전체를 학습한 것보다 나은지"
    return f"{from_what}{what} 알 수 없습니다"


def _evidence(task: TaskFacts, judged: Judgement) -> str:
    facts = task.metrics
    interval = f"{points(judged.low)}에서 {points(judged.high)}까지"
    if judged.low <= 0 <= judged.high:
        interval += "로 0을 포함"
    alone = "" if judged.recipe else ", 테스트 데이터의 변동만 반영"
    runs = f"시드 {len(task.arms[0].runs)}개 × 테스트 {in_korean(ROWS[facts.kind])} {facts.rows['test']:,}개{alone}"
    significance = _p(judged.p_value)
    if not judged.recipe:
        significance = f"이 실행들만의 {significance}"
    elif judged.family > 1:
        significance += f", 비교 {judged.family}개에 대한 Holm 보정 뒤 {p_value(judged.p_value_holm)}"
    return f"차이 {points(judged.difference, '+')} %p (95 % 신뢰구간 {interval}, {runs}; {significance})"
