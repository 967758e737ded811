"""A study spread over a Ray cluster of node processes, one of which is killed halfway, against a serial run of it.

    python -m tests.ray_cluster --folder /tmp/spread --tasks 4 --seeds 3

runs the embedded sample with few steps: once by `dvc repro`, and once by `stages.spread` from a clone of its own. Then
dvc.lock and everything under reports/ must be the same bytes, and the last `dvc repro --pull` must have run nothing;
else it ends with exit code 1.
"""

import argparse
import filecmp
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import yaml
from dvc.repo import Repo

from stages.common.sources import ROOT

NAMES = dict.fromkeys(("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"), "spread")


def call(folder: Path, *command: str, log: Path | None = None, **variables: str) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with (log or Path(os.devnull)).open("w") as output:
        subprocess.run(command, cwd=folder, env=os.environ | NAMES | {"PATH": path} | variables, check=True,
                       stdout=output, stderr=subprocess.STDOUT)


def study(folder: Path, tasks: int, seeds: int) -> Path:
    """A clone of the project with a small study, committed."""
    home = folder / "home"
    call(folder, "git", "clone", "--quiet", str(ROOT), str(home))
    params = yaml.safe_load((home / "params.yaml").read_text("utf-8"))
    params["tasks"] = dict(list(params["tasks"].items())[:tasks])
    params["seeds"] = list(range(1, seeds + 1))
    params["pretrained"]["epochs"] = params["scratch"]["epochs"] = 1
    params["training"]["evaluations"] = 1
    params["checkpoints"]["bilingual_small"]["pretraining"]["steps"] = 20
    (home / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False, allow_unicode=True), encoding="utf-8")
    call(home, "git", "rm", "--quiet", "-r", "dvc.lock", "reports")
    call(home, "git", "commit", "--quiet", "-am", "A small study")
    call(home, "dvc", "remote", "add", "--local", "-d", "shared", str(folder / "remote"))
    return home


def spread(home: Path, nodes: int, log: Path) -> float:
    """Seconds that it took; halfway a node is killed."""
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
    for _ in range(nodes):
        cluster.add_node(num_cpus=1)
    with Repo(str(home)) as repo:
        cells = len(repo.index.stages)
    threading.Thread(target=_kill_halfway, args=(cluster, home.parent / "remote", cells), daemon=True).start()
    start = time.time()
    try:
        call(home, sys.executable, "-m", "stages.spread", "--engine", "ray", log=log, RAY_ADDRESS=cluster.address)
        return time.time() - start
    finally:
        cluster.shutdown()


def _kill_halfway(cluster: "Cluster", remote: Path, cells: int) -> None:  # noqa: F821
    """Kill a node when half of the cells have left an entry in the run cache."""
    while (done := sum(path.is_file() for path in (remote / "runs").rglob("*"))) < cells / 2:
        time.sleep(0.5)
    cluster.remove_node(next(iter(cluster.worker_nodes)), allow_graceful=False)
    print(f"killed a node with {done} of {cells} cells done", flush=True)


def differing(first: Path, second: Path) -> list[str]:
    """Files under reports/, and dvc.lock, that are not the same bytes."""
    files = {path.relative_to(folder).as_posix() for folder in (first, second)
             for path in (folder / "reports").rglob("*") if path.is_file()} | {"dvc.lock"}
    return sorted(name for name in files if not all((folder / name).is_file() for folder in (first, second))
                  or not filecmp.cmp(first / name, second / name, shallow=False))


def main() -> None:
    """Run both and print what came out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True, help="new folder")
    parser.add_argument("--tasks", type=int, default=4)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--nodes", type=int, default=3)
    options = parser.parse_args()
    options.folder.mkdir()
    home = study(options.folder, options.tasks, options.seeds)
    call(options.folder, "git", "clone", "--quiet", str(home), "serial")
    start = time.time()
    call(options.folder / "serial", "dvc", "repro", log=options.folder / "serial.log")
    serial = time.time() - start
    taken = spread(home, options.nodes, options.folder / "spread.log")
    print(f"serial {serial:.0f} s, spread over {options.nodes} nodes {taken:.0f} s")
    others = differing(home, options.folder / "serial")
    print("differing files:", others or "none")
    pulls = (options.folder / "spread.log").read_text(errors="replace").split("dvc repro --pull")[1:]
    ran = [pull.count("Running stage '") for pull in pulls]
    print("stages run at home, by each `dvc repro --pull`:", *ran)
    sys.exit(bool(others) or len(ran) != 2 or ran[-1] != 0)


if __name__ == "__main__":
    main()
