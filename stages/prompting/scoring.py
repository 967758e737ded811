"""How likely a causal language model finds each label's word after a prompt.

The keys and values of what all prompts share are computed once, and those of a row's own part once for all labels.
"""

import copy
from collections.abc import Callable, Sequence

import numpy as np
import torch
from transformers import DynamicCache, PreTrainedModel

Tokens = Sequence[int]
CONTENT_FREE = ("N/A", "[MASK]", "")  # of Zhao et al., 2021


@torch.inference_mode()
def label_likelihoods(
    model: PreTrainedModel, prefix: Tokens, queries: Sequence[Tokens], labels: Sequence[Tokens], batch_size: int,
    advance: Callable[[int], object] = lambda _: None,
) -> np.ndarray:
    """Float64 [queries, labels]: log-likelihood of the label's tokens after ``prefix`` and query.

    Args:
        prefix: begins all prompts; may be empty.
        queries: end the prompts, one token or more each.
        advance: called with the number of queries of each finished batch.
    """
    shared = DynamicCache(config=model.config)
    if prefix:
        model(torch.tensor([list(prefix)], device=model.device), past_key_values=shared, logits_to_keep=1)
    found = np.empty((len(queries), len(labels)))
    order = sorted(range(len(queries)), key=lambda row: len(queries[row]))
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        cache = copy.deepcopy(shared)
        if prefix:
            cache.batch_repeat_interleave(len(rows))
        found[rows] = _of_batch(model, cache, len(prefix), [queries[row] for row in rows], labels)
        advance(len(rows))
    return found


def _of_batch(
    model: PreTrainedModel, cache: DynamicCache, before: int, queries: Sequence[Tokens], labels: Sequence[Tokens]
) -> np.ndarray:
    device, count = model.device, len(queries)
    lengths = torch.tensor([len(query) for query in queries], device=device)
    width = int(lengths.max())
    ids = torch.tensor([[*query, *[0] * (width - len(query))] for query in queries], device=device)
    places = torch.arange(width, device=device)
    seen = torch.cat([torch.ones(count, before, dtype=torch.long, device=device),
                      (places < lengths[:, None]).long()], dim=1)
    ends = torch.unique(lengths - 1)  # sorted: the logits of all other places are not computed
    logits = model(ids, attention_mask=seen, position_ids=(before + places).expand(count, -1), past_key_values=cache,
                   logits_to_keep=ends).logits
    rows = torch.arange(count, device=device)
    first = logits[rows, torch.searchsorted(ends, lengths - 1)].double().log_softmax(-1)
    found = np.empty((count, len(labels)))
    for number, label in enumerate(labels):
        scores = first[:, label[0]]
        if len(label) > 1:
            rest = torch.tensor(label[:-1], device=device).expand(count, -1)
            further = model(
                rest, attention_mask=torch.cat([seen, torch.ones_like(rest)], dim=1), past_key_values=cache,
                position_ids=before + lengths[:, None] + torch.arange(len(label) - 1, device=device)).logits
            tokens = torch.tensor(label[1:], device=device).expand(count, -1)
            scores = scores + further.double().log_softmax(-1).gather(-1, tokens[..., None])[..., 0].sum(-1)
            cache.crop(1 - len(label))
        found[:, number] = scores.cpu().numpy()
    return found


def log_probabilities(likelihoods: np.ndarray, lengths: Sequence[int] | None = None) -> np.ndarray:
    """Float64 [rows, labels]: log-likelihoods, per byte where ``lengths`` has those of the words, as a distribution."""
    scores = likelihoods if lengths is None else likelihoods / np.array(lengths)
    return np.asarray(scores - np.logaddexp.reduce(scores, axis=1, keepdims=True))


def calibrated(scores: np.ndarray, content_free: np.ndarray) -> np.ndarray:
    """Log-probabilities divided by the mean probabilities after inputs without content (Zhao et al., 2021, section 5).

    Their affine map is diagonal, with the inverse of these means.
    """
    return log_probabilities(scores - np.log(np.exp(content_free).mean(axis=0)))
