"""Whether values were written for people to read: texts, and not addresses, names of files, identifiers or dates."""

import re
from collections.abc import Callable, Iterable

_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]*://|www\.)\S+|[^\s@]+@[^\s@]+\.\w+|[\w-]+(?:\.[\w-]+)*\.(?:com|org|net)"
                      r"(?:/\S*)?", re.IGNORECASE)
_FILE = re.compile(r".*\.(?:jpe?g|png|gif|bmp|tiff?|wav|mp3|mp4|flac|ogg|txt|csv|tsv|jsonl?|xml|html?|pdf|docx?|xlsx?)",
                   re.IGNORECASE)
_PATH = re.compile(r"(?:[A-Za-z]:)?[.~]?[\\/]\S.*|[\w.-]+(?:[\\/][\w.-]+){2,}[\\/]?")
_IDENTIFIER = re.compile(r"(?=\S*[\d_])[\w:#./+-]+")  # hashes, numbers, times, user_7, B001E4KFG0
_NUMBER = re.compile(r"[+-]?[\d.,]+%?")
_OF_DATES = frozenset(
    "january february march april may june july august september october november december jan feb mar apr jun jul aug"
    " sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri"
    " sat sun am pm t z utc gmt est edt cst cdt mst mdt pst pdt bst cet cest kst jst st nd rd th of at 년 월 일 시 분"
    " 초 오전 오후 요일 월요일 화요일 수요일 목요일 금요일 토요일 일요일".split())
_MOST = 0.5  # of the values of a column


def is_address(value: str) -> bool:
    """Whether one value is an address, the name of a file, or a date."""
    value = value.strip()
    if any(pattern.fullmatch(value) for pattern in (_ADDRESS, _FILE, _PATH)):
        return True
    words = re.findall(r"[^\W\d_]+", value.lower())
    numbers = sum(map(str.isdigit, value)) > 1 and not _NUMBER.fullmatch(value)
    return numbers and all(word in _OF_DATES for word in words)


def is_machine_written(value: str) -> bool:
    """Whether one value is an address, the name of a file, a date, a number or an identifier."""
    value = value.strip()
    identifier = _IDENTIFIER.fullmatch(value) and (value.isascii() or re.search(r"_\d|\d_", value))
    return bool(identifier) or is_address(value)


def are_mostly(kind: Callable[[str], bool], values: Iterable[str]) -> bool:
    """Whether more than half of the values that are not empty are of one kind."""
    given = [value for value in values if value.strip()]
    return sum(map(kind, given)) > _MOST * len(given)


def is_one_word(value: str) -> bool:
    """Whether one value is a single word in ASCII, as names of users are."""
    return value.isascii() and len(value.split()) == 1
