"""Which arms a verdict on pre-training can be about."""


def trained_as_scratch(method: str) -> bool:
    """Whether ``method`` trains an arm as far as scratch is trained: all weights, over all steps.

    What a frozen encoder scores with a new head, or one of which few weights learn, depends on that way of using it: a
    score below scratch does not show that pre-training hurts.
    """
    return method == "full"
