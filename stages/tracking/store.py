"""The MLflow store: one per repository, with exactly one run for each distinct result."""

import logging
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

# Both must be set before mlflow is imported.
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
logging.getLogger("alembic").setLevel(logging.WARNING)
logging.getLogger("mlflow").setLevel(logging.WARNING)

from filelock import FileLock  # noqa: E402
from mlflow.entities import Metric, Param  # noqa: E402
from mlflow.tracking import MlflowClient  # noqa: E402

from stages.common.files import new_file  # noqa: E402
from stages.common.repository import repository_root  # noqa: E402

_METRICS_PER_CALL = 1000  # limit of the MLflow REST API
_HASH_TAG = "headstart.result"


@dataclass(frozen=True)
class TrackedRun:
    """What is logged of one cell; ``result`` is a digest of everything that determines and makes up the result."""

    name: str
    result: str
    params: dict[str, object]
    tags: dict[str, str]
    metrics: list[tuple[str, float, int]]


class TrackingStore:
    """Client of the server named by ``MLFLOW_TRACKING_URI``, else of ``mlflow.db`` at the repository root."""

    def __init__(self, folder: Path) -> None:
        root = repository_root(folder)
        server = os.environ.get("MLFLOW_TRACKING_URI")
        self._own = not server
        self._lock = FileLock(root / ".mlflow.lock")
        if self._own:
            with self._lock:
                _create(root / "mlflow.db")
        self._artifacts = (root / "mlartifacts").as_uri() if self._own else None
        self._client = MlflowClient(tracking_uri=server or f"sqlite:///{root / 'mlflow.db'}")

    def log(self, experiment: str, runs: Iterable[TrackedRun]) -> int:
        """Log the runs that the store does not have yet; return how many that were."""
        with self._lock:
            identifier = self._experiment(experiment)
            new = [run for run in runs if not self._exists(identifier, run)]
            for run in new:
                self._log_run(identifier, run)
        return len(new)

    def _experiment(self, name: str) -> str:
        found = self._client.get_experiment_by_name(name)
        if found:
            return found.experiment_id
        location = f"{self._artifacts}/{name}" if self._artifacts else None
        return self._client.create_experiment(name, artifact_location=location)

    def _exists(self, experiment: str, run: TrackedRun) -> bool:
        """Whether the whole run is there; what a kill left of it is removed, but not from a server that others use."""
        found = self._client.search_runs([experiment], f"tags.`{_HASH_TAG}` = '{run.result}'")
        for unfinished in (one for one in found if self._own and one.info.status != "FINISHED"):
            self._client.delete_run(unfinished.info.run_id)
        return any(one.info.status == "FINISHED" for one in found)

    def _log_run(self, experiment: str, run: TrackedRun) -> None:
        tags = run.tags | {_HASH_TAG: run.result}
        created = self._client.create_run(experiment, run_name=run.name, tags=tags).info
        metrics = [Metric(name, value, created.start_time, step) for name, value, step in run.metrics]
        self._client.log_batch(
            created.run_id,
            params=[Param(name, str(value)) for name, value in run.params.items()],
        )
        for start in range(0, len(metrics), _METRICS_PER_CALL):
            self._client.log_batch(created.run_id, metrics=metrics[start : start + _METRICS_PER_CALL])
        self._client.set_terminated(created.run_id)


def _create(database: Path) -> None:
    """Make an empty store; it appears whole or not at all.

    MLflow can neither use nor mend one whose creation was broken off, or that two processes created at once.
    """
    if not database.exists():
        with new_file(database) as partial:
            MlflowClient(tracking_uri=f"sqlite:///{partial}").search_experiments(max_results=1)
