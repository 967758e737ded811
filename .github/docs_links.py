"""Hook of MkDocs: links out of docs/ lead to the files of the repository, which the published pages do not have."""

import os
import re
from pathlib import PurePosixPath
from typing import Any

_LINK = re.compile(r"\]\((\.\./[^)#\s]+)")


def on_page_markdown(markdown: str, *, page: Any, config: Any, **_: Any) -> str:
    """Rewrite the links of one page; its name is ``page.file.src_uri``."""
    folder = PurePosixPath("docs") / PurePosixPath(page.file.src_uri).parent

    def rewritten(link: re.Match[str]) -> str:
        path = os.path.normpath(folder / link[1])
        raw = "?raw=true" if path.endswith(".png") else ""
        return link[0] if path.startswith("docs/") else f"]({config.repo_url}/blob/main/{path}{raw}"

    return _LINK.sub(rewritten, markdown)
