"""Outputs of cells that the study no longer has.

DVC leaves the outputs of a stage that is gone where they are. A stage that reads their folder would take them for
changed inputs: after an experiment with one more seed was taken back, everything behind training would run again.
What DVC's cache has is removed, and comes back from there with its cell; what it has not is left alone.
"""

import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from stages.common.errors import UserError

if TYPE_CHECKING:
    from dvc.repo import Repo

# Folders that hold nothing but outputs of cells, named after their cells.
_OF_CELLS = ("data/models/*", "data/sized/*", "data/sized/*/*/models", "data/checkpoints")


def remove_left_over() -> list[Path]:
    """Remove what belongs to no stage from the folders of cells that stages read as a whole; return what was removed.

    Nothing is removed where DVC, which says why, cannot work.
    """
    # Imported here because a wrong setting is refused without it.
    from dvc.exceptions import DvcException
    from dvc.repo import Repo

    removed: list[Path] = []
    with suppress(DvcException, UserError), Repo() as repo:
        root = Path(repo.root_dir)
        known = {Path(path) for stage in repo.index.stages
                 for path in (*(out.fs_path for out in stage.outs), *(dep.fs_path for dep in stage.deps))}
        needed = known | {parent for path in known for parent in path.parents}
        for folder in (folder for pattern in _OF_CELLS for folder in sorted(root.glob(pattern)) if folder in known):
            removed += [path.relative_to(root) for path in sorted(folder.iterdir())
                        if path not in needed and not path.name.startswith(".") and _is_cached(path, repo)]
        for path in removed:
            shutil.rmtree(root / path) if (root / path).is_dir() else (root / path).unlink()
    return removed


def _is_cached(path: Path, repo: "Repo") -> bool:
    """Whether DVC's cache has all of it, with the content that it has now."""
    from dvc.output import loads_from
    from dvc.stage import Stage

    files = [path, *path.rglob("*")]
    if any(file.is_symlink() for file in files):
        return False
    stage = Stage(repo, path=str(Path(repo.root_dir) / "dvc.yaml"))
    outputs = loads_from(stage, [str(file) for file in files if file.is_file()])
    for output in outputs:
        output.save()
    return not any(output.changed_cache() for output in outputs)
