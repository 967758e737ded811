"""Trained models and tokenizers as commands open them: a damaged file is one line with its name and the remedy."""

import json
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from tokenizers import Tokenizer
from transformers import PreTrainedModel

from stages.common.errors import UserError
from stages.encoding.tokenizing import TextTokenizer
from stages.models.building import load_model

_NEEDED = ("architectures", "id2label", "model_type")  # what train writes into every config


def open_model(folder: Path, kind: str) -> PreTrainedModel:
    """A trained model in evaluation mode.

    Raises:
        UserError: a file is missing or damaged, or the weights are not those of the config.
    """
    read_config(folder)
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise _damaged(weights, "no such file")
    try:
        with safe_open(weights, framework="pt"):
            pass
    except SafetensorError as error:
        raise _damaged(weights, f"not a safetensors file ({_short(error)})") from error
    try:
        return load_model(folder, kind)
    except (MemoryError, UserError):
        raise
    except Exception as error:  # each architecture has its own for a config that it cannot be built from
        raise _damaged(folder, f"weights and config.json do not fit each other ({_short(error)})") from error


def read_config(folder: Path) -> dict[str, Any]:
    """The config of a trained model; errors are those of :func:`open_model`."""
    path = folder / "config.json"
    try:
        config = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise _damaged(path, "no such file") from None
    except ValueError as error:
        raise _damaged(path, f"not valid JSON ({_short(error)})") from error
    if not isinstance(config, dict) or not all(config.get(name) for name in _NEEDED):
        raise _damaged(path, f"expected {', '.join(_NEEDED)}, found a config without")
    return config


def open_tokenizer(path: Path) -> Tokenizer:
    """The tokenizer of a checkpoint.

    Raises:
        UserError: its file is missing or damaged.
    """
    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:  # tokenizers raises no other
        raise _no_tokenizer(path, error) from error


def open_text_tokenizer(path: Path, max_length: int) -> TextTokenizer:
    """The same as rows are encoded with it."""
    try:
        return TextTokenizer(path, max_length)
    except UserError:
        raise
    except Exception as error:
        raise _no_tokenizer(path, error) from error


def _no_tokenizer(path: Path, error: Exception) -> UserError:
    return _damaged(path, f"not a tokenizer ({_short(error)})" if path.is_file() else "no such file")


def _damaged(path: Path, problem: str) -> UserError:
    folder = path.parent if path.suffix else path
    return UserError(f"{path}: {problem}; restore it with `dvc checkout --force {folder}`, or run `dvc repro`")


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
