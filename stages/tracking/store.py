"""The MLflow store: one per repository, with exactly one run for each distinct result."""

import logging
import math
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any

# These must be set before mlflow is imported.
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
# A server that answered a moment ago is retried for 14 seconds; MLflow's default is three minutes.
os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "3")

from filelock import FileLock
from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param, Run
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient
from mlflow.utils.mlflow_tags import MLFLOW_DATASET_CONTEXT, MLFLOW_PARENT_RUN_ID
from requests import RequestException
from sqlalchemy.exc import SQLAlchemyError

from stages.common.errors import UserError
from stages.common.files import new_file
from stages.common.repository import repository_root
from stages.tracking.address import Address, check_address, find_address, sqlite_uri
from stages.tracking.database import is_made, move_locations

# After the imports, which set levels of their own.
for _logger in ("alembic", "mlflow"):
    logging.getLogger(_logger).setLevel(logging.WARNING)
logging.getLogger("mlflow.store.db.utils").setLevel(logging.CRITICAL)  # it logs the traceback of what it raises
_METRICS_PER_CALL = 1000  # limit of the MLflow REST API
_HASH_TAG = "headstart.result"
_LIVE_TAG = "headstart.live"
_MODEL = "model"  # folder among the artifacts of a run
_MODEL_TAG = "headstart.model"
CELL_TAG = "headstart.cell"
_NO_SETTINGS = ("sha256_", "numerics_")  # parameters of a run that no setting decides alone
_MOST_DIFFERENCES = 3  # in a run's name


@dataclass(frozen=True)
class TrackedRun:
    """The facts to log of one cell, or of an arm, whose runs are its ``children``.

    Attributes:
        result: digest of everything that determines or belongs to the result.
        changing: tags that may change while the result stays, such as the doctor's findings.
        tables: columns by name, by the name of the file.
        files: artifacts, which keep the name of their folder.
        data: digests of the "training" and "validation" sets.
        seconds: duration of the training if it ran here; not part of the result.
        model: writes the trained model to a new folder, for the store to keep.
        children: results of runs that are logged before this one, and shown below it.
        changing_metrics: metrics that may change while the result stays; MLflow shows the last value. What no longer
            holds is None: MLflow keeps a metric, and then shows no number.
    """

    name: str
    result: str
    params: dict[str, object]
    tags: dict[str, str]
    metrics: list[tuple[str, float, int]]
    changing: dict[str, str] = field(default_factory=dict)
    tables: dict[str, dict[str, list[Any]]] = field(default_factory=dict)
    files: tuple[Path, ...] = ()
    data: dict[str, str] = field(default_factory=dict)
    seconds: float | None = None
    model: Callable[[Path], None] | None = None
    children: tuple[str, ...] = ()
    changing_metrics: dict[str, float | None] = field(default_factory=dict)


class TrackingStore:
    """Client of the server or database named by ``MLFLOW_TRACKING_URI``, else of ``mlflow.db`` at the repository root.

    Every failure of the store is a :class:`UserError` that names its address.
    """

    def __init__(self, folder: Path) -> None:
        self._address = find_address(folder)
        self._own = self._address.own
        self._lock = FileLock(repository_root(folder) / ".mlflow.lock")
        with self._lock, _in_one_line(self._address):
            check_address(self._address)
            if self._own and self._address.database:
                _create(self._address.database)
                # No artifact goes into the folder from which this one was copied or moved.
                if changed := move_locations(self._address.database, str(self._address.artifacts)):
                    print(f"{self._address.database}: was made in another folder; {changed} addresses of artifacts now "
                          "lead to this one", file=sys.stderr)
            self._client = MlflowClient(tracking_uri=self._address.uri)

    def log(self, experiment: str, runs: Iterable[TrackedRun], tags: Mapping[str, str] = MappingProxyType({})) -> int:
        """Log the runs that the store does not have yet, children before their parents; return their number.

        ``tags`` of the experiment describe it to those who open it.
        """
        new, known = 0, {}
        with self._lock, _in_one_line(self._address):
            identifier = self._experiment(experiment)
            for name, value in tags.items():
                self._client.set_experiment_tag(identifier, name, value)
            for run in runs:
                found = self._finished(identifier, run)
                children = [known[child] for child in run.children]
                known[run.result] = found or self._log_run(identifier, run)
                new += not found
                for child in children:
                    self._client.set_tag(child, MLFLOW_PARENT_RUN_ID, known[run.result])
                for name, value in run.changing.items():
                    self._client.set_tag(known[run.result], name, value)
                self._update_metrics(known[run.result], run.changing_metrics)
                self._log_model(known[run.result], run.model)
                for path in run.files:  # they may be other than before while the result stays
                    self._client.log_artifact(known[run.result], str(path), path.parent.name)
        return new

    def _update_metrics(self, run: str, values: dict[str, float | None]) -> None:
        logged = self._client.get_run(run).data.metrics if values else {}
        shown = {name: None if math.isnan(value) else value for name, value in logged.items()}
        for name, value in values.items():
            if shown.get(name) != value:
                self._client.log_metric(run, name, math.nan if value is None else value)

    def _log_model(self, run: str, write: Callable[[Path], None] | None) -> None:
        if write is None or _MODEL_TAG in self._client.get_run(run).data.tags:
            return
        with TemporaryDirectory() as folder:
            write(Path(folder) / _MODEL)
            self._client.log_artifacts(run, folder)
        self._client.set_tag(run, _MODEL_TAG, "true")  # last, so that what was cut off is logged again

    def experiments(self) -> dict[str, str]:
        """The identifier of every experiment by its name; MLflow's own empty one is left out."""
        with _in_one_line(self._address):
            return {found.name: found.experiment_id for found in self._client.search_experiments(
                order_by=["experiment_id ASC"]) if found.name != "Default"}

    def start_live(self, experiment: str, name: str, params: dict[str, object]) -> str:
        """Create a run for training in progress; return its id."""
        with self._lock, _in_one_line(self._address):
            identifier = self._experiment(experiment)
            run = self._client.create_run(identifier, run_name=name, tags={_LIVE_TAG: "true"}).info.run_id
            self._client.log_batch(run, params=[Param(key, str(value)) for key, value in params.items()])
        return str(run)

    def add(self, run: str, metrics: Iterable[tuple[str, float, int]], time_stamp: int) -> None:
        """Add measurements made at ``time_stamp`` (milliseconds since 1970) to a run."""
        found = [Metric(name, value, time_stamp, step) for name, value, step in metrics]
        with _in_one_line(self._address):
            for start in range(0, len(found), _METRICS_PER_CALL):
                self._client.log_batch(run, metrics=found[start : start + _METRICS_PER_CALL])

    def drop(self, run: str) -> None:
        """Remove a live run: its training has ended, and its result is logged as another run."""
        with _in_one_line(self._address):
            self._client.set_terminated(run, "FINISHED")
            self._client.delete_run(run)

    def drop_live(self) -> None:
        """Remove the live runs of a follower that was killed."""
        with _in_one_line(self._address):
            for experiment in self._client.search_experiments():
                for run in self._client.search_runs([experiment.experiment_id], f"tags.`{_LIVE_TAG}` = 'true'"):
                    self._client.delete_run(run.info.run_id)

    def _experiment(self, name: str) -> str:
        found = self._client.get_experiment_by_name(name)
        if found:
            if found.lifecycle_stage == "deleted":
                self._client.restore_experiment(found.experiment_id)
            return found.experiment_id
        location = f"{self._address.artifacts}/{name}" if self._address.artifacts else None
        try:
            return self._client.create_experiment(name, artifact_location=location)
        except MlflowException:
            # On a server another machine may have been first; anything else fails again here.
            if found := self._client.get_experiment_by_name(name):
                return found.experiment_id
            raise

    def _finished(self, experiment: str, run: TrackedRun) -> str:
        """Id of the run if it is complete, else ""; incomplete ones are removed unless others write to the store."""
        found = self._of_result(experiment, run)
        for unfinished in (one for one in found if self._own and one.info.status != "FINISHED"):
            self._client.delete_run(unfinished.info.run_id)
        return next((one.info.run_id for one in found if one.info.status == "FINISHED"), "")

    def _of_result(self, experiment: str, run: TrackedRun) -> list[Run]:
        return list(self._client.search_runs([experiment], f"tags.`{_HASH_TAG}` = '{run.result}'"))

    def _log_run(self, experiment: str, run: TrackedRun) -> str:
        tags = run.tags | {_HASH_TAG: run.result, CELL_TAG: run.name}
        differs = self._differences(experiment, run)
        name = f"{run.name}, {differs}" if differs else run.name
        end = int(time.time() * 1000)
        start = end - round(1000 * (run.seconds or 0))  # MLflow shows the time between them as the duration
        created = self._client.create_run(experiment, start_time=start, run_name=name, tags=tags).info
        self._client.log_batch(
            created.run_id,
            params=[Param(name, str(value)) for name, value in run.params.items()],
        )
        took = [] if run.seconds is None else [("training_seconds", run.seconds, 0)]
        self.add(created.run_id, [*run.metrics, *took], created.start_time)
        if run.data:
            self._client.log_inputs(created.run_id, [_dataset(*used) for used in run.data.items()])
        for name, table in run.tables.items():
            self._client.log_table(created.run_id, table, name)
        self._client.set_terminated(created.run_id, end_time=end)
        return self._first(experiment, run, str(created.run_id))

    def _differences(self, experiment: str, run: TrackedRun) -> str:
        """The settings in which a run differs from the first one of its name; "" for that one."""
        found = self._client.search_runs([experiment], f"tags.`{CELL_TAG}` = '{run.name}'",
                                         order_by=["attributes.start_time ASC"], max_results=1)
        if not found:
            return ""
        before = found[0].data.params
        changed = [f"{name}={value}" for name, value in run.params.items()
                   if not name.startswith(_NO_SETTINGS) and before.get(name) != str(value)]
        return ", ".join(changed[:_MOST_DIFFERENCES]) + ("…" if len(changed) > _MOST_DIFFERENCES else "")

    def _first(self, experiment: str, run: TrackedRun, own: str) -> str:
        """Id of the run that is kept if others logged the same result to a server at the same time.

        The lock covers one machine only. Every writer that sees several complete runs removes all but the one with the
        smallest id; the last writer sees them all.
        """
        whole = sorted({own} | {one.info.run_id for one in self._of_result(experiment, run)
                                if one.info.status == "FINISHED"})
        for other in whole[1:]:
            with suppress(MlflowException):  # another writer has removed it
                self._client.delete_run(other)
        return whole[0]


def _dataset(context: str, digest: str) -> DatasetInput:
    """A data set by its digest, cut to the length that MLflow allows."""
    return DatasetInput(Dataset(f"encoded for {context}", digest[:36], "local", "{}"),
                        [InputTag(MLFLOW_DATASET_CONTEXT, context)])


def _create(database: Path) -> None:
    """Create an empty store; it appears complete or not at all.

    MLflow can neither use nor repair one whose creation was interrupted, or that two processes created at once.
    """
    if not is_made(database):
        with new_file(database) as partial:
            MlflowClient(tracking_uri=sqlite_uri(partial)).search_experiments(max_results=1)


@contextmanager
def _in_one_line(address: Address) -> Iterator[None]:
    """Turn errors of MLflow and the libraries below it into one line with the store and the remedy."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise UserError(f"{address.shown}: expected the driver of this kind of database, found no module "
                        f"{error.name}; install it") from None
    except (MlflowException, SQLAlchemyError, RequestException) as error:
        reason = str(error).strip().partition("\n")[0][:300]
        raise UserError(f"{address.shown}: expected a store that takes runs, found {reason}; nothing that was trained "
                        "is lost: once the store works, `dvc repro` only logs") from None
