"""The page's own texts: each in English and Korean, under one name."""

from dataclasses import dataclass
from functools import cache

from stages.reporting.translating import in_korean


@dataclass(frozen=True)
class Pair:
    """A text in English and in Korean."""

    en: str
    ko: str


Wording = str | Pair


def in_language(text: Wording, language: str) -> str:
    """A text as the page shows it in ``language``."""
    if isinstance(text, Pair):
        return text.ko if language == "ko" else text.en
    return in_korean(text) if language == "ko" else text


def say(identifier: str, **values: Wording) -> Pair:
    """The text of that name, with ``values`` in the places that it names."""
    return _say(identifier, tuple(values.items()))


@cache
def _say(identifier: str, values: tuple[tuple[str, Wording], ...]) -> Pair:
    english, korean = _TEXTS[identifier]
    return Pair(english.format(**{name: in_language(value, "en") for name, value in values}),
                korean.format(**{name: in_language(value, "ko") for name, value in values}))


def enumerate_names(names: tuple[Wording, ...]) -> Pair:
    """A list as a sentence has it."""
    english = [in_language(name, "en") for name in names]
    last = f"{', '.join(english[:-1])} and {english[-1]}" if len(english) > 1 else "".join(english)
    return Pair(last, ", ".join(in_language(name, "ko") for name in names))


_TEXTS = {
    # The first screen.
    "answer-all-help": (
        "Pre-training helped on all {count} tasks, by {least} to {most} points over the same models trained from "
        "random weights.",
        "작업 {count}개 모두에서 사전 학습이 도움이 되었습니다. 무작위 가중치에서 학습한 같은 모델보다 "
        "{least}~{most} %p 높습니다."),
    "answer-one-helps": (
        "Pre-training helped on {names}: {most} points over the same model trained from random weights.",
        "{names}에서 사전 학습이 도움이 되었습니다. 무작위 가중치에서 학습한 같은 모델보다 {most} %p 높습니다."),
    "answer-subject": ("Pre-training {clauses}.", "사전 학습 결과: {clauses}."),
    "helped-on": ("helped on {names}", "{names}에서 도움이 됨"),
    "hurt-on": ("hurt on {names}", "{names}에서 해가 됨"),
    "open-on": ("is inconclusive on {names}", "{names}에서 결론을 내릴 수 없음"),
    "several-tasks": ("{count} tasks", "작업 {count}개"),
    "answer-other": (
        "{above} of {count} other ways to use the pre-trained encoder scored above training from scratch, {below} "
        "below it.",
        "사전 학습 인코더를 다르게 쓴 {count}가지 가운데 {above}가지는 처음부터 학습한 모델보다 점수가 높고 "
        "{below}가지는 낮습니다."),
    "data-from": ("Data: {sources}.", "데이터: {sources}."),
    "data-of": ("{names} ({source})", "{names} ({source})"),
    "rows-used": ("{train} training, {test} test {rows}", "학습 {train}건, 테스트 {test}건"),
    "points": ("{difference} points", "{difference} %p"),
    "interval": ("95 % interval {low} to {high}", "95 % 신뢰구간 {low}~{high}"),
    "versus": ("{metric} {first}, scratch {second}", "{metric} {first}, 처음부터 {second}"),
    "no-finding": ("nothing suspicious found", "의심할 점 없음"),
    "this-budget": ("{verdict} (this budget)", "{verdict} (이 학습 예산)"),
    # What the result means, in plain words.
    "plain-accuracy": (
        "Out of 1,000 test {rows}, the model that starts from the pre-trained checkpoint labels {first} correctly; "
        "the same model trained from random weights labels {second} correctly.",
        "테스트 데이터 1,000건 가운데 사전 학습 체크포인트에서 시작한 모델은 {first}건을 맞히고, 무작위 가중치에서 "
        "학습한 같은 모델은 {second}건을 맞힙니다."),
    "plain-majority": (
        "Always answering the most frequent label would get {majority} right.",
        "가장 많은 레이블만 답해도 {majority}건은 맞습니다."),
    "plain-entities": (
        "On a scale where 1 means every entity found with the right limits and type, and none invented, the model that "
        "starts from the pre-trained checkpoint reaches {first} (entity F1); the same model trained from random "
        "weights {second}.",
        "개체명의 경계와 유형을 모두 맞히고 없는 것을 만들지 않으면 1인 점수(개체명 F1)에서 사전 학습 체크포인트에서 "
        "시작한 모델은 {first}, 무작위 가중치에서 학습한 같은 모델은 {second}입니다."),
    "plain-helps": (
        "The gap is larger than chance between seeds and test examples explains, so the head start is real here.",
        "이 차이는 시드와 테스트 데이터의 우연으로 설명되는 것보다 큽니다. 여기서는 사전 학습의 효과가 있습니다."),
    "plain-hurts": (
        "The pre-trained start does worse by more than chance between seeds and test examples explains.",
        "사전 학습에서 시작한 쪽이 시드와 테스트 데이터의 우연으로 설명되는 것보다 더 낮습니다."),
    "plain-other-above": (
        "This way of using the encoder scores higher by more than chance explains.",
        "인코더를 이렇게 쓰면 우연으로 설명되는 것보다 더 높은 점수를 얻습니다."),
    "plain-other-below": (
        "This way of using the encoder scores lower by more than chance explains.",
        "인코더를 이렇게 쓰면 우연으로 설명되는 것보다 더 낮은 점수를 얻습니다."),
    "plain-withheld": (
        "No conclusion is drawn: {reasons} (see “What may mislead”).",
        "결론을 내리지 않습니다: {reasons} (“무엇을 조심해야 합니까” 참고)."),
    "plain-chance": (
        "Chance between seeds and test examples could produce a gap of this size, so it supports no conclusion.",
        "이만한 차이는 시드와 테스트 데이터의 우연으로도 생길 수 있으므로 결론을 내릴 수 없습니다."),
    "plain-one-run": (
        "One run per arm does not show what another seed would give, so it supports no conclusion about the method.",
        "실행이 하나뿐이면 다른 시드의 결과를 알 수 없으므로 방법에 대한 결론을 내릴 수 없습니다."),
    "plain-budget": (
        "The losing arm had less training, so a larger budget may change this.",
        "점수가 낮은 쪽의 학습량이 더 적었으므로 학습 예산을 늘리면 달라질 수 있습니다."),
    "plain-sample": (
        "The texts are made up, so none of this carries over to real text.",
        "텍스트가 합성이므로 실제 텍스트에 대해서는 아무것도 말해 주지 않습니다."),
    # The parts of a section.
    "synthetic": ("synthetic sample", "합성 표본"),
    "contents": ("Contents", "차례"),
    "answer": ("Answer", "답"),
    "meaning": ("What this means", "무슨 뜻입니까"),
    "evidence": ("The evidence in full", "근거 전체"),
    "curves": ("Learning curves", "학습 곡선"),
    "change": ("Before and after training", "학습 전과 후"),
    "differs": ("What differs between the arms", "두 쪽은 무엇이 다릅니까"),
    "mislead": ("What may mislead", "무엇을 조심해야 합니까"),
    "details": ("Details", "자세히"),
    "method": ("How it was measured", "어떻게 측정했습니까"),
    "all-numbers": ("All tasks in one table", "모든 작업을 한 표로"),
    "about": ("Task, input and output, model", "작업, 입력과 출력, 모델"),
    "scores": ("Scores of every run, and baselines", "실행별 점수와 기준 모델"),
    "classes": ("By class", "클래스별"),
    "calibration": ("Confidence and accuracy (calibration)", "확신도와 정확도 (보정)"),
    "labels": ("Labels and steps", "레이블 수와 학습 스텝"),
    "stress": ("Changed texts (stress tests)", "변형한 텍스트 (스트레스 테스트)"),
    "errors": ("Errors", "오류"),
    "data": ("Data card", "데이터 카드"),
    "settings": ("Settings", "설정"),
    "all-settings": ("All settings", "모든 설정"),
    "versions": ("Versions", "버전"),
    "cost": ("Cost", "비용"),
    "remedy": ("What to do:", "해결책:"),
    "nothing-differs": (
        "Apart from the initial weights, both arms have the same settings.",
        "초기 가중치를 빼고 두 쪽의 설정은 같습니다."),
    "settings-differ": ("Settings that differ between the arms", "두 쪽이 다른 설정"),
    "setting": ("Setting", "설정"),
    "agreement": (
        "Of {total} test {rows}, both arms get {both} right, {arm} alone {first}, {rival} alone {second}, neither "
        "{neither} (in most runs).",
        "테스트 데이터 {total}건 가운데 둘 다 맞힌 것은 {both}건, {arm}만 맞힌 것은 {first}건, {rival}만 맞힌 것은 "
        "{second}건, 둘 다 틀린 것은 {neither}건입니다(실행의 과반 기준)."),
    "widest-gap": (
        "The widest gap is on {label}: F1 {first} ({arm}) and {second} ({rival}).",
        "차이가 가장 큰 것은 {label}: F1 {first}({arm}), {second}({rival})."),
    "change-caption": ("{metric}, mean over seeds", "{metric}, 시드 평균"),
    "arm": ("Arm", "조건"),
    "test-before": ("Test, before", "테스트, 학습 전"),
    "test-after": ("Test, after", "테스트, 학습 후"),
    "train-before": ("Training, before", "학습 데이터, 학습 전"),
    "train-after": ("Training, after", "학습 데이터, 학습 후"),
    "matrix": ("Gold labels (rows), predicted labels (columns): {arm}, all seeds",
               "정답(행)과 예측(열): {arm}, 모든 시드"),
    "bins": ("Test predictions by confidence, all seeds", "확신도별 테스트 예측, 모든 시드"),
    "bin": ("Confidence", "확신도"),
    "predictions": ("Predictions, {arm}", "예측 수, {arm}"),
    "right": ("Accuracy, {arm}", "정확도, {arm}"),
    "worst": ("Worst finding", "가장 큰 문제"),
    "task": ("Task", "작업"),
    "verdict": ("Verdict", "판정"),
    "difference": ("Difference (95 % interval)", "차이 (95 % 신뢰구간)"),
    "scores-short": ("Scores", "점수"),
    "page": ("page", "페이지"),
    # The page's controls.
    "theme": ("Theme", "화면"),
    "theme-auto": ("Auto", "자동"),
    "theme-light": ("Light", "밝게"),
    "theme-dark": ("Dark", "어둡게"),
    "appendix": ("Print the details, too", "자세한 내용도 인쇄"),
    "skip": ("Skip to the answer", "답으로 건너뛰기"),
    "link": ("Link to this section", "이 절의 링크"),
}
