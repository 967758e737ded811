"""Start one training run in several processes, on one or more machines, through the library behind torchrun.

(`accelerate launch` starts a single process on a machine without a GPU, whatever number is requested.)
"""

import logging
import os
import signal
import sys
import tempfile
from collections.abc import Sequence

from torch.distributed.elastic.multiprocessing.api import DefaultLogsSpecs, SignalException
from torch.distributed.elastic.multiprocessing.errors import ChildFailedError, ProcessFailure
from torch.distributed.launcher.api import LaunchConfig, elastic_launch

from stages.common.command import Terminated
from stages.common.errors import UserError
from stages.settings.training import TrainingSettings

RENDEZVOUS = "HEADSTART_RENDEZVOUS"  # host:port of the first machine
NODE = "HEADSTART_NODE"  # number of this machine, starting from 0
_STARTED = "WORLD_SIZE"  # set by torchrun for the processes that it starts
_HERE = "127.0.0.1:0"


def to_be_launched(settings: TrainingSettings) -> bool:
    """Whether the settings ask for several processes and this process is not one of them.

    Raises:
        UserError: this process is one of a different number of processes than the settings ask for.
    """
    if _STARTED not in os.environ:
        return settings.world_size > 1
    if int(os.environ[_STARTED]) != settings.world_size:
        raise UserError(f"{_STARTED}: expected {settings.world_size}, as params.yaml has training.processes "
                        f"{settings.processes} and training.nodes {settings.nodes}, got {os.environ[_STARTED]}; start "
                        "the stage itself instead of torchrun, or change these settings")
    return False


def launch(module: str, arguments: Sequence[str], settings: TrainingSettings) -> None:
    """Run ``python -m module arguments`` in as many processes as ``settings`` ask for, and wait for all of them.

    Raises:
        UserError: a process failed and the others were terminated, or the machines did not find each other.
    """
    endpoint, number = _HERE, 0
    if settings.nodes > 1:
        endpoint, number = _meeting(settings.nodes, module, arguments)
    one = settings.nodes == 1
    logs = tempfile.TemporaryDirectory(prefix="headstart-torchrun-")
    config = LaunchConfig(
        min_nodes=settings.nodes, max_nodes=settings.nodes, nproc_per_node=settings.processes, run_id="headstart",
        rdzv_backend="c10d" if one else "static", rdzv_endpoint=endpoint, local_addr="127.0.0.1" if one else None,
        rdzv_configs={"rank": number}, max_restarts=0, shutdown_timeout=5, logs_specs=DefaultLogsSpecs(logs.name))
    logging.getLogger("torch.distributed.elastic").setLevel(logging.CRITICAL)  # its messages are replaced below
    os.environ.setdefault("OMP_NUM_THREADS", str(settings.threads))
    try:
        with logs:
            elastic_launch(config, sys.executable)("-m", module, *arguments)
    except ChildFailedError as error:
        rank, failure = _cause(error)
        ended = (f"was terminated by {failure.signal_name()}" if failure.exitcode < 0
                 else f"exited with code {failure.exitcode}; see its message above")
        raise UserError(f"process {rank} of {settings.world_size} {ended}. The others were terminated; run "
                        "again to resume from the last saved state") from None
    except SignalException as error:
        raise (Terminated if error.sigval == signal.SIGTERM else KeyboardInterrupt) from None
    except RuntimeError as error:
        where = endpoint if not one else "this machine"
        raise UserError(f"{where}: the processes did not find each other: {error}; check that address and port are "
                        "free and reached from all machines") from None


def _cause(error: ChildFailedError) -> tuple[int, ProcessFailure]:
    """The process that failed first: processes that lose it fail as well, and may be reported before it."""
    killed = [(rank, failure) for rank, failure in error.failures.items()
              if failure.exitcode < 0 and failure.exitcode != -signal.SIGTERM]
    return killed[0] if killed else error.get_first_failure()


def _meeting(nodes: int, module: str, arguments: Sequence[str]) -> tuple[str, int]:
    """The address at which the machines meet, and the number of this machine."""
    endpoint = os.environ.get(RENDEZVOUS, "")
    host, _, port = endpoint.rpartition(":")
    if not host or not port.isdecimal():
        raise UserError(f"{RENDEZVOUS}: expected HOST:PORT of the first of {nodes} machines, as training.nodes is "
                        f"{nodes}, got {endpoint!r}; set the same value on all, and {NODE} to 1, 2, ... on the others")
    number = os.environ.get(NODE, "0")
    if not number.isdecimal() or int(number) >= nodes:
        raise UserError(f"{NODE}: expected a number from 0 to {nodes - 1}, got {number!r}")
    if number == "0":
        others = " ".join([f"{RENDEZVOUS}={endpoint} {NODE}=N python -m {module}", *arguments])
        print(f"waiting for {nodes - 1} more machines; run there, with N from 1 on: {others}", file=sys.stderr)
    return endpoint, int(number)
