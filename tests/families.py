"""Every family of tokenizers in small, each under an architecture that is published with it."""

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import (
    BertConfig,
    DebertaV2Config,
    GPT2Config,
    ModernBertConfig,
    MPNetConfig,
    PreTrainedConfig,
    RobertaConfig,
    XLMRobertaConfig,
)

from stages.answering.checking import TEXTS
from stages.common.files import write_json
from stages.models.building import build_model
from stages.pretraining.tokenizer import train_tokenizer

LINES = [*TEXTS, *(" ".join(re.findall(r"\w+", text)) for text in TEXTS)] * 2
VOCABULARY, MERGES, ALPHABET = 420, 120, 60
BERT = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
ROBERTA = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
_SMALL: dict[str, Any] = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32,
                          "max_position_embeddings": 130, "initializer_range": 0.5}
_OF_ROBERTA = {"pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2, "type_vocab_size": 1}
# How newer decoders and ModernBERT's kind take a text apart before bytes are looked up.
_PATTERN = r"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s+(?!\S)|\s+"


def _framed(tokenizer: Tokenizer, opening: str, closing: str, between: str = "") -> Tokenizer:
    parts = f"{opening} $A {closing} {between}".strip()
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{opening} $A {closing}", pair=f"{parts} $B {closing}",
        special_tokens=[(token, tokenizer.token_to_id(token)) for token in {opening, closing}])
    return tokenizer


def _merges(words: Counter[str], alphabet: set[str]) -> list[tuple[str, str]]:
    """Byte-pair merges, the most frequent first, and the smaller of equals: the library's trainer chooses by chance."""
    split = {word: list(word) for word in words}
    merges: list[tuple[str, str]] = []
    while len(merges) < MERGES:
        pairs: Counter[tuple[str, str]] = Counter()
        for word, parts in split.items():
            for pair in pairwise(parts):
                if set("".join(pair)) <= alphabet:
                    pairs[pair] += words[word]
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merges.append(best)
        for word, parts in split.items():
            merged: list[str] = []
            for part in parts:
                if merged and (merged[-1], part) == best:
                    merged[-1] += part
                else:
                    merged.append(part)
            split[word] = merged
    return merges


def _pair_encoding(pieces: Sequence[str], alphabet: Sequence[str], words: Counter[str], **options: Any) -> models.BPE:
    merges = _merges(words, set(alphabet))
    vocabulary = dict.fromkeys([*pieces, *alphabet, *map("".join, merges)])
    return models.BPE({piece: number for number, piece in enumerate(vocabulary)}, merges, **options)


def _frequent(words: Counter[str]) -> list[str]:
    """The most frequent characters; the others are unknown, or bytes, in the middle of words too."""
    counts: Counter[str] = Counter()
    for word, count in words.items():
        counts.update(dict.fromkeys(word, count))
    return sorted(sorted(counts, key=lambda sign: (-counts[sign], sign))[:ALPHABET])


def _bytes(special: Sequence[str], pre_tokenizer: Any) -> Tokenizer:
    words = Counter(word for line in LINES for word, _ in pre_tokenizer.pre_tokenize_str(line))
    tokenizer = Tokenizer(_pair_encoding(special, sorted(pre_tokenizers.ByteLevel.alphabet()), words))
    tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizer, decoders.ByteLevel()
    tokenizer.add_special_tokens(list(special))
    return tokenizer


def _byte_level() -> Tokenizer:
    tokenizer = _bytes(ROBERTA, pre_tokenizers.ByteLevel(add_prefix_space=False))
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    return tokenizer


def _byte_level_sequence() -> Tokenizer:
    split = pre_tokenizers.Split(Regex(_PATTERN), "isolated")
    steps = [split, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    return _framed(_bytes(BERT, pre_tokenizers.Sequence(steps)), "[CLS]", "[SEP]")


def _marked_words() -> Counter[str]:
    return Counter(f"▁{word}" for line in LINES for word in line.split())


def _unigram(special: Sequence[str], unknown: str) -> Tokenizer:
    words, counts = _marked_words(), Counter[str]()
    for word, count in words.items():
        counts.update({word[start:end]: count for start in range(len(word)) for end in range(start + 1, len(word) + 1)
                       if end - start <= 5})
    signs = _frequent(words)
    longer = sorted((piece for piece in counts if len(piece) > 1 and set(piece) <= set(signs)),
                    key=lambda piece: (-counts[piece] * len(piece), piece))[:MERGES]
    scores = [(piece, math.log(counts[piece] / counts.total())) for piece in [*signs, *longer]]
    pieces = [*((token, 0.0) for token in special), *scores]
    tokenizer = Tokenizer(models.Unigram(pieces, special.index(unknown), False))
    tokenizer.normalizer, tokenizer.pre_tokenizer = normalizers.NFKC(), pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.add_special_tokens(list(special))
    return tokenizer


def _metaspace() -> Tokenizer:
    words = _marked_words()
    tokenizer = Tokenizer(_pair_encoding(ROBERTA, _frequent(words), words, unk_token="<unk>", fuse_unk=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first")
    tokenizer.add_special_tokens(list(ROBERTA))
    return _framed(tokenizer, "<s>", "</s>", "</s>")


def _marked(*steps: Any, byte_fallback: bool = False) -> Tokenizer:
    """Spaces become a mark before there are any words: what SentencePiece's BPE is converted to."""
    pieces = [f"<0x{byte:02X}>" for byte in range(256)] if byte_fallback else []
    words = _marked_words()
    tokenizer = Tokenizer(_pair_encoding([*BERT, *pieces], _frequent(words), words, unk_token="[UNK]",
                                         byte_fallback=byte_fallback))
    tokenizer.normalizer = normalizers.Sequence(list(steps))
    tokenizer.add_special_tokens(list(BERT))
    return _framed(tokenizer, "[CLS]", "[SEP]")


def _gpt2() -> Tokenizer:
    end = "<|endoftext|>"
    tokenizer = _bytes([end], pre_tokenizers.ByteLevel(add_prefix_space=False))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A", pair=f"$A {end} $B:1", special_tokens=[(end, 0)])
    return tokenizer


def _renamed_wordpiece() -> Tokenizer:
    """MPNet's: WordPiece with the special tokens of RoBERTa."""
    state = train_tokenizer(LINES, VOCABULARY).to_str()
    for old, new in zip(BERT, ("<pad>", "<unk>", "<s>", "</s>", "<mask>"), strict=True):
        state = state.replace(json.dumps(old), json.dumps(new))
    return _framed(Tokenizer.from_str(state), "<s>", "</s>", "</s>")


_REPLACE = normalizers.Replace(" ", "▁")
FAMILIES: dict[str, tuple[Callable[[], Tokenizer], Callable[[int], PreTrainedConfig]]] = {
    "wordpiece": (lambda: train_tokenizer(LINES, VOCABULARY), lambda size: BertConfig(vocab_size=size, **_SMALL)),
    "wordpiece_renamed": (_renamed_wordpiece, lambda size: MPNetConfig(
        vocab_size=size, pad_token_id=0, bos_token_id=2, eos_token_id=3, **_SMALL)),
    "byte_level": (_byte_level, lambda size: RobertaConfig(vocab_size=size, **_SMALL, **_OF_ROBERTA)),
    "byte_level_sequence": (_byte_level_sequence, lambda size: ModernBertConfig(
        vocab_size=size, pad_token_id=0, bos_token_id=2, eos_token_id=3, cls_token_id=2, sep_token_id=3,
        local_attention=16, initializer_cutoff_factor=1.0, **_SMALL)),
    "byte_level_decoder": (_gpt2, lambda size: GPT2Config(
        vocab_size=size, n_embd=16, n_layer=1, n_head=2, n_positions=130, bos_token_id=0, eos_token_id=0,
        initializer_range=0.5)),
    "unigram": (lambda: _framed(_unigram(BERT, "[UNK]"), "[CLS]", "[SEP]"), lambda size: DebertaV2Config(
        vocab_size=size, type_vocab_size=0, relative_attention=True, position_buckets=16, pos_att_type=["p2c", "c2p"],
        position_biased_input=False, **_SMALL)),
    "unigram_roberta": (lambda: _framed(_unigram(ROBERTA, "<unk>"), "<s>", "</s>", "</s>"),
                        lambda size: XLMRobertaConfig(vocab_size=size, **_SMALL, **_OF_ROBERTA)),
    "metaspace": (_metaspace, lambda size: XLMRobertaConfig(vocab_size=size, **_SMALL, **_OF_ROBERTA)),
    "replaced_spaces": (lambda: _marked(_REPLACE), lambda size: BertConfig(vocab_size=size, **_SMALL)),
    "byte_fallback": (lambda: _marked(normalizers.Prepend("▁"), _REPLACE, byte_fallback=True),
                      lambda size: BertConfig(vocab_size=size, **_SMALL)),
}


def write_checkpoint(folder: Path, family: str, **foreign: Any) -> None:
    """Config and tokenizer as they are published without a word about special tokens; ``foreign`` goes into config."""
    build, config = FAMILIES[family]
    tokenizer = build()
    folder.mkdir(parents=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    write_json(folder / "tokenizer_config.json", {"model_max_length": 512})
    config(tokenizer.get_vocab_size()).save_pretrained(folder)
    write_json(folder / "config.json", json.loads((folder / "config.json").read_text("utf-8")) | foreign)


def write_trained(folder: Path, checkpoint: Path, kind: Any, tags: Sequence[str], seed: int = 4) -> None:
    """A model as training leaves it, with random weights that give many different answers."""
    model = build_model("scratch", checkpoint, kind, tags, 0.0, seed)
    with torch.no_grad():
        for name, weights in model.named_parameters():
            if name.startswith(("classifier", "score")) and weights.ndim == 2:
                weights.mul_(3)
    model.save_pretrained(folder)
