"""The embedded sample: small synthetic corpora in the file formats of the real ones, and text for pre-training.

Labels depend on meaning: on synonyms of which training rows show only part, on negation, on which of two clauses
decides, on context. Validation, test and text without labels use all the words, so that validation tells what test will
show. About one label in twenty-five is wrong.
"""

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from stages.common.files import write_text
from stages.corpora.sample import entities, inferences, news, reviews
from stages.corpora.sample.drawing import Split, noisy
from stages.corpora.tasks import TASKS, find_task

_EMPTY_REVIEWS = 3
_PAIRS_WITHOUT_LABEL = 5
_SENTENCES_PER_DOCUMENT = 15

Example = tuple[Any, str]  # content, and label where the example has one


@dataclass(frozen=True)
class _Sample:
    """How the sample of one task is made.

    Attributes:
        rows: labelled rows per split.
        content: an example's content; arguments are the generator, the split and the label.
        text: what an example says, for comparison with other text.
        unlabeled: one line for pre-training.
        unlabeled_lines: number of these lines.
        format: the whole file of a split; the generator places the quirks.
    """

    rows: dict[str, int]
    content: Callable[[Random, Split, str], Any]
    text: Callable[[Any], str]
    unlabeled: Callable[[Random], str]
    unlabeled_lines: int
    format: Callable[[list[Example], Random, str], str]


def write_sample(task: str, folder: Path, seed: int) -> None:
    """Write the task's corpus files, in the format that the real corpus has, into ``folder``.

    Raises:
        UserError: there is no such task.
    """
    find_task(task)
    for split, examples in _labelled(task, seed).items():
        random = Random(f"{seed}-{task}-{split}-quirks")
        write_text(folder / TASKS[task].files[split][0], _SAMPLES[task].format(examples, random, split))


def unlabeled_lines(seed: int) -> list[str]:
    """Korean and English text for pre-training, shuffled; no line holds the text of a row of a test set."""
    lines = [line for task in _SAMPLES for line in _unlabeled(task, seed)]
    Random(f"{seed}-unlabeled-order").shuffle(lines)
    return lines


def _labelled(task: str, seed: int) -> dict[str, list[Example]]:
    """Examples of every split; no two say the same."""
    seen: set[str] = set()
    return {split: _examples(task, split, seed, seen) for split in _SAMPLES[task].rows}


def _examples(task: str, split: str, seed: int, seen: set[str]) -> list[Example]:
    sample, labels = _SAMPLES[task], TASKS[task].labels
    random = Random(f"{seed}-{task}-{split}")
    examples: list[Example] = []
    while len(examples) < sample.rows[split]:
        label = labels[len(examples) % len(labels)]
        content = sample.content(random, split, label)
        text = sample.text(content)
        if text not in seen:
            seen.add(text)
            examples.append((content, noisy(random, label, labels)))
    random.shuffle(examples)
    return examples


def _unlabeled(task: str, seed: int) -> list[str]:
    sample = _SAMPLES[task]
    random = Random(f"{seed}-{task}-unlabeled")
    lines = list(dict.fromkeys(sample.unlabeled(random) for _ in range(sample.unlabeled_lines)))
    together = "\n".join(lines)
    tests = [text for split, examples in _labelled(task, seed).items() if split.startswith("test")
             for content, _ in examples if (text := sample.text(content)) in together]
    return [line for line in lines if not any(text in line for text in tests)]


def _nsmc_file(examples: Sequence[Example], random: Random, split: str) -> str:
    """Tab-separated and without quoting; quotation marks and empty documents are as people left them."""
    identifiers = random.sample(range(100_000, 10_000_000), len(examples) + _EMPTY_REVIEWS)
    rows = [(_stray_quote(random, text), str(int(label == "positive"))) for text, label in examples]
    for _ in range(_EMPTY_REVIEWS):
        rows.insert(random.randrange(len(rows)), ("", random.choice("01")))
    lines = [f"{identifier}\t{text}\t{label}" for identifier, (text, label) in zip(identifiers, rows, strict=True)]
    return "\n".join(["id\tdocument\tlabel", *lines, ""])


def _stray_quote(random: Random, text: str) -> str:
    draw = random.random()
    if draw < 0.01:
        return f'"{text}'
    first, space, rest = text.partition(" ")
    return f'"{first}"{space}{rest}' if draw < 0.03 else f'{first}"{space}{rest}' if draw < 0.04 else text


def _mnli_file(examples: Sequence[Example], random: Random, split: str) -> str:
    """JSON lines; ``-`` as gold label where the annotators did not agree."""
    unsettled = set(random.sample(range(len(examples)), _PAIRS_WITHOUT_LABEL))
    lines = []
    for number, ((premise, hypothesis), label) in enumerate(examples):
        lines.append(json.dumps({
            "gold_label": "-" if number in unsettled else label, "sentence1": premise, "sentence2": hypothesis,
            "pairID": f"sample-{number}", "genre": random.choice(inferences.GENRES[split])}))
    return "\n".join([*lines, ""])


def _conll_file(examples: Sequence[Example], random: Random, split: str) -> str:
    """Four columns, a blank line after every sentence, ``-DOCSTART-`` before every document."""
    lines: list[str] = []
    for number, (tokens, _) in enumerate(examples):
        if number % _SENTENCES_PER_DOCUMENT == 0:
            lines += ["-DOCSTART- -X- O O", ""]
        lines += [*entities.columns(tokens), ""]
    return "\n".join([*lines, ""])


def _ag_news_file(examples: Sequence[Example], random: Random, split: str) -> str:
    r"""Every field quoted, a quotation mark doubled; ``#39;`` for an apostrophe, ``\`` for a line break."""
    stream = io.StringIO()
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
    for (title, description), label in examples:
        writer.writerow([TASKS["ag_news"].labels.index(label) + 1, title, _news_artefacts(random, description)])
    return stream.getvalue()


def _news_artefacts(random: Random, text: str) -> str:
    draw = random.random()
    words = text.split(" ")
    place = random.randrange(1, len(words))
    if draw < 0.08:
        return f"{' '.join(words[:place])}\\{' '.join(words[place:])}"
    if draw < 0.14:
        return f"{text} \"It was today #39;s news,\" one said."
    return text


_SAMPLES = {
    "nsmc": _Sample(
        {"train": 450, "validation": 200, "test": 600},
        lambda random, split, label: reviews.review(random, split, label == "positive"),
        str, reviews.unlabeled_review, 9000, _nsmc_file),
    "mnli": _Sample(
        {"train": 450, "validation": 200, "test": 600, "test_mismatched": 300}, inferences.pair, " ".join,
        inferences.unlabeled_passage, 9000, _mnli_file),
    "conll2003": _Sample(
        {"train": 450, "validation": 200, "test": 600}, lambda random, split, label: entities.sentence(random, split),
        lambda tokens: " ".join(token.word for token in tokens), entities.unlabeled_sentences, 9000, _conll_file),
    "ag_news": _Sample(
        {"train": 450, "validation": 200, "test": 600}, news.item, " ".join, news.unlabeled_item, 7000, _ag_news_file),
}
