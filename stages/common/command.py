"""How a stage lives: its command line, one-line errors, and an end when it is interrupted or its DVC is gone."""

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

from stages.common.errors import UserError
from stages.common.sources import refuse_edited

_OF_DVC = "DVC_STAGE"  # set by DVC for every command that it starts: the name of the stage
_OF_TORCHRUN = "TORCHELASTIC_RUN_ID"  # set by torchrun for the processes that it starts, each in a session of its own
_LOOK_EVERY = 0.5  # seconds
_GRACE = 3.0  # seconds to clean up in
_REMEDIES = {
    errno.ENOSPC: "free some space there and run again, nothing is lost",
    errno.EDQUOT: "free some of your quota there and run again, nothing is lost",
    errno.EROFS: "make it writable, as by mounting it anew, and run again, nothing is lost",
    errno.EACCES: "change its permissions and run again, nothing is lost",
}


_ESCAPED = "headstart.escaped"  # how signs are written that a terminal does not have


class Terminated(KeyboardInterrupt):
    """SIGTERM, or SIGHUP of a terminal that is gone; told from Ctrl-C by the exit code alone."""


def _end_with_dvc() -> None:
    """End this process when the DVC that started it is gone.

    DVC killed by SIGKILL leaves its stage running. The orphan would write into outputs that the next run is making,
    and on Linux two trainings would share the processors.
    """
    lineage = _lineage()
    while lineage and _parents()[: len(lineage)] == lineage:
        time.sleep(_LOOK_EVERY)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE)
    os._exit(_exit_code(signal.SIGTERM))  # the main thread may be in a library that looks for no signal


def _lineage() -> list[int]:
    """Ids of the parents up to DVC, the first that was not started for this stage; empty when DVC is gone already."""
    lineage = []
    try:
        for parent in _parents():
            lineage.append(parent)
            if psutil.Process(parent).environ().get(_OF_DVC) != os.environ[_OF_DVC]:
                # The process that inherits an orphan is in a session of its own.
                own = os.getsid(os.getppid() if _OF_TORCHRUN in os.environ else 0)
                return lineage if os.getsid(parent) == own else []
    except (psutil.Error, OSError):
        pass  # it ended, or belongs to someone else as no DVC of ours does
    return []


def _parents() -> list[int]:
    return [process.pid for process in psutil.Process().parents()]


# Importing torch and transformers makes millions of objects that all stay; looking for garbage among them meanwhile
# takes a fifth of a stage's start-up. This module is imported before them, and `run_stage` turns collection on again.
gc.disable()
if _OF_DVC in os.environ:
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # ends the imports without a traceback of them
    threading.Thread(target=_end_with_dvc, daemon=True).start()


def _escaped(error: UnicodeError) -> tuple[str, int]:
    r"""Signs that an encoding lacks as ``\uXXXX``, in pairs where JSON wants pairs: JSON stays the same value."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[place : place + 2].hex()}" for place in range(0, len(units), 2)), error.end


codecs.register_error(_ESCAPED, _escaped)


def _open_streams() -> None:
    """Let no output fail for what a terminal cannot show, nor for a stream that the caller has closed.

    Python has None for a closed one, and would print what is meant for standard error to standard output.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - for good
        elif mode == "w" and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=_ESCAPED)


def stage_parser(description: str, example: str) -> argparse.ArgumentParser:
    """Parser whose ``--help`` ends with a working example."""
    parser = argparse.ArgumentParser(
        description=description,
        epilog=f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    return parser


def run_stage(
    parser: argparse.ArgumentParser,
    stage: Callable[[argparse.Namespace], None],
    arguments: Sequence[str] | None = None,
    grace: float = _GRACE,
) -> int:
    """Run ``stage`` and return the exit code.

    It is 0, 1 for bad input, 130 when interrupted, 143 when terminated, 141 when who reads the output has gone.

    ``grace`` is how many seconds it may take to clean up after a signal.
    """
    _open_streams()
    options = parser.parse_args(arguments)
    gc.freeze()
    gc.enable()
    try:
        with _signals_as_exceptions(grace):
            if _OF_DVC in os.environ:
                refuse_edited(Path(parser.prog).stem)
            stage(options)
            sys.stdout.flush()  # while an error can still be told
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
        print(f"error: {_told(error)}", file=sys.stderr)
        return 1
    except Terminated:
        print("terminated", file=sys.stderr)
        return _exit_code(signal.SIGTERM)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return _exit_code(signal.SIGINT)
    return 0


def _reader_is_gone() -> bool:
    """Whether nobody reads standard output any more, as after ``| head -1``; what is left then goes nowhere."""
    with suppress(OSError, ValueError):  # it is no file of the operating system
        number = sys.stdout.fileno()
        state = select.poll()
        state.register(number, 0)
        if any(event & select.POLLERR for _, event in state.poll(0)):
            os.dup2(os.open(os.devnull, os.O_WRONLY), number)
            return True
    return False


def _told(error: OSError) -> str:
    # Of two files, as of a copy, the second is the one that was written.
    place = error.filename2 or error.filename or "operating system"
    if error.errno in _REMEDIES:
        return f"{place}: {os.strerror(error.errno)}; {_REMEDIES[error.errno]}"
    return f"{place}: {error.strerror or error}; check path, rights and free space (--debug shows where)"


@contextmanager
def _signals_as_exceptions(grace: float) -> Iterator[None]:
    """SIGINT, SIGTERM and SIGHUP raise, to remove what is partial; ignored ones, as after ``nohup``, stay so."""
    timers: list[threading.Timer] = []

    def end(number: int, frame: FrameType | None) -> None:
        if timers:
            return  # a further one, as of a terminal that closes, must not break off the cleaning up
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
            signal.signal(number, handler)


def _exit_code(number: int) -> int:
    """What a shell reports for a process that a signal ended."""
    return 128 + number
