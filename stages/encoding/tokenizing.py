"""Text to token ids, counting what is lost on the way."""

import json
import unicodedata
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from tokenizers import Encoding, Tokenizer

from stages.common.errors import UserError
from stages.encoding.store import IGNORED_LABEL

# Written for this project: they have what tokenizers treat differently at the edges of words.
_WORDS_TRIED = ("Ann", "left", "Port-Sele", ",", "U.S.", "7-0", "'s", "영화", "재미있다", ".")


class Tokens(NamedTuple):
    """One input of a model.

    ``word_index`` has the position of the word that a token stands for, -1 for the other tokens; None for texts.
    """

    input_ids: list[int]
    token_type_ids: list[int]
    word_index: list[int] | None = None


@dataclass
class Losses:
    """What tokenization did to one split."""

    rows: int = 0
    tokens: int = 0
    unknown_tokens: int = 0
    truncated_rows: int = 0
    split_sentences: int = 0


@dataclass
class TextTokenizer:
    """A fast tokenizer with NFC input, truncation at ``max_length`` and no padding.

    ``lengths`` gathers the tokens of every row before any is cut or split, special tokens included; ``unknown_shares``
    the share of unknown tokens among those of every row that are read and not special, 1 where there are none.

    NFC comes first because a tokenizer's vocabulary is made of composed characters: decomposed Hangul would
    become unknown tokens (Unicode Standard Annex 15).
    """

    path: Path
    max_length: int
    losses: Losses = field(default_factory=Losses)
    lengths: array = field(default_factory=lambda: array("l"))
    unknown_shares: array = field(default_factory=lambda: array("d"))

    def __post_init__(self) -> None:
        self._tokenizer = Tokenizer.from_file(str(self.path))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._opening, self._closing = self._frame()
        self._unknown = _unknown_id(self._tokenizer)
        self._of_words: Tokenizer | None = None

    def _frame(self) -> tuple[list[int], list[int]]:
        """Special tokens before and after a single sequence, such as [CLS] and [SEP]."""
        framed = self._tokenizer.encode("a")
        inner = [position for position, special in enumerate(framed.special_tokens_mask) if not special]
        return framed.ids[: inner[0]], framed.ids[inner[-1] + 1 :]

    def encode_texts(self, rows: Sequence[Sequence[str]]) -> list[Tokens]:
        """Tokens of rows of one text or of two; the longer text of a pair is cut first."""
        inputs = [_text_input(texts) for texts in rows]
        encodings = self._tokenizer.encode_batch(inputs)
        self.lengths.extend(len(encoding.ids) for encoding in encodings)
        too_long = [row for row, encoding in enumerate(encodings) if len(encoding.ids) > self.max_length]
        self._tokenizer.enable_truncation(self.max_length, strategy="longest_first")
        for row in too_long:
            encodings[row] = _encode(self._tokenizer, inputs[row])
        self._tokenizer.no_truncation()
        for encoding in encodings:
            # The token that parts two texts can be the unknown one too, as in GPT-2.
            inner = [token for token, special in zip(encoding.ids, encoding.special_tokens_mask, strict=True)
                     if not special]
            self._count(len(encoding.ids), inner)
            self.unknown_shares.append(self._unknown_share(inner))
        self.losses.truncated_rows += len(too_long)
        self.losses.rows += len(rows)
        return [Tokens(encoding.ids, encoding.type_ids) for encoding in encodings]

    def encode_words(self, rows: Sequence[Sequence[str]]) -> list[list[Tokens]]:
        """Windows of at most ``max_length`` tokens that together hold every word of each sentence.

        The first token of a word stands for it.
        A word that the tokenizer turns into nothing becomes one unknown token, so that it can be scored too.
        """
        sentences = [[unicodedata.normalize("NFC", word) for word in words] for words in rows]
        self._of_words = self._of_words or tokenizer_of_words(self._tokenizer)
        encodings = self._of_words.encode_batch(sentences, is_pretokenized=True, add_special_tokens=False)
        tokens = [_tokens_of_words(encoding, len(words), self._unknown)
                  for encoding, words in zip(encodings, sentences, strict=True)]
        frame = len(self._opening) + len(self._closing)
        self.lengths.extend(sum(map(len, sentence)) + frame for sentence in tokens)
        self.unknown_shares.extend(self._unknown_share([*chain.from_iterable(sentence)]) for sentence in tokens)
        windows = [self._windows(sentence) for sentence in tokens]
        self.losses.truncated_rows += sum(
            max(map(len, sentence), default=0) + frame > self.max_length for sentence in tokens)
        self.losses.rows += len(rows)
        self.losses.split_sentences += sum(len(parts) > 1 for parts in windows)
        return windows

    def _windows(self, words: list[list[int]]) -> list[Tokens]:
        room = self.max_length - len(self._opening) - len(self._closing)
        windows: list[Tokens] = []
        ids: list[int] = []
        index: list[int] = []
        for position, tokens in enumerate(words):
            kept = tokens[:room]
            if len(ids) + len(kept) > room:
                windows.append(self._window(ids, index))
                ids, index = [], []
            ids += kept
            index += [position] + [-1] * (len(kept) - 1)
        windows.append(self._window(ids, index))
        return windows

    def _window(self, ids: list[int], index: list[int]) -> Tokens:
        framed = self._opening + ids + self._closing
        self._count(len(framed), ids)
        return Tokens(framed, [0] * len(framed), [-1] * len(self._opening) + index + [-1] * len(self._closing))

    def _count(self, tokens: int, inner: list[int]) -> None:
        self.losses.tokens += tokens
        self.losses.unknown_tokens += inner.count(self._unknown)

    def _unknown_share(self, tokens: list[int]) -> float:
        return tokens.count(self._unknown) / len(tokens) if tokens else 1.0

    def token(self, identifier: int) -> str:
        """The piece of text that an id stands for, as the tokenizer writes it."""
        return str(self._tokenizer.id_to_token(identifier))

    @property
    def vocabulary_size(self) -> int:
        """Number of token types, added tokens included."""
        return int(self._tokenizer.get_vocab_size())


def tokenizer_of_words(tokenizer: Tokenizer) -> Tokenizer:
    """The tokenizer that gives words one by one the tokens that they have in running text after a space.

    Many tokenizers mark the start of a word by the space before it, which words given one by one lack. What the
    tokenizer makes of spaces decides, not its type: where it gives words the same tokens however they are spaced, it is
    returned as it is; else each word gets one blank before all other steps of pre-tokenization, the first one too.
    """
    blank = _blank(tokenizer)
    if len(blank) != 1 or _ignores_spaces(tokenizer):
        return tokenizer
    state = json.loads(tokenizer.to_str())
    own = [state["pre_tokenizer"]] if state["pre_tokenizer"] else []
    part = ({"type": "WhitespaceSplit"} if blank == " " else
            {"type": "Split", "pattern": {"String": blank}, "behavior": "Removed", "invert": False})
    mark = {"type": "Metaspace", "replacement": blank, "prepend_scheme": "always", "split": False}
    state["pre_tokenizer"] = {"type": "Sequence", "pretokenizers": [part, mark, *own]}
    # The blank that is put before a word is no character of the text, so offsets must not be moved on for it.
    return Tokenizer.from_str(json.dumps(_untrimmed(state)))


def _blank(tokenizer: Tokenizer) -> str:
    """What normalization leaves of a space between words: itself, a mark such as that of SentencePiece, or nothing."""
    normalized = tokenizer.normalizer.normalize_str("a b") if tokenizer.normalizer else "a b"
    between = normalized.lower().partition("a")[2].rpartition("b")[0]
    return " " if between.isspace() else between


def _ignores_spaces(tokenizer: Tokenizer) -> bool:
    text = " " + "  ".join(_WORDS_TRIED)
    spaced = tokenizer.encode(text, add_special_tokens=False)
    alone = tokenizer.encode(list(_WORDS_TRIED), is_pretokenized=True, add_special_tokens=False)
    return spaced.ids == alone.ids and not any(text[start:start + 1].isspace() for start, _ in spaced.offsets)


def _untrimmed(state: dict[str, Any]) -> dict[str, Any]:
    processor = state["post_processor"] or {}
    for part in [processor, *processor.get("processors", [])]:
        if "trim_offsets" in part:
            part["trim_offsets"] = False
    return state


def _encode(tokenizer: Tokenizer, text: str | tuple[str, ...]) -> Encoding:
    return tokenizer.encode(*text) if isinstance(text, tuple) else tokenizer.encode(text)


def _text_input(texts: Sequence[str]) -> str | tuple[str, ...]:
    composed = tuple(unicodedata.normalize("NFC", text) for text in texts)
    return composed if len(composed) > 1 else composed[0]


def _tokens_of_words(encoding: Encoding, count: int, unknown: int) -> list[list[int]]:
    words: list[list[int]] = [[] for _ in range(count)]
    for token, word in zip(encoding.ids, encoding.word_ids, strict=True):
        words[word].append(token)
    return [tokens or [unknown] for tokens in words]


def _unknown_id(tokenizer: Tokenizer) -> int:
    """The token for what a tokenizer does not know; a special one where bytes stand for that, as in Llama's."""
    special = sorted(identifier for identifier, token in tokenizer.get_added_tokens_decoder().items() if token.special)
    named = (tokenizer.token_to_id(token) for token in ("[UNK]", "<unk>", "<|endoftext|>"))
    found = next((identifier for identifier in (*named, *special) if identifier is not None), None)
    if found is None:
        raise UserError("tokenizer.json: expected an unknown token such as [UNK] or <unk>, or another special one, "
                        "found none; use a checkpoint whose tokenizer has one")
    return int(found)


def tag_ids(word_index: Iterable[int], tags: Sequence[str], ids: dict[str, int]) -> list[int]:
    """Label ids per token: the word's tag on its first token, :data:`IGNORED_LABEL` elsewhere."""
    return [IGNORED_LABEL if word < 0 else ids[tags[word]] for word in word_index]
