"""Stage ``download``: the raw files of a task: published, from a local folder or the Hub, or the embedded sample."""

import os
import shutil
import sys
import zipfile
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from huggingface_hub import HfApi

from stages.common.command import run_stage
from stages.common.errors import UserError
from stages.common.files import new_folder, sha256, write_json
from stages.common.listing import some_of
from stages.common.pipeline import pipeline_parser
from stages.corpora.fetching import Pin, fetch
from stages.corpora.sample.writing import write_sample
from stages.corpora.tasks import Split, Task, find_task
from stages.settings.data import SOURCE, DownloadSettings, task_settings
from stages.settings.further import FurtherSource
from stages.settings.libraries import require_libraries
from stages.settings.published import PublishedCorpus, PublishedFile, published_corpus
from stages.settings.reading import read_keys
from stages.settings.table import TABLE
from stages.tables.files import copy_files, table_files
from stages.tables.hub import fetch_table
from stages.tables.splits import refuse_several_files, sets_in

STORE = Path("data/downloads")
MIRROR = "HEADSTART_MIRROR"


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line of the stage."""
    parser = pipeline_parser(
        "download", out="folder to write",
        more=f"Published files are downloaded into {STORE}, which may be deleted at any time; an interrupted download"
        f" resumes. To take them from elsewhere, set the environment variable {MIRROR} to the address of a folder that"
        " has them as <corpus>/<file>: https://..., file:///... or any that fsspec supports. Sizes and SHA-256 are"
        " checked in any case.")
    wanted = parser.add_mutually_exclusive_group(required=True)
    wanted.add_argument("--task", help="name of the task in params.yaml")
    wanted.add_argument("--further-test", help="name of the further test set in params.yaml, instead of a task")
    return run_stage(parser, _download, arguments)


def _download(options: Namespace) -> None:
    require_libraries("pyarrow")
    mirror = os.environ.get(MIRROR, "")
    if options.task:
        obtain(options.task, options.out, task_settings(DownloadSettings, options.task), mirror)
    else:
        name = options.further_test
        obtain_further(name, options.out, read_keys(FurtherSource, f"further_tests.{name}"), mirror)


def obtain(task_name: str, out: Path, settings: DownloadSettings, mirror: str = "") -> None:
    """Write the task's files, and source.json with the file of every split, sizes and hashes."""
    facts: dict[str, Any] = {"source": settings.source}
    named: dict[str, tuple[str, ...]]
    with new_folder(out) as partial:
        if settings.corpus == TABLE and settings.source == "hub":
            fetched = fetch_table(settings.table, partial, HfApi())
            named = {split: (name,) for split, name in fetched["splits"].items()}
            facts |= {name: value for name, value in fetched.items() if name != "splits"}
        elif settings.corpus == TABLE:
            folder = Path(settings.folder)
            copies = copy_files(folder, table_files(task_name, folder, settings.table), partial)
            named = {split: (name,) for split, name in copies.items()}
        else:
            task = find_task(settings.corpus)
            named = {**task.files}
            if settings.source == "sample":
                write_sample(settings.corpus, partial, settings.sample_seed)
            elif settings.source == "published":
                facts |= _fetch(settings.corpus, published_corpus(settings.corpus), partial, mirror)
            else:
                _copy(task_name, task, Path(settings.folder), partial)
        if settings.corpus == TABLE and settings.table.columns.split is not None:
            refuse_several_files(partial, settings.table, len(named))
            named = dict.fromkeys(sets_in(partial / named["train"][0], settings.table), named["train"])
        facts["files"] = _described(partial)
        facts["splits"] = {split: name for split, names in named.items()
                           for name in names if name in facts["files"]}
        write_json(partial / SOURCE, facts)
    sizes = ", ".join(f"{name} {file['bytes']} bytes" for name, file in facts["files"].items())
    print(f"{task_name}: {settings.source} {sizes}", file=sys.stderr)
    if settings.source == "hub":
        _show_commit(f"tasks.{task_name}", facts, settings.table.revision)


def _show_commit(place: str, facts: dict[str, Any], revision: str) -> None:
    """Say the terms of use of a data set of the Hub, and how the commit of a branch is pinned."""
    print(f"{facts['homepage']}, terms of use: {facts['licence']}", file=sys.stderr)
    if facts["commit"] != revision:
        print(f"{facts['repository']}: {facts['revision']} is commit {facts['commit']} at present; to pin it: "
              f"-S {place}.table.revision={facts['commit']}", file=sys.stderr)


def obtain_further(name: str, out: Path, settings: FurtherSource, mirror: str = "") -> None:
    """Write the file of a further test set, and source.json as :func:`obtain` does, with the one split ``test``."""
    with new_folder(out) as partial:
        facts = {"source": settings.source} | _further_facts(name, settings, partial, mirror)
        file, *others = sorted(path.name for path in partial.iterdir())
        if others:
            raise UserError(f"params.yaml: further_tests.{name}.folder: expected one file, found "
                            f"{', '.join((file, *others))}; name the file itself, or set table.files to {{test: NAME}}")
        facts |= {"files": _described(partial), "splits": {"test": file}}
        write_json(partial / SOURCE, facts)
    print(f"{name}: {settings.source} {file} {facts['files'][file]['bytes']} bytes", file=sys.stderr)
    if settings.source == "hub":
        _show_commit(f"further_tests.{name}", facts, settings.table.revision)


def _further_facts(name: str, settings: FurtherSource, folder: Path, mirror: str) -> dict[str, Any]:
    """Write the files into ``folder``; return where they are from."""
    if settings.source == "published":
        return _fetch(settings.corpus, published_corpus(settings.corpus), folder, mirror)
    if settings.source == "hub":
        return {**fetch_table(settings.table.as_train, folder, HfApi())}
    try:
        own = Path(settings.folder)
        copy_files(own, table_files(name, own, settings.table), folder)
    except UserError as error:
        raise UserError(str(error).replace(f"tasks.{name}.", f"further_tests.{name}.")) from None
    return {}


def _fetch(corpus: str, published: PublishedCorpus, folder: Path, mirror: str) -> dict[str, Any]:
    """Download every pinned file into ``folder``; return the published origin, whichever mirror was used."""
    print(f"{corpus}: {published.homepage}, terms of use: {published.licence}", file=sys.stderr)
    for file in published.files:
        pin = Pin(f"{corpus}/{file.name}", tuple(file.urls), file.bytes, file.sha256)
        stored = fetch(pin, STORE, mirror)
        if file.members:
            _extract(stored, file, folder)
        else:
            shutil.copyfile(stored, folder / file.name)
    pins = [{"url": file.urls[0], "bytes": file.bytes, "sha256": file.sha256} for file in published.files]
    return {"homepage": published.homepage, "licence": published.licence, "pins": pins}


def _extract(stored: Path, file: PublishedFile, folder: Path) -> None:
    """Extract the needed members of the archive."""
    with zipfile.ZipFile(stored) as archive:
        for member in file.members:
            with archive.open(member) as source, (folder / PurePosixPath(member).name).open("wb") as target:
                shutil.copyfileobj(source, target)


def _copy(task_name: str, task: Task, folder: Path, partial: Path) -> None:
    """Copy the file of every split, and the companions that exist, from a local folder."""
    if not folder.is_dir():
        found = "a file" if folder.exists() else "none"
        raise UserError(f"{folder}: expected a folder, found {found}; set tasks.{task_name}.folder in params.yaml to "
                        f"the folder with {', '.join(' or '.join(names) for names in task.files.values())}")
    for split, names in task.files.items():
        if present := _find_file(task_name, folder, split, names, split in task.optional):
            _copy_file(folder / present, partial)
    for name in task.companions:
        if (folder / name).is_file():
            _copy_file(folder / name, partial)


def _find_file(task_name: str, folder: Path, split: Split, names: Sequence[str], optional: bool) -> str | None:
    present = [name for name in names if (folder / name).is_file()]
    if len(present) > 1:
        raise UserError(f"{folder}: expected one {split} file, found {' and '.join(present)}; remove all but one")
    if present or optional:
        return next(iter(present), None)
    others = sorted(path.name for path in folder.iterdir())
    found = f"none among {some_of(others)}" if others else "nothing"
    raise UserError(f"{folder}: expected the {split} file {' or '.join(names)}, found {found}; "
                    f"put it there or set tasks.{task_name}.folder in params.yaml")


def _copy_file(original: Path, folder: Path) -> None:
    try:
        shutil.copyfile(original, folder / original.name)
    except PermissionError:
        raise UserError(f"{original}: no permission to read; change its permissions") from None


def _described(folder: Path) -> dict[str, dict[str, Any]]:
    """Size and SHA-256 of every file.

    Raises:
        UserError: one has the name under which these facts are kept.
    """
    if (folder / SOURCE).exists():
        raise UserError(f"{SOURCE}: expected another name of a table, as facts about the files are kept under this "
                        "one; rename the file, and correct folder or table.files in params.yaml")
    return {path.name: {"bytes": path.stat().st_size, "sha256": sha256(path)} for path in sorted(folder.iterdir())}


if __name__ == "__main__":
    sys.exit(main())
