"""Command ``study``: keep the results of a run worth keeping, and show those that are kept."""

import re
import shutil
import sys
import sysconfig
from argparse import Namespace
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import nbformat
import yaml
from dvc.exceptions import DvcException, NotDvcRepoError
from dvc.repo import Repo

from stages.common.command import run_stage, stage_parser
from stages.common.errors import UserError
from stages.common.files import new_folder, read_json, write_json, write_text
from stages.comparing.present import out_of_date
from stages.encoding import example
from stages.notebooks.making import make_notebook
from stages.reporting.first_screen import verdict_in_words
from stages.results.prepared import Row, read_rows
from stages.results.reading import validated
from stages.results.searches import SEARCHES
from stages.results.tasks import read_summaries
from stages.results.verdicts import Verdicts, read_aggregates
from stages.settings.checkpoints import is_direct
from stages.settings.grid import read_grid
from stages.settings.overlays import default_settings
from stages.settings.reading import PARAMS, read_params
from stages.settings.report import report_settings
from stages.settings.schema import Params, check_params
from stages.spreading.pipeline import explained
from stages.studies import facts
from stages.studies import folder as saved
from stages.studies.folder import FACTS, LOCK, SETTINGS, STUDIES, VERDICTS
from stages.studies.publishing import folders_to_move, move_folders, refuse_paths, refuse_texts
from stages.terminal.language import add_language, chosen_language
from stages.terminal.summary import print_summary
from stages.terminal.tables import make_table, open_console
from stages.wording.catalogue import render
from stages.wording.message import message

REPORTS = Path("reports")


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = stage_parser(
        f"Keep the present results as a study in {STUDIES}: settings, metrics, verdicts, report, page and executed"
        " notebooks, with what they were made from and on. No file has a text of a corpus, so that a study can be"
        " committed. `python -m stages.preset --study NAME` repeats one, `python -m stages.diff --study NAME` compares"
        " the present results with it.",
        "python -m stages.study save two-cores\n  python -m stages.study show\n  python -m stages.study show two-cores")
    commands = parser.add_subparsers(required=True, metavar="save|show")
    save = commands.add_parser("save", help="save the present results; refuses synthetic, outdated and incomplete ones")
    save.add_argument("name", metavar="NAME", help="lower-case letters, digits and '-'")
    save.add_argument("--replace", action="store_true", help="replace a study of this name")
    save.set_defaults(run=_save)
    show = commands.add_parser("show", help="list the studies, or print the answer of one")
    show.add_argument("name", nargs="?", metavar="NAME", help="(default: list them all)")
    add_language(show)
    show.set_defaults(run=_show)
    return run_stage(parser, lambda options: options.run(options), arguments)


def _save(options: Namespace) -> None:
    target = STUDIES / options.name
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", options.name):
        raise UserError(f"{options.name}: expected a name of lower-case letters, digits and '-'; choose another")
    if target.exists() and not options.replace:
        raise UserError(f"{target}: there is a study of this name; choose another, or replace it with --replace")
    params = check_params()
    refuse_unfit(params)
    refuse_other_tasks({*params.tasks, *params.further_tests})
    try:
        with Repo() as repo:
            commit = facts.code_commit(repo)
            cells = [stage.addressing for stage in repo.index.stages]
            stale, absent = out_of_date(repo.status())
    except NotDvcRepoError:
        raise UserError("no DVC repository here; run it in a clone of the project") from None
    except (DvcException, TypeError) as error:
        raise explained(error) from None
    if stale:
        raise UserError(f"{stale[0]}: expected results of the present settings, code and files, found it out of date"
                        f" ({len(stale)} of {len(cells)} stages); run `dvc repro`, and save again")
    if absent:
        raise UserError(f"{next(iter(absent.values()))}: expected every file of the results, found none here; so it is"
                        f" with {len(absent)} of {len(cells)} stages; `dvc pull` brings such files from a remote, `dvc"
                        " repro` makes them; then save again")
    with new_folder(target) as folder:
        write_study(folder, params, cells, commit)
    kept = saved.check_study(target)["files"].values()
    print(f"{target}: {len(kept) + 1} files, {sum(file['bytes'] for file in kept) / 1e6:.1f} MB, no texts; commit it",
          file=sys.stderr)


def refuse_unfit(params: Params) -> None:
    """Refuse results that are synthetic, or that others could not repeat or may not see."""
    if params.error_analysis.publish_texts:
        raise UserError("params.yaml: error_analysis.publish_texts: expected false, since a study has no texts; set it,"
                        " run `dvc repro`, and save again")
    for task, entry in params.tasks.items():
        if is_direct(entry.checkpoint) and Path(entry.checkpoint).is_dir():
            raise UserError(f"params.yaml: tasks.{task}.checkpoint: expected an entry of `checkpoints` or a name of the"
                            " Hub, found a folder; give it an entry with `source: local`, and run `dvc repro`")
        metrics = read_json(REPORTS / "metrics" / f"{task}.json")
        for key, what in (("synthetic", "texts"), ("synthetic_checkpoint", "a checkpoint")):
            if metrics[key]:
                raise UserError(f"tasks.{task}: expected results on real text, found {what} of the synthetic sample; "
                                "leave the task out, or give it published or local files, and run `dvc repro`")


def refuse_other_tasks(names: Collection[str]) -> None:
    """Refuse files of tasks and test sets that the study does not have, such as git brings back beside it."""
    # In every folder, numbers are JSON or CSV named after what they are of; `report` makes all else anew from them.
    for path in sorted(path for kind in ("json", "csv") for path in REPORTS.glob(f"*/*.{kind}")):
        if path.name.split(".")[0] not in names:
            raise UserError(f"{path}: expected results of the tasks in params.yaml alone, found those of another;"
                            " remove it, run `dvc repro`, and save again")


def write_study(folder: Path, params: Params, cells: Sequence[str], commit: str) -> None:
    """Write all files of a study of the present results into an empty folder.

    Raises:
        UserError: a file is missing, has a text of a corpus, or names a folder of this machine.
    """
    places = folders_to_move(read_params())
    lock = yaml.load(Path(LOCK).read_text("utf-8"), Loader=yaml.CSafeLoader)
    # DVC leaves the cells of former settings in its lock.
    lock["stages"] = {cell: lock["stages"][cell] for cell in cells if cell in lock["stages"]}
    write_text(folder / LOCK, move_folders(yaml.safe_dump(lock, sort_keys=False, width=1000), places))
    write_text(folder / SETTINGS, move_folders(PARAMS.read_text("utf-8"), places))
    for path in sorted(REPORTS.iterdir()):
        if path != STUDIES and path.stem != "diff":
            (shutil.copytree if path.is_dir() else shutil.copyfile)(path, folder / path.name)
    for record in (SEARCHES / f"{task}.json" for task in params.tasks):
        if record.exists():
            (folder / "searches").mkdir(exist_ok=True)
            shutil.copyfile(record, folder / "searches" / record.name)
    grid = read_grid()
    for task in grid.tasks:
        print(f"{task}: running the cells of its notebook, which takes some seconds", file=sys.stderr)
        made = make_notebook(grid.of_task(task), report_settings().language, f"{task}.ipynb", texts=False)
        write_text(folder / "notebooks" / f"{task}.ipynb", nbformat.writes(made) + "\n")
    written = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    refuse_paths(written, [*places, str(Path.cwd()), str(Path.home()), sysconfig.get_path("purelib")])
    # Another name for these texts would start the stage encode anew.
    refuse_texts(written, _rows(params), [text for texts in example.TEXTS.values() for text in texts])
    write_json(folder / FACTS, {"commit": commit, "summary": saved.summarize(folder)} | facts.made_from(
        grid.tasks, params.further_tests, {task: REPORTS / "metrics" / f"{task}.json" for task in grid.tasks}) | {
        "seconds": facts.seconds(cells), "files": saved.files_of(folder)})


def _rows(params: Params) -> Iterator[tuple[str, Row]]:
    """All rows of the tasks and further test sets."""
    places = {task: Path("data/prepared") / task for task in params.tasks} | {
        test: Path("data/further") / test / "rows" for test in params.further_tests}
    for name, place in places.items():
        files = sorted(place.glob("*.jsonl"))
        if not files:
            raise UserError(f"{place}: no rows in which texts could be looked up; run `dvc repro` or `dvc pull`")
        for path in files:
            yield from ((name, row) for row in read_rows(path))


def _show(options: Namespace) -> None:
    language = chosen_language(options)
    if not options.name:
        _list(language)
        return
    folder = saved.study_folder(options.name)
    kept = read_json(folder / FACTS)
    with saved.settings_in_place(saved.study_settings(folder, default_settings())) as place:
        grid = read_grid()
        tasks = read_summaries(grid, Namespace(
            metrics=place(folder / "metrics"), findings=place(folder / "doctor"), verdicts=place(folder / VERDICTS)))
    print_summary(tasks, read_aggregates(folder / VERDICTS, grid.tasks), grid, language, sys.stdout)
    minutes = sum(of_stage["seconds"] for of_stage in kept["seconds"].values()) / 60
    print(render(message("study-made", commit=kept["commit"][:7], processor=kept["machine"]["processor"],
                         cores=kept["machine"]["cores"], memory=kept["machine"]["memory_gib"], minutes=minutes),
                 language))
    print(f"{render(message('terminal-report'), language)}: {(folder / 'index.html').resolve().as_uri()}")


def _list(language: str) -> None:
    """A row for every comparison of every study, each of which is as it was saved."""
    rows = [(name, task, key, render(verdict_in_words(judged), language), render(message(
        "difference-with-interval", difference=judged.difference, low=judged.low, high=judged.high), language))
        for name in saved.study_names()
        for task, found in validated(Verdicts, saved.study_folder(name) / VERDICTS).tasks.items()
        for key, judged in found.comparisons.items()]
    if not rows:
        print(render(message("study-none"), language))
        return
    columns = [render(message(f"terminal-column-{name}"), language)
               for name in ("study", "task", "arm", "verdict", "difference")]
    open_console(sys.stdout).print(make_table(columns, rows, right=columns[-1:]))


if __name__ == "__main__":
    sys.exit(main())
