"""The releases of libraries that results depend on: ``stages/settings/libraries.yaml``."""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from stages.common.errors import UserError
from stages.settings.yaml12 import parse_yaml

LIBRARIES = Path(__file__).with_suffix(".yaml")


def require_libraries(*names: str) -> None:
    """Refuse to run with a library release other than the one that the results were made with.

    A build such as ``2.13.0+cpu`` counts as its release ``2.13.0``: the same study runs with and without a GPU.

    Raises:
        UserError: a library has another release or is not installed.
    """
    wanted = parse_yaml(LIBRARIES.read_text("utf-8"), LIBRARIES.name)
    for name in names:
        installed = _installed(name)
        if installed != wanted[name]:
            raise UserError(
                f"{name}: expected release {wanted[name]}, found {installed or 'none'}; install requirements.lock "
                f"(`make repro` does), or put the installed release into {LIBRARIES.name}, which re-runs what uses it")


def _installed(name: str) -> str:
    try:
        return version(name).partition("+")[0]
    except PackageNotFoundError:
        return ""
