"""Settings of a task on any table: ``tasks.<task>.table`` where ``corpus`` is ``table``."""

import codecs
import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from stages.common.composing import composed
from stages.settings.base import Settings
from stages.settings.hub import MAIN, Revision, check_repository

TABLE = "table"  # as `corpus`
Kind = Literal["single", "pair", "words"]
_OF_NO_FILE = ("unicode-escape", "raw-unicode-escape", "idna", "punycode")  # of strings in programs and of host names
_TEST = re.compile(r"test(_[a-z0-9]+)*")


def label_text(value: object) -> str:
    """A label as text: 1.0, which pandas writes for 1 beside empty cells, is "1", and true is "true"; in NFC."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = composed(str(value))
    return text.partition(".")[0] if re.fullmatch(r"-?\d+\.0+", text) else text


def _column(value: Any) -> Any:
    if value is not None and (isinstance(value, bool) or not isinstance(value, str | int) or value == 0):
        raise ValueError("expected a column's name, or its number: 1 for the first, -1 for the last")
    return composed(value) if isinstance(value, str) else value


def _columns(value: Any) -> Any:
    return [_column(name) for name in value] if isinstance(value, list) and value else _column(value)


def _label_names(value: Any) -> dict[str, str]:
    """What stands in the file, and the name that it stands for; both in NFC and without spaces around them."""
    if isinstance(value, list):
        value = dict(zip(value, value, strict=True)) if all(isinstance(name, str) for name in value) else None
    if not isinstance(value, dict) or not all(
            isinstance(key, str | int | float) and isinstance(name, str) and name.strip()
            for key, name in value.items()):
        raise ValueError("expected names of labels, [negative, positive], or a name for each label of the file, "
                         "{0: negative, 1: positive}; names that look like numbers stand in quotes")
    names: dict[str, str] = {}
    keys: dict[str, object] = {}
    for key, name in value.items():
        label = label_text(key).strip()
        other = keys.setdefault(label, key)
        if names.setdefault(label, composed(name.strip())) != composed(name.strip()):
            raise ValueError(f"expected one name for each label, found {_spelled(other)}: {names[label]} and "
                             f"{_spelled(key)}: {name.strip()} for the same label; remove one of the two")
    return names


def _spelled(key: object) -> str:
    return ascii(key) if str(key) != composed(str(key)) else repr(key)


def _encoding(name: str) -> str:
    if name and not _is_of_text(name):
        raise ValueError("expected an encoding of text that Python knows, such as utf-8, cp949, utf-16 or cp1252")
    return name


def _language(code: str) -> str:
    if not re.fullmatch("([a-z]{2,3})?", code):
        raise ValueError("expected an ISO 639-1 code such as ko")
    return code


def _delimiter(sign: str) -> str:
    if len(sign) > 1:
        raise ValueError('expected one character, such as ";" or "\\t"')
    return sign


def _is_of_text(encoding: str) -> bool:
    try:
        "".encode(encoding)  # which no codec from bytes to bytes does
        return codecs.lookup(encoding).name not in _OF_NO_FILE
    except (LookupError, UnicodeError):
        return False


def _files(files: dict[str, str]) -> dict[str, str]:
    unknown = next((name for name in files if name not in ("train", "validation") and not _TEST.fullmatch(name)), None)
    if unknown:
        raise ValueError(f"expected the sets train, validation, test and test_<name>, found '{unknown}'")
    if files and "train" not in files:
        raise ValueError("expected an entry of train, from which the others are carved where they have none")
    return files


def _repository(name: str) -> str:
    return check_repository(name) if name else ""


_Column = Annotated[Any, BeforeValidator(_column)]


class TableColumns(Settings):
    """Columns by name, or by number from 1, from the last as -1; those that are not named are found by usual names.

    Attributes:
        text: the text; several columns are joined by a space.
        pair: the second text.
        label, id: the label, and the row's own identifier.
        group: rows of one group, as of one author or document, go to the same set.
        genre: scores are also given for each of its values.
        split: the set of the row, train, validation or test, where one file has the rows of several.
        tokens, tags: a sentence's words and their tags: lists, or one word a row.
        sentence: of one word a row, what tells sentences apart; it may stand on their first rows alone.
        entities: marked parts of ``text`` by first character, the one after the last, and type.
    """

    text: Annotated[Any, BeforeValidator(_columns)] = None
    pair: _Column = None
    label: _Column = None
    id: _Column = None
    group: _Column = None
    genre: _Column = None
    split: _Column = None
    tokens: _Column = None
    tags: _Column = None
    sentence: _Column = None
    entities: _Column = None


class TableSettings(Settings):
    """How a table is read; what is not set is recognised, and said.

    Attributes:
        files: file of each set in ``folder``, or in the repository; without any, and without ``splits``, those called
            train, validation and test are taken. In ``folder`` also a pattern, train/data-*.arrow, of files that are
            joined.
        repository: ``owner/name`` of a data set on the Hugging Face Hub, where ``source`` is ``hub``.
        configuration: of the data set, "" where it has a single one or calls one "default".
        revision: branch, tag, commit or ``refs/pr/N`` of the repository; a branch is resolved when it is downloaded.
        splits: the data set's own split for each set, {train: train, test: validation}.
        kind: a ``single`` text, a ``pair`` of texts, or ``words`` with a tag each; "" follows from ``columns``.
        columns: see :class:`TableColumns`.
        labels: names of the labels, or of entity types, by what stands in the file; {} takes those of train. For tags
            that are numbers, the tag of each.
        no_label: what stands for no label, besides nothing, and in pairs a dash; such rows are dropped and counted.
        language: ISO 639-1 code, "" to recognise it.
        title: name for people, "" for that of the task.
        encoding, delimiter: "" to recognise them.
        header: whether the first row has the names of the columns.
        quoted: whether quotation marks around fields belong to the format and not to the texts.
    """

    files: Annotated[dict[str, str], AfterValidator(_files)] = Field(default_factory=dict)
    repository: Annotated[str, AfterValidator(_repository)] = ""
    configuration: str = ""
    revision: Revision = MAIN
    splits: Annotated[dict[str, str], AfterValidator(_files)] = Field(default_factory=dict)
    kind: Literal["single", "pair", "words", ""] = ""
    columns: TableColumns = TableColumns()
    labels: Annotated[dict[str, str], BeforeValidator(_label_names)] = Field(default_factory=dict)
    no_label: list[Any] = Field(default_factory=list)
    language: Annotated[str, AfterValidator(_language)] = ""
    title: str = ""
    encoding: Annotated[str, AfterValidator(_encoding)] = ""
    delimiter: Annotated[str, AfterValidator(_delimiter)] = ""
    header: bool | None = None
    quoted: bool | None = None

    @property
    def task_kind(self) -> Kind:
        """What the rows are, from the settings alone: stages that never see the data depend on it."""
        columns = self.columns
        if self.kind:
            return self.kind
        if any(column is not None for column in (columns.tokens, columns.tags, columns.entities)):
            return "words"
        return "single" if columns.pair is None else "pair"
