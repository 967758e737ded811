"""Entity scores of the path that users take: running text in, places of entities out.

``predict`` is given texts, not words. So every test sentence is written as running text and split again as ``predict``
splits texts, and the predicted entities are compared with the gold entities by characters. An entity counts as
found if its first character, last character and type are right.
"""

from collections.abc import Sequence

from stages.encoding.running_text import Span, running_text, word_spans
from stages.metrics.entities import EntityScore, counted, entities, entity_score
from stages.results.prepared import Row


def delivered_score(rows: Sequence[Row], predicted: Sequence[Sequence[str]]) -> EntityScore:
    """Score of tags for the words of :func:`stages.encoding.running_text.running_words`, against the prepared rows."""
    texts = [running_text(row.words) for row in rows]
    return entity_score(counted(
        (_places(row.tags, spans) for row, (_, spans) in zip(rows, texts, strict=True)),
        (_places(tags, word_spans(text)) for tags, (text, _) in zip(predicted, texts, strict=True))))


def _places(tags: Sequence[str], spans: Sequence[Span]) -> set[tuple[int, int, str]]:
    return {(spans[first][0], spans[after - 1][1], kind) for first, after, kind in entities(tags)}
