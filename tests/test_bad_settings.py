"""What people really write: settings, addresses of MLflow and terminals that are wrong, each with its one line.

Settings are checked as ``check_params`` checks them, MLflow's address as the pipeline asks it before it begins. A right
answer is expected where what looks odd is right.
"""

import codecs
import io
import json
import os
import re
import shutil
import socket
import socketserver
import sqlite3
import subprocess
import sys
import threading
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from dvc.utils.hydra import apply_overrides

from stages import __main__ as listing
from stages import check_params as check_params_stage
from stages import diff
from stages.common.command import run_stage
from stages.common.errors import UserError
from stages.common.files import write_text
from stages.common.sources import ROOT
from stages.settings import reading
from stages.settings.grid import read_grid
from stages.settings.schema import Params
from stages.spreading.pipeline import open_pipeline
from stages.tracking import address, database
from stages.tracking.address import check_address, find_address

PARAMS = (ROOT / "params.yaml").read_text("utf-8")
LR, TUNINGS, LENGTH = "lr: 0.001\n", "tunings:\n- full\n", "    max_length: 64\n"
SEEDS = PARAMS[PARAMS.index("\nseeds:\n") + 1 : PARAMS.index("\nadapted:") + 1]  # however many there are


def line_of(text: str) -> int:
    """Number of the line of params.yaml where ``text`` begins."""
    return PARAMS[:PARAMS.index(text)].count("\n") + 1


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository with the folders that the settings name."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("MLFLOW_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))  # MLflow keeps passwords there
    (tmp_path / "data" / "local").mkdir(parents=True)
    return tmp_path


def ended(home: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What check_params says of the present settings, "" where they are right; nothing may be left half-written."""
    before = sorted(path for path in home.rglob("*"))
    code = check_params_stage.main(["--out", "data/params.checked"])
    out, err = capsys.readouterr()
    assert out == ""
    assert code == int(bool(err))
    if code:
        assert sorted(path for path in home.rglob("*")) == before
        assert err.startswith("error: ")
        assert err.endswith("\n")
        assert "\n" not in err[:-1]
    return err[:-1].removeprefix("error: ")


def test_a_refused_experiment_says_where_its_value_is(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("params.yaml").write_text(PARAMS.replace("  language: en", "  language: kr"), "utf-8")
    refused = "params.yaml: report.language: expected 'en' or 'ko', got 'kr'"
    assert ended(home, capsys) == refused
    monkeypatch.setenv("DVC_EXP_NAME", "awful-name")
    assert ended(home, capsys) == f"{refused} (the experiment has left this value in params.yaml: correct it there)"


@pytest.mark.parametrize(("gpus", "settings", "told"), [
    ("", "threads: 2\n  processes: 2", ""), ("", "threads: 5\n  processes: 1",
     "training.threads: 5 threads in all processes together are more than the 4 cores of this machine"),
    ("", "threads: 3\n  processes: 2", "training.threads: 6 threads in all processes together"),
    ("0,1", "threads: 1\n  processes: 2", ""),
    ("0,1", "threads: 1\n  processes: 3", "training.processes: 3 processes for the 2 GPUs of this machine")])
def test_more_threads_and_processes_than_this_machine_has_are_told(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    gpus: str, settings: str, told: str
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: range(4))
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", gpus)
    found = warned(capsys, re.search(r"threads: 1\n(?:  #.*\n)*  processes: 1", PARAMS)[0], settings)
    assert (told in found) if told else not found


def warned(capsys: pytest.CaptureFixture[str], old: str, new: str) -> str:
    """What check_params says of settings that it accepts, which is the same in each language."""
    said = {}
    for language in ("ko", "en"):
        Path("params.yaml").write_text(PARAMS.replace(old, new, 1).replace(
            "language: en", f"language: {language}"), "utf-8")
        assert check_params_stage.main(["--out", "data/params.checked"]) == 0
        said[language] = capsys.readouterr().err
    assert said["ko"].startswith("경고: params.yaml: training.") == bool(said["en"])
    return said["en"]


UNKNOWN = {  # what other libraries and slips of the pen call a setting, and the setting
    "lrr": "lr", "learning_rate": "lr", "batch": "training.batch_size", "batch_size": "training.batch_size",
    "epochs": "pretrained.epochs", "num_train_epochs": "pretrained.epochs",
    "per_device_train_batch_size": "training.batch_size", "warmup_ratio": "pretrained.warmup",
    "warmup_steps": "pretrained.warmup", "max_len": "tasks.nsmc.max_length", "max-seq-length": "tasks.nsmc.max_length",
    "max_length": "tasks.nsmc.max_length", "seed": "seeds", "model": "tasks.nsmc.checkpoint",
    "checkpoint": "tasks.nsmc.checkpoint", "dataset": "tasks.nsmc.corpus", "weight_decay": "pretrained.weight_decay",
    "fp16": "training.precision", "dropout": "training.dropout", "train_size": "tasks.nsmc.train_size",
    "lora_rank": "recipes.lora.rank", "resample": "resamples", "tunning": "tunings",
}


@pytest.mark.parametrize("key", UNKNOWN)
def test_a_key_of_another_name_is_told_the_right_one(home: Path, capsys: pytest.CaptureFixture[str], key: str) -> None:
    Path("params.yaml").write_text(PARAMS + f"{key}: 3\n", "utf-8")
    found = ended(home, capsys)
    assert found.startswith(f"params.yaml: {key}: unknown key; did you mean ")
    assert UNKNOWN[key] in found.replace("?", " ").split(" did you mean ")[1].split(" or ")[0]


NO_SIZE = "expected a number of rows, such as 500, or labels per class, such as 16_per_class, got "

# A text of params.yaml, what stands there instead, and how the message goes on after "params.yaml: ": None where the
# value is right.
SETTINGS: list[tuple[str, str, str | None]] = [
    (LR, "lrr: 0.001\n", "lrr: unknown key; did you mean lr?"),
    (LR, "", "lr: required key is missing; add it, or restore the committed file with `git checkout HEAD -- params.y"),
    ("  batch_size: 32", "  batch: 32", "training.batch: unknown key; did you mean batch_size?"),
    ("  stop_at_train_score: 0.0", "  train_ceiling: 0.0",
     "training.train_ceiling: unknown key; did you mean stop_at_train_score?"),
    ("    corpus: nsmc", "    dataset: nsmc", "tasks.nsmc.dataset: unknown key; did you mean corpus?"),
    ("    pretrained: {}", "    pretrained: {learning_rate: 0.1}",
     "tasks.nsmc.pretrained.learning_rate: unknown key; did you mean lr?"),
    ("    method: head\n", "    method: head\n    rank: 3\n", "recipes.head.rank: unknown key; remove it or correct"),
    ("    source: pretrain", "    sorce: pretrain",
     "checkpoints.bilingual_small.sorce: unknown key; did you mean source?"),
    ("      hidden_size: 128", "      hidden: 128",
     "checkpoints.bilingual_small.pretraining.hidden: unknown key; did you mean hidden_size?"),
    (LR, LR + "foo: 1\n", "foo: unknown key; remove it or correct its spelling: the keys here are lr, tunings"),
    ("    corpus: nsmc\n", "", "tasks.nsmc.corpus: required key is missing"),
    # values
    (LR, "lr: '2e-5'\n", "lr: expected float, got '2e-5'; write 2e-05"),
    (LR, "lr: 2e-5\n", None),
    (LR, "lr: 10%\n", "lr: expected float, got '10%'; write 0.1"),
    (LR, "lr:\n", "lr: expected float, got nothing (null)"),
    (LR, "lr: .nan\n", "lr: expected a finite number, got nan"),
    (LR, "lr: 1e400\n", "lr: expected a finite number, got inf"),
    (LR, "lr: -1\n", "lr: expected a number above 0, got -1"),
    (LR, "lr: true\n", "lr: expected float, got True"),
    (LR, "lr: 2024-01-01\n", "'2024-01-01' reads as a date, which DVC refuses; put it in quotes"),
    (LR, "lr: 1:30\n", "lr: expected float, got '1:30'"),
    ("  weight_decay: 0.01", "  weight_decay: .inf", "pretrained.weight_decay: expected a finite number, got inf"),
    ("  warmup: 0.1", "  warmup: .inf", "pretrained.warmup: expected a finite number, got inf"),
    (LR, "lr: 0,001\n", "lr: expected float, got '0,001'; write 0.001"),
    (LR, "lr: ０．００１\n", "lr: expected float, got '０．００１'; write 0.001, without '０' (FULLWIDTH DIGIT ZERO)"),
    (LR, "lr: 2e−5\n", "lr: expected float, got '2e−5'; write 2e-05, without '−' (MINUS SIGN)"),
    (LR, "lr: “0.001”\n", "lr: expected float, got '“0.001”'; write 0.001, without '“' (LEFT DOUBLE QUOTATION MARK)"),
    ("  dropout: 0.1", "  dropout: 1,0", "training.dropout: expected float, got '1,0'; write 1.0"),
    ("  max_gradient_norm: 1.0", "  max_gradient_norm: 1,5",
     "training.max_gradient_norm: expected float, got '1,5'; write 1.5"),
    ("    test_size: 0", "    test_size: 12,000", "tasks.nsmc.test_size: expected int, got '12,000'; write 12000"),
    ("  threads: 1\n", "  threads: 100000\n", "training.threads: expected a number at most 1024, got 100000"),
    (LENGTH, "    max_length: 12k\n", "tasks.nsmc.max_length: expected int, got '12k'; write 12000"),
    (LENGTH, "    max_length: '64'\n", "tasks.nsmc.max_length: expected int, got '64'; write 64"),
    (LENGTH, "    max_length: 64.0\n", "tasks.nsmc.max_length: expected int, got 64.0; write 64"),
    (LENGTH, "    max_length: 6_4\n", None),
    (LENGTH, f"    max_length: {10**20}\n", "tasks.nsmc.max_length: expected a number of at most 15 digits, got 1"),
    ("  models: false", "  models: yes", "tracking.models: expected bool, got 'yes'; write true"),
    ("  models: false", "  models: 0", "tracking.models: expected bool, got 0; write false"),
    ("  language: en", "  language: english", "report.language: expected 'en' or 'ko', got 'english'"),
    ("sample_seed: 1", "sample_seed: -1", "sample_seed: expected a number at least 0, got -1"),
    ("  accumulation: 1", "  accumulation: 64", "training: accumulation 64 is more than batch_size 32"),
    # lists
    (SEEDS, "seeds: 1\n", "seeds: expected list, got 1; write [1], on the command line -S 'seeds=[1]'"),
    (SEEDS, "seeds: 1, 2\n", "seeds: expected list, got '1, 2'; write [1, 2], on the command line -S 'seeds=[1,2]'"),
    (SEEDS, "seeds: [1, 1]\n", "seeds: expected distinct values, got [1, 1]"),
    (SEEDS, "seeds: []\n", "seeds: expected at least one entry, got []"),
    (SEEDS, "seeds:\n", "seeds: expected list, got nothing (null); write [] for none"),
    (SEEDS, "seeds: [4294967296]\n", "seeds.0: expected a number below 4,294,967,296, got 4294967296"),
    (SEEDS, "seeds: [1.5]\n", "seeds.0: expected int, got 1.5"),
    (SEEDS, "seeds: &both [1, 2]\nadapted: []\n",
     f'found duplicate key "adapted", first in line {line_of(SEEDS) + 1}; remove one of'),
    (TUNINGS, "tunings: full\n", "tunings: expected list, got 'full'; write [full], on the command line -S 'tunings=["),
    (TUNINGS, "tunings: [FULL]\n", "tunings: no recipe 'FULL'; `recipes` has full, head, partial, gradual, lora, ia3, "
                                   "prefix, setfit; did you mean full?"),
    ("adapted: []", "adapted: nsmc", "adapted: expected list, got 'nsmc'; write [nsmc], on the command line -S 'adapt"),
    ("adapted: []", "adapted: [nsmx]", "adapted: no task 'nsmx'; `tasks` has nsmc, mnli, conll2003, ag_news; did you"),
    ("distilled: []", "distilled: [nsmx]", "distilled: no task 'nsmx'; `tasks` has nsmc, mnli, conll2003, ag_news"),
    ("  temperature: 2.0", "  temperature: 0", "distillation.temperature: expected a number above 0, got 0"),
    ("  gold_weight: 0.5", "  gold_weight: 1.5", "distillation.gold_weight: expected a number at most 1, got 1.5"),
    ("train_sizes: []", "train_sizes: 250", "train_sizes: expected list, got 250; write [250], on the command line"),
    (SEEDS, "seeds: 3\n", "seeds: expected list, got 3; write [3] for seed 3 alone, or [1, 2, 3] for 3 seeds, "
                          "on the command line -S 'seeds=[1,2,3]'"),
    ("adapted: []", "adapted: true", "adapted: expected list, got True; write the entries in brackets, or [] for none"),
    # numbers of rows
    *[("    train_size: 0", f"    train_size: {size}", f"tasks.nsmc.train_size: {NO_SIZE}")
      for size in ("0.1", "10%", "all", "8_per_clas", "true", "''", "")],
    *[("train_sizes: []", f"train_sizes: [{size}]", f"train_sizes.0: {NO_SIZE}")
      for size in ("0.1", "10%", "8 per class")],
    ("    train_size: 0", "    train_size: 12k", "tasks.nsmc.train_size: expected int, got '12k'; write 12000"),
    # text of a form
    ("    table: {}", "    table: {language: korean}",
     "tasks.nsmc.table.language: expected an ISO 639-1 code such as ko, got 'korean'"),
    ("    table: {}", "    table: {delimiter: tab}",
     'tasks.nsmc.table.delimiter: expected one character, such as ";" or "\\t", got \'tab\''),
    # names
    ("  nsmc:\n", "  ns-mc:\n", "tasks.ns-mc: expected only lower-case letters a to z, digits and '_'"),
    ("  nsmc:\n", "  ns/mc:\n", "tasks.ns/mc: expected only lower-case letters"),
    ("  nsmc:\n", "  영화:\n", "tasks.영화: expected only lower-case letters"),
    ("  nsmc:\n", "  1:\n", "tasks.1: expected text as a name, got 1; write '1' in quotes"),
    ("    corpus: nsmc", "    corpus: agnews", "tasks.nsmc.corpus: unknown corpus 'agnews'; the task table has nsmc, "
                                               "mnli, conll2003, ag_news, table; did you mean ag_news?"),
    ("checkpoint: bilingual_small", "checkpoint: bilingual", "tasks.nsmc.checkpoint: no checkpoint 'bilingual'; `c"),
    ("  model:\n    source: hub", "  model:\n    source: foo",
     "prompting.model.source: expected 'local' or 'hub' or 'pretrain', got 'foo'"),
    ("  model:\n    source: hub", "  model:\n    source: local", "prompting.model.repository: unknown key; remove it"),
    ("    folder: data/local", "    folder: data/none", "tasks.nsmc.folder: data/none is not a folder; its files "),
    ("    source: sample\n    folder: data/local", "    source: local\n    folder: ~/nsmc",
     "tasks.nsmc.folder: ~/nsmc is not a folder; write it in full, without '~'"),
    ("further_tests: {}", "further_tests: {x: {task: nsmc, corpus: table, source: local, folder: data/none.csv, "
                          "table: {}, merge: {}, second_gold: false}}",
     "further_tests.x.folder: data/none.csv is no file and no folder; put the file of the test set there, or name it"),
    ("    source: pretrain", "    source: local", "checkpoints.bilingual_small.text: unknown key; remove it"),
    # the file as such
    (LR, "lr: &rate 0.001\n", None),
    (LR, LR + "lr: 0.1\n", f'found duplicate key "lr", first in line {line_of(LR)}; remove one of the two'),
    (LR, "lr：0.001\n", f"params.yaml:{line_of(LR)}: not valid YAML: found '：' (FULLWIDTH COLON); write ':'"),
    (LR, "lr:\u00a00.001\n",
     f"params.yaml:{line_of(LR)}: not valid YAML: found '\u00a0' (NO-BREAK SPACE); write a space"),
    ("  epochs: 8", "\u3000\u3000epochs: 8",
     f"params.yaml:{line_of('  epochs: 8')}: not valid YAML: found '\u3000' (IDEOGRAPHIC SPACE); write a space"),
    ("  epochs: 8", "  “epochs“： 8",
     f"params.yaml:{line_of('  epochs: 8')}: not valid YAML: found '：' (FULLWIDTH COLON); write ':'"),
    ("    exclude_id_prefix: ''", "    exclude_id_prefix: “a: ”",
     f"params.yaml:{line_of('    exclude_id_')}: not valid YAML: found '“' (LEFT DOUBLE QUOTATION MARK); write '\"'"),
    (LR, LR + "# “：\nx 1\n", "correct this line or one before it"),
    (LR, "\tlr: 0.001\n", "found character that cannot start any token; indent by spaces"),
    (LR, "lr 0.001\n", "correct this line or one before it"),
    (LR, LR + "x: *nothing\n", "found undefined alias"),
    (LR, LR + "? [a, b]\n: 1\n", "('a', 'b'): unknown key"),
    (LR, LR + "x: &x [*x]\n", "x: unknown key; remove it"),
    (LR, LR + "---\na: 1\n", "not valid YAML: but found another document"),
    (LR, LR + "x: " + 3000 * "[" + 3000 * "]" + "\n", "x: unknown key; remove it"),
    (LR, "lr: \x07\n", "not valid YAML: unacceptable character #x0007"),
    (LR, "lr: !!python/name:os.system ''\n", "not valid YAML: could not determine a constructor for the tag"),
    (PARAMS, "", "expected a mapping of keys to values, found nothing; restore the committed file"),
    (PARAMS, "- 1\n", "expected a mapping of keys to values, found a list"),
]


@pytest.mark.parametrize(("old", "new", "message"), SETTINGS)
def test_a_setting(home: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, message: str | None) -> None:
    assert old in PARAMS
    Path("params.yaml").write_text(PARAMS.replace(old, new, 1), "utf-8", newline="")
    found = ended(home, capsys)
    if message is None:
        assert found == ""
    elif "not valid YAML" in found:  # after the line's number
        assert found.startswith("params.yaml")
        assert message in found
    else:
        assert found.startswith(f"params.yaml: {message}")


@pytest.mark.parametrize(("old", "new"), [
    (LR, "lr: 1.000,5\n"), (LR, "lr: 1,5,6\n"), ("    test_size: 0", "    test_size: 1,5"),
])
def test_a_number_that_is_unclear_gets_no_remedy(
    home: Path, capsys: pytest.CaptureFixture[str], old: str, new: str
) -> None:
    Path("params.yaml").write_text(PARAMS.replace(old, new, 1), "utf-8")
    assert ended(home, capsys).endswith(f", got {new.split()[1]!r}")


def test_no_message_is_that_of_the_library_for_a_constraint() -> None:
    """Of these, pydantic speaks by itself: a setting says what it wants by a function."""
    found = set(re.findall(r'"(minimum|pattern|maxLength|maxItems|multipleOf|format)": [^{]',
                           json.dumps(Params.model_json_schema())))
    assert found == {"minimum"}


@pytest.mark.parametrize(("encoded", "message"), [
    (PARAMS.encode("utf-16"), "params.yaml: not UTF-8 at byte 0; save it as UTF-8"),
    (PARAMS.replace("# Every", "# 모든").encode("cp949"), "params.yaml: not UTF-8 at byte 2; save it as UTF-8"),
    (codecs.BOM_UTF8 + PARAMS.encode(), ""),
    (PARAMS.replace("\n", "\r\n").encode(), ""),
])
def test_an_encoding_of_the_file(
    home: Path, capsys: pytest.CaptureFixture[str], encoded: bytes, message: str
) -> None:
    Path("params.yaml").write_bytes(encoded)
    assert ended(home, capsys) == message


@pytest.mark.parametrize(("override", "message"), [
    ("tunings=full", "tunings: expected list, got 'full'; write [full], on the command line -S 'tunings=[full]'"),
    ("~tasks.nsmc.folder", "tasks.nsmc.folder: required key is missing"),
])
def test_what_dvc_cannot_resolve_after_an_override(
    home: Path, capsys: pytest.CaptureFixture[str], override: str, message: str
) -> None:
    """DVC itself ends with words about dvc.yaml or Python; what asks DVC, and check_params, say the setting."""
    Path("params.yaml").write_text(PARAMS, "utf-8")
    apply_overrides("params.yaml", [override])
    assert ended(home, capsys).startswith(f"params.yaml: {message}")
    Path("dvc.yaml").write_text((ROOT / "dvc.yaml").read_text("utf-8"), "utf-8")
    Path(".dvc").mkdir()
    Path(".dvc/config").write_text("[core]\n    no_scm = true\n    analytics = false\n", "utf-8")
    with pytest.raises(UserError, match="params.yaml: ") as caught, open_pipeline() as repo:
        assert repo.index.stages
    assert message in str(caught.value)


NO_GIT = "no git repository here; clone the project by git, or run `git init && git add -A && git commit -m start`"


def dvc_folder(home: Path) -> None:
    """The settings and the pipeline, as DVC finds them."""
    shutil.copyfile(ROOT / "params.yaml", home / "params.yaml")
    (home / "dvc.yaml").write_text("stages:\n  a:\n    cmd: echo a\n", "utf-8")
    (home / ".dvc").mkdir()
    (home / ".dvc" / "config").write_text("[core]\n    analytics = false\n", "utf-8")


def test_a_project_without_git_is_told_so(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dvc_folder(home)
    with pytest.raises(UserError, match=re.escape(NO_GIT)), open_pipeline():
        pass
    assert diff.main(["HEAD"]) == 1
    assert capsys.readouterr().err == f"error: {NO_GIT}\n"


def test_conflicts_in_the_lock_file_are_told_with_its_name(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dvc_folder(home)
    subprocess.run(["git", "init", "--quiet"], check=True)
    (home / "dvc.lock").write_text("schema: '2.0'\nstages:\n<<<<<<< HEAD\n  a:\n", "utf-8")
    with (pytest.raises(UserError, match="^dvc.lock: .*; `git checkout HEAD -- dvc.lock` brings back "),
          open_pipeline() as repo):
        assert repo.index.stages


@pytest.mark.parametrize(("old", "new", "message"), [
    (SEEDS, "seeds: 3\n", "params.yaml: seeds: expected list, got 3; write [3] for"),
    (LR, "\tlr: 0.001\n", f"params.yaml:{line_of(LR)}: not valid YAML"),
])
def test_diff_names_the_setting_that_dvc_cannot_take(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, old: str, new: str, message: str
) -> None:
    monkeypatch.setattr(diff, "revision", lambda *_: None)  # its results, which are not looked at
    dvc_folder(home)
    shutil.copyfile(ROOT / "dvc.yaml", home / "dvc.yaml")
    for command in ("init --quiet", "-c user.name=T -c user.email=t@example.org commit -qm start --allow-empty"):
        subprocess.run(["git", *command.split()], check=True)
    Path("params.yaml").write_text(PARAMS.replace(old, new, 1), "utf-8")
    assert diff.main(["HEAD"]) == 1
    assert capsys.readouterr().err.startswith(f"error: {message}")


def test_an_axis_that_is_no_list_is_no_list_of_letters(home: Path) -> None:
    Path("params.yaml").write_text(PARAMS.replace(TUNINGS, "tunings: full\n"), "utf-8")
    with pytest.raises(UserError, match=r"tunings: expected list, got 'full'; write \[full\]"):
        read_grid()


def test_a_task_that_the_command_line_misspells(home: Path) -> None:
    Path("params.yaml").write_text("tasks:\n  ag_news: {}\n", "utf-8")
    with pytest.raises(UserError, match="tasks.ag_new: required key is missing; did you mean ag_news?"):
        reading.pick("tasks.ag_new")


# Addresses that are refused as they are written.
HERE = "without MLFLOW_TRACKING_URI runs go to mlflow.db here"
FILES = "a folder; MLflow no longer keeps runs in files; take its runs over with `mlflow migrate-filestore`"


@pytest.mark.parametrize(("given", "message"), [
    ("./mlruns", FILES), ("mlruns", FILES), ("file:///tmp/mlruns", FILES), (r"C:\mlruns", FILES),
    ("localhost:5000", "neither of them; correct it, as http://HOST:PORT"),
    ("127.0.0.1:5000", "neither of them; correct it, as http://HOST:PORT"),
    ("foo://bar", "neither of them; correct it, as http://HOST:PORT"),
    ("sqlite://runs.db", "no three slashes before the file; write sqlite:///runs.db"),
    ("uc", "a folder"),
    ("sqlite:///:memory:", "a database in memory, which ends with the process; name a file"),
    ("http://[::1", "an address that cannot be read; write it as http://HOST:PORT"),
    ("http://127.0.0.1:99999", "an address that cannot be read; write it as http://HOST:PORT"),
    ("postgresql://user:secret@:x/runs", "which cannot be read; spell signs of the password as %XX"),
])
def test_an_address(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, given: str, message: str
) -> None:
    Path("params.yaml").write_text(PARAMS, "utf-8")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", given)
    found = ended(home, capsys)
    assert found.startswith("MLFLOW_TRACKING_URI: expected ")
    assert message in found
    assert "secret" not in found


def test_addresses_of_databases_and_of_no_store(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "mlruns" / "0").mkdir(parents=True)
    (home / "mlruns" / "0" / "meta.yaml").touch()  # MLflow by itself would go on with this file store
    assert find_address(home).database == home / "mlflow.db"
    assert find_address(home).artifacts == f"file://{home}/mlartifacts"
    temporary = home / ".dvc" / "tmp" / "exps" / "standalone" / "tmp1"
    temporary.mkdir(parents=True)
    for given in ("sqlite:///my%20runs.db", f"sqlite:///{home}/my%20runs.db"):
        monkeypatch.setenv("MLFLOW_TRACKING_URI", given)
        for folder in (home, temporary):
            assert find_address(folder).database == home / "my runs.db"


@pytest.mark.parametrize(("path", "reason"), [
    ("none/deep/runs.db", "No such file or directory"), ("params.yaml/runs.db", "Not a directory"),
    ("/proc/runs.db", "No such file or directory"),
])
def test_a_database_that_cannot_be_made_is_refused_and_nothing_is_made(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, path: str, reason: str
) -> None:
    Path("params.yaml").write_text(PARAMS, "utf-8")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{path}")
    place = home / path
    assert ended(home, capsys) == (
        f"{place}: expected a folder in which a database can be created, found {place.parent} ({reason}); correct "
        "the path, or create the folder with write permission")


@pytest.mark.parametrize("name", ["p%41q", "what?x=1", "100% 한글 #1", "plain"])
def test_a_database_in_a_folder_of_any_name(home: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The path that SQLAlchemy opens, and the one whose folder MLflow makes, are both that of the file."""
    make_url = pytest.importorskip("sqlalchemy.engine").make_url
    (home / name).mkdir()
    monkeypatch.chdir(home / name)
    uri = find_address(Path.cwd()).uri
    for opened in (make_url(uri).database, uri.removeprefix("sqlite:///")):
        assert Path(opened).resolve() == home / name / "mlflow.db"


class _Answers(BaseHTTPRequestHandler):
    """A server that answers every request with the status and body that its path names."""

    def do_POST(self) -> None:
        kind = self.path.split("/")[1]
        self.rfile.read(int(self.headers["Content-Length"]))
        signed_in = self.headers.get("Authorization", "").startswith(("Basic dXNlcjpzZWNyZXQ=", "Bearer token"))
        status = {"mlflow": 200, "html": 200, "users": 200 if signed_in else 401}.get(kind) or int(kind)
        body = b"<html>" if kind == "html" else json.dumps({"experiments": []}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if kind == "html" else "application/json")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        pass


class _Garbage(socketserver.BaseRequestHandler):
    """A program that talks another language than HTTP."""

    def handle(self) -> None:
        self.request.recv(1 << 16)
        self.request.sendall(b"SSH-2.0-OpenSSH_9.6\r\n")


@contextmanager
def served(server: socketserver.BaseServer) -> Iterator[int]:
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def http() -> Iterator[str]:
    with served(ThreadingHTTPServer(("127.0.0.1", 0), _Answers)) as port:
        yield f"http://127.0.0.1:{port}"


def asked(monkeypatch: pytest.MonkeyPatch, uri: str) -> str:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    found = ""
    try:
        check_address(find_address(Path.cwd()))
    except UserError as error:
        found = str(error)
    assert "\n" not in found
    assert "secret" not in found
    return found


@pytest.mark.parametrize(("path", "message"), [
    ("mlflow", None), ("mlflow/", None), ("html", "another program (200, text/html); correct the address"),
    ("404", "another program (404, application/json); correct the address"),
    ("500", "an error of its own (500); look into the server's log"), ("503", "an error of its own (503)"),
    ("401", "that it refuses the user (401); set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD"),
    ("403", "that it refuses the user (403)"),
])
def test_what_a_server_answers(
    home: Path, monkeypatch: pytest.MonkeyPatch, http: str, path: str, message: str | None
) -> None:
    found = asked(monkeypatch, f"{http}/{path}")
    assert found == "" if message is None else found.startswith(
        f"MLFLOW_TRACKING_URI: expected an MLflow server at {http}/{path}, found {message}"), found
    assert not found or found.endswith(HERE)


@pytest.mark.parametrize("variables", [
    {"MLFLOW_TRACKING_USERNAME": "user", "MLFLOW_TRACKING_PASSWORD": "secret"}, {"MLFLOW_TRACKING_TOKEN": "token"},
    {"MLFLOW_TRACKING_AUTH": "plugin"}, {}])
def test_who_asks_is_who_the_client_will_be(
    home: Path, monkeypatch: pytest.MonkeyPatch, http: str, variables: dict[str, str]
) -> None:
    assert "refuses the user (401)" in asked(monkeypatch, f"{http}/users")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    if not variables:
        write_text(home / ".mlflow" / "credentials",
                   "[mlflow]\nmlflow_tracking_username = user\nmlflow_tracking_password = secret\n")
    assert asked(monkeypatch, f"{http}/users") == ""


def test_servers_that_give_no_answer(home: Path, monkeypatch: pytest.MonkeyPatch, http: str) -> None:
    monkeypatch.setattr(address, "_ANSWER", 0.2)
    with closing(socket.socket()) as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        assert "no answer in time; start the server" in asked(monkeypatch, f"http://user:secret@127.0.0.1:{port}")
    assert "nothing that listens there" in asked(monkeypatch, f"http://127.0.0.1:{port}")
    assert "expected a database server at postgresql+psycopg2://127.0.0.1" in (
        found := asked(monkeypatch, f"postgresql+psycopg2://user:secret@127.0.0.1:{port}/runs"))
    assert "nothing that listens there" in found
    assert "cannot be verified by TLS; write http://" in asked(monkeypatch, http.replace("http:", "https:"))
    with served(socketserver.TCPServer(("127.0.0.1", 0), _Garbage)) as port:
        assert "a program that does not answer by HTTP" in asked(monkeypatch, f"http://127.0.0.1:{port}")

    def unknown(*arguments: object, **values: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert "no host of that name; correct the address" in asked(monkeypatch, "http://mlflow.invalid:5000")


def made(path: Path, revision: str = "", folder: str = "/orig/mlartifacts") -> None:
    """A database with those of MLflow's tables that are looked at."""
    known = database._revisions()
    newest, = known.keys() - known.values()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(f"""
            CREATE TABLE alembic_version (version_num); INSERT INTO alembic_version VALUES ('{revision or newest}');
            CREATE TABLE experiments (name, artifact_location); CREATE TABLE runs (artifact_uri);
            INSERT INTO experiments VALUES ('Default', '/orig/mlruns/0'), ('nsmc', 'file://{folder}/nsmc'),
              ('mine', 's3://bucket/mine');
            INSERT INTO runs VALUES ('file://{folder}/nsmc/ab/artifacts'), ('s3://bucket/mine/cd/artifacts');""")


def halved(path: Path) -> None:
    made(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def of_another_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE notes (text)")


@pytest.mark.parametrize(("make", "message"), [
    (lambda path: path.write_text("hello"), "expected an SQLite database, found file is not a database; move it away"),
    (lambda path: path.mkdir(), "expected an SQLite database, found a folder; move it away"),
    (halved, "database disk image is malformed; move it away or name another file, and log the present results anew "
             "with `make track`"),
    (of_another_program, "expected MLflow's tables, found those of another program"),
    (lambda path: made(path, "cfd24bdc0731"), "found those of an older release; copy the file, then run `mlflow db"),
    (lambda path: made(path, "abcdefabcdef"), "found those of a newer release (revision abcdefabcdef); install that"),
    (lambda path: path.touch(), None), (made, None), (lambda path: None, None),
])
def test_a_database(home: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], None],
                    message: str | None) -> None:
    make(home / "mlflow.db")
    found = asked(monkeypatch, "")
    assert found == "" if message is None else (
        found.startswith(f"{home}/mlflow.db: expected ") and message in found), found


def test_a_database_that_may_not_be_written_or_is_held(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(home / "mlflow.db")
    monkeypatch.setattr(database, "_WAIT", 0.1)
    with closing(sqlite3.connect(home / "mlflow.db")) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert "found it locked for 0 seconds; end the program that has it open" in asked(monkeypatch, "")
    with monkeypatch.context() as patch:  # root may write everything
        patch.setattr(os, "access", lambda path, mode: False)
        assert "found it read-only; change the permissions" in asked(monkeypatch, "")


def test_addresses_of_a_copied_folder_lead_into_the_copy(home: Path) -> None:
    path, here = home / "mlflow.db", f"file://{home}/mlartifacts"
    made(path)
    assert database.move_locations(path, here) == 2
    assert database.move_locations(path, here) == 0
    with closing(sqlite3.connect(path)) as connection:
        locations = {place for table in ("artifact_location FROM experiments", "artifact_uri FROM runs")
                     for place, in connection.execute(f"SELECT {table}")}
    assert locations == {"/orig/mlruns/0", f"{here}/nsmc", "s3://bucket/mine", f"{here}/nsmc/ab/artifacts",
                         "s3://bucket/mine/cd/artifacts"}


SIGNS = "🎬 없다 é —"


@pytest.mark.parametrize(("encoding", "shown"), [
    ("utf-8", SIGNS),
    ("cp949", r"\ud83c\udfac 없다 \u00e9 \u2014"),
    ("ascii", r"\ud83c\udfac \uc5c6\ub2e4 \u00e9 \u2014"),
    ("latin-1", r"\ud83c\udfac \uc5c6\ub2e4 é \u2014"), ("cp1252", r"\ud83c\udfac \uc5c6\ub2e4 é —")])
def test_a_terminal_that_lacks_signs(
    home: Path, monkeypatch: pytest.MonkeyPatch, encoding: str, shown: str
) -> None:
    """Output, errors and help are written, JSON stays the same value, and files are UTF-8."""
    written = {name: io.TextIOWrapper(io.BytesIO(), encoding, write_through=True) for name in ("stdout", "stderr")}
    for name, stream in written.items():
        monkeypatch.setattr(sys, name, stream)

    def stage(options: object) -> None:
        print(json.dumps(SIGNS, ensure_ascii=False))
        write_text(Path("out.txt"), SIGNS)
        raise UserError(SIGNS)

    with pytest.raises(SystemExit):
        run_stage(ArgumentParser(description=SIGNS), stage, ["--help"])
    assert "\\u" in written["stdout"].buffer.getvalue().decode(encoding) or encoding == "utf-8"
    written["stdout"].buffer.seek(0)
    written["stdout"].buffer.truncate()
    parser = ArgumentParser()
    parser.set_defaults(debug=False)
    assert run_stage(parser, stage, []) == 1
    found = {name: stream.buffer.getvalue().decode(encoding) for name, stream in written.items()}
    assert found["stdout"] == f'"{shown}"\n'
    assert json.loads(found["stdout"]) == SIGNS
    assert found["stderr"] == f"error: {shown}\n"
    assert Path("out.txt").read_text("utf-8") == SIGNS


@pytest.mark.parametrize(("name", "remedy"), [
    ("summary", "did you mean summary?"), ("sumary", "did you mean summary?"), ("xyzzy", "`python -m stages` lists")])
def test_a_command_after_a_space(name: str, remedy: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert listing.main([name]) == 1
    assert remedy in capsys.readouterr().err


def test_a_reader_that_has_gone_and_streams_that_are_closed() -> None:
    command = [sys.executable, "-m", "stages"]
    reading_end, writing_end = os.pipe()
    os.close(reading_end)
    try:
        gone = subprocess.run(command, cwd=ROOT, stdout=writing_end, stderr=subprocess.PIPE, check=False)
    finally:
        os.close(writing_end)
    assert (gone.returncode, gone.stderr) == (141, b"")
    # What is meant for standard error must not appear among the answers when that is closed.
    line = f"{sys.executable} -m stages.check_params --out /dev/null/x 2>&- <&-"
    closed = subprocess.run(line, shell=True, cwd=ROOT, capture_output=True, check=False)
    assert (closed.returncode, closed.stdout) == (1, b"")
