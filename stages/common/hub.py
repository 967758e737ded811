"""Repositories of the Hugging Face Hub: files of one commit, verified against its listing, or found in its cache."""

import hashlib
import logging
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
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

ANSWER_TIMEOUT = 30.0  # seconds without an answer
_COMMIT = re.compile(r"[0-9a-f]{40}")
_ELSEWHERE = "set HF_ENDPOINT to a mirror, or set HF_HUB_OFFLINE=1 if the cache (HF_HOME) has been filled"
_LOG_IN = "log in with `hf auth login` or set HF_TOKEN to a token"


@dataclass(frozen=True)
class Commit:
    """``files`` maps paths to their SHA-256 or git blob id, or None if neither is known."""

    commit: str
    files: Mapping[str, str | None]


@dataclass(frozen=True)
class Repository:
    """A repository in its present state on the Hub.

    Attributes:
        name: ``owner/name``, or ``name`` for some of the oldest.
        revision: branch, tag, commit or ``refs/pr/N`` that errors name.
        api: client of the Hub; a plain ``HfApi()`` follows HF_ENDPOINT and HF_TOKEN.
    """

    name: str
    revision: str
    api: HfApi
    kind: Literal["model", "dataset"] = "model"

    @property
    def place(self) -> str:
        """The repository and its revision, for people."""
        return f"{self.name} at {self.revision}"

    def resolve(self, revision: str) -> Commit:
        """The present commit of the revision."""
        self._check_endpoint()
        with self.explained():
            info = self.api.repo_info(self.name, repo_type=self.kind, revision=revision, files_metadata=True,
                                      timeout=ANSWER_TIMEOUT)
            if not _COMMIT.fullmatch(info.sha or "") or info.siblings is None:
                raise ValueError("no commit or no files")
            return Commit(str(info.sha), {file.rfilename: file.lfs.sha256 if file.lfs else file.blob_id
                                          for file in info.siblings})

    def _check_endpoint(self) -> None:
        try:
            parts = urlsplit(self.api.endpoint)
            usable = parts.scheme in ("http", "https") and parts.hostname and (parts.port or True)
        except ValueError:
            usable = False
        if not usable:  # not shown, because it may contain a password
            raise UserError("HF_ENDPOINT: expected an address such as https://host, found something else; correct or "
                            "unset it")

    def take(self, commit: Commit, names: Collection[str]) -> Path:
        """Folder with those of the named files that the commit has, and possibly others."""
        wanted = [name for name in names if name in commit.files]
        with self.explained():
            folder = Path(self.api.snapshot_download(
                self.name, repo_type=self.kind, revision=commit.commit, local_files_only=is_offline_mode(),
                allow_patterns=[re.sub(r"([*?[])", r"[\1]", name) for name in wanted]))
        for name in wanted:
            self._compare(folder / name, commit.files[name])
        return folder

    def _compare(self, path: Path, published: str | None) -> None:
        if not path.is_file():
            raise UserError(f"{self.place}: {path.name}: the Hub lists this file but did not send it; run again")
        if published and published != (sha256(path) if len(published) == 64 else _git_blob_id(path)):
            raise UserError(f"{path.resolve()}: not the {path.name} that the Hub lists for {self.place}, "
                            "which a damaged disk or a mirror can cause; delete this file and run again")

    def remember(self, folder: Path, references: Mapping[str, str]) -> None:
        """Record in the cache to which commit each reference was resolved, as the Hub's own tools do, for use offline.

        ``folder`` is what :meth:`take` returned.
        """
        with suppress(OSError):  # a shared cache may be read-only
            for reference, commit in references.items():
                if reference != commit:
                    write_text(folder.parents[1] / "refs" / reference, commit)

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Let every error be one line about this repository."""
        try:
            yield
        except Exception as error:  # the library passes on those of a dozen other libraries
            raise UserError(f"{self.place}: {self._problem(error)}") from None

    def _problem(self, error: Exception) -> str:
        """Describe the error without the library's message, which quotes addresses and headers with secrets."""
        if isinstance(error, LocalEntryNotFoundError) and isinstance(error.__cause__, Exception):
            error = error.__cause__
        if isinstance(error, GatedRepoError):
            page = f"datasets/{self.name}" if self.kind == "dataset" else self.name
            return (f"gated; accept its terms at {_without_secrets(self.api.endpoint)}/{page}, and {_LOG_IN} of the "
                    "account that did")
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
class _Cached(Repository):
    """A repository in the cache, without any request to the Hub."""

    def resolve(self, revision: str) -> Commit:
        """The commit of the revision when it was last fetched."""
        with self.explained():
            folder = Path(self.api.snapshot_download(
                self.name, repo_type=self.kind, revision=revision, allow_patterns=[], local_files_only=True))
            tree = get_cached_repo_tree(self.name, repo_type=self.kind, revision=folder.name)
        # The cached listing has no digests of large files.
        return Commit(folder.name, {file.path: None for file in tree})

    def remember(self, folder: Path, references: Mapping[str, str]) -> None:
        """Do nothing: the cache already has it."""

    def _problem(self, error: Exception) -> str:
        if isinstance(error, LocalEntryNotFoundError | CachedRepoTreeNotFoundError):
            return ("not in the cache, or not all of it, and HF_HUB_OFFLINE=1 allows no download; run once without it, "
                    "or set HF_HOME to a folder that has been filled so")
        return super()._problem(error)


def open_repository(
    name: str, revision: str, api: HfApi, kind: Literal["model", "dataset"] = "model"
) -> Repository:
    """The repository on the Hub, or in its cache if HF_HUB_OFFLINE=1."""
    return (_Cached if is_offline_mode() else Repository)(name, revision, api, kind)


def _status_problem(error: HfHubHTTPError) -> str:
    status = error.response.status_code
    if error.response.headers.get("X-Error-Message") == "Invalid credentials in Authorization header":
        return "the Hub does not accept the token; renew or unset HF_TOKEN"
    if isinstance(error, RepositoryNotFoundError) or status in (401, 404):
        return f"no such repository, or a private one; correct its name, or {_LOG_IN} that may read it"
    if status == 403:
        return f"the Hub refuses access (status 403); {_LOG_IN} that may read it"
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
def log_without_secrets() -> Iterator[None]:
    """Remove secrets from addresses in the library's messages about retries."""
    handlers, secrets = logging.getLogger("huggingface_hub").handlers, _SecretsFilter()
    for handler in handlers:
        handler.addFilter(secrets)
    try:
        yield
    finally:
        for handler in handlers:
            handler.removeFilter(secrets)
