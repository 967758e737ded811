"""A checkpoint folder as people download it, checked and brought to the four files that the pipeline keeps."""

import json
import shutil
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from tokenizers import Tokenizer
from transformers.models.auto.configuration_auto import CONFIG_MAPPING_NAMES

from stages.common.errors import UserError
from stages.common.files import read_json

WEIGHTS = "model.safetensors"
_PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl", "*.h5", "*.msgpack")


def copy_checkpoint(source: Path, folder: Path) -> dict[str, Any]:
    """Copy config, tokenizer and weights from ``source``; return what ``origin.json`` should say.

    Raises:
        UserError: a file is missing or malformed, weights are not safetensors, or the model needs code of its own.
    """
    if not source.is_dir():
        raise UserError(f"{source}: no such folder; `folder` of a local checkpoint names one with config.json, "
                        f"tokenizer.json and {WEIGHTS}")
    config = _checked_config(source / "config.json")
    tensors = _checked_weights(source)
    _copy_tokenizer(source, folder)
    shutil.copyfile(source / "config.json", folder / "config.json")
    shutil.copyfile(source / WEIGHTS, folder / WEIGHTS)
    return {"source": "local", "synthetic": False, "model_type": config["model_type"], "tensors": tensors}


def _checked_config(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise UserError(f"{path}: no such file; a checkpoint folder needs the config.json it was published with")
    config = read_json(path)
    if not isinstance(config, dict) or "model_type" not in config:
        raise UserError(f"{path}: no `model_type`; use the config.json of a transformers checkpoint")
    if config["model_type"] not in CONFIG_MAPPING_NAMES:
        raise UserError(f"{path}: transformers has no architecture '{config['model_type']}'; use a checkpoint of one "
                        "that it has, such as bert, distilbert, roberta or electra")
    if "auto_map" in config:
        raise UserError(f"{path}: `auto_map` asks for code from the checkpoint, which is never run; "
                        "use a checkpoint of an architecture that transformers has")
    return config


def _checked_weights(source: Path) -> int:
    weights = source / WEIGHTS
    if not weights.is_file():
        if (source / f"{WEIGHTS}.index.json").is_file():
            raise UserError(f"{weights}.index.json: the weights are in several files; write them as one with "
                            "`model.save_pretrained(folder, max_shard_size='100GB')`")
        pickles = sorted(path.name for pattern in _PICKLES for path in source.glob(pattern))
        if pickles:
            raise UserError(f"{source / pickles[0]}: pickled weights are never loaded, since a pickle can run code; "
                            f"convert them to {WEIGHTS} with model.save_pretrained where you trust the file")
        raise UserError(f"{weights}: no such file; put the checkpoint's weights there (config alone cannot be "
                        "fine-tuned)")
    try:
        with safe_open(str(weights), framework="numpy") as opened:
            return len(list(opened.keys()))
    except SafetensorError as error:
        raise UserError(f"{weights}: not a safetensors file ({error}); a renamed pickle or a cut download? "
                        "fetch it again") from None


def _copy_tokenizer(source: Path, folder: Path) -> None:
    path = source / "tokenizer.json"
    if not path.is_file():
        raise UserError(f"{path}: no such file; write it with "
                        "`AutoTokenizer.from_pretrained(folder).save_pretrained(folder)`")
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the tokenizers library raises plain Exception
        raise UserError(f"{path}: not a tokenizer of the tokenizers library ({error})") from None
    # Some published files carry the padding and truncation of their last use.
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.save(str(folder / "tokenizer.json"))
    config = source / "tokenizer_config.json"
    settings = read_json(config) if config.is_file() else {}
    (folder / "tokenizer_config.json").write_text(
        json.dumps(settings, ensure_ascii=False, indent=2, sort_keys=True) + "\n", "utf-8")
