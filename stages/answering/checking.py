"""Check that an exported model, called as its card says, answers as ``predict`` does."""

import contextlib
import io
import sys
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from stages.answering.answers import Answer, Model
from stages.answering.texts import Text
from stages.common.errors import UserError
from stages.results.prepared import Row

TOLERANCE = 1e-5  # of a probability; another order of summation differs by less
_BATCHES = (None, 4)
_LONG = 600  # words, more than the tokens that most models take
# Written for this project: they have what tokenizers and word splitters treat differently.
TEXTS = (
    "The U.S. envoy left Port-Sele for St.Maro, N.J., on Sunday.",
    "Mr. O'Brien didn't say \"long talks\" (again) in Corel's 7-0 win at 10:30 a.m.",
    " Edgar  Verath met the Nobel-Prize winner ; nobody's 1,000 guests stayed .",
    "배우들의 연기가 정말 훌륭했다, 서울에서 본 영화(2024)!",
    "이영화정말재미있다추천한다",
    "I love it 😀😀 naïve café—end…",
    "Verath",
    "가",
    " ".join(["Verath"] * _LONG),
)


def refuse_other_answers(ours: Model, code: str, kind: str, rows: Sequence[Row], model: str) -> None:
    """Run ``code``, which defines ``classify``, and compare it with ``ours`` on the texts above and on ``rows``.

    Each text is classified alone and in a batch.

    Raises:
        UserError: an answer is missing, has another label, or a probability that differs by more than 1e-5.
    """
    try:
        _ask_all(ours, _run(code), kind, rows, model)
    except UserError:
        raise
    except Exception as error:  # transformers and each architecture have their own
        found = f"{type(error).__name__} ({' '.join(str(error).split())[:200]})"
        raise UserError(f"{model}: expected the exported model to answer in transformers' pipeline, found {found}; "
                        "this architecture or tokenizer cannot be exported") from None


def _ask_all(
    ours: Model, classify: Callable[..., Any], kind: str, rows: Sequence[Row], model: str
) -> None:
    texts = [Text(text=text) for text in TEXTS]
    if kind == "pair":
        texts = [first | Text(text_pair=second["text"]) for first, second in pairwise(texts)]
    _compare(ours, classify, kind, texts, model)
    if kind == "words":
        _compare(ours, classify, kind, [Text(words=list(row.words)) for row in rows], model)
    else:
        _compare(ours, classify, kind, [{name: getattr(row, name) for name in texts[0]} for row in rows], model)


def _run(code: str) -> Callable[..., Any]:
    """The function ``classify`` that the example on a card defines."""
    names: dict[str, Any] = {}
    path, modules = list(sys.path), set(sys.modules)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(code, "README.md", "exec"), names)  # noqa: S102 - code of ours
    finally:
        sys.path[:] = path
        for name in set(sys.modules) - modules:
            if Path(getattr(sys.modules[name], "__file__", None) or "/").stem == name == "word_pipeline":
                del sys.modules[name]
    found: Callable[..., Any] = names["classify"]
    return found


def _compare(
    ours: Model, classify: Callable[..., Any], kind: str, texts: Sequence[Text], model: str
) -> None:
    if not texts:
        return
    expected = [_spans(answer) if kind == "words" else answer["probabilities"] for answer in ours.answer(texts)]
    for size in _BATCHES:
        for text, one, other in zip(texts, expected, _answers(classify, kind, texts, size), strict=True):
            if one.keys() != other.keys() or any(abs(one[key] - other[key]) > TOLERANCE for key in one):
                raise UserError(f"{model}: expected the exported model to answer as predict does, found {other} for "
                                f"{one} on {text}; this architecture or tokenizer cannot be exported")


def _answers(
    classify: Callable[..., Any], kind: str, texts: Sequence[Text], size: int | None
) -> list[dict[Any, float]]:
    options: dict[str, Any] = {} if size is None else {"batch_size": size}
    given = [text if kind == "pair" else text.get("text", text.get("words")) for text in texts]
    if kind == "words":
        split = {"is_split_into_words": True} if "words" in texts[0] else {}
        return [{(found["start"], found["end"], found["entity_group"]): float(found["score"]) for found in answer}
                for answer in classify(given, **split, **options)]
    return [{found["label"]: found["score"] for found in answer}
            for answer in classify(given, truncation=True, top_k=None, **options)]


def _spans(answer: Answer) -> dict[Any, float]:
    return {(entity["start"], entity["end"], entity["type"]): entity["probability"] for entity in answer["entities"]}
