"""Results that DVC found in place, and did not run, are put into its run cache: else it could not come back to them.

DVC enters a stage there when it has run it. After a clone, stages are skipped whose committed results are what
dvc.lock says: once an edit has replaced these, taking it back would run such a stage.
"""

from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import Any

from stages.common.errors import UserError
from stages.settings.yaml12 import parse_yaml

LOCK = "dvc.lock"


def lock_entries(folder: Path = Path()) -> dict[str, Any]:
    """What DVC noted of the stages that it ran, by their names; none where it ran none."""
    path = folder / LOCK
    return (parse_yaml(path.read_text("utf-8"), str(path)) or {}).get("stages", {}) if path.exists() else {}


def keep_results() -> None:
    """Enter every stage of dvc.lock whose outputs are in place, or in DVC's cache.

    Outputs that git keeps are copied into the cache for that. DVC does the same where it has run a stage, but not if
    an output is neither a plot nor a metric.

    Nothing is kept while another DVC holds the lock of the repository, nor where DVC, which tells why, cannot work.
    """
    if not Path(LOCK).exists():
        return
    # Imported here because a wrong setting is told without them.
    from dvc.exceptions import DvcException
    from dvc.repo import Repo
    from dvc.stage.cache import _get_cache_hash
    from dvc.utils.serialize import dump_yaml

    with suppress(DvcException, UserError), Repo() as repo, repo.lock:
        for entry in lock_entries().values():
            key = _get_cache_hash(deepcopy(entry), key=True)  # it takes the hashes of outputs out
            path = Path(repo.stage_cache._get_cache_path(key, _get_cache_hash(deepcopy(entry))))
            if path.exists() or not entry.get("deps"):
                continue
            outputs = repo.stage_cache._create_stage(entry).outs
            missing = [output for output in outputs if output.changed_cache()]
            if any(output.workspace_status() for output in missing):
                continue
            for output in missing:
                output.commit(relink=False)
            path.parent.mkdir(parents=True, exist_ok=True)
            dump_yaml(partial := path.with_name(f"{path.name}.tmp"), entry)
            partial.replace(path)
