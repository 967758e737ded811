"""Recipes of fine-tuning: which weights are trained, and how. An entry of ``tunings`` names one under ``recipes``."""

from typing import Any, Literal

from pydantic import Field

from stages.common.errors import UserError
from stages.settings.base import Settings, validated
from stages.settings.reading import pick, read_params


class _Recipe(Settings):
    """What every recipe may say.

    Attributes:
        lr_factor: multiplies the learning rate of the arm; methods that train few weights need a higher one.
    """

    lr_factor: float = Field(1.0, gt=0)


class _Layered(_Recipe):
    """What a recipe may say that trains layers as they are.

    Attributes:
        layer_lr_decay: the learning rate of each layer is that of the layer above it times this; embeddings have the
            lowest (Howard and Ruder, 2018, https://aclanthology.org/P18-1031; Clark et al., 2020,
            https://openreview.net/forum?id=r1xMH1BtvB).
        reinitialised_layers: so many of the top layers, and the pooler above them, start from random weights: those
            of the scratch arm with the same seed (Zhang et al., 2021, https://openreview.net/forum?id=cO1IH43yUF).
    """

    layer_lr_decay: float = Field(1.0, gt=0, le=1)
    reinitialised_layers: int = Field(0, ge=0)


class FullTuning(_Layered):
    """All weights are trained."""

    method: Literal["full"] = "full"


class HeadTuning(_Recipe):
    """The head is trained on what the frozen encoder gives, which is also called linear probing."""

    method: Literal["head"] = "head"


class PartialTuning(_Layered):
    """The embeddings and the ``frozen_layers`` lowest layers are frozen; 0 stands for the embeddings alone."""

    method: Literal["partial"] = "partial"
    frozen_layers: int = Field(ge=0)


class GradualTuning(_Layered):
    """The head is trained first, then one more layer at a time from the top down (Howard and Ruder, 2018).

    Attributes:
        unfrozen_by: share of all steps by which the last of them is trained; they follow at equal distances. One layer
            an epoch, as in the paper, is (layers + 1) / epochs.
        frozen_layers: so many of the lowest layers, and the embeddings, stay frozen to the end. Without it all are
            trained in the end, the embeddings last.
    """

    method: Literal["gradual"] = "gradual"
    unfrozen_by: float = Field(0.5, gt=0, lt=1)
    frozen_layers: int | None = Field(None, ge=0)


class LoraTuning(_Recipe):
    """Low-rank changes of the attention's weights (Hu et al., 2022, https://openreview.net/forum?id=nZeVKeeFYf9).

    Attributes:
        rank: of each change.
        alpha: a change is scaled by alpha / rank.
    """

    method: Literal["lora"] = "lora"
    rank: int = Field(8, ge=1)
    alpha: float = Field(16.0, gt=0)


class Ia3Tuning(_Recipe):
    """Vectors that scale keys, values and inner activations (Liu et al., 2022, https://arxiv.org/abs/2205.05638)."""

    method: Literal["ia3"] = "ia3"


class PrefixTuning(_Recipe):
    """Keys and values that every token of a layer sees besides its own input's.

    The method is Li and Liang's (2021, https://aclanthology.org/2021.acl-long.353), without their reparametrisation,
    as Liu et al. (2022, https://aclanthology.org/2022.acl-short.8) use it for classification.

    Attributes:
        prefix_tokens: keys per layer, and as many values. They take no positions of the input.
    """

    method: Literal["prefix"] = "prefix"
    prefix_tokens: int = Field(16, ge=1)


Recipe = FullTuning | HeadTuning | PartialTuning | GradualTuning | LoraTuning | Ia3Tuning | PrefixTuning
FULL = FullTuning()
METHODS: dict[str, type[Recipe]] = {
    "full": FullTuning, "head": HeadTuning, "partial": PartialTuning, "gradual": GradualTuning, "lora": LoraTuning,
    "ia3": Ia3Tuning, "prefix": PrefixTuning}


def recipe_from(values: Any, path: str, file: str = "params.yaml") -> Recipe:
    """Validate one recipe; its ``method`` says which keys it may have."""
    method = values.get("method") if isinstance(values, dict) else None
    if method not in METHODS:
        raise UserError(f"{file}: {path}.method: expected {' or '.join(map(repr, METHODS))}, got {method!r}")
    recipe: Recipe = validated(METHODS[method], values, path, file)
    return recipe


def recipe_settings(name: str) -> Recipe:
    """The recipe called ``name``."""
    params = read_params()
    known = params.get("recipes")
    if isinstance(known, dict) and name not in known:
        raise UserError(f"params.yaml: recipes: no recipe '{name}'; there are {', '.join(known)}")
    return recipe_from(pick(params, f"recipes.{name}"), f"recipes.{name}")
