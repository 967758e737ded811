"""The releases of libraries that results depend on: ``stages/settings/libraries.yaml``."""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from stages.common.errors import UserError
from stages.settings.yaml12 import parse_yaml

LIBRARIES = Path(__file__).with_suffix(".yaml")


def require_libraries(*names: str) -> None:
    """Refuse to go on with another release of a library than results are made with.

    A build such as ``2.13.0+cpu`` counts as its release ``2.13.0``: the same study runs with and without a GPU.

    Raises:
        UserError: naming the first library whose installed release is another.
    """
    wanted = parse_yaml(LIBRARIES.read_text("utf-8"), LIBRARIES.name)
    for name in names:
        installed = _installed(name)
        if installed != wanted[name]:
            raise UserError(
                f"{name}: expected release {wanted[name]}, found {installed or 'none'}; install requirements.lock "
                f"(`make repro` does), or write the other release into {LIBRARIES.name}, which runs anew what uses it")


def _installed(name: str) -> str:
    try:
        return version(name).partition("+")[0]
    except PackageNotFoundError:
        return ""
