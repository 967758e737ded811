"""Stage ``embed``: predictions of logistic regression over the embeddings of the frozen encoder."""

import sys
from argparse import Namespace

from stages.common.pipeline import pipeline_stage
from stages.common.slow_imports import slow_imports
from stages.settings.libraries import require_libraries
from stages.settings.prediction import ForwardSettings
from stages.settings.reading import read_keys
from stages.settings.train_rows import read_all_draws


def _embed(options: Namespace) -> None:
    require_libraries("accelerate", "numpy", "peft", "pyarrow", "scikit-learn", "scipy", "torch", "transformers")
    draws, settings = read_all_draws(options.rows), read_keys(ForwardSettings, "training")
    with slow_imports():
        from stages.training.frozen_encoder import embed
    embed(options.prepared, options.encoded, options.checkpoint, options.out, draws, settings)


main = pipeline_stage(
    "embed", _embed, "task prepared encoded checkpoint rows",
    more="The penalty is the one that is best on the validation set.", out="JSON file to write")

if __name__ == "__main__":
    sys.exit(main())
