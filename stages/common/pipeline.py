"""The command line of a stage of the pipeline: its options, and what dvc.yaml says of it."""

import re
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from pathlib import Path

from ruamel.yaml import YAML

from stages.common.command import run_stage, stage_parser
from stages.common.sources import ROOT

# What the options are that several stages have.
_SHARED = {
    "task": "name of the task in params.yaml",
    "seed": "seed of the cell",
    "raw": "folder that download wrote",
    "prepared": "folder that preprocess wrote",
    "encoded": "folder that encode wrote",
    "encoding_card": "what encode says about tokens and padding",
    "checkpoint": "folder of the task's checkpoint",
    "tokenizer": "tokenizer.json of the task's checkpoint",
    "rows": "JSON that plan_sizes wrote: the training rows",
    "models": "folder of the models, one per cell, with their histories",
    "predictions": "folder that predict wrote",
    "metrics": "what evaluate wrote",
    "sized": "folder of the further train sizes",
    "sizes": "what evaluate_sizes wrote",
    "errors": "what analyse wrote about errors",
    "findings": "what diagnose found",
    "verdicts": "JSON that judge wrote",
    "further": "folder of the scores on further test sets",
}
_TYPES = {"task": str, "further_test": str, "seed": int}  # others are paths
# What stands in examples for the places of a command in dvc.yaml; for `${key}` by the section that has the keys.
_PLACES = {"item.task": "nsmc", "item.tuning": "full", "item.seed": "1", "item.size": "500", "tunings[0]": "full",
           "${tasks}": "nsmc", "${checkpoints}": "bilingual_small", "${further_tests}": "shop"}


def declared_stages() -> dict[str, dict[str, object]]:
    """The stages of dvc.yaml by name, as each of their cells has them; ``foreach`` is what the cells are made from."""
    found = YAML(typ="safe").load((ROOT / "dvc.yaml").read_text("utf-8"))["stages"]
    return {name: stage | stage.get("do", {}) for name, stage in found.items()}


class _StageParser(ArgumentParser):
    """``--help`` begins with what the stages that run the module do, and ends with the first of their commands."""

    module: str

    def format_help(self) -> str:
        mine = {name: stage for name, stage in declared_stages().items()
                if stage["cmd"].split()[2] == f"stages.{self.module}"}
        does = "\n".join(f"{name}: {stage['desc']}." for name, stage in mine.items())
        self.description = f"{does}\n{self.description}".rstrip()
        first = next(iter(mine.values()))
        places = _PLACES | {"key": _PLACES.get(first.get("foreach"), "")}
        self.epilog = "example:\n  " + re.sub(r"\$\{(.+?)\}", lambda place: places[place[1]], first["cmd"])
        return super().format_help()


def pipeline_stage(
    module: str, run: Callable[[Namespace], None], shared: str = "", more: str = "", **own: str
) -> Callable[[Sequence[str] | None], int]:
    """The command line of a stage that has no other options than those of :func:`pipeline_parser`."""
    def main(arguments: Sequence[str] | None = None) -> int:
        return run_stage(pipeline_parser(module, shared, more, **own), run, arguments)

    return main


def pipeline_parser(module: str, shared: str = "", more: str = "", **own: str) -> ArgumentParser:
    """Parser of the stages that dvc.yaml runs by ``stages.<module>``; all of the options here are required.

    Args:
        shared: names of options that several stages have.
        more: what ``--help`` says besides the descriptions in dvc.yaml.
        own: what the other options are, by their names.
    """
    parser = stage_parser(more, "", _StageParser)
    parser.module = module
    for name, text in ({name: _SHARED[name] for name in shared.split()} | own).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=_TYPES.get(name, Path), required=True, help=text)
    return parser
