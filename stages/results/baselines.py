"""Baselines that are more than a name."""

EMBEDDINGS_BASELINE = "embeddings_logistic_regression"  # it has the pre-trained encoder, frozen
