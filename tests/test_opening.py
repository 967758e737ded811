"""A damaged model or tokenizer is one line with the file and the remedy, for ``predict`` and for ``export``."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from stages.answering.answers import Model
from stages.answering.exporting import deliver
from stages.common.errors import UserError
from stages.common.files import read_json, write_json
from stages.results.prepared import Task
from stages.settings.prediction import PredictionSettings
from tests.families import write_checkpoint, write_trained

TAGS = ["negative", "neutral", "positive"]
REMEDY = r"; restore it with `dvc checkout --force \S+/{}`, or run `dvc repro`"


def truncate(name: str, size: int) -> Callable[[Path], object]:
    return lambda root: (root / name).write_bytes((root / name).read_bytes()[:size])


def edit(**fields: object) -> Callable[[Path], object]:
    return lambda root: write_json(root / "model/config.json", read_json(root / "model/config.json") | fields)


def remove(name: str) -> Callable[[Path], object]:
    return lambda root: (root / name).unlink()


@pytest.mark.parametrize(("damage", "told"), [
    (truncate("model/model.safetensors", 0), r"model/model\.safetensors: not a safetensors file \(.*\)"),
    (truncate("model/model.safetensors", 3000), r"model/model\.safetensors: not a safetensors file \(.*\)"),
    (remove("model/model.safetensors"), r"model/model\.safetensors: no such file"),
    (edit(hidden_size=32), r"model: weights and config\.json do not fit each other \(.*size mismatch.*\)"),
    (edit(hidden_size=33), r"model: weights and config\.json do not fit each other \(.*\)"),
    (edit(model_type="gpt2"), r"model: weights and config\.json do not fit each other \(.*\)"),
    (edit(model_type="none"), r"model: weights and config\.json do not fit each other \(.*\)"),
    (remove("model/config.json"), r"model/config\.json: no such file"),
    (truncate("model/config.json", 40), r"model/config\.json: not valid JSON \(.*\)"),
    (edit(id2label={}), r"model/config\.json: expected architectures, id2label, model_type, found a config without"),
    (truncate("checkpoint/tokenizer.json", 400), r"checkpoint/tokenizer\.json: not a tokenizer \(.*\)"),
    (remove("checkpoint/tokenizer.json"), r"checkpoint/tokenizer\.json: no such file")])
def test_a_damaged_file_is_named_with_the_remedy(damage: Callable[[Path], object], told: str, tmp_path: Path) -> None:
    checkpoint, model, folder = (tmp_path / name for name in ("checkpoint", "model", "exported"))
    write_checkpoint(checkpoint, "wordpiece")
    write_trained(model, checkpoint, "single", TAGS)
    folder.mkdir()
    damage(tmp_path)
    expected = re.escape(f"{tmp_path}/") + told + REMEDY.format(told.split("/")[0].split(":")[0])
    with pytest.raises(UserError) as caught:
        Model(model, checkpoint / "tokenizer.json", Task("single", (), tuple(TAGS), ""), 48,
              PredictionSettings(threads=1, precision="fp32", seed_varies="both")).answer([{"text": "x"}])
    assert re.fullmatch(expected, str(caught.value))
    with pytest.raises(UserError) as caught:
        deliver("single", model, checkpoint, 48, folder)
    assert re.fullmatch(expected, str(caught.value))
