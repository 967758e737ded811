"""The pins of the published corpora: ``stages/corpora/published.yaml``."""

from pathlib import Path

from pydantic import Field

from stages.common.errors import UserError
from stages.settings.base import Settings, validated
from stages.settings.yaml12 import parse_yaml

PINS = Path("stages/corpora/published.yaml")


class PublishedFile(Settings):
    """One published file.

    Attributes:
        name: file name.
        bytes, sha256: size and digest; a file with others is refused.
        urls: addresses, tried in order.
        members: files to extract from a zip archive.
    """

    name: str = Field(pattern=r"^[\w.-]+$")
    bytes: int = Field(gt=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    urls: list[str] = Field(min_length=1)
    members: list[str] = Field(default_factory=list)


class PublishedCorpus(Settings):
    """A published corpus.

    Attributes:
        homepage: page of its authors.
        licence: terms of use, in short.
        files: what to download.
    """

    homepage: str
    licence: str
    files: list[PublishedFile] = Field(min_length=1)


def published_corpus(corpus: str) -> PublishedCorpus:
    """The pins of ``corpus``, read in the working directory.

    Raises:
        UserError: the file is missing or malformed, or has no pins for ``corpus``.
    """
    try:
        corpora = parse_yaml(PINS.read_text("utf-8"), str(PINS))
    except FileNotFoundError:
        raise UserError(f"{PINS}: no such file; run from the root of the repository") from None
    if not isinstance(corpora, dict) or corpora.get(corpus) is None:
        raise UserError(f"{PINS}: no pins for '{corpus}'; add them, or set `source` to local in params.yaml")
    return validated(PublishedCorpus, corpora[corpus], corpus, str(PINS))
