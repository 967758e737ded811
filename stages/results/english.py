"""Names of things in English words, for ``diff``, which is in English alone."""

from contextlib import suppress

from stages.results.arm_words import arm_name, named, run_name
from stages.settings.arms import ARMS, arm_of_key, parse_cell_name
from stages.wording.catalogue import render
from stages.wording.message import Message, Wording
from stages.wording.names import finding_name, metric_name, split_name


def metric_words(metric: str) -> str:
    """A metric in a word or two."""
    return render(metric_name(metric))


def finding_words(finding: str) -> str:
    """The title of a finding, as the doctor and the report have it; of one that the doctor no longer has, its name."""
    with suppress(LookupError):
        return render(finding_name(finding))
    return finding.replace("_", " ")


def arm_words(key: str) -> str:
    """An arm, or a tuning of the pre-trained one, as the report has it."""
    return render(_arm(key))


def comparison_words(arms: tuple[str, str]) -> str:
    """Two arms that are compared."""
    return " against ".join(map(arm_words, arms))


def place_words(about: str) -> str:
    """What a finding of any revision is about: runs, arms or splits."""
    return render(named(_place(part) for part in about.split(", ")))


def _arm(key: str) -> Wording:
    return arm_name(arm_of_key(key).name, key)


def _place(part: str) -> Wording:
    arm, *place = part.split("-")
    if arm in ARMS and place and place[-1].isdecimal():
        return run_name(part, _arm(parse_cell_name(part).key))
    split = split_name(part)
    return split if isinstance(split, Message) else _arm(part)
