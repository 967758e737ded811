"""The answers of ``predict`` as people read them on a terminal."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TextIO

from stages.common.visible import visible
from stages.terminal.tables import Styled, fit, make_table, open_console
from stages.wording.catalogue import ENGLISH, render
from stages.wording.message import Message, Wording, message

_BAR = 20  # columns of a probability of 1
_LABELS = 5  # shown of a task with more
_NOTES = ("truncated", "unknown_tokens")


def answer_printer(
    stream: TextIO, cells: Sequence[str] = (), language: str = ENGLISH
) -> Callable[[dict[str, object]], None]:
    """A function that prints one answer; ``cells`` names the models that answer side by side, if several do."""
    console = open_console(stream)

    def show(answer: dict[str, Any]) -> None:
        for name in ("text", "text_pair", "words"):
            if name in answer:
                text = " ".join(answer[name]) if isinstance(answer[name], list) else answer[name]
                console.print(fit(visible(text), console.width), style="bold")
        columns, rows = _entity_rows(answer, cells) if "entities" in (
            answer[cells[0]] if cells else answer) else _label_rows(answer, cells)
        if rows:
            console.print(make_table([render(column, language) for column in columns], rows))
        else:
            console.print("–", style="dim")
        for note in _NOTES:
            if any(note in (answer[cell] if cell else answer) for cell in cells or ("",)):
                console.print(render(message(f"answer-note-{note}"), language), style="yellow")
        console.print()

    return show


def _label_rows(answer: dict[str, Any], cells: Sequence[str]) -> tuple[list[Wording], list[list[str | Styled]]]:
    """The likeliest labels of the first model, and the others' answers, with a probability for each model."""
    given = [answer[cell] for cell in cells] or [answer]
    if given[0]["label"] is None:
        return [], []
    labels = sorted(given[0]["probabilities"], key=lambda label: -given[0]["probabilities"][label])
    shown = dict.fromkeys([*labels[:_LABELS], *(one["label"] for one in given)])
    rows: list[list[str | Styled]] = [
        [visible(label), *(_bar(one["probabilities"][label], one["label"] == label) for one in given)]
        for label in shown]
    return [_column("label"), *(cells or (_column("probability"),))], rows


def _bar(probability: float, chosen: bool) -> Styled:
    return Styled(f"{probability:.3f} {'█' * round(_BAR * probability)}", "bold green" if chosen else "dim")


def _column(name: str) -> Message:
    return message(f"answer-column-{name}")


def _entity_rows(answer: dict[str, Any], cells: Sequence[str]) -> tuple[list[Wording], list[list[str | Styled]]]:
    rows = [row for cell in cells or ("",) for row in _entities(answer[cell] if cell else answer, cell)]
    return [_column(name) for name in (*(("model",) if cells else ()), "entity", "type", "probability", "place")], rows


def _entities(answer: dict[str, Any], cell: str) -> Iterator[list[str | Styled]]:
    for found in answer["entities"]:
        yield [*((cell,) if cell else ()), Styled(visible(found["text"]), "bold"), visible(found["type"]),
               f"{found['probability']:.3f}", f"{found['start']}–{found['end']}"]
