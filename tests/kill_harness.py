"""Kills `dvc repro` and its stages at seeded random moments and shows that what comes out is the same.

    python -m tests.kill_harness --kills 60 --seed 1 --folder /tmp/killed
    python -m tests.kill_harness --kills 100 --spread --folder /tmp/killed

The second kills `stages.spread`, with two cells at once, and at random the processes below it. Each runs a small copy
of the project once undisturbed, then from scratch as often as the kills need, and compares all bytes.
"""

import argparse
import hashlib
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import yaml

from stages.spreading.in_place import LOGS
from tests.small_project import TASKS, copied_project, run, without_tasks

RESULTS = ("raw", "text", "checkpoints", "initial", "prepared", "encoded", "baselines", "models", "predictions")
SURVIVAL = 60.0  # seconds that an orphan may take: four, and what other work holds it up
KINDS = ("KILL dvc", "KILL stage", "INT stage", "INT both", "INT dvc", "TERM stage", "TERM dvc")
WEIGHTS = (5, 5, 2, 2, 1, 1, 1)

# What DVC and MLflow leave broken when they are killed while they write a file of their own: the file to remove.
REMEDIES = {
    r"unable to read: 'dvc\.lock'|'(\./)?dvc\.lock' is invalid|dvc\.lock' validation failed": "dvc.lock",
    r"Unable to read RWLock-file": ".dvc/tmp/rwlock",
    r"sqlite3\.OperationalError|Detected out-of-date database schema": "mlflow.db",
}


@dataclass
class Outcome:
    """What the kills did.

    Attributes:
        kills: how often each kind hit each stage.
        survivals: seconds until the last process of each killed run was gone.
        remedies: how often a file of DVC or MLflow had to be removed.
        resumed: how often a training went on from its state.
        passes: runs from scratch that ended, all with the bytes of the undisturbed one.
        wrong: what should not have been, in words.
    """

    kills: Counter[tuple[str, str]] = field(default_factory=Counter)
    survivals: list[float] = field(default_factory=list)
    remedies: Counter[str] = field(default_factory=Counter)
    resumed: int = 0
    passes: int = 0
    wrong: list[str] = field(default_factory=list)

    def table(self) -> str:
        stages = sorted({stage for stage, _ in self.kills})
        width = max(map(len, stages), default=0)
        lines = [" " * width + "".join(f"{kind:>12}" for kind in KINDS)]
        lines += [f"{stage:<{width}}" + "".join(f"{self.kills[stage, kind] or '':>12}" for kind in KINDS)
                  for stage in stages]
        lines += [f"{self.kills.total()} kills, {self.passes} runs ended with the same bytes, {self.resumed} trainings "
                  f"went on from a state, longest survival {max(self.survivals, default=0):.1f} s",
                  f"files of DVC and MLflow removed: {dict(self.remedies)}", *(f"WRONG: {line}" for line in self.wrong)]
        return "\n".join(lines)


class Session:
    """One `dvc repro`, or one `stages.spread`, in a process session of its own."""

    def __init__(self, project: Path, chance: random.Random, spread: bool = False) -> None:
        self.chance, self.spread, self.logs, self.begun = chance, spread, project / LOGS, time.time()
        command = [sys.executable, "-m", "stages.spread", "-j", "2"] if spread else ["dvc", "repro"]
        self.log = project.parent / "log.txt"
        environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        for name in ("MLFLOW_TRACKING_URI", "PYTHONPATH"):
            environment.pop(name, None)
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, cwd=project, env=environment, stdout=log,
                                            stderr=subprocess.STDOUT, start_new_session=True)

    @property
    def output(self) -> str:
        """What it said, and what each cell has said in this session."""
        return "".join(path.read_text("utf-8", errors="replace") for path in (self.log, *self._cell_logs()))

    def _cell_logs(self) -> list[Path]:
        logs = [(path.stat().st_mtime, path) for path in self.logs.glob("*.log")] if self.spread else []
        return [path for changed, path in sorted(logs) if changed >= self.begun]

    @property
    def started(self) -> list[str]:
        """Names of the stages without their cells, in the order in which they began, or were heard of last."""
        if self.spread:
            return [path.stem.split("@")[0] for path in self._cell_logs()]
        return re.findall(r"Running stage '([^'@]+)", self.output)

    def members(self) -> list[psutil.Process]:
        return [process for process in psutil.process_iter() if self._is_member(process)]

    def _is_member(self, process: psutil.Process) -> bool:
        try:
            return os.getsid(process.pid) == self.process.pid and process.status() != psutil.STATUS_ZOMBIE
        except (psutil.NoSuchProcess, ProcessLookupError):
            return False

    def stage(self) -> int | None:
        """Id of the process of the stage that is running; of several, and of their DVC, one by chance."""
        found = [member.pid for member in self.members() if member.pid != self.process.pid]
        return (self.chance.choice(found) if self.spread else found[0]) if found else None

    def wait_for(self, starts: int, delay: float) -> bool:
        """Wait until so many stages have started, and for ``delay`` seconds more; whether it still runs then."""
        while self.process.poll() is None and len(self.started) < starts:
            time.sleep(0.02)
        time.sleep(delay)
        return self.process.poll() is None

    def kill(self, kind: str) -> tuple[str, str]:
        """Send the signal; return the stage that was running, or "(dvc)" between two, and the kind that it became."""
        name, target = kind.split()
        stage = self.stage()
        if stage is None and target == "stage":
            target = "dvc"
        number = signal.Signals[f"SIG{name}"]
        running = self.started[-1] if stage and self.started else "(dvc)"
        # Ctrl-C in a terminal reaches the whole group at once, a stage that is just being started as well.
        send, pid = (os.killpg, self.process.pid) if target == "both" else (
            os.kill, stage if stage and target == "stage" else self.process.pid)
        try:
            send(pid, number)
        except ProcessLookupError:
            running = "(dvc)"
        return running, f"{name} {target}"

    def seconds_to_end(self, kind: str) -> float | None:
        """How long its processes live on, None for longer than they may; other cells may go on to their end."""
        if self.spread and kind.endswith("stage"):
            self.process.wait()
        start = time.monotonic()
        while time.monotonic() - start < SURVIVAL:
            self.process.poll()
            if not self.members():
                return time.monotonic() - start
            time.sleep(0.05)
        return None


def prepared_project(folder: Path, tasks: Sequence[str], pretraining_steps: int = 20) -> Path:
    """A copy whose trainings last some seconds and save their state twice a second."""
    project = folder / "project"
    project.mkdir(parents=True)
    copied_project(project)
    params = without_tasks((project / "params.yaml").read_text("utf-8"), *set(TASKS) - set(tasks))
    for name, value in {"epochs": 80, "evaluations": 5}.items():
        params = re.sub(rf"^  {name}: .*$", f"  {name}: {value}", params, flags=re.M)
    params = re.sub(r"^      steps: .*$", f"      steps: {pretraining_steps}", params, flags=re.M)
    (project / "params.yaml").write_text(params, "utf-8")
    resuming = project / "stages" / "training" / "resuming.py"
    source = resuming.read_text("utf-8")
    quick = re.sub(r"^SAVE_EVERY = .*$", "SAVE_EVERY = 0.5", source, flags=re.M)
    assert quick != source
    resuming.write_text(quick, "utf-8")
    run(project, "git", "add", "--all")
    run(project, "git", "commit", "--quiet", "--message", "settings")
    return project


def result_files(project: Path) -> dict[str, str]:
    """SHA-256 of every file of the results by its path; partial files are none."""
    folders = [project / "data" / name for name in RESULTS] + [project / "reports"]
    return {path.relative_to(project).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for folder in folders for path in sorted(folder.rglob("*"))
            if path.is_file() and not any(re.fullmatch(r"\..*\.partial", name) for name in path.parts)}


def lock_content(project: Path) -> object:
    return yaml.safe_load((project / "dvc.lock").read_text("utf-8"))


def start_over(project: Path) -> None:
    """Remove everything that runs have made, DVC's cache included."""
    run(project, "git", "clean", "-xdff", "--quiet")
    run(project, "git", "checkout", "--quiet", "--", ".")


def harass(project: Path, kills: int, seed: int, spread: bool = False) -> Outcome:
    """Kill until ``kills`` have hit, and let the last run end."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts what is in its background deaf to it
    chance, outcome = random.Random(seed), Outcome()
    session = Session(project, chance)
    session.process.wait()
    assert session.process.returncode == 0, session.output[-4000:]
    truth, lock = result_files(project), lock_content(project)
    start_over(project)
    while True:
        session = Session(project, chance, spread)
        killed = False
        while outcome.kills.total() < kills and session.wait_for(
                len(session.started) + chance.choice((0, 1, 1, 2, 2, 3)), chance.uniform(0, 6)):
            killed = True
            _kill(session, chance.choices(KINDS, WEIGHTS)[0], outcome)
            _check_files(project, truth, outcome)
        session.process.wait()
        outcome.resumed += session.output.count("resuming at step")
        if session.process.returncode == 0:
            _check_end(project, truth, lock, outcome)
            if outcome.kills.total() >= kills:
                return outcome
            start_over(project)
        elif not killed and not _remedied(project, session, outcome):
            outcome.wrong.append(f"dvc repro failed: {session.output[-3000:]}")
            return outcome


def _kill(session: Session, kind: str, outcome: Outcome) -> None:
    stage, kind = session.kill(kind)
    outcome.kills[stage, kind] += 1
    seconds = session.seconds_to_end(kind)
    end = "lives on" if seconds is None else f"gone in {seconds:.1f} s"
    print(f"{outcome.kills.total():3d} {kind:<12}{stage:<20}{end}", flush=True)
    if seconds is not None:
        outcome.survivals.append(seconds)
    elif kind != "INT dvc" and (stage, kind) != ("(dvc)", "INT both"):  # DVC by itself may ignore an interrupt
        outcome.wrong.append(f"{kind} during {stage}: {session.members()} live after {SURVIVAL} s: "
                             f"{session.output[-1000:]}")


def _check_files(project: Path, truth: dict[str, str], outcome: Outcome) -> None:
    """Whatever is in place is whole."""
    for path, digest in result_files(project).items():
        if truth.get(path) != digest:
            outcome.wrong.append(f"after kill {outcome.kills.total()}: {path} is partial or differs")


def _check_end(project: Path, truth: dict[str, str], lock: object, outcome: Outcome) -> None:
    found = result_files(project)
    different = {path for path in truth.keys() | found.keys() if truth.get(path) != found.get(path)}
    left = [path for folder in ("data", "reports") for path in (project / folder).rglob(".*.partial")]
    states = list((project / "data" / "resume").glob("*"))
    status = run(project, "dvc", "status")
    for wrong, words in ((different, "other bytes"), (left, "partial files"), (states, "states of ended runs"),
                         (lock_content(project) != lock, "another dvc.lock"),
                         ("up to date" not in status, status)):
        if wrong:
            outcome.wrong.append(f"run {outcome.passes + 1}: {words}: {wrong}")
    outcome.passes += 1
    print(f"run {outcome.passes} ended; {len(found)} files, {len(different)} different", flush=True)


def _remedied(project: Path, session: Session, outcome: Outcome) -> bool:
    for pattern, name in REMEDIES.items():
        if re.search(pattern, session.output):
            (project / name).unlink()
            outcome.remedies[name] += 1
            print(f"    removed {name}: {session.output.strip().splitlines()[-1]}", flush=True)
            return True
    return False


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tasks", nargs="+", default=["nsmc", "conll2003"])
    parser.add_argument("--folder", type=Path, required=True, help="new folder to work in; about 200 MB")
    parser.add_argument("--pretraining-steps", type=int, default=20, help="more make the checkpoint stage longer")
    parser.add_argument("--spread", action="store_true", help="kill stages.spread instead of dvc repro")
    options = parser.parse_args()
    project = prepared_project(options.folder, options.tasks, options.pretraining_steps)
    outcome = harass(project, options.kills, options.seed, options.spread)
    print(outcome.table())
    return bool(outcome.wrong)


if __name__ == "__main__":
    sys.exit(main())
