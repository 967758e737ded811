"""What people published by mistake, rebuilt at small size and named by the doctor.

The studies run through the functions of the true stages, with small models on the embedded sample.
"""

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from stages.doctoring.checks import diagnose
from stages.judging.verdicts import withholding
from stages.reporting.verdicts import reasons
from stages.results.findings import Finding
from stages.wording.catalogue import render
from tests.defect_grid import choose_last, count_padding, foreign_lines, leak, swap
from tests.healthy import healthy, predicting
from tests.small_study import SmallStudy, Splits, texts_of
from tests.test_doctor import scored


@pytest.fixture(scope="module")
def ag_news(tmp_path_factory: pytest.TempPathFactory) -> SmallStudy:
    """A healthy study of topics."""
    return trained(tmp_path_factory.mktemp("ag_news"), "ag_news")


@pytest.fixture(scope="module")
def conll2003(tmp_path_factory: pytest.TempPathFactory) -> SmallStudy:
    """A healthy study of entities."""
    return trained(tmp_path_factory.mktemp("conll2003"), "conll2003")


def trained(
    folder: Path, corpus: str, edit: Callable[[Splits], None] | None = None, settings: dict[str, Any] | None = None,
    test_size: int = 200, seeds: tuple[int, ...] = (1,),
) -> SmallStudy:
    study = SmallStudy(folder, corpus, seeds=seeds)
    study.encode(texts_of(study.rows(test_size, edit)))
    study.train(settings)
    study.evaluate()
    return study


def named(findings: list[dict[str, Any]], severity: str | None = None) -> set[str]:
    return {finding["name"] for finding in findings if severity in (None, finding["severity"])}


def withheld(findings: list[dict[str, Any]]) -> str:
    """Why the verdict of the pre-trained arm against scratch is withheld; "" if it is not."""
    facts = [Finding(**finding) for finding in findings]
    return render(reasons(withholding(facts, ("full", "scratch"))))


@pytest.mark.parametrize("corpus", ["ag_news", "conll2003"])
def test_a_healthy_study_keeps_its_verdict(corpus: str, request: pytest.FixtureRequest) -> None:
    findings = request.getfixturevalue(corpus).diagnose()
    assert named(findings, "severe") == set()
    assert withheld(findings) == ""


def test_ner_accuracy_of_99_per_cent_that_counts_padding(conll2003: SmallStudy) -> None:
    original = conll2003.paths.metrics.read_bytes()
    try:
        conll2003.edit_metrics(count_padding)
        findings = conll2003.diagnose()
    finally:
        conll2003.paths.metrics.write_bytes(original)
    assert named(findings, "severe") == {"padding_or_outside_counted"}
    assert "padding or outside counted" in withheld(findings)


def test_50_per_cent_on_nsmc_because_of_a_learning_rate(tmp_path: Path) -> None:
    wild = {"lr": 1.0, "epochs": 2}
    findings = trained(tmp_path, "nsmc", settings={"pretrained-full-1": wild, "scratch-1": {"epochs": 2}}).diagnose()
    assert any(finding["name"] == "failed_arm" and "full" in finding["taints"] for finding in findings)
    assert "1 of 1 pre-trained runs failed" in withheld(findings)


def test_harm_that_is_a_learning_rate_too_low_for_so_few_steps(tmp_path: Path) -> None:
    """It would be said to hurt: nothing diverged, but the weights at the start were kept, and find next to nothing."""
    findings = trained(tmp_path, "conll2003", settings={"pretrained-full-1": {"lr": 2e-5}}).diagnose()
    assert named(findings, "severe") == {"failed_arm"}
    assert "failed arm: " in withheld(findings)


def test_a_model_that_was_chosen_by_test(ag_news: SmallStudy) -> None:
    path = ag_news.paths.models / "pretrained-full-1" / "history.jsonl"
    original = path.read_bytes()
    try:
        ag_news.edit_history("pretrained-full-1", choose_last)
        findings = ag_news.diagnose()
    finally:
        path.write_bytes(original)
    assert named(findings, "severe") == {"not_chosen_on_validation"}
    assert withheld(findings)


@pytest.mark.slow  # test_doctor::test_swapped_labels_by_predictions finds it in facts made by hand
def test_label_order_swapped_between_copies(tmp_path: Path) -> None:
    findings = trained(tmp_path, "ag_news", swap).diagnose()
    assert "swapped_labels" in named(findings, "severe")
    assert "swapped labels" in withheld(findings)


@pytest.mark.slow  # test_data::test_leaked_rows finds it in facts made by hand
def test_leaked_test_rows(tmp_path: Path) -> None:
    study = trained(tmp_path, "ag_news", leak, {cell: {"epochs": 1} for cell in ("pretrained-full-1", "scratch-1")})
    findings = study.diagnose()
    assert any(finding["name"] == "leaked_rows" and finding["about"] == "test"
               and (finding["evidence"]["values"]["exact"], finding["evidence"]["values"]["rows"]) == (20, 200)
               for finding in findings)
    assert "leaked rows" in withheld(findings)


@pytest.mark.slow  # test_doctor::test_unknown_tokens finds it in facts made by hand
def test_a_tokenizer_of_another_language(tmp_path: Path) -> None:
    study = SmallStudy(tmp_path, "nsmc")
    study.rows(200)
    study.encode(foreign_lines("nsmc"))
    study.train({cell: {"epochs": 1} for cell in study.grid.cells})
    study.evaluate()
    assert "unknown_tokens" in named(study.diagnose(), "severe")


@pytest.mark.slow  # test_doctor::test_small_test finds it in facts made by hand
def test_too_small_a_test_set(tmp_path: Path) -> None:
    study = trained(tmp_path, "ag_news", None, {cell: {"epochs": 1} for cell in ("pretrained-full-1", "scratch-1")}, 40)
    findings = study.diagnose()
    assert "small_test" in named(findings, "severe")
    assert "the test set has 40 rows" in withheld(findings)


@pytest.mark.slow  # test_doctor::test_overfitted finds it in facts made by hand
def test_a_few_rows_learnt_by_heart(tmp_path: Path) -> None:
    def few(splits: Splits) -> None:
        splits["train"] = splits["train"][:150]
        labels = [row["label"] for row in splits["train"]]
        Random(1).shuffle(labels)  # nothing in them can be understood
        for row, label in zip(splits["train"], labels, strict=True):
            row["label"] = label
    by_heart = {"pretrained-full-1": {"epochs": 40, "dropout": 0.0}, "scratch-1": {"epochs": 1}}
    assert "overfitted" in named(trained(tmp_path, "nsmc", few, by_heart).diagnose(), "warning")


def test_a_seed_that_fails() -> None:
    evidence = scored(healthy(), "pretrained-full-2", split="validation", mcc=0.0)
    findings = {finding.name: finding for finding in diagnose(evidence)}
    assert findings["failed_seed"].severity == "warning"
    assert "1 of 2 pre-trained runs failed: pretrained-full-2" in render(findings["failed_seed"].evidence)


def test_0387_with_1000_rows_carries_no_verdict() -> None:
    """Three labels, 38.7 % right: more than a third, and not by more than the rows explain."""
    evidence = healthy()
    three = replace(evidence, task=replace(evidence.task, labels=tuple("abc"), tags=tuple("abc")), rows={
        split: [replace(row, label="abc"[place % 3]) for place, row in enumerate(rows)]
        for split, rows in evidence.rows.items()})
    guessing = predicting(three, lambda cell, row: "abc"[int(row.guid.split(":")[1]) * 7 // 18 % 3])
    found = [asdict(finding) for finding in diagnose(guessing)]
    assert named(found, "severe") == {"failed_arm"}
    assert "Matthews' correlation" in withheld(found)
