"""Command ``diff``: what changed since a revision, and whether it matters."""

import sys
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from dvc.exceptions import DvcException, NotDvcRepoError
from dvc.repo import Repo
from git.exc import GitCommandError
from scmrepo.exceptions import RevError, SCMError

from stages.common.command import run_stage, stage_parser
from stages.common.errors import UserError
from stages.common.files import read_json, write_json, write_text
from stages.comparing.changes import changes
from stages.comparing.markdown import MARKER, render
from stages.comparing.present import out_of_date, told
from stages.comparing.revisions import WORKING_TREE, revision, saved_revision
from stages.settings.evaluation import evaluation_settings
from stages.spreading.pipeline import explained
from stages.studies.folder import FACTS, study_folder
from stages.terminal.changes import print_changes

MAIN = ("origin/main", "main", "origin/master", "master")
GATE = 3  # exit code


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; the exit code is 3 where the gate closes."""
    parser = stage_parser(
        "Compare the results in the working tree with those of a revision, and print what changed: settings, scores"
        " with paired significance from the predictions of both, verdicts, findings of the doctor, data, and what ran."
        " Predictions come from DVC's cache or remote; where they are not available, the comparison is unpaired, and"
        " says so.",
        "python -m stages.diff\n  python -m stages.diff v1.0 --fail-on regression",
    )
    against = parser.add_mutually_exclusive_group()
    against.add_argument("--study", metavar="NAME", help="a saved study, in place of a revision")
    against.add_argument("revision", nargs="?", metavar="REV",
                        help="commit, branch or tag (default: where this branch left main; on main itself, HEAD)")
    parser.add_argument("--fail-on", choices=("regression", "change"),
                        help="exit with 3 on a regression: a score fell significantly; more runs of an arm failed to"
                        " train (at least two more, and a third of the arm); an arm is now found to hurt, or to score"
                        " below scratch; one that was found to help, or to score above scratch, lost that verdict, as"
                        " its difference fell beyond both intervals or is gone; or there is a new severe finding."
                        " With change: on anything that matters. With either: where the results are out of date,"
                        " or files of theirs are not here")
    parser.add_argument("--out", type=Path, default=Path("reports/diff.md"),
                        help="Markdown to write, with JSON beside it (default: reports/diff.md)")
    closed: list[str] = []
    code = run_stage(parser, lambda options: closed.extend(_diff(options)), arguments)
    return code or GATE * bool(closed)


def _diff(options: Namespace) -> list[str]:
    """Write both files; return why the gate closes."""
    _refuse_other_files(options.out)
    try:
        with Repo() as repo:
            if options.study:
                folder = study_folder(options.study)
                name, old = f"study {options.study}", read_json(folder / FACTS)["commit"]
                before, present = saved_revision(folder), {stage.addressing for stage in repo.index.stages}
            else:
                name, old = _resolved(repo, options.revision)
                before, present = revision(repo, old), set()
            (stale, absent), after = map(len, out_of_date(repo.status())), revision(repo, WORKING_TREE)
            if present:  # a study has none of the cells of former settings that DVC leaves in its lock
                after = replace(after, cells={cell: after.cells[cell] for cell in after.cells if cell in present})
            facts = changes(before, after, evaluation_settings())
    except NotDvcRepoError:
        raise UserError("no DVC repository here; run it in a clone of the project") from None
    except (DvcException, TypeError) as error:
        raise explained(error) from None
    except SCMError as error:
        raise UserError(f"git: {' '.join(str(error).split())}") from None
    shown = f"{name} ({old[:7]})"
    write_json(options.out.with_suffix(".json"),
               {"revision": name, "commit": old, "stale": stale, "absent": absent} | facts)
    write_text(options.out, render(facts, shown, "the working tree", stale, absent))
    print_changes(facts, sys.stdout)
    _summarize(facts, shown, options.out, stale, absent)
    if options.fail_on and (stale or absent):
        return list(told(stale, absent))
    if options.fail_on == "change":
        return ["something that matters changed"] if facts["matters"] else []
    return facts["regressions"] if options.fail_on else []


def _refuse_other_files(out: Path) -> None:
    """Refuse to write where something else than an earlier comparison stands."""
    if out.suffix != ".md":
        raise UserError(f"--out: expected the name of a Markdown file, which ends in .md, got {out}")
    beside = out.with_suffix(".json")
    if out.exists() and not (out.is_file() and out.read_text("utf-8", errors="replace").startswith(MARKER)):
        raise UserError(f"{out}: is no comparison by this command, and would be lost; name another file as --out")
    if beside.exists() and not {"revision", "stale"} <= set(read_json(beside)):
        raise UserError(f"{beside}: is written, too, is no comparison by this command, and would be lost; name another "
                        "file as --out")


def _resolved(repo: Repo, name: str | None) -> tuple[str, str]:
    """Name and commit to compare with."""
    try:
        if name:
            return name, repo.scm.resolve_rev(name)
    except RevError:
        raise UserError(f"{name}: no such revision; in a shallow clone, `git fetch --unshallow` brings all") from None
    head = repo.scm.resolve_rev("HEAD")
    for branch in MAIN:
        try:
            base = repo.scm.gitpython.repo.merge_base("HEAD", branch)
        except GitCommandError:  # no such branch
            continue
        if not base:
            raise UserError(f"{branch}: no common history with HEAD here; `git fetch --unshallow` brings it, or name a"
                            " revision")
        return ("HEAD", head) if base[0].hexsha == head else (f"where it left {branch}", base[0].hexsha)
    raise UserError(f"no branch {' or '.join(MAIN)} to compare with; fetch it, or name a revision")


def _summarize(facts: dict[str, Any], old: str, out: Path, stale: int, absent: int) -> None:
    for sentence in told(stale, absent):
        print(f"warning: {sentence}", file=sys.stderr)
    for sentence in facts["regressions"]:
        print(f"regression: {sentence}", file=sys.stderr)
    what = "compared with" if facts["matters"] or stale else "nothing that matters changed since"
    print(f"{out}: {what} {old}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
