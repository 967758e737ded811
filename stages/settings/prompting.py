"""Settings of prompting: a causal language model that is shown examples in place of being trained."""

from pathlib import Path
from string import Formatter
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, field_validator

from stages.common.composing import composed
from stages.common.errors import UserError
from stages.settings.base import Settings, validated
from stages.settings.checkpoints import Checkpoint, HubCheckpoint, LocalCheckpoint, PretrainedHere, checkpoint_from
from stages.settings.reading import pick, read_section
from stages.settings.yaml12 import parse_yaml

TEMPLATES = Path(__file__).parents[1] / "prompting" / "templates.yaml"
LABEL = "{label}"


class Template(Settings):
    """How a row becomes a part of a prompt.

    Attributes:
        instruction: precedes all examples; ``{labels}`` in it lists the words.
        example: has ``{text}``, of pairs ``{text_pair}``, and ends with ``{label}``. What precedes the label is the
            query part, which ends a prompt.
        labels: the word that stands for each label; {} for the labels' own names.
    """

    instruction: str
    example: str
    labels: dict[Annotated[str, AfterValidator(composed)], Annotated[str, Field(min_length=1)]]

    @field_validator("example")
    @classmethod
    def _ends_with_the_label(cls, value: str) -> str:
        if (_fields(value) not in (["text", "label"], ["text", "text_pair", "label"]) or not value.endswith(LABEL)
                or value.removesuffix(LABEL).rstrip().endswith("}")):
            raise ValueError("expected {text}, of pairs then {text_pair}, words such as 'Label:', and last {label}")
        return value

    @field_validator("instruction")
    @classmethod
    def _lists_labels(cls, value: str) -> str:
        if _fields(value) not in ([], ["labels"]):
            raise ValueError("expected text with {labels} at most once and no other braces")
        return value

    @property
    def query(self) -> str:
        """The query part, without the space that precedes the label."""
        return self.example.removesuffix(LABEL).rstrip()

    @property
    def gap(self) -> str:
        """What is between the query part and the label; it belongs to the label, as tokenizers have it."""
        return self.example.removesuffix(LABEL)[len(self.query):]

    def word(self, label: str) -> str:
        """The word of a label."""
        return self.labels.get(label, label)


def _model(values: Any) -> Checkpoint:
    """The model as an entry of ``checkpoints``, so that what is wrong with it is told by its own path."""
    found = checkpoint_from(values, "prompting.model")
    if isinstance(found, PretrainedHere):
        raise UserError("params.yaml: prompting.model.source: expected 'hub' or 'local', got 'pretrain'")
    return found


class PromptingSettings(Settings):
    """Which model is prompted, and how.

    Attributes:
        model: a causal language model of the Hub, or in a local folder.
        examples: training rows in the prompt; 0 for none.
        language: of the template; auto for that of the task, or English where there is none in it.
        normalisation: ``bytes`` divides the log-likelihood of a word by its bytes.
        calibration: whether scores are divided by those of inputs without content (Zhao et al., 2021,
            https://arxiv.org/abs/2102.09690).
        max_tokens: of a prompt with the label; at most the positions of the model.
        batch_size: rows of a forward pass.
        templates: by task, in place of those of ``stages/prompting/templates.yaml``.
    """

    model: Annotated[LocalCheckpoint | HubCheckpoint, BeforeValidator(_model)]
    examples: int = Field(ge=0)
    language: Literal["auto", "en", "ko"]
    normalisation: Literal["none", "bytes"]
    calibration: bool
    max_tokens: int = Field(ge=32)
    batch_size: int = Field(ge=1)
    templates: dict[str, Template]


def template_of(settings: PromptingSettings, task: str, corpus: str, kind: str, language: str) -> Template:
    """The template of a task: its own, that of its corpus, or that of its kind of rows.

    Raises:
        UserError: its own does not suit its kind of rows.
    """
    if task in settings.templates:
        own = settings.templates[task]
        if ("text_pair" in _fields(own.example)) != (kind == "pair"):
            raise UserError(f"params.yaml: prompting.templates.{task}.example: expected {{text_pair}} for pairs alone, "
                            f"found a template for {'single texts' if kind == 'pair' else 'pairs'}; correct it")
        return own
    known: dict[str, Any] = parse_yaml(TEMPLATES.read_text("utf-8"), TEMPLATES.name)
    entry = known[corpus if corpus in known else kind]
    wanted = language if settings.language == "auto" else settings.language
    return validated(Template, entry.get(wanted, entry["en"]), corpus, TEMPLATES.name)


def refuse_other_labels(template: Template, task: str, labels: tuple[str, ...]) -> None:
    """Refuse label words of other labels than the task has, and one word for two labels."""
    words = [template.word(label) for label in labels]
    if (template.labels and set(template.labels) != set(labels)) or len(set(words)) < len(words):
        raise UserError(f"params.yaml: prompting.templates.{task}.labels: expected a word of its own for each of "
                        f"{', '.join(labels)}, found {template.labels}; correct it, or write {{}} for their names")


def prompting_settings(task: str) -> tuple[PromptingSettings, str]:
    """Settings of ``prompt``, and the corpus of the task."""
    return read_section(PromptingSettings, "prompting"), str(pick(f"tasks.{task}.corpus"))


def _fields(text: str) -> list[str | None]:
    try:
        return [name if not (form or change) else None for _, name, form, change in Formatter().parse(text)
                if name is not None]
    except ValueError:  # a single brace
        return [None]
