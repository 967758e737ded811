"""Checkpoint folders as people hand them in: used rightly, or refused in one line with nothing half-written."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
from transformers import (
    AlbertConfig,
    AlbertModel,
    BartConfig,
    BartModel,
    BertConfig,
    BertModel,
    LlamaConfig,
    LlamaModel,
    ModernBertConfig,
    ModernBertModel,
    RobertaConfig,
    RobertaModel,
    T5Config,
    T5EncoderModel,
    XLNetConfig,
    XLNetModel,
)

from stages.answering.exporting import deliver
from stages.assign_checkpoint import main as assign
from stages.check_params import main as check
from stages.common.errors import UserError
from stages.common.files import read_json, write_json
from stages.common.sources import ROOT
from stages.encoding.store import EncodedSplit, Ragged
from stages.encoding.tokenizing import TextTokenizer
from stages.models.building import build_model
from stages.models.inputs import Collator
from stages.pretraining.obtaining import obtain
from stages.settings.checkpoints import LocalCheckpoint
from stages.settings.yaml12 import parse_yaml
from tests import tiny

TOKENS = len(tiny.SPECIAL) + len(tiny.PIECES)  # 20
SMALL = {"vocab_size": TOKENS, "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2,
         "intermediate_size": 32, "max_position_embeddings": 64}
Edit = Callable[[Path], object]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    tiny.write_checkpoint(folder)
    return folder


@pytest.fixture
def source(whole: Path, tmp_path: Path) -> Path:
    """A sound checkpoint, to be spoilt."""
    return Path(shutil.copytree(whole, tmp_path / "my model" / "체크포인트"))


def taken(source: Path, tmp_path: Path) -> Path:
    obtain(tmp_path / "out", LocalCheckpoint(source="local", folder=str(source)))
    return tmp_path / "out"


# What is done to a folder


def config(**changes: Any) -> Edit:
    """Write fields into config.json; ``...`` takes one out."""
    def edit(folder: Path) -> None:
        values = read_json(folder / "config.json") | changes
        write_json(folder / "config.json", {name: value for name, value in values.items() if value is not ...})

    return edit


def content(name: str, written: bytes | str | None) -> Edit:
    """Write a file, or take it away."""
    def edit(folder: Path) -> None:
        if written is None:
            (folder / name).unlink()
        else:
            (folder / name).write_bytes(written if isinstance(written, bytes) else written.encode())

    return edit


def weights(change: Callable[[dict[str, torch.Tensor]], dict[str, torch.Tensor]]) -> Edit:
    return lambda folder: save_file(change(load_file(folder / "model.safetensors")), folder / "model.safetensors",
                                    {"format": "pt"})


def cut(share: float) -> Edit:
    def edit(folder: Path) -> None:
        path = folder / "model.safetensors"
        path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])

    return edit


def several(*edits: Edit) -> Edit:
    return lambda folder: [edit(folder) for edit in edits]


def renamed(old: str, new: str) -> Edit:
    return lambda folder: (folder / old).rename(folder / new)


def tokenizer(change: Callable[[Tokenizer], object]) -> Edit:
    def edit(folder: Path) -> None:
        opened = Tokenizer.from_file(str(folder / "tokenizer.json"))
        change(opened)
        opened.save(str(folder / "tokenizer.json"))

    return edit


def model(built: Callable[[], Any]) -> Edit:
    """Another architecture with the same tokenizer."""
    def edit(folder: Path) -> None:
        torch.manual_seed(3)
        built().save_pretrained(folder)

    return edit


def vocabulary(pieces: list[str], settings: str = '{"tokenizer_class": "BertTokenizer"}') -> Edit:
    """A plain vocabulary in place of tokenizer.json."""
    return several(content("tokenizer.json", None), content("tokenizer_config.json", settings),
                   content("vocab.txt", "\n".join(pieces) + "\n"))


def of_sentencepiece(name: str) -> Edit:
    return several(content("tokenizer.json", None), content(name, b"\x0a\x07stand-in"))


def inside(name: str) -> Edit:
    """Move all files into a folder, and put one beside it that has a config.json but no model."""
    def edit(folder: Path) -> None:
        files = list(folder.iterdir())
        for inner in (name, "1_Pooling"):
            (folder / inner).mkdir()
        for path in files:
            path.rename(folder / name / path.name)
        write_json(folder / "1_Pooling" / "config.json", {"pooling_mode_mean_tokens": True})

    return edit


def prefixed(prefix: str) -> Edit:
    return weights(lambda tensors: {f"{prefix}{name}": tensor for name, tensor in tensors.items()})


def with_tensors(*names: str) -> Edit:
    return weights(lambda tensors: tensors | {name: torch.zeros(2, 16) for name in names})


def bert(**changes: Any) -> Edit:
    return model(lambda: BertModel(BertConfig(**SMALL | changes)))


POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:0\n"


def byte_pair(*special: str, frame: str = "") -> Tokenizer:
    made = Tokenizer(models.BPE({piece: number for number, piece in enumerate(
        [*special, *sorted(pre_tokenizers.ByteLevel.alphabet())])}, []))
    made.pre_tokenizer, made.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    made.add_special_tokens(list(special))
    if frame:
        made.post_processor = processors.TemplateProcessing(
            single=frame, special_tokens=[(name, made.token_to_id(name)) for name in special])
    return made


KOBERT = [*tiny.SPECIAL, "▁영화", "▁재미", "▁good", "▁bad", "▁the", "있다", "없다", "good", "bad", "film", "the"]

# Name, what is done to a sound BERT, and what the message holds beside the folder.
BAD: list[tuple[str, Edit, tuple[str, ...]]] = [
    # config.json
    ("no-config", content("config.json", None), ("config.json: no such file; a checkpoint folder needs",)),
    ("config-folder", several(content("config.json", None), lambda folder: (folder / "config.json").mkdir()),
     ("config.json: no such file",)),
    ("config-link-to-nowhere", several(content("config.json", None), lambda folder: (
        folder / "config.json").symlink_to(folder / "gone.json")), ("config.json: no such file",)),
    ("config-cut", content("config.json", '{"model_type": "bert", "hid'), ("config.json: not valid JSON", "fetch")),
    ("config-empty", content("config.json", ""), ("config.json: not valid JSON", "fetch the file again")),
    ("config-page", content("config.json", "<html>404</html>"), ("config.json: not valid JSON", "fetch")),
    ("config-utf16", content("config.json", '{"model_type": "bert"}'.encode("utf-16")), ("config.json: not valid",)),
    ("config-list", content("config.json", '["bert"]'), ("config.json: expected names with values", "found list")),
    ("no-model-type", config(model_type=...), ("model_type: expected one of albert, bert,", "found none; use")),
    ("unknown-model-type", config(model_type="bret"), ("model_type: expected one of albert,", "found 'bret'; use")),
    ("model-type-list", config(model_type=["bert"]), ("model_type: expected one of", "found ['bert']; use")),
    ("bart", model(lambda: BartModel(BartConfig(
        vocab_size=TOKENS, d_model=16, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2,
        decoder_attention_heads=2, encoder_ffn_dim=16, decoder_ffn_dim=16, max_position_embeddings=32))),
     ("model_type: expected one of", "xlm-roberta", "qwen2", "found 'bart'; use")),
    ("t5", model(lambda: T5EncoderModel(T5Config(vocab_size=TOKENS, d_model=16, d_kv=8, d_ff=16, num_layers=1,
                                                 num_heads=2))), ("model_type: expected one of", "found 't5'; use")),
    ("xlnet", model(lambda: XLNetModel(XLNetConfig(vocab_size=TOKENS, d_model=16, n_layer=1, n_head=2, d_inner=16))),
     ("model_type: expected one of", "found 'xlnet'; use")),
    ("vision", config(model_type="vit"), ("model_type: expected one of", "found 'vit'; use")),
    ("its-own-code", config(auto_map={"AutoModel": "modeling.Mine"}), ("auto_map: expected none, found code",)),
    ("quantised-config", config(quantization_config={"quant_method": "gptq", "bits": 4}),
     ("quantization_config: expected none, found quantised weights", "use the checkpoint that")),
    ("a-bert-that-generates", config(is_decoder=True), ("is_decoder: expected False for bert, found True",)),
    ("no-width", config(hidden_size=0), ("hidden_size: expected a whole number above 0, found 0; use",)),
    ("no-layers", config(num_hidden_layers=0), ("num_hidden_layers: expected a whole number above 0, found 0; use",)),
    ("negative-vocabulary", config(vocab_size=-5), ("vocab_size: expected a whole number above 0, found -5; use",)),
    ("width-in-words", config(hidden_size="wide"), ("config.json: transformers cannot read it", "hidden_size")),
    ("no-spread", config(initializer_range=-0.02), ("initializer_range: expected a number above 0, found -0.02; use",)),
    ("no-positions", config(max_position_embeddings=0), (
        "the weights do not fit config.json: embeddings.position_embeddings.weight has the shape [64, 16], expected [0",
    )),
    ("odd-heads", config(num_attention_heads=3), ("num_attention_heads: expected a divisor of hidden_size 16, found",)),
    ("padding-beyond", config(pad_token_id=99), ("pad_token_id: expected an id below vocab_size 20, found 99; write",)),
    ("no-such-activation", config(hidden_act="wobble"), ("the weights do not fit config.json", "wobble")),
    ("deberta-with-convolution", config(model_type="deberta-v2", conv_kernel_size=3),
     ("conv_kernel_size: expected 0 for deberta-v2, found 3",)),
    ("mpnet-of-few-buckets", config(model_type="mpnet", relative_attention_num_buckets=8),
     ("relative_attention_num_buckets: expected 32 for mpnet, found 8",)),
    ("albert-of-two-groups", config(model_type="albert", num_hidden_groups=2),
     ("num_hidden_groups: expected 1 for albert, found 2",)),
    ("roberta-without-padding", config(model_type="roberta", pad_token_id=None),
     ("pad_token_id: expected an id, from which roberta counts its positions, found none",)),
    ("decoder-without-end", several(model(lambda: LlamaModel(LlamaConfig(**SMALL))), config(
        eos_token_id=None, pad_token_id=None)), ("expected eos_token_id or pad_token_id, found neither; add",)),
    # weights
    ("no-weights", content("model.safetensors", None), ("model.safetensors: no such file; put the checkpoint's",)),
    ("pickle", several(content("model.safetensors", None), content("pytorch_model.bin", b"PK\x03\x04")),
     ("pytorch_model.bin: pickled weights are never loaded", "convert them to model.safetensors")),
    ("tensorflow", several(content("model.safetensors", None), content("tf_model.h5", b"\x89HDF")),
     ("tf_model.h5: pickled weights are never loaded",)),
    ("shards", several(renamed("model.safetensors", "model-00001-of-00001.safetensors"), content(
        "model.safetensors.index.json", "{}")), ("model.safetensors.index.json: the weights are in several", "write")),
    ("adapter-alone", several(content("config.json", None), content("adapter_config.json", "{}")),
     ("adapter_config.json: expected a whole model, found an adapter", "merge_and_unload")),
    ("adapter-beside-config", several(renamed("model.safetensors", "adapter_model.safetensors"), content(
        "adapter_config.json", "{}")), ("adapter_config.json: expected a whole model, found an adapter", "merge_and_")),
    ("adapter-beside-weights", several(content("adapter_model.safetensors", b""), content("adapter_config.json", "{}")),
     ("adapter_config.json: expected a whole model, found an adapter", "merge_and_unload",
      "if the weights already contain it, give a folder without its files")),
    ("gguf", renamed("model.safetensors", "model-q4.gguf"),
     ("model-q4.gguf: expected model.safetensors, found weights in GGUF", "use the checkpoint that it was made from")),
    ("onnx", renamed("model.safetensors", "model.onnx"),
     ("model.onnx: expected model.safetensors, found a model in ONNX", "use the checkpoint that it was made from")),
    ("folder-of-onnx", several(content("model.safetensors", None), lambda folder: (folder / "onnx").mkdir()),
     ("onnx: expected model.safetensors, found a model in ONNX",)),
    ("output-of-trainer", several(inside("checkpoint-1000"), lambda folder: shutil.copytree(
        folder / "checkpoint-1000", folder / "checkpoint-500")),
     ("config.json: no such file; give the folder that has it, ", "/checkpoint-1000")),
    ("sentence-transformers", inside("0_Transformer"),
     ("config.json: no such file; give the folder that has it, ", "/0_Transformer")),
    ("weights-empty", content("model.safetensors", b""), ("model.safetensors: not a safetensors file", "fetch it")),
    ("weights-cut-in-header", cut(0.01), ("model.safetensors: not a safetensors file", "truncated download")),
    ("weights-cut-in-data", cut(0.9), ("model.safetensors: not a safetensors file", "truncated download")),
    ("renamed-pickle", content("model.safetensors", b"\x80\x02}q\x00." * 40), ("not a safetensors file", "renamed")),
    ("pointer-of-git-lfs", content("model.safetensors", POINTER),
     ("model.safetensors: expected the file itself, found a pointer of Git LFS; fetch it with `git lfs pull`",)),
    ("other-names", prefixed("net."),
     ("model.safetensors: 21 tensors of the encoder are missing, first embeddings.", "has them behind 'net.'; take")),
    ("names-of-data-parallel", prefixed("module.bert."), ("has them behind 'module.bert.'; take that off the names",)),
    ("names-of-sentence-transformers", prefixed("0.auto_model."), ("has them behind '0.auto_model.'; take that off",)),
    ("names-of-peft", prefixed("base_model.model.bert."), ("has them behind 'base_model.model.bert.'; take that off",)),
    ("names-of-an-adapted-layer", weights(lambda tensors: {
        name.replace("query.weight", "query.base_layer.weight"): tensor for name, tensor in tensors.items()} | {
            "encoder.layer.0.attention.self.query.lora_A.default.weight": torch.zeros(2, 16)}),
     ("1 tensors of the encoder are missing, first encoder.layer.0.attention.self.query.weight", "merge_and_unload")),
    ("a-bert-called-roberta", several(prefixed("bert."), config(model_type="roberta")),
     ("21 tensors of the encoder are missing", "first embeddings.", "belong to another config.json")),
    ("no-tensors", weights(lambda tensors: {"nothing": torch.zeros(1)}), ("21 tensors of the encoder are missing",)),
    ("a-layer-lacks", weights(lambda tensors: {name: tensor for name, tensor in tensors.items()
                                               if "intermediate.dense.weight" not in name}),
     ("1 tensors of the encoder are missing, first encoder.layer.0.intermediate.dense.weight",)),
    ("more-layers-said", config(num_hidden_layers=2), ("16 tensors of the encoder are missing, first encoder.layer.",)),
    ("fewer-layers-said", several(bert(num_hidden_layers=3), config(num_hidden_layers=1)),
     ("model.safetensors: 32 tensors of the layers have no place in the model that config.json describes, first "
      "encoder.layer.1.", "use the config.json and the weights of one checkpoint")),
    ("fewer-layers-said-and-a-prefix", several(bert(num_hidden_layers=2), prefixed("bert."), config(
        num_hidden_layers=1)), ("16 tensors of the layers have no place", "first encoder.layer.1.")),
    ("fewer-layers-said-of-a-decoder", several(model(lambda: LlamaModel(LlamaConfig(
        **SMALL | {"num_hidden_layers": 2}, pad_token_id=0))), config(num_hidden_layers=1)),
     ("9 tensors of the layers have no place", "first layers.1.")),
    ("left-by-lora", with_tensors("encoder.layer.0.attention.self.query.lora_A.default.weight"),
     ("1 tensors of the layers have no place", "first encoder.layer.0.attention.self.query.lora_A.default.weight",
      "merge_and_unload")),
    ("relative-positions", with_tensors("encoder.layer.0.attention.self.distance_embedding.weight"),
     ("1 tensors of the layers have no place", "distance_embedding.weight")),
    ("wider-said", config(hidden_size=32), (
        "model.safetensors: the weights do not fit config.json: embeddings.LayerNorm.bias has the shape [16], expected "
        "[32]", "other tensors")),
    ("more-words-said", config(vocab_size=25), (
        "model.safetensors: the weights do not fit config.json: embeddings.word_embeddings.weight has the shape "
        "[20, 16], expected [25, 16]; use the config.json and the weights of one checkpoint",)),
    ("whole-numbers", weights(lambda tensors: {name: one.to(torch.int8) for name, one in tensors.items()}),
     (".weight: expected floating-point weights, found I8", "before it was quantised")),
    ("not-a-number", weights(lambda tensors: {name: tensor * float("nan") if "query.weight" in name else tensor
                                              for name, tensor in tensors.items()}),
     ("encoder.layer.0.attention.self.query.weight: expected finite numbers, found NaN or infinity there",)),
    # tokenizer
    ("no-tokenizer", content("tokenizer.json", None), ("tokenizer.json: no such file; write it with",)),
    ("tokenizer-cut", content("tokenizer.json", '{"version": "1.0", "mod'), ("tokenizer.json: not a tokenizer of",)),
    ("tokenizer-is-a-pointer", content("tokenizer.json", POINTER),
     ("tokenizer.json: expected the file itself, found a pointer of Git LFS; fetch it with `git lfs pull`",)),
    ("tokenizer-of-nothing", content("tokenizer.json", "{}"), ("tokenizer.json: not a tokenizer of the tokenizers",)),
    ("tokenizer-config-list", content("tokenizer_config.json", "[]"), ("tokenizer_config.json: expected names with",)),
    ("tokenizer-config-cut", content("tokenizer_config.json", "{"), ("tokenizer_config.json: not valid", "fetch")),
    ("more-tokens", tokenizer(lambda opened: opened.add_tokens(["훌륭", "최악", "Reports"])),
     ("tokenizer.json: expected ids below 20, the vocab_size of config.json, found ids up to 22 ('Reports'), 3 of them",
      "resize_token_embeddings")),
    ("special-tokens-alone", tokenizer(lambda opened: setattr(opened, "model", models.WordPiece(
        {piece: number for number, piece in enumerate(tiny.SPECIAL)}, unk_token="[UNK]"))),
     ("tokenizer.json: expected pieces of words, found special tokens alone",)),
    ("pieces-of-kobert", several(vocabulary(KOBERT), config(vocab_size=TOKENS)),
     ("vocab.txt: expected a tokenizer that finds the pieces of its vocabulary, of which 31% begin with the ▁ of "
      "SentencePiece, such as '▁영화', found WordPiece", "write tokenizer.json")),
    ("bytes-without-their-step", tokenizer(lambda opened: setattr(opened, "model", models.BPE(
        {piece: number for number, piece in enumerate([*tiny.SPECIAL, "Ġgood", "Ġbad", "Ġthe", "a", "b"])}, []))),
     ("of which 30% begin with the Ġ of a byte-level tokenizer, such as 'Ġgood', found BPE",)),
    ("wordpieces-in-unigram", tokenizer(lambda opened: setattr(opened, "model", models.Unigram(
        [(piece, -1.0) for piece in [*tiny.SPECIAL, "##able", "##aff", "##ing", "un", "good"]], 1, False))),
     ("of which 30% begin with the ## of WordPiece, such as '##able', found Unigram",)),
    ("no-frame", lambda folder: write_json(folder / "tokenizer.json", read_json(folder / "tokenizer.json") | {
        "post_processor": None}),
     ("tokenizer.json: expected a tokenizer that adds special tokens", "found one that adds none")),
    ("sentencepiece-albert", of_sentencepiece("spiece.model"), ("spiece.model: expected tokenizer.json, found",)),
    ("sentencepiece-xlm-r", of_sentencepiece("sentencepiece.bpe.model"), ("sentencepiece.bpe.model: expected tokeni",)),
    ("sentencepiece-llama", of_sentencepiece("tokenizer.model"), ("tokenizer.model: expected tokenizer.json, found",)),
    ("vocabulary-lower-cased", vocabulary([*tiny.SPECIAL, *tiny.PIECES], '{"tokenizer_class": "BertTokenizer"}'),
     ("tokenizer_config.json: lower-casing or stripping accents turns Hangul", "'영화'")),
    ("vocabulary-empty", vocabulary([]), ("vocab.txt: ",)),
    ("vocabulary-of-another-class", vocabulary([*tiny.SPECIAL, "good"], '{"tokenizer_class": "RobertaTokenizer"}'),
     ("vocab.txt: RobertaTokenizer, which transformers takes for it, does not read it",)),
]


@pytest.mark.parametrize(("edit", "fragments"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_is_refused_in_one_line_and_leaves_nothing(
    edit: Edit, fragments: tuple[str, ...], source: Path, tmp_path: Path
) -> None:
    edit(source)
    before = sorted(path.name for path in source.iterdir())
    with pytest.raises(UserError) as caught:
        taken(source, tmp_path)
    message = str(caught.value)
    assert message.startswith(str(source))  # the user's own file, not a copy
    assert message.count("\n") == 0
    assert all(fragment in message for fragment in fragments), message
    assert sorted(path.name for path in tmp_path.iterdir()) == ["my model"]
    assert sorted(path.name for path in source.iterdir()) == before


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    for place in (tmp_path / "none", tmp_path / "file"):
        with pytest.raises(UserError, match=": no such folder; `folder` of a local checkpoint names one with config"):
            taken(place, tmp_path)


# What looks odd and is right


def halved(kind: torch.dtype) -> Edit:
    return several(config(dtype=str(kind).removeprefix("torch.")), weights(
        lambda tensors: {name: tensor.to(kind) for name, tensor in tensors.items()}))


def linked(folder: Path) -> None:
    """As the Hub's cache has its files."""
    blobs = folder.parent / "blobs"
    blobs.mkdir()
    for number, path in enumerate(sorted(folder.iterdir())):
        path.rename(blobs / str(number))
        path.symlink_to(blobs / str(number))


def modernbert(folder: Path) -> None:
    ModernBertModel(ModernBertConfig(**SMALL, pad_token_id=0, bos_token_id=2, eos_token_id=3, cls_token_id=2,
                                     sep_token_id=3)).save_pretrained(folder)


GOOD: list[tuple[str, Edit]] = [
    ("as-it-is", lambda folder: None),
    ("links", linked),
    ("fp16", halved(torch.float16)),
    ("bf16", halved(torch.bfloat16)),
    ("fp64", halved(torch.float64)),
    ("with-a-pickle-beside", content("pytorch_model.bin", b"PK")),
    ("old-names", weights(lambda tensors: {
        name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): tensor
        for name, tensor in tensors.items()})),
    ("prefixed-names", weights(lambda tensors: {f"bert.{name}": tensor for name, tensor in tensors.items()})),
    ("a-head-beside", weights(lambda tensors: tensors | {"cls.predictions.bias": torch.zeros(20)})),
    ("heads-of-electra", with_tensors("discriminator_predictions.dense.weight", "generator_predictions.dense.weight",
                                      "generator_lm_head.weight")),
    ("other-heads", with_tensors("lm_head.weight", "classifier.weight", "cls.seq_relationship.weight")),
    ("older-position-ids", weights(lambda tensors: tensors | {"embeddings.position_ids": torch.arange(64)[None]})),
    ("unknown-fields", config(answer=42, transformers_version="2.1.1", architectures=None)),
    ("no-tokenizer-config", content("tokenizer_config.json", None)),
    ("plain-vocabulary", vocabulary([*tiny.SPECIAL, *tiny.PIECES],
                                    '{"tokenizer_class": "BertTokenizer", "do_lower_case": false}')),
    ("a-mark-among-the-pieces", tokenizer(lambda opened: setattr(opened, "model", models.WordPiece(
        {piece: number for number, piece in enumerate([*tiny.SPECIAL, *tiny.PIECES[:-1], "▁"])}, unk_token="[UNK]")))),
    ("roberta", model(lambda: RobertaModel(RobertaConfig(**SMALL, type_vocab_size=1, pad_token_id=0)))),
    ("albert", model(lambda: AlbertModel(AlbertConfig(embedding_size=8, **SMALL, pad_token_id=0)))),
    ("modernbert", modernbert),
]


@pytest.mark.parametrize("edit", [case[1] for case in GOOD], ids=[case[0] for case in GOOD])
def test_is_taken_and_both_arms_are_float32(edit: Edit, source: Path, tmp_path: Path) -> None:
    edit(source)
    out = taken(source, tmp_path)
    stored = load_file(source / "model.safetensors")
    arms = [build_model(init, out, "single", ["a", "b"], 0.1, 1) for init in ("pretrained", "scratch")]
    assert {parameter.dtype for arm in arms for parameter in arm.parameters()} == {torch.float32}
    first, drawn = (arm.get_input_embeddings().weight for arm in arms)
    published = next(tensor for name, tensor in stored.items() if "word_embeddings" in name or "tok_emb" in name)
    assert torch.equal(first, published.float())
    assert not torch.equal(drawn, first)


def test_more_segments_than_the_model_has_become_its_last(source: Path, tmp_path: Path) -> None:
    # As KLUE's RoBERTa, whose tokenizer is BERT's.
    model(lambda: RobertaModel(RobertaConfig(**SMALL, type_vocab_size=1, pad_token_id=0)))(source)
    out = taken(source, tmp_path)
    row = TextTokenizer(out / "tokenizer.json", 16).encode_texts([("good film", "bad")])[0]
    assert row.token_type_ids == [0, 0, 0, 0, 1, 1]
    built = build_model("pretrained", out, "pair", ["a", "b"], 0.0, 1).eval()
    ids, segments = (Ragged(np.array(getattr(row, name)), np.array([0, 6])) for name in ("input_ids", "token_type_ids"))
    split = EncodedSplit(["test:0"], ids, segments, np.array([0]), None)
    tensors = Collator(built)(split, np.array([0]))
    assert tensors["token_type_ids"].tolist() == [[0] * 6]
    assert built(**tensors).logits.shape == (1, 2)
    built.save_pretrained(tmp_path / "model")
    (tmp_path / "exported").mkdir()
    deliver("pair", tmp_path / "model", out, 16, tmp_path / "exported")  # refuses a copy that answers otherwise


@pytest.mark.parametrize("special", [("<|begin|>", "<|end|>"), ("<s>", "</s>")])
def test_a_tokenizer_of_bytes_needs_no_unknown_token(special: tuple[str, str], source: Path, tmp_path: Path) -> None:
    byte_pair(*special).save(str(source / "tokenizer.json"))
    write_json(source / "tokenizer_config.json", {"eos_token": special[1]})
    model(lambda: LlamaModel(LlamaConfig(**SMALL | {"vocab_size": 258, "eos_token_id": 1, "bos_token_id": 0})))(source)
    out = taken(source, tmp_path)
    encoder = TextTokenizer(out / "tokenizer.json", 64)
    pair = encoder.encode_texts([("영화 😀", "b")])[0].input_ids
    assert encoder.losses.unknown_tokens == 0
    assert pair.count(1) == 1  # the token that ends a text parts two
    assert build_model("pretrained", out, "pair", ["a", "b"], 0.0, 1).config.pad_token_id == 1


# What does not go together


def params(tmp_path: Path, **changes: Any) -> dict[str, Any]:
    """The project's own settings with changes; each key of a task is written as ``nsmc__max_length``."""
    values: dict[str, Any] = parse_yaml((ROOT / "params.yaml").read_text("utf-8"), "params.yaml")
    values["tasks"] = {name: values["tasks"][name] for name in ("nsmc", "conll2003")}
    for name, value in changes.items():
        task, _, key = name.partition("__")
        if key:
            values["tasks"][task][key] = value
        else:
            values[name] = value
    write_json(tmp_path / "params.yaml", values)
    (tmp_path / "data" / "local").mkdir(parents=True, exist_ok=True)
    return values


LLAMA = model(lambda: LlamaModel(LlamaConfig(**SMALL, pad_token_id=0)))
ALBERT = model(lambda: AlbertModel(AlbertConfig(embedding_size=8, **SMALL, pad_token_id=0)))
UNSUITED: list[tuple[str, Edit, str, dict[str, Any], tuple[str, ...]]] = [
    ("albert-partial", ALBERT, "nsmc", {"tunings": ["full", "partial"]},
     ("recipes.partial: method partial: expected a method that albert supports, full, head, lora, ia3, prefix",)),
    ("albert-gradual", ALBERT, "nsmc", {"tunings": ["gradual"]}, ("recipes.gradual: method gradual: expected",)),
    ("albert-decay", ALBERT, "nsmc", {"recipes": {"full": {"method": "full", "layer_lr_decay": 0.9}}},
     ("recipes.full.layer_lr_decay: expected 1.0 for albert, whose layers share their weights, found 0.9",)),
    ("deberta-prefix", config(model_type="deberta-v2"), "nsmc", {"tunings": ["full", "prefix"]},
     ("recipes.prefix: method prefix: expected a method that deberta-v2 supports, full, head, partial,",
      "replace its attention")),
    ("decoder-words", LLAMA, "conll2003", {},
     ("tasks.conll2003.checkpoint: mine: expected a checkpoint of an encoder", "found llama", "use a checkpoint of")),
    ("decoder-adapted", LLAMA, "nsmc", {"adapted": ["nsmc"]}, ("adapted: expected an encoder", "found llama")),
    ("too-long", lambda folder: None, "nsmc", {"nsmc__max_length": 65},
     ("tasks.nsmc.max_length: expected at most 64, the positions of the checkpoint mine, found 65; lower it",)),
    ("too-long-for-roberta", config(model_type="roberta", pad_token_id=1), "nsmc", {"nsmc__max_length": 63},
     ("tasks.nsmc.max_length: expected at most 62, the positions of the checkpoint mine, found 63; lower it",)),
    ("too-few-layers", lambda folder: None, "nsmc", {"recipes": {"full": {"method": "partial", "frozen_layers": 2}}},
     ("recipes.full: a recipe of method partial: expected frozen_layers", "to be at most 1", "got 2 and 0; lower")),
]


@pytest.mark.parametrize("stage", ["check_params", "assign_checkpoint"])
@pytest.mark.parametrize(("edit", "task", "changes", "fragments"), [case[1:] for case in UNSUITED],
                         ids=[case[0] for case in UNSUITED])
def test_what_does_not_go_together_is_said_before_anything_is_trained(
    edit: Edit, task: str, changes: dict[str, Any], fragments: tuple[str, ...], stage: str, source: Path,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:
    """A local folder is known to ``check_params``; what the Hub gives, to the stage that copies it for a task."""
    edit(source)
    write_json(source / "origin.json", {})
    monkeypatch.chdir(tmp_path)
    made = Path(shutil.copytree(source, tmp_path / "made" / "mine"))
    checkpoint = {"mine": {"source": "local", "folder": str(source)}}
    values = params(tmp_path, checkpoints=checkpoint, nsmc__checkpoint="mine", conll2003__checkpoint="mine",
                    **{"nsmc__max_length": 32, "conll2003__max_length": 32} | changes)
    if task == "nsmc":
        del values["tasks"]["conll2003"]
        write_json(tmp_path / "params.yaml", values)
    code = (check(["--out", "checked"]) if stage == "check_params" else
            assign(["--task", task, "--checkpoints", str(made.parent), "--fetched", "none", "--out", "initial"]))
    said = capsys.readouterr().err
    assert code == 1
    assert said.startswith("error: params.yaml: ")
    assert said.count("\n") == 1
    assert all(fragment in said for fragment in fragments), said
    assert not {"checked", "initial"} & {path.name for path in tmp_path.iterdir()}


def test_what_goes_together_is_assigned(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_json(source / "origin.json", {})
    monkeypatch.chdir(tmp_path)
    params(tmp_path, tunings=["full", "head", "partial", "gradual", "lora", "ia3", "prefix"], adapted=["nsmc"],
           checkpoints={"mine": {"source": "local", "folder": str(source)}}, nsmc__checkpoint="mine",
           conll2003__checkpoint="mine", nsmc__max_length=64, conll2003__max_length=64)
    assert check(["--out", "checked"]) == 0
    made = Path(shutil.copytree(source, tmp_path / "made" / "mine"))
    assert assign(["--task", "nsmc", "--checkpoints", str(made.parent), "--fetched", "none", "--out", "initial"]) == 0
    assert json.loads((tmp_path / "initial" / "config.json").read_text("utf-8"))["model_type"] == "bert"
