"""The verdicts in Korean, from the facts that the English sentences are made of."""

from collections import Counter
from collections.abc import Sequence

from stages.reporting.facts import Judged, TaskFacts
from stages.reporting.texts import p_value, points, score
from stages.settings.grid import ADAPTED

METRICS_IN_KOREAN = {"accuracy": "정확도", "entity_f1": "개체명 F1"}
ROWS_IN_KOREAN = {"single": "글", "pair": "문장 쌍", "words": "문장"}
# Names of columns, headings and facts, exactly as they stand in English.
LABELS = {
    "About": "대상", "After": "후", "Against": "비교 대상", "Always arm alone": "늘 이 쪽만 맞힘",
    "Always scratch alone": "늘 처음부터 학습만 맞힘", "Arm alone": "이 쪽만 맞힘", "Arm": "학습 방식",
    "Baseline": "기준선", "Baselines": "기준선", "Before": "전", "Best of the other": "상대의 최고",
    "Both": "둘 다 맞힘", "Change": "변형", "Detectable": "탐지 가능한 차이", "Difference": "차이", "Drop": "하락",
    "Dropped": "제외", "Evidence": "근거", "Finding": "진단", "Found": "진단", "Genre": "장르", "Gold": "정답",
    "Its step": "그 단계", "Kept": "사용", "Kind": "종류", "Metric": "지표",
    "More than scratch drops": "처음부터 학습보다 더 하락", "Neither": "둘 다 틀림", "Outcome": "결과",
    "Pre-trained": "사전 학습", "Precision": "정밀도", "Probability": "확률", "Reached at step": "도달한 단계",
    "Read": "읽음", "Reason": "이유", "Recall": "재현율", "Remedy": "해결책", "Repeat a row of": "겹치는 분할",
    "Repeat an earlier row": "앞 행과 중복", "Row": "행", "Rows changed": "바뀐 행", "Rows cut short": "잘린 행",
    "Rows with": "행의 조건", "Rows": "행", "Run": "실행", "Same tokens": "같은 토큰", "Score": "점수",
    "Scratch alone": "처음부터 학습만 맞힘", "Scratch": "처음부터 학습", "Seed": "시드",
    "Sentences split": "나뉜 문장", "Severity": "심각도", "Split": "분할",
    "Step of the model kept": "선택된 모델의 단계", "Steps in all": "전체 단계", "Steps": "단계", "Task": "작업",
    "Test set": "시험 집합", "Text": "글", "Times the labels": "레이블 배수", "Tokens in all": "전체 토큰",
    "Tokens": "토큰", "Train rows": "학습 행", "Unknown tokens": "모르는 토큰", "Verdict": "판정", "Why": "이유",
    "Wrong label": "잘못된 레이블", "95 % interval": "95 % 구간", "Label": "레이블", "Type": "유형",
    "accuracy": "정확도", "macro-F1": "매크로 F1", "entity F1": "개체명 F1", "entity precision": "개체명 정밀도",
    "entity recall": "개체명 재현율", "token accuracy": "토큰 정확도", "loss": "손실", "helps": "도움이 됨",
    "hurts": "해가 됨", "cannot tell": "알 수 없음", "Summary": "요약", "Severe findings": "심각한 진단",
    "Scores": "점수", "Training": "학습", "Data": "데이터", "Errors": "오류", "Under stress": "변형된 글에서",
    "Labels and steps": "레이블과 단계", "Training runs": "학습 실행", "What the doctor found": "진단 결과",
    "Labels": "레이블", "Entity types": "개체명 유형", "Headline metric": "대표 지표", "Checkpoint": "체크포인트",
    "Parameters": "매개변수", "Adaptation": "추가 사전 학습", "Computed with": "계산 환경", "Source": "출처",
    "Homepage": "누리집", "Licence": "이용 조건", "Pinned": "고정된 파일", "Files": "파일",
    "Smallest difference that would be found in 80 % of such studies": "이런 연구의 80 %에서 찾아낼 가장 작은 차이",
    "Test rows whose text is known from train or validation": "학습이나 검증에 같은 글이 있는 시험 행",
    "Texts of train and validation with contradictory labels": "레이블이 서로 어긋나는 학습·검증 글",
    "Headline metric on test: mean over seeds (each seed), difference in points (95 % interval)":
        "시험의 대표 지표: 시드 평균(시드별), 차이는 점(95 % 구간)",
    "What is pre-training worth?": "사전 학습은 얼마나 도움이 되는가?",
    "Further metrics on test after training": "학습 후 시험의 다른 지표",
    "Errors in entities on test, all seeds together": "시험의 개체명 오류, 모든 시드 합계",
    "Gold labels (rows) and predicted ones (columns) on test, all seeds together":
        "시험의 정답 레이블(행)과 예측 레이블(열), 모든 시드 합계",
    "SYNTHETIC SAMPLE": "합성 표본",
}
EXPLANATION_IN_KOREAN = (
    "모든 작업을 같은 구조, 같은 토크나이저, 같은 행, 같은 배치 순서, 같은 평가로 두 번 학습합니다. 한 번은 "
    "사전 학습된 체크포인트에서, 한 번은 무작위 가중치에서(처음부터 학습) 시작합니다. 각 실행의 모델은 검증으로 "
    "고르고, 시험은 어떤 선택에도 쓰이지 않습니다. 차이는 시험의 대표 지표에서 사전 학습 빼기 처음부터 학습이며 "
    "단위는 점(백분의 일), 시드와 시험 행에 대한 근사 95 % 구간과 함께 적습니다. 구간이 0을 포함하거나 이 "
    "보고서의 모든 비교에 대한 Holm 보정 뒤 p가 0.05보다 작지 않으면 판정은 “알 수 없음”입니다.")
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
    if compared.low <= 0 <= compared.high:
        interval += "로 0을 포함"
    alone = ", 시드 사이의 퍼짐은 빠짐" if len(task.arms[0].runs) == 1 else ""
    runs = f"시드 {len(task.arms[0].runs)}개 × 시험 {ROWS_IN_KOREAN[facts.kind]} {facts.rows['test']:,}개{alone}"
    return (f"{task.short_title}에서 {treatment} {_VERDICTS[compared.verdict]}: {METRICS_IN_KOREAN[facts.metric]} "
            f"{means}, "
            f"차이 {points(compared.difference, '+')}점(95 % 구간 {interval}, {runs}; {significance}).{withheld}")
