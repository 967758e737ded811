"""What each edit makes run again: IMPACT.md, generated from dvc.yaml, params.yaml and the imports of the stages.

`python -m tests.impact` writes the page.
"""

import re
from fnmatch import fnmatchcase
from typing import Any

from stages.common.sources import ROOT, closure
from stages.settings.libraries import LIBRARIES
from stages.settings.published import PINS
from stages.settings.yaml12 import parse_yaml
from stages.sources import required_libraries

Impact = dict[str, tuple[str, ...]]  # what is edited, and the stages that read it in the order of dvc.yaml


def read(name: str) -> dict[str, Any]:
    """A YAML file of the project."""
    values: dict[str, Any] = parse_yaml((ROOT / name).read_text("utf-8"), name)
    return values


STAGES: dict[str, dict[str, Any]] = {name: stage | stage.get("do", {})
                                     for name, stage in read("dvc.yaml")["stages"].items()}
MODULES = {name: stage["cmd"].split()[2] for name, stage in STAGES.items()}


def files() -> Impact:
    """Which stages run each file that has code or is a template."""
    run_by = {name: {path for module in re.findall(r"data/sources/(\w+)\.sha256", str(stage["deps"]))
                     for path in closure(f"stages.{module}")} for name, stage in STAGES.items()}
    paths = sorted(path for path in (ROOT / "stages").rglob("*.*") if path.suffix in (".py", ".j2"))
    return {name: tuple(stage for stage, run in run_by.items() if name in run)
            for name in (path.relative_to(ROOT).as_posix() for path in paths if path.stat().st_size)}


def settings() -> Impact:
    """Which stages depend on each key of params.yaml; ``*`` stands for every task and every checkpoint."""
    keys = {re.sub(r"^(tasks|checkpoints)\.\w+", r"\1.*", key): None for key in leaves(read("params.yaml"))}
    return _readers(keys, {name: _settings_of(stage) for name, stage in STAGES.items()})


def pins() -> Impact:
    """Which stages depend on the pins of each published corpus."""
    return _readers(read(str(PINS)), {
        name: {_pattern(key) for entry in stage.get("params", []) if isinstance(entry, dict)
               for key in entry.get(str(PINS), [])} for name, stage in STAGES.items()})


def libraries() -> Impact:
    """Which stages require each library in its release."""
    required = {name: set(required_libraries((ROOT / module.replace(".", "/")).with_suffix(".py")))
                for name, module in MODULES.items()}
    return _readers(read(str(LIBRARIES.relative_to(ROOT))), required)


def leaves(value: Any, path: str = "") -> list[str]:
    """Dotted paths of all values; an empty mapping counts as a value."""
    if isinstance(value, dict) and value:
        return [leaf for key, item in value.items() for leaf in leaves(item, f"{path}.{key}" if path else key)]
    return [path]


def _settings_of(stage: dict[str, Any]) -> set[str]:
    """Patterns of the keys that a stage tracks or that are part of its command or paths."""
    text = str([stage.get(part) for part in ("cmd", "deps", "params", "outs", "plots", "metrics")])
    section = str(stage.get("foreach")).strip("${}")
    entries = {f"{section}.*.{key}" for key in re.findall(r"\$\{item\.(\w+)", text) if "foreach" in stage}
    values = set(re.findall(r"\$\{(?!item\b|key\b)([\w.]+)", text))
    return entries | values | {_pattern(key) for key in stage.get("params", []) if isinstance(key, str)}


def _pattern(key: str) -> str:
    return re.sub(r"\$\{.*?\}", "*", key)


def _readers(keys: Any, patterns: dict[str, set[str]]) -> Impact:
    return {key: tuple(stage for stage, read_by in patterns.items()
                       if any(fnmatchcase(key, pattern) or fnmatchcase(key, f"{pattern}.*") for pattern in read_by))
            for key in keys}


def _merge(impact: Impact, separator: str) -> dict[tuple[str, ...], list[str]]:
    """Names by their stages; ``part/*`` for all that begin so, where they have the same stages."""
    merged: dict[tuple[str, ...], dict[str, None]] = {}
    for name, stages in impact.items():
        parts = name.split(separator)
        prefixes = [separator.join(parts[:depth]) + separator for depth in range(1, len(parts))]
        shared = (f"{prefix}*" for prefix in prefixes
                  if {others for other, others in impact.items() if other.startswith(prefix)} == {stages})
        merged.setdefault(stages, {})[next(shared, name)] = None
    return {stages: list(names) for stages, names in merged.items()}


def page() -> str:
    """IMPACT.md."""
    parts = [_TEXT]
    for title, impact, separator in (
            ("Settings in params.yaml", settings(), "."), ("Code", files(), "/"), (f"Pins in {PINS}", pins(), "."),
            (f"Releases in {LIBRARIES.relative_to(ROOT)}", libraries(), ".")):
        parts += [f"## {title}\n\n| edited | runs first |\n|---|---|"]
        parts += [f"| {', '.join(f'`{name}`' for name in names)} | {_describe(stages)} |"
                  for stages, names in _merge(impact, separator).items()]
        parts += [""]
    return "\n".join(parts)


def _describe(stages: tuple[str, ...]) -> str:
    return "every stage" if {*stages} >= STAGES.keys() - {"sources"} else ", ".join(stages) or "nothing"


_TEXT = """# What an edit makes run again

Generated by `python -m tests.impact` from dvc.yaml, params.yaml and the imports of the stages; `tests/test_impact.py`
holds the rules below against DVC. The stages of a row read what was edited, so they run first. A later stage runs only
if the bytes that it reads have changed. Outputs of an earlier run with the same inputs come from DVC's run cache.

- An edit of params.yaml runs `check_params`, which takes a second. An edit of one task (`*`), checkpoint (`*`), recipe
  or corpus runs only its own cells, and of a task also `judge` and `report`.
- An edit of code runs `sources`, which takes a second. It lists the files of every stage with digests of their code,
  and a stage depends on its own listing: `dvc repro sources && dvc status` shows what an edit will run.

## Rules

| edited | runs |
|---|---|
| a comment, a docstring or the formatting of code | `sources` alone |
| one more seed, train size, tuning or task | the new cells, and the stages that put all cells together |
| one seed, train size, tuning or task fewer | no training; the stages that put all cells together |
| weights of a checkpoint with the same architecture | no training from scratch |
| test rows | no training |
| statistics, findings, tracking and the report | no training and no prediction |
"""

if __name__ == "__main__":
    (ROOT / "IMPACT.md").write_text(page(), "utf-8")
