"""The encoding of a text file: by its byte-order mark, else the one that its bytes and letters agree with."""

import codecs
import io
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from stages.common.errors import unreadable
from stages.corpora.lines import malformed, read_lines

_BLOCK = 1 << 20  # bytes
_ENOUGH = 1 << 20  # characters, to recognise an encoding
UTF8 = "utf-8"
_MARKS = ((codecs.BOM_UTF8, UTF8), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
          (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# What Western European text has beyond ASCII. Central European text in Windows-1250 shows other signs when it is read
# as Windows-1252: a superscript in "ws<U+00B3>ka", a sign of "y<U+00BF>".
_WESTERN = frozenset("àáâãäåæçèéêëìíîïñòóôõöøœùúûüýÿßÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØŒÙÚÛÜÝ‘’‚“”„–—…•€£¥§©®°«»¡¿´·\xa0½¼¾™")
_MULTIPLE = re.compile("[^\u0000-\u07ff]")  # three bytes in UTF-8
_LETTER_INSIDE = re.compile(r"(?<=[A-Za-z])[¿¡£¥©®°·€™½¼¾‚„](?=[A-Za-z])")


class Encoding(NamedTuple):
    """Name of a codec, and how it was found, for people; nothing for plain UTF-8."""

    codec: str
    described: tuple[str, ...] = ()


def find_encoding(path: Path, given: str) -> Encoding:
    """The encoding of the whole file, which is read through once; ``given`` is that of the settings.

    A file that is UTF-8 but for a few bytes, or in no encoding that can be recognised, counts as UTF-8: reading it then
    fails at the first wrong byte.
    """
    if given:
        codec = codecs.lookup(given).name
        return Encoding(codec, () if codec == UTF8 else (f"encoding {given}, as set",))
    start = _first_bytes(path)
    facts = path.stat()
    return _recognised(path, start, facts.st_size, facts.st_mtime_ns)


@cache
def _recognised(path: Path, start: bytes, size: int, changed: int) -> Encoding:
    """The encoding of a file that has this size and was changed at this time."""
    for mark, codec in _MARKS:
        if start.startswith(mark):
            return Encoding(codec, (f"encoding {codec.upper()}, by its byte-order mark",))
    if codec := _utf16_without_mark(start):
        return Encoding(codec, (f"encoding {codec.upper()}, by its NUL bytes",))
    if _is_utf8(path):
        return Encoding(UTF8)
    for codec, recognises, sign in (
            ("cp949", _is_korean, "Korean letters"), ("shift_jis", _is_japanese, "kana"),
            ("euc_jp", _is_japanese, "kana"), ("cp1252", _is_western, "Western European letters")):
        if recognises(_beyond_ascii(path, codec)):
            return Encoding(codec, (f"encoding {codec}, recognised by its {sign}",))
    return Encoding(UTF8)


def text_lines(path: Path, encoding: Encoding) -> Iterator[str]:
    """Lines as :func:`stages.corpora.lines.read_lines` yields them, of a file in any encoding.

    Raises:
        UserError: the file cannot be read or decoded.
    """
    if encoding.codec == UTF8:
        yield from read_lines(path)
        return
    number = 0
    try:
        with path.open("rb") as stream:
            for number, line in enumerate(io.TextIOWrapper(stream, encoding.codec, newline="\n"), start=1):
                text = line.removesuffix("\n").removesuffix("\r")
                if "\0" in text:
                    raise malformed(path, number, f"text in {encoding.codec}", "a NUL character",
                                    "correct the encoding, or restore the file")
                yield text.removeprefix("\ufeff") if number == 1 else text
    except UnicodeError as error:
        line = _line_of_error(path, encoding.codec)
        raise malformed(path, line, f"text in {encoding.codec}", f"what is none ({error})",
                        "correct the encoding, or convert the file to UTF-8") from None
    except OSError as error:
        raise unreadable(path, error) from None


def _first_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(4096)
    except OSError as error:
        raise unreadable(path, error) from None


def _utf16_without_mark(start: bytes) -> str:
    even, odd = start[::2].count(0), start[1::2].count(0)
    if max(even, odd) < len(start) / 8 or min(even, odd) > 0:
        return ""
    return "utf-16-le" if odd else "utf-16-be"


def _line_of_error(path: Path, codec: str) -> int:
    """The line with the first byte that cannot be decoded: decoding runs ahead of the lines that it yields."""
    number = 1
    try:
        for text in _decoded(path, codec, block_size=1):
            number += text.count("\n")
    except UnicodeError:
        pass
    return number


def _decoded(path: Path, codec: str, block_size: int = _BLOCK) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(codec)()
    with path.open("rb") as stream:
        while block := stream.read(block_size):
            yield decoder.decode(block)
        yield decoder.decode(b"", final=True)


def _is_utf8(path: Path) -> bool:
    """Whether the file is UTF-8, or is so up to a place after characters that are no accident."""
    multiple = False
    try:
        for text in _decoded(path, UTF8):
            multiple = multiple or _MULTIPLE.search(text) is not None
    except UnicodeDecodeError as error:
        return multiple or _MULTIPLE.search(error.object[:error.start].decode()) is not None
    return True


def _beyond_ascii(path: Path, codec: str) -> str:
    """The first characters beyond ASCII with one before and after each, "" if the file is not in this encoding."""
    found = ""
    try:
        for text in _decoded(path, codec):
            if len(found) < _ENOUGH:
                found += "".join(re.findall(r".?[^\x00-\x7f]+.?", text))
    except UnicodeDecodeError:
        return ""
    return found


def _share(text: str, wanted: str) -> float:
    beyond = re.sub(r"[\x00-\x7f]", "", text)
    return len(re.findall(wanted, beyond)) / len(beyond) if beyond else 0.0


def _is_korean(text: str) -> bool:
    """Whether nearly all are syllables, and these among the 2,350 of KS X 1001 that write nearly all Korean."""
    common = sum(len(character.encode("euc_kr", "ignore")) == 2 for character in text if "가" <= character <= "힣")
    syllables = len(re.findall("[가-힣]", text))
    if _share(text, "[ㅥ-ㆎ]") > 0.01:  # letters that nobody writes now: as they stand for kana in EUC-JP
        return False
    return _share(text, "[가-힣ㄱ-ㅣ]") > 0.8 and common > 0.95 * syllables


def _is_japanese(text: str) -> bool:
    japanese = _share(text, "[\u3000-\u30ff\u4e00-\u9fff\uff01-\uff5e]")
    return _share(text, "[\u3040-\u30fa\u30fc]") > 0.3 and japanese > 0.9


def _is_western(text: str) -> bool:
    beyond = [character for character in text if not character.isascii()]
    letters = [character for character in beyond if unicodedata.category(character).startswith("L")]
    runs = re.findall(r"[^\W\d_a-zA-Z]{3,}", text)  # accented letters stand alone
    alone = 10 * len(runs) <= len(letters)
    return bool(beyond) and set(beyond) <= _WESTERN and not _LETTER_INSIDE.search(text) and alone
