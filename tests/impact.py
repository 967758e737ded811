"""What each edit makes run again: the table behind IMPACT.md, written by hand from the design.

A row names what is edited and the stages that read it. They run first; every stage after them runs only if the bytes
that it reads have changed. `python -m tests.impact` writes the page anew.
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from stages.common.sources import ROOT

SIZED = ("train_pretrained_sized", "train_scratch_sized")
TRAIN = ("train_pretrained", "train_adapted", "train_scratch", *SIZED)
PREDICT = ("predict", "predict_sized")
EVALUATE = ("evaluate", "evaluate_sizes", "analyse")
MODELS = ("adapt", *TRAIN, *PREDICT, "stress")
EVERY = ("check_params", "download", "sample_text", "checkpoint", "assign_checkpoint", "preprocess", "encode",
         "baseline", "plan_sizes", *MODELS, *EVALUATE, "diagnose", "track", "report")


@dataclass(frozen=True)
class Row:
    """An edit of everything that ``pattern`` matches is seen by all cells of ``stages``.

    ``scope`` limits them: to the cells of the task, checkpoint, tuning or corpus that the pattern's ``*`` stands for.
    """

    pattern: str
    stages: tuple[str, ...]
    scope: str = ""


# `check_params` runs after every edit of params.yaml, `report` after every one under `tasks`, whose names it reads, and
# `assign_checkpoint` after every one under `recipes`, which it holds against the checkpoint; all three are left out of
# the rows.
PARAMS = (
    Row("lr", ("train_pretrained", "train_adapted", "train_pretrained_sized")),
    Row("pretrained.*", ("train_pretrained", "train_adapted", "train_pretrained_sized")),
    Row("scratch.*", ("train_scratch", "train_scratch_sized")),
    Row("training.threads", (*TRAIN, *PREDICT, "stress")),
    Row("training.precision", (*TRAIN, *PREDICT, "stress")),
    Row("training.seed_varies", (*TRAIN, *PREDICT)),
    Row("training.*", TRAIN),
    Row("recipes.full.*", ("train_pretrained", "train_adapted", "train_pretrained_sized"), "tuning"),
    Row("recipes.*.*", ("train_pretrained",), "tuning"),
    Row("tasks.*.corpus", ("download", "assign_checkpoint", "preprocess"), "task"),
    Row("tasks.*.source", ("download",), "task"),
    Row("tasks.*.folder", ("download",), "task"),
    Row("tasks.*.exclude_id_prefix", ("preprocess",), "task"),
    Row("tasks.*.validation_size", ("preprocess",), "task"),
    Row("tasks.*.test_size", ("preprocess",), "task"),
    Row("tasks.*.train_size", ("baseline", "plan_sizes", *TRAIN), "task"),
    Row("tasks.*.checkpoint", ("assign_checkpoint", "encode", "adapt", "track"), "task"),
    Row("tasks.*.max_length", ("assign_checkpoint", "encode", "adapt", "predict", "stress", "track"), "task"),
    Row("tasks.*.pretrained", ("train_pretrained", "train_adapted", "train_pretrained_sized"), "task"),
    Row("tasks.*.scratch", ("train_scratch", "train_scratch_sized"), "task"),
    Row("checkpoints.*", ("checkpoint",), "checkpoint"),
    Row("sample_seed", ("download", "sample_text")),
    Row("split_seed", ("preprocess",)),
    Row("evaluation.*", EVALUATE),
    Row("error_analysis.*", ("analyse",)),
    Row("stress.*", ("stress",)),
    Row("tracking.*", ("track",)),
    Row("resources.*", ()),
    Row("report.*", ("report",)),
    Row("adaptation.*", ("adapt",)),
)

LIBRARIES = (
    Row("accelerate", MODELS),
    Row("datasets", ("encode",)),
    Row("numpy", ("checkpoint", "encode", "baseline", *MODELS, *EVALUATE, "diagnose")),
    Row("peft", MODELS),
    Row("pyarrow", ("encode", *MODELS, *EVALUATE, "diagnose")),
    Row("scikit-learn", ("baseline", "diagnose")),
    Row("scipy", ("checkpoint", "baseline", *EVALUATE, "diagnose")),
    Row("tokenizers", ("checkpoint", "encode", "adapt", *PREDICT, "stress", "diagnose")),
    Row("torch", ("checkpoint", *MODELS)),
    Row("transformers", ("checkpoint", *MODELS)),
    Row("vl-convert-python", ("report",)),
)

PINS = (Row("*", ("download",), "corpus"),)

CODE = (
    Row("stages/common/lengths.py", ("preprocess", "encode", "diagnose")),
    Row("stages/common/progress.py", ("download", "checkpoint", *MODELS)),
    Row("stages/common/durations.py", (*TRAIN, "track", "report")),
    Row("stages/common/repository.py", ("check_params", "checkpoint", "adapt", *TRAIN, "track", "report")),
    Row("stages/common/pipeline.py", ()),
    Row("stages/common/run_cache.py", ("check_params",)),
    Row("stages/common/*", EVERY),
    Row("stages/answering/*", ()),
    Row("stages/comparing/*", ()),
    Row("stages/corpora/sample/*", ("download", "sample_text")),
    Row("stages/corpora/fetching.py", ("download",)),
    Row("stages/corpora/lines.py", ("checkpoint", "preprocess", "adapt")),
    Row("stages/corpora/recognising.py", ("checkpoint", "preprocess", "adapt")),
    Row("stages/corpora/tasks.py", ("check_params", "download", "sample_text", "assign_checkpoint", "preprocess")),
    Row("stages/corpora/damage.py", ("preprocess", "diagnose")),
    Row("stages/corpora/*.py", ("preprocess",)),
    Row("stages/doctoring/*", ("diagnose",)),
    Row("stages/encoding/rows.py", ("encode", *PREDICT, "stress")),
    Row("stages/encoding/running_text.py", (*PREDICT, "evaluate", "evaluate_sizes")),
    Row("stages/encoding/example.py", ("encode",)),
    Row("stages/encoding/store.py", ("encode", *MODELS)),
    Row("stages/encoding/train_sizes.py", (*TRAIN, *PREDICT, "evaluate_sizes", "track")),
    Row("stages/encoding/tokenizing.py", ("encode", "adapt", *PREDICT, "stress")),
    Row("stages/metrics/baselines.py", ("baseline",)),
    Row("stages/metrics/chance.py", ("baseline", "diagnose")),
    Row("stages/metrics/entities.py", (*TRAIN, *EVALUATE, "diagnose")),  # chooses the best model, too
    Row("stages/metrics/groups.py", (*EVALUATE, "diagnose")),
    Row("stages/metrics/error_analysis.py", ("analyse",)),
    Row("stages/metrics/failure.py", ("evaluate", "evaluate_sizes", "diagnose", "report", "track")),
    Row("stages/metrics/rates.py", ("evaluate", "evaluate_sizes")),
    Row("stages/metrics/label_noise.py", ("analyse",)),
    Row("stages/metrics/stored.py", ("analyse",)),
    Row("stages/metrics/stress_scores.py", ("analyse",)),
    Row("stages/metrics/delivered.py", ("evaluate", "evaluate_sizes")),
    Row("stages/metrics/evaluation.py", ("evaluate", "evaluate_sizes")),
    Row("stages/metrics/label_multiplier.py", ("evaluate_sizes",)),
    Row("stages/metrics/steps.py", ("evaluate_sizes",)),
    Row("stages/metrics/*", EVALUATE),
    Row("stages/models/architectures.py", ("check_params", "checkpoint", "assign_checkpoint", *MODELS)),
    Row("stages/models/loading.py", ("checkpoint", *MODELS)),
    Row("stages/models/vocabulary.py", ("checkpoint",)),
    Row("stages/models/adapting.py", ("adapt",)),
    Row("stages/models/hub.py", ("checkpoint",)),
    Row("stages/models/local.py", ("checkpoint",)),
    Row("stages/models/pretraining.py", ("checkpoint",)),
    Row("stages/models/vectors.py", ("checkpoint",)),
    Row("stages/models/masking.py", ("checkpoint", "adapt")),
    Row("stages/models/predicting.py", (*PREDICT, "stress")),
    *(Row(f"stages/models/{name}.py", (*TRAIN, *PREDICT, "stress"))
      for name in ("building", "dropout", "first_token", "parts", "prefix", "tuning")),
    Row("stages/models/*", MODELS),
    Row("stages/reporting/*", ("report",)),
    Row("stages/searching/*", ()),
    Row("stages/spreading/*", ()),
    Row("stages/forecasting/*", ()),
    Row("stages/settings/adaptation.py", ("check_params", "adapt")),
    Row("stages/settings/checkpoints.py", ("check_params", "checkpoint")),
    Row("stages/settings/data.py",
        ("check_params", "download", "sample_text", "preprocess", "encode", "adapt", "track")),
    Row("stages/settings/error_analysis.py", ("check_params", "analyse")),
    Row("stages/settings/evaluation.py", ("check_params", *EVALUATE)),
    Row("stages/settings/grid.py",
        ("check_params", "plan_sizes", *PREDICT, "stress", *EVALUATE, "diagnose", "report")),
    Row("stages/settings/libraries.py",
        ("checkpoint", "encode", "baseline", *MODELS, *EVALUATE, "diagnose", "report")),
    Row("stages/settings/prediction.py", PREDICT),
    Row("stages/settings/pretraining.py", ("check_params", "checkpoint", "adapt")),
    Row("stages/settings/published.py", ("download",)),
    Row("stages/settings/recipes.py", ("check_params", "checkpoint", "assign_checkpoint", *MODELS)),
    Row("stages/settings/schema.py", ("check_params",)),
    Row("stages/settings/tracking.py", ("check_params", "track")),
    Row("stages/settings/unknown_keys.py", ("check_params",)),
    Row("stages/settings/resources.py", ("check_params",)),
    Row("stages/settings/report.py", ("check_params", "report")),
    Row("stages/settings/stress.py", ("check_params", "stress")),
    Row("stages/settings/precision.py", ("check_params", "baseline", "plan_sizes", *TRAIN, *PREDICT, "stress")),
    Row("stages/settings/seeds.py", ("check_params", "baseline", "plan_sizes", *TRAIN, *PREDICT)),
    Row("stages/settings/training.py", ("check_params", "baseline", "plan_sizes", *TRAIN)),
    Row("stages/settings/*", EVERY),
    Row("stages/stressing/*", ("stress",)),
    Row("stages/tracking/models.py", ()),
    Row("stages/tracking/address.py", ("check_params", "track")),
    Row("stages/tracking/database.py", ("check_params", "track")),
    Row("stages/tracking/*", ("track",)),
    Row("stages/training/batches.py", ("checkpoint", "adapt", *TRAIN)),
    Row("stages/training/optimization.py", ("checkpoint", "adapt", *TRAIN)),
    Row("stages/training/determinism.py", ("checkpoint", *MODELS)),
    Row("stages/training/memory.py", (*TRAIN, *PREDICT, "stress")),
    Row("stages/training/precision.py", (*TRAIN, *PREDICT, "stress")),
    Row("stages/training/resuming.py", ("checkpoint", "adapt", *TRAIN)),
    Row("stages/training/scoring.py", (*TRAIN, *EVALUATE)),
    Row("stages/training/*", TRAIN),
    Row("stages/train.py", TRAIN),
    Row("stages/doctor.py", ()),
    Row("stages/sources.py", ()),
    Row("stages/preset.py", ()),
    Row("stages/search.py", ()),
    Row("stages/forecast.py", ()),
    Row("stages/predict_splits.py", PREDICT),
    Row("stages/__main__.py", ()),
    Row("stages/predict.py", ()),
    Row("stages/export.py", ()),
    Row("stages/diff.py", ()),
    Row("stages/spread.py", ()),
    *(Row(f"stages/{stage}.py", (stage,)) for stage in EVERY
      if not stage.startswith("train_") and stage not in PREDICT),
)


def row_of(name: str, rows: tuple[Row, ...]) -> Row | None:
    """The first row whose pattern matches: the narrow ones stand before the wide ones."""
    return next((row for row in rows if fnmatchcase(name, row.pattern)), None)


def page() -> str:
    """IMPACT.md."""
    parts = [_TEXT]
    for title, rows in (("Keys of params.yaml", PARAMS), ("Releases of libraries, in stages/settings/libraries.yaml",
                        LIBRARIES), ("Pins of published corpora, in stages/corpora/published.yaml", PINS),
                        ("Code", CODE)):
        parts += [f"## {title}\n\n| edited | runs first | only cells of that |\n|---|---|---|"]
        parts += [f"| `{row.pattern}` | {_told(row.stages)} | {row.scope} |" for row in rows]
        parts += [""]
    return "\n".join(parts)


def _told(stages: tuple[str, ...]) -> str:
    if stages == EVERY:
        return "every stage"
    return ", ".join(stages) or "nothing"


_TEXT = """# What an edit makes run again

Made by `python -m tests.impact`, and held against DVC by `tests/test_impact.py`. The stages of a row read what was
edited, so they run first. What comes after them runs only where the bytes that it reads have changed: after a comment
in a reader, `preprocess` runs and nothing else. Where several rows match, the first counts; a row that names a task, a
checkpoint, a tuning or a corpus leaves the cells of the others alone. What ran before with the same inputs comes from
DVC's run cache. After any edit of params.yaml `check_params` runs, a second's work; after any edit under `tasks`
`report` does, and after any under `recipes` `assign_checkpoint`, which copies files. After any edit of code `sources`
runs first, a second's work, too. It lists the files of every stage with their digests, and a stage depends on its own
list: `dvc repro sources && dvc status` tells what an edit of code will run.

| other edits | runs |
|---|---|
| a seed more | training of that seed, then predict, evaluate, diagnose, track and report |
| a train size more | training and prediction at that size, plan_sizes, evaluate_sizes, track and report |
| a train size, seed, tuning or task less | no training; what shows it runs without it |
| a task more, or under a new name | the cells of that task, and report |
| other weights of the same architecture in a checkpoint | no training from scratch |
| rows of test alone | no training |
"""

if __name__ == "__main__":
    (ROOT / "IMPACT.md").write_text(page(), "utf-8")
