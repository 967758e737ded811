"""A trained model and its tokenizer in one folder, as transformers loads them without code of ours."""

import shutil
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer, decoders, models, normalizers

from stages.common.files import read_json, write_json

PIPELINES = {"single": "text-classification", "pair": "text-classification", "words": "token-classification"}
# What transformers calls the special tokens that tokenizers have, where the checkpoint's settings do not say.
_NAMED = {f"{name.lower()}_token": f"[{name}]" for name in ("UNK", "SEP", "PAD", "CLS", "MASK")}


def has_prefix(model: Path) -> bool:
    """Whether a model has a trained prefix, which transformers does not know."""
    return "prefix_tokens" in read_json(model / "config.json")


def write_model(model: Path, checkpoint: Path, max_length: int, folder: Path) -> None:
    """Write weights and config of ``model`` and the tokenizer of ``checkpoint`` into ``folder``."""
    for name in ("model.safetensors", "config.json"):
        shutil.copyfile(model / name, folder / name)
    _write_tokenizer(checkpoint, folder, max_length)


def _write_tokenizer(checkpoint: Path, folder: Path, max_length: int) -> None:
    """The tokenizer as the pipeline used it: NFC first, and no more tokens than in training."""
    segments = "type_vocab_size" in read_json(folder / "config.json")
    tokenizer = Tokenizer.from_file(str(checkpoint / "tokenizer.json"))
    parts = [normalizers.NFC(), *([tokenizer.normalizer] if tokenizer.normalizer else [])]
    tokenizer.normalizer = normalizers.Sequence(parts)
    if tokenizer.decoder is None and isinstance(tokenizer.model, models.WordPiece):
        tokenizer.decoder = decoders.WordPiece()  # else entities are shown with their "##"
    tokenizer.save(str(folder / "tokenizer.json"))
    settings: dict[str, Any] = read_json(checkpoint / "tokenizer_config.json")
    # Classes of their own, as BertTokenizer, are built anew from the vocabulary, and lose what tokenizer.json says.
    tokens = {token.content for token in tokenizer.get_added_tokens_decoder().values() if token.special}
    named = {name: token for name, token in (*_NAMED.items(), *settings.items())
             if name.endswith("_token") and isinstance(token, str) and token in tokens}
    inputs = ["input_ids", "token_type_ids", "attention_mask"]
    write_json(folder / "tokenizer_config.json", named | {
        "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": max_length,
        "model_input_names": settings.get("model_input_names", inputs if segments else inputs[::2])})
