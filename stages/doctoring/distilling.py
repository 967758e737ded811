"""Checks of students, which learn the logits of another arm's model."""

from collections.abc import Iterator

from stages.doctoring.evidence import Evidence
from stages.doctoring.finding import Finding
from stages.settings.arms import arm_of_key, rivals_of
from stages.wording.message import message


def failed_teacher(evidence: Evidence) -> Iterator[Finding]:
    """Students whose teacher failed to train, as evaluate says: what it gave them is chance."""
    for arm, cells in evidence.arms.items():
        if not arm_of_key(arm).taught:
            continue
        teachers = next(of_arm for key, of_arm in evidence.arms.items() if arm_of_key(key).tuned)
        misled = {cell: teacher for cell, teacher in zip(cells, teachers, strict=True) if evidence.failed(teacher)}
        if misled:
            yield Finding(
                "failed_teacher", "severe" if len(misled) == len(cells) else "warning", arm, (arm,),
                message("found-failed_teacher", teachers=tuple(misled.values()), students=tuple(misled)),
                message("why-failed_teacher"), message("fix-tune"), tuple(misled))


def other_budget(evidence: Evidence) -> Iterator[Finding]:
    """Arms that learned by other settings than an arm they are compared with, although both have one section of them.

    A student then differs from scratch in more than what it is taught.
    """
    for arm, cells in evidence.arms.items():
        for rival in rivals_of(arm):
            if rival not in evidence.arms or arm_of_key(rival).settings != arm_of_key(arm).settings:
                continue
            own, other = (evidence.histories[evidence.arms[key][0]].summary.settings for key in (arm, rival))
            found = tuple(f"{name} {value} ≠ {other[name]}" for name, value in own.items()
                          if other.get(name, value) != value)
            if found:
                yield Finding(
                    "other_budget", "severe", arm, (arm,),
                    message("found-other_budget", settings=found, rival=evidence.arm_names[rival]),
                    message("why-other_budget"), message("fix-mixed-cells"), tuple(cells))


CHECKS = (failed_teacher, other_budget)
