"""Healthy studies of real corpora, on which the doctor has nothing to be alarmed about: draws of rows of all four.

Run `HEADSTART_CORPORA=... python -m tests.real_grid make FOLDER [NAME ...]` to draw, train and score them (an hour),
and `python -m tests.real_grid diagnose FOLDER [first|held-out]` for what the doctor says of each; `again` prepares what
is there by the present code before, scores it, and trains it again only where the encoded rows are others. Thresholds
are set on the first five studies of each corpus; the other five are held out, and only counted.

Every study has two arms, an encoder that was pre-trained and the same from random weights, with equal budgets. The
encoders are two layers pre-trained here on the corpora's own text (:func:`make_encoders`), and two or six layers of a
published one where `HEADSTART_CHECKPOINT` names its folder. Recipes were chosen on draws from number 90 on, such that
both arms learn what so few rows teach; on MultiNLI that is little, and a study near chance is healthy all the same.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import torch
from tokenizers import Tokenizer
from transformers import BertModel

from stages.common.files import read_json, write_json
from stages.corpora.tasks import TASKS
from stages.pretraining.obtaining import obtain
from stages.settings.checkpoints import LocalCheckpoint, PretrainedHere
from stages.settings.pretraining import PretrainingSettings
from tests.corpus_files import read_rows, splits_of
from tests.small_study import SmallStudy, Splits

FOLDERS = {"nsmc": "nsmc", "mnli": "mnli", "conll2003": "conll2003_published", "ag_news": "ag_news"}
STUDIES = 10  # of each corpus; the first half is for setting thresholds
_REPEATED_ID = "xnliext-"  # tokenized otherwise than the other rows of MultiNLI


@dataclass(frozen=True)
class Plan:
    """One study: rows of train (validation among them where the corpus has none of its own), validation and test.

    Attributes:
        encoder: name of a folder of :func:`make_encoders`.
        lr, epochs: of both arms, as far as ``scratch_lr`` says nothing else.
        first_share: share of the first label in train and test; None for the corpus's own.
    """

    corpus: str
    number: int
    encoder: str
    train: int = 1000
    validation: int = 200
    test: int = 500
    seeds: tuple[int, ...] = (1, 2)
    epochs: int = 8
    lr: float = 0.001
    scratch_lr: float = 0.001
    max_length: int = 64
    batch_size: int = 32
    first_share: float | None = None

    @property
    def name(self) -> str:
        """Folder of the study."""
        return f"{self.corpus}-{self.number:02}"


def plans() -> list[Plan]:
    """All studies."""
    return [plan(corpus, number) for corpus in FOLDERS for number in range(STUDIES)]


def plan(corpus: str, number: int) -> Plan:
    """The study of that number: sizes, seeds, encoders and mixtures of labels take turns."""
    seeds = (1, 2, 3) if number == 1 else (1, 2)
    test = (400, 500, 300, 600, 350)[number % 5]
    larger = 100 * ((number + 1) % 3)
    if corpus == "mnli" and number == 7:
        return Plan(corpus, number, "minilm_6", 2000, 200, 500, epochs=3, lr=3e-4, scratch_lr=5e-4)
    if corpus == "mnli" and number == 9:
        return Plan(corpus, number, "minilm_2", 8000, 300, 500, epochs=2, lr=5e-4, scratch_lr=5e-4)
    if corpus != "nsmc" and (number % 5 == 2 or (number % 5 == 4 and corpus == "mnli")):
        return Plan(corpus, number, "minilm_2", 400 if corpus == "conll2003" else 500, 100, min(test, 400), epochs=5,
                    lr=5e-4, scratch_lr=5e-4, batch_size=16)
    if corpus == "nsmc":
        share = {1: 0.65, 3: 0.7, 6: 0.75, 8: 0.32}.get(number)
        return Plan(corpus, number, "korean_small", 600 + larger, 150, test, seeds, 4, first_share=share)
    if corpus == "mnli":
        rows = (1000, 700, 800, 1200, 800)[number % 5]
        return Plan(corpus, number, "english_small", rows, 150, min(test, 500), seeds, 3)
    if corpus == "conll2003":
        return Plan(corpus, number, "english_small", 600 + larger, 150, min(test, 500), seeds, 6, 0.002, 0.002)
    return Plan(corpus, number, "english_small", 600 + larger, 150, min(test, 500), seeds, 6, max_length=96,
                batch_size=16)


def draw(corpora: Path, chosen: Plan) -> Splits:
    """Rows of the corpus's own files, train from train and test from test; whole documents where there are any."""
    sizes = {"train": chosen.train, "validation": chosen.validation, "test": chosen.test}
    random = Random(chosen.name)
    drawn = {}
    for split, name in splits_of(chosen.corpus).items():
        rows = _rows(chosen.corpus, corpora / FOLDERS[chosen.corpus] / name)
        size = sizes[split]
        if chosen.corpus == "conll2003":
            drawn[split] = _documents(rows, size, random)
        elif chosen.first_share is None:
            drawn[split] = random.sample(rows, size)
        else:
            first = TASKS[chosen.corpus].labels[0]
            wanted = round(chosen.first_share * size)
            drawn[split] = [*random.sample([row for row in rows if row["label"] == first], wanted),
                            *random.sample([row for row in rows if row["label"] != first], size - wanted)]
            random.shuffle(drawn[split])
    return {split: [dict(row) for row in rows] for split, rows in drawn.items()}


@cache
def _rows(corpus: str, path: Path) -> list[dict[str, Any]]:
    """The rows of a file, read once."""
    return [row for row in read_rows(corpus, path) if not row.get("source_id", "").startswith(_REPEATED_ID)]


def _documents(rows: Sequence[dict[str, Any]], size: int, random: Random) -> list[dict[str, Any]]:
    of_document: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        of_document.setdefault(row["document_number"], []).append(row)
    numbers = random.sample(sorted(of_document), len(of_document))
    return [row for number in numbers for row in of_document[number]][:size]


def make_encoders(corpora: Path, folder: Path) -> None:
    """Pre-train a Korean and an English encoder on the corpora's text, and cut the published one to two layers."""
    text = folder / "text"
    text.mkdir(parents=True, exist_ok=True)
    korean = (corpora / "nsmc" / "unlabeled_reviews.txt").read_text("utf-8").split("\n")
    english = [row[part] for corpus in ("ag_news", "mnli") for row in _rows(
        corpus, corpora / corpus / TASKS[corpus].files["train"][0]) for part in ("text", "text_pair") if part in row]
    english += [" ".join(row["words"]) for row in _rows("conll2003", corpora / FOLDERS["conll2003"] / "train.txt")]
    for name, lines in {"korean_small": korean, "english_small": english}.items():
        Random(5).shuffle(lines)
        (text / f"{name}.txt").write_text("\n".join(lines[:120_000]) + "\n", "utf-8")
        obtain(folder / name, PretrainedHere(source="pretrain", folder=str(text), text=f"{name}.txt",
                                             pretraining=PretrainingSettings(
            vocabulary=8000, hidden_size=128, layers=2, heads=4, max_length=128, vector_window=5, steps=500,
            batch_size=64, lr=0.001, warmup=0.1, weight_decay=0.01, max_gradient_norm=1.0, masked=0.2, seed=1,
            threads=1)))
    if published := os.environ.get("HEADSTART_CHECKPOINT"):
        for layers in (2, 6):
            cut_encoder(Path(published), folder / f"minilm_{layers}", english, layers)


def cut_encoder(published: Path, out: Path, lines: Sequence[str], layers: int = 2, pieces: int = 8000) -> None:
    """The lowest layers of an encoder with the pieces that are frequent in ``lines``, in the form of a checkpoint."""
    whole = out.with_name(f"{out.name}_whole")
    obtain(whole, LocalCheckpoint(source="local", folder=str(published)))
    model = BertModel.from_pretrained(whole, add_pooling_layer=False)
    model.encoder.layer = model.encoder.layer[:layers]
    model.config.num_hidden_layers = layers
    tokenizer = read_json(whole / "tokenizer.json")
    built = Tokenizer.from_str(json.dumps(tokenizer))
    counts = Counter(piece for encoding in built.encode_batch(list(lines)) for piece in encoding.ids)
    special = {token["id"] for token in tokenizer["added_tokens"]}
    single = {number for piece, number in tokenizer["model"]["vocab"].items() if len(piece.removeprefix("##")) == 1
              and piece.isascii()}
    kept = sorted(special | single | {number for number, _ in counts.most_common(pieces)})
    places = {number: place for place, number in enumerate(kept)}
    tokenizer["model"]["vocab"] = {piece: places[number] for piece, number in tokenizer["model"]["vocab"].items()
                                   if number in places}
    for token in tokenizer["added_tokens"]:
        token["id"] = places[token["id"]]
    for token in tokenizer["post_processor"]["special_tokens"].values():
        token["ids"] = [places[number] for number in token["ids"]]
    embeddings = model.embeddings.word_embeddings
    model.set_input_embeddings(torch.nn.Embedding.from_pretrained(
        embeddings.weight.data[kept], freeze=False, padding_idx=places[model.config.pad_token_id]))
    model.config.vocab_size = len(kept)
    model.config.pad_token_id = places[model.config.pad_token_id]
    model.save_pretrained(whole)
    write_json(whole / "tokenizer.json", tokenizer)
    (whole / "vocab.txt").unlink(missing_ok=True)
    obtain(out, LocalCheckpoint(source="local", folder=str(whole)))


def study_of(folder: Path, chosen: Plan) -> SmallStudy:
    """The study in its folder below ``folder``."""
    return SmallStudy(folder / chosen.name, chosen.corpus, seeds=chosen.seeds,
                      checkpoint=folder / "encoders" / chosen.encoder)


def recipe(study: SmallStudy, chosen: Plan) -> dict[str, dict[str, Any]]:
    """Settings of every cell."""
    shared = {"epochs": chosen.epochs, "batch_size": chosen.batch_size}
    return {cell: shared | {"lr": chosen.scratch_lr if cell.startswith("scratch") else chosen.lr}
            for cell in study.grid.cells}


def make(corpora: Path, folder: Path, chosen: Plan) -> SmallStudy:
    """Draw, train and score a study, unless it is there."""
    study = study_of(folder, chosen)
    if not study.paths.metrics.exists():
        study.take(draw(corpora, chosen), chosen.validation)
        study.encode(None, chosen.max_length)
        study.train(recipe(study, chosen))
        study.evaluate()
    return study


def again(corpora: Path, folder: Path, chosen: Plan) -> SmallStudy:
    """Prepare and score by the present code; train again only if the encoded rows are others."""
    study = study_of(folder, chosen)
    before = study.encoded_rows()
    study.take(draw(corpora, chosen), chosen.validation)
    study.encode(None, chosen.max_length)
    changed = study.encoded_rows() != before
    if changed:
        study.train(recipe(study, chosen))
    study.evaluate(anew=changed)
    return study


def told(study: SmallStudy) -> str:
    """Scores of the cells, on one line."""
    metrics = read_json(study.paths.metrics)
    name = metrics["metric"]
    return " ".join(f"{cell} {values['after']['test'][name]:.3f}" for cell, values in metrics["cells"].items())


def main(command: str, folder: Path, *names: str) -> None:
    """Run a command on all studies, or on those that are named."""
    half = {"first": range(5), "held-out": range(5, STUDIES)}.get(names[0] if names else "")
    chosen = [one for one in plans() if (one.number in half if half else not names or one.name in names)]
    corpora = Path(os.environ["HEADSTART_CORPORA"])
    if command == "encoders":
        make_encoders(corpora, folder / "encoders")
        return
    counts: Counter[str] = Counter()
    if command == "make":  # two of each corpus first, so that it can be stopped at any time
        chosen.sort(key=lambda one: names.index(one.name) if one.name in names else one.number > 1)
    for one in chosen:
        study = study_of(folder, one)
        if command == "make":
            make(corpora, folder, one)
        elif not study.paths.metrics.exists():
            print(f"{one.name}: not made", flush=True)
            continue
        elif command == "again":
            again(corpora, folder, one)
        findings = study.diagnose()
        write_json(study.folder / f"{command}.findings.json", {"findings": findings})
        for severity in ("severe", "warning", "note"):
            found = Counter(finding["name"] for finding in findings if finding["severity"] == severity)
            counts.update(f"{severity} {name}" for name in found)
            print(f"{one.name}: {severity}: " + (", ".join(
                f"{name} x{count}" if count > 1 else name for name, count in sorted(found.items())) or "none"))
        print(f"{one.name}: {told(study)}", flush=True)
    print(f"{len(chosen)} studies; findings by the number of studies that have them:")
    for name, count in sorted(counts.items()):
        print(f"  {count:3} {name}")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])
