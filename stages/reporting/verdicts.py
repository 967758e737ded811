"""What follows from the numbers, as messages."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from stages.reporting.texts import FEWEST, p_value
from stages.results.arm_words import tuning_name, words_of
from stages.results.task_metrics import Difference, FailedRuns, RunSettings
from stages.results.tasks import Arm, TaskFacts
from stages.results.verdicts import Judgement, Reason, ToSettle
from stages.settings.arms import ARMS, FULL_TUNING, LADDER, TUNED, arm_of_key
from stages.wording.message import Message, Wording, joined, message
from stages.wording.names import baseline_name, finding_name, metric_name, rows_name, split_name

ENOUGH_SEEDS = 5
_ROWS_OF_GROUP = 2  # on average, from which on the number of rows says too much


def verdict(task: TaskFacts, arm: str) -> Message:
    """What the arm with the key ``arm`` shows against the first with which it is compared, with its evidence."""
    return _verdict(task, treatment_of(task, arm), task.comparisons[arm], arm)


def verdicts(task: TaskFacts) -> Iterator[tuple[str, Message]]:
    """Every comparison of a task, those with a second arm last: the verdict and its sentence.

    What they say alike, of the draw of the training rows, is said once.
    """
    comparisons = [*((treatment_of(task, arm), one, arm) for arm, one in task.comparisons.items()),
                   *((words_of(arm_of_key(arm).name).further, one, arm) for arm, one in task.further.items())]
    said: set[bool] = set()
    for treatment, one, arm in comparisons:
        yield one.outcome, _verdict(task, treatment, one, arm, drawn=one.recipe not in said)
        said.add(one.recipe)


def overall_verdict(tasks: Sequence[TaskFacts]) -> Message:
    """How many comparisons with scratch came out how: on pre-training, and on other ways of using the encoder."""
    judged = [one for task in tasks for one in task.comparisons.values()]
    counts, others = (Counter(one.outcome for one in judged if one.of_pretraining is kind) for kind in (True, False))
    sentences = []
    if counts:
        sentences.append(message("verdict-overall-pretraining", comparisons=counts.total(), helps=counts["helps"],
                                 hurts=counts["hurts"], open=counts["cannot_tell"], withheld=counts["withheld"]))
    if others:
        sentences.append(message("verdict-overall-other", comparisons=others.total(), above=others["above_scratch"],
                                 below=others["below_scratch"], open=others["cannot_tell"],
                                 withheld=others["withheld"]))
    return joined(sentences)


def _verdict(task: TaskFacts, treatment: Wording, judged: Judgement, arm: str, *, drawn: bool = True) -> Message:
    """Verdict, evidence, doubts, failed runs, what holds for these runs, and what would settle an open question."""
    rival = words_of(arm_of_key(judged.arms[1]).name)
    arms = (task.arm(arm).name, rival.name)
    sentences = [message("verdict-sentence", verdict=_opening(task, treatment, judged),
                         evidence=_evidence(task, judged, rival.as_rival))]
    sentences += _other_epochs(task, judged, arms)
    if task.metrics.draws and drawn:
        sentences.append(_draw(task, judged.recipe))
    if judged.withheld:
        sentences.append(message("verdict-withheld", reasons=reasons(judged.withheld)))
    if judged.qualified:
        sentences.append(message("verdict-qualified", reasons=reasons(judged.qualified)))
    if judged.failed:
        counts = (judged.failed.first, judged.failed.second)
        sentences += [_failed_runs(name, count) for name, count in zip(arms, counts, strict=True) if count.count]
    if judged.these_runs and (every := judged.these_runs.every_run):
        better, worse = arms if every.first else arms[::-1]
        sentences.append(message(
            "verdict-every-run", better=better, worse=worse, least=every.least, rows=rows_name(task.metrics.kind),
            noise="no" if every.significant else "maybe", p=every.p_value))
    if judged.to_settle:
        sentences.append(_to_settle(task, judged.to_settle, judged.recipe))
    return joined(sentences)


def _other_epochs(task: TaskFacts, judged: Judgement, names: tuple[Wording, Wording]) -> Iterator[Message]:
    """That the two arms were trained for different numbers of epochs; nothing of an arm that is not trained."""
    runs = {arm.key: arm.runs[0] for arm in task.arms}
    first, second = (runs[key].cell.settings.get("epochs") for key in judged.arms)
    if first and second and first != second:
        yield message("verdict-epochs", first=first, arm=names[0], second=second, rival=names[1])


def _draw(task: TaskFacts, recipe: bool) -> Message:
    """Whether the interval covers the draw of the training rows, of which fewer than all are used."""
    facts = task.metrics
    each = set(facts.train_labels.values())
    labels: tuple[Message, ...] = (message("labels-of-each", number=each.pop()),) if len(each) == 1 else tuple(
        message("labels-of-class", label=label, number=number) for label, number in facts.train_labels.items())
    covered = "shared" if facts.draws == 1 else "covered" if recipe else "one-run"
    return message("verdict-draw", covered=covered, number=facts.rows["train"], rows=rows_name(facts.kind),
                   kind="classes" if labels else "words", labels=labels)


def decomposition(task: TaskFacts) -> list[Message]:
    """What the objective gave, what the corpus, and what adaptation, after Krishna et al. (2022).

    Nothing where an arm between the reference and the tuned one is missing.
    """
    judged = {one.arms: one for one in (*task.comparisons.values(), *task.further.values())}
    names = {arm.key: arm.name for arm in task.arms}
    keys = [key for name in LADDER if (key := ARMS[name].key()) in names]
    if not {ARMS[name].key() for name in LADDER[:LADDER.index(TUNED.name)]} <= names.keys():
        return []
    steps = [(arm, judged[arm, below]) for below, arm in pairwise(keys)]
    scores = [(keys[0], steps[0][1].means[1]), *((arm, one.means[0]) for arm, one in steps)]
    return [message(
        "decomposition", task=task.short_title, metric=metric_name(task.metrics.metric),
        scores=tuple(message("decomposition-score", score=value, arm=names[arm]) for arm, value in scores),
        parts=tuple(message(
            "decomposition-part", gave=words_of(arm_of_key(arm).name).gave, difference=one.difference, low=one.low,
            high=one.high, scope="recipe" if one.recipe else "rows",
            verdict=one.outcome) for arm, one in steps))]


def handed_over(task: TaskFacts) -> Iterator[Message]:
    """How much of what pre-training gave each student got: its difference to scratch as a share of its teacher's.

    Where ``judge`` allows no share, none is stated.
    """
    for arm in task.arms:
        if arm_of_key(arm.key).taught:
            teacher = next(other for other in task.arms if arm_of_key(other.key).tuned)
            given, taken = task.comparisons[teacher.key], task.comparisons[arm.key]
            share = task.verdicts.handed_over.get(arm.key)
            if share is None or share.low is None or share.high is None:
                yield message("handed-over-unknown")
            else:
                told = message(
                    "handed-over", extent="nothing" if share.high <= 0 else "more" if share.low > 1 else "share",
                    share=share.value, low=share.low, high=share.high, taken=taken.difference, given=given.difference)
                budgets = given.qualified or taken.qualified
                yield joined([told, message("verdict-qualified", reasons=reasons(budgets))]) if budgets else told


def reasons(found: Iterable[Reason]) -> Message:
    """Why a verdict is withheld or qualified."""
    return message("reasons", reasons=tuple(
        message("reason", finding=finding_name(reason.name), evidence=reason.evidence) for reason in found))


def _failed_runs(arm: Wording, failed: FailedRuns) -> Message:
    if failed.count == failed.runs:
        return message("verdict-all-failed", arm=arm, runs=failed.runs)
    return message("verdict-some-failed", arm=arm, count=failed.count, runs=failed.runs, low=failed.low,
                   high=failed.high)


def _to_settle(task: TaskFacts, needed: ToSettle, recipe: bool) -> Message:
    if not needed.seeds:
        return message("settle-hardly", tried=needed.tried)
    command = f"dvc exp run -S 'seeds=[{','.join(map(str, needed.seeds))}]'"
    if needed.draws > 1:  # no two seeds may share a draw
        command += f" -S draws={needed.draws}"
    if not recipe:
        return message("settle-recipe", command=command)
    if needed.rows is None:
        return message("settle-seeds", seeds=len(needed.seeds), command=command)
    return message("settle-seeds-and-rows", seeds=len(needed.seeds), number=needed.rows,
                   rows=rows_name(task.metrics.kind), command=command)


def treatment_of(task: TaskFacts, arm: str) -> Wording:
    """What was done in the arm with the key ``arm``, with its name where several do the same."""
    judged, found = task.comparisons[arm], arm_of_key(arm)
    words = words_of(found.name)
    if found.tuned and not judged.of_pretraining:
        return way_of_use(judged.method, judged.arms[0])
    if model := other_model(task.arm(arm)):
        return message("treatment-of-arm", treatment=words.treatment, arm=model)
    if not found.tuned or task.arm(arm).name == words.name or len(task.comparisons) == 1:
        return words.treatment
    return message("treatment-of-arm", treatment=words.treatment, arm=tuning_name(arm))


def other_model(arm: Arm) -> str:
    """The model of an arm that does not use the task's checkpoint; "" for those that do."""
    return str(arm.runs[0].cell.settings.get("model", ""))


def way_of_use(method: str, tuning: str) -> Message:
    """A way of using the encoder that trains less than all of it; ``tuning`` is the recipe's name."""
    way = message(f"way-{method}")
    return way if tuning == method else message("recipe-of-way", way=way, recipe=tuning)


def _opening(task: TaskFacts, treatment: Wording, judged: Judgement) -> Message:
    if judged.withheld:
        return message("verdict-open-withheld", treatment=treatment, task=task.short_title)
    if judged.verdict == "cannot_tell":
        basis = "seeds" if judged.recipe else "one-seed" if len(task.arms[0].runs) == 1 else "one-run"
        return message("verdict-open-pretraining" if judged.of_pretraining else "verdict-open-other",
                       treatment=treatment, task=task.short_title, basis=basis)
    return message(f"verdict-on-{judged.verdict}", treatment=treatment, task=task.short_title,
                   budget=message("verdict-this-budget") if judged.qualified else "")


def _evidence(task: TaskFacts, judged: Judgement, rival: Wording) -> Message:
    facts, (first, second) = task.metrics, judged.means
    return message(
        "verdict-evidence", metric=metric_name(facts.metric), first=first, second=second, rival=rival,
        difference=judged.difference, low=judged.low, high=judged.high,
        zero="inside" if judged.low <= 0 <= judged.high else "outside", scope="recipe" if judged.recipe else "rows",
        seeds=min(len(task.arm(key).trained) for key in judged.arms), number=facts.rows["test"],
        rows=rows_name(facts.kind), significance=_significance(judged, rows_name(facts.kind)))


def _significance(judged: Judgement, rows: Message) -> Message:
    if not judged.recipe:
        return message("p-of-runs", p=judged.p_value, rows=rows)
    if judged.family == 1:
        return message("p-alone", p=judged.p_value)
    alike = p_value(judged.p_value) == p_value(judged.p_value_holm)
    return message("p-corrected", p=judged.p_value, corrected=judged.p_value_holm, comparisons=judged.family,
                   alike="alike" if alike else "other")


def baseline_remarks(task: TaskFacts) -> list[Message]:
    """How each arm compares with the baselines that need no transformer."""
    metric = task.metrics.metric
    baselines = {name: metrics[metric] for name, metrics in task.metrics.baselines.items()}
    remarks = [remark for arm in task.arms for remark in _not_beaten(arm, metric, {
        name: arm.beside(name, task.metrics.baselines, metric) for name in baselines}, task.metrics.draws > 1)]
    if remarks or not baselines:
        return remarks
    best = max(baselines, key=lambda name: baselines[name])
    recipe = all(one.recipe for arm in task.arms for one in arm.against.values())
    return [message("baselines-beaten", scope="recipe" if recipe else "rows", baseline=baseline_name(best),
                    score=baselines[best])]


def _not_beaten(arm: Arm, metric: str, baselines: dict[str, float], drawn: bool) -> Iterator[Message]:
    """Nothing for an arm that beats all; else messages that name the baselines that are better, or may be."""
    order = sorted(arm.against, key=lambda name: -baselines[name])
    for standing in ("below", "inconclusive"):
        if names := [name for name in order if arm.standing[name] == standing]:
            yield message(
                "baselines-above" if standing == "below" else "baselines-open", arm=arm.name, runs=len(arm.trained),
                metric=metric_name(metric), score=arm.mean(metric), number=len(names),
                baselines=tuple(_baseline(name, arm, baselines, drawn) for name in names))


def _baseline(name: str, arm: Arm, baselines: dict[str, float], drawn: bool) -> Message:
    return message("compared-baseline", baseline=baseline_name(name), score=baselines[name],
                   seeds="some" if drawn and len(arm.trained) < len(arm.runs) else "all",
                   difference=with_interval(arm.against[name]))


def scope_of(compared: Iterable[Difference]) -> Message:
    """What the intervals of differences do not cover, where that is so of some or all: further seeds."""
    return scope(one.recipe for one in compared)


def scope(of_recipes: Iterable[bool]) -> Message:
    """As :func:`scope_of`, from whether each interval is on a recipe."""
    recipes = set(of_recipes)
    return message("interval-scope", scope="recipe" if False not in recipes else "some" if True in recipes else "rows")


def with_interval(compared: Difference, rows: int = FEWEST) -> Message:
    """A difference in points with its interval; rows that may all agree by chance have none that could be believed."""
    if rows < FEWEST:
        return message("difference-of-few", difference=compared.difference)
    return message("difference-with-interval", difference=compared.difference, low=compared.low, high=compared.high)


def search_remarks(task: TaskFacts) -> list[Message]:
    """How many tries each arm had, where the runs have the settings that won; nothing where they have others.

    It tells on how many training rows, where the runs have another number, of which arm no try learned anything, and
    whose rate is at an end of those tried.
    """
    if task.search is None:
        return []
    searched, rows = task.search.arms, task.search.train_rows
    cells = [run.cell for arm in task.arms for run in arm.runs
             if run.cell.tuning == FULL_TUNING and run.cell.arm in searched]
    if ({cell.arm for cell in cells} != searched.keys()
            or any(_chosen(cell.settings, rows) != _chosen(searched[cell.arm].settings, rows) for cell in cells)):
        return []
    both = any(len({one.epochs for one in arm.tries}) > 1 for arm in searched.values())
    return [message("search-tries", rows=0 if rows == task.metrics.rows["train"] else rows,
                    epochs="yes" if both else "no", tries=tuple(
                        message("search-tries-of-arm", tries=len(searched[arm].tries), arm=words_of(arm).model,
                                failed=searched[arm].failed) for arm in ARMS if arm in searched)),
            *(message("search-at-chance", arm=words_of(arm).model)
              for arm in ARMS if arm in searched and searched[arm].at_chance),
            *(message("search-end", arm=words_of(arm).model, end=end) for arm in ARMS
              if arm in searched and (end := searched[arm].end))]


def _chosen(settings: RunSettings, rows_known: int) -> RunSettings:
    """Settings of training, without the number of rows where the search tells on how many it was."""
    return {name: value for name, value in settings.items() if name != "train_size" or not rows_known}


def numeric_settings(task: TaskFacts) -> list[tuple[tuple[str, object], ...]]:
    """The numeric settings of the task's runs, in the order of the runs, each once."""
    return list(dict.fromkeys(tuple(run.cell.numerics.items()) for arm in task.arms for run in arm.runs))


def caveats(task: TaskFacts) -> list[Message]:
    """What a reader has to know before believing the verdict, besides what the doctor finds."""
    facts, found = task.metrics, []
    if facts.synthetic:
        found.append(message("caveat-sample"))
    if facts.synthetic_checkpoint and not facts.synthetic:
        found.append(message("caveat-synthetic-checkpoint", checkpoint=facts.checkpoint, task=facts.task))
    if facts.rows["train"] < task.card.kept["train"]:
        found += [message(f"caveat-{arm_of_key(key).further}-to-all", all=task.card.kept["train"],
                          labelled=facts.rows["train"]) for key, card in task.adaptations.items() if not card.text]
    found += [message("caveat-other-model", arm=arm.name, model=model, parameters=arm.runs[0].cell.parameters,
                      checkpoint=facts.checkpoint) for arm in task.arms if (model := other_model(arm))]
    if len(settings := numeric_settings(task)) > 1:
        found.append(message("caveat-numerics", settings=len(settings)))
    if 0 < facts.test_groups <= facts.rows["test"] / _ROWS_OF_GROUP:
        found.append(message("caveat-groups", number=facts.rows["test"], rows=rows_name(facts.kind),
                             groups=facts.test_groups, kind=facts.kind))
    found += _otherwise_elsewhere(task)
    found += _same_of_every_seed(task)
    if 1 < (fewest := min(len(arm.trained) for arm in task.arms)) < ENOUGH_SEEDS:
        found.append(message("caveat-few-seeds", runs=fewest, enough=ENOUGH_SEEDS,
                             trained="some" if task.leaves_runs_out else "all"))
    return found


def _same_of_every_seed(task: TaskFacts) -> Iterator[Message]:
    """What all runs of an arm share, so that no interval over further seeds covers it."""
    varied = dict.fromkeys(str(run.cell.settings.get("seed_varies", "both")) for arm in task.arms for run in arm.runs)
    if len(task.arms[0].runs) > 1:
        yield from (message("caveat-seed-varies", varies=varies) for varies in varied if varies != "both")


def _otherwise_elsewhere(task: TaskFacts) -> Iterator[Message]:
    """Further test sets as a whole on which a difference that is conclusive on test may be zero, or is reversed."""
    for part in task.metrics.slices:
        for key, one in part.comparisons.items():
            judged = task.comparisons.get(key)
            if part.genre or part.rows < FEWEST or not judged or judged.verdict == "cannot_tell":
                continue
            is_open = one.low <= 0 <= one.high
            if is_open or (one.low > 0) != (judged.low > 0):
                yield message("caveat-open-elsewhere" if is_open else "caveat-reversed-elsewhere",
                              split=split_name(part.split), arm=task.arm(key).name, difference=with_interval(one))


def delivered_note(task: TaskFacts) -> Message | None:
    """The score from running text, as ``predict`` and an exported model are given it; None where there is none."""
    name, arm = "delivered_entity_f1", task.arms[0]
    if name not in arm.runs[0].cell.after["test"]:
        return None
    return message("delivered", quoted=message("quoted", text=metric_name(name)), score=arm.mean(name), arm=arm.name,
                   headline=arm.mean(task.metrics.metric))


def token_accuracy_note(task: TaskFacts) -> Message | None:
    """Why token accuracy is not the headline of an entity task; None for other tasks."""
    if task.metrics.kind != "words":
        return None
    baselines = (message("token-accuracy-of-baseline", baseline=baseline_name(name), accuracy=metrics["token_accuracy"],
                         f1=metrics["entity_f1"]) for name, metrics in task.metrics.baselines.items())
    return joined([message("token-accuracy"), *baselines, message(
        "token-accuracy-with-padding", accuracy=task.arms[0].mean("inflated_token_accuracy"), arm=task.arms[0].name)])
