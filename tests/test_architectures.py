"""Encoders shaped like KoELECTRA, DistilBERT and RoBERTa, from the Hub through every stage that reads a checkpoint."""

import json
import unicodedata
from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save, save_file
from tokenizers import Tokenizer
from tokenizers.pre_tokenizers import ByteLevel
from transformers import (
    AutoConfig,
    AutoModel,
    AutoModelForMaskedLM,
    DebertaV2Config,
    DistilBertConfig,
    DistilBertForMaskedLM,
    ElectraConfig,
    ElectraForPreTraining,
    GPT2Config,
    GPT2LMHeadModel,
    GPTNeoXConfig,
    LlamaConfig,
    ModernBertConfig,
    PreTrainedConfig,
    PreTrainedModel,
    RobertaConfig,
    RobertaForMaskedLM,
    RobertaForSequenceClassification,
)

from stages.answering.splits import predict
from stages.common.errors import UserError
from stages.common.files import read_json, read_json_lines, write_json, write_json_lines
from stages.common.sources import ROOT
from stages.encode import encode
from stages.encoding.store import read_split
from stages.encoding.tokenizing import TextTokenizer
from stages.evaluate import evaluate
from stages.metrics.scoring import score
from stages.models.architectures import ARCHITECTURES
from stages.models.averaging import averages_tokens
from stages.models.building import build_model, load_model
from stages.models.inputs import Collator, gold_labels, joined_windows, predict_logits
from stages.models.loading import load_checkpoint
from stages.models.local import copy_checkpoint
from stages.pretraining.adapting import adapt
from stages.pretraining.masked_language import EncodedText
from stages.pretraining.obtaining import obtain
from stages.results.prepared import read_task
from stages.settings.adaptation import SelfPretrainingSettings
from stages.settings.arms import ARMS
from stages.settings.checkpoints import HubCheckpoint, LocalCheckpoint
from stages.settings.data import EncodingSettings
from stages.settings.evaluation import EvaluationSettings
from stages.settings.grid import Grid
from stages.settings.prediction import PredictionSettings
from stages.settings.pretraining import MaskedLanguageSettings
from stages.settings.recipes import recipe_from
from stages.training.cell import train
from tests import tiny
from tests.hub_server import StandIn, connected_hub

KOREAN = "영화 정말 재미 ##있다 ##없다 ##었 ##다 ##는 철수 서울 갔다 배우 연기".split()
ENGLISH = "good bad film the ann visits paris . un ##aff ##able".split()
CONTRADICTION_FIRST = {0: "CONTRADICTION", 1: "NEUTRAL", 2: "ENTAILMENT"}
INFERENCE_TASK = tiny.TEXT_TASK | {
    "kind": "pair", "labels": ["entailment", "neutral", "contradiction"],
    "tags": ["entailment", "neutral", "contradiction"]}


@dataclass(frozen=True)
class Shape:
    """A published repository in small.

    Attributes:
        files: what its owner uploaded.
        prefix: of the encoder's tensors.
        heads: prefixes of the tensors of the head that it was pre-trained with.
        frame: tokens before, between and after two texts.
        segments: segment ids of two texts of one token each.
        korean: whether its vocabulary is Korean.
    """

    files: dict[str, bytes]
    prefix: str
    heads: tuple[str, ...]
    frame: tuple[list[str], list[str], list[str]]
    segments: list[int]
    korean: bool = False


def published(model: PreTrainedModel, extra: dict[str, torch.Tensor] | None = None) -> dict[str, bytes]:
    """Config and weights as ``save_pretrained`` writes them, with buffers that older releases stored too."""
    tensors = {name: tensor.clone().contiguous() for name, tensor in model.state_dict().items()}
    return {"config.json": json.dumps(model.config.to_dict(), indent=2).encode(),
            "model.safetensors": save(tensors | (extra or {}), {"format": "pt"})}


def word_pieces(pieces: list[str]) -> bytes:
    return ("\n".join([*tiny.SPECIAL, *pieces]) + "\n").encode()


def koelectra(pieces: list[str] = KOREAN, **tokenizer: Any) -> Shape:
    torch.manual_seed(11)
    model = ElectraForPreTraining(ElectraConfig(
        vocab_size=len(tiny.SPECIAL) + len(pieces), embedding_size=8, hidden_size=16, num_hidden_layers=1,
        num_attention_heads=2, intermediate_size=32, max_position_embeddings=64, initializer_range=0.2))
    settings = tokenizer or {"do_lower_case": False, "model_max_length": 512}
    files = published(model, {"electra.embeddings.position_ids": torch.arange(64)[None]}) | {
        "vocab.txt": word_pieces(pieces), "tokenizer_config.json": json.dumps(settings).encode()}
    return Shape(files, "electra.", ("discriminator_predictions.",), (["[CLS]"], ["[SEP]"], ["[SEP]"]),
                 [0, 0, 0, 1, 1], korean=True)


def distilbert() -> Shape:
    torch.manual_seed(12)
    model = DistilBertForMaskedLM(DistilBertConfig(
        vocab_size=len(tiny.SPECIAL) + len(ENGLISH), dim=16, hidden_dim=32, n_layers=1, n_heads=2,
        max_position_embeddings=64, initializer_range=0.2))
    files = published(model) | {"vocab.txt": word_pieces(ENGLISH),
                                "tokenizer_config.json": b'{"do_lower_case": true, "model_max_length": 512}'}
    return Shape(files, "distilbert.", ("vocab_",), (["[CLS]"], ["[SEP]"], ["[SEP]"]), [0, 0, 0, 1, 1])


def roberta_config(vocabulary: int, **changes: Any) -> RobertaConfig:
    # As in the original: two positions are never used, and the padding id is 1.
    return RobertaConfig(vocab_size=vocabulary, hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
                         intermediate_size=32, max_position_embeddings=66, type_vocab_size=1, initializer_range=0.2,
                         pad_token_id=1, bos_token_id=0, eos_token_id=2, **changes)


def byte_pieces() -> dict[str, bytes]:
    """A vocabulary of all bytes and a few merges, with RoBERTa's special tokens at both ends."""
    merges = [("g", "o"), ("go", "o"), ("goo", "d"), ("Ġ", "good"), ("b", "a"), ("ba", "d"), ("Ġ", "bad")]
    pieces = ["<s>", "<pad>", "</s>", "<unk>", *sorted(ByteLevel.alphabet()), *map("".join, merges), "<mask>"]
    return {"vocab.json": json.dumps({piece: number for number, piece in enumerate(pieces)}).encode(),
            "merges.txt": ("#version: 0.2\n" + "".join(f"{left} {right}\n" for left, right in merges)).encode(),
            "tokenizer_config.json": b'{"model_max_length": 512}'}


def roberta() -> Shape:
    torch.manual_seed(13)
    pieces = byte_pieces()
    model = RobertaForMaskedLM(roberta_config(len(json.loads(pieces["vocab.json"]))))
    files = published(model, {"roberta.embeddings.position_ids": torch.arange(66)[None]}) | pieces
    return Shape(files, "roberta.", ("lm_head.",), (["<s>"], ["</s>", "</s>"], ["</s>"]), [0, 0, 0, 0, 0, 0])


def gpt2() -> Shape:
    """A decoder whose tokenizer frames nothing and has no padding."""
    torch.manual_seed(14)
    end = "<|endoftext|>"
    merges = [("g", "o"), ("go", "o"), ("goo", "d"), ("Ġ", "good"), ("b", "a"), ("ba", "d"), ("Ġ", "bad")]
    pieces = [*sorted(ByteLevel.alphabet()), *map("".join, merges), end]
    model = GPT2LMHeadModel(GPT2Config(
        vocab_size=len(pieces), n_embd=16, n_layer=1, n_head=2, n_positions=64, initializer_range=0.2,
        bos_token_id=len(pieces) - 1, eos_token_id=len(pieces) - 1))
    return Shape(published(model) | {
        "vocab.json": json.dumps({piece: number for number, piece in enumerate(pieces)}).encode(),
        "merges.txt": ("#version: 0.2\n" + "".join(f"{left} {right}\n" for left, right in merges)).encode(),
        "tokenizer_config.json": b'{"model_max_length": 1024}'},
        "transformer.", ("lm_head.",), ([], [end], []), [0, 0, 1])


SHAPES: dict[str, Callable[[], Shape]] = {
    "koelectra": koelectra, "distilbert": distilbert, "roberta": roberta, "gpt2": gpt2}


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    with connected_hub(tmp_path_factory.mktemp("cache")) as stand_in:
        yield stand_in


@pytest.fixture(scope="module", params=SHAPES)
def shape(request: pytest.FixtureRequest) -> Shape:
    return SHAPES[request.param]()


@pytest.fixture(scope="module")
def checkpoint(hub: StandIn, shape: Shape, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fetched(hub, shape.files, tmp_path_factory.mktemp("checkpoint"))


def fetched(hub: StandIn, files: dict[str, bytes], root: Path) -> Path:
    name = f"owner/model-{len(hub.repositories)}"
    hub.publish(name, files)
    obtain(root / "out", HubCheckpoint(source="hub", folder="data", repository=name, revision="main"))
    return root / "out"


def rows(task: dict[str, Any], split: str, count: int, korean: bool) -> list[dict[str, Any]]:
    """Rows that the vocabulary covers; every other Korean one is decomposed."""
    if task["kind"] == "pair":
        texts = (("good film", "the film"), ("good film", "paris"), ("good film", "bad film"))
        return [{"guid": f"{split}:{row}", "text": texts[row % 3][0], "text_pair": texts[row % 3][1],
                 "label": task["labels"][row % 3]} for row in range(count)]
    if not korean:
        return (tiny.word_rows if task["kind"] == "words" else tiny.text_rows)(split, count)
    made = []
    for row in range(count):
        form = "NFD" if row % 2 else "NFC"
        if task["kind"] == "words":
            words = ["철수는", *["정말"] * (row % 3), "서울", "갔다"]
            made.append({"words": [unicodedata.normalize(form, word) for word in words],
                         "tags": ["B-PER", *["O"] * (row % 3), "B-LOC", "O"]})
        else:
            ending = "재미있다" if row % 4 < 2 else "재미없다"
            text = "정말 " * (row % 3) + f"영화 {ending}"
            made.append({"text": unicodedata.normalize(form, text), "label": task["labels"][int(row % 4 < 2)]})
    return [{"guid": f"{split}:{row}"} | one for row, one in enumerate(made)]


def write_encoded(root: Path, task: dict[str, Any], checkpoint: Path, korean: bool = False) -> Path:
    prepared = root / "prepared"
    prepared.mkdir(parents=True)
    write_json(prepared / "task.json", task)
    for split, count in (("train", 24), ("validation", 12), ("test", 12)):
        write_json_lines(prepared / f"{split}.jsonl", rows(task, split, count, korean))
    encode(prepared, checkpoint / "tokenizer.json", read_json(checkpoint / "origin.json"), root / "encoded",
           root / "card.json", EncodingSettings(checkpoint="published", max_length=32))
    return root / "encoded"


def fit(root: Path, cell: str, checkpoint: Path) -> list[dict]:
    settings = tiny.training_settings(epochs=2, evaluations=2)
    train(cell.split("-")[0], int(cell[-1]), root / "encoded", checkpoint, root / "models" / cell, settings)
    return list(read_json_lines(root / "models" / cell / "history.jsonl"))


def encoder_tensors(model: PreTrainedModel) -> dict[str, torch.Tensor]:
    return {name: tensor for name, tensor in model.base_model.state_dict().items() if "pooler." not in name}


def test_frame_and_segments_are_those_of_the_architecture(shape: Shape, checkpoint: Path) -> None:
    tokenizer = Tokenizer.from_file(str(checkpoint / "tokenizer.json"))
    assert (tokenizer.padding, tokenizer.truncation) == (None, None)
    first, second = ("영화", "배우") if shape.korean else ("good", "bad")
    before, between, after = shape.frame
    assert tokenizer.encode(first).tokens == [*before, first, *after]
    pair = tokenizer.encode(first, second)
    assert pair.tokens == [*before, first, *between, second, *after]
    assert pair.type_ids == shape.segments


def test_files_are_those_of_the_pipeline_and_the_same_each_time(
    hub: StandIn, shape: Shape, checkpoint: Path, tmp_path: Path
) -> None:
    again = fetched(hub, shape.files, tmp_path)
    (tmp_path / "local").mkdir()
    (tmp_path / "copy").mkdir()
    for name, content in shape.files.items():
        (tmp_path / "local" / name).write_bytes(content)
    copy_checkpoint(tmp_path / "local", tmp_path / "copy")
    names = ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"]
    assert sorted(path.name for path in checkpoint.iterdir()) == sorted([*names, "origin.json"])
    for name in names:
        assert (again / name).read_bytes() == (checkpoint / name).read_bytes()
        assert (tmp_path / "copy" / name).read_bytes() == (checkpoint / name).read_bytes()
    assert (checkpoint / "config.json").read_bytes() == shape.files["config.json"]


@pytest.fixture(scope="module")
def task(request: pytest.FixtureRequest) -> dict[str, Any]:
    return {"text": tiny.TEXT_TASK, "words": tiny.WORD_TASK}[request.param]


# A decoder tags no words.
with_every_task = pytest.mark.parametrize(("shape", "task"), [
    (name, kind) for name in SHAPES for kind in ("text", "words")
    if kind == "text" or name not in ARCHITECTURES or not ARCHITECTURES[name].decoder], indirect=True)


@with_every_task
def test_training_starts_from_the_published_encoder_and_leaves_its_head_behind(
    shape: Shape, checkpoint: Path, task: dict[str, Any]
) -> None:
    stored = load_file(checkpoint / "model.safetensors")
    pretrained, scratch = (
        build_model(init, checkpoint, task["kind"], task["tags"], 0.1, 1) for init in ("pretrained", "scratch"))
    initial, drawn = encoder_tensors(pretrained), encoder_tensors(scratch)
    assert len(initial) > 10
    assert all(torch.equal(tensor, stored[shape.prefix + name]) for name, tensor in initial.items())
    assert all(not torch.equal(tensor, initial[name]) for name, tensor in drawn.items() if tensor.std() > 0)
    heads = [{name: tensor for name, tensor in model.state_dict().items() if not name.startswith(shape.prefix)}
             for model in (pretrained, scratch)]
    assert heads[0]
    assert all(torch.equal(tensor, heads[1][name]) for name, tensor in heads[0].items())
    assert any(name.startswith(shape.heads) for name in stored)
    assert not any(name.startswith(shape.heads) for name in heads[0])


@with_every_task
def test_a_published_encoder_goes_through_all_stages(
    shape: Shape, checkpoint: Path, task: dict[str, Any], tmp_path: Path
) -> None:
    encoded = write_encoded(tmp_path, task, checkpoint, shape.korean)
    losses = read_json(tmp_path / "card.json")["splits"]["train"]
    assert (losses["rows"], losses["unknown_tokens"], losses["truncated_rows"]) == (24, 0, 0)
    grid = Grid(tasks=("toy",), tunings=("full",), seeds=(1,))
    histories = {cell: fit(tmp_path, cell, checkpoint) for cell in grid.cells}
    predict(grid.cells, tmp_path / "models", encoded, checkpoint, tmp_path / "predictions",
            PredictionSettings(threads=1, precision="fp32", seed_varies="both"))
    gold = [row.get("tags") or row["label"] for row in read_json_lines(tmp_path / "prepared" / "test.jsonl")]
    write_json(tmp_path / "baselines.json", {"train_rows": 24, "test": {"oracle": gold}})
    evaluate(Namespace(prepared=tmp_path / "prepared", predictions=tmp_path / "predictions", models=tmp_path / "models",
                       baselines=tmp_path / "baselines.json",
                       embeddings=tiny.without_embeddings(tmp_path), out=tmp_path / "metrics.json",
                       curves=tmp_path / "curves.csv", encoding_card=tmp_path / "card.json"), grid,
             EvaluationSettings(resamples=100, bootstrap_seed=1))
    cells = read_json(tmp_path / "metrics.json")["cells"]
    assert cells.keys() == histories.keys()
    for cell, history in histories.items():
        # "before" is what a model gives that was just built: training did start from those weights.
        start = next(event for event in history if event["kind"] == "evaluation")
        assert start["step"] == 0
        assert cells[cell]["before"]["validation"]["loss"] == pytest.approx(start["validation"]["loss"], abs=1e-6)
        assert (cells[cell]["outcome"], cells[cell]["steps"]) == ("finished", 6)


def test_scratch_needs_no_weights(shape: Shape, checkpoint: Path, tmp_path: Path) -> None:
    write_encoded(tmp_path / "with", tiny.TEXT_TASK, checkpoint, shape.korean)
    fit(tmp_path / "with", "scratch-1", checkpoint)
    bare = tmp_path / "bare"
    bare.mkdir()
    (bare / "config.json").write_bytes((checkpoint / "config.json").read_bytes())
    (tmp_path / "without").mkdir()
    (tmp_path / "with" / "encoded").rename(tmp_path / "without" / "encoded")
    fit(tmp_path / "without", "scratch-1", bare)
    one, other = (tmp_path / name / "models" / "scratch-1" for name in ("with", "without"))
    for name in ("model.safetensors", "config.json", "history.jsonl"):
        assert (one / name).read_bytes() == (other / name).read_bytes()


@pytest.mark.parametrize(("config", "constants"), [
    (GPT2Config(vocab_size=20, n_embd=16, n_layer=1, n_head=2, n_positions=64), (
        "h.0.attn.bias", "transformer.h.0.attn.masked_bias")),
    (GPTNeoXConfig(vocab_size=20, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32), (
        "layers.0.attention.bias", "gpt_neox.layers.0.attention.masked_bias",
        "layers.0.attention.rotary_emb.inv_freq")),
    (LlamaConfig(vocab_size=20, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32), (
        "layers.0.self_attn.rotary_emb.inv_freq",)),
    (ModernBertConfig(vocab_size=20, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
                      pad_token_id=0), ("model.layers.0.attn.rotary_emb.inv_freq",)),
    (DebertaV2Config(vocab_size=20, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
                     position_biased_input=False), ("deberta.embeddings.position_embeddings.weight",)),
], ids=lambda value: getattr(value, "model_type", ""))
def test_constants_that_older_releases_stored_are_left_out(
    config: PreTrainedConfig, constants: tuple[str, ...], tmp_path: Path
) -> None:
    model = AutoModel.from_config(config)
    tensors = {name: tensor.contiguous() for name, tensor in model.state_dict().items()}
    save_file(tensors | {name: torch.zeros(4) for name in constants}, tmp_path / "model.safetensors", {"format": "pt"})
    loaded, missing = load_checkpoint(AutoModel, tmp_path, config)
    assert not missing
    assert all(torch.equal(tensor, tensors[name]) for name, tensor in loaded.state_dict().items())


def test_padding_is_that_of_the_architecture(shape: Shape, checkpoint: Path, tmp_path: Path) -> None:
    split = read_split(write_encoded(tmp_path, tiny.TEXT_TASK, checkpoint, shape.korean), "train")
    model = build_model("pretrained", checkpoint, "single", tiny.TEXT_TASK["tags"], 0.0, 1).eval()
    lengths = split.input_ids.lengths
    shortest, longest = int(lengths.argmin()), int(lengths.argmax())
    assert lengths[shortest] < lengths[longest]
    collate = Collator(model)
    together, alone = (collate(split, np.array(chosen)) for chosen in ([shortest, longest], [shortest]))
    for tensors in (together, alone):
        del tensors["labels"]
    with torch.inference_mode():
        torch.testing.assert_close(model(**together).logits[:1], model(**alone).logits, atol=1e-5, rtol=0)


def test_two_texts_of_a_decoder_are_parted_by_a_token_that_counts_as_known(hub: StandIn, tmp_path: Path) -> None:
    checkpoint = fetched(hub, gpt2().files, tmp_path)
    end = Tokenizer.from_file(str(checkpoint / "tokenizer.json")).token_to_id("<|endoftext|>")
    tokenizer = TextTokenizer(checkpoint / "tokenizer.json", 4)
    rows = tokenizer.encode_texts([("good", "bad"), ("good good", "bad bad")])
    assert [row.input_ids.index(end) for row in rows] == [1, 1]
    assert [row.input_ids.count(end) for row in rows] == [1, 1]
    assert [len(row.input_ids) for row in rows] == [3, 4]
    assert [row.token_type_ids for row in rows] == [[0, 0, 1], [0, 0, 1, 1]]
    assert (tokenizer.losses.unknown_tokens, tokenizer.losses.truncated_rows) == (0, 1)
    assert tokenizer.encode_texts([("good",)])[0].input_ids.count(end) == 0


# Korean


def encoded_korean(checkpoint: Path, text: str) -> list[str]:
    tokenizer = TextTokenizer(checkpoint / "tokenizer.json", 32)
    pieces = Tokenizer.from_file(str(checkpoint / "tokenizer.json"))
    return [pieces.id_to_token(number) for number in tokenizer.encode_texts([(text,)])[0].input_ids]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_hangul_stays_whole(hub: StandIn, tmp_path: Path, form: str) -> None:
    checkpoint = fetched(hub, koelectra().files, tmp_path)
    assert encoded_korean(checkpoint, unicodedata.normalize(form, "배우 연기 재미있다")) == [
        "[CLS]", "배우", "연기", "재미", "##있다", "[SEP]"]
    tokenizer = TextTokenizer(checkpoint / "tokenizer.json", 32)
    tokenizer.encode_words([[unicodedata.normalize(form, word) for word in ("철수는", "서울", "갔다")]])
    assert tokenizer.losses.unknown_tokens == 0


@pytest.mark.parametrize(
    "settings",
    [{"model_max_length": 512}, {"do_lower_case": True}, {"do_lower_case": True, "strip_accents": True},
     {"do_lower_case": False, "strip_accents": True}],
    ids=["unsaid", "lower-case", "both", "accents"])
def test_a_korean_vocabulary_that_loses_its_words_is_refused(hub: StandIn, tmp_path: Path, settings: dict) -> None:
    with pytest.raises(UserError) as caught:
        fetched(hub, koelectra(**settings).files, tmp_path)
    message = str(caught.value)
    assert "tokenizer_config.json: lower-casing or stripping accents turns Hangul of the vocabulary, such as '영화', " \
           'into [UNK]; write "do_lower_case": false' in message
    assert "\n" not in message
    assert not (tmp_path / "out").exists()


def test_a_korean_vocabulary_without_settings_is_refused(hub: StandIn, tmp_path: Path) -> None:
    files = koelectra().files
    del files["tokenizer_config.json"]
    with pytest.raises(UserError, match="tokenizer_config.json: lower-casing or stripping accents turns Hangul"):
        fetched(hub, files, tmp_path)


def test_the_same_trap_in_a_tokenizer_json_is_refused(hub: StandIn, tmp_path: Path) -> None:
    good = fetched(hub, koelectra().files, tmp_path / "good")
    tokenizer = read_json(good / "tokenizer.json")
    assert tokenizer["normalizer"]["lowercase"] is False
    tokenizer["normalizer"]["lowercase"] = True
    with pytest.raises(UserError, match=r'/tokenizer.json: lower-casing.*write "lowercase": false'):
        fetched(hub, koelectra().files | {"tokenizer.json": json.dumps(tokenizer).encode()}, tmp_path / "bad")


def test_words_that_are_lost_in_another_way_are_not_put_down_to_lower_casing(hub: StandIn, tmp_path: Path) -> None:
    good = fetched(hub, koelectra().files, tmp_path / "good")
    tokenizer = read_json(good / "tokenizer.json")
    tokenizer["pre_tokenizer"] = {"type": "Split", "pattern": {"Regex": "."}, "behavior": "Isolated", "invert": False}
    other = fetched(hub, koelectra().files | {"tokenizer.json": json.dumps(tokenizer).encode()}, tmp_path / "other")
    assert encoded_korean(other, "영화") == ["[CLS]", "[UNK]", "[UNK]", "[SEP]"]


def test_lower_casing_that_keeps_accents_keeps_hangul(hub: StandIn, tmp_path: Path) -> None:
    checkpoint = fetched(hub, koelectra(do_lower_case=True, strip_accents=False).files, tmp_path)
    assert encoded_korean(checkpoint, "영화") == ["[CLS]", "영화", "[SEP]"]


def test_a_vocabulary_of_letters_may_be_decomposed(hub: StandIn, tmp_path: Path) -> None:
    letters = sorted(set(unicodedata.normalize("NFD", "영화서울")))
    pieces = [*letters, *(f"##{letter}" for letter in letters)]
    checkpoint = fetched(hub, koelectra(pieces, do_lower_case=True).files, tmp_path)
    assert "[UNK]" not in encoded_korean(checkpoint, "영화")


# Vocabularies that no tokenizer can be built from


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"vocab.txt": b"a\nb\n", "vocab.json": None, "merges.txt": None},
         "vocab.txt: RobertaTokenizer, which transformers takes for it, does not read it; name its class"),
        ({"vocab.txt": b"a\nb\n", "vocab.json": None, "merges.txt": None,
          "tokenizer_config.json": b'{"tokenizer_class": "BertJapaneseTokenizer"}'},
         "vocab.txt: BertJapaneseTokenizer, which transformers takes for it, does not read it; name its class"),
        ({"vocab.json": b"{"}, "vocab.json: no tokenizer can be built from it"),
        ({"merges.txt": b"#version: 0.2\nnone such\n"}, "vocab.json: no tokenizer can be built from it"),
        ({"vocab.txt": b"", "vocab.json": None, "merges.txt": None,
          "tokenizer_config.json": b'{"tokenizer_class": "BertTokenizer"}'}, "vocab.txt: BertTokenizer, which"),
    ],
    ids=["class", "slow", "cut", "merges", "empty"])
def test_an_unusable_vocabulary_is_refused(
    hub: StandIn, tmp_path: Path, changes: dict[str, bytes | None], message: str
) -> None:
    files = {name: content for name, content in (roberta().files | changes).items() if content is not None}
    with pytest.raises(UserError) as caught:
        fetched(hub, files, tmp_path)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_the_class_that_tokenizer_config_names_is_taken(hub: StandIn, tmp_path: Path) -> None:
    # As in Korean RoBERTas with BERT's kind of vocabulary.
    files = roberta().files | {"vocab.txt": word_pieces(KOREAN), "tokenizer_config.json":
                               b'{"tokenizer_class": "BertTokenizer", "do_lower_case": false}'}
    for name in ("vocab.json", "merges.txt"):
        del files[name]
    assert encoded_korean(fetched(hub, files, tmp_path), "재미없다") == ["[CLS]", "재미", "##없다", "[SEP]"]


# Names of the classes


def inference_model(head: str) -> dict[str, bytes]:
    """The same encoder, with the head of a classifier that names contradiction first, or with that of pre-training."""
    pieces = byte_pieces()
    size = len(json.loads(pieces["vocab.json"]))
    torch.manual_seed(13)
    encoder = RobertaForMaskedLM(roberta_config(size))
    if head == "classifier":
        labels = roberta_config(size, id2label=CONTRADICTION_FIRST,
                                label2id={name: number for number, name in CONTRADICTION_FIRST.items()})
        classifier = RobertaForSequenceClassification(labels)
        classifier.roberta.load_state_dict(encoder.roberta.state_dict())
        torch.nn.init.constant_(classifier.classifier.out_proj.weight, 0.123)
        return published(classifier) | pieces
    return published(encoder) | pieces


def test_class_names_of_a_published_classifier_change_nothing(hub: StandIn, tmp_path: Path) -> None:
    folders = {}
    for head in ("classifier", "language"):
        root = tmp_path / head
        checkpoint = fetched(hub, inference_model(head), root)
        write_encoded(root, INFERENCE_TASK, checkpoint)
        for cell in ("pretrained-full-1", "scratch-1"):
            fit(root, cell, checkpoint)
        folders[head] = root
    published_config = read_json(folders["classifier"] / "out" / "config.json")
    assert published_config["id2label"]["0"] == "CONTRADICTION"
    for split in ("train", "validation", "test"):
        one, other = (folders[head] / "encoded" / f"{split}.arrow" for head in folders)
        assert one.read_bytes() == other.read_bytes()
    for cell in ("pretrained-full-1", "scratch-1"):
        one, other = (folders[head] / "models" / cell for head in folders)
        assert (one / "model.safetensors").read_bytes() == (other / "model.safetensors").read_bytes()
        config = read_json(one / "config.json")
        assert config["id2label"] == {"0": "entailment", "1": "neutral", "2": "contradiction"}
        assert config["label2id"] == {"entailment": 0, "neutral": 1, "contradiction": 2}


# Every architecture of the table, by every recipe that it takes


SMALL = {"vocab_size": len(tiny.SPECIAL) + len(tiny.PIECES), "hidden_size": 16, "num_hidden_layers": 2,
         "num_attention_heads": 2, "intermediate_size": 32, "max_position_embeddings": 40, "initializer_range": 0.3,
         "pad_token_id": 0, "bos_token_id": 2, "eos_token_id": 3}
GROUPED = SMALL | {"num_key_value_heads": 1, "pad_token_id": None}
DISTANCES = {"relative_attention": True, "pos_att_type": ["p2c", "c2p"], "position_biased_input": False,
             "type_vocab_size": 0}
# Without those whose trained weights `test_tunings` counts by hand. What published ones of a family differ in is here:
# relative positions, windows of attention, keys that several heads share, sizes of heads, no token for padding.
CONFIGS: dict[str, dict[str, Any]] = {
    "albert": SMALL | {"embedding_size": 8},
    "big_bird": SMALL | {"block_size": 4, "num_random_blocks": 1, "sep_token_id": 3},
    "camembert": SMALL | {"type_vocab_size": 1},
    "deberta": SMALL | DISTANCES,
    "deberta-v2": SMALL | DISTANCES | {"position_buckets": 4, "norm_rel_ebd": "layer_norm", "share_att_key": True},
    "ernie": SMALL,
    "longformer": SMALL | {"attention_window": [4, 4], "type_vocab_size": 1},
    "modernbert": SMALL | {"local_attention": 4, "global_attn_every_n_layers": 2, "cls_token_id": 2,
                           "sep_token_id": 3, "initializer_cutoff_factor": 3.0},
    "mpnet": SMALL,
    "xlm-roberta": SMALL | {"type_vocab_size": 1},
    "gpt_neox": SMALL | {"pad_token_id": None},
    "llama": GROUPED,
    "mistral": GROUPED | {"sliding_window": 4},
    "qwen2": GROUPED,
    "qwen3": GROUPED | {"head_dim": 4},
}
COUNTED_BY_HAND = {"bert", "distilbert", "electra", "gpt2", "roberta"}  # in test_tunings
METHODS: dict[str, dict[str, Any]] = {
    "full": {"method": "full"}, "head": {"method": "head", "lr_factor": 5.0},
    "partial": {"method": "partial", "frozen_layers": 1}, "gradual": {"method": "gradual"},
    "lora": {"method": "lora", "rank": 2, "alpha": 4, "lr_factor": 3.0}, "ia3": {"method": "ia3", "lr_factor": 3.0},
    "prefix": {"method": "prefix", "prefix_tokens": 2, "lr_factor": 5.0},
    "setfit": {"method": "setfit", "pairs_per_row": 2}}
# Elsewhere gradual frees the layers that partial finds and trains what full does, and SetFit reads what full does.
QUICK = {"gradual": ("albert", "deberta-v2", "llama"), "setfit": ("camembert", "mpnet", "llama")}
MATRIX = [pytest.param(name, method, kind, marks=[pytest.mark.slow] * (name not in QUICK.get(method, CONFIGS)))
          for name in CONFIGS for method in METHODS for kind in ("single", "words")
          if method in ARCHITECTURES[name].methods and kind in ARCHITECTURES[name].kinds
          and (kind == "single" or method == "full")]


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Encoded data by the kind of the task."""
    tasks = {"single": tiny.TEXT_TASK, "words": tiny.WORD_TASK}
    return {kind: tiny.write_encoded(tmp_path_factory.mktemp(kind), one, (24, 8, 8)) for kind, one in tasks.items()}


@pytest.fixture(scope="module")
def small_checkpoints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("small")
    for name, values in CONFIGS.items():
        tiny.write_tokenizer(root / f"{name}-source")
        torch.manual_seed(7)
        AutoModel.from_config(AutoConfig.for_model(name, **values)).save_pretrained(root / f"{name}-source")
        obtain(root / name, LocalCheckpoint(source="local", folder=str(root / f"{name}-source")))
    return {name: root / name for name in CONFIGS}


def test_every_architecture_is_tested() -> None:
    assert CONFIGS.keys() | COUNTED_BY_HAND == ARCHITECTURES.keys()
    assert METHODS.keys() == set(ARCHITECTURES["bert"].methods)


@pytest.mark.parametrize("page", ["docs/own-checkpoint.md", "docs/ko/own-checkpoint.md"])
def test_the_page_has_the_table(page: str) -> None:
    kinds = {"texts": "single", "pairs": "pair", "words": "words",
             "텍스트": "single", "텍스트 쌍": "pair", "단어": "words"}
    lines = (ROOT / page).read_text("utf-8").split("`model_type`")[1].split("\n\n")[0].splitlines()[2:]
    cells = [[cell.split(", ") for cell in line.strip("| ").split(" | ")] for line in lines]
    said = {name: (tuple(methods), tuple(kinds[kind] for kind in tasks))
            for names, methods, tasks in cells for name in names}
    assert said == {name: (facts.methods, facts.kinds) for name, facts in ARCHITECTURES.items()}


@pytest.mark.parametrize(("name", "method", "kind"), MATRIX)
def test_it_learns_and_predicts_the_same_when_read_again(
    name: str, method: str, kind: str, toy: dict[str, Path], small_checkpoints: dict[str, Path], tmp_path: Path
) -> None:
    recipe = recipe_from(METHODS[method], method)
    checkpoint, classes = small_checkpoints[name], read_task(toy[kind])
    settings = tiny.training_settings(lr=0.005, epochs=5, evaluations=2, dropout=0.0, weight_decay=0.0)
    train("pretrained", 1, toy[kind], checkpoint, tmp_path / "out", settings, recipe=recipe)
    history = list(read_json_lines(tmp_path / "out" / "history.jsonl"))
    evaluations = {event["step"]: event for event in history if event["kind"] == "evaluation"}
    assert min(event["train"]["loss"] for step, event in evaluations.items() if step) < evaluations[0]["train"]["loss"]

    model, split = load_model(tmp_path / "out", kind), read_split(toy[kind], "validation")
    together, alone = (predict_logits(model, split, Collator(model), tokens) for tokens in (8192, 1))
    for one, other in zip(together, alone, strict=True):  # padding changes nothing
        np.testing.assert_allclose(one, other, atol=1e-4)
    gold = joined_windows(split, gold_labels(split))[1]
    found = score(joined_windows(split, together)[1], gold, classes)
    kept = evaluations[history[-1]["best_step"]]["validation"]
    assert found["loss"] == pytest.approx(kept["loss"], abs=1e-5)

    start = build_model("pretrained", checkpoint, kind, classes.tags, 0.1, 1, recipe)
    fixed = {part for part, parameter in start.named_parameters() if not parameter.requires_grad
             and "base_layer" not in part}
    read = dict(model.named_parameters())
    assert all(torch.equal(parameter, read[part]) for part, parameter in start.named_parameters() if part in fixed)
    assert bool(fixed) == (averages_tokens(start) if method == "setfit" else method not in ("full", "gradual"))
    # No dropout in what never changes: the same input has the same activations, which are kept.
    if method == "head":
        assert {module.p for module in start.base_model.modules() if isinstance(module, torch.nn.Dropout)} <= {0.0}
        assert not [one for module in start.base_model.modules() for field, one in vars(module).items()
                    if "dropout" in field and isinstance(one, float) and one > 0]


@pytest.mark.parametrize("name", CONFIGS)
def test_dropout_has_the_set_probability_everywhere(
    name: str, toy: dict[str, Path], small_checkpoints: dict[str, Path]
) -> None:
    model = build_model("scratch", small_checkpoints[name], "single", ["a", "b"], 0.3, 1).train()
    layers = {module.p for module in model.modules() if isinstance(module, torch.nn.Dropout)}
    handed_on = {value for module in model.modules() for field, value in vars(module).items()
                 if "dropout" in field and isinstance(value, float)}
    assert layers | handed_on == {0.3}
    tensors = Collator(model)(read_split(toy["single"], "train"), np.arange(8))
    one, other = (model(**tensors).logits for _ in range(2))
    assert one.isfinite().all()
    assert not torch.equal(one, other)


@pytest.mark.parametrize(("arm", "objective"), [("adapted", "mlm"), ("self_pretrained", "rtd")])
@pytest.mark.parametrize("name", [name for name in CONFIGS if ARCHITECTURES[name].adaptable])
def test_it_can_be_pretrained_on_text(
    name: str, arm: str, objective: str, small_checkpoints: dict[str, Path], tmp_path: Path
) -> None:
    checkpoint = small_checkpoints[name]
    texts = TextTokenizer(checkpoint / "tokenizer.json", 16).encode_texts(
        [("good film the Paris", "bad 영화 visits") for _ in range(16)])
    text = EncodedText(*([np.array(getattr(row, part)) for row in texts] for part in ("input_ids", "token_type_ids")))
    values = {"steps": 12, "batch_size": 8, "lr": 0.02, "warmup": 0.1, "weight_decay": 0.0, "masked": 0.3, "seed": 1,
              "max_gradient_norm": 1.0, "threads": 1, "objective": objective}
    settings = MaskedLanguageSettings(**values) if arm == "adapted" else SelfPretrainingSettings(
        **values, text="", folder="-", vector_window=2)
    _, losses, _ = adapt(checkpoint, text, settings, tmp_path, name, ARMS[arm])
    assert losses[-1]["loss"] < losses[0]["loss"]
    (tmp_path / "config.json").write_bytes((checkpoint / "config.json").read_bytes())
    stored = load_file(tmp_path / "model.safetensors")
    tuned = build_model("pretrained", tmp_path, "single", ["a", "b"], 0.0, 1)
    assert all(torch.equal(tensor, stored[part]) for part, tensor in encoder_tensors(tuned).items())


@pytest.mark.parametrize("name", CONFIGS)
def test_nothing_is_left_as_memory_was(
    name: str, toy: dict[str, Path], small_checkpoints: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """torch fills what nobody sets by NaN: new heads of both kinds, and what a forward pass makes."""
    config = AutoConfig.from_pretrained(small_checkpoints[name])
    before = torch.are_deterministic_algorithms_enabled()
    monkeypatch.setattr(torch.utils.deterministic, "fill_uninitialized_memory", True)
    torch.use_deterministic_algorithms(True)
    try:
        model = build_model("pretrained", small_checkpoints[name], "single", ["a", "b"], 0.0, 1)
        logits = model(**Collator(model)(read_split(toy["single"], "train"), np.arange(8))).logits
        heads = [load_checkpoint(automatic, small_checkpoints[name], config)[0]
                 for automatic in [AutoModelForMaskedLM] * ARCHITECTURES[name].adaptable]
    finally:
        torch.use_deterministic_algorithms(before)
    tensors = [logits, *model.state_dict().values(), *(one for head in heads for one in head.state_dict().values())]
    assert all(tensor.isfinite().all() for tensor in tensors)


def test_distances_that_every_layer_uses_are_frozen_with_the_embeddings(small_checkpoints: dict[str, Path]) -> None:
    for name, shared in (("deberta-v2", ("encoder.rel_embeddings.weight", "encoder.LayerNorm.weight")),
                         ("mpnet", ("encoder.relative_attention_bias.weight",))):
        model = build_model("pretrained", small_checkpoints[name], "single", ["a", "b"], 0.0, 1,
                            recipe_from({"method": "partial", "frozen_layers": 0}, ""))
        trained = {part for part, parameter in model.base_model.named_parameters() if parameter.requires_grad}
        assert not set(shared) & trained
        assert any(part.startswith("encoder.layer.0.") for part in trained)


def test_big_bird_attends_to_all_tokens(small_checkpoints: dict[str, Path]) -> None:
    assert build_model("scratch", small_checkpoints["big_bird"], "single", ["a", "b"], 0.0, 1
                       ).config.attention_type == "original_full"
