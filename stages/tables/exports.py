"""Exports of annotation programs as rows: Prodigy (https://prodi.gy/docs/api-interfaces) and Label Studio
(https://labelstud.io/guide/export); others are refused with a remedy.

A record that an annotator rejected, skipped or did not reach, or that annotators answer differently or once more, says
why under the key ``UNCOUNTED``.
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from stages.tables.sources import Record

Values = Mapping[Any, Any]
UNCOUNTED = 0  # the key of the reason; columns without a name are numbered from 1
PRODIGY = "Prodigy"
_LABELS = ("choices", "rating", "number")  # of Label Studio's answers, those that are a label; the first that occurs is
_ANSWERS = ("accept", "reject", "ignore")
_OF_PRODIGY = ("answer", "options", "accept")
_AS_JSON = ('write one JSON object per line, {"text": ..., "entities": [[start, end, type], ...]}, where offsets count '
            "characters")
# First lines of files that hold no rows.
_UNREADABLE = (
    (re.compile(r"#FORMAT=WebAnno TSV .*"), "an export of WebAnno or INCEpTION (WebAnno TSV)",
     "export it as CoNLL 2002 or 2003 instead"),
    (re.compile(r"T\d+\t\S+ \d+ \d+(?:;\d+ \d+)*\t.*"), "annotations of brat, which are apart from their texts",
     f"of every .txt file and its .ann file {_AS_JSON}"),
)


def find_unreadable(line: str) -> tuple[str, str]:
    """What a file is by its first line, and the remedy; ("", "") unless it is an export that holds no rows."""
    return next(((found, remedy) for pattern, found, remedy in _UNREADABLE if pattern.fullmatch(line)), ("", ""))


def find_argilla(columns: Sequence[Any]) -> str:
    """The column by which an export of Argilla is known, whose answers have a status and several annotators; or ""."""
    return next((str(name) for name in columns if str(name).endswith(".responses") or name == "annotation_agent"), "")


def find_export(head: Sequence[Values], label: Any) -> tuple[str, Callable[[Values], Values]] | None:
    """The program whose export the first records are, and what makes a row of each of its records.

    Args:
        label: the column of the label that the settings name, None without any.
    """
    if head and _are_of_label_studio(head):
        results = list(_results(head))
        kinds = {result.get("type") for result in results}
        kind = next((kind for kind in _LABELS if kind in kinds), _LABELS[0])
        questions = {result.get("from_name") for result in results if result.get("type") == kind}
        return "Label Studio", lambda values: _of_label_studio(values, "labels" in kinds, kind, len(questions) < 2)
    answers = [values["answer"] for values in head if "answer" in values]
    if label != "answer" and answers and all(answer in _ANSWERS for answer in answers) and all(
            "answer" in values for values in head):
        return PRODIGY, _of_prodigy
    return None


def find_unread(head: Sequence[Values]) -> str:
    """The types of Label Studio's answers in the first records where none is read; or ""."""
    if not head or not _are_of_label_studio(head):
        return ""
    kinds = {str(result.get("type")) for result in _results(head)} - {"relation"}
    return "" if kinds & {*_LABELS, "labels"} else " and ".join(sorted(kinds))


def _are_of_label_studio(head: Sequence[Values]) -> bool:
    return all(isinstance(values.get("data"), dict) and _annotations(values) is not None for values in head)


def _results(head: Sequence[Values]) -> Iterator[Values]:
    """The answers of all annotators."""
    return (result for values in head for annotation in _annotations(values) or ()
            for result in annotation.get("result") or ())


def _of_prodigy(values: Values) -> Values:
    """Choices are those of the annotator, among ``options``; marked parts stay where they are, in ``spans``."""
    row: dict[Any, Any] = {key: value for key, value in values.items() if key not in _OF_PRODIGY and key[:1] != "_"}
    if "options" in values and "accept" in values:
        row["label"] = values["accept"]
    if values.get("answer") != "accept":
        row[UNCOUNTED] = f"the answer {values.get('answer')}"
    return row


def of_annotators(read: Callable[[], Iterable[Record]], columns: Collection[str]) -> Iterator[Record]:
    """Rows of Prodigy's records, which have one for each annotator of a task: of answers that agree, the first counts.

    Args:
        read: yields the records anew at every call: the answers to a task may stand far apart.
        columns: those that may be read, in lower case: an annotator may have written into them.
    """
    answers: dict[str, int] = {}
    disputed = set()
    for _, values in read():
        task, answer = _task(values), _answer_of_prodigy(values, columns)
        if task and answers.setdefault(task, answer) != answer:
            disputed.add(task)
    for number, values in read():
        row, task = dict(_of_prodigy(values)), _task(values)
        if task in disputed:
            row[UNCOUNTED] = "annotators that disagree"
        elif task and answers.pop(task, None) is None:
            row.setdefault(UNCOUNTED, "an answer given again")
        yield number, row


def _task(values: Values) -> str:
    """What is the same in all answers to a task; "" of one that is skipped, and where nothing tells."""
    task = values.get("_input_hash") if values.get("_task_hash") is None else values["_task_hash"]
    return "" if task is None or values.get("answer") == "ignore" else str(task)


def _answer_of_prodigy(values: Values, columns: Collection[str]) -> int:
    """A digest of what the annotator decided, apart from what the program adds to it, and remarks that are not read."""
    spans = [[span.get(key) for key in ("start", "end", "label")] if isinstance(span, dict) else span
             for span in _listed(values.get("spans"))]
    written = sorted((key, str(value)) for key, value in values.items() if key not in ("spans", "accept")
                     and key.lower() in columns)
    return hash(str([values.get("answer"), written, sorted(map(str, _listed(values.get("accept")))),
                     sorted(map(str, spans))]))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _annotations(values: Values) -> list[Any] | None:
    """Annotations of a task, which versions before 1.0 call completions."""
    found = values.get("annotations", values.get("completions"))
    return found if isinstance(found, list) and all(isinstance(each, dict) for each in found) else None


def _of_label_studio(values: Values, marked: bool, kind: str, one_question: bool) -> Values:
    """The fields of ``data``, with the answer of each question of this kind, and marked parts where a task has some."""
    given = _annotations(values) or []
    kept = [each for each in given if not each.get("was_cancelled") and not each.get("skipped")]
    kept = [each for each in kept if each.get("ground_truth")] or kept
    answers = {json.dumps(answer, sort_keys=True): answer for answer in (
        _answer(annotation, marked, kind, one_question) for annotation in kept)}
    row = {"id": values.get("id"), **values.get("data", {})} | next(
        iter(answers.values()), _answer({}, marked, kind, one_question))
    if len(answers) != 1:
        row[UNCOUNTED] = ("annotators that disagree" if answers else
                          "an annotation that was cancelled" if given else "no annotation")
    return row


def _answer(annotation: Values, marked: bool, kind: str, one_question: bool) -> dict[str, Any]:
    given: dict[str, Any] = {"label": None} if one_question and not marked else {}
    entities = []
    for result in annotation.get("result") or ():
        value = result.get("value") or {}
        if result.get("type") == kind:
            given["label" if one_question else str(result.get("from_name"))] = value.get(kind)
        elif result.get("type") == "labels":
            entities.append({key: value.get(key) for key in ("start", "end", "text")} | {"label": value.get("labels")})
    return given | ({"entities": sorted(entities, key=lambda entity: str(entity))} if marked else {})
