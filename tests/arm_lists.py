"""The lists of params.yaml by which tasks ask for further arms, with no task in them."""

from stages.settings.arms import ARMS

NO_TASKS: dict[str, list[str]] = {arm.asked_by: [] for arm in ARMS.values() if arm.asked_by}
NO_FURTHER_ARMS = "".join(f"{key}: []\n" for key in NO_TASKS)
