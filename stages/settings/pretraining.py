"""Settings of learning from unlabelled text, and of pre-training."""

from typing import Literal

from pydantic import Field, model_validator

from stages.settings.base import Seed, Settings


class MaskedLanguageSettings(Settings):
    """How an encoder is trained on unlabelled text.

    Attributes:
        objective: ``mlm``, masked-language modelling (Devlin et al., 2019, https://aclanthology.org/N19-1423); or
            ``rtd``, replaced-token detection (Clark et al., 2020, https://openreview.net/forum?id=r1xMH1BtvB).
        generator: width of the generator of ``rtd`` over that of the encoder; 1/4 to 1/2 worked best as published.
        steps: optimizer steps, independent of the number of texts.
        batch_size: texts per step.
        lr: peak learning rate.
        warmup: share of the steps in which the learning rate rises linearly from 0; it then falls linearly to 0.
        weight_decay: decoupled weight decay, not applied to biases and normalisation weights.
        max_gradient_norm: gradients are scaled down to this L2 norm.
        masked: share of the tokens to predict, of ``rtd`` by the generator.
        seed: seed of the text order, the masks and the randomly initialised weights.
        threads: CPU threads; their number changes results bitwise.
    """

    objective: Literal["mlm", "rtd"] = "mlm"
    generator: float = Field(0.25, gt=0, le=1)
    steps: int = Field(ge=1)
    batch_size: int = Field(ge=1)
    lr: float = Field(gt=0, le=1)
    warmup: float = Field(ge=0, lt=1)
    weight_decay: float = Field(ge=0)
    max_gradient_norm: float = Field(gt=0)
    masked: float = Field(gt=0, lt=1)
    seed: Seed
    threads: int = Field(ge=1)


class PretrainingSettings(MaskedLanguageSettings):
    """Size of the encoder, and how it is pre-trained.

    Attributes:
        vocabulary: maximum size of the WordPiece vocabulary, special tokens included.
        hidden_size: width of the encoder.
        layers: Transformer layers.
        heads: attention heads per layer; a divisor of ``hidden_size``.
        max_length: maximum tokens per input, special tokens included, and the number of positions of the encoder;
            longer lines are truncated.
        vector_window: tokens on either side whose co-occurrence counts give the initial word vectors; 0 for random
            vectors.
    """

    vocabulary: int = Field(ge=64)
    hidden_size: int = Field(ge=2)
    layers: int = Field(ge=1)
    heads: int = Field(ge=1)
    max_length: int = Field(ge=8)
    vector_window: int = Field(ge=0)

    @model_validator(mode="after")
    def _whole_heads(self) -> "PretrainingSettings":
        if self.hidden_size % self.heads:
            raise ValueError(f"hidden_size {self.hidden_size} is not divisible by heads {self.heads}")
        return self
