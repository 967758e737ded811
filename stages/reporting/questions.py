"""What an assignment asks about such a study, answered from what was measured, in English and in Korean.

Every answer is made in both languages from one set of numbers, so that the two cannot disagree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import NamedTuple

from stages.reporting.korean import verdict_in_korean
from stages.reporting.texts import KINDS, METRICS, ROWS, capitalized, count, numbered, score
from stages.reporting.translating import in_korean
from stages.reporting.verdicts import verdict_sentence
from stages.results.curves import CurvePoint
from stages.results.tasks import Arm, TaskFacts

_KINDS = {"single": "글 하나에 레이블 하나", "pair": "글 두 개에 레이블 하나",
          "words": "단어마다 태그 하나, 태그가 모여 개체명이 됩니다"}
_RISEN = 1.1  # a validation loss that ends so many times above its lowest has risen


@dataclass(frozen=True)
class Answer:
    """A question and its answer in one language each."""

    question: str
    answer: str
    question_in_korean: str
    answer_in_korean: str


class Questions(NamedTuple):
    """The questions of the assignment on one task, each with its answer."""

    task: Answer
    design: Answer
    checkpoint: Answer
    losses: Answer
    before_and_after: Answer
    cost: Answer
    trust: Answer


def questions(task: TaskFacts) -> Questions:
    """The questions of the assignment on one task."""
    return Questions(_task(task), _design(task), _checkpoint(task), _losses(task), _before_and_after(task), _cost(task),
                     _trust(task))


def _task(task: TaskFacts) -> Answer:
    facts = task.metrics
    labels, rows = ", ".join(facts.labels), {split: count(number) for split, number in facts.rows.items()}
    majority = facts.baselines.get("majority", {}).get("accuracy")
    return Answer(
        "Which task is it?",
        f"{facts.title}: {KINDS[facts.kind]} ({labels}). {rows['train']} {ROWS[facts.kind]} to learn from, "
        f"{rows['validation']} of validation to choose the model, {rows['test']} of test to judge it."
        + (f" Who always says the most frequent label is right in {score(majority)} of test." if majority else ""),
        "어떤 작업입니까?",
        f"{in_korean(facts.title)}: {_KINDS[facts.kind]} ({labels}). 학습 {in_korean(ROWS[facts.kind])} "
        f"{rows['train']}개, 모델을 고르는 검증 {rows['validation']}개, 평가하는 테스트 {rows['test']}개입니다."
        + (f" 다수 클래스만 답하면 테스트 정확도가 {score(majority)}입니다." if majority else ""))


def _design(task: TaskFacts) -> Answer:
    facts, encoding = task.metrics, task.encoding
    cell = task.arms[0].runs[0].cell
    words = facts.kind == "words"
    classes = 2 * len(facts.labels) + 1 if words else len(facts.labels)
    shape = f"[rows, tokens, {classes}]" if words else f"[rows, {classes}]"
    model = encoding.architecture
    size = {name: model[name] for name in ("layers", "hidden_size", "heads") if name in model}
    english = (f"{model['model_type']}" if model else "A transformer encoder") + (
        f" with {size['layers']} layers of {size['hidden_size']} units and {size['heads']} attention heads"
        if len(size) == 3 else "")
    korean = (f"{model['model_type']}" if model else "트랜스포머 인코더") + (
        f" (층 {size['layers']}개, 은닉 크기 {size['hidden_size']}, 어텐션 헤드 {size['heads']}개)"
        if len(size) == 3 else "")
    parameters, length = count(cell.parameters), count(encoding.max_length)
    vocabulary = count(encoding.vocabulary)
    shown, shown_in_korean = _example(task, shape)
    return Answer(
        "How is the model designed?",
        f"{english}, {parameters} parameters with the classification head on top. Input: token ids [rows, tokens], at "
        f"most {length} tokens from a vocabulary of {vocabulary}. Output: logits {shape}, which softmax turns into "
        f"probabilities of {'tags' if words else 'labels'}; the loss is cross-entropy.{shown}",
        "모델은 어떻게 설계되었습니까?",
        f"{korean}, 그 위의 분류 층까지 매개변수가 {parameters}개입니다. 입력은 토큰 번호 [행, 토큰]이며 "
        f"어휘 {vocabulary}개에서 최대 {length}개입니다. "
        f"출력은 로짓 {shape.replace('rows', '행').replace('tokens', '토큰')}이고 "
        f"소프트맥스가 {'태그' if words else '레이블'}의 확률로 바꿉니다. 손실은 교차 엔트로피입니다.{shown_in_korean}")


def _example(task: TaskFacts, shape: str) -> tuple[str, str]:
    """One input from text to label."""
    example = task.encoding.example
    if example is None:
        return "", ""
    texts = " / ".join(f"“{text}”" for text in example.texts)
    tokens, ids = " ".join(example.tokens), " ".join(map(str, example.ids))
    one = shape.replace("rows", "1").replace("tokens", str(len(example.ids)))
    labels = ", ".join(task.metrics.labels)
    kind = "a tag per word of the types" if task.metrics.kind == "words" else "one of"
    return (f" An example: {texts} → tokens {tokens} → ids {ids}, shape [1, {len(example.ids)}] → logits {one} → "
            f"{kind} {labels}.",
            f" 예: {texts} → 토큰 {tokens} → 번호 {ids}, 모양 [1, {len(example.ids)}] → 로짓 {one} → "
            f"{'단어마다 태그, 유형은' if task.metrics.kind == 'words' else '다음 가운데 하나:'} {labels}.")


def _checkpoint(task: TaskFacts) -> Answer:
    facts, origin = task.metrics, task.encoding.origin
    place = origin.get("repository") or {"pretrain": "pre-trained by this pipeline", "local": "a local folder"}.get(
        origin.get("source", ""), "its source is not told")
    place_in_korean = origin.get("repository") or {
        "pretrain": "이 파이프라인이 직접 사전 학습", "local": "로컬 폴더"}.get(origin.get("source", ""), "출처 불명")
    test = task.encoding.splits["test"]
    unknown = f"{100 * test.unknown_tokens / test.tokens:.1f} %" if test.tokens else "0 %"
    synthetic = " Its text was synthetic: it stands for no published encoder." if facts.synthetic_checkpoint else ""
    synthetic_in_korean = (" 합성 텍스트로 학습했으므로 공개된 인코더를 대표하지 않습니다."
                           if facts.synthetic_checkpoint else "")
    return Answer(
        "Which pre-trained model, and does it suit the text?",
        f"{facts.checkpoint} ({place}). A model suits a text whose words its tokenizer knows: {unknown} of the tokens "
        f"of test are unknown to it.{synthetic}",
        "어떤 사전 학습 모델이며, 글에 맞습니까?",
        f"{facts.checkpoint} ({place_in_korean}). 토크나이저 어휘가 이 텍스트에 맞아야 합니다. 테스트 토큰 가운데 "
        f"{unknown}를 모릅니다.{synthetic_in_korean}")


def _losses(task: TaskFacts) -> Answer:
    told = [_course(arm) for arm in task.arms]
    return Answer(
        "How do the losses run, and what differs without pre-training?",
        "Loss on validation, mean over seeds: " + "; ".join(english for english, _ in told) + ".",
        "손실은 어떻게 움직이며, 사전 학습이 없으면 무엇이 다릅니까?",
        "검증 손실(시드 평균): " + "; ".join(korean for _, korean in told) + ".")


def _course(arm: Arm) -> tuple[str, str]:
    """First, lowest and last loss on validation of an arm, and at which step the lowest came."""
    losses = [[(point.step, point.validation_loss) for point in run.curve if point.validation_loss is not None]
              for run in arm.trained]
    lowest = [min(of_run, key=lambda measured: measured[1]) for of_run in losses]
    first, best, last = (fmean(values) for values in (
        [of_run[0][1] for of_run in losses], [value for _, value in lowest], [of_run[-1][1] for of_run in losses]))
    step = count(round(fmean(step for step, _ in lowest)))
    end, end_in_korean = f"{score(last)} at the end", f"끝에 {score(last)}"
    if last > _RISEN * best:
        end = f"then up to {score(last)} at the end: it overfits"
        end_in_korean = f"그 뒤 올라 끝에 {score(last)}(과적합)"
    return (f"{arm.label} from {score(first)} to {score(best)} at step {step}, {end}",
            f"{in_korean(arm.label)}: 처음 {score(first)}, 최저 {score(best)}({step}단계), {end_in_korean}")


def _before_and_after(task: TaskFacts) -> Answer:
    metric = task.metrics.metric
    changes = [(arm, train_scores(arm), (fmean(run.cell.before["test"][metric] for run in arm.trained),
                                          arm.mean(metric))) for arm in task.arms]
    return Answer(
        "How good is it before and after training, on train and on test?",
        f"{capitalized(METRICS[metric])}, mean over seeds: " + "; ".join(
            f"{arm.label}{f' on train {_arrow(train)},' if train else ''} on test {_arrow(test)}"
            for arm, train, test in changes) + ".",
        "학습 전후로 학습 데이터와 테스트에서 얼마나 좋습니까?",
        f"{in_korean(METRICS[metric])}(시드 평균): " + "; ".join(
            f"{in_korean(arm.label)}:{f' 학습 데이터 {_arrow(train)},' if train else ''} 테스트 {_arrow(test)}"
            for arm, train, test in changes) + ".")


def _arrow(values: tuple[float, float]) -> str:
    return " → ".join(map(score, values))


def train_scores(arm: Arm) -> tuple[float, float] | None:
    """Mean score on the rows of train that are looked at: before training, and of the models kept."""
    first, kept = [], []
    for run in arm.trained:
        measured = [point for point in run.curve if point.train_score is not None]
        if not measured:
            return None
        first.append(measured[0].train_score or 0.0)
        kept.append(_at(measured, run.cell.best_step).train_score or 0.0)
    return fmean(first), fmean(kept)


def _at(points: Sequence[CurvePoint], step: int) -> CurvePoint:
    return next((point for point in points if point.step == step), points[-1])


def _cost(task: TaskFacts) -> Answer:
    """Steps, rows and parameters; seconds are no part of a result that is to be the same bytes on every run."""
    english, korean = [], []
    for arm in task.arms:
        cells = [run.cell for run in arm.runs]
        steps = count(round(fmean(cell.steps for cell in cells)))
        rows = cells[0].settings.get("batch_size")
        size = f" of {rows} rows" if rows else ""
        trained, all_of_them = count(cells[0].trainable_parameters), count(cells[0].parameters)
        english.append(f"{arm.label} {steps} steps{size} with {trained} of {all_of_them} parameters trained")
        korean.append(f"{in_korean(arm.label)}: {steps}단계" + (f"(한 단계 {rows}행)" if rows else "")
                      + f", 매개변수 {all_of_them}개 가운데 {trained}개 학습")
    return Answer(
        "What did it cost?",
        f"Mean per seed: {'; '.join(english)}. What the encoder's own pre-training cost comes on top. Seconds depend "
        "on the machine and are in no result: python -m stages.forecast measures them.",
        "비용은 얼마입니까?",
        f"시드당 평균: {'; '.join(korean)}. 인코더 자체의 사전 학습 비용은 따로입니다. "
        "걸리는 시간은 컴퓨터마다 다르므로 결과에 넣지 않습니다. python -m stages.forecast로 잴 수 있습니다.")


def _trust(task: TaskFacts) -> Answer:
    found = list(dict.fromkeys(finding.title for finding in task.findings if finding.severity != "note"))
    names = ", ".join(found)
    nothing = "The doctor found nothing worse than notes. " if task.findings else "The doctor found nothing to mind. "
    nothing_in_korean = ("진단에서 참고할 점만 나왔습니다. " if task.findings else
                         "진단에서 주의할 점이 나오지 않았습니다. ")
    labels = list(task.comparisons)
    return Answer(
        "What went wrong, and is the result real?",
        (f"The doctor found {numbered(len(found), 'thing')} to mind: {names}. " if found else nothing)
        + " ".join(verdict_sentence(task, label) for label in labels),
        "무엇이 잘못되었고, 결과는 믿을 만합니까?",
        (f"진단이 찾은 주의할 점 {len(found)}개: {in_korean(names)}. " if found else nothing_in_korean)
        + " ".join(verdict_in_korean(task, label) for label in labels))
