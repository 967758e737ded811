"""An encoder from the Hugging Face Hub or a folder, or one that is pre-trained on text."""

from pathlib import Path

from huggingface_hub import HfApi

from stages.common.errors import UserError
from stages.common.files import new_folder, read_json_lines, sha256, write_json
from stages.corpora.recognising import read_plain_texts
from stages.models.hub import fetch_checkpoint
from stages.models.local import Origin, copy_checkpoint
from stages.pretraining.small_bert import pretrain
from stages.settings.checkpoints import Checkpoint, HubCheckpoint, PretrainedHere
from stages.training.resuming import StateStore

EMBEDDED_TEXT = Path("data/text/sample.txt")


def obtain(out: Path, chosen: Checkpoint, states: Path | None = None) -> Origin:
    """Write config.json, tokenizer.json, tokenizer_config.json, model.safetensors and origin.json to ``out``.

    Args:
        chosen: the entry of the checkpoint in params.yaml.
        states: folder for states of unfinished pre-training; without it none are saved.

    Returns:
        The content of origin.json.

    Raises:
        UserError: the checkpoint cannot be fetched or is not supported, or there is no text to pre-train on.
    """
    store = None
    with new_folder(out) as folder:
        if isinstance(chosen, PretrainedHere):
            origin, store = _pretrain(chosen, folder, states)
        elif isinstance(chosen, HubCheckpoint):
            origin = _fetch(chosen, folder)
        else:
            origin = copy_checkpoint(Path(chosen.folder), folder)
        write_json(folder / "origin.json", origin)
    if store:
        store.discard()
    return origin


def _fetch(chosen: HubCheckpoint, folder: Path) -> Origin:
    fetched = fetch_checkpoint(chosen.repository, chosen.revision, HfApi())
    copied = copy_checkpoint(fetched.folder, folder, fetched.weights)
    return fetched.origin | {name: copied[name] for name in ("model_type", "tensors")}


def _pretrain(
    chosen: PretrainedHere, folder: Path, states: Path | None
) -> tuple[Origin, StateStore | None]:
    path = Path(chosen.folder) / chosen.text
    if not path.is_file():
        raise UserError(f"{path}: no such file; `text` of a checkpoint in params.yaml names a file in its `folder`")
    lines = [line for line in read_plain_texts(path) if line.strip()]
    store = pretrain(lines, chosen.pretraining, folder, states)
    history = folder / "pretraining.jsonl"
    origin = {"source": "pretrain", "text": chosen.text, "text_sha256": sha256(path), "lines": len(lines),
              "synthetic": path == EMBEDDED_TEXT, "history": list(read_json_lines(history))}
    history.unlink()
    return origin, store
