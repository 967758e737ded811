"""Hook of MkDocs: links out of docs/ lead to the files of the repository, which the published pages do not have."""

import os
import re
from pathlib import PurePosixPath
from typing import Any

_LINK = re.compile(r"!?\[([^\]]*)\]\((\.\./[^)#\s]+)\)")


def on_config(config: Any) -> Any:
    """The repository is the one whose workflow builds the pages; elsewhere nobody knows where it is."""
    if name := os.environ.get("GITHUB_REPOSITORY"):
        config.repo_url = f"{os.environ.get('GITHUB_SERVER_URL', 'https://github.com')}/{name}"
    return config


def on_page_markdown(markdown: str, *, page: Any, config: Any, **_: Any) -> str:
    """Rewrite the links of one page, whose name is ``page.file.src_uri``; without a repository, keep their text."""
    folder = PurePosixPath("docs") / PurePosixPath(page.file.src_uri).parent

    def rewritten(link: re.Match[str]) -> str:
        path = os.path.normpath(folder / link[2])
        if path.startswith("docs/"):
            return link[0]
        raw = "?raw=true" if path.endswith(".png") else ""
        return link[0].replace(link[2], f"{config.repo_url}/blob/main/{path}{raw}") if config.repo_url else link[1]

    return _LINK.sub(rewritten, markdown)
