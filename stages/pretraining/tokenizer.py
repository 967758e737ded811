"""Train a cased WordPiece tokenizer that keeps Hangul syllables whole."""

from collections import Counter
from collections.abc import Sequence

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
PADDING, UNKNOWN, OPENING, CLOSING, MASK = range(len(SPECIAL_TOKENS))
_ALPHABET_PART = 3  # at most 1/3 of the vocabulary are single characters, which leaves room for longer pieces


def train_tokenizer(lines: Sequence[str], vocabulary: int) -> Tokenizer:
    """A cased WordPiece tokenizer with at most ``vocabulary`` entries; it keeps accents, and so Hangul syllables."""
    # A character takes two entries: one at the start of a word and one inside.
    alphabet = _alphabet(lines, vocabulary // (2 * _ALPHABET_PART))
    # The trainer numbers pieces in the order of a hash table, breaks ties by number and would choose randomly among
    # equally rare characters: a fixed order of the single characters makes it deterministic.
    pieces = [*SPECIAL_TOKENS, *alphabet, *(f"##{character}" for character in alphabet)]
    trainer = trainers.WordPieceTrainer(
        vocab_size=vocabulary, min_frequency=2, special_tokens=pieces, limit_alphabet=len(alphabet),
        initial_alphabet=alphabet, show_progress=False)
    kept = set(alphabet)
    learner = _tokenizer_around(models.WordPiece(unk_token="[UNK]"))  # noqa: S106
    learner.train_from_iterator(
        ("".join(character if character in kept else " " for character in line) for line in lines), trainer)
    return _tokenizer_around(models.WordPiece(learner.get_vocab(), unk_token="[UNK]"))  # noqa: S106


def _alphabet(lines: Sequence[str], size: int) -> list[str]:
    """The ``size`` most frequent characters, by code point."""
    counts: Counter[str] = Counter()
    for line in lines:
        counts.update(line)
    frequent = sorted((character for character in counts if not character.isspace()),
                      key=lambda character: (-counts[character], character))
    return sorted(frequent[:size])


def _tokenizer_around(model: models.WordPiece) -> Tokenizer:
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.BertNormalizer(strip_accents=False, lowercase=False)])
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", OPENING), ("[SEP]", CLOSING)])
    tokenizer.add_special_tokens(list(SPECIAL_TOKENS))
    return tokenizer
