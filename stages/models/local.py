"""Check a downloaded checkpoint folder and copy it as the four files that the pipeline keeps."""

import json
import math
import shutil
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Literal, TypedDict

import torch
from safetensors import SafetensorError, safe_open
from tokenizers import Tokenizer, processors
from transformers import AutoConfig, AutoModel, AutoTokenizer, PretrainedConfig, PreTrainedTokenizerFast

from stages.common.errors import UserError
from stages.common.files import read_json, sha256
from stages.models.architectures import ARCHITECTURES, architecture_of
from stages.models.loading import load_checkpoint
from stages.models.vocabulary import plain_vocabulary, refuse_unfit_tokenizer

WEIGHTS = "model.safetensors"
TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
                   "vocab.txt", "vocab.json", "merges.txt")
_SENTENCEPIECE = (".model", ".spm")
_SIZES = ("vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads")
_FLOATS = {"F64", "F32", "F16", "BF16"}
_PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".h5", ".msgpack")
_FOR_INFERENCE = {".gguf": "weights in GGUF", "onnx": "a model in ONNX"}  # by the end of the name of a file or folder
_POINTER = b"version https://git-lfs.github.com"
_END_OF_TEXT = "<|endoftext|>"


class Origin(TypedDict, total=False):
    """The content of ``origin.json`` of a checkpoint, as far as its source has it."""

    source: Literal["local", "hub", "pretrain"]
    repository: str
    revision: str
    commit: str
    conversion: str
    weights_sha256: str
    text: str
    text_sha256: str
    lines: int
    synthetic: bool
    history: list[dict[str, float]]
    model_type: str
    tensors: int


def copy_checkpoint(source: Path, folder: Path, weights: Path | None = None) -> Origin:
    """Copy config, tokenizer and weights from ``source``; return the content of ``origin.json``.

    transformers builds the tokenizer if there is only a plain vocabulary.

    Args:
        weights: file of the weights, if it is not ``source/model.safetensors``.

    Raises:
        UserError: a file is missing or malformed, the architecture is not supported, the weights are not safetensors or
            do not fit the config, the model needs its own code, or the tokenizer does not fit the model.
    """
    if not source.is_dir():
        raise UserError(f"{source}: no such folder; `folder` of a local checkpoint names one with config.json, "
                        f"tokenizer.json and {WEIGHTS}")
    names = {path.name for path in source.iterdir()}
    refuse_adapter(names, f"{source}/")
    config = checked_config(source / "config.json")
    if weights is None:
        refuse_without_weights(names, f"{source}/")
    refuse_without_tokenizer(names, f"{source}/")
    weights = weights or source / WEIGHTS
    tensors = _count_tensors(weights)
    settings = _parsed_config(source)
    _copy_tokenizer(source, folder, settings)
    shutil.copyfile(source / "config.json", folder / "config.json")
    shutil.copyfile(weights, folder / WEIGHTS)
    _refuse_unfit_weights(folder, settings, weights)
    return Origin(source="local", synthetic=_is_synthetic(source), weights_sha256=sha256(folder / WEIGHTS),
                  model_type=config["model_type"], tensors=tensors)


def _is_synthetic(source: Path) -> bool:
    """Whether the folder is a copy of a checkpoint that was pre-trained on the embedded sample."""
    origin = source / "origin.json"
    return origin.is_file() and bool(read_json(origin).get("synthetic"))


def refuse_adapter(names: Collection[str], place: str) -> None:
    """Refuse a checkpoint whose files ``names`` include an adapter, with or without the model that it adapts.

    ``place`` precedes the name of a file in error messages, for example ``folder/``.
    """
    if "adapter_config.json" in names:
        merged = "; if the weights already contain it, give a folder without its files" if WEIGHTS in names else ""
        raise UserError(f"{place}adapter_config.json: expected a whole model, found an adapter of the peft library; "
                        f"merge it into its model with merge_and_unload() and save that with save_pretrained{merged}")


def checked_config(path: Path) -> Mapping[str, object]:
    """Read a config.json; refuse an unsupported architecture, and a model that needs its own code."""
    if not path.is_file():
        remedy = (f"give the folder that has it, {inner}" if (inner := _checkpoint_inside(path.parent)) else
                  "a checkpoint folder needs the config.json it was published with")
        raise UserError(f"{path}: no such file; {remedy}")
    config = _read_settings(path)
    if "auto_map" in config:
        raise UserError(f"{path}: auto_map: expected none, found code of the checkpoint, which is never run; use a "
                        "checkpoint of an architecture that transformers has")
    architecture_of(config, str(path))
    if config.get("quantization_config"):
        raise UserError(f"{path}: quantization_config: expected none, found quantised weights, which cannot be "
                        "trained; use the checkpoint that they were made from")
    return config


def _checkpoint_inside(folder: Path) -> Path | None:
    """The last checkpoint in a folder that Trainer or sentence-transformers wrote."""
    # Poolings and dense layers of sentence-transformers have a config.json without a model_type.
    found = [path.parent for path in folder.glob("*/config.json")
             if path.is_file() and b'"model_type"' in path.read_bytes()]
    # By length first: checkpoint-1000 comes after checkpoint-500.
    return max(found, key=lambda inner: (len(inner.name), inner.name), default=None)


def _read_settings(path: Path) -> dict[str, Any]:
    """The mapping in a JSON file of a checkpoint."""
    try:
        values = read_json(path)
    except UserError as error:
        raise UserError(f"{error}; fetch the file again") from None
    if not isinstance(values, dict):
        raise UserError(f"{path}: expected names with values in braces, found {type(values).__name__}; fetch the file "
                        "again")
    return values


def _parsed_config(source: Path) -> PretrainedConfig:
    """The config as transformers reads it, with its sizes checked."""
    path = source / "config.json"
    try:
        config = AutoConfig.from_pretrained(source, trust_remote_code=False, local_files_only=True)
    except Exception as error:  # each field raises its own
        raise UserError(f"{path}: transformers cannot read it ({_in_one_line(error)}); use the config.json that the "
                        "checkpoint was published with") from None
    for name in _SIZES:
        size = getattr(config, name, None)
        if not isinstance(size, int) or isinstance(size, bool) or size < 1:
            raise UserError(f"{path}: {name}: expected a whole number above 0, found {size!r}; use the config.json "
                            "that the checkpoint was published with")
    if config.hidden_size % config.num_attention_heads and not getattr(config, "head_dim", None):
        raise UserError(f"{path}: num_attention_heads: expected a divisor of hidden_size {config.hidden_size}, found "
                        f"{config.num_attention_heads}; use the config.json that the checkpoint was published with")
    spread = getattr(config, "initializer_range", 1.0)
    if isinstance(spread, bool) or not isinstance(spread, int | float) or not 0 < spread < math.inf:
        raise UserError(f"{path}: initializer_range: expected a number above 0, found {spread!r}; use the config.json "
                        "that the checkpoint was published with")
    _refuse_unfit_padding(config, path)
    return config


def _refuse_unfit_padding(config: PretrainedConfig, path: Path) -> None:
    padding = config.pad_token_id
    if padding is not None and not 0 <= padding < config.vocab_size:
        raise UserError(f"{path}: pad_token_id: expected an id below vocab_size {config.vocab_size}, found {padding}; "
                        "write the id of the padding token")
    architecture = ARCHITECTURES[config.model_type]
    if padding is None and architecture.positions_after_padding:
        raise UserError(f"{path}: pad_token_id: expected an id, from which {config.model_type} counts its positions, "
                        "found none; write the id of the padding token")
    if padding is None and architecture.decoder and config.eos_token_id in (None, []):
        raise UserError(f"{path}: expected eos_token_id or pad_token_id, found neither; add the id of the end-of-text "
                        "token")


def _in_one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


def _refuse_unfit_weights(folder: Path, config: PretrainedConfig, weights: Path) -> None:
    """Refuse weights that the encoder cannot load or that are not finite; errors name the file ``weights``."""
    model, _ = load_checkpoint(AutoModel, folder, config, weights)
    broken = [name for name, tensor in model.named_parameters() if not torch.isfinite(tensor).all()]
    if broken:
        raise UserError(f"{weights}: {broken[0]}: expected finite numbers, found NaN or infinity there and in "
                        f"{len(broken) - 1} other tensors; fetch the file again or use another checkpoint")


def pickles(names: Collection[str]) -> list[str]:
    """Names of pickled weights, which cannot be read without running code."""
    return sorted(name for name in names if name.endswith(_PICKLES))


def refuse_without_weights(names: Collection[str], place: str) -> None:
    """Refuse a checkpoint whose files ``names`` do not include weights in one safetensors file.

    ``place`` precedes the name of a file in error messages, for example ``folder/``.
    """
    if WEIGHTS in names:
        return
    if f"{WEIGHTS}.index.json" in names:
        raise UserError(f"{place}{WEIGHTS}.index.json: the weights are in several files; write them as one with "
                        "`model.save_pretrained(folder, max_shard_size='100GB')`")
    if found := pickles(names):
        # The pickle is named, never read.
        raise UserError(f"{place}{found[0]}: pickled weights are never loaded, since a pickle can run code; "
                        f"convert them to {WEIGHTS} with model.save_pretrained where you trust the file")
    for name in sorted(names):
        for ending, format_ in _FOR_INFERENCE.items():
            if name.endswith(ending):
                raise UserError(f"{place}{name}: expected {WEIGHTS}, found {format_}, which cannot be trained; use the "
                                "checkpoint that it was made from")
    raise UserError(f"{place}{WEIGHTS}: no such file; put the checkpoint's weights there (config alone cannot be "
                    "fine-tuned)")


def refuse_without_tokenizer(names: Collection[str], place: str) -> None:
    """Refuse a checkpoint whose files ``names`` include neither a tokenizer nor a vocabulary."""
    if not ("tokenizer.json" in names or "vocab.txt" in names or {"vocab.json", "merges.txt"} <= set(names)):
        if pieces := sorted(name for name in names if name.endswith(_SENTENCEPIECE)):
            raise UserError(f"{place}{pieces[0]}: expected tokenizer.json, found a model of the sentencepiece library "
                            "alone, which is not read here; where that library is installed, write tokenizer.json with "
                            "`AutoTokenizer.from_pretrained(folder).save_pretrained(folder)`")
        raise UserError(f"{place}tokenizer.json: no such file; write it with "
                        "`AutoTokenizer.from_pretrained(folder).save_pretrained(folder)`")


def _refuse_pointer(path: Path) -> None:
    with path.open("rb") as file:
        if file.read(len(_POINTER)) == _POINTER:
            raise UserError(f"{path}: expected the file itself, found a pointer of Git LFS; fetch it with "
                            "`git lfs pull`")


def _count_tensors(weights: Path) -> int:
    _refuse_pointer(weights)
    try:
        with safe_open(str(weights), framework="numpy") as opened:
            types = {name: opened.get_slice(name).get_dtype() for name in opened.keys()}  # noqa: SIM118
    except SafetensorError as error:
        raise UserError(f"{weights}: not a safetensors file ({error}); a renamed pickle or a truncated download? "
                        "fetch it again") from None
    quantised = {name: kind for name, kind in types.items() if name.endswith(".weight") and kind not in _FLOATS}
    for name, kind in quantised.items():
        raise UserError(f"{weights}: {name}: expected floating-point weights, found {kind}, in {len(quantised)} of "
                        f"{len(types)} tensors; use the checkpoint before it was quantised")
    return len(types)


def _copy_tokenizer(source: Path, folder: Path, config: PretrainedConfig) -> None:
    path = source / "tokenizer.json"
    settings_path = source / "tokenizer_config.json"
    settings = _read_settings(settings_path) if settings_path.is_file() else {}
    tokenizer = _read_tokenizer(path) if path.is_file() else _build_tokenizer(source)
    refuse_unfit_tokenizer(tokenizer, source, config.vocab_size, ARCHITECTURES[config.model_type].decoder)
    # Some published files contain the padding and truncation of their last use.
    tokenizer.no_padding()
    tokenizer.no_truncation()
    _separate_pairs(tokenizer, settings)
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(
        json.dumps(settings, ensure_ascii=False, indent=2, sort_keys=True) + "\n", "utf-8")


def _separate_pairs(tokenizer: Tokenizer, settings: Mapping[str, Any]) -> None:
    """Separate the texts of a pair by the end-of-text token if the tokenizer, as that of GPT-2, has no separator."""
    declared = settings.get("eos_token")
    names = (declared.get("content") if isinstance(declared, dict) else declared, _END_OF_TEXT)
    name = next((name for name in names if isinstance(name, str) and tokenizer.token_to_id(name) is not None), None)
    if name is not None and tokenizer.num_special_tokens_to_add(is_pair=True) == 0:
        pairs = processors.TemplateProcessing(
            single="$A", pair=["$A", name, "$B:1"], special_tokens=[(name, tokenizer.token_to_id(name))])
        found = [tokenizer.post_processor] if tokenizer.post_processor is not None else []
        tokenizer.post_processor = processors.Sequence([*found, pairs])


def _read_tokenizer(path: Path) -> Tokenizer:
    _refuse_pointer(path)
    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:  # the tokenizers library raises plain Exception
        raise UserError(f"{path}: not a tokenizer of the tokenizers library ({error})") from None


def _build_tokenizer(source: Path) -> Tokenizer:
    """The tokenizer that transformers builds from a plain vocabulary and tokenizer_config.json."""
    vocabulary = plain_vocabulary(source)
    remedy = ("name its class as `tokenizer_class` in tokenizer_config.json, or write tokenizer.json with "
              "`AutoTokenizer.from_pretrained(folder).save_pretrained(folder)`")
    try:
        built = AutoTokenizer.from_pretrained(source, use_fast=True, trust_remote_code=False, local_files_only=True)
        pieces = _pieces(vocabulary)
    except Exception as error:  # each tokenizer class raises its own
        raise UserError(f"{vocabulary}: no tokenizer can be built from it ({_in_one_line(error)}); {remedy}") from None
    # A class that expects another file silently starts with an empty vocabulary. Not all pieces are required, because
    # the tokenizers library trims some.
    if not isinstance(built, PreTrainedTokenizerFast) or len(pieces & built.get_vocab().keys()) <= len(pieces) / 2:
        raise UserError(f"{vocabulary}: {type(built).__name__}, which transformers takes for it, does not read it; "
                        f"{remedy}")
    return built.backend_tokenizer


def _pieces(vocabulary: Path) -> set[str]:
    text = vocabulary.read_text("utf-8")
    return set(json.loads(text)) if vocabulary.suffix == ".json" else set(text.split("\n")) - {""}
