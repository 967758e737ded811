"""Unknown keys of ``params.yaml``, and the keys that were probably meant."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, get_args

from stages.common.errors import UserError
from stages.settings.base import Settings
from stages.settings.checkpoints import KINDS
from stages.settings.recipes import METHODS

# Names of the same settings in other libraries, in papers and in former releases; `*` is any name.
_SYNONYMS = {
    "lr": "learning_rate learning_rates learningrate lr_rate base_lr peak_lr max_lr initial_lr step_size",
    "seeds": "seed random_seed random_state data_seed rng n_seeds",
    "tunings": "tuning method peft finetuning fine_tuning adapter strategy",
    "train_sizes": "sizes learning_curve labels_per_class shots k_shot",
    "draws": "draw n_draws num_draws sample_draws",
    "pretrained.epochs": "epoch num_epochs n_epochs max_epochs num_train_epochs max_steps num_steps",
    "pretrained.warmup": "warm_up warmup_ratio warmup_steps warmup_proportion num_warmup_steps warmup_epochs",
    "pretrained.schedule": "scheduler lr_scheduler lr_scheduler_type lr_schedule",
    "pretrained.weight_decay": "wd l2 decay weightdecay",
    "training.batch_size": "batch bs batchsize train_batch_size per_device_train_batch_size minibatch_size",
    "training.batch_tokens": "max_tokens max_tokens_per_batch",
    "training.accumulation": "gradient_accumulation_steps gradient_accumulation grad_accum accumulate_grad_batches",
    "training.max_gradient_norm": "max_grad_norm grad_clip gradient_clipping gradient_clip_val clip clipping",
    "training.dropout": "dropout_rate dropout_prob hidden_dropout_prob hidden_dropout attention_dropout",
    "training.label_smoothing": "label_smoothing_factor smoothing",
    "training.class_weights": "class_weight loss_weights pos_weight",
    "training.evaluations": "eval_steps evals eval_strategy evaluation_strategy",
    "training.patience": "early_stopping early_stopping_patience",
    "training.stop_at_train_score": "train_ceiling",
    "training.precision": "fp16 bf16 fp32 amp mixed_precision dtype torch_dtype",
    "training.threads": "num_workers workers n_jobs num_threads cpu_threads dataloader_num_workers",
    "training.processes": "world_size nproc_per_node num_processes gpus n_gpu devices",
    "training.nodes": "num_nodes nnodes machines",
    "tasks.*.max_length": "max_len maxlen max_seq_length max_seq_len seq_len seq_length sequence_length "
                          "model_max_length max_tokens_per_input",
    "tasks.*.checkpoint": "model model_name model_name_or_path pretrained_model encoder backbone model_id tokenizer",
    "tasks.*.corpus": "dataset dataset_name data corpora task task_name",
    "tasks.*.train_size": "n_train train_rows num_train_examples max_train_samples train_samples",
    "tasks.*.validation_size": "dev_size eval_size valid_size val_size validation_split dev_rows max_eval_samples",
    "tasks.*.test_size": "test_rows n_test max_test_samples max_predict_samples",
    "tasks.*.folder": "path dir data_dir directory local_path",
    "tasks.*.table.configuration": "config config_name subset dataset_config dataset_config_name",
    "recipes.*.frozen_layers": "freeze freeze_layers num_frozen_layers freeze_encoder",
    "recipes.*.layer_lr_decay": "llrd layerwise_lr_decay layer_decay",
    "recipes.*.rank": "lora_rank lora_r r",
    "recipes.*.alpha": "lora_alpha",
    "checkpoints.*.repository": "repo repo_id hub_id",
    "checkpoints.*.revision": "commit branch tag",
    "checkpoints.*.pretraining.layers": "num_layers n_layers num_hidden_layers depth",
    "checkpoints.*.pretraining.hidden_size": "hidden hidden_dim d_model dim width",
    "checkpoints.*.pretraining.heads": "num_heads n_heads num_attention_heads",
    "checkpoints.*.pretraining.vocabulary": "vocab vocab_size vocabulary_size",
    "checkpoints.*.pretraining.masked": "mlm_probability mask_prob masking_rate",
    "evaluation.resamples": "bootstrap n_bootstrap bootstrap_samples n_resamples num_resamples",
    "report.language": "lang locale",
}
_KINDS_OF: dict[str, dict[str, object]] = {"recipes": METHODS, "checkpoints": KINDS}
_MEANT = {synonym: path for path, synonyms in _SYNONYMS.items() for synonym in synonyms.split()}


def refuse_unknown_keys(section: type[Settings], params: dict[str, object]) -> None:
    """Raise a :class:`UserError` for the first key that is unknown in ``section``, the schema of the whole file.

    A misspelled key is also a missing one, so this check comes before all others.
    """
    fields = dict(_fields(section, params))
    for path, values in _mappings(params):
        known = fields.get(path)
        unknown = next((key for key in values if known is not None and key not in known), None)
        if unknown is not None:
            where = f"{path}.{unknown}" if path else f"{unknown}"
            raise UserError(f"params.yaml: {where}: unknown key{_remedy(path, str(unknown), fields)}")


def _mappings(values: dict[Any, Any], path: str = "") -> Iterator[tuple[str, dict[Any, Any]]]:
    """Every mapping of the file with its path, outer ones first."""
    yield path, values
    for key, value in values.items():
        if isinstance(value, dict):
            yield from _mappings(value, f"{path}.{key}" if path else str(key))


def _fields(section: type[Settings], values: Any, path: str = "") -> Iterator[tuple[str, list[str]]]:
    """The keys that every mapping of the file may have, by its path; those whose keys are free names are left out."""
    yield path, list(section.model_fields)
    if not isinstance(values, dict):
        return
    for name, field in section.model_fields.items():
        below = f"{path}.{name}" if path else name
        given = values.get(name)
        entries = given.items() if isinstance(given, dict) else ()
        if below in _KINDS_OF:
            kinds, choosing = _KINDS_OF[below], "method" if below == "recipes" else "source"
            for key, entry in entries:
                if isinstance(entry, dict) and (kind := kinds.get(str(entry.get(choosing)))):
                    yield from _fields(kind, entry, f"{below}.{key}")
                elif isinstance(entry, dict):  # its kind is unknown
                    yield f"{below}.{key}", [name for kind in kinds.values() for name in kind.model_fields]
        elif inner := _section(field.annotation):
            yield from _fields(inner, given, below)
        elif inner := next(filter(None, map(_section, get_args(field.annotation))), None):
            for key, entry in entries:
                yield from _fields(inner, entry, f"{below}.{key}")


def _section(annotation: Any) -> type[Settings] | None:
    return annotation if isinstance(annotation, type) and issubclass(annotation, Settings) else None


def _remedy(path: str, unknown: str, fields: dict[str, list[str]]) -> str:
    here = fields[path]
    name = re.sub(r"[\s-]+", "_", unknown.strip()).lower()
    meant = _MEANT.get(name)
    if meant and meant.rpartition(".")[2] in here:
        return f"; did you mean {meant.rpartition('.')[2]}?"
    if not _of_another_kind(path, name):
        every = sorted({key for keys in fields.values() for key in keys})
        close = get_close_matches(name, every, n=1, cutoff=0.75)
        for pattern in (meant or f"*.{name}", *(f"*.{key}" for key in close if key not in here)):
            if places := _places(pattern, path, fields):
                return f"; did you mean {' or '.join(places[:2])}?"
        if close := get_close_matches(name, here, n=1):
            return f"; did you mean {close[0]}?"
    return f"; remove it or correct its spelling: the keys here are {', '.join(here)}"


def _places(pattern: str, path: str, fields: dict[str, list[str]]) -> list[str]:
    """Paths of the keys that match ``pattern``: those below ``path`` first, then the least nested ones."""
    parent, _, key = pattern.rpartition(".")
    matching = re.compile(re.escape(parent).replace(r"\*", ".*"))
    found = [place for place, keys in fields.items()
             if key in keys and matching.fullmatch(place)]
    near = sorted(found, key=lambda place: (not (path and place.startswith(f"{path}.")), place.count(".")))
    return [f"{place}.{key}" if place else key for place in near]


def _of_another_kind(path: str, name: str) -> bool:
    """Whether recipes or checkpoints of another kind have the key, so that it is not misspelled."""
    section, _, entry = path.partition(".")
    kinds = _KINDS_OF.get(section, {}) if entry and "." not in entry else {}
    return any(name in kind.model_fields for kind in kinds.values())
