"""Fetch checkpoints from the Hugging Face Hub: at one commit, verified against its listing, never as pickles."""

import sys
from dataclasses import dataclass
from pathlib import Path

from huggingface_hub import HfApi, is_offline_mode
from huggingface_hub.errors import HfHubHTTPError

from stages.common.errors import UserError
from stages.common.files import sha256
from stages.common.hub import Commit, Repository, log_without_secrets, open_repository
from stages.models.local import (
    TOKENIZER_FILES,
    WEIGHTS,
    Origin,
    checked_config,
    pickles,
    refuse_adapter,
    refuse_without_tokenizer,
    refuse_without_weights,
)

SMALL_FILES = ("config.json", *TOKENIZER_FILES)
# The account and the title of the Hub's own pull requests with converted weights. Anybody can use the title.
CONVERTER = "SFconvertbot"
CONVERSION_TITLE = "Adding `safetensors` variant of this model"
CONVERTED = ("config.json", "pytorch_model.bin")  # the inputs of a conversion


@dataclass(frozen=True)
class FetchedCheckpoint:
    """Files in the Hub's cache.

    Attributes:
        folder: folder with config.json and the files of the tokenizer.
        weights: file of the weights; that of a conversion comes from another commit.
        origin: content of ``origin.json``.
    """

    folder: Path
    weights: Path
    origin: Origin


def fetch_checkpoint(repository: str, revision: str, api: HfApi) -> FetchedCheckpoint:
    """Download a checkpoint to the cache, or find it there if HF_HUB_OFFLINE=1.

    The revision is resolved once, and every file is fetched at that commit. If it has only pickled weights, the Hub's
    own conversion of exactly these files is used, if there is one.

    Args:
        repository: ``owner/name``, or ``name`` for some of the oldest.
        revision: branch, tag, commit or ``refs/pr/N``.
        api: client of the Hub; a plain ``HfApi()`` follows HF_ENDPOINT and HF_TOKEN.

    Raises:
        UserError: the checkpoint cannot be downloaded or cannot be used, for example because it needs its own code or
            has its weights in several files.
    """
    source = open_repository(repository, revision, api)
    with log_without_secrets():
        chosen = _at_root(source, revision)
        refuse_adapter(chosen.files, f"{source.place}: ")
        pickled = pickles(chosen.files) and not {WEIGHTS, f"{WEIGHTS}.index.json"} & chosen.files.keys()
        conversion = _conversion(source, chosen) if pickled else None
        if conversion is None:
            refuse_without_weights(chosen.files, f"{source.place}: ")
        refuse_without_tokenizer(chosen.files, f"{source.place}: ")
        folder = source.take(chosen, SMALL_FILES)
        checked_config(folder / "config.json")
        weights = source.take(conversion or chosen, (WEIGHTS,)) / WEIGHTS
    source.remember(folder, {revision: chosen.commit} | (
        {_conversion_reference(chosen): conversion.commit} if conversion else {}))
    origin = Origin(source="hub", synthetic=False, repository=repository, revision=revision, commit=chosen.commit)
    if conversion:
        origin["conversion"] = conversion.commit
        print(f"{source.place}: the weights are pickled; taking the Hub's own conversion to safetensors, commit "
              f"{conversion.commit}", file=sys.stderr)
    return FetchedCheckpoint(folder, weights, origin | {"weights_sha256": sha256(weights)})


def _at_root(source: Repository, revision: str) -> Commit:
    """A commit with the files at its root alone; other folders have other formats."""
    found = source.resolve(revision)
    return Commit(found.commit, {name: digest for name, digest in found.files.items() if "/" not in name})


def _conversion(source: Repository, chosen: Commit) -> Commit:
    """The Hub's own conversion of exactly the files of ``chosen``; offline, the one that was fetched for it."""
    if is_offline_mode():
        return _at_root(source, _conversion_reference(chosen))
    for reference in _proposals(source):
        proposed = _at_root(source, reference)
        same = all(chosen.files.get(name) and chosen.files[name] == proposed.files.get(name) for name in CONVERTED)
        if same and WEIGHTS in proposed.files:
            return proposed
    raise UserError(
        f"{source.place}: {pickles(chosen.files)[0]}: pickled weights are never loaded, since a pickle can run code, "
        "and the Hub has no conversion of these files of its own; have it convert them at "
        "https://huggingface.co/spaces/safetensors/convert and run again, or set `revision` to the refs/pr/N that "
        "this opens, or convert them yourself where you trust them and use `source: local`")


def _proposals(source: Repository) -> list[str]:
    """Git references of the open pull requests of the Hub's converter, the oldest first."""
    with source.explained():
        try:
            found = [one for one in source.api.get_repo_discussions(
                source.name, author=CONVERTER, discussion_type="pull_request", discussion_status="open")
                if (one.author, one.title, one.status, one.is_pull_request)
                == (CONVERTER, CONVERSION_TITLE, "open", True)]
        except HfHubHTTPError as error:
            if error.response.status_code not in (403, 404):  # an owner can disable pull requests
                raise
            found = []
    return [f"refs/pr/{one.num}" for one in sorted(found, key=lambda one: one.num)]


def _conversion_reference(chosen: Commit) -> str:
    """The reference in the cache to the conversion of a commit; it cannot be the name of a branch."""
    return f"headstart/conversion-of-{chosen.commit}"
