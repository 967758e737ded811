"""Whether the results in the working tree are those of its settings, data and code."""

from collections.abc import Iterator, Mapping, Sequence

from stages.reporting.texts import numbered

_ABSENT = {"deleted", "not in cache"}  # what DVC says of a file that its lock knows and that is not here

Status = Mapping[str, Sequence[str | Mapping[str, Mapping[str, object]]]]  # of DVC, by stage


def out_of_date(status: Status) -> tuple[int, int]:
    """How many stages would run again for what changed; and how many others lack files alone, as in a fresh clone."""
    found = [set(_changes(changed)) for changed in status.values()]
    absent = sum(words <= _ABSENT for words in found)
    return len(found) - absent, absent


def _changes(changed: Sequence[str | Mapping[str, Mapping[str, object]]]) -> Iterator[str]:
    """What DVC says of every file of a stage; of settings, and of the stage itself, that they are others."""
    for part in changed:
        for files in part.values() if isinstance(part, Mapping) else ({"": ""},):
            yield from (word if isinstance(word, str) else "" for word in files.values())


def told(stale: int, absent: int) -> Iterator[str]:
    """What is to be known of it before the results are compared."""
    if stale:
        yield f"{numbered(stale, 'stage')} would run again: the results are out of date; run `dvc repro` first"
    if absent:
        yield (f"files of {numbered(absent, 'stage')} are not here, so whether the results are out of date is not "
               "known; `dvc pull` brings them from a remote, `dvc repro` makes them")
