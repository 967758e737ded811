"""Whether the results in the working tree are those of its settings, data and code."""

from collections.abc import Iterator, Mapping, Sequence

from stages.reporting.texts import numbered

_ABSENT = {"deleted", "not in cache"}  # what DVC says of a file that its lock knows and that is not here

Status = Mapping[str, Sequence[str | Mapping[str, Mapping[str, object]]]]  # of DVC, by stage


def out_of_date(status: Status) -> tuple[list[str], dict[str, str]]:
    """Stages that would run again for what changed; and others that lack files alone, as in a fresh clone.

    Of the latter each has the first file that it lacks.
    """
    absent = {name: _first_file(changed) for name, changed in sorted(status.items())
              if set(_changes(changed)) <= _ABSENT}
    return sorted(status.keys() - absent.keys()), absent


def _first_file(changed: Sequence[str | Mapping[str, Mapping[str, object]]]) -> str:
    parts = (part for part in changed if isinstance(part, Mapping))
    return next((name for part in parts for files in part.values() for name in files), "")


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
