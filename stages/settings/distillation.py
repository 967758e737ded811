"""Settings of distillation: how a student learns the logits of a trained model, its teacher."""

from pydantic import Field

from stages.settings.base import Settings


class DistillationSettings(Settings):
    """The loss of a student; all else that it is trained by is scratch's, so that both have one budget.

    Attributes:
        temperature: divides the logits of teacher and student before the softmax (Hinton et al., 2015,
            https://arxiv.org/abs/1503.02531).
        gold_weight: share of the loss on gold labels; the rest is of the teacher's probabilities.
    """

    temperature: float = Field(gt=0, le=100)
    gold_weight: float = Field(ge=0, le=1)
