"""What check_params says of the project's settings with a slip of the pen."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from stages.common.errors import UserError
from stages.common.sources import ROOT
from stages.settings.schema import check_params


def refusal(folder: Path, monkeypatch: pytest.MonkeyPatch, edits: Mapping[str, str]) -> str:
    """The error that ``edits`` of params.yaml give, each made once; the file is written to ``folder``."""
    text = (ROOT / "params.yaml").read_text("utf-8")
    for old, new in edits.items():
        assert old in text, f"params.yaml has no {old!r}"
        text = text.replace(old, new, 1)
    (folder / "params.yaml").write_text(text, "utf-8")
    monkeypatch.chdir(folder)
    with pytest.raises(UserError) as caught:
        check_params()
    return str(caught.value)
