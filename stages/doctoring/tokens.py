"""Checks of the tokenization, and of the origin of the checkpoint."""

from collections.abc import Iterator, Mapping

import numpy as np

from stages.doctoring.evidence import Evidence
from stages.doctoring.finding import Finding, Severity, percent
from stages.settings.arms import REFERENCE, arm_of_key

# A tokenizer of the language leaves few tokens unknown; that of the embedded sample, of 4,000 pieces, at most 4.5 %.
# One of another language knows few words.
UNKNOWN_WARNING, UNKNOWN_SEVERE = 0.05, 0.1
# A word piece has several characters (Rust et al., 2021, https://aclanthology.org/2021.acl-long.243); more tokens than
# characters are bytes or letters of an alphabet that the vocabulary has no words of.
TOKENS_PER_CHARACTER = 1.0
# What is cut off cannot be read. It is a note where one row in twenty is cut, a warning where one token in ten is lost;
# where a quarter is lost, it is another task.
TRUNCATED, LOST_WARNING, LOST_SEVERE = 0.05, 0.1, 0.25
# A WordPiece vocabulary has no mark of SentencePiece but the sign itself; in a SentencePiece one a third has it.
MARKED = 0.05
UNKNOWN_DRIFT = 0.01
_ALIASES = {"multinli": "mnli", "conll2003": "conll03"}
_HEADS = ("ForSequenceClassification", "ForTokenClassification", "ForQuestionAnswering")
# Published configurations have 0.02; far smaller or larger initial weights keep a model from learning.
INITIAL_LOW, INITIAL_HIGH = 0.005, 0.05


def unknown_tokens(evidence: Evidence) -> Iterator[Finding]:
    """Tokens that the vocabulary does not have."""
    for split, facts in evidence.encoding.splits.items():
        share = facts.unknown_tokens / facts.tokens
        if share >= UNKNOWN_WARNING:
            yield Finding(
                "unknown_tokens", "severe" if share >= UNKNOWN_SEVERE else "warning", split, evidence.everything,
                f"{percent(share)} of the tokens of {split} are unknown to the vocabulary",
                "the encoder sees gaps where the words are: the tokenizer is of another language or kind of text",
                "use a checkpoint whose tokenizer is made for this language")


def sentence_pieces_as_word_pieces(evidence: Evidence) -> Iterator[Finding]:
    """A vocabulary of SentencePiece under a WordPiece model, which never finds a piece that begins with its mark."""
    share = evidence.sentence_pieces / evidence.encoding.vocabulary
    if share >= MARKED:
        yield Finding(
            "sentence_pieces_as_word_pieces", "severe", "task", evidence.everything,
            f"{percent(share)} of the entries of the WordPiece vocabulary begin with ▁, the mark of SentencePiece",
            "the tokenizer reads pieces of one kind by the rules of another, so that most words become unknown",
            "use the checkpoint's own SentencePiece model, or one whose tokenizer.json has it")


def letters_for_tokens(evidence: Evidence) -> Iterator[Finding]:
    """More tokens than characters."""
    for split, facts in evidence.encoding.splits.items():
        if split not in evidence.rows or len(evidence.rows[split]) != facts.rows or evidence.is_words:
            continue
        characters = sum(len(row.joined) for row in evidence.rows[split])
        tokens = facts.tokens - (3 if evidence.task.kind == "pair" else 2) * facts.rows
        # Texts that were cut short have more tokens than are counted, never fewer.
        if tokens > TOKENS_PER_CHARACTER * characters:
            yield Finding(
                "letters_for_tokens", "severe", split, evidence.everything,
                f"{tokens / characters:.1f} tokens for every character of {split}",
                "the vocabulary has no words of this language, only bytes or letters",
                "use a checkpoint whose tokenizer is made for this language")


def lost_hangul(evidence: Evidence) -> Iterator[Finding]:
    """A normaliser that takes Hangul syllables to pieces, as lower-casing with stripped accents does."""
    if not evidence.hangul_is_kept:
        yield Finding(
            "lost_hangul", "severe", "task", evidence.everything,
            "no composed Hangul syllable is left after the tokenizer's normalisation",
            "lower-casing that strips accents decomposes syllables, and the vocabulary has words of whole ones",
            "set `strip_accents` (or `do_lower_case`) of the tokenizer to false, or use another checkpoint")


def truncated_rows(evidence: Evidence) -> Iterator[Finding]:
    """Rows whose end was cut off, reported once for the split that loses most; severity depends on the tokens lost."""
    lost = {split: _lost_share(facts.lengths, evidence.encoding.max_length)
            for split, facts in evidence.encoding.splits.items() if facts.truncated_rows}
    cut = {split: evidence.encoding.splits[split].truncated_rows / evidence.encoding.splits[split].rows
           for split in lost}
    if not lost or max(cut.values()) < TRUNCATED:
        return
    worst = max(lost, key=lambda split: (lost[split], cut[split]))
    severity: Severity = ("severe" if lost[worst] >= LOST_SEVERE else
                          "warning" if lost[worst] >= LOST_WARNING else "note")
    yield Finding(
        "truncated_rows", severity, "task", evidence.everything,
        f"{percent(cut[worst])} of the rows of {worst} are cut at {evidence.encoding.max_length:,} tokens, which "
        f"takes about {percent(lost[worst])} of its tokens",
        "no model saw their ends", "raise `max_length`")


def _lost_share(lengths: Mapping[str, int], most: int) -> float:
    """About which share of all tokens lies beyond ``most`` in their row, from percentiles of the rows' lengths.

    Between two percentiles lengths are taken to rise evenly, below the first from half of it.
    """
    ranks = np.array([0.0, *(int(rank) / 100 for rank in lengths)])
    known = np.array([next(iter(lengths.values())) / 2, *lengths.values()], dtype=np.float64)
    rows = np.interp(np.linspace(0, 1, 2001), ranks, known)
    return float(np.maximum(rows - most, 0).sum() / rows.sum())


def unknown_token_drift(evidence: Evidence) -> Iterator[Finding]:
    """Test text with more unknown tokens than training text."""
    train, test = (splits.unknown_tokens / splits.tokens for splits in (
        evidence.encoding.splits[split] for split in ("train", "test")))
    if test > 2 * train and test - train >= UNKNOWN_DRIFT:
        yield Finding(
            "unknown_token_drift", "warning", "test", evidence.everything,
            f"{percent(train)} of the tokens of train are unknown, {percent(test)} of test",
            "train and test are texts of different kinds", "draw both parts from one source")


def label_order_of_checkpoint(evidence: Evidence) -> Iterator[Finding]:
    """A fine-tuned classifier whose labels are ours in another order."""
    own = [label.casefold() for label in evidence.config.labels]
    ours = [tag.casefold() for tag in evidence.task.tags]
    if own != ours and sorted(own) == sorted(ours):
        yield Finding(
            "label_order_of_checkpoint", "warning", "task", (),
            f"the checkpoint has the labels in the order {', '.join(own)}, the task in the order {', '.join(ours)}",
            "ids from the checkpoint's own head would be read wrongly; here the head is new, and scores are right",
            "compare labels by their names, never by their ids")


def fine_tuned_checkpoint(evidence: Evidence) -> Iterator[Finding]:
    """A checkpoint that was trained to give labels, of this task or of another."""
    own = {label.casefold() for label in evidence.config.labels}
    knows = own == {tag.casefold() for tag in evidence.task.tags}
    heads = [name for name in evidence.config.architectures if name.endswith(_HEADS)]
    if knows or heads:
        yield Finding(
            "fine_tuned_checkpoint", "severe" if knows else "warning", "task",
            _encoders(evidence),
            "the configuration of the checkpoint names " + (
                f"the labels of this task: {', '.join(sorted(own))}" if knows else f"a classifier: {heads[0]}"),
            "it was trained on labels, perhaps on these, so that more than pre-training is compared with scratch",
            "use a checkpoint that was only pre-trained")


def unusual_initial_weights(evidence: Evidence) -> Iterator[Finding]:
    """A configuration from which no model learns well: scratch begins with it, the pre-trained encoder does not."""
    spread = evidence.config.initializer_range
    if spread is not None and not INITIAL_LOW <= spread <= INITIAL_HIGH:
        yield Finding(
            "unusual_initial_weights", "warning", "task", (REFERENCE,),
            f"the initial weights of scratch have a standard deviation of {spread:g}; published encoders have 0.02",
            "scratch may learn worse than it could", "set `initializer_range` in the checkpoint's config.json to 0.02")


def _encoders(evidence: Evidence) -> tuple[str, ...]:
    """The arms that start from the checkpoint."""
    return tuple(arm for arm in evidence.arms if arm_of_key(arm).weights is not None)


def checkpoint_of_the_corpus(evidence: Evidence) -> Iterator[Finding]:
    """A checkpoint that was trained on this corpus before."""
    corpus = "".join(filter(str.isalnum, evidence.task.title.split(",")[0].casefold()))
    origin = " ".join(str(value) for value in evidence.encoding.origin.values())
    letters = "".join(filter(str.isalnum, origin.casefold()))
    if any(name in letters for name in (corpus, _ALIASES.get(corpus, corpus))):
        yield Finding(
            "checkpoint_of_the_corpus", "severe", "task", _encoders(evidence),
            f"the checkpoint comes from “{origin}”, which names the corpus {evidence.task.title.split(',')[0]}",
            "its weights may have seen these labels, or the rows of test", "use a checkpoint that was only pre-trained")


CHECKS = (sentence_pieces_as_word_pieces, unknown_tokens, letters_for_tokens, lost_hangul, truncated_rows,
          unknown_token_drift, label_order_of_checkpoint, fine_tuned_checkpoint, unusual_initial_weights,
          checkpoint_of_the_corpus)
