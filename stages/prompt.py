"""Stage ``prompt``: answers of a causal language model that is shown examples and is never trained."""

import sys
from argparse import Namespace

from stages.common.pipeline import pipeline_stage
from stages.common.slow_imports import slow_imports
from stages.results.predictions import PREDICTIONS
from stages.results.prompts import PROMPTS
from stages.settings.libraries import require_libraries
from stages.settings.prediction import ForwardSettings
from stages.settings.prompting import prompting_settings
from stages.settings.reading import read_keys
from stages.settings.train_rows import read_train_rows


def _prompt(options: Namespace) -> None:
    require_libraries("accelerate", "numpy", "peft", "pyarrow", "tokenizers", "torch", "transformers")
    settings, corpus = prompting_settings(options.task)
    rows, forward = read_train_rows(options.rows), read_keys(ForwardSettings, "training")
    with slow_imports():
        from stages.prompting.answering import prompt
    prompt(options.prepared, options.out, options.seed, settings, corpus, rows, forward)


main = pipeline_stage(
    "prompt", _prompt, "task seed prepared rows",
    more="The seed draws the examples and their order; labels take turns. A prompt that is too long loses the last"
    " words of its longest text.",
    out=f"folder to write: {PREDICTIONS}, history.jsonl, and {PROMPTS} with what was shown")

if __name__ == "__main__":
    sys.exit(main())
