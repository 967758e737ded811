"""How many gold labels are wrong, and which, by the calibrated probabilities of models that never saw these rows.

A weak model is often confident and wrong, so its errors are not label errors. A model's own errors become rare where it
is most confident; wrong labels do not.

The doctor (:mod:`stages.doctoring.labels`) asks another question of another model: whether one split has more wrong
labels than the others, before any encoder is trained on it. That takes a comparison of splits and no calibration.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import softmax

# Temperatures of softmax. Models are overconfident (Guo et al., 2017, https://arxiv.org/abs/1706.04599), so they are
# above 1; of the mean over runs they may be below it. At 0 every error would be a wrong label: the lowest was set on
# studies of real AG News and NSMC rows and of the embedded sample, so that the rate is hardly ever too high.
_TEMPERATURES = np.geomspace(0.7, 32, 80)
_RATES = np.linspace(0, 0.5, 101)
# Twice the difference of log-likelihoods that 1 % of samples without a wrong label exceed (chi-squared).
_SIGNIFICANT = 6.635
_LEAST = 1e-12  # a probability that is 0 in float64


@dataclass(frozen=True)
class LabelNoise:
    """Wrong labels among some rows.

    Attributes:
        rate: estimated share of wrong labels; 0 where that explains the rows hardly better than no wrong label does.
        chances: float64 [rows], the probability that the label of each row is wrong.
    """

    rate: float
    chances: np.ndarray


def label_noise(probabilities: np.ndarray, gold: np.ndarray) -> LabelNoise:
    """Estimate wrong labels from out-of-sample probabilities [rows, classes] and class ids [rows].

    A label is wrong with one rate for all rows, and then any of the others; the true one follows the probabilities
    after a change of temperature. Both are fitted by maximum likelihood (the noise layer of Sukhbaatar et al., 2015,
    https://arxiv.org/abs/1406.2080, on temperature scaling), and Bayes' rule gives each row its probability. Wrong
    labels that depend on the content of a row cannot be told from errors that all models share with confidence.
    """
    rows, classes = probabilities.shape
    if not rows or classes < 2:
        return LabelNoise(0.0, np.zeros(rows))
    logs = np.log(np.maximum(probabilities, _LEAST))
    likelihoods = np.array([_likelihoods(_of_gold(logs, gold, temperature), classes) for temperature in _TEMPERATURES])
    place, rate = np.unravel_index(int(likelihoods.argmax()), likelihoods.shape)
    if 2 * (likelihoods[place, rate] - likelihoods[:, 0].max()) < _SIGNIFICANT:
        return LabelNoise(0.0, np.zeros(rows))
    right = _of_gold(logs, gold, float(_TEMPERATURES[place]))
    wrong = _RATES[rate] / (classes - 1) * (1 - right)
    return LabelNoise(float(_RATES[rate]), wrong / ((1 - _RATES[rate]) * right + wrong))


def _of_gold(logs: np.ndarray, gold: np.ndarray, temperature: float) -> np.ndarray:
    """Probabilities [rows] of the gold labels at a temperature."""
    return np.asarray(softmax(logs / temperature, axis=1)[np.arange(len(gold)), gold])


def _likelihoods(right: np.ndarray, classes: int) -> np.ndarray:
    """Log-likelihoods [rates] of labels whose probability is ``right`` [rows] if none is wrong."""
    return np.array([np.log(np.maximum((1 - rate) * right + rate / (classes - 1) * (1 - right), _LEAST)).sum()
                     for rate in _RATES])
