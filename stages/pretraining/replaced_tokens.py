"""Replaced-token detection on encoded text, for pre-training, adaptation and self-pretraining.

The objective is that of ELECTRA (Clark et al., 2020, https://openreview.net/forum?id=r1xMH1BtvB). A small generator
predicts masked tokens, each of which is replaced by a token sampled from its predictions. The encoder is the
discriminator: it tells of every token whether it was replaced. The generator and the head are then thrown away. They
share their token embeddings; the generator has position embeddings of its own, since those of encoders differ in kind.
"""

from typing import ClassVar

import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits
from transformers import ElectraConfig, ElectraForMaskedLM, PreTrainedModel
from transformers.models.electra.modeling_electra import ElectraDiscriminatorPredictions

from stages.pretraining.masked_language import (
    IGNORED,
    EncodedText,
    MaskedTraining,
    Vocabulary,
    masked_scores,
    mean_loss,
)
from stages.settings.pretraining import MaskedLanguageSettings

HEAD = "discriminator_predictions."  # prefix of the tensors of the head in a published ELECTRA
_DISCRIMINATOR_WEIGHT = 50.0  # of its loss beside that of the generator


class Detection(nn.Module):
    """An encoder, the discriminator, with its head and its generator."""

    def __init__(self, encoder: PreTrainedModel, share: float, longest: int) -> None:
        """Draw generator and head.

        Args:
            encoder: without a head.
            share: width of the generator over that of the encoder, rounded to whole heads of attention.
            longest: tokens of the longest text.
        """
        super().__init__()
        config, embeddings = encoder.config, encoder.get_input_embeddings()
        heads = max(1, round(config.num_attention_heads * share))
        width = heads * (config.hidden_size // config.num_attention_heads)
        dropout = getattr(config, "hidden_dropout_prob", getattr(config, "dropout", 0.1))
        self.encoder = encoder
        self.head = ElectraDiscriminatorPredictions(ElectraConfig(hidden_size=config.hidden_size))
        self.generator = ElectraForMaskedLM(ElectraConfig(
            vocab_size=embeddings.num_embeddings, embedding_size=embeddings.embedding_dim, hidden_size=width,
            num_hidden_layers=config.num_hidden_layers, num_attention_heads=heads, intermediate_size=4 * width,
            max_position_embeddings=longest, type_vocab_size=getattr(config, "type_vocab_size", 0) or 1,
            hidden_dropout_prob=dropout, attention_probs_dropout_prob=dropout))
        self.generator.set_input_embeddings(embeddings)
        self.generator.generator_lm_head.weight = embeddings.weight

    @property
    def device(self) -> torch.device:
        """Where its weights are."""
        return self.encoder.device


class DetectionTraining(MaskedTraining):
    """One run; the logged loss is that of the generator plus fifty times that of the discriminator."""

    model: Detection
    fates: ClassVar = (1.0, 1.0)

    @property
    def reader(self) -> PreTrainedModel:
        """The discriminator."""
        return self.model.encoder

    def loss(self, inputs: dict[str, torch.Tensor], targets: torch.Tensor) -> torch.Tensor:
        """The loss of a batch, in nats per masked token and per token; the samples are drawn by torch."""
        return detection_loss(self.model, inputs, targets)


def training_of(
    model: PreTrainedModel, text: EncodedText, vocabulary: Vocabulary, settings: MaskedLanguageSettings,
    description: str, remedy: str,
) -> MaskedTraining:
    """The run of ``settings.objective`` for a model with a masked-language-model head, see :class:`MaskedTraining`."""
    if settings.objective == "mlm":
        return MaskedTraining(model, text, vocabulary, settings, description, remedy)
    detection = Detection(model.base_model, settings.generator, int(text.lengths.max()))
    return DetectionTraining(
        detection.to(model.device).train(), text, vocabulary, settings, description, remedy)


def detection_loss(model: Detection, inputs: dict[str, torch.Tensor], targets: torch.Tensor) -> torch.Tensor:
    """Cross-entropy per masked token plus 50 times the binary one per token that is not padding, in nats."""
    scores = masked_scores(model.generator, inputs, targets != IGNORED)
    ids, replaced = replaced_tokens(inputs["input_ids"], targets, scores)
    logits = model.head(model.encoder(**inputs | {"input_ids": ids}).last_hidden_state)
    tokens = inputs["attention_mask"].bool()
    detected = binary_cross_entropy_with_logits(logits[tokens], replaced[tokens].to(logits.dtype))
    return mean_loss(scores, targets) + _DISCRIMINATOR_WEIGHT * detected


def replaced_tokens(
    masked: torch.Tensor, targets: torch.Tensor, scores: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Ids with a sampled token at every masked position, and whether a token differs from the original one.

    Args:
        masked: ids [rows, tokens].
        targets: original ids at the masked positions, else ``IGNORED``.
        scores: of the generator, [masked positions, vocabulary]; no gradient flows back to them.
    """
    chosen, ids = targets != IGNORED, masked.clone()
    if len(scores):
        ids[chosen] = torch.multinomial(scores.detach().softmax(-1), 1).squeeze(1)
    return ids, chosen & (ids != targets)
