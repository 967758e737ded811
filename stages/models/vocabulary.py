"""Check that a tokenizer fits its own vocabulary and the embeddings of its model."""

from itertools import islice
from pathlib import Path

from tokenizers import Tokenizer, models

from stages.common.errors import UserError
from stages.common.hangul import is_syllable

_WORDS_TRIED = 1000
_MARKED_SHARE = 0.1  # of the pieces: 40 to 60 % of a vocabulary that uses a mark have it, at most one piece of another
_MARKS = {"▁": "SentencePiece", "Ġ": "a byte-level tokenizer", "##": "WordPiece"}


def refuse_unfit_tokenizer(tokenizer: Tokenizer, source: Path, embeddings: int, decoder: bool) -> None:
    """Refuse a tokenizer that returns ids without an embedding, or that cannot find the pieces of its vocabulary.

    Args:
        source: folder of the tokenizer's files, for error messages.
        embeddings: number of token ids with an embedding.
        decoder: whether the model is a decoder, which needs no special tokens around a text.

    Raises:
        UserError: naming the file, what was found, and a remedy.
    """
    whole = source / "tokenizer.json"
    place = whole if whole.is_file() else plain_vocabulary(source)
    vocabulary = tokenizer.get_vocab()
    special = {token.content for token in tokenizer.get_added_tokens_decoder().values() if token.special}
    if not vocabulary.keys() - special:
        raise UserError(f"{place}: expected pieces of words, found special tokens alone; fetch the tokenizer again")
    _refuse_ids_without_embedding(vocabulary, place, embeddings)
    _refuse_pieces_of_another_kind(tokenizer, vocabulary, place)
    _refuse_missing_frame(tokenizer, place, decoder)
    _refuse_loss_of_hangul(tokenizer, whole if whole.is_file() else source / "tokenizer_config.json")


def plain_vocabulary(source: Path) -> Path:
    """The file of the vocabulary of a tokenizer without tokenizer.json."""
    return source / ("vocab.txt" if (source / "vocab.txt").is_file() else "vocab.json")


def _refuse_ids_without_embedding(vocabulary: dict[str, int], place: Path, embeddings: int) -> None:
    highest = max(vocabulary, key=vocabulary.__getitem__)
    if vocabulary[highest] >= embeddings:
        beyond = sum(identifier >= embeddings for identifier in vocabulary.values())
        raise UserError(f"{place}: expected ids below {embeddings}, the vocab_size of config.json, found ids up "
                        f"to {vocabulary[highest]} ({highest!r}), {beyond} of them without an embedding; enlarge the "
                        "model with `model.resize_token_embeddings(len(tokenizer))` and save it, or take the added "
                        "tokens out")


def _refuse_pieces_of_another_kind(tokenizer: Tokenizer, vocabulary: dict[str, int], place: Path) -> None:
    """Refuse a vocabulary with the mark of another kind of tokenizer, whose pieces are never found."""
    for mark, kind in _MARKS.items():
        marked = sorted((piece for piece in vocabulary if piece.startswith(mark) and piece != mark),
                        key=vocabulary.__getitem__)
        share = len(marked) / len(vocabulary)
        if share > _MARKED_SHARE and not _finds(tokenizer, marked, mark):
            raise UserError(f"{place}: expected a tokenizer that finds the pieces of its vocabulary, of which "
                            f"{share:.0%} begin with the {mark} of {kind}, such as '{marked[0]}', found "
                            f"{type(tokenizer.model).__name__}, which reads none of them so; write tokenizer.json with "
                            "the tokenizer that the checkpoint was trained with, or name its class as "
                            "`tokenizer_class` in tokenizer_config.json")


def _finds(tokenizer: Tokenizer, marked: list[str], mark: str) -> bool:
    """Whether tokenizing the words of the pieces gives any token with the mark."""
    if mark == "##":  # marks the inside of a word, which cannot be tokenized alone
        return isinstance(tokenizer.model, models.WordPiece)
    words = list(islice((word for word in (piece.removeprefix(mark) for piece in marked) if word.isalpha()),
                        _WORDS_TRIED))
    tokens = tokenizer.encode(" ".join(["a", *words]), add_special_tokens=False).tokens
    return not words or any(token.startswith(mark) and token != mark for token in tokens)


def _refuse_missing_frame(tokenizer: Tokenizer, place: Path, decoder: bool) -> None:
    if not decoder and not any(tokenizer.encode("a").special_tokens_mask):
        raise UserError(f"{place}: expected a tokenizer that adds special tokens such as [CLS] and [SEP], from which "
                        "an encoder classifies a text, found one that adds none; write tokenizer.json with "
                        "`AutoTokenizer.from_pretrained(folder).save_pretrained(folder)`")


def _refuse_loss_of_hangul(tokenizer: Tokenizer, place: Path) -> None:
    """Refuse a tokenizer that decomposes the Hangul syllables of its own vocabulary.

    BERT's lower-casing strips accents by decomposing the text. A Hangul syllable becomes two or three letters, which a
    Korean vocabulary does not contain, so every Korean word becomes the unknown token.
    """
    unknown = getattr(tokenizer.model, "unk_token", None)
    if tokenizer.normalizer is None or unknown is None:
        return
    vocabulary = tokenizer.get_vocab()
    words = (piece for piece in sorted(vocabulary, key=vocabulary.__getitem__)
             if all(map(is_syllable, piece)))
    for word in islice(words, _WORDS_TRIED):
        changed = tokenizer.normalizer.normalize_str(word) != word
        if changed and unknown in tokenizer.encode(word, add_special_tokens=False).tokens:
            cure = '"do_lower_case": false' if place.name == "tokenizer_config.json" else '"lowercase": false'
            raise UserError(f"{place}: lower-casing or stripping accents turns Hangul of the vocabulary, such as "
                            f"'{word}', into {unknown}; write {cure} and \"strip_accents\": false there (into a copy "
                            "with `source: local`, if the checkpoint is not yours)")
