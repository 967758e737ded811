"""Word vectors from co-occurrence counts.

They are the left singular vectors of the positive pointwise mutual information matrix, weighted by the square roots of
the singular values (Levy, Goldberg and Dagan, 2015, https://aclanthology.org/Q15-1016). On small text they take
seconds; skip-gram, which factorises nearly the same matrix, takes minutes.
"""

from collections.abc import Sequence

import numpy as np
import torch
from scipy.sparse import coo_matrix, csr_matrix
from transformers import PreTrainedModel

from stages.pretraining.masked_language import EncodedText, Vocabulary

STANDARD_DEVIATION = 0.05  # of the components; well above that of position embeddings, so that words dominate
_SMOOTHING = 0.75  # exponent of the context counts; without it rare contexts would score too high
_SEED = 0
_ITERATIONS = 4


def set_word_vectors(model: PreTrainedModel, text: EncodedText, vocabulary: Vocabulary, window: int) -> None:
    """Replace the embeddings of words by :func:`cooccurrence_vectors`; for a ``window`` of 0 they stay random."""
    if not window:
        return
    embeddings = model.get_input_embeddings().weight.data
    lines = [text.ids[row] for row in range(len(text.ids))]
    vectors = cooccurrence_vectors(lines, vocabulary, embeddings.shape[1], window)
    embeddings[vocabulary.words] = torch.from_numpy(vectors[vocabulary.words])


def cooccurrence_vectors(
    lines: Sequence[np.ndarray], vocabulary: Vocabulary, size: int, window: int
) -> np.ndarray:
    """Float32 vectors [vocabulary, size]; close to zero for a token without co-occurrences.

    Args:
        lines: token ids of every line.
        vocabulary: tells which of them are words.
        size: components of a vector.
        window: tokens counted on each side, with weight 1 / d at distance d.
    """
    information = _positive_information(_counts(lines, vocabulary, window))
    rank = min(size, vocabulary.size)
    left, singular = _truncated_svd(information, rank)
    vectors = np.zeros((vocabulary.size, size), dtype=np.float32)
    vectors[:, :rank] = left * np.sqrt(singular)
    scale = vectors.std()
    return vectors * (STANDARD_DEVIATION / scale) if scale else vectors


def _counts(lines: Sequence[np.ndarray], vocabulary: Vocabulary, window: int) -> csr_matrix:
    tokens = np.concatenate(lines)
    words = vocabulary.are_words(tokens)
    line = np.repeat(np.arange(len(lines)), [len(ids) for ids in lines])
    total = csr_matrix((vocabulary.size, 2 * vocabulary.size), dtype=np.float64)
    # A context is a word and its side: word order is more informative than a bag of words.
    for distance in range(1, window + 1):
        left, right = tokens[:-distance], tokens[distance:]
        both = words[:-distance] & words[distance:] & (line[:-distance] == line[distance:])
        left, right = left[both], right[both]
        weights = np.full(2 * len(left), 1 / distance)
        rows, columns = np.concatenate([left, right]), np.concatenate([right, left + vocabulary.size])
        total = total + coo_matrix((weights, (rows, columns)), shape=total.shape).tocsr()
    return total


def _positive_information(counts: csr_matrix) -> csr_matrix:
    of_word = np.asarray(counts.sum(axis=1)).ravel()
    of_context = np.asarray(counts.sum(axis=0)).ravel() ** _SMOOTHING
    pairs = counts.tocoo()
    expected = of_word[pairs.row] * of_context[pairs.col] / of_context.sum()
    information = np.maximum(np.log(pairs.data / expected), 0)
    return coo_matrix((information, (pairs.row, pairs.col)), shape=counts.shape).tocsr().astype(np.float32)


def _truncated_svd(matrix: csr_matrix, rank: int) -> tuple[np.ndarray, np.ndarray]:
    """Left singular vectors [rows, rank] and singular values by subspace iteration (Halko et al., 2011)."""
    basis = np.random.default_rng(_SEED).standard_normal((matrix.shape[1], rank)).astype(np.float32)
    for _ in range(_ITERATIONS):
        basis = _orthogonal(matrix.T @ _orthogonal(matrix @ basis))
    left, singular, _ = torch.linalg.svd(torch.from_numpy(matrix @ basis), full_matrices=False)
    return left.numpy(), singular.numpy()


def _orthogonal(columns: np.ndarray) -> np.ndarray:
    return torch.linalg.qr(torch.from_numpy(columns))[0].numpy()
