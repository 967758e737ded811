"""Whether values were written for people to read: texts, and not addresses, names of files, identifiers or dates."""

import re
from collections.abc import Iterable

_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]*://|www\.)\S+|[^\s@]+@[^\s@]+\.\w+|[\w-]+(?:\.[\w-]+)*\.(?:com|org|net)"
                      r"(?:/\S*)?", re.IGNORECASE)
_FILE = re.compile(r".*\.(?:jpe?g|png|gif|bmp|tiff?|wav|mp3|mp4|flac|ogg|txt|csv|tsv|jsonl?|xml|html?|pdf|docx?|xlsx?)",
                   re.IGNORECASE)
_PATH = re.compile(r"(?:[A-Za-z]:)?[.~]?[\\/]\S.*|[\w.-]+(?:[\\/][\w.-]+){2,}[\\/]?")
_IDENTIFIER = re.compile(r"(?=\S*[\d_])[\w:#./+-]+")  # hashes, numbers, times, user_7, B001E4KFG0
_OF_DATES = frozenset(
    "january february march april may june july august september october november december jan feb mar apr jun jul aug"
    " sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri"
    " sat sun am pm t z utc gmt est edt cst cdt mst mdt pst pdt bst cet cest kst jst st nd rd th of at 년 월 일 시 분"
    " 초 오전 오후 요일 월요일 화요일 수요일 목요일 금요일 토요일 일요일".split())
_MOST = 0.5  # of the values that are no texts, in a column of none


def is_machine_written(value: str) -> bool:
    """Whether one value is an address, the name of a file, an identifier, a number or a date."""
    value = value.strip()
    if any(pattern.fullmatch(value) for pattern in (_ADDRESS, _FILE, _PATH)):
        return True
    if _IDENTIFIER.fullmatch(value) and (value.isascii() or re.search(r"_\d|\d_", value)):
        return True
    return all(word.lower() in _OF_DATES for word in re.findall(r"[^\W\d_]+", value)) and any(map(str.isdigit, value))


def is_machine_column(values: Iterable[str]) -> bool:
    """Whether more than half of those that are not empty are no texts."""
    given = [value for value in values if value.strip()]
    return bool(given) and sum(map(is_machine_written, given)) > _MOST * len(given)


def is_column_of_words(values: Iterable[str]) -> bool:
    """Whether more than half of those that are not empty are a single word in ASCII, as names of users are."""
    given = [value.strip() for value in values if value.strip()]
    return sum(value.isascii() and len(value.split()) == 1 for value in given) > _MOST * len(given)
