"""One input from text to token ids, and the size of the model that reads it, for people to follow."""

from pathlib import Path

from stages.common.files import read_json
from stages.encoding.tokenizing import TextTokenizer
from stages.results.cards import WorkedExample
from stages.results.prepared import Task

# Written for this project, so that a report on a corpus that may not be copied can show them, too.
TEXTS = {"ko": ("배우들의 연기가 정말 훌륭했다.", "연기가 좋았다."),
         "en": ("The long talks ended in Paris.", "Nobody met.")}
# Names of one and the same number in the configs of the architectures.
_SIZES = {"layers": ("num_hidden_layers", "n_layers", "n_layer"), "hidden_size": ("hidden_size", "dim", "n_embd"),
          "heads": ("num_attention_heads", "n_heads", "n_head")}


def worked_example(tokenizer: Path, max_length: int, task: Task) -> WorkedExample:
    """Texts of the task's language and kind as they come in, and as the model reads them."""
    texts = TEXTS.get(task.language, TEXTS["en"])[: 2 if task.kind == "pair" else 1]
    encoder = TextTokenizer(tokenizer, max_length)
    tokens = (encoder.encode_words([texts[0].replace(".", " .").split()])[0][0] if task.is_words
              else encoder.encode_texts([texts])[0])
    return WorkedExample(texts=texts, ids=tuple(tokens.input_ids),
                         tokens=tuple(map(encoder.token, tokens.input_ids)))


def architecture(config: Path) -> dict[str, str | int]:
    """Type of the model, layers, hidden size and attention heads, as far as its config tells."""
    facts = read_json(config)
    sizes = {name: next((facts[key] for key in keys if key in facts), None) for name, keys in _SIZES.items()}
    return {"model_type": facts["model_type"]} | {name: size for name, size in sizes.items() if size is not None}
