"""A trained model and its tokenizer in one folder that transformers loads without code of this project."""

import shutil
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer, decoders, models, normalizers

from stages.answering.opening import open_tokenizer, read_config
from stages.common.files import read_json, write_json
from stages.encoding.tokenizing import tokenizer_of_words

PIPELINES = {"single": "text-classification", "pair": "text-classification", "words": "token-classification"}
# Special tokens of published tokenizers, for those whose config and settings do not name them.
_NAMES = {"unk_token": ("[UNK]", "<unk>", "<|endoftext|>"), "sep_token": ("[SEP]", "<sep>"),
          "pad_token": ("[PAD]", "<pad>", "<|padding|>"), "cls_token": ("[CLS]", "<cls>"),
          "mask_token": ("[MASK]", "<mask>")}


def has_prefix(model: Path) -> bool:
    """Whether a model has a trained prefix, which transformers does not know."""
    return "prefix_tokens" in read_config(model)


def write_model(model: Path, checkpoint: Path, max_length: int, folder: Path) -> None:
    """Write weights and config of ``model`` and the tokenizer of ``checkpoint`` into ``folder``."""
    shutil.copyfile(model / "model.safetensors", folder / "model.safetensors")
    config = read_config(model)
    tokenizer = _tokenizer(checkpoint, of_words=config["architectures"][0].endswith("ForTokenClassification"))
    tokenizer.save(str(folder / "tokenizer.json"))
    settings: dict[str, Any] = read_json(checkpoint / "tokenizer_config.json")
    named = _special_tokens(tokenizer, settings, config)
    if "pad_token" in named:
        config["pad_token_id"] = tokenizer.token_to_id(named["pad_token"])
    inputs = ["input_ids", "token_type_ids", "attention_mask"]
    # Specific classes, such as BertTokenizer, rebuild the tokenizer from the vocabulary and ignore tokenizer.json.
    write_json(folder / "tokenizer_config.json", named | {
        "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": max_length, "padding_side": "right",
        "model_input_names": inputs if config.get("type_vocab_size", 0) > 1 else inputs[::2]})
    write_json(folder / "config.json", config)


def _tokenizer(checkpoint: Path, of_words: bool) -> Tokenizer:
    """The tokenizer as training used it, with NFC before all else."""
    tokenizer = open_tokenizer(checkpoint / "tokenizer.json")
    tokenizer.no_padding()
    tokenizer.no_truncation()
    if of_words:
        tokenizer = tokenizer_of_words(tokenizer)
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), *([tokenizer.normalizer] if tokenizer.normalizer else [])])
    if tokenizer.decoder is None and isinstance(tokenizer.model, models.WordPiece):
        tokenizer.decoder = decoders.WordPiece()  # else entities are printed with "##"
    return tokenizer


def _special_tokens(tokenizer: Tokenizer, settings: dict[str, Any], config: dict[str, Any]) -> dict[str, str]:
    """Special tokens by role, as the model's config, the tokenizer's settings, its frame or custom say, in this order.

    A token that is not special in tokenizer.json is left out: naming it would remove it from ordinary texts.
    """
    special = {token.content for token in tokenizer.get_added_tokens_decoder().values() if token.special}
    framed = tokenizer.encode("a")
    frame = [token for token, mask in zip(framed.tokens, framed.special_tokens_mask, strict=True) if mask]
    found = {role: next((name for name in names if name in special), None) for role, names in _NAMES.items()}
    found |= {"cls_token": frame[0], "sep_token": frame[-1]} if len(frame) > 1 else {}
    for name, value in settings.items():
        token = value.get("content") if isinstance(value, dict) else value
        if name.endswith("_token") and isinstance(token, str):
            found[name] = token if token in special else found.get(name)
    for role in ("bos", "eos", "pad"):
        identifier = config.get(f"{role}_token_id")
        token = tokenizer.id_to_token(identifier) if isinstance(identifier, int) else None
        found[f"{role}_token"] = token if token in special else found.get(f"{role}_token")
    # Padding is masked, so any special token does where a family has none of its own.
    found["pad_token"] = found["pad_token"] or found["eos_token"] or found.get("unk_token") or next(iter(frame), None)
    return {role: token for role, token in sorted(found.items()) if token is not None}
