"""Checks of the runs, from their histories."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from stages.doctoring.evidence import Evidence
from stages.metrics.outcome import Outcome
from stages.results.findings import Finding
from stages.settings.arms import parse_cell_name
from stages.wording.message import Message, message
from stages.wording.names import outcome_name, split_name

# A loss on train that ends above where it began, by more than an evaluation in another precision would show, or that
# has risen again by more than half of what it had fallen.
ROSE, LOST = 1.1, 0.5
# Points between training and validation scores that are worth a note, and those that are a warning where validation has
# less than a third of the skill above chance that train has: hardly anything generalises.
GAP, WIDE, CARRIED_OVER = 0.2, 0.4, 1 / 3
# Gradients of a run that learns have norms around 1; Mosbach et al., 2021 (https://openreview.net/forum?id=nzpLWnVAyah)
# show failed runs whose gradients vanish by many orders of magnitude.
DEAD, DEAD_SHARE = 1e-5, 0.5
# Steps that changed nothing, of all: the share from which another arm's budget counts as smaller.
SKIPPED = 0.1
# Points between the best and the worst seed, and standard errors over test rows that they must exceed. Dodge et
# al., 2020 (https://arxiv.org/abs/2002.06305) see so much on small data alone.
SPREAD, ERRORS = 0.1, 4.0


def aborted(evidence: Evidence) -> Iterator[Finding]:
    """Runs that could not continue."""
    for cell, history in evidence.histories.items():
        if history.summary.outcome == Outcome.LOSS_NOT_FINITE:
            yield Finding.of(
                "aborted", "warning", cell, (evidence.arm_of[cell],),
                step=history.summary.steps, outcome=outcome_name(history.summary.outcome))


def collapsed(evidence: Evidence) -> Iterator[Finding]:
    """Runs whose kept model is at chance on validation (Mosbach et al., 2021), as evaluate found of those that failed.

    Chance is no correlation with the labels, however imbalanced they are; of entities, that none is found, or that the
    tags have none.
    """
    for cell in evidence.histories:
        scored, summary = evidence.metrics.cells[cell].after["validation"], evidence.histories[cell].summary
        if _known_failed(evidence, cell) and summary.best_step and summary.outcome != Outcome.LOSS_NOT_FINITE:
            skill = (message("skill-rows", mcc=scored["mcc"]) if "mcc" in scored else
                     message("skill-words", f1=scored["entity_f1"], mcc=scored["token_mcc"]))
            yield Finding.of("collapsed", "warning", cell, (evidence.arm_of[cell],), skill=skill,
                             remedy=_tuning(evidence, cell))


def diverged(evidence: Evidence) -> Iterator[Finding]:
    """Runs whose loss on train ends higher than it was, or rose and did not get below its start again."""
    for cell in evidence.histories:
        losses = [event.train["loss"] for event in evidence.histories[cell].evaluations]
        if losses and _rose(losses):
            yield Finding.of(
                "diverged", "warning", cell, (evidence.arm_of[cell],),
                first=losses[0], lowest=min(losses), highest=max(losses), last=losses[-1])


def _rose(losses: Sequence[float]) -> bool:
    """Whether losses rise above their start and stay there, or come back most of the way that they had fallen.

    A schedule that lowers the learning rate to 0 brings a loss that rose back to about its start, and not below it.
    """
    start, lowest, highest, end = losses[0], min(losses), max(losses), losses[-1]
    risen = highest > ROSE * start and ROSE * end > start
    return risen or (start > ROSE * lowest and end - lowest > LOST * (start - lowest))


def failed_runs(evidence: Evidence) -> Iterator[Finding]:
    """Arms of which some, or all, runs failed as evaluate says, which leaves them out of the comparisons.

    A run that was aborted, collapsed or never improved is such a run. One that diverged may have kept a good model of
    an earlier step.
    """
    reasons = {finding.about: finding.evidence for check in (never_improved, collapsed, aborted)
               for finding in check(evidence)}
    rose = {finding.about for finding in diverged(evidence)}
    for arm, cells in evidence.arms.items():
        ended = [cell for cell in cells if _known_failed(evidence, cell)]
        if ended:
            entire = len(ended) == len(cells)
            yield Finding(
                "failed_arm" if entire else "failed_seed", "severe" if entire else "warning", arm, (arm,),
                message("found-failed-runs", failed=len(ended), runs=len(cells), arm=evidence.arm_names[arm],
                        each=tuple(message("failed-run", cell=cell, reason=reasons[cell]) for cell in ended)),
                message("why-failed_arm" if entire else "why-failed_seed"),
                message("fix-diverged") if rose.intersection(ended) else evidence.tuning(arm), tuple(ended))


def _known_failed(evidence: Evidence, cell: str) -> bool:
    """Whether a run failed, by a validation set that can tell."""
    return evidence.failed(cell) and cell not in evidence.undecided


def _tuning(evidence: Evidence, cell: str) -> Message:
    return evidence.tuning(evidence.arm_of[cell])


def overfitted(evidence: Evidence) -> Iterator[Finding]:
    """Arms that are far better on train than on validation, in the mean of the models that their runs kept.

    That is common with few rows. A warning where hardly anything generalises beyond the training rows.
    """
    for arm, cells in evidence.arms.items():
        kept = [found for cell in cells if (found := evidence.histories[cell].kept)]
        if not kept:
            continue
        train, validation = (float(np.mean([evidence.score(event, split) for event in kept]))
                             for split in ("train", "validation"))
        if train - validation >= GAP:
            memorised = train - validation >= WIDE and (
                validation - evidence.chance < CARRIED_OVER * (train - evidence.chance))
            yield Finding.of(
                "overfitted", "warning" if memorised else "note", arm, (arm,),
                train=train, validation=validation, rows=evidence.metrics.rows["train"], runs=tuple(cells))


def dead_gradient(evidence: Evidence) -> Iterator[Finding]:
    """Runs whose gradients vanished, or were not finite."""
    for cell, history in evidence.histories.items():
        norms = [event.gradient_norm for event in history.steps]
        dead = sum(norm is None or norm < DEAD for norm in norms)
        if norms and dead / len(norms) >= DEAD_SHARE:
            yield Finding.of(
                "dead_gradient", "warning", cell, (evidence.arm_of[cell],),
                share=dead / len(norms), least=f"{DEAD:g}", remedy=_tuning(evidence, cell))


def dead_part(evidence: Evidence) -> Iterator[Finding]:
    """Parts of a model that are trained and get no gradient at all."""
    for cell, history in evidence.histories.items():
        steps = [event.gradient_norms for event in history.steps]
        parts = sorted({part for norms in steps for part in norms})
        dead = [part for part in parts if _is_dead([norms[part] for norms in steps if part in norms])]
        if dead and len(dead) < len(parts):
            yield Finding.of(
                "dead_part", "warning", cell, (evidence.arm_of[cell],),
                least=f"{DEAD:g}", parts=tuple(dead), remedy=_tuning(evidence, cell))


def _is_dead(norms: Sequence[float | None]) -> bool:
    return all(norm is not None and norm < DEAD for norm in norms)


def skipped_steps(evidence: Evidence) -> Iterator[Finding]:
    """Runs of which many steps changed nothing, as their gradients overflowed in fp16; the first few always may."""
    for cell, history in evidence.histories.items():
        skipped, steps = history.summary.skipped_steps, history.summary.steps
        if steps and skipped / steps > SKIPPED:
            yield Finding.of("skipped_steps", "warning", cell, (evidence.arm_of[cell],), skipped=skipped, steps=steps)


def not_chosen_on_validation(evidence: Evidence) -> Iterator[Finding]:
    """Models that were kept although another step was better on validation."""
    for cell, history in evidence.histories.items():
        kept = history.summary.best_step
        scored: Mapping[int, tuple[float, float]] = {
            event.step: (evidence.score(event, "validation"), -event.validation["loss"])
            for event in history.evaluations}
        if not scored:
            continue
        best = max(scored, key=lambda step: scored[step])
        if kept not in scored or scored[kept] < scored[best]:
            had = message("score", value=scored[kept][0]) if kept in scored else message("no-record")
            yield Finding(
                "not_chosen_on_validation", "severe", cell, (evidence.arm_of[cell],),
                message("found-not-chosen", kept=kept, score=had, best=best, best_score=scored[best][0]),
                message("why-not-chosen"), message("fix-not-chosen"))


def mixed_cells(evidence: Evidence) -> Iterator[Finding]:
    """Runs of one arm with other settings, recipes or inputs, and arms that were trained on other rows.

    Where every seed draws its training rows, the draw is no other input; arms share that of a seed.
    """
    runs = {cell: history.summary for cell, history in evidence.histories.items()}
    own = {"drawn"} if evidence.metrics.draws > 1 else set()
    for arm, cells in evidence.arms.items():
        for name in ("settings", "recipe", "inputs"):
            found = [{key: value for key, value in getattr(runs[cell], name).items() if key not in own}
                     for cell in cells]
            if any(one != found[0] for one in found):
                yield Finding(
                    "mixed_cells", "severe", arm, (arm,), message(f"found-mixed-{name}"), message("why-mixed-cells"),
                    message("fix-mixed-cells"))
    drawn: dict[int, set[str | None]] = defaultdict(set)
    for cell, run in runs.items():
        drawn[parse_cell_name(cell).seed].add(run.inputs.get("drawn"))
    apart = any(len(of_seed) > 1 for of_seed in drawn.values())
    for name in ("train", "validation"):
        if len({run.inputs.get(name) for run in runs.values()}) > 1 or (name == "train" and apart):
            yield Finding(
                "mixed_cells", "severe", "task", evidence.everything,
                message("found-other-rows", split=split_name(name)), message("why-mixed-rows"),
                message("fix-mixed-cells"))


def never_improved(evidence: Evidence) -> Iterator[Finding]:
    """Runs whose weights at the start were the best."""
    for cell, history in evidence.histories.items():
        if history.summary.best_step == 0 and cell not in evidence.undecided:
            yield Finding.of(
                "never_improved", "warning", cell, (evidence.arm_of[cell],), remedy=_tuning(evidence, cell))


def unstable_seeds(evidence: Evidence) -> Iterator[Finding]:
    """Seeds of one arm that differ by more than the rows of test explain."""
    for arm, cells in evidence.arms.items():
        scores = [evidence.on_test(cell) for cell in cells]
        mean = float(np.mean(scores))
        error = (mean * (1 - mean) / len(evidence.rows["test"])) ** 0.5
        if max(scores) - min(scores) > max(SPREAD, ERRORS * error):
            yield Finding.of("unstable_seeds", "warning", arm, (arm,), low=min(scores), high=max(scores))


def identical_runs(evidence: Evidence) -> Iterator[Finding]:
    """Arms whose seeds changed nothing: their runs have the same losses and predictions."""
    for arm, cells in evidence.arms.items():
        runs = [(*(tuple(evidence.predictions[split][cell]) for split in ("validation", "test")),
                 tuple(event.train["loss"] for event in evidence.histories[cell].evaluations)) for cell in cells]
        if len(runs) > 1 and len(set(runs)) == 1 and runs[0][-1] and len(set(runs[0][1])) > 1:
            yield Finding.of("identical_runs", "note", arm, (arm,), runs=tuple(cells), number=len(cells))


CHECKS = (aborted, collapsed, diverged, failed_runs, mixed_cells, overfitted, dead_gradient,
          dead_part, skipped_steps, not_chosen_on_validation, never_improved, unstable_seeds,
          identical_runs)
