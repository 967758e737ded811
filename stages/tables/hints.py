"""What may be meant otherwise than a table is read: columns, labels and letters, each with the option for it."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, islice
from pathlib import Path

from stages.common.listing import some_of
from stages.common.visible import visible
from stages.corpora.lines import excerpt
from stages.corpora.recognising import HEAD
from stages.tables.class_names import NO_CLASS
from stages.tables.formats import open_source
from stages.tables.languages import UNKNOWN
from stages.tables.looking import Look
from stages.tables.names import GROUPS, LABEL_NAMES, SECOND_TEXTS, SPLITS
from stages.tables.prose import are_mostly
from stages.tables.rows import NO_CLASS_TAKEN
from stages.tables.tags import find_style

_WORDS = 3  # with letters to look at
_TEXTS = 200  # that are looked at
_COPIED = 3  # a third of the rows
# As Python writes bytes, or addresses write spaces.
_ENCODED = re.compile(r"b(['\"]).*\1|\S*%20\S*", re.DOTALL)
_NO_LABEL = ("?", "n/a", "na", "nan", "null", "none", "unknown", "unlabeled", "unlabelled", "미분류", "알 수 없음")
_BETWEEN = (r"\s*[#,/+&]\s*", r"\s+")  # labels of one row
_NUMBER = r"[+-]?\d+([.,]\d+)?\s*%?"


def hints(seen: Look, path: Path) -> Iterator[str]:
    """A line for each; ``path`` is the file that was looked at."""
    counts = seen.facts["labels"]["train"]
    none = [reason[len("no label ("):-1] for reason in seen.dropped if reason.startswith("no label (")]
    if none := [*([str(NO_CLASS)] if NO_CLASS_TAKEN in seen.table.assumed else []), *none]:
        yield f"{none[0]} was taken for no label; if it is one, name it among the others as --labels"
    if _COPIED * (repeated := seen.facts["duplicates"]["train"]) >= seen.rows:
        yield (f"{repeated:,} of {seen.rows:,} texts repeat an earlier one; if they were copied, as in oversampling, "
               "remove the copies: each would count as a text of its own")
    if missing := seen.facts["damage"]["train"].get("missing_value", 0):
        yield (f"{missing:,} rows have a text that is nan, None, NULL or the like, as libraries write a missing one; "
               "if it stands for no text, remove them")
    if single := [label for label, count in counts.items() if count == 1]:
        yield f"one row alone has {some_of(single)}: look whether that is a label"
    if unsure := [label for label in counts if label.casefold() in _NO_LABEL and label not in seen.settings.labels]:
        yield (f"{visible(unsure[0])} was taken for a label; if it stands for none, give it as --no-label "
               f"\"['{visible(unsure[0])}']\"")
    if "0" in counts and [label for label in counts if label.startswith("-")] == [str(NO_CLASS)] and (
            not seen.settings.labels):
        yield f"{NO_CLASS} was taken for a label; if it stands for none, give it as --no-label \"[{NO_CLASS}]\""
    if several := [label for label in counts if re.search(r"[^;|][;|][^;|]", label) or any(
            len(parts := re.split(between, label)) > 1 and counts.keys() >= set(parts) for between in _BETWEEN)]:
        yield f"{visible(several[0])} may be several labels; a row has one here"
    if not seen.settings.labels:
        yield from _label_hints([visible(label) for label in counts if label not in several])
    yield from _column_hints(seen)
    yield from _tag_hints(seen, path)
    texts = [text for row in islice(seen.table.read(path), _TEXTS) for text in row.texts]
    if are_mostly(lambda text: bool(_ENCODED.fullmatch(text)), texts):
        yield f"texts are written as bytes or addresses, such as {excerpt(texts[0])}; decode them first"
    yield from _letter_hints(seen, path)


def _label_hints(labels: Sequence[str]) -> Iterator[str]:
    for one, other in combinations(labels, 2):
        if _folded(one) == _folded(other):
            yield (f"the labels {one} and {other} look alike; if they are one, give both the same name: --labels "
                   f"\"{{'{one}': '{one}', '{other}': '{one}', ...}}\"")
    if all(re.fullmatch(_NUMBER, label) for label in labels) and (
            scale := [label for label in labels if re.search(r"[,%]", label)]):
        yield (f"the labels are numbers on a scale, such as {scale[0]}, and each becomes a class; write a class for "
               "every range")


def _folded(label: str) -> str | float:
    """The same for labels that a person may take for one: ``01`` and ``1.0``, ``very good`` and ``very_good``."""
    try:
        return float(label)
    except ValueError:
        return re.sub(r"(?<=[^\W\d])[\s_.-]+(?=[^\W\d])", "", label.casefold()).rstrip(".!,;: ")


def _column_hints(seen: Look) -> Iterator[str]:
    unnamed = [name for name in seen.columns if name != ""]
    for names, hint in (
            (GROUPS, "rows with one {} may be in training and test alike; --group {} keeps them together"),
            (SPLITS, "the column {} is not read; if it tells training from test rows, they are mixed now: write each "
                     "set into a file called train, validation or test"),
            (LABEL_NAMES, "the column {} is not read; if it names the labels, give it as --label {}"),
            (SECOND_TEXTS if seen.table.task.kind == "single" else (),
             "the column {} is not read; if it is the second text of a pair, give it as --pair {}; if both are one "
             f"text, give --text '[{{}}, {_text_column(seen)}]'")):
        for name in [name for name in unnamed if str(name).lower() in names][:1]:
            yield hint.replace("{}", visible(str(name)))
            unnamed.remove(name)
    if unnamed and seen.table.task.kind != "words":
        yield (f"columns that are not read: {some_of(unnamed)}; if one is the text or the label, give it as --text or "
               "--label")


def _text_column(seen: Look) -> str:
    text = seen.settings.columns.text
    return visible(", ".join(map(str, text)) if isinstance(text, list) else str(text))


def _tag_hints(seen: Look, path: Path) -> Iterator[str]:
    """Of words in columns, another column with tags, as there is where entities are inside of others."""
    source = open_source(path, seen.settings)
    rows = [values for _, values in islice(source.records(), HEAD)] if source.sentences else []
    for name in seen.columns if rows else ():
        tags = {str(values[name]) for values in rows}
        if "O" in tags and find_style(tags) in ("prefix", "suffix"):
            yield f"the column {name} has tags, too, and is not read; if they are meant, give it as --tags {name}"


def _letter_hints(seen: Look, path: Path) -> Iterator[str]:
    """Central European text shares most bytes with Western European one."""
    guessed = any("cp1252, recognised" in part for part in seen.table.describe(path))
    if guessed and seen.table.task.language == UNKNOWN:
        words = dict.fromkeys(word for row in islice(seen.table.read(path), _TEXTS) for text in (*row.texts, *row.words)
                              for word in re.findall(r"\w*[^\W\d_a-zA-Z]\w*", text))
        if words:
            shown = ", ".join(map(visible, islice(words, _WORDS)))
            yield (f"the encoding was guessed: look at {shown}; if letters are wrong, name it, such as --encoding "
                   "cp1250 for Central European text")
