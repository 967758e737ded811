"""What ``preprocess``, ``encode`` and ``adapt`` say about the data of one task."""


from pydantic import Field, FiniteFloat

from stages.results.reading import Facts, Text


class SourceFile(Facts):
    """A raw file of a corpus."""

    bytes: int
    sha256: Text


class PublishedPin(SourceFile):
    """A file as it was published."""

    url: Text


class DataCard(Facts):
    """What ``preprocess`` says about the rows of one task; homepage, licence and pins are those of a published corpus.

    ``splits`` has the file of each split that has one, ``read_as`` what the reader took for granted about it.
    Lengths are percentiles in characters, of sentences in words.
    """

    source: Text
    homepage: Text = ""
    licence: Text = ""
    pins: tuple[PublishedPin, ...] = ()
    files: dict[Text, SourceFile]
    splits: dict[str, Text] = Field(default_factory=dict)
    read_as: dict[str, tuple[Text, ...]] = Field(default_factory=dict)
    rows_read: dict[str, int]
    kept: dict[str, int]
    dropped: dict[str, dict[Text, int]]
    labels: dict[str, dict[Text, int]]
    lengths: dict[str, dict[str, int]]
    duplicates: dict[str, int]
    overlaps: dict[str, dict[str, int]]
    train_test_overlap: int
    conflicting_labels: int
    damage: dict[str, dict[Text, int]] = Field(default_factory=dict)


class EncodedSplit(Facts):
    """What tokenization did to the rows of one split."""

    rows: int
    tokens: int
    truncated_rows: int
    unknown_tokens: int
    split_sentences: int
    lengths: dict[str, int]


class WorkedExample(Facts):
    """One input: a text or a pair of them, its token ids, and what these stand for."""

    texts: tuple[Text, ...]
    ids: tuple[int, ...]
    tokens: tuple[Text, ...]


class EncodingCard(Facts):
    """What ``encode`` says about one task; ``architecture`` is from the model's config."""

    checkpoint: str = ""
    synthetic_checkpoint: bool = False
    max_length: int
    vocabulary: int
    origin: dict[Text, Text | int]
    splits: dict[Text, EncodedSplit]
    architecture: dict[Text, Text | int] = Field(default_factory=dict)
    example: WorkedExample | None = None


class AdaptationLoss(Facts):
    """Mean loss since the point before."""

    step: int
    loss: FiniteFloat


class AdaptationCard(Facts):
    """What ``adapt`` says about the weights of one arm on one task; ``text`` is "" for the train rows."""

    text: Text
    texts: int
    left_out: int = 0
    new_head: bool
    tokens: int = 0
    losses: tuple[AdaptationLoss, ...] = Field(min_length=1)
    settings: dict[Text, int | float | Text]

    @property
    def ends(self) -> tuple[list[float], list[float]]:
        """Losses of the first and of the last fifth: a single one is of so few batches that chance decides it."""
        fifth = max(len(self.losses) // 5, 1)
        losses = [point.loss for point in self.losses]
        return losses[:fifth], losses[-fifth:]
