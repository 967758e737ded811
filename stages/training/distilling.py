"""Distillation: a student learns the logits of a trained model, its teacher, beside the gold labels.

The loss of a row, or of a labelled token, is ``gold_weight * CE + (1 - gold_weight) * T^2 * KL``: cross-entropy with
the gold label, and the divergence of the student's probabilities from the teacher's, both at temperature T. T^2 makes
up for gradients that shrink with 1 / T^2 (Hinton et al., 2015, https://arxiv.org/abs/1503.02531; Sanh et al., 2019,
https://arxiv.org/abs/1910.01108).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from accelerate import Accelerator
from torch.nn.functional import kl_div, log_softmax

from stages.encoding.store import IGNORED_LABEL, EncodedSplit
from stages.models.building import load_model
from stages.models.inputs import Collator, predict_logits
from stages.settings.distillation import DistillationSettings
from stages.training.processes import Processes


@dataclass(frozen=True)
class SoftTargets:
    """What a teacher gave for training rows: logits [classes] per row, or [labelled tokens, classes] for ``words``."""

    logits: Sequence[np.ndarray]
    settings: DistillationSettings

    def mixed(
        self, gold: torch.Tensor, logits: torch.Tensor, labels: torch.Tensor, rows: np.ndarray,
        class_weights: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """The loss of a batch in nats: a sum, to be divided as that of :class:`stages.training.objective.Objective`.

        Args:
            gold: the sum of the loss on gold labels.
            logits: of the student, [rows, classes] or [rows, longest, classes].
            labels: gold labels, [rows] or [rows, longest]; positions with ``IGNORED_LABEL`` have no target.
            rows: numbers of the rows.
            class_weights: [classes]; a target weighs as its gold label does.
        """
        temperature, labelled = self.settings.temperature, labels != IGNORED_LABEL
        targets = torch.from_numpy(np.concatenate([np.atleast_2d(self.logits[row]) for row in rows])).to(logits.device)
        divergence = kl_div(log_softmax(logits[labelled] / temperature, dim=-1),
                            log_softmax(targets / temperature, dim=-1), reduction="none", log_target=True).sum(dim=-1)
        if class_weights is not None:
            divergence = divergence * class_weights[labels[labelled]]
        weight = self.settings.gold_weight
        return weight * gold + (1 - weight) * temperature**2 * divergence.sum()


@dataclass(frozen=True)
class Teacher:
    """A trained model in a folder that ``train`` wrote, of a task of this ``kind``."""

    folder: Path
    kind: str
    settings: DistillationSettings

    def soft_targets(self, rows: EncodedSplit, accelerator: Accelerator, processes: Processes) -> SoftTargets:
        """Its logits for training rows, computed once without dropout, in the precision of training.

        Each process computes its share. A resumed run computes the same again.
        """
        model = load_model(self.folder, self.kind).to(accelerator.device)
        with accelerator.autocast():
            own = predict_logits(model, rows, Collator(model, accelerator.device), share=processes.batches)
        return SoftTargets(processes.gather_rows(own), self.settings)
