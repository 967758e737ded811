"""Which files of a data set on the Hugging Face Hub are which split of which configuration, from their names and its
card; no script is run.

The rules are those of the Hub (https://huggingface.co/docs/hub/datasets-data-files-configuration): `configs` of the
card; else names of files or folders.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from fsspec.utils import glob_translate

from stages.tables.names import EXTENSIONS, SETS, SHARD, set_named

Splits = dict[str, list[str]]  # the files of each split, in their order
DEFAULT = "default"
CONVERSION = "refs/convert/parquet"  # the Hub's own conversion of a data set to Parquet
PACKED = (".gz", ".bz2", ".xz", ".zst", ".zip")
# Files that hold no rows, whatever their extension.
_NO_DATA = ("readme.md", "config.json", "dataset_info.json", "dataset_infos.json", "dataset_dict.json", "state.json",
            "requirements.txt", "license.txt", "readme.txt")
_OTHER_WORDS = {"eval": "test", "evaluation": "test"}  # by the rules of the Hub
_UNNAMED = ("data", "dataset")  # shards of a set that its folder names: `save_to_disk` of the datasets library
_CONVERTED = re.compile(r"([^/]+)/([^/]+)/\d+\.parquet")


def data_files(names: Iterable[str]) -> list[str]:
    """Those of ``names`` that can hold rows of a table, in order."""
    return sorted(name for name in names
                  if name.lower().endswith(EXTENSIONS) and name.rpartition("/")[2].lower() not in _NO_DATA
                  and not re.search(r"(^|/)(\.|__|cache-[0-9a-f]+\.arrow$)", name))


def packed_files(names: Iterable[str]) -> dict[str, str]:
    """Packed files by the names that :func:`data_files` would know them by."""
    packed = {name.rpartition(".")[0]: name for name in names if name.lower().endswith(PACKED)}
    return {name: packed[name] for name in data_files(packed)}


def find_configurations(names: Collection[str], card: Mapping[str, Any]) -> dict[str, Splits]:
    """The splits of every configuration.

    Args:
        names: the files of the repository.
        card: the YAML at the start of its README.md.
    """
    files = data_files(names)
    configs = card.get("configs")
    declared = [entry for entry in configs if isinstance(entry, dict)] if isinstance(configs, list) else []
    if declared:
        return {str(entry.get("config_name", DEFAULT)): _declared(files, entry) for entry in declared}
    if files and all(map(_CONVERTED.fullmatch, files)):
        return _converted(files)
    return {DEFAULT: splits_by_names(files) or {"train": files}} if files else {}


def usual_splits(splits: Collection[str]) -> dict[str, str]:
    """The split of each set by usual names, else the only one as that of train; {} where neither is there."""
    by_name = {name.lower(): name for name in splits}
    usual = {ours: next(by_name[name] for name in names if name in by_name)
             for ours, names in SETS.items() if not by_name.keys().isdisjoint(names)}
    if "train" in usual:
        return usual
    return {"train": next(iter(splits))} if len(splits) == 1 else {}


def is_shard(name: str) -> bool:
    """Whether a file is a numbered part of a set."""
    return SHARD.fullmatch(name) is not None


def default_configuration(configurations: Collection[str], card: Mapping[str, Any]) -> str:
    """The configuration that is meant where none is named, or ""."""
    if len(configurations) == 1:
        return next(iter(configurations))
    marked = [str(entry.get("config_name")) for entry in card.get("configs") or ()
              if isinstance(entry, dict) and entry.get("default")]
    return next((name for name in (*marked, DEFAULT) if name in configurations), "")


def find_class_names(card: Mapping[str, Any], configuration: str) -> dict[str, list[str]]:
    """Names of the classes of each column that has some, by the features in the card."""
    infos = card.get("dataset_info")
    entries = [entry for entry in (infos if isinstance(infos, list) else [infos]) if isinstance(entry, dict)]
    fitting = [entry for entry in entries if str(entry.get("config_name", DEFAULT)) == configuration] or (
        entries if len(entries) == 1 else [])
    features = fitting[0].get("features") if fitting else None
    if not isinstance(features, list):
        return {}
    return {str(feature["name"]): names for feature in features
            if isinstance(feature, dict) and "name" in feature and (names := _names_of(feature))}


def _names_of(feature: Any) -> list[str]:
    """The names of a class label, or of a list of them, in the order of their numbers."""
    if not isinstance(feature, dict):
        return []
    classes = feature.get("class_label")
    if isinstance(classes, dict):
        names = classes.get("names")
        if isinstance(names, dict) and all(str(key).isdecimal() for key in names):
            return [str(names[key]) for key in sorted(names, key=lambda key: int(key))]
        return [str(name) for name in names] if isinstance(names, list) else []
    return next(filter(None, (_names_of(feature.get(key)) for key in ("dtype", "sequence", "list"))), [])


def _declared(files: list[str], entry: dict[str, Any]) -> Splits:
    """The splits of a configuration of the card."""
    folder = str(entry.get("data_dir") or "").strip("/")
    patterns = entry.get("data_files")
    if patterns is None:
        inside = [name for name in files if not folder or name.startswith(f"{folder}/")]
        return splits_by_names(inside) or ({"train": inside} if inside else {})
    splits: Splits = {}
    for split, pattern in _patterns(patterns):
        whole = f"{folder}/{pattern}" if folder else pattern.removeprefix("./")
        matches = re.compile(glob_translate(whole)).match
        splits.setdefault(split, []).extend(name for name in files if matches(name))
    return {split: list(dict.fromkeys(found)) for split, found in splits.items()}


def _patterns(given: Any, split: str = "train") -> Iterator[tuple[str, str]]:
    """Each pattern with its split: a pattern, a list of some, {split: patterns}, or a list of {split, path}."""
    if isinstance(given, str):
        yield split, given
    elif isinstance(given, dict) and "path" in given:
        yield from _patterns(given["path"], str(given.get("split", split)))
    elif isinstance(given, dict):
        for name, patterns in given.items():
            yield from _patterns(patterns, str(name))
    elif isinstance(given, list):
        for pattern in given:
            yield from _patterns(pattern, split)


def _converted(files: list[str]) -> dict[str, Splits]:
    found: dict[str, Splits] = {}
    for name in files:
        configuration, split, _ = name.split("/")
        found.setdefault(configuration, {}).setdefault(split, []).append(name)
    return found


def splits_by_names(files: Sequence[str]) -> Splits:
    """By shards such as ``data/train-00000-of-00002.parquet`` and ``train/data-00000-of-00002.arrow``, else by folders,
    else by files that are called so; {} where no name tells a split.
    """
    splits: Splits = {}
    for name in files:
        if shard := SHARD.fullmatch(name):
            split = (shard["folder"] or "train") if shard["set"] in _UNNAMED else shard["set"]
            splits.setdefault(split, []).append(name)
    for part in (0, 2):  # the folders, the file
        for name in files if not splits else ():
            words = re.split(r"[-._ 0-9/]+", name.rpartition("/")[part].lower())
            if split := next(filter(None, (set_named(word) or _OTHER_WORDS.get(word, "") for word in words)), ""):
                splits.setdefault(split, []).append(name)
    return splits
