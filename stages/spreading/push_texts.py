"""Push the outputs of a stage that git keeps, so that DVC can restore the stage from its run cache elsewhere.

DVC puts copies of them into its cache for that, but pushes none: ``dvc push --run-cache`` leaves them out, and a
machine that has the run cache alone would run such a stage again. Run it in the repository: ``python -m
stages.spreading.push_texts STAGE``.
"""

import sys

from dvc.repo import Repo
from dvc.stage.serialize import to_single_stage_lockfile


def push_texts(name: str) -> None:
    """Push what the run cache needs of the stage, to the default remote."""
    with Repo() as repo:
        [stage] = repo.stage.collect(name)
        # As the run cache has it: a stage whose outputs are all cached.
        cached = repo.stage_cache._create_stage(to_single_stage_lockfile(stage))
        for objects in cached.get_used_objs().values():
            repo.cloud.push(objects)


if __name__ == "__main__":
    push_texts(sys.argv[1])
