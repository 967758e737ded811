"""The causal language model that is prompted, and its tokenizer."""

from dataclasses import dataclass
from pathlib import Path

from huggingface_hub import HfApi
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase

from stages.common.errors import UserError
from stages.common.files import sha256
from stages.models.architectures import ARCHITECTURES
from stages.models.hub import fetch_checkpoint
from stages.models.loading import load_checkpoint
from stages.models.local import (
    WEIGHTS,
    checked_config,
    refuse_adapter,
    refuse_without_tokenizer,
    refuse_without_weights,
)
from stages.settings.checkpoints import HubCheckpoint, LocalCheckpoint
from stages.settings.prompting import Template


@dataclass(frozen=True)
class LanguageModel:
    """A model in evaluation mode with its tokenizer.

    Attributes:
        name: repository, or name of the folder.
        weights_sha256: digest of the weights.
        commit: of the repository; "" for a folder.
    """

    name: str
    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    weights_sha256: str
    commit: str = ""

    def encode(self, text: str) -> list[int]:
        """Token ids without special tokens."""
        return list(self.tokenizer(text, add_special_tokens=False)["input_ids"])

    @property
    def start(self) -> list[int]:
        """The token that begins every text, where the tokenizer has one."""
        first = self.tokenizer.bos_token_id
        return [first] if first is not None and first in self.tokenizer("")["input_ids"] else []

    def encode_word(self, template: Template, label: str) -> list[int]:
        """Token ids of a label's word after the query part, as lm-evaluation-harness splits them.

        Raises:
            UserError: a token has parts of both.
        """
        before = template.query.rpartition("}")[2]
        whole, context = self.encode(before + template.gap + template.word(label)), self.encode(before)
        if whole[: len(context)] != context or len(whole) == len(context):
            raise UserError(f"{self.name}: the word '{template.word(label)}' of the label {label} has no tokens of its "
                            "own after the text before it; put a space before {label} in the template")
        return whole[len(context):]


def open_model(entry: LocalCheckpoint | HubCheckpoint) -> LanguageModel:
    """The model of ``prompting.model``.

    Raises:
        UserError: it cannot be fetched or read, is no causal language model, or lacks weights.
    """
    if isinstance(entry, HubCheckpoint):
        fetched = fetch_checkpoint(entry.repository, entry.revision, HfApi())
        folder, weights, name = fetched.folder, fetched.weights, entry.repository
        commit = fetched.origin["commit"]
    else:
        folder, commit = Path(entry.folder), ""
        weights, name = folder / WEIGHTS, folder.resolve().name
        names = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
        refuse_adapter(names, f"{folder}/")
        refuse_without_weights(names, f"{folder}/")
        refuse_without_tokenizer(names, f"{folder}/")
    config = checked_config(folder / "config.json")
    if not ARCHITECTURES[config["model_type"]].decoder:
        decoders = ", ".join(known for known, facts in ARCHITECTURES.items() if facts.decoder)
        raise UserError(f"{folder}/config.json: model_type: expected a causal language model, {decoders}, found "
                        f"{config['model_type']}; name another model in prompting.model")
    # Converted weights are of another commit, in another folder.
    parsed = AutoConfig.from_pretrained(folder, trust_remote_code=False, local_files_only=True)
    model, missing = load_checkpoint(AutoModelForCausalLM, weights.parent, parsed, weights)
    tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=False, local_files_only=True)
    if missing:
        raise UserError(f"{weights}: expected the head of a language model, found none of {min(missing)}; name another "
                        "model in prompting.model")
    return LanguageModel(name, model.eval(), tokenizer, sha256(weights), commit)

