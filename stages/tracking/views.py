"""How MLflow shows an experiment: its description, and a view whose columns have the answer.

MLflow keeps a shared view as a tag of the experiment, by the key that an address names. The format is that of MLflow's
own page (``mlflow.sharedViewState.*``, release 3.17).
"""

import json

_KEY = "headstart"


def experiment_tags(title: str, metric: str, synthetic: bool) -> dict[str, str]:
    """Tags of an experiment: its description, that it is about training, and the view.

    Args:
        title: of the task.
        metric: the headline metric.
        synthetic: whether its texts are the sample's.
    """
    description = (
        f"{title}. One run per arm with the mean over seeds and the comparison with scratch; below it one run per"
        f" seed. Score: {metric} on test."
        + (" Synthetic sample: the numbers say nothing about real text." if synthetic else ""))
    columns = [f"metrics.`after/test/{metric}`", "metrics.`against_scratch/difference`", "tags.`verdict`",
               "tags.`doctor`", "params.`lr`", "params.`epochs`", "tags.`train_rows`"]
    return {
        "mlflow.note.content": description,
        "mlflow.experimentKind": "custom_model_development",
        f"mlflow.sharedViewState.{_KEY}": json.dumps({
            "selectedColumns": columns, "columnOrder": [], "orderByKey": "attributes.start_time",
            "orderByAsc": False}),
    }


def view_address(server: str, experiment: str) -> str:
    """The address of that view of an experiment, by its identifier, on the server at ``server``."""
    return (f"{server.rstrip('/')}/#/experiments/{experiment}/runs?workflowType=machine_learning"
            f"&viewStateShareKey={_KEY}")
