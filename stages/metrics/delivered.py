"""Entity scores of the path that is delivered: running text in, places of entities out.

``predict`` is given texts, not words. So every sentence of test is written as running text, split again as ``predict``
splits texts, and what a model says of those words is compared with the gold standard by characters. An entity counts as
found if its first character, last character and type are right.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from stages.encoding.running_text import Span, running_text, word_spans
from stages.metrics.entities import EntityScore, entities, entity_score


def delivered_score(rows: Sequence[dict[str, Any]], predicted: Sequence[Sequence[str]]) -> EntityScore:
    """Score of tags for the words of :func:`stages.encoding.running_text.running_row`, against the prepared rows."""
    counts = []
    for row, tags in zip(rows, predicted, strict=True):
        text, spans = running_text(row["words"])
        truth, guess = _places(row["tags"], spans), _places(tags, word_spans(text))
        counts.append((len(truth & guess), len(guess), len(truth)))
    return entity_score(np.array(counts, dtype=np.int64).reshape(-1, 3))


def _places(tags: Sequence[str], spans: Sequence[Span]) -> set[tuple[int, int, str]]:
    return {(spans[first][0], spans[after - 1][1], kind) for first, after, kind in entities(tags)}
