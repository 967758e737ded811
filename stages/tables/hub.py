"""Fetch a table from a data set on the Hugging Face Hub: at one commit, Parquet and plain files alone, no script."""

import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypedDict

from huggingface_hub import HfApi

from stages.common.errors import UserError
from stages.common.files import sha256
from stages.common.hub import Commit, Repository, log_without_secrets, open_repository
from stages.common.listing import some_of
from stages.common.visible import visible
from stages.settings.base import did_you_mean
from stages.settings.hub import MAIN
from stages.settings.table import TableSettings
from stages.settings.yaml12 import parse_yaml
from stages.tables.class_names import class_names_of
from stages.tables.hub_layout import (
    CONVERSION,
    Splits,
    data_files,
    default_configuration,
    find_class_names,
    find_configurations,
    packed_files,
    splits_by_names,
    usual_splits,
)
from stages.tables.joining import join_files, refuse_missing_shards

CARD = "README.md"


class Pin(TypedDict):
    """A file of a data set at one commit."""

    url: str
    bytes: int
    sha256: str


class HubFacts(TypedDict):
    """Where the files of a table are from, for ``source.json``.

    Attributes:
        commit: what the ``revision`` was resolved to.
        splits: the file of each set.
        taken_from: of each set, the data set's own split or file.
        class_names: the names of numbered classes by column.
    """

    repository: str
    configuration: str
    revision: str
    commit: str
    splits: dict[str, str]
    taken_from: dict[str, str]
    class_names: dict[str, list[str]]
    homepage: str
    licence: str
    pins: list[Pin]


def fetch_table(settings: TableSettings, folder: Path, api: HfApi) -> HubFacts:
    """Write the file of each set into ``folder``, named after the set.

    The revision is resolved once, and every file is fetched at that commit. A data set on ``main`` that is only a
    script is taken from the Hub's own conversion to Parquet. With HF_HUB_OFFLINE=1 everything comes from the cache.

    Args:
        settings: what is wanted of which repository.
        api: client of the Hub; a plain ``HfApi()`` follows HF_ENDPOINT and HF_TOKEN.

    Raises:
        UserError: the data set cannot be downloaded, or has not what is wanted.
    """
    source = open_repository(settings.repository, settings.revision, api, "dataset")
    with log_without_secrets():
        chosen = source.resolve(settings.revision)
        found = chosen
        card = _read_card(source, chosen)
        if not settings.files and _is_script(settings.repository, chosen, card):
            source, found = _conversion(source, chosen, api)
        configuration, taken_from, wanted = _wanted(source.place, settings, found, card)
        local = source.take(found, [name for names in wanted.values() for name in names])
    source.remember(local, {settings.revision: chosen.commit, source.revision: found.commit})
    names = {split: _join(source.place, split, [local / name for name in files], folder)
             for split, files in wanted.items()}
    train = folder / names["train"]
    return {
        "repository": settings.repository, "configuration": configuration, "revision": source.revision,
        "commit": found.commit, "splits": names, "taken_from": taken_from,
        "class_names": class_names_of(train) or find_class_names(card, configuration),
        "homepage": f"https://huggingface.co/datasets/{settings.repository}", "licence": _licence(card),
        "pins": [_pin(settings.repository, found.commit, name, local / name)
                 for files in wanted.values() for name in files],
    }


def _read_card(source: Repository, commit: Commit) -> dict[str, Any]:
    """The YAML at the start of the card; {} where there is none that can be read."""
    if CARD not in commit.files:
        return {}
    text = (source.take(commit, (CARD,)) / CARD).read_text("utf-8", "replace")
    block = re.match(r"\s*---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(\r?\n|$)", text, re.DOTALL)
    try:
        values = parse_yaml(block[1], CARD) if block else {}
    except UserError as error:
        print(f"{source.place}: its card is left out of account: {error}", file=sys.stderr)
        return {}
    return values if isinstance(values, dict) else {}


def _licence(card: Mapping[str, Any]) -> str:
    given = card.get("license")
    return visible(", ".join(map(str, given)) if isinstance(given, list) else str(given or "not stated"))


def _is_script(repository: str, commit: Commit, card: Mapping[str, Any]) -> bool:
    """Whether the rows come from a script, or nothing tells where they are."""
    script = f"{repository.rpartition('/')[2]}.py"
    return not card.get("configs") and (script in commit.files or not data_files(commit.files))


def _conversion(source: Repository, chosen: Commit, api: HfApi) -> tuple[Repository, Commit]:
    """The Hub's own conversion of ``main`` to Parquet."""
    scripts = sorted(name for name in chosen.files if name.endswith(".py") and "/" not in name)
    found = f"the script {scripts[0]}, which is never run" if scripts else (
        f"only {some_of(sorted(chosen.files))}" if chosen.files else "nothing")
    remedy = ("download its rows elsewhere and give the file to `python -m stages.new_task`, or set table.files in "
              "params.yaml to files of the repository")
    if source.revision != MAIN:
        raise UserError(f"{source.place}: expected Parquet or plain files of rows, found {found}; set revision to "
                        f"{CONVERSION}, the Hub's own conversion of {MAIN}, or {remedy}")
    converted = open_repository(source.name, CONVERSION, api, "dataset")
    try:
        commit = converted.resolve(CONVERSION)
    except UserError as error:
        if "no such revision" not in str(error) and "not in the cache" not in str(error):
            raise
        raise UserError(f"{source.place}: expected Parquet or plain files of rows, found {found}, and no conversion "
                        f"to Parquet by the Hub ({CONVERSION}); {remedy}") from None
    print(f"{source.place}: has {found}; taking the Hub's own conversion to Parquet, commit {commit.commit}",
          file=sys.stderr)
    return converted, commit


def _wanted(
    place: str, settings: TableSettings, commit: Commit, card: Mapping[str, Any]
) -> tuple[str, dict[str, str], Splits]:
    """The configuration, what each set is taken from, and its files."""
    if settings.files:
        for name in settings.files.values():
            if name not in commit.files:
                raise _missing(place, "a file", name, data_files(commit.files), "table.files")
        return settings.configuration, settings.files, {split: [name] for split, name in settings.files.items()}
    configurations = find_configurations(commit.files, card)
    name = settings.configuration or default_configuration(configurations, card)
    if name not in configurations:
        raise _missing(place, "the configuration" if name else "the name of a configuration", name,
                       list(configurations), "table.configuration")
    splits = {split: files for split, files in configurations[name].items() if files}
    if not splits:
        raise UserError(f"{place}: expected Parquet or plain files of the configuration {name}, found "
                        f"{some_of(sorted(commit.files)) or 'nothing'}; set table.files in params.yaml to files of "
                        "rows that are not packed")
    if not settings.splits:
        _refuse_packed(place, commit, configurations[name] if card.get("configs") else {})
    chosen = _chosen_splits(place, settings, splits)
    return name, chosen, {ours: splits[theirs] for ours, theirs in chosen.items()}


def _refuse_packed(place: str, commit: Commit, declared: Splits) -> None:
    """Refuse a split that would be taken and is packed, as the rows of another one would stand for it.

    Args:
        declared: the splits that the card names; {} where the names of files tell them.
    """
    packed = packed_files(commit.files)
    splits = declared or splits_by_names(data_files([*commit.files, *packed]))
    for theirs in usual_splits(splits).values():
        if not splits[theirs] or any(name in packed for name in splits[theirs]):
            found = [packed[name] for name in splits[theirs] if name in packed] or sorted(commit.files)
            raise UserError(f"{place}: expected Parquet or plain files of the split {theirs}, found {some_of(found)}; "
                            "unpack it elsewhere and give its folder to `python -m stages.new_task`; to do without it, "
                            "set table.splits in params.yaml")


def _chosen_splits(place: str, settings: TableSettings, splits: Splits) -> dict[str, str]:
    """The split of each set: as the settings name them, else by usual names, else the only one."""
    for theirs in settings.splits.values():
        if theirs not in splits:
            raise _missing(place, "a split", theirs, list(splits), "table.splits")
    if settings.splits:
        return settings.splits
    if usual := usual_splits(splits):
        return usual
    raise _missing(place, "a split", "train", list(splits), "table.splits")


def _missing(place: str, expected: str, name: str, known: Sequence[str], setting: str) -> UserError:
    wanted = f"{expected} {name}" if name else expected
    return UserError(f"{place}: expected {wanted}, found {some_of(known) or 'none'}; set {setting} in params.yaml"
                     + (did_you_mean(name, known) if name else ""))


def _join(place: str, split: str, files: list[Path], folder: Path) -> str:
    """Write the files of one split as a single one; return its name."""
    refuse_missing_shards(place, split, [path.as_posix() for path in files])
    target = folder / f"{split}{files[0].suffix.lower()}"
    join_files(place, split, files, target, "name one of each set as table.files in params.yaml, or set revision to "
               f"{CONVERSION}, the Hub's own conversion")
    return target.name


def _pin(repository: str, commit: str, name: str, path: Path) -> Pin:
    return {"url": f"https://huggingface.co/datasets/{repository}/resolve/{commit}/{name}",
            "bytes": path.stat().st_size, "sha256": sha256(path)}
