"""The verdicts in Korean, from the facts that the English sentences are made of; ``translating`` has the rest."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from stages.judging.verdicts import LEVEL
from stages.reporting.texts import METRICS, ROWS, p_value, points, points_at_least, score
from stages.reporting.translating import in_korean
from stages.reporting.verdicts import seeds_to_run
from stages.results.arm_words import words_of
from stages.results.findings import FoundFact
from stages.results.task_metrics import Comparison, FailedRuns, Judged
from stages.results.tasks import TaskFacts
from stages.settings.arms import arm_of_key

EXPLANATION_IN_KOREAN = (
    "모든 작업을 같은 구조, 같은 토크나이저, 같은 행, 같은 배치 순서, 같은 평가로 두 번 학습합니다. 한 번은 "
    "사전 학습된 체크포인트에서, 한 번은 무작위 가중치에서(처음부터 학습) 시작합니다. 각 실행의 모델은 검증으로 "
    "고르고, 테스트 데이터는 어떤 선택에도 쓰지 않았습니다. 차이는 학습에 성공한 실행끼리 "
    "테스트의 대표 지표에서 사전 학습 − 처음부터 학습(단위는 %p)이며, 다른 시드와 테스트 데이터에 대한 95 % "
    "신뢰구간과 함께 적습니다. 같은 문서나 전제에 속한 데이터는 하나로 셉니다. 구간이 0을 포함하거나 이 "
    "보고서의 모든 비교에 대한 Holm 보정 뒤 p가 0.05보다 작지 않으면 판정은 “알 수 없음”입니다.")
_VERDICTS = {"helps": "도움이 됩니다", "hurts": "해가 됩니다", "cannot_tell": "도움이 되는지 알 수 없습니다"}


def verdict_in_korean(task: TaskFacts, arm: str) -> str:
    """What pre-training was worth, with its evidence; ``arm`` is the label of one that is compared."""
    compared = task.comparisons[arm]
    return _verdict(task, _treatment(task, arm), compared, arm, arm_of_key(task.arm(arm).key).against[0])


def further_verdict_in_korean(task: TaskFacts, arm: str) -> str:
    """What an arm was worth against the second one with which it is compared; ``arm`` is its label."""
    found = arm_of_key(task.arm(arm).key)
    return _verdict(task, words_of(found.name).further[1], task.further[arm], arm, found.against[1])


def _verdict(task: TaskFacts, treatment: str, compared: Comparison, arm: str, rival: str) -> str:
    words = words_of(rival)
    means = f"{score(compared.first)}, {words.as_rival[1]} {score(compared.second)}"
    return " ".join((_sentence(task, f"{treatment}은", compared, means),
                     *_further(task, compared, (in_korean(arm), words.label[1]))))


def _further(task: TaskFacts, compared: Judged, arms: tuple[str, str]) -> Iterator[str]:
    """Which runs failed, what holds for these runs, and what would settle an open question."""
    if compared.failed:
        counts = (compared.failed.first, compared.failed.second)
        yield from (_failed_runs(arm, count) for arm, count in zip(arms, counts, strict=True) if count.count)
    these = compared.these_runs
    if these and these.gap is not None and these.gap_p_value is not None and len(task.arms[0].runs) > 1:
        better, worse = arms if these.gap > 0 else arms[::-1]
        noise = "" if these.gap_p_value < LEVEL else ". 다만 테스트 데이터의 우연일 수 있습니다"
        yield (f"이 실행들에서는 같은 테스트 데이터에서 {_runs_of(better)}이 모두 {_runs_of(worse)}보다 최소 "
               f"{points_at_least(abs(these.gap))} %p 높습니다({_p(these.gap_p_value)}){noise}.")
    if compared.verdict == "cannot_tell" and not compared.withheld and compared.to_settle is not None:
        yield _to_settle(task, compared.to_settle, compared.recipe)


def _runs_of(arm: str) -> str:
    return f"{arm.replace('처음부터 학습', '처음부터 학습한')} 실행"


def _failed_runs(arm: str, failed: FailedRuns) -> str:
    if failed.count == failed.runs:
        return f"{_runs_of(arm)} {failed.runs}개가 모두 학습에 실패했으므로, 차이는 우연 수준의 실행과의 차이입니다."
    return (f"{_runs_of(arm)} {failed.runs}개 가운데 {failed.count}개가 학습에 실패했습니다(실패율의 95 % 신뢰구간 "
            f"{100 * failed.low:.0f}~{100 * failed.high:.0f} %). 차이는 학습에 성공한 실행끼리의 차이입니다.")


def _to_settle(task: TaskFacts, needed: Mapping[str, int], recipe: bool) -> str:
    if "seeds" not in needed:
        return "차이가 오차에 비해 작아 시드나 테스트 데이터를 늘려도 결론을 내리기 어렵습니다."
    command = f"dvc exp run -S 'seeds={seeds_to_run(task, needed)}'"
    if not recipe:
        return f"다른 시드에서도 그런지 말하려면 시드가 더 필요합니다({command})."
    rows = f"와 테스트 데이터 {needed['rows']:,}건" if "rows" in needed else ""
    return f"시드 약 {needed['seeds']}개{rows}이면 이만한 차이를 찾아낼 수 있습니다({command})."


def _p(value: float) -> str:
    shown = p_value(value)
    return f"p {shown}" if shown.startswith("<") else f"p = {shown}"


def finding_in_korean(finding: FoundFact) -> str:
    """A finding on one line."""
    name, about, evidence, reason, remedy = map(in_korean, (
        finding.title, finding.about, finding.evidence, finding.reason, finding.remedy))
    return f"{name}({about}): {evidence}. {reason}. 해결책: {remedy}"


def overall_in_korean(tasks: Sequence[TaskFacts]) -> str:
    """How many comparisons with scratch came out how."""
    counts = Counter(compared.verdict for task in tasks for compared in task.comparisons.values())
    return (f"처음부터 학습한 쪽과의 비교 {counts.total():,}개 가운데 사전 학습이 도움이 된 것은 "
            f"{counts['helps']:,}개, 해가 된 것은 {counts['hurts']:,}개, "
            f"알 수 없는 것은 {counts['cannot_tell']:,}개입니다.")


def _treatment(task: TaskFacts, arm: str) -> str:
    found = arm_of_key(task.arm(arm).key)
    words = words_of(found.name)
    alone = not found.tuned or arm == words.label[0] or len(task.comparisons) == 1
    return words.treatment[1] if alone else f"{words.treatment[1]}({arm.removeprefix(f'{words.label[0]}, ')})"


def _sentence(task: TaskFacts, treatment: str, compared: Judged, means: str) -> str:
    facts = task.metrics
    doubts = f" 이 숫자는 믿을 수 없습니다: {in_korean(compared.withheld)}." if compared.withheld else ""
    budget = ", 적어도 이 학습 예산에서는" if compared.qualified else ""
    if compared.qualified:
        doubts += f" 진 쪽은 예산이 더 크면 점수가 오를 수 있습니다: {in_korean(compared.qualified)}."
    significance = _p(compared.p_value)
    if not compared.recipe:
        significance = f"이 실행들만의 {significance}"
    elif compared.family > 1:
        significance += f", 비교 {compared.family}개에 대한 Holm 보정 뒤 {p_value(compared.adjusted)}"
    interval = f"{points(compared.low)}에서 {points(compared.high)}까지"
    if compared.low <= 0 <= compared.high:
        interval += "로 0을 포함"
    alone = "" if compared.recipe else ", 테스트 데이터의 변동만 반영"
    runs = f"시드 {len(task.arms[0].runs)}개 × 테스트 {in_korean(ROWS[facts.kind])} {facts.rows['test']:,}개{alone}"
    verdict = _VERDICTS[compared.verdict] if compared.recipe else (
        "시드 하나로는 도움이 되는지 알 수 없습니다" if len(task.arms[0].runs) == 1
        else "학습에 성공한 실행 하나로는 도움이 되는지 알 수 없습니다")
    return (f"{task.short_title}에서{budget} {treatment} {verdict}: {in_korean(METRICS[facts.metric])} "
            f"{means}, 차이 {points(compared.difference, '+')} %p (95 % 신뢰구간 {interval}, {runs}; "
            f"{significance}).{doubts}")
