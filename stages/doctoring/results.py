"""Checks of the scores and of the predictions behind them."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from stages.doctoring.conlleval import conlleval_f1
from stages.doctoring.data import total_variation
from stages.doctoring.evidence import Answer, Evidence
from stages.metrics.chance import chance_level
from stages.metrics.classification import confusion
from stages.metrics.failure import failed
from stages.metrics.headlines import HEADLINES
from stages.results.baselines import EMBEDDINGS_BASELINE
from stages.results.findings import Finding
from stages.settings.arms import REFERENCE, rivals_of
from stages.wording.message import Message, message
from stages.wording.names import baseline_name, metric_name

# Scores are stored with all their digits.
ROUNDING = 1e-6
# Nearly all rows; the rest may be noise at the boundary.
ONE_CLASS = 0.99
# An order of labels that makes so many more rows right cannot be chance on 100 rows (five standard errors).
SWAP_GAIN = 0.25
# A weak model gains less; then test as it is lies so many standard errors below validation (by chance once in 30,000
# times), while with the other order it lies at most so many below.
SWAP_BELOW, SWAP_AT = 4.0, 2.0
# The best of all orders gains by chance: much with many labels or few rows. So many shuffles show how much,
# and a gain so many of their standard deviations above their mean is none.
SWAP_LABELS, SWAP_SHUFFLES, SWAP_ERRORS = 100, 100, 3.0
# Share of predictions that would have to change to have the mixture of gold.
PREDICTION_DRIFT = 0.15
# Points below the whole, with at least so many rows, and by so many standard errors, as many segments are looked at.
WEAK, WEAK_ROWS, WEAK_ERRORS = 0.15, 30, 4.0
# Predictions of a class by its rows, below which its recall is low whatever the model has learned of the others.
RARELY = 0.2
# Points of token accuracy above entity F1 from which the two are easily taken for one another.
INFLATED = 0.05
# Points above the majority class; Gururangan et al., 2018 (https://aclanthology.org/N18-2017) report about 15 on MNLI.
SHORTCUT = 0.1
# Points that published fine-tuned encoders typically differ from their scratch twins by; a test set that cannot show
# them says "cannot tell" whatever is true.
DETECTABLE = 0.05


def scorer_does_not_agree(evidence: Evidence) -> Iterator[Finding]:
    """Scores that the predictions do not reproduce, and whether padding or words outside of entities were counted."""
    gold = evidence.gold("test")
    for cell, predicted in evidence.predictions["test"].items():
        stated, found = evidence.on_test(cell), _headline(evidence, gold, predicted)
        if abs(stated - found) <= ROUNDING:
            continue
        others = evidence.metrics.cells[cell].after["test"]
        by_word = HEADLINES["accuracy"].score(_flat(gold), _flat(predicted))
        inflated = evidence.task.is_words and stated > found and any(
            abs(stated - value) <= ROUNDING
            for name, value in {**others, "accuracy by word": by_word}.items() if "accuracy" in name)
        yield Finding(
            "padding_or_outside_counted" if inflated else "score_not_reproduced", "severe", cell,
            (evidence.arm_of[cell],),
            message("found-other-score", metric=metric_name(evidence.task.metric), stated=stated, found=found),
            message("why-padding-counted" if inflated else "why-score_not_reproduced"),
            message("fix-padding-counted" if inflated else "fix-score_not_reproduced"))


def headline_by_token(evidence: Evidence) -> Iterator[Finding]:
    """An entity task that is judged by token."""
    if evidence.task.is_words and evidence.metrics.metric != "entity_f1":
        yield Finding(
            "padding_or_outside_counted", "severe", "task", evidence.everything,
            message("found-judged-by-token", metric=metric_name(evidence.metrics.metric)),
            message("why-judged-by-token"), message("fix-judged-by-token"))


def token_accuracy_flatters(evidence: Evidence) -> Iterator[Finding]:
    """Token accuracies that are far above the entity F1 beside them."""
    if not evidence.task.is_words:
        return
    for arm in evidence.arms:
        accuracy = float(np.mean([evidence.metrics.cells[cell].after["test"]["token_accuracy"]
                                  for cell in evidence.trained(arm)]))
        if accuracy - evidence.mean(arm) >= INFLATED:
            yield Finding.of("token_accuracy_flatters", "note", arm, (), accuracy=accuracy, f1=evidence.mean(arm))


def one_class_predicted(evidence: Evidence) -> Iterator[Finding]:
    """Models that predict one class for every row."""
    for cell, predicted in evidence.predictions["test"].items():
        if _is_one_class(evidence, cell):
            values = _flat(predicted)
            label, count = Counter(values).most_common(1)[0]
            yield Finding.of(
                "one_class_predicted", "warning", cell, (evidence.arm_of[cell],),
                share=count / len(values), label=label, remedy=message("fix-tune"))


def class_never_predicted(evidence: Evidence) -> Iterator[Finding]:
    """Labels of the test set that a model never predicts, or hardly ever, so that it misses nearly all their rows."""
    gold = Counter(_kinds(evidence, evidence.gold("test")))
    for cell, predicted in evidence.predictions["test"].items():
        given = Counter(_kinds(evidence, predicted))
        missing = [label for label in gold if gold[label] >= WEAK_ROWS and given[label] < RARELY * gold[label]]
        if missing and len(given) > 1 and not _is_one_class(evidence, cell):  # one alone has a finding of its own
            yield Finding.of(
                "class_never_predicted", "warning", cell, (evidence.arm_of[cell],),
                labels=tuple(
                    message("class-predictions", label=label, predicted=given[label], gold=gold[label])
                    for label in sorted(missing)))


def swapped_labels(evidence: Evidence) -> Iterator[Finding]:
    """Predictions that another order of the labels makes right."""
    labels = evidence.task.labels
    for arm, cells in evidence.arms.items():
        # A model that always says one label is right on another share of the rows under each order.
        telling = [cell for cell in cells if not _is_one_class(evidence, cell)]
        if not telling:
            continue
        pairs = [_pairs(evidence, cell, labels) for cell in telling]
        if sum(map(len, pairs)) < SWAP_LABELS * len(pairs):
            continue
        counts = confusion(*np.concatenate(pairs).T, len(labels))
        places, others = linear_sum_assignment(-counts)
        now, best = counts.trace() / counts.sum(), counts[places, others].sum() / counts.sum()
        if best - now < SWAP_GAIN and not _as_on_validation(evidence, telling, now, best):
            continue
        chance = _gains_by_chance(pairs, len(labels))
        if best - now > chance.mean() + SWAP_ERRORS * chance.std():
            order = tuple(message("label-for-label", read=labels[other], written=labels[place])
                          for place, other in zip(places, others, strict=True) if place != other)
            yield Finding.of(
                "swapped_labels", "severe", arm, evidence.everything,
                now=float(now), best=float(best), order=order, reason=message("why-swapped-splits"),
                remedy=message("fix-swapped-splits"))


def _as_on_validation(evidence: Evidence, cells: Sequence[str], now: float, best: float) -> bool:
    """Whether texts of test are judged as those of validation under another order of the labels, and only then."""
    if evidence.task.metric != "accuracy":
        return False  # validation is scored otherwise
    rows = {split: len(evidence.rows[split]) for split in ("validation", "test")}
    validation = float(np.mean([evidence.score(kept, "validation") for cell in cells
                                if (kept := evidence.histories[cell].kept)] or [0.0]))
    share = (validation * rows["validation"] + 1) / (rows["validation"] + 2)
    error = (share * (1 - share) * (1 / rows["validation"] + 1 / rows["test"])) ** 0.5
    return now <= validation - SWAP_BELOW * error and best >= validation - SWAP_AT * error


def prediction_drift(evidence: Evidence) -> Iterator[Finding]:
    """Predicted labels whose mixture is far from that of gold."""
    gold = Counter(_kinds(evidence, evidence.gold("test")))
    for arm, cells in evidence.arms.items():
        predicted = Counter(kind for cell in cells if not _is_one_class(evidence, cell)
                            for kind in _kinds(evidence, evidence.predictions["test"][cell]))
        distance = total_variation(gold, predicted)
        if gold and distance >= max(PREDICTION_DRIFT, (len(gold) / gold.total()) ** 0.5):  # few labels drift by chance
            yield Finding.of("prediction_drift", "warning", arm, (arm,), share=distance)


def near_chance(evidence: Evidence) -> Iterator[Finding]:
    """Arms whose runs, or some of them, are no better than chance on test, whatever the share of a label is."""
    rows = len(evidence.rows["test"])
    for arm, cells in evidence.arms.items():
        scored = {cell: evidence.metrics.cells[cell].after["test"] for cell in cells}
        near = [cell for cell in cells if failed("", scored[cell], rows, len(evidence.task.tags))
                and not _is_one_class(evidence, cell)]
        entire = len(near) == len(cells)
        for cell in near:
            yield Finding(
                "near_chance", "severe" if entire else "warning", cell, (arm,),
                message("found-near_chance-mcc", score=evidence.on_test(cell), chance=evidence.chance,
                        mcc=scored[cell]["mcc"]) if "mcc" in scored[cell] else
                message("found-near_chance", score=evidence.on_test(cell), chance=evidence.chance))


def loses_to_a_baseline(evidence: Evidence) -> Iterator[Finding]:
    """Arms that score below a baseline, by the interval of the difference.

    Random weights are held against baselines without the encoder alone: below one of frozen pre-trained embeddings they
    are where pre-training helps.
    """
    for baseline, compared in evidence.metrics.baseline_comparisons.items():
        for arm in evidence.arms:
            if compared[arm].high < 0 and not (arm == REFERENCE and baseline == EMBEDDINGS_BASELINE):
                own = evidence.mean(arm)
                # Over the seeds of the mean: of a run that failed, the fit to its rows is left out, too.
                yield Finding.of(
                    "loses_to_a_baseline", "warning", arm, (arm,),
                    own=own, score=own - compared[arm].difference, baseline=baseline_name(baseline))


def hypothesis_only_shortcut(evidence: Evidence) -> Iterator[Finding]:
    """Pairs whose label a linear model predicts from the second text alone."""
    alone = evidence.metrics.baselines.get("hypothesis_only")
    if alone is None:
        return
    chance = chance_level(evidence.gold("test"))
    if alone["accuracy"] - chance >= SHORTCUT:
        beaten = all(evidence.mean(arm) > alone[evidence.task.metric] for arm in evidence.arms if arm != REFERENCE)
        yield Finding.of(
            "hypothesis_only_shortcut", "note" if beaten else "warning", "test", evidence.everything,
            accuracy=alone["accuracy"], chance=chance)


def too_small_to_tell(evidence: Evidence) -> Iterator[Finding]:
    """Comparisons without a verdict that had little power to find a difference.

    Of an arm with a second rival, the comparison with that alone is tainted: the one with scratch may have a verdict.
    The two mostly differ by less than pre-training gains, so that what cannot show such a gain cannot show theirs.
    Single runs have no such power, however many rows there are: of these, what another seed would give is not known.
    """
    for arm, rival, compared in evidence.compared():
        if compared.recipe and compared.low <= 0 <= compared.high and compared.detectable > DETECTABLE:
            score = evidence.mean(rival)
            possible = compared.detectable <= max(score, 1 - score)
            rows, seeds = len(evidence.rows["test"]), min(len(evidence.trained(one)) for one in (arm, rival))
            found = (message("found-too_small_to_tell", difference=compared.difference, rows=rows, seeds=seeds,
                             detectable=compared.detectable) if possible else
                     message("found-too-small-for-any", difference=compared.difference, rows=rows, seeds=seeds))
            if rival == rivals_of(arm)[0]:
                yield Finding("too_small_to_tell", "warning", arm, (arm,), found)
            else:
                yield Finding("too_small_to_tell", "warning", arm, (rival,), message(
                    "evidence-against", rival=evidence.arm_names[rival], evidence=found))


def weak_segments(evidence: Evidence) -> Iterator[Finding]:
    """Parts of test, by genre and by length, on which an arm is far worse than on the whole."""
    if evidence.task.is_words:
        return
    gold, predicted = np.array(evidence.gold("test")), evidence.predictions["test"]
    right = {arm: np.mean([np.array(predicted[cell]) == gold for cell in evidence.trained(arm)], axis=0)
             for arm in evidence.arms}
    for segment, rows in _segments(evidence).items():
        for arm, values in right.items():
            whole, part = float(values.mean()), float(values[rows].mean())
            error = (whole * (1 - whole) / len(rows)) ** 0.5
            if whole - part > max(WEAK, WEAK_ERRORS * error):
                yield Finding.of(
                    "weak_segment", "note", arm, (arm,),
                    part=part, rows=len(rows), segment=segment, whole=whole)


def _segments(evidence: Evidence) -> dict[Message, np.ndarray]:
    rows = evidence.rows["test"]
    lengths = np.array([len(row.joined) for row in rows])
    low, high = np.quantile(lengths, [1 / 3, 2 / 3])
    genres = np.array([row.genre for row in rows])
    found = {message("segment-short"): np.flatnonzero(lengths <= low),
             message("segment-long"): np.flatnonzero(lengths > high)} | {
        message("segment-genre", genre=genre): np.flatnonzero(genres == genre)
        for genre in sorted(set(genres.tolist()) - {""})}
    return {name: places for name, places in found.items() if len(places) >= WEAK_ROWS}


def _headline(evidence: Evidence, gold: Sequence[Answer], predicted: Sequence[Answer]) -> float:
    """By other code than that which made the score: of entities without sets of spans, of texts without counts."""
    metric = evidence.task.metric
    return conlleval_f1(gold, predicted) if metric == "entity_f1" else HEADLINES[metric].score(gold, predicted)


def _is_one_class(evidence: Evidence, cell: str) -> bool:
    """Whether all rows got one label, or nearly all and the others less than half as often as they should.

    Of words, whether all have one tag, as nearly all rightly have O.
    """
    values = _flat(evidence.predictions["test"][cell])
    (label, count), = Counter(values).most_common(1)
    others = len(values) - count
    if not others or evidence.task.is_words or count / len(values) < ONE_CLASS:
        return not others
    return others < sum(gold != label for gold in evidence.gold("test")) / 2


def _flat(labels: Sequence[Answer]) -> list[str]:
    """Labels of rows, or tags of all words."""
    return [tag for tags in labels for tag in tags] if labels and not isinstance(labels[0], str) else list(labels)


def _kinds(evidence: Evidence, labels: Sequence[Answer]) -> list[str]:
    """Labels of rows, or the types of the words that are in an entity."""
    return [tag[2:] for tag in _flat(labels) if tag != "O"] if evidence.task.is_words else _flat(labels)


def _pairs(evidence: Evidence, cell: str, labels: Sequence[str]) -> np.ndarray:
    """Int64 [counted, 2], gold and predicted label; of words those that gold and prediction have in an entity."""
    kind: Callable[[str], str] = (lambda tag: tag[2:]) if evidence.task.is_words else (lambda tag: tag)
    places = {label: place for place, label in enumerate(labels)}
    tags = zip(_flat(evidence.gold("test")), _flat(evidence.predictions["test"][cell]), strict=True)
    found = [(places[kind(first)], places[kind(second)]) for first, second in tags
             if kind(first) in places and kind(second) in places]
    return np.array(found, dtype=np.int64).reshape(-1, 2)


def _gains_by_chance(pairs: Sequence[np.ndarray], labels: int) -> np.ndarray:
    """Float64 [shuffles], what the best order of labels gains where predictions are shuffled over the rows.

    All runs are shuffled alike: runs of one arm err on the same rows, and what they share gains by chance, too.
    """
    gains = []
    for seed in range(SWAP_SHUFFLES):
        shuffled = [np.column_stack([run[:, 0], np.random.default_rng(seed).permutation(run[:, 1])]) for run in pairs]
        counts = confusion(*np.concatenate(shuffled).T, labels)
        gains.append((counts[linear_sum_assignment(-counts)].sum() - counts.trace()) / counts.sum())
    return np.array(gains)


CHECKS = (scorer_does_not_agree, headline_by_token, token_accuracy_flatters, one_class_predicted,
          class_never_predicted, swapped_labels, prediction_drift, near_chance, loses_to_a_baseline,
          hypothesis_only_shortcut, too_small_to_tell, weak_segments)
