"""Fetch checkpoints from the Hugging Face Hub: at one commit, verified against its listing, never as pickles."""

import hashlib
import logging
import re
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from huggingface_hub import HfApi, get_cached_repo_tree, is_offline_mode
from huggingface_hub.errors import (
    CachedRepoTreeNotFoundError,
    DisabledRepoError,
    FileMetadataError,
    GatedRepoError,
    HfHubHTTPError,
    LocalEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.utils import httpx

from stages.common.errors import UserError
from stages.common.files import sha256, write_text
from stages.models.local import (
    TOKENIZER_FILES,
    WEIGHTS,
    Origin,
    checked_config,
    pickles,
    refuse_without_tokenizer,
    refuse_without_weights,
)

ANSWER_TIMEOUT = 30.0  # seconds without an answer
SMALL_FILES = ("config.json", *TOKENIZER_FILES)
# The account and the title of the Hub's own pull requests with converted weights. Anybody can use the title.
CONVERTER = "SFconvertbot"
CONVERSION_TITLE = "Adding `safetensors` variant of this model"
CONVERTED = ("config.json", "pytorch_model.bin")  # the inputs of a conversion
_COMMIT = re.compile(r"[0-9a-f]{40}")
_ELSEWHERE = "set HF_ENDPOINT to a mirror, or set HF_HUB_OFFLINE=1 if the cache (HF_HOME) has been filled"


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


@dataclass(frozen=True)
class _Commit:
    """``files`` maps names at the root to their SHA-256 or git blob id, or None if neither is known."""

    commit: str
    files: dict[str, str | None]


def fetch_checkpoint(repository: str, revision: str, api: HfApi, cache: Path | None = None) -> FetchedCheckpoint:
    """Download a checkpoint to the cache, or find it there if HF_HUB_OFFLINE=1.

    The revision is resolved once, and every file is fetched at that commit. If it has only pickled weights, the Hub's
    own conversion of exactly these files is used, if there is one.

    Args:
        repository: ``owner/name``, or ``name`` for some of the oldest.
        revision: branch, tag, commit or ``refs/pr/N``.
        api: client of the Hub; a plain ``HfApi()`` follows HF_ENDPOINT and HF_TOKEN.
        cache: folder of the cache; the default is that of HF_HOME.

    Raises:
        UserError: the checkpoint cannot be downloaded or cannot be used, for example because it needs its own code or
            has its weights in several files.
    """
    source = (_Cached if is_offline_mode() else _Published)(repository, revision, api, cache)
    with _log_without_secrets():
        chosen = source.resolve(revision)
        conversion = source.conversion(chosen) if _has_pickles_alone(chosen.files) else None
        if conversion is None:
            refuse_without_weights(chosen.files, f"{source.place}: ")
        refuse_without_tokenizer(chosen.files, f"{source.place}: ")
        folder = source.take(chosen, SMALL_FILES)
        checked_config(folder / "config.json")
        weights = source.take(conversion or chosen, (WEIGHTS,)) / WEIGHTS
    source.remember(folder, chosen, conversion)
    origin = Origin(source="hub", synthetic=False, repository=repository, revision=revision, commit=chosen.commit)
    if conversion:
        origin["conversion"] = conversion.commit
        print(f"{source.place}: the weights are pickled; taking the Hub's own conversion to safetensors, commit "
              f"{conversion.commit}", file=sys.stderr)
    return FetchedCheckpoint(folder, weights, origin | {"weights_sha256": sha256(weights)})


def _has_pickles_alone(names: Collection[str]) -> bool:
    return bool(pickles(names)) and WEIGHTS not in names and f"{WEIGHTS}.index.json" not in names


@dataclass(frozen=True)
class _Published:
    """A repository in its present state on the Hub."""

    repository: str
    revision: str
    api: HfApi
    cache: Path | None

    @property
    def place(self) -> str:
        return f"{self.repository} at {self.revision}"

    def resolve(self, revision: str) -> _Commit:
        """The present commit of the revision."""
        self._check_endpoint()
        with self._explained():
            info = self.api.model_info(self.repository, revision=revision, files_metadata=True, timeout=ANSWER_TIMEOUT)
            if not _COMMIT.fullmatch(info.sha or "") or info.siblings is None:
                raise ValueError("no commit or no files")
            files = {file.rfilename: file.lfs.sha256 if file.lfs else file.blob_id for file in info.siblings}
        return _Commit(str(info.sha), {name: digest for name, digest in files.items() if "/" not in name})

    def _check_endpoint(self) -> None:
        try:
            parts = urlsplit(self.api.endpoint)
            usable = parts.scheme in ("http", "https") and parts.hostname and (parts.port or True)
        except ValueError:
            usable = False
        if not usable:  # not shown, because it may contain a password
            raise UserError("HF_ENDPOINT: expected an address such as https://host, found something else; correct or "
                            "unset it")

    def conversion(self, chosen: _Commit) -> _Commit:
        """The Hub's own conversion of exactly the files of ``chosen``."""
        for reference in self._proposals():
            proposed = self.resolve(reference)
            same = all(chosen.files.get(name) and chosen.files[name] == proposed.files.get(name) for name in CONVERTED)
            if same and WEIGHTS in proposed.files:
                return proposed
        raise UserError(
            f"{self.place}: {pickles(chosen.files)[0]}: pickled weights are never loaded, since a pickle can run code, "
            "and the Hub has no conversion of these files of its own; have it convert them at "
            "https://huggingface.co/spaces/safetensors/convert and run again, or set `revision` to the refs/pr/N that "
            "this opens, or convert them yourself where you trust them and use `source: local`")

    def _proposals(self) -> list[str]:
        """Git references of the open pull requests of the Hub's converter, the oldest first."""
        with self._explained():
            try:
                found = [one for one in self.api.get_repo_discussions(
                    self.repository, author=CONVERTER, discussion_type="pull_request", discussion_status="open")
                    if (one.author, one.title, one.status, one.is_pull_request)
                    == (CONVERTER, CONVERSION_TITLE, "open", True)]
            except HfHubHTTPError as error:
                if error.response.status_code not in (403, 404):  # an owner can disable pull requests
                    raise
                found = []
        return [f"refs/pr/{one.num}" for one in sorted(found, key=lambda one: one.num)]

    def take(self, commit: _Commit, names: Collection[str]) -> Path:
        """Folder with those of the named files that the commit has, and possibly others."""
        wanted = [name for name in names if name in commit.files]
        with self._explained():
            folder = Path(self.api.snapshot_download(
                self.repository, revision=commit.commit, cache_dir=self.cache, allow_patterns=wanted,
                local_files_only=is_offline_mode()))
        for name in wanted:
            self._compare(folder / name, commit.files[name])
        return folder

    def _compare(self, path: Path, published: str | None) -> None:
        if not path.is_file():
            raise UserError(f"{self.place}: {path.name}: the Hub lists this file but did not send it; run again")
        if published and published != (sha256(path) if len(published) == 64 else _git_blob_id(path)):
            raise UserError(f"{path.resolve()}: not the {path.name} that the Hub lists for {self.place}, "
                            "which a damaged disk or a mirror can cause; delete this file and run again")

    def remember(self, folder: Path, chosen: _Commit, conversion: _Commit | None) -> None:
        """Record in the cache what was resolved, as the Hub's own tools do, for use offline."""
        references = folder.parents[1] / "refs"
        with suppress(OSError):  # a shared cache may be read-only
            if self.revision != chosen.commit:
                write_text(references / self.revision, chosen.commit)
            if conversion:
                write_text(references / _conversion_reference(chosen), conversion.commit)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # the library passes on those of a dozen other libraries
            raise UserError(f"{self.place}: {self._problem(error)}") from None

    def _problem(self, error: Exception) -> str:
        """Describe the error without the library's message, which quotes addresses and headers with secrets."""
        if isinstance(error, LocalEntryNotFoundError) and isinstance(error.__cause__, Exception):
            error = error.__cause__
        if isinstance(error, GatedRepoError):
            return (f"gated; accept its terms at {_without_secrets(self.api.endpoint)}/{self.repository}, and set "
                    "HF_TOKEN to a token of the account that did")
        if isinstance(error, RevisionNotFoundError):
            return "no such revision; set `revision` to a branch, tag, commit or refs/pr/N that the repository has"
        if isinstance(error, DisabledRepoError):
            return "the Hub has closed this repository; use another"
        if isinstance(error, HfHubHTTPError):
            return _status_problem(error)
        if isinstance(error, UnicodeEncodeError | httpx.LocalProtocolError):
            return "HF_TOKEN contains invalid characters; set it again"
        if isinstance(error, httpx.HTTPError):
            return (f"the connection to {self._host(error)} fails ({type(error).__name__}); check the network and run "
                    f"again, {_ELSEWHERE}")
        if isinstance(error, OSError) and error.errno:
            return (f"the cache cannot be written ({error.strerror}); make room or set HF_HOME to a folder that has "
                    "some and may be written")
        if isinstance(error, FileMetadataError | ValueError | KeyError | TypeError | AttributeError):
            return "this is not an answer of a Hub; correct or unset HF_ENDPOINT"
        return (f"the download was interrupted ({type(error).__name__}); run again, and if a firewall allows only the "
                "Hub itself, set HF_HUB_DISABLE_XET=1")

    def _host(self, error: httpx.HTTPError) -> str:
        """The host that did not answer: large files come from other hosts, which a firewall may block."""
        try:
            return str(error.request.url.netloc.decode())
        except RuntimeError:  # there was no request yet
            return str(urlsplit(self.api.endpoint).hostname)


@dataclass(frozen=True)
class _Cached(_Published):
    """A repository in the cache, without any request to the Hub."""

    def resolve(self, revision: str) -> _Commit:
        """The commit of the revision when it was last fetched."""
        with self._explained():
            folder = Path(self.api.snapshot_download(
                self.repository, revision=revision, cache_dir=self.cache, allow_patterns=[], local_files_only=True))
            tree = get_cached_repo_tree(self.repository, revision=folder.name, cache_dir=self.cache)
        # The cached listing has no digests of large files.
        return _Commit(folder.name, {file.path: None for file in tree if "/" not in file.path})

    def conversion(self, chosen: _Commit) -> _Commit:
        """The conversion that was fetched for ``chosen``."""
        return self.resolve(_conversion_reference(chosen))

    def remember(self, folder: Path, chosen: _Commit, conversion: _Commit | None) -> None:
        """Do nothing: the cache already has it."""

    def _problem(self, error: Exception) -> str:
        if isinstance(error, LocalEntryNotFoundError | CachedRepoTreeNotFoundError):
            return ("not in the cache, or not all of it, and HF_HUB_OFFLINE=1 allows no download; run once without it, "
                    "or set HF_HOME to a folder that has been filled so")
        return super()._problem(error)


def _conversion_reference(chosen: _Commit) -> str:
    """The reference in the cache to the conversion of a commit; it cannot be the name of a branch."""
    return f"headstart/conversion-of-{chosen.commit}"


def _status_problem(error: HfHubHTTPError) -> str:
    status = error.response.status_code
    if error.response.headers.get("X-Error-Message") == "Invalid credentials in Authorization header":
        return "the Hub does not accept the token; renew or unset HF_TOKEN"
    if isinstance(error, RepositoryNotFoundError) or status in (401, 404):
        return ("no such repository, or a private one; correct `repository`, or set HF_TOKEN to a token that may read "
                "it")
    if status == 403:
        return "the Hub refuses access (status 403); set HF_TOKEN to a token that may read it"
    if status == 429:
        return "too many requests (status 429); run again in some minutes, or set HF_TOKEN, with which more are allowed"
    return f"the Hub answers with status {status}; run again later, {_ELSEWHERE}"


def _git_blob_id(path: Path) -> str:
    content = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _without_secrets(text: str) -> str:
    """The text without the user, password and query of its addresses; a query may be a signature."""
    return re.sub(r"(?<=://)[^/\s]*@|(?<=[^\s?])\?\S*", "", text)


class _SecretsFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _without_secrets(record.getMessage()), ()
        return True


@contextmanager
def _log_without_secrets() -> Iterator[None]:
    """Remove secrets from addresses in the library's messages about retries."""
    handlers, secrets = logging.getLogger("huggingface_hub").handlers, _SecretsFilter()
    for handler in handlers:
        handler.addFilter(secrets)
    try:
        yield
    finally:
        for handler in handlers:
            handler.removeFilter(secrets)
