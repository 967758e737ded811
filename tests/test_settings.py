"""params.yaml is read as DVC reads it, and every wrong setting is named by its path."""

import math
from pathlib import Path

import dvc.api
import pytest
from dvc.utils.serialize import ParseError
from dvc.utils.serialize import parse_yaml as parse_as_dvc
from hypothesis import given
from hypothesis import strategies as st

from stages import check_params as check_params_stage
from stages.common.errors import UserError
from stages.common.sources import ROOT
from stages.corpora.tasks import TASKS
from stages.reporting.questions import _rows_of_a_step
from stages.settings.checkpoints import checkpoint_settings
from stages.settings.data import PrepareSettings, task_settings
from stages.settings.published import PINS, published_corpus
from stages.settings.schema import check_params
from stages.settings.training import training_settings
from stages.settings.yaml12 import parse_yaml

PARAMS = (ROOT / "params.yaml").read_text("utf-8")


@pytest.fixture
def params(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Write a params.yaml that differs from the project's by one replacement, and work beside it."""
    monkeypatch.chdir(tmp_path)

    def write(old: str = "", new: str = "") -> None:
        assert old in PARAMS
        Path("params.yaml").write_text(PARAMS.replace(old, new, 1), "utf-8")

    write()
    return write


def same(one: object, other: object) -> bool:
    """Equal in type and value, NaN included."""
    if isinstance(one, float) and isinstance(other, float) and math.isnan(one):
        return math.isnan(other)
    return type(one) is type(other) and one == other


REFUSED = object()


def read_both(scalar: str) -> tuple[object, object]:
    """What we and DVC make of one plain scalar; :data:`REFUSED` where a reader refuses it."""
    values = []
    for parse in (parse_yaml, parse_as_dvc):
        try:
            value = parse(f"key: {scalar}\n", "params.yaml")
            values.append(value["key"] if isinstance(value, dict) and "key" in value else value)
        except (UserError, ParseError, ValueError):  # the last of DVC's reader, at forms such as `+_`
            values.append(REFUSED)
    return values[0], values[1]


KNOWN = """2e-05 2e-5 2.0e-5 1e-3 1234e5 .5e3 .5e-3 1. 5 +5 -0 0123 08 0o17 0x1F 0b101 1_000 12:30:45 1:30 yes no on off
y true True TRUE ~ null Null .inf -.inf .nan _1 1__0 1e5_0 full 0xG = < 1.5.2 1e e5 . - --""".split()


@pytest.mark.parametrize("scalar", KNOWN)
def test_known_scalars_agree_with_dvc(scalar: str) -> None:
    ours, theirs = read_both(scalar)
    assert same(ours, theirs)
    assert (theirs is REFUSED) is (scalar in ("=", "-"))


@given(st.text(alphabet="0123456789+-._eEobxainfNlu~tr:TyYs", min_size=1, max_size=8))
def test_plain_scalars_agree_with_dvc(scalar: str) -> None:
    assert same(*read_both(scalar))


@given(st.floats(allow_nan=False), st.integers())
def test_numbers_as_python_writes_them_agree_with_dvc(real: float, whole: int) -> None:
    for number in (real, whole):
        ours, theirs = read_both(repr(number).replace("inf", ".inf"))
        assert same(ours, theirs)
        assert ours == number


def test_whole_file_agrees_with_dvc_api() -> None:
    files = [ROOT / "params.yaml", ROOT / PINS]
    merged = {key: value for path in files for key, value in parse_yaml(path.read_text("utf-8"), path.name).items()}
    for corpus in ("table", "hans", "anli_r1", "anli_r2", "anli_r3", "xnli"):
        del merged[corpus]  # pins that no stage tracks by default
    assert merged == dvc.api.params_show(repo=str(ROOT))


def test_dates_are_refused_with_remedy() -> None:
    with pytest.raises(UserError, match=r"params.yaml:2: .*'2024-01-01' reads as a date.*quotes"):
        parse_yaml("a: 1\nb: 2024-01-01\n", "params.yaml")


def test_a_key_that_stands_twice_is_refused() -> None:
    with pytest.raises(UserError, match='found duplicate key "a"'):
        parse_yaml("a: 1\na: 2\n", "params.yaml")


def test_yaml_cannot_make_objects() -> None:
    with pytest.raises(UserError, match="not valid YAML"):
        parse_yaml("a: !!python/object/apply:os.getcwd []\n", "params.yaml")


def test_the_projects_own_file_is_valid() -> None:
    check_params()


def test_a_folder_that_is_not_there_is_told_by_its_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "params.yaml").read_text("utf-8")
    first, _, rest = text.partition("    source: sample\n    folder: data/local\n")
    Path("params.yaml").write_text(f"{first}    source: local\n    folder: {tmp_path}/none\n{rest}", "utf-8")
    assert check_params_stage.main(["--out", "checked"]) == 1
    assert capsys.readouterr().err == (
        f"error: params.yaml: tasks.nsmc.folder: {tmp_path}/none is not a folder; put the files of the corpus there, "
        "or name their folder\n")
    assert not Path("checked").exists()
    Path("none").mkdir()
    Path("data/local").mkdir(parents=True)
    assert check_params_stage.main(["--out", "checked"]) == 0


def test_lr_as_dvc_writes_it_is_a_float(params) -> None:
    params("lr: 0.001", "lr: 2e-05")
    assert training_settings("nsmc", "pretrained").lr == 2e-05
    assert training_settings("nsmc", "scratch").lr == check_params().scratch.lr != 2e-05


def test_a_task_overrides_its_arm_alone(params) -> None:
    params("    pretrained: {}\n", "    pretrained:\n      lr: 3e-05\n      epochs: 2\n")
    settings = training_settings("nsmc", "pretrained")
    assert (settings.lr, settings.epochs) == (3e-05, 2)
    assert training_settings("mnli", "pretrained").lr == check_params().lr
    assert training_settings("nsmc", "scratch").lr == check_params().scratch.lr


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("max_length: 64", "max_length: 12k", "tasks.nsmc.max_length: expected int, got '12k'"),
        ("lr: 0.001", "lr: fast", "lr: expected float, got 'fast'"),
        ("lr: 0.001", "lr: '2e-5'", "lr: expected float, got '2e-5'"),
        ("lr: 0.001", "lr: -1", "lr: expected a number above 0, got -1"),
        ("lr: 0.001", "lr: 0.001\nlearning_rate: 1", "learning_rate: unknown key; did you mean lr?"),
        ("  batch_size: 32", "  batchsize: 32", "training.batchsize: unknown key; did you mean batch_size?"),
        ("precision: fp32", "precision: fp8",
         "training.precision: expected 'auto', 'fp32', 'bf16' or 'fp16', got 'fp8'"),
        ("warmup: 0.1", "warmup: 1.5", "pretrained.warmup: expected a share of all steps below 1 or a whole number of"),
        ("warmup: 0.1", "warmup: -1", "pretrained.warmup: expected a number at least 0, got -1"),
        ("schedule: linear", "schedule: step",
         "pretrained.schedule: expected 'linear', 'cosine', 'constant' or 'polynomial', got 'step'"),
        ("    pretrained: {}", "    pretrained: {warmup: 2.5}",
         "tasks.nsmc.pretrained.warmup: expected a share of all"),
        ("accumulation: 1", "accumulation: 33", "training: accumulation 33 is more than batch_size 32"),
        ("batch_tokens: 0", "batch_tokens: 63", "training.batch_tokens: 63 is less than the 64 tokens of tasks.nsmc."),
        ("batch_tokens: 0", "batch_tokens: -1", "training.batch_tokens: expected a number at least 0"),
        ("label_smoothing: 0.0", "label_smoothing: 1.0", "training.label_smoothing: expected a number below 1"),
        ("class_weights: none", "class_weights: even", "training.class_weights: expected 'none' or 'balanced'"),
        ("stop_at_train_score: 0.0", "stop_at_train_score: 1.01",
         "training.stop_at_train_score: expected a number at most 1"),
        ("source: sample", "source: hub", "tasks.nsmc.source: expected 'sample', 'published' or 'local' for nsmc,"),
        ("- full", "- heads", "tunings: no recipe 'heads'; `recipes` has full, head, partial, gradual, lora,"),
        ("- full", "- setfit",
         "tunings: expected recipes for the entities of tasks.conll2003, got 'setfit': SetFit "
         "has no entity tasks; take setfit out of `tunings`, or conll2003 out of `tasks`"),
        ("    method: head", "    method: heads", "recipes.head.method: expected 'full' or 'head' or 'partial' or "),
        ("    method: head", "    method: head\n    layer_lr_decay: 0.9", "recipes.head.layer_lr_decay: unknown key"),
        ("    frozen_layers: 1", "    frozen_layers: -1", "recipes.partial.frozen_layers: expected a number"),
        ("    unfrozen_by: 0.5", "    unfrozen_by: 1.0", "recipes.gradual.unfrozen_by: expected a number below 1"),
        ("  full:\n    method: full", "  full:\n    method: full\n    reinitialised_layers: 3",
         "recipes.full: frozen_layers and reinitialised_layers add up to 3, more than the 2 of checkpoints."),
        ("  full:\n    method: full", "  full:\n    method: full\n    lr_factor: 2000.0",
         "recipes.full.lr_factor: 2000.0 makes the learning rate of task nsmc 2, expected at most 1; lower it"),
        ("  head:\n", "  he-ad:\n", "recipes.he-ad: expected only lower-case letters"),
        ("- 2\n", "- 1\n", "seeds: expected distinct values, got [1, 1, 3]"),
        ("checkpoint: bilingual_small", "checkpoint: big", "tasks.nsmc.checkpoint: no checkpoint 'big'"),
        ("corpus: nsmc", "corpus: imdb", "tasks.nsmc.corpus: unknown corpus 'imdb'; the task table has nsmc, mnli"),
        ("train_size: 0", "train_size: 3", "tasks.nsmc.train_size: 3 rows are fewer than one batch"),
        ("source: pretrain", "source: torrent",
         "checkpoints.bilingual_small.source: expected "),
        ("hidden_size: 128", "hidden_size: wide",
         "checkpoints.bilingual_small.pretraining.hidden_size: expected int, got 'wide'"),
        ("  bilingual_small:\n    source", "  bilingual.small:\n    source",
         "checkpoints.bilingual.small: expected letters"),
        ("- 2\n", "- -2\n", "seeds.1: expected a number at least 0, got -2"),
        ("max_length: 64", "max_length: 65", "tasks.nsmc.max_length: 65 is more than the 64 positions"),
    ],
)
def test_wrong_settings_name_their_path(params, old: str, new: str, message: str) -> None:
    params(old, new)
    with pytest.raises(UserError) as caught:
        check_params()
    assert str(caught.value).startswith(f"params.yaml: {message}")
    assert "\n" not in str(caught.value)


def test_batches_of_tokens_have_no_number_of_rows(params) -> None:
    text = PARAMS
    for old, new in (("batch_tokens: 0", "batch_tokens: 2048"), ("train_size: 0", "train_size: 3"),
                     ("accumulation: 1", "accumulation: 33")):
        text = text.replace(old, new, 1)
    Path("params.yaml").write_text(text, "utf-8")
    settings = check_params().training
    assert settings.batch_tokens == 2048
    assert _rows_of_a_step({"batch_size": 32, "batch_tokens": 2048}) == 0
    assert _rows_of_a_step({"batch_size": 32, "batch_tokens": 0}) == 32


def test_a_section_reader_refuses_what_the_whole_check_refuses(params) -> None:
    params("validation_size: 150", "validation_size: many")
    with pytest.raises(UserError, match=r"params.yaml: tasks.nsmc.validation_size: expected int, got 'many'"):
        task_settings(PrepareSettings, "nsmc")
    params("checkpoints:\n  bilingual_small:", "checkpoints:\n  other:")
    with pytest.raises(UserError, match=r"params.yaml: checkpoints.bilingual_small: required key is missing"):
        checkpoint_settings("bilingual_small")


def test_every_corpus_of_the_table_has_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    for corpus, task in TASKS.items():
        files = published_corpus(corpus).files
        given = {member.split("/")[-1] for file in files for member in file.members or [file.name]}
        # XNLI is of others, and most corpora have no validation of their own: both are taken from local files alone.
        published = set(task.files) - {"test_xnli", *({"validation"} & set(task.optional))}
        assert given == {task.files[split][0] for split in published}


@pytest.mark.parametrize(("old", "new", "message"), [
    ("bytes: 14628807", "bytes: many", "nsmc.files.0.bytes: expected int, got 'many'"),
    ("sha256: e03b", "sha256: E03B", "nsmc.files.0.sha256: String should match pattern"),
    ("name: ratings_train.txt", "name: ../ratings_train.txt", "nsmc.files.0.name: String should match pattern"),
    ("nsmc:\n", "films:\n", "no pins for 'nsmc'; add them"),
])
def test_wrong_pins_name_their_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old, new, message) -> None:
    text = (ROOT / PINS).read_text("utf-8")
    assert old in text
    (tmp_path / PINS).parent.mkdir(parents=True)
    (tmp_path / PINS).write_text(text.replace(old, new, 1), "utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError) as caught:
        published_corpus("nsmc")
    assert str(caught.value).startswith(f"{PINS}: {message}")


def test_a_missing_file_names_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match="run from the root of the repository"):
        check_params()
