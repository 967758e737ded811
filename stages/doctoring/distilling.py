"""Checks of students, which learn the logits of another arm's model."""

from collections.abc import Iterator

from stages.doctoring.arms import test_unlike_validation
from stages.doctoring.evidence import Evidence
from stages.results.findings import Finding
from stages.settings.arms import arm_of_key, rivals_of
from stages.wording.message import message


def failed_teacher(evidence: Evidence) -> Iterator[Finding]:
    """Students whose teacher failed to train, as evaluate says: what it gave them is chance."""
    for arm, cells in evidence.arms.items():
        if not arm_of_key(arm).taught:
            continue
        teachers = evidence.arms[_teaching(evidence)]
        misled = {cell: teacher for cell, teacher in zip(cells, teachers, strict=True) if evidence.failed(teacher)}
        if misled:
            yield Finding.of(
                "failed_teacher", "severe" if len(misled) == len(cells) else "warning", arm, (arm,),
                teachers=tuple(misled.values()), students=tuple(misled), remedy=message("fix-tune"), runs=tuple(misled))


def other_teacher(evidence: Evidence) -> Iterator[Finding]:
    """Students that learned the logits of another model than that of the arm with which they are compared."""
    for arm, cells in evidence.arms.items():
        taught = {cell: evidence.histories[cell].teacher for cell in cells if arm_of_key(arm).taught}
        misled = [cell for cell, teacher in taught.items() if teacher != evidence.teachers.get(cell, teacher)]
        if misled:
            yield Finding.of(
                "other_teacher", "severe", arm, (arm,),
                students=tuple(misled), remedy=message("fix-mixed-cells"), runs=tuple(misled))


def teacher_knows_test(evidence: Evidence) -> Iterator[Finding]:
    """Students of an arm that knows test: it scores far better there than on validation, and scratch does not."""
    for found in test_unlike_validation(evidence):
        if found.name != "test_above_validation" or found.severity != "severe":
            continue
        for arm, cells in evidence.arms.items():
            if arm_of_key(arm).taught and found.about == _teaching(evidence):
                yield Finding.of(
                    "teacher_knows_test", "severe", arm, (arm,),
                    teacher=evidence.arm_names[found.about], evidence=found.evidence,
                    remedy=message("fix-checkpoint-knows-test"), runs=tuple(cells))


def _teaching(evidence: Evidence) -> str:
    """The arm whose models teach."""
    return next(arm for arm in evidence.arms if arm_of_key(arm).tuned)


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
                yield Finding.of(
                    "other_budget", "severe", arm, (arm,),
                    settings=found, rival=evidence.arm_names[rival], remedy=message("fix-mixed-cells"),
                    runs=tuple(cells))


CHECKS = (failed_teacher, other_teacher, teacher_knows_test, other_budget)
