"""Stage ``sample_text``: the embedded synthetic text without labels, for pre-training."""

import sys
from argparse import Namespace

from stages.common.files import new_folder, write_text
from stages.common.pipeline import pipeline_stage
from stages.corpora.sample.writing import unlabeled_lines
from stages.settings.reading import pick


def _write(options: Namespace) -> None:
    with new_folder(options.out) as folder:
        write_text(folder / "sample.txt", "\n".join([*unlabeled_lines(int(pick("sample_seed"))), ""]))


main = pipeline_stage(
    "sample_text", _write, more="It has one text per line, and no row of a sample's test set.",
    out="folder to write: sample.txt")

if __name__ == "__main__":
    sys.exit(main())
