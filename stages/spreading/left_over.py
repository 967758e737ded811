"""Outputs of cells and tasks that the study no longer has.

DVC leaves the outputs of a stage that is gone where they are. A stage that reads their folder would take them for
changed inputs: after an experiment with one more seed was taken back, everything behind training would run again.
What DVC's cache has is removed, and comes back from there with its cell. So is a report that git keeps as the pipeline
wrote it, of which a fresh clone has no copy in the cache. Everything else is somebody's own and is left alone.
"""

import shutil
from collections.abc import Sequence
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from stages.common.errors import UserError
from stages.spreading.run_cache import lock_entries

if TYPE_CHECKING:
    from dvc.repo import Repo

# Folders that stages read as a whole, and that hold nothing but outputs of cells, entries or tasks, named after them.
_SHARED = ("data/models/*", "data/sized/*", "data/sized/*/*/models", "data/checkpoints", "reports/*")


def remove_left_over() -> list[Path]:
    """Remove outputs of no present stage from folders that stages read as a whole; return what was removed.

    Nothing is removed where DVC, which says why, cannot work.
    """
    # Imported here because a wrong setting is refused without it.
    from dvc.exceptions import DvcException
    from dvc.repo import Repo

    removed: list[Path] = []
    with suppress(DvcException, UserError), Repo() as repo:
        root = Path(repo.root_dir)
        read, written = ({Path(entry.fs_path) for stage in repo.index.stages for entry in getattr(stage, kind)}
                         for kind in ("deps", "outs"))
        known = read | written
        needed = known | {parent for path in known for parent in path.parents}
        folders = [folder for pattern in _SHARED for folder in sorted(root.glob(pattern)) if folder in read - written]
        unneeded = [path for folder in folders for path in sorted(folder.iterdir())
                    if path not in needed and not path.name.startswith(".")]
        recorded = _recorded(root) if unneeded else {}
        removed = [path.relative_to(root) for path in unneeded if _comes_back(path, repo, recorded)]
        for path in removed:
            shutil.rmtree(root / path) if (root / path).is_dir() else (root / path).unlink()
    return removed


def describe_removed(removed: Sequence[Path]) -> str:
    """One line with all of ``removed``, by folder."""
    folders = "; ".join(f"{folder}: {', '.join(path.name for path in paths)}"
                        for folder, paths in groupby(removed, lambda path: path.parent))
    return f"removed, as params.yaml no longer asks for them (kept by DVC's cache or git): {folders}"


def _recorded(root: Path) -> dict[Path, str]:
    """Digest of every report that DVC has noted in its lock file, of stages that are gone, too."""
    return {root / out["path"]: out["md5"] for entry in lock_entries(root).values() for out in entry.get("outs", ())
            if out["path"].startswith("reports/")}


def _comes_back(path: Path, repo: "Repo", recorded: dict[Path, str]) -> bool:
    """Whether all of it, with the content that it has now, is in DVC's cache or as the pipeline wrote it for git."""
    from dvc.output import loads_from
    from dvc.stage import Stage

    files = [path, *path.rglob("*")]
    if any(file.is_symlink() for file in files):
        return False
    stage = Stage(repo, path=str(Path(repo.root_dir) / "dvc.yaml"))
    outputs = loads_from(stage, [str(file) for file in files if file.is_file()])
    for output in outputs:
        output.hash_info = output.get_hash()  # `save` would write to .gitignore, and refuses what git has
    return not any(output.changed_cache() and recorded.get(Path(output.fs_path)) != output.hash_info.value
                   for output in outputs)
