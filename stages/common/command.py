"""What every stage's command shares: parser, one-line errors, exit codes, and an end when DVC has ended."""

import argparse
import codecs
import errno
import gc
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

import psutil

from stages.common.durations import DURATIONS, note_stage
from stages.common.errors import UserError
from stages.common.repository import repository_root
from stages.common.sources import refuse_edited

_DVC_VARIABLE = "DVC_STAGE"  # DVC sets it to the name of the stage in every command that it starts
_TORCHRUN_VARIABLE = "TORCHELASTIC_RUN_ID"  # torchrun sets it in the processes that it starts, each in its own session
_POLL_SECONDS = 0.5
_GRACE_SECONDS = 3.0  # for cleaning up
_REMEDIES = {
    errno.ENOSPC: "free some space there and run again; nothing is lost",
    errno.EDQUOT: "free some of your quota there and run again; nothing is lost",
    errno.EROFS: "remount it writable and run again; nothing is lost",
    errno.EACCES: "change its permissions and run again; nothing is lost",
}
_ESCAPED = "headstart.escaped"  # error handler for characters that the encoding of a terminal lacks


class Terminated(KeyboardInterrupt):
    """SIGTERM, or SIGHUP from a closed terminal; it differs from Ctrl-C in the exit code alone."""


def _end_with_dvc() -> None:
    """End this process when the DVC that started it has ended.

    A DVC killed by SIGKILL leaves its stage running. The orphan would write into the outputs of the next run and
    compete with it for the processors.
    """
    lineage = _lineage()
    while lineage and _parents()[: len(lineage)] == lineage:
        time.sleep(_POLL_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE_SECONDS)
    os._exit(_exit_code(signal.SIGTERM))  # the main thread may be in a library that ignores signals


def _lineage() -> list[int]:
    """Process ids of the parents up to DVC, the first one not started for this stage; empty if DVC has ended."""
    lineage = []
    try:
        for parent in _parents():
            lineage.append(parent)
            if psutil.Process(parent).environ().get(_DVC_VARIABLE) != os.environ[_DVC_VARIABLE]:
                # The process that adopts an orphan is in another session.
                own = os.getsid(os.getppid() if _TORCHRUN_VARIABLE in os.environ else 0)
                return lineage if os.getsid(parent) == own else []
    except (psutil.Error, OSError):
        pass  # it ended, or belongs to another user, so it is not our DVC
    return []


def _parents() -> list[int]:
    return [process.pid for process in psutil.Process().parents()]


# Importing libraries creates up to millions of objects that all stay alive; garbage collection meanwhile takes a fifth
# of a stage's start-up. This module is imported first, and `run_stage` turns collection on again.
gc.disable()
if _DVC_VARIABLE in os.environ:
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends the imports without a traceback
    threading.Thread(target=_end_with_dvc, daemon=True).start()


def _escaped(error: UnicodeError) -> tuple[str, int]:
    r"""Escape what an encoding lacks as ``\uXXXX``, as surrogate pairs where needed, so that JSON keeps its value."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[place : place + 2].hex()}" for place in range(0, len(units), 2)), error.end


codecs.register_error(_ESCAPED, _escaped)


def _open_streams() -> None:
    """Make output succeed on terminals that lack characters, and where the caller has closed a stream.

    Python represents a closed stream by None, and would print to standard output what is meant for standard error.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - stays open
        elif mode == "w" and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=_ESCAPED)


def stage_parser(
    description: str, example: str, kind: type[argparse.ArgumentParser] = argparse.ArgumentParser
) -> argparse.ArgumentParser:
    """Parser whose ``--help`` ends with a working example."""
    parser = kind(description=description, epilog=f"example:\n  {example}",
                  formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    return parser


def run_stage(
    parser: argparse.ArgumentParser,
    stage: Callable[[argparse.Namespace], None],
    arguments: Sequence[str] | None = None,
    grace: float = _GRACE_SECONDS,
) -> int:
    """Run ``stage`` and return the exit code.

    Args:
        grace: seconds allowed for cleaning up after a signal.

    Returns:
        0, or 1 for bad input, 130 if interrupted, 141 if the reader of the output has ended, 143 if terminated.
    """
    _open_streams()
    options = parser.parse_args(arguments)
    gc.freeze()
    gc.enable()
    try:
        with _signals_as_exceptions(grace):
            if _DVC_VARIABLE in os.environ:
                refuse_edited(Path(parser.prog).stem)
            stage(options)
            sys.stdout.flush()  # while an error can still be reported
            if _DVC_VARIABLE in os.environ and _TORCHRUN_VARIABLE not in os.environ:
                seconds = time.time() - psutil.Process().create_time()
                note_stage(repository_root(Path.cwd()) / DURATIONS, os.environ[_DVC_VARIABLE], seconds)
    except UserError as error:
        if options.debug:
            raise
        print(f"error: {' '.join(str(error).splitlines())}", file=sys.stderr)
        return 1
    except OSError as error:
        if isinstance(error, BrokenPipeError) and _reader_is_gone():
            return _exit_code(signal.SIGPIPE)
        if options.debug:
            raise
        print(f"error: {_describe_os_error(error)}", file=sys.stderr)
        return 1
    except Terminated:
        print("terminated", file=sys.stderr)
        return _exit_code(signal.SIGTERM)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return _exit_code(signal.SIGINT)
    return 0


def _reader_is_gone() -> bool:
    """Whether the reader of standard output has ended, as ``| head -1`` does; remaining output is then discarded."""
    with suppress(OSError, ValueError):  # standard output is not a file of the operating system
        number = sys.stdout.fileno()
        state = select.poll()
        state.register(number, 0)
        if any(event & select.POLLERR for _, event in state.poll(0)):
            os.dup2(os.open(os.devnull, os.O_WRONLY), number)
            return True
    return False


def _describe_os_error(error: OSError) -> str:
    # Of two files, as in a copy, the second is the one that was being written.
    place = error.filename2 or error.filename or "operating system"
    if error.errno in _REMEDIES:
        return f"{place}: {os.strerror(error.errno)}; {_REMEDIES[error.errno]}"
    return f"{place}: {error.strerror or error}; check path, rights and free space (--debug shows where)"


@contextmanager
def _signals_as_exceptions(grace: float) -> Iterator[None]:
    """Raise on SIGINT, SIGTERM and SIGHUP, so that partial files are removed; signals ignored (``nohup``) stay so."""
    timers: list[threading.Timer] = []

    def end(number: int, frame: FrameType | None) -> None:
        if timers:
            return  # a second signal, as from a closing terminal, must not interrupt the clean-up
        # A library that calls back into Python may swallow the exception.
        timers.append(threading.Timer(grace, os._exit, (_exit_code(number),)))
        timers[-1].daemon = True
        timers[-1].start()
        raise KeyboardInterrupt if number == signal.SIGINT else Terminated

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
              if signal.getsignal(number) is not signal.SIG_IGN}
    try:
        yield
    finally:
        for timer in timers:
            timer.cancel()
        for number, handler in before.items():
            signal.signal(number, signal.SIG_IGN if timers else handler)  # after one, nothing but the end is left


def _exit_code(number: int) -> int:
    """The exit code that a shell reports for a process ended by a signal."""
    return 128 + number
