"""Command ``ui``: MLflow's page on the runs, with the address of every task's."""

import os
import socket
import subprocess
import sys
import threading
import time
import webbrowser
from argparse import ArgumentTypeError, Namespace
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from stages.common.command import run_stage, stage_parser
from stages.common.errors import UserError
from stages.tracking.address import find_address
from stages.tracking.store import TrackingStore
from stages.tracking.views import view_address

HOST = "127.0.0.1"
_PORTS = range(1, 65536)
_START = 60.0  # seconds in which MLflow should answer


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = stage_parser(
        "Show the runs in MLflow: print the address of each task's runs, with the score as a column, and serve them"
        " until Ctrl-C. With a desktop, the first address opens in a browser. Where MLFLOW_TRACKING_URI names a server,"
        " the addresses are of that server.",
        "python -m stages.ui\n  python -m stages.ui --port 5001 --no-browser")
    parser.add_argument("--port", type=_port, default=5000, help="(default: 5000)")
    parser.add_argument("--no-browser", action="store_true", help="open no browser")
    return run_stage(parser, _serve, arguments)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) not in _PORTS:
        raise ArgumentTypeError(f"expected a port from {_PORTS[0]} to {_PORTS[-1]}, got {text!r}")
    return int(text)


def _serve(options: Namespace) -> None:
    address = find_address(Path.cwd())
    remote = address.uri.startswith(("http://", "https://"))
    server = address.shown if remote else f"http://{HOST}:{options.port}"
    if not remote:
        _refuse_taken(options.port)
    experiments = TrackingStore(Path.cwd()).experiments()
    if not experiments:
        raise UserError(f"{address.shown}: no runs yet; `dvc repro` logs them, `make track` logs present results anew")
    width = max(map(len, experiments))
    addresses = [view_address(server, identifier) for identifier in experiments.values()]
    for name, found in zip(experiments, addresses, strict=True):
        print(f"{name:{width}}  {found}", flush=True)
    browser = not options.no_browser and _has_desktop()
    if remote:
        if browser:
            webbrowser.open(addresses[0])
        return
    print("Ctrl-C ends it.", flush=True)
    if browser:
        threading.Thread(target=_open, args=(addresses[0], options.port), daemon=True).start()
    command = [sys.executable, "-m", "mlflow", "ui", "--host", HOST, "--port", str(options.port),
               "--backend-store-uri", address.uri]
    with suppress(KeyboardInterrupt):
        done = subprocess.run(command, check=False, env=os.environ | {"MLFLOW_DISABLE_TELEMETRY": "true"})  # noqa: S603
        if done.returncode:
            raise UserError(f"mlflow ui: ended with {done.returncode}; its output above says why")


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise UserError(f"--port: {port} is not open to this user; name one above 1023, as --port 5000") from None
        except OSError:
            raise UserError(f"--port: expected a free port, found {port} in use; name another, as --port "
                            f"{5001 if port == 5000 else 5000}") from None


def _has_desktop() -> bool:
    return sys.platform in ("darwin", "win32") or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def _open(address: str, port: int) -> None:
    """Open the address once the server listens."""
    end = time.monotonic() + _START
    while time.monotonic() < end:
        with suppress(OSError), socket.create_connection((HOST, port), 1):
            webbrowser.open(address)
            return
        time.sleep(0.5)


if __name__ == "__main__":
    sys.exit(main())
