"""A trained model as MLflow's transformers flavour keeps it.

It runs in its own process, ``python -m stages.tracking.models``, because it loads torch, which the stage ``track`` does
not need. An edit here does not log models again.
"""

import json
import sys
import tempfile
from pathlib import Path

import mlflow.transformers
import torch
import transformers
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, Schema

from stages.answering.folder import PIPELINES, write_model

# Sentences of our own, to show how the model is called.
_EXAMPLES = {"ko": ("배우들의 연기가 좋았다.", "이 영화를 추천한다."),
             "en": ("The actors did well in Paris.", "Somebody acted.")}


def save_model(kind: str, language: str, model: Path, checkpoint: Path, max_length: int, out: Path) -> None:
    """Write ``model`` with the tokenizer of ``checkpoint``, a signature and an input example to ``out``.

    Args:
        kind: ``single`` or ``pair``.
    """
    text, second = _EXAMPLES.get(language, _EXAMPLES["en"])
    columns = ["text", "text_pair"] if kind == "pair" else ["text"]
    inputs = Schema([ColSpec("string", name) for name in columns]) if kind == "pair" else Schema([ColSpec("string")])
    answers = Schema([ColSpec("string", "label"), ColSpec("double", "score")])
    with tempfile.TemporaryDirectory() as folder:
        write_model(model, checkpoint, max_length, Path(folder))
        pipeline = transformers.pipeline(PIPELINES[kind], folder, device="cpu")
        # MLflow takes this for a repository of the Hub and would point to the licence of a folder of this machine.
        pipeline.model.name_or_path = ""
        mlflow.transformers.save_model(
            pipeline, str(out), signature=ModelSignature(inputs, answers),
            model_config={"truncation": True},  # else a text that is longer than what the model reads is an error
            input_example={"text": text, "text_pair": second} if kind == "pair" else text,
            pip_requirements=[f"{library.__name__}=={library.__version__.partition('+')[0]}"
                              for library in (torch, transformers)])
    (out / "LICENSE.txt").unlink(missing_ok=True)  # of the repository that there is none of


if __name__ == "__main__":
    values = json.loads(sys.argv[1])
    save_model(**values | {name: Path(values[name]) for name in ("model", "checkpoint", "out")})
