"""One input from text to token ids, and the size of the model that reads it, for people to follow."""

from pathlib import Path
from typing import Any

from stages.common.files import read_json
from stages.encoding.tokenizing import TextTokenizer

# Written for this project, so that a report on a corpus that may not be copied can show them, too.
_TEXTS = {"ko": ("배우들의 연기가 정말 훌륭했다.", "연기가 좋았다."),
          "en": ("The long talks ended in Paris.", "Nobody met.")}
# Names of one and the same number in the configs of the architectures.
_SIZES = {"layers": ("num_hidden_layers", "n_layers", "n_layer"), "hidden_size": ("hidden_size", "dim", "n_embd"),
          "heads": ("num_attention_heads", "n_heads", "n_head")}


def worked_example(tokenizer: Path, max_length: int, task: dict[str, Any]) -> dict[str, Any]:
    """``texts`` as they come in, ``ids`` as the model reads them, and the ``tokens`` that these stand for."""
    texts = _TEXTS.get(task["language"], _TEXTS["en"])[: 2 if task["kind"] == "pair" else 1]
    encoder = TextTokenizer(tokenizer, max_length)
    if task["kind"] == "words":
        words = texts[0].replace(".", " .").split()
        ids = encoder.encode_words([{"words": words}])[0][0]["input_ids"]
    else:
        row = dict(zip(("text", "text_pair"), texts, strict=False))
        ids = encoder.encode_texts([row])[0]["input_ids"]
    return {"texts": list(texts), "ids": ids, "tokens": [encoder.token(identifier) for identifier in ids]}


def architecture(config: Path) -> dict[str, Any]:
    """Type of the model, layers, hidden size and attention heads, as far as its config tells."""
    facts = read_json(config)
    sizes = {name: next((facts[key] for key in keys if key in facts), None) for name, keys in _SIZES.items()}
    return {"model_type": facts["model_type"]} | {name: size for name, size in sizes.items() if size is not None}
