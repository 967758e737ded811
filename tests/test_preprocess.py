"""Preprocessing: splits, guids and the data card, counted by hand on a dozen rows."""

import json
from pathlib import Path

import pytest

from stages import preprocess
from stages.common.errors import UserError
from stages.common.files import read_json, read_json_lines
from stages.corpora.tasks import TASKS
from stages.preprocess import main, prepare
from stages.settings.data import PrepareSettings

SPLITS = ("train", "validation", "test")


def settings(**changes) -> PrepareSettings:
    return PrepareSettings(**{"validation_size": 2, "test_size": 0, "exclude_id_prefix": "", "split_seed": 1} | changes)


class Project:
    """Raw files in a temporary folder, and what preprocessing makes of them."""

    def __init__(self, folder: Path):
        self.raw, self.out, self.card = folder / "raw", folder / "prepared", folder / "cards" / "card.json"

    def write(self, files: dict[str, str], source: str = "sample") -> None:
        self.raw.mkdir(exist_ok=True)
        splits = {split: name for task in TASKS.values() for split, names in task.files.items()
                  for name in names if name in files}
        for name, text in files.items():
            (self.raw / name).write_bytes(text.encode())
        facts = {name: {"bytes": len(text.encode()), "sha256": "0"} for name, text in files.items()}
        (self.raw / "source.json").write_text(json.dumps({"source": source, "files": facts, "splits": splits}))

    def prepare(self, task: str, **changes) -> None:
        prepare(task, self.raw, self.out, self.card, settings(corpus=task, **changes))

    def refused(self, task: str, **changes) -> str:
        with pytest.raises(UserError) as caught:
            self.prepare(task, **changes)
        assert not self.out.exists()
        assert not self.card.exists()
        assert "\n" not in str(caught.value)
        return str(caught.value)

    def rows(self, split: str) -> list[dict]:
        return list(read_json_lines(self.out / f"{split}.jsonl"))

    def guids(self, split: str) -> list[str]:
        return [row["guid"] for row in self.rows(split)]

    def bytes(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (*sorted(self.out.iterdir()), self.card)}


@pytest.fixture
def project(tmp_path) -> Project:
    return Project(tmp_path)


def tsv(*rows: str) -> str:
    return "id\tdocument\tlabel\n" + "".join("\t".join(row.split("|")) + "\n" for row in rows)


# Train: 12 rows, 1 without text, so 11: 6 positive, 5 negative. "좋아요" three times, once as negative; "글쎄" twice.
# Test: 5 rows, 1 without text; "좋아요" twice and "글쎄" occur in train, so 3 rows overlap, 1 repeats another.
NSMC = {
    "ratings_train.txt": tsv(
        "1|좋아요|1", "2|좋아요|1", "3|좋아요|0", "4|글쎄|0", "5|글쎄|0", "6||1",
        "7|최고의 \"영화|1", "8|다시 볼래요|1", "9|지루함|0", "10|돈이 아깝다|0", "11|눈물이 났다|1", "12|웃겨요|1",
    ),
    "ratings_test.txt": tsv("21|좋아요|0", "22|처음 보는 글|1", "23|글쎄|0", "24|\u3000|0", "25|좋아요|1"),
}


def test_nsmc_card_and_files(project):
    project.write(NSMC)
    project.prepare("nsmc", validation_size=3)
    card = read_json(project.card)
    labels = card.pop("labels")
    duplicates, overlaps, lengths = (card.pop(name) for name in ("duplicates", "overlaps", "lengths"))
    assert {count for counts in card.pop("damage").values() for count in counts.values()} == {0}
    source = read_json(project.raw / "source.json")
    assert card == {
        "task": "nsmc", "source": "sample", "synthetic": True, "files": source["files"], "splits": source["splits"],
        "read_as": {split: [
            "columns between tabs", "column names on the first line", "quotation marks kept as part of the texts"]
            for split in ("train", "test")},
        "rows_read": {"train": 12, "test": 5},
        "dropped": {"train": {"empty text": 1}, "test": {"empty text": 1}},
        "kept": {"train": 8, "validation": 3, "test": 4},
        "train_test_overlap": 3,
        "conflicting_labels": 1,
    }
    assert labels["test"] == {"negative": 2, "positive": 2}
    assert {label: labels["train"][label] + labels["validation"][label] for label in labels["train"]} == {
        "negative": 5, "positive": 6}
    assert sorted(labels["validation"].values()) == [1, 2]
    texts = [row["text"] for row in project.rows("train")]
    validation = [row["text"] for row in project.rows("validation")]
    assert duplicates == {"train": 8 - len(set(texts)), "validation": 3 - len(set(validation)), "test": 1}
    tests = [row["text"] for row in project.rows("test")]
    assert overlaps == {
        "validation": {"train": sum(text in texts for text in validation)},
        "test": {"train": sum(text in texts for text in tests),
                 "validation": sum(text in validation for text in tests)},
    }
    # Four test texts of 3, 3, 3 and 7 characters.
    assert lengths["test"] == {"50": 3, "90": 7, "99": 7, "100": 7}
    assert project.rows("test")[0] == {"guid": "test:2", "text": "좋아요", "label": "negative", "source_id": "21"}
    assert project.guids("test") == ["test:2", "test:3", "test:4", "test:6"]
    lines = [int(guid.split(":")[1]) for guid in project.guids("train") + project.guids("validation")]
    assert sorted(lines) == [2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13]
    assert project.guids("train")[0].startswith("train:")
    assert project.guids("validation")[0].startswith("validation:")
    assert read_json(project.out / "task.json") == {
        "task": "nsmc", "title": "NSMC, sentiment of Korean film reviews", "language": "ko", "kind": "single",
        "labels": ["negative", "positive"], "tags": ["negative", "positive"], "metric": "accuracy", "synthetic": True,
        "splits": ["train", "validation", "test"],
    }
    assert sorted(path.name for path in project.out.iterdir()) == sorted(
        [*(f"{split}.jsonl" for split in SPLITS), "task.json"])


def test_prepared_files_keep_hangul_readable(project):
    project.write(NSMC)
    project.prepare("nsmc")
    assert "돈이 아깝다" in (project.out / "train.jsonl").read_text("utf-8") + (
        project.out / "validation.jsonl").read_text("utf-8")


def pairs(*rows: str) -> str:
    keys = ("pairID", "gold_label", "sentence1", "sentence2", "genre")
    return "".join(json.dumps(dict(zip(keys, row.split("|"), strict=False))) + "\n" for row in rows)


# Train: 10 rows: 2 without label (1 of them also by its id to be excluded), 1 to be excluded; so 7.
# p2 repeats p1; p3 has the same texts with another label; p4 shares the premise alone.
# p7 and p8 differ in label, but in hypothesis too.
# Test: t1 has both texts of p1; t2 has them exchanged, t3 has one of them.
MNLI = {
    "multinli_1.0_train.jsonl": pairs(
        "p1|neutral|A man runs.|He is late.|fiction", "p2|neutral|A man runs.|He is late.", "x-1|neutral|b|c",
        "p3|entailment|A man runs.|He is late.", "p4|entailment|A man runs.|He moves.", "p5|-|d|e", "x-2|-|f|g",
        "p6|contradiction|A man runs.|He stands.", "p7|contradiction|h|i", "p8|neutral|h|k",
    ),
    "multinli_1.0_dev_matched.jsonl": pairs(
        "t1|neutral|A man runs.|He is late.", "t2|neutral|He is late.|A man runs.", "t3|neutral|A man runs.|He rests.",
    ),
}


def test_mnli_card_and_rows(project):
    project.write(MNLI, "local")
    project.prepare("mnli", validation_size=1, exclude_id_prefix="x-")
    card = read_json(project.card)
    assert (card["source"], card["synthetic"]) == ("local", False)
    assert card["rows_read"] == {"train": 10, "test": 3}
    assert card["dropped"] == {"train": {"excluded by id": 1, "no gold label": 2}, "test": {}}
    assert card["kept"] == {"train": 6, "validation": 1, "test": 3}
    assert card["labels"]["test"] == {"entailment": 0, "neutral": 3, "contradiction": 0}
    assert (card["train_test_overlap"], card["conflicting_labels"]) == (1, 1)
    assert card["duplicates"]["test"] == 0
    rows = {row["source_id"]: row for split in SPLITS for row in project.rows(split)}
    assert {name: rows["p1"][name] for name in ("text", "text_pair", "label", "genre")} == {
        "text": "A man runs.", "text_pair": "He is late.", "label": "neutral", "genre": "fiction"}
    assert "genre" not in rows["p2"]
    assert read_json(project.out / "task.json")["synthetic"] is False


# Train: 3 sentences of the same words, so 2 repeat the first; the last has other tags, with two PER that touch.
# Validation: 2 entities. Test: the first sentence occurs in train.
CONLL = {
    "train.txt": "-DOCSTART- O\n\n서울 I-LOC\n에 O\n갔다 O\n\n서울 I-LOC\n에 O\n갔다 O\n\n"
                 "서울 I-PER\n에 B-PER\n갔다 O\n",
    "valid.txt": "부산 I-LOC\n항 I-LOC\n\n비 O\n\n한국 I-ORG\n은행 I-ORG\n",
    "test.txt": "서울 B-LOC\n에 O\n갔다 O\n\n서울 B-LOC\n",
}


def test_conll_card_and_rows(project):
    project.write(CONLL)
    project.prepare("conll2003", validation_size=0)
    card = read_json(project.card)
    assert card["rows_read"] == card["kept"] == {"train": 3, "validation": 3, "test": 2}
    assert card["words"] == {"train": 9, "validation": 5, "test": 4}
    assert card["labels"] == {
        "train": {"LOC": 2, "MISC": 0, "ORG": 0, "PER": 2},
        "validation": {"LOC": 1, "MISC": 0, "ORG": 1, "PER": 0},
        "test": {"LOC": 2, "MISC": 0, "ORG": 0, "PER": 0},
    }
    assert card["duplicates"] == {"train": 2, "validation": 0, "test": 0}
    assert (card["train_test_overlap"], card["conflicting_labels"]) == (1, 1)
    assert project.rows("validation") == [
        {"guid": "validation:1", "words": ["부산", "항"], "tags": ["B-LOC", "I-LOC"]},
        {"guid": "validation:4", "words": ["비"], "tags": ["O"]},
        {"guid": "validation:6", "words": ["한국", "은행"], "tags": ["B-ORG", "I-ORG"]},
    ]
    facts = read_json(project.out / "task.json")
    assert facts["tags"] == ["O", "B-LOC", "I-LOC", "B-MISC", "I-MISC", "B-ORG", "I-ORG", "B-PER", "I-PER"]


def test_own_validation_and_test_are_cut_to_a_nested_order(project):
    project.write(CONLL)
    project.prepare("conll2003", validation_size=2, test_size=1)
    card = read_json(project.card)
    assert card["kept"] == {"train": 3, "validation": 2, "test": 1}
    assert card["dropped"] == {
        "train": {}, "validation": {"beyond validation_size": 1}, "test": {"beyond test_size": 1}}
    two = project.guids("validation")
    project.prepare("conll2003", validation_size=1)
    assert project.guids("validation") == two[:1]
    project.prepare("conll2003", validation_size=3)
    assert project.guids("validation")[:2] == two


def test_no_row_gets_lost(project):
    project.write(NSMC)
    project.prepare("nsmc", validation_size=3, test_size=2)
    card = read_json(project.card)
    assert card["rows_read"]["train"] == 8 + 3 + sum(card["dropped"]["train"].values())
    assert card["rows_read"]["test"] == 2 + sum(card["dropped"]["test"].values())


def test_validation_is_the_front_of_one_order(project):
    """A larger validation set takes rows from the front of train and moves no other."""
    project.write(NSMC)
    orders = []
    for size in (2, 3, 5):
        project.prepare("nsmc", validation_size=size)
        lines = [guid.split(":")[1] for split in ("validation", "train") for guid in project.guids(split)]
        orders.append(lines)
    assert orders[0] == orders[1] == orders[2]


def test_outputs_depend_on_raw_bytes_and_seed_alone(project):
    project.write(NSMC)
    project.prepare("nsmc")
    first = project.bytes()
    project.prepare("nsmc")
    assert project.bytes() == first
    project.prepare("nsmc", split_seed=2)
    assert project.bytes()["train.jsonl"] != first["train.jsonl"]
    assert project.bytes()["test.jsonl"] == first["test.jsonl"]


@pytest.mark.parametrize("size", [0, 11, 500])
def test_carved_validation_of_impossible_size(project, size):
    project.write(NSMC)
    assert project.refused("nsmc", validation_size=size) == (
        f"params.yaml: tasks.nsmc.validation_size: expected 1 to 10, as {project.raw}/ratings_train.txt has 11 usable "
        f"rows, got {size}")


def test_sizes_beyond_the_own_files(project):
    project.write(CONLL)
    assert project.refused("conll2003", validation_size=4) == (
        "params.yaml: tasks.conll2003.validation_size: expected at most 3, the usable rows of "
        f"{project.raw}/valid.txt, or 0 for all, got 4")
    assert project.refused("conll2003", validation_size=0, test_size=3) == (
        f"params.yaml: tasks.conll2003.test_size: expected at most 2, the usable rows of {project.raw}/test.txt, "
        "or 0 for all, got 3")


@pytest.mark.parametrize(("text", "found"), [
    (tsv(), "0 (no row at all)"),
    (tsv("1||0", "2| |1"), "2 (2 empty text)"),
    (tsv("9-1|글|1"), "1 (1 excluded by id)"),
])
def test_nothing_to_use(project, text, found):
    project.write(NSMC | {"ratings_test.txt": text})
    assert project.refused("nsmc", exclude_id_prefix="9-") == (
        f"{project.raw}/ratings_test.txt: expected usable rows, found none among {found}; "
        "restore the file, or correct exclude_id_prefix in params.yaml")


def test_bad_row_leaves_nothing_behind(project):
    project.write(NSMC | {"ratings_test.txt": tsv("1|글")})
    assert project.refused("nsmc").startswith(f"{project.raw}/ratings_test.txt: line 2: expected 3 columns as in the")
    assert sorted(path.name for path in project.raw.parent.iterdir()) == ["raw"]


def test_raw_folder_without_source(project):
    project.raw.mkdir()
    assert project.refused("nsmc") == (
        f"{project.raw}/source.json: no such file; run `dvc repro` to make it")


def test_missing_raw_file(project):
    project.write(NSMC)
    (project.raw / "ratings_test.txt").unlink()
    assert project.refused("nsmc").startswith(f"{project.raw}/ratings_test.txt: cannot be read (No such file")


def test_long_files_report_lines(project, monkeypatch, capsys):
    monkeypatch.setattr(preprocess, "SECONDS_BETWEEN_REPORTS", 0)
    project.write(NSMC)
    project.prepare("nsmc")
    lines = capsys.readouterr().err.splitlines()
    assert f"{project.raw}/ratings_train.txt: 5 rows read" in lines
    assert lines[-1] == "nsmc: train 9, validation 2, test 4 rows, 2 dropped"


def test_command_line(project, monkeypatch, capsys):
    project.write(NSMC)
    folder = project.raw.parent
    monkeypatch.chdir(folder)
    arguments = ["--raw", "raw", "--out", "prepared", "--card", "cards/card.json"]
    params = ("split_seed: 1\ntasks:\n  nsmc: {corpus: nsmc, validation_size: 2, test_size: 0, exclude_id_prefix: '', "
              "table: {}}\n")
    (folder / "params.yaml").write_text(params)
    assert main(["--task", "nsmc", *arguments]) == 0
    assert capsys.readouterr() == ("", "nsmc: train 9, validation 2, test 4 rows, 2 dropped\n")
    assert main(["--task", "nsm", *arguments]) == 1
    assert capsys.readouterr().err== "error: params.yaml: tasks.nsm: required key is missing; did you mean nsmc?\n"


def test_damaged_texts_are_named_before_anything_is_trained(project, capsys):
    """Half of the texts of train lost their letters; the card counts them, and the terminal says so."""
    texts = ("??? ?? ????" if place % 2 else f"영화 {place}번째 이야기" for place in range(40))
    rows = (f"{place}|{text}|{place // 2 % 2}" for place, text in enumerate(texts))
    project.write(NSMC | {"ratings_train.txt": tsv(*rows)})
    project.prepare("nsmc", validation_size=4)
    damage = read_json(project.card)["damage"]
    assert damage["train"]["question_marks"] + damage["validation"]["question_marks"] == 20
    assert set(damage["test"].values()) == {0}
    assert f"nsmc: severe: question marks in {damage['train']['question_marks']} of 36 rows of train (" in (
        capsys.readouterr().err)
