"""The supported architectures: where their parts are, and which recipes and tasks each of them supports.

The table is plain data, so stages can read it without loading a model. Its entries are tested: every supported recipe
trains a small model of the architecture, which is saved, loaded again and makes the same predictions. Other
architectures are refused even if transformers supports them: padding changes the predictions of some (ConvBERT,
Funnel), and others do not load the weights that they saved (T5, BART).
"""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from stages.common.errors import UserError
from stages.settings.recipes import METHODS, PrefixTuning, Recipe

Kind = Literal["single", "pair", "words"]


@dataclass(frozen=True)
class Architecture:
    """Facts about one architecture; paths of modules are relative to what the attribute names.

    Attributes:
        layers: the list of transformer layers, below the base model.
        attention: the module in a layer that calls the attention function, if transformers allows to replace that
            function, as prefix tuning requires; else None.
        lora: query and value projections in a layer, the best use of a given rank according to Hu et al. (2022). A
            projection that computes query, key and value at once is adapted as a whole.
        scaled: projections in a layer whose output IA3 scales: keys and values.
        inner: the projection in a layer whose input IA3 scales: inner activations of the feed-forward network.
        last_sum: the module in the last layer that adds its input to the output of the attention, in architectures
            whose classifier reads the first token alone; everything after it works token by token.
        outside_layers: modules below the base model that every layer uses, although they are declared after the layers.
        layers_share_weights: whether the layers are one set of weights that is applied several times.
        decoder: whether a token attends only to preceding tokens. The classifier of a decoder reads the last token.
        positions_after_padding: whether positions start at the padding id + 1, so that lower ones are never used.
        pads_inside: whether layers see more tokens than the input has.
        transposed: whether projections store their weights as [inputs, outputs].
        adaptable: whether it can be pre-trained further on masked words.
        refused: fields of the config, their supported values, and the reason why others are refused.
        fixed: fields of the config that are set to a value, whatever the checkpoint has.
    """

    layers: str
    lora: tuple[str, ...]
    scaled: tuple[str, ...]
    inner: str
    attention: str | None = None
    last_sum: str | None = None
    outside_layers: tuple[str, ...] = ()
    layers_share_weights: bool = False
    decoder: bool = False
    positions_after_padding: bool = False
    pads_inside: bool = False
    transposed: bool = False
    adaptable: bool = True
    refused: tuple[tuple[str, tuple[Any, ...], str], ...] = ()
    fixed: Mapping[str, object] = field(default_factory=dict)

    def fix(self, config: Any) -> None:
        """Set the ``fixed`` fields of a config."""
        for name, value in self.fixed.items():
            setattr(config, name, value)

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """Supported kinds of task. A decoder would tag a word from its first piece, before it has read the others."""
        return ("single", "pair") if self.decoder else ("single", "pair", "words")

    @property
    def methods(self) -> tuple[str, ...]:
        """Supported methods of recipes."""
        lacking = {"partial", "gradual"} if self.layers_share_weights else set()
        if self.attention is None:
            lacking.add("prefix")
        return tuple(name for name in METHODS if name not in lacking)


_CAUSAL = (("is_decoder", (None, False), "an encoder whose tokens see both sides is expected"),)


def _like_bert(**facts: Any) -> Architecture:
    places: dict[str, Any] = {
        "layers": "encoder.layer", "lora": ("attention.self.query", "attention.self.value"),
        "scaled": ("attention.self.key", "attention.self.value"), "inner": "output.dense",
        "attention": "attention.self", "last_sum": "attention.output", "refused": _CAUSAL}
    return Architecture(**places | facts)


def _like_llama(**facts: Any) -> Architecture:
    places: dict[str, Any] = {
        "layers": "layers", "lora": ("self_attn.q_proj", "self_attn.v_proj"),
        "scaled": ("self_attn.k_proj", "self_attn.v_proj"), "inner": "mlp.down_proj", "attention": "self_attn",
        "decoder": True, "adaptable": False}
    return Architecture(**places | facts)


ARCHITECTURES: Mapping[str, Architecture] = {
    # Encoders
    "albert": Architecture(
        "encoder.albert_layer_groups",
        lora=("albert_layers.0.attention.query", "albert_layers.0.attention.value"),
        scaled=("albert_layers.0.attention.key", "albert_layers.0.attention.value"),
        inner="albert_layers.0.ffn_output", attention="albert_layers.0.attention", layers_share_weights=True,
        refused=(("num_hidden_groups", (None, 1), "one set of weights for all layers is expected"),
                 ("inner_group_num", (None, 1), "one set of weights for all layers is expected"))),
    "bert": _like_bert(),
    # Its sparse attention, for long inputs alone, chooses blocks at random; full attention has the same weights.
    "big_bird": _like_bert(attention=None, last_sum=None, fixed={"attention_type": "original_full"}),
    "camembert": _like_bert(positions_after_padding=True),
    "deberta": Architecture(
        "encoder.layer", lora=("attention.self.in_proj",), scaled=("attention.self.in_proj",), inner="output.dense",
        outside_layers=("encoder.rel_embeddings",)),
    "deberta-v2": Architecture(
        "encoder.layer", lora=("attention.self.query_proj", "attention.self.value_proj"),
        scaled=("attention.self.key_proj", "attention.self.value_proj"), inner="output.dense",
        outside_layers=("encoder.rel_embeddings", "encoder.LayerNorm"),
        refused=(("conv_kernel_size", (None, 0), "a convolution beside the first layer is not supported"),)),
    "distilbert": Architecture(
        "transformer.layer", lora=("attention.q_lin", "attention.v_lin"), scaled=("attention.k_lin", "attention.v_lin"),
        inner="ffn.lin2", attention="attention", last_sum="sa_layer_norm"),
    "electra": _like_bert(),
    "ernie": _like_bert(),
    "longformer": _like_bert(attention=None, last_sum=None, positions_after_padding=True, pads_inside=True),
    "modernbert": Architecture(
        "layers", lora=("attn.Wqkv",), scaled=("attn.Wqkv",), inner="mlp.Wo", attention="attn"),
    "mpnet": Architecture(
        "encoder.layer", lora=("attention.attn.q", "attention.attn.v"),
        scaled=("attention.attn.k", "attention.attn.v"), inner="output.dense",
        outside_layers=("encoder.relative_attention_bias",), positions_after_padding=True,
        refused=(("relative_attention_num_buckets", (None, 32), "transformers computes with 32, whatever it says"),)),
    "roberta": _like_bert(positions_after_padding=True),
    "xlm-roberta": _like_bert(positions_after_padding=True),
    # Decoders
    "gpt2": Architecture(
        "h", lora=("attn.c_attn",), scaled=("attn.c_attn",), inner="mlp.c_proj", attention="attn", decoder=True,
        transposed=True, adaptable=False),
    "gpt_neox": Architecture(
        "layers", lora=("attention.query_key_value",), scaled=("attention.query_key_value",),
        inner="mlp.dense_4h_to_h", attention="attention", decoder=True, adaptable=False),
    "llama": _like_llama(),
    "mistral": _like_llama(),
    "qwen2": _like_llama(),
    "qwen3": _like_llama(),
}

# All names of dropout probabilities in the configs of these architectures.
DROPOUT_FIELDS = (
    "hidden_dropout_prob", "attention_probs_dropout_prob", "classifier_dropout", "dropout", "attention_dropout",
    "seq_classif_dropout", "embd_pdrop", "attn_pdrop", "resid_pdrop", "summary_last_dropout", "embedding_dropout",
    "mlp_dropout", "pooler_dropout", "cls_dropout", "classifier_dropout_prob", "hidden_dropout",
)


def architecture_of(config: Mapping[str, object], place: str) -> Architecture:
    """The entry of the table for a checkpoint with this config.json.

    Args:
        config: values of config.json.
        place: begins error messages, for example the path of the file.

    Raises:
        UserError: the architecture, or a value of the config, is not supported.
    """
    name = config.get("model_type")
    if not isinstance(name, str) or name not in ARCHITECTURES:
        found = "none" if name is None else repr(name)
        raise UserError(f"{place}: model_type: expected one of {', '.join(ARCHITECTURES)}, found {found}; use a "
                        "checkpoint of one of them, with the config.json it was published with")
    architecture = ARCHITECTURES[name]
    for field_name, accepted, reason in architecture.refused:
        if config.get(field_name) not in accepted:
            raise UserError(f"{place}: {field_name}: expected {accepted[-1]!r} for {name}, found "
                            f"{config[field_name]!r}: {reason}; use another checkpoint")
    return architecture


def refuse_recipe(config: Mapping[str, object], recipe: Recipe, setting: str) -> None:
    """Refuse a recipe that the architecture of a checkpoint does not support.

    Args:
        config: values of config.json, of a listed architecture.
        setting: names the recipe in error messages, for example ``recipes.lora``.

    Raises:
        UserError: naming the setting, the architecture, and the methods it supports.
    """
    name = config["model_type"]
    architecture = ARCHITECTURES[name]
    if recipe.method not in architecture.methods:
        raise UserError(f"params.yaml: {setting}: method {recipe.method}: expected a method that {name} supports, "
                        f"{', '.join(architecture.methods)}, since {_reason(architecture, recipe)}; use one of them, "
                        "or another checkpoint")
    if architecture.layers_share_weights:
        for key, usual in (("layer_lr_decay", 1.0), ("reinitialised_layers", 0)):
            if getattr(recipe, key, usual) != usual:
                raise UserError(f"params.yaml: {setting}.{key}: expected {usual} for {name}, whose layers share their "
                                f"weights, found {getattr(recipe, key)}; leave it out")
    layers = _number(config, "num_hidden_layers", "n_layers", "n_layer")
    fixed, drawn = getattr(recipe, "frozen_layers", 0) or 0, getattr(recipe, "reinitialised_layers", 0)
    if layers is not None and fixed + drawn > layers:
        raise UserError(f"params.yaml: {setting}: a recipe of method {recipe.method}: expected frozen_layers and "
                        f"reinitialised_layers to be at most {layers}, the layers of the encoder, together, got "
                        f"{fixed} and {drawn}; lower them")


def _reason(architecture: Architecture, recipe: Recipe) -> str:
    if isinstance(recipe, PrefixTuning):
        return "transformers does not allow to replace its attention"
    assert architecture.layers_share_weights, "the other methods are those of every architecture"
    return "its layers share their weights, so that none of them can be frozen alone"


def refuse_kind(config: Mapping[str, object], kind: str, place: str) -> None:
    """Refuse a kind of task that the architecture does not support; ``place`` begins the error message."""
    name = config["model_type"]
    if kind not in ARCHITECTURES[name].kinds:
        encoders = ", ".join(known for known, facts in ARCHITECTURES.items() if kind in facts.kinds)
        raise UserError(f"{place}: expected a checkpoint of an encoder for a task whose words are "
                        f"tagged, found {name}, which reads a word's pieces one after another and would tag it from "
                        f"the first; use a checkpoint of {encoders}")


def refuse_adaptation(config: Mapping[str, object], checkpoint: str, asked_by: str) -> None:
    """Refuse to pre-train an architecture that does not predict masked words; ``asked_by`` is the list of its tasks."""
    name = config["model_type"]
    if not ARCHITECTURES[name].adaptable:
        raise UserError(f"params.yaml: {asked_by}: expected an encoder that can predict masked words, such as bert, "
                        f"electra, distilbert or roberta, found {name}, the checkpoint {checkpoint}; take its tasks "
                        f"out of `{asked_by}`")


def last_segment(model: Any) -> int | None:
    """The highest segment id with an embedding; None if the model does not use segments.

    A RoBERTa with a tokenizer like that of BERT, for example KLUE's, has fewer segments than its tokenizer returns.
    """
    # GPT-2 accepts segments as well, but reads them as tokens of the text: it has no embeddings for them.
    known = getattr(model.config, "type_vocab_size", 0)
    return known - 1 if known and "token_type_ids" in inspect.signature(model.forward).parameters else None


def position_limit(config: Mapping[str, object]) -> int | None:
    """Maximum tokens per input of a listed architecture; None if config.json does not limit it."""
    room = _number(config, "max_position_embeddings", "n_positions")
    if room is None or not ARCHITECTURES[config["model_type"]].positions_after_padding:
        return room
    padding = config.get("pad_token_id", 1)
    return room - (padding if isinstance(padding, int) else 1) - 1


def refuse_length(config: Mapping[str, object], max_length: int, task: str, checkpoint: str) -> None:
    """Refuse a ``max_length`` above the number of positions of the model."""
    room = position_limit(config)
    if room is not None and max_length > room:
        raise UserError(f"params.yaml: tasks.{task}.max_length: expected at most {room}, the positions of the "
                        f"checkpoint {checkpoint}, found {max_length}; lower it to that")


def _number(config: Mapping[str, Any], *names: str) -> int | None:
    values = (config.get(name) for name in names)
    return next((value for value in values if isinstance(value, int)), None)


@dataclass(frozen=True)
class Use:
    """How a study uses the checkpoint of one task.

    Attributes:
        task: name of the task in params.yaml.
        checkpoint: name of the checkpoint in params.yaml.
        kind: kind of the task.
        max_length: maximum tokens per input.
        recipes: recipes that tune the checkpoint, by name.
        pretrained_by: the lists of params.yaml by which it is pre-trained on the text of the task.
    """

    task: str
    checkpoint: str
    kind: str
    max_length: int
    recipes: Mapping[str, Recipe]
    pretrained_by: tuple[str, ...]


def refuse_unsupported(config: Mapping[str, object], place: str, use: Use) -> None:
    """Refuse a study whose checkpoint does not support it.

    Args:
        config: values of config.json.
        place: path of config.json, for error messages.

    Raises:
        UserError: naming what is not supported, and what is.
    """
    architecture_of(config, place)
    refuse_kind(config, use.kind, f"params.yaml: tasks.{use.task}.checkpoint: {use.checkpoint}")
    for name, recipe in use.recipes.items():
        refuse_recipe(config, recipe, f"recipes.{name}")
    for asked_by in use.pretrained_by:
        refuse_adaptation(config, f"{use.checkpoint} of the task {use.task}", asked_by)
    refuse_length(config, use.max_length, use.task, use.checkpoint)
