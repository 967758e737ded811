"""Lines of a text file, decoded strictly, and the form of an error about them."""

import codecs
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from stages.common.errors import UserError, unreadable

LONGEST_LINE = 1 << 20  # bytes, far more than any row of a corpus; bounds the memory for a file without line ends
# Codec that a text is tried with, its letters, the share of them beyond ASCII (Chinese that is read as Korean has
# Chinese characters besides, and Polish has gaps), what `iconv` calls the encoding, and the language.
_ENCODINGS = (("euc_kr", "[\uac00-\ud7a3]", 0.8, "CP949", "Korean"),
              ("shift_jis", "[\u3040-\u30ff]", 0.5, "SHIFT_JIS", "Japanese"))
# Of texts whose letters beyond ASCII stand alone: codec, what `iconv` calls it, and whose it is.
_ACCENTED = (("cp1252", "WINDOWS-1252", "Western European text"), ("cp1250", "WINDOWS-1250", "Polish or Czech"),
             ("cp850", "CP850", "text of DOS"), ("mac_roman", "MACINTOSH", "text of old Macs"))
EXCERPT = 40  # characters of a bad line that an error shows
_AS_TABLE = "make a task of it as a table with `python -m stages.new_task FILE`, or write it as text:"
_JSON_LINES = "orient='records', lines=True, force_ascii=False"
# First bytes of files that are not UTF-8 text, or a placeholder of it: what they are, and the remedy.
_FOREIGN = {
    codecs.BOM_UTF32_LE: ("UTF-32 text", "convert the file: `iconv -f UTF-32 -t UTF-8`"),
    codecs.BOM_UTF16_LE: ("UTF-16 text", "convert the file: `iconv -f UTF-16 -t UTF-8`"),
    codecs.BOM_UTF16_BE: ("UTF-16 text", "convert the file: `iconv -f UTF-16 -t UTF-8`"),
    b"PK\x03\x04": ("a zip archive or an Excel workbook", "unpack it, or save the sheet as CSV (UTF-8)"),
    b"\x1f\x8b": ("a gzip archive", "unpack it with `gunzip`"),
    b"BZh91AY&SY": ("a bzip2 archive", "unpack it with `bunzip2`"),
    b"\xfd7zXZ": ("an xz archive", "unpack it with `unxz`"),
    b"\x28\xb5\x2f\xfd": ("a zstandard archive", "unpack it with `unzstd`"),
    b"PAR1\x15": ("a Parquet file", f"{_AS_TABLE} `pandas.read_parquet(...).to_json(..., {_JSON_LINES})`"),
    b"version https://git-lfs.github.com": ("a pointer of Git LFS", "fetch the file itself with `git lfs pull`"),
    b"<!doctype html": ("a web page", "download the file itself; on GitHub, its \"raw\" address"),
    b"<html": ("a web page", "download the file itself; on GitHub, its \"raw\" address"),
    b"<?xml": ("an XML document", "write its texts into a text file, one per line"),
    b"%PDF-": ("a PDF document", "write its texts into a text file, one per line"),
    b"{\\rtf": ("a document in rich text (RTF)", "save it as plain text (UTF-8)"),
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": ("an Excel or Word document", "save it as CSV or plain text (UTF-8)"),
    b"\x89PNG": ("an image", "give a file of text"),
    b"ARROW1": ("an Arrow file", f"{_AS_TABLE} `pandas.read_feather(...).to_json(..., {_JSON_LINES})`"),
    b"\x80\x04\x95": ("a Python pickle", "write its contents as JSON lines; pickles are not loaded"),
    b"\x80\x03": ("a Python pickle", "write its contents as JSON lines; pickles are not loaded"),
    b"\x80\x05\x95": ("a Python pickle", "write its contents as JSON lines; pickles are not loaded"),
    b"x\x9c": ("data packed by zlib, as spaCy's DocBin is", "write its documents as JSON lines, {\"text\": doc.text, "
               "\"entities\": [[e.start_char, e.end_char, e.label_] for e in doc.ents]}"),
    b"SQLite format 3\0": ("an SQLite database", "write its table as CSV: `sqlite3 -header -csv FILE 'SELECT * FROM "
                           "TABLE'`"),
    b"\x89HDF": ("an HDF5 file", f"{_AS_TABLE} `pandas.read_hdf(...).to_json(..., {_JSON_LINES})`"),
    b"<stata_dta>": ("a Stata file", f"{_AS_TABLE} `pandas.read_stata(...).to_json(..., {_JSON_LINES})`"),
    b"$FL2": ("an SPSS file", f"{_AS_TABLE} `pandas.read_spss(...).to_json(..., {_JSON_LINES})`"),
    b"Obj\x01": ("an Avro file", "write its records as JSON lines"),
    b"\x93NUMPY": ("a NumPy array", "write its texts as JSON lines"),
    b"Rar!\x1a": ("a RAR archive", "unpack it with `unrar x`"),
    b"7z\xbc\xaf\x27\x1c": ("a 7-Zip archive", "unpack it with `7z x`"),
}


def read_lines(path: Path) -> Iterator[str]:
    """Yield the lines of a UTF-8 file, without their LF or CRLF and without a byte-order mark.

    Only LF ends a line: the other characters at which ``str.splitlines`` or text mode break (CR, U+0085, U+2028 and
    more) belong to the texts.

    Raises:
        UserError: the file cannot be read, is not text in UTF-8, or has a line that :func:`decoded_lines` refuses.
    """
    try:
        with path.open("rb") as stream:
            yield from decoded_lines(stream, path)
    except OSError as error:
        raise unreadable(path, error) from None


def decoded_lines(stream: BinaryIO, name: Path | str) -> Iterator[str]:
    """As :func:`read_lines`, for an open stream, which errors call ``name``.

    Raises:
        UserError: with line and byte offset, at the first byte that is not UTF-8, a NUL byte, or a line of more than
            ``LONGEST_LINE`` bytes.
    """
    offset = 0
    for number, raw in enumerate(iter(lambda: stream.readline(LONGEST_LINE + 1), b""), start=1):
        if number == 1:
            refuse_foreign(raw, name)
        line = _decode(raw, name, number, offset)
        yield line.removeprefix("\ufeff") if number == 1 else line
        offset += len(raw)


def refuse_foreign(raw: bytes, name: Path | str) -> None:
    """Refuse a file by its first line.

    Raises:
        UserError: the file is none of text, or in UTF-16, or has no LF.
    """
    start = raw[:64].lstrip().lower() if raw.lstrip().startswith(b"<") else raw
    for mark, (found, remedy) in _FOREIGN.items():
        if start.startswith(mark):
            raise malformed(name, 1, "text in UTF-8", found, remedy)
    if b"\r" in raw.rstrip(b"\r\n") and not raw.endswith(b"\n"):
        raise malformed(name, 1, "lines that end in LF or CRLF", "none, but carriage returns (CR) alone",
                        "convert the line ends: `tr '\\r' '\\n'`")


def _decode(raw: bytes, name: Path | str, number: int, offset: int) -> str:
    if b"\0" in raw:
        raise malformed(name, number, "text", f"a NUL byte at byte offset {offset + raw.index(0)}",
                        "unpack the file if it is an archive, convert it to UTF-8 if it is UTF-16")
    if len(raw) > LONGEST_LINE:
        raise malformed(name, number, f"at most {LONGEST_LINE} bytes in a line", "more",
                        "restore the line ends (LF or CRLF) of the file, or shorten the text: a model reads its first "
                        "tokens alone")
    try:
        return raw.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError as error:
        found = f"byte 0x{raw[error.start]:02x} at byte offset {offset + error.start}"
        raise malformed(name, number, "UTF-8", found, _remedy(raw, error.start)) from None


def _remedy(raw: bytes, place: int) -> str:
    """The remedy for a line whose byte at ``place`` is not UTF-8, by the encoding that the line seems to have."""
    if any(character > "\u07ff" for character in raw[:place].decode()):  # three bytes in UTF-8, so no accident
        return "the line is UTF-8 up to there: restore the character, or the end of the file if that is cut off"
    runs = [len(run) for run in re.findall(rb"[\x80-\xff]+", raw)]
    if sum(length for length in runs if length > 1) <= sum(runs) / 2:  # accented letters stand alone
        (_, first, what), *others = [one for one in _ACCENTED if _may_be(raw, one[0])] or _ACCENTED
        more = "".join(f", or `-f {name}` ({of_what})" for _, name, of_what in others)
        return f"convert the file: `iconv -f {first} -t UTF-8` ({what}){more}"
    for codec, letters, share, encoding, language in _ENCODINGS:
        text = raw.decode(codec, "replace")
        if len(re.findall(letters, text)) > share * sum(not character.isascii() for character in text):
            return f"convert the file: `iconv -f {encoding} -t UTF-8` ({language} text)"
    return ("convert the file from its own encoding, for example `iconv -f CP949 -t UTF-8` for Korean, GB18030 "
            "for Chinese, WINDOWS-1250 for Polish or Czech, and WINDOWS-1251 for Russian text")


def _may_be(raw: bytes, codec: str) -> bool:
    """Whether bytes beyond ASCII are small letters between letters, and small letters or marks after a word."""
    for found in re.finditer(rb"(?:(?<=[a-z])|(?<=[A-Z])(?=.[a-z]))([\x80-\xff])([a-z])?", raw):
        letter = found[1].decode(codec, "replace")
        if letter == "\ufffd" or letter.isupper() or (found[2] and not letter.islower() and letter != "’"):
            return False
    return True


def malformed(name: Path | str, line: int, expected: str, found: str, remedy: str) -> UserError:
    """The error about a line that violates its format."""
    return UserError(f"{name}: line {line}: expected {expected}, found {found}; {remedy}")


def is_unicode(text: str) -> bool:
    """Whether UTF-8 can hold the text: JSON and the command line can give half of a character, a lone surrogate."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def excerpt(value: object) -> str:
    """Start of ``value`` as Python writes it, on one line."""
    shown = repr(value)
    return shown if len(shown) <= EXCERPT else f"{shown[:EXCERPT]}..."


def normalise(text: str) -> str:
    """Letters and digits alone, after NFKC and without case: what is left of a text that was retyped or reformatted."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))
