"""Push the outputs of a stage that are kept in git, so that DVC can restore the stage from its run cache elsewhere.

DVC keeps copies of them in its cache, but ``dvc push --run-cache`` omits them: a machine that has only the run cache
would run the stage again. Run it in the repository: ``python -m
stages.spreading.push_git_outputs STAGE``.
"""

import sys

from dvc.repo import Repo
from dvc.stage.serialize import to_single_stage_lockfile


def push_git_outputs(name: str) -> None:
    """Push what the run cache needs of the stage to the default remote."""
    with Repo() as repo:
        [stage] = repo.stage.collect(name)
        # As in the run cache, where all outputs of a stage are cached.
        cached = repo.stage_cache._create_stage(to_single_stage_lockfile(stage))
        for objects in cached.get_used_objs().values():
            repo.cloud.push(objects)


if __name__ == "__main__":
    push_git_outputs(sys.argv[1])
