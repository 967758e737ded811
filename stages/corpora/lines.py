"""Lines of a corpus file, decoded strictly, and the one form of an error about them."""

from collections.abc import Iterator
from pathlib import Path

from stages.common.errors import UserError

LONGEST_LINE = 1 << 20  # bytes; no row of a corpus comes near, and a file without line ends must not fill the memory
EXCERPT = 40  # characters of a bad line that an error shows


def read_lines(path: Path) -> Iterator[str]:
    """Yield the lines of a UTF-8 file, without their LF or CRLF and without a byte-order mark.

    Only LF ends a line: the other characters at which ``str.splitlines`` or text mode break (CR, U+0085, U+2028 and
    more) belong to the texts. Raises a :class:`UserError` with line and byte offset at the first byte that is not
    UTF-8, at a NUL byte, at a line of more than ``LONGEST_LINE`` bytes, and if the file cannot be read.
    """
    offset = 0
    try:
        with path.open("rb") as stream:
            for number, raw in enumerate(iter(lambda: stream.readline(LONGEST_LINE + 1), b""), start=1):
                line = _decode(raw, path, number, offset)
                yield line.removeprefix("\ufeff") if number == 1 else line
                offset += len(raw)
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror}); check its name and permissions") from None


def _decode(raw: bytes, path: Path, number: int, offset: int) -> str:
    if b"\0" in raw:
        raise malformed(path, number, "text", f"a NUL byte at byte offset {offset + raw.index(0)}",
                        "unpack the file if it is an archive, convert it to UTF-8 if it is UTF-16")
    if len(raw) > LONGEST_LINE:
        raise malformed(path, number, f"at most {LONGEST_LINE} bytes in a line", "more",
                        "restore the line ends (LF or CRLF) of the file")
    try:
        return raw.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError as error:
        found = f"byte 0x{raw[error.start]:02x} at byte offset {offset + error.start}"
        raise malformed(path, number, "UTF-8", found,
                        "convert the file, for example with `iconv -f CP949 -t UTF-8`") from None


def malformed(path: Path, line: int, expected: str, found: str, remedy: str) -> UserError:
    """The error to raise at a line that does not hold what its format promises."""
    return UserError(f"{path}: line {line}: expected {expected}, found {found}; {remedy}")


def excerpt(value: object) -> str:
    """Start of ``value`` as Python writes it, on one line."""
    shown = repr(value)
    return shown if len(shown) <= EXCERPT else f"{shown[:EXCERPT]}..."
