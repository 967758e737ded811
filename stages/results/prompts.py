"""What ``prompt`` writes about the prompts of one cell."""

from stages.results.reading import Facts, Text

PROMPTS = "prompts.json"  # in the folder of the cell


class PromptCard(Facts):
    """The prompts of one cell.

    Attributes:
        instruction: of the template, as it is written there: ``{labels}`` lists the words of all labels.
        query: the part of the template that ends a prompt, up to the label.
        words: by label, the word that stands for it.
        tokens: by label, the token ids of the word.
        examples: guids of the training rows in the prompt, in their order.
        shortened: prompts of each split that did not fit, and under ``examples`` the examples that did not.
        rows: prompts of each split.
    """

    instruction: Text = ""
    query: Text
    words: dict[Text, Text]
    tokens: dict[Text, tuple[int, ...]]
    examples: tuple[Text, ...]
    shortened: dict[str, int]
    rows: dict[str, int]
