"""How training a model can end, as the last event of ``history.jsonl`` records it."""

from enum import StrEnum


class Outcome(StrEnum):
    """The end of a run; the values are those of ``outcome`` on disk."""

    FINISHED = "finished"
    STOPPED_EARLY = "stopped early"  # by `training.patience`
    REACHED_TRAIN_SCORE = "stopped at the ceiling of train"  # by `training.stop_at_train_score`
    LOSS_NOT_FINITE = "loss not finite"  # the run could not continue
