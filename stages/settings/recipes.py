"""Fine-tuning recipes: which weights are trained, and how. ``tunings`` lists names of entries of ``recipes``."""

from typing import Any, Literal

from pydantic import Field

from stages.common.errors import UserError
from stages.settings.base import Settings, validated
from stages.settings.reading import pick, read_params


class _Recipe(Settings):
    """Keys of every recipe.

    Attributes:
        lr_factor: multiplies the learning rate of the arm; methods that train few weights need a higher rate.
    """

    lr_factor: float = Field(1.0, gt=0)


class _Layered(_Recipe):
    """Keys of recipes that train the layers' own weights.

    Attributes:
        layer_lr_decay: ratio of a layer's learning rate to that of the layer above it; the embeddings have the
            lowest (Howard and Ruder, 2018, https://aclanthology.org/P18-1031; Clark et al., 2020,
            https://openreview.net/forum?id=r1xMH1BtvB).
        reinitialised_layers: number of top layers that start, with the pooler above them, from random weights, those
            of the scratch arm with the same seed (Zhang et al., 2021, https://openreview.net/forum?id=cO1IH43yUF).
    """

    layer_lr_decay: float = Field(1.0, gt=0, le=1)
    reinitialised_layers: int = Field(0, ge=0)


class FullTuning(_Layered):
    """All weights are trained."""

    method: Literal["full"] = "full"


class HeadTuning(_Recipe):
    """Only the head is trained, on the outputs of the frozen encoder (linear probing)."""

    method: Literal["head"] = "head"


class PartialTuning(_Layered):
    """The embeddings and the ``frozen_layers`` lowest layers are frozen; 0 freezes the embeddings alone."""

    method: Literal["partial"] = "partial"
    frozen_layers: int = Field(ge=0)


class GradualTuning(_Layered):
    """The head is trained first; then layers are unfrozen one by one from the top down (Howard and Ruder, 2018).

    Attributes:
        unfrozen_by: share of all steps after which the last layer is unfrozen; layers follow at equal intervals. One
            layer per epoch, as in the paper, is (layers + 1) / epochs.
        frozen_layers: number of lowest layers that stay frozen, with the embeddings, to the end. Without it all are
            unfrozen, the embeddings last.
    """

    method: Literal["gradual"] = "gradual"
    unfrozen_by: float = Field(0.5, gt=0, lt=1)
    frozen_layers: int | None = Field(None, ge=0)


class LoraTuning(_Recipe):
    """Low-rank updates of the attention weights (Hu et al., 2022, https://openreview.net/forum?id=nZeVKeeFYf9).

    Attributes:
        rank: rank of each update.
        alpha: updates are scaled by alpha / rank.
    """

    method: Literal["lora"] = "lora"
    rank: int = Field(8, ge=1)
    alpha: float = Field(16.0, gt=0)


class Ia3Tuning(_Recipe):
    """Vectors that scale keys, values and inner activations (Liu et al., 2022, https://arxiv.org/abs/2205.05638)."""

    method: Literal["ia3"] = "ia3"


class PrefixTuning(_Recipe):
    """Trained keys and values that every token attends to, in each layer, besides those of the input.

    The method is Li and Liang's (2021, https://aclanthology.org/2021.acl-long.353), without their reparametrisation,
    as Liu et al. (2022, https://aclanthology.org/2022.acl-short.8) use it for classification.

    Attributes:
        prefix_tokens: keys per layer, and as many values. They occupy no positions of the input.
    """

    method: Literal["prefix"] = "prefix"
    prefix_tokens: int = Field(16, ge=1)


class SetFitTuning(_Recipe):
    """Contrastive fine-tuning on pairs of training rows, then logistic regression as the classifier.

    The method is Tunstall et al.'s (2022, https://arxiv.org/abs/2209.11055), for tasks of texts and pairs of texts.

    Attributes:
        epochs: passes over the pairs, instead of the arm's ``epochs``; each draws other pairs.
        pairs_per_row: pairs with a row of the same class per training row and epoch, and as many with one of another
            class. A step has half as many pairs as ``batch_size`` has rows.
        max_pairs: maximum number of pairs per epoch.
    """

    method: Literal["setfit"] = "setfit"
    epochs: int = Field(1, ge=1)
    pairs_per_row: int = Field(20, ge=1)
    max_pairs: int = Field(20000, ge=2)


Recipe = (FullTuning | HeadTuning | PartialTuning | GradualTuning | LoraTuning | Ia3Tuning | PrefixTuning
          | SetFitTuning)
FULL = FullTuning()
METHODS: dict[str, type[Recipe]] = {
    "full": FullTuning, "head": HeadTuning, "partial": PartialTuning, "gradual": GradualTuning, "lora": LoraTuning,
    "ia3": Ia3Tuning, "prefix": PrefixTuning, "setfit": SetFitTuning}


def recipe_from(values: Any, path: str, file: str = "params.yaml") -> Recipe:
    """Validate one recipe; its ``method`` determines its keys."""
    method = values.get("method") if isinstance(values, dict) else None
    if method not in METHODS:
        raise UserError(f"{file}: {path}.method: expected {' or '.join(map(repr, METHODS))}, got {method!r}")
    recipe: Recipe = validated(METHODS[method], values, path, file)
    return recipe


def refused_kind(recipe: Recipe, kind: str) -> str | None:
    """Why a recipe cannot tune a model for a kind of task; None if it can."""
    return "SetFit has no entity tasks" if isinstance(recipe, SetFitTuning) and kind == "words" else None


def recipe_settings(name: str) -> Recipe:
    """The recipe called ``name``."""
    params = read_params()
    known = params.get("recipes")
    if isinstance(known, dict) and name not in known:
        raise UserError(f"params.yaml: recipes: no recipe '{name}'; expected one of {', '.join(known)}")
    return recipe_from(pick(f"recipes.{name}"), f"recipes.{name}")
