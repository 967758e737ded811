"""A checkpoint folder as people download it, checked and brought to the four files that the pipeline keeps."""

import json
import shutil
from collections.abc import Collection
from itertools import islice
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from tokenizers import Tokenizer, processors
from transformers import AutoTokenizer, PreTrainedTokenizerFast
from transformers.models.auto.configuration_auto import CONFIG_MAPPING_NAMES

from stages.common.errors import UserError
from stages.common.files import read_json, sha256

WEIGHTS = "model.safetensors"
TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
                   "vocab.txt", "vocab.json", "merges.txt")
_PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".h5", ".msgpack")
_HANGUL = ("가", "힣")  # first and last composed syllable
_WORDS_TRIED = 1000
_END_OF_TEXT = "<|endoftext|>"


def copy_checkpoint(source: Path, folder: Path, weights: Path | None = None) -> dict[str, Any]:
    """Copy config, tokenizer and weights from ``source``; return what ``origin.json`` should say.

    ``weights`` names the file of the weights where it is not ``source/model.safetensors``. A tokenizer that comes as a
    plain vocabulary is built as transformers builds it.

    Raises:
        UserError: a file is missing or malformed, weights are not safetensors, the model needs code of its own, or
            the tokenizer loses Hangul that its vocabulary has.
    """
    if not source.is_dir():
        raise UserError(f"{source}: no such folder; `folder` of a local checkpoint names one with config.json, "
                        f"tokenizer.json and {WEIGHTS}")
    config = checked_config(source / "config.json")
    names = {path.name for path in source.iterdir()}
    if weights is None:
        refuse_without_weights(names, f"{source}/")
    refuse_without_tokenizer(names, f"{source}/")
    tensors = _count_tensors(weights or source / WEIGHTS)
    _copy_tokenizer(source, folder)
    shutil.copyfile(source / "config.json", folder / "config.json")
    shutil.copyfile(weights or source / WEIGHTS, folder / WEIGHTS)
    return {"source": "local", "synthetic": _is_synthetic(source), "weights_sha256": sha256(folder / WEIGHTS),
            "model_type": config["model_type"], "tensors": tensors}


def _is_synthetic(source: Path) -> bool:
    """Whether the folder is a copy of a checkpoint that was pre-trained on the embedded sample."""
    origin = source / "origin.json"
    return origin.is_file() and bool(read_json(origin).get("synthetic"))


def checked_config(path: Path) -> dict[str, Any]:
    """Read a config.json; refuse one of no known architecture, or one that asks for code of its own."""
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


def pickles(names: Collection[str]) -> list[str]:
    """Those of the file names that stand for weights which only code that runs can read."""
    return sorted(name for name in names if name.endswith(_PICKLES))


def refuse_without_weights(names: Collection[str], place: str) -> None:
    """Refuse a checkpoint whose files, called ``names``, have no weights in one safetensors file.

    ``place`` is what the message puts before the name of a file, such as ``folder/``.
    """
    if WEIGHTS in names:
        return
    if f"{WEIGHTS}.index.json" in names:
        raise UserError(f"{place}{WEIGHTS}.index.json: the weights are in several files; write them as one with "
                        "`model.save_pretrained(folder, max_shard_size='100GB')`")
    if found := pickles(names):
        raise UserError(f"{place}{found[0]}: pickled weights are never loaded, since a pickle can run code; "
                        f"convert them to {WEIGHTS} with model.save_pretrained where you trust the file")
    raise UserError(f"{place}{WEIGHTS}: no such file; put the checkpoint's weights there (config alone cannot be "
                    "fine-tuned)")


def refuse_without_tokenizer(names: Collection[str], place: str) -> None:
    """Refuse a checkpoint whose files, called ``names``, have neither a tokenizer nor the vocabulary of one."""
    if not ("tokenizer.json" in names or "vocab.txt" in names or {"vocab.json", "merges.txt"} <= set(names)):
        raise UserError(f"{place}tokenizer.json: no such file; write it with "
                        "`AutoTokenizer.from_pretrained(folder).save_pretrained(folder)`")


def _count_tensors(weights: Path) -> int:
    try:
        with safe_open(str(weights), framework="numpy") as opened:
            return len(list(opened.keys()))
    except SafetensorError as error:
        raise UserError(f"{weights}: not a safetensors file ({error}); a renamed pickle or a cut download? "
                        "fetch it again") from None


def _copy_tokenizer(source: Path, folder: Path) -> None:
    path = source / "tokenizer.json"
    tokenizer = _read_tokenizer(path) if path.is_file() else _build_tokenizer(source)
    _refuse_loss_of_hangul(tokenizer, path if path.is_file() else source / "tokenizer_config.json")
    # Some published files carry the padding and truncation of their last use.
    tokenizer.no_padding()
    tokenizer.no_truncation()
    _part_pairs(tokenizer)
    tokenizer.save(str(folder / "tokenizer.json"))
    config = source / "tokenizer_config.json"
    settings = read_json(config) if config.is_file() else {}
    (folder / "tokenizer_config.json").write_text(
        json.dumps(settings, ensure_ascii=False, indent=2, sort_keys=True) + "\n", "utf-8")


def _part_pairs(tokenizer: Tokenizer) -> None:
    """Let the token that ends a text part two texts, where a tokenizer would run them together, as that of GPT-2."""
    end = tokenizer.token_to_id(_END_OF_TEXT)
    if end is not None and tokenizer.num_special_tokens_to_add(is_pair=True) == 0:
        pairs = processors.TemplateProcessing(
            single="$A", pair=f"$A {_END_OF_TEXT} $B:1", special_tokens=[(_END_OF_TEXT, end)])
        found = [tokenizer.post_processor] if tokenizer.post_processor is not None else []
        tokenizer.post_processor = processors.Sequence([*found, pairs])


def _read_tokenizer(path: Path) -> Tokenizer:
    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:  # the tokenizers library raises plain Exception
        raise UserError(f"{path}: not a tokenizer of the tokenizers library ({error})") from None


def _build_tokenizer(source: Path) -> Tokenizer:
    """The tokenizer that transformers makes of a plain vocabulary and tokenizer_config.json."""
    vocabulary = source / ("vocab.txt" if (source / "vocab.txt").is_file() else "vocab.json")
    remedy = ("name its class as `tokenizer_class` in tokenizer_config.json, or write tokenizer.json with "
              "`AutoTokenizer.from_pretrained(folder).save_pretrained(folder)`")
    try:
        built = AutoTokenizer.from_pretrained(source, use_fast=True, trust_remote_code=False, local_files_only=True)
        pieces = _pieces(vocabulary)
    except Exception as error:  # each tokenizer class has its own
        raise UserError(f"{vocabulary}: no tokenizer can be built from it ({' '.join(str(error).split())[:200]}); "
                        f"{remedy}") from None
    # A class that expects another file starts from an empty vocabulary without a word. Not all pieces are asked for,
    # since the tokenizers library trims some.
    if not isinstance(built, PreTrainedTokenizerFast) or len(pieces & built.get_vocab().keys()) <= len(pieces) / 2:
        raise UserError(f"{vocabulary}: {type(built).__name__}, which transformers takes for it, does not read it; "
                        f"{remedy}")
    return built.backend_tokenizer


def _pieces(vocabulary: Path) -> set[str]:
    text = vocabulary.read_text("utf-8")
    return set(json.loads(text)) if vocabulary.suffix == ".json" else set(text.split("\n")) - {""}


def _refuse_loss_of_hangul(tokenizer: Tokenizer, place: Path) -> None:
    """Refuse a tokenizer that takes apart the syllables which its own vocabulary holds.

    Lower-casing as BERT does it strips accents, for which text is decomposed; a Hangul syllable becomes two or three
    letters that a Korean vocabulary does not have, and every Korean word the unknown token.
    """
    unknown = getattr(tokenizer.model, "unk_token", None)
    if tokenizer.normalizer is None or unknown is None:
        return
    vocabulary = tokenizer.get_vocab()
    words = (piece for piece in sorted(vocabulary, key=vocabulary.__getitem__)
             if all(_HANGUL[0] <= sign <= _HANGUL[1] for sign in piece))
    for word in islice(words, _WORDS_TRIED):
        changed = tokenizer.normalizer.normalize_str(word) != word
        if changed and unknown in tokenizer.encode(word, add_special_tokens=False).tokens:
            cure = '"do_lower_case": false' if place.name == "tokenizer_config.json" else '"lowercase": false'
            raise UserError(f"{place}: lower-casing or stripping accents turns Hangul of the vocabulary, such as "
                            f"'{word}', into {unknown}; write {cure} and \"strip_accents\": false there (into a copy "
                            "with `source: local`, if the checkpoint is not yours)")
