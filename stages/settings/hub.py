"""Names of the Hugging Face Hub in settings: of repositories, of revisions, and of configurations of data sets."""

import re
from typing import Annotated

from pydantic import AfterValidator

MAIN = "main"  # the branch where no revision is named


def is_repository(value: str) -> bool:
    """Whether the Hub could have a repository of this name; its cache writes "--" for "/"."""
    spelled = re.fullmatch(r"(\w[\w.-]{0,95}/)?\w[\w.-]{0,95}", value, re.ASCII)
    return bool(spelled) and not re.search(r"--|\.\.|\.git$|[.-]$", value)


def is_revision(value: str) -> bool:
    """Whether git could have a branch, tag or commit of this name."""
    return bool(re.fullmatch(r"\w[\w.+/-]{0,254}", value, re.ASCII)) and not re.search(r"\.\.|//|/\.|[/.]$", value)


def check_repository(value: str) -> str:
    """The name itself, or a ``ValueError`` that says what was expected."""
    if not is_repository(value):
        raise ValueError("expected owner/name of a repository of the Hugging Face Hub")
    return value


def _revision(value: str) -> str:
    if not is_revision(value):
        raise ValueError("expected a branch, tag, commit or refs/pr/N")
    return value


Repository = Annotated[str, AfterValidator(check_repository)]
Revision = Annotated[str, AfterValidator(_revision)]
