"""The part of the report on the data: where they are from, what was dropped, how labels and lengths are spread."""

from collections.abc import Iterator

from stages.reporting.document import Part, Table
from stages.reporting.read_cards import drop_reason, read_as
from stages.reporting.score_tables import class_column
from stages.reporting.texts import NONE, count
from stages.results.tasks import TaskFacts
from stages.wording.message import Message, Wording, lines, listed, message
from stages.wording.names import source_name, split_name


def data_part(task: TaskFacts) -> Part:
    """What the cards of ``preprocess`` and ``encode`` say."""
    return Part(message("page-data"), key="data", facts=tuple(_card_facts(task)),
                tables=(_rows(task), _labels(task), _encoding(task)))


def _card_facts(task: TaskFacts) -> Iterator[tuple[Wording, Wording]]:
    card = task.card
    yield message("fact-source"), source_name(card.source)
    if card.homepage:
        yield message("fact-homepage"), card.homepage
        yield message("fact-licence"), card.licence
    if any(card.read_as.values()):
        yield message("fact-read-as"), lines(
            message("read-as-of", place=card.splits.get(split) or split_name(split), parts=tuple(map(read_as, parts)))
            for split, parts in card.read_as.items() if parts)
    yield message("fact-known-rows"), _share(card.train_test_overlap, card.kept["test"])
    yield message("fact-contradictory"), count(card.conflicting_labels)


def _share(part: int, whole: int) -> Message:
    return message("share", number=part, share=part / whole) if whole else message("count", number=part)


def _rows(task: TaskFacts) -> Table:
    card = task.card
    rows: list[tuple[Wording, ...]] = []
    for split, kept in card.kept.items():
        dropped = card.dropped.get(split, {})
        reasons = listed(message("dropped-rows", number=number, reason=drop_reason(reason))
                         for reason, number in dropped.items())
        read = count(card.rows_read[split]) if split in card.rows_read else message("carved-from-training")
        known = lines(message("repeats-of", split=split_name(earlier), share=_share(number, kept))
                      for earlier, number in card.overlaps.get(split, {}).items())
        rows.append((split_name(split), read, count(kept), count(sum(dropped.values())), reasons if dropped else "",
                     _share(card.duplicates[split], kept), known if card.overlaps.get(split) else NONE))
    return Table(
        message("column-rows"),
        ((message("column-split"), "header"), (message("column-read"), "number"), (message("column-kept"), "number"),
         (message("column-dropped"), "number"), (message("column-why"), "text"),
         (message("column-repeats"), "number"), (message("column-repeats-of-split"), "text")),
        tuple(rows), task.metrics.synthetic)


def _labels(task: TaskFacts) -> Table:
    counts = task.card.labels
    totals = {split: sum(labels.values()) for split, labels in counts.items()}
    return Table(
        message("caption-entities-by-type") if task.metrics.kind == "words" else message("caption-rows-by-label"),
        ((class_column(task), "label"), *((split_name(split), "number") for split in counts)),
        tuple((label, *(_share(counts[split].get(label, 0), total) for split, total in totals.items()))
              for label in task.metrics.labels),
        task.metrics.synthetic)


def _encoding(task: TaskFacts) -> Table:
    encoding, card = task.encoding, task.card
    unit = message("column-words") if task.metrics.kind == "words" else message("column-characters")
    return Table(
        message("caption-tokens", most=encoding.max_length, vocabulary=encoding.vocabulary),
        ((message("column-split"), "header"), (unit, "number"), (message("column-tokens"), "number"),
         (message("column-all-tokens"), "number"), (message("column-truncated"), "number"),
         (message("column-unknown-tokens"), "number"), (message("column-split-sentences"), "number")),
        tuple((split_name(split), _lengths(card.lengths[split]), _lengths(facts.lengths), count(facts.tokens),
               _share(facts.truncated_rows, facts.rows), _share(facts.unknown_tokens, facts.tokens),
               count(facts.split_sentences))
              for split, facts in encoding.splits.items()),
        task.metrics.synthetic)


def _lengths(percentiles: dict[str, int]) -> str:
    return " / ".join(map(count, percentiles.values()))
