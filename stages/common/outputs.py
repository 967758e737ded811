"""What the stages of dvc.yaml write, and folders of the user's beside it."""

from functools import cache
from pathlib import Path

from stages.common.errors import UserError
from stages.common.pipeline import declared_stages


def refuse_among_outputs(place: str, folder: Path, name: str, *, inside: bool = True) -> None:
    """Refuse a folder of the user's that holds what stages write, as DVC has no order of stages then.

    Args:
        place: of the folder, for the error.
        folder: which may be a single file.
        name: of the folder that is proposed.
        inside: refuse one inside of an output, too, which DVC removes with it.
    """
    for output in _output_folders():
        own, written = folder.resolve(), Path(output).resolve()
        if written.is_relative_to(own) or (inside and own.is_relative_to(written)):
            raise UserError(f"{place}: expected a folder where the pipeline writes nothing, found {folder}, where it "
                            f"writes {output}; put the files into a folder of their own, such as data/local/{name}")


@cache  # the same for every setting that names a folder
def _output_folders() -> list[str]:
    """The outputs of all stages; of those of cells, the folder that all cells share."""
    outputs = [next(iter(output)) if isinstance(output, dict) else str(output) for stage in declared_stages().values()
               for kind in ("outs", "metrics", "plots") for output in stage.get(kind, ())]
    return [output.partition("${")[0].rpartition("/")[0] if "${" in output else output for output in outputs]
