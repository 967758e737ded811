"""Pre-train the encoder of a task on its training rows, or on a file without the texts of validation and test."""

import shutil
import unicodedata
from argparse import Namespace
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from stages.common.errors import UserError
from stages.common.files import new_folder, write_json
from stages.corpora.lines import normalise
from stages.corpora.recognising import read_plain_texts
from stages.encoding.store import read_split
from stages.encoding.tokenizing import TextTokenizer
from stages.pretraining.adapting import adapt
from stages.pretraining.masked_language import EncodedText
from stages.results.prepared import read_rows, read_task
from stages.settings.adaptation import AdaptationSettings
from stages.settings.arms import ARMS

# A longer line repeats a text that it holds where that has so many bytes of letters and digits: 36 letters or 12 Hangul
# syllables, so that a text is known by its first 12.
_HELD, _START = 36, 12


def adapt_to_task(
    paths: Namespace, settings: AdaptationSettings, max_length: int, states: Path | None = None
) -> None:
    """Write the checkpoint and its card.

    Args:
        paths: options of the command line.
        max_length: maximum tokens per input from a text file; the training rows are already encoded.
        states: folder for states of unfinished runs; without it none are saved.

    Raises:
        UserError: there is no text, or the checkpoint cannot be adapted.
    """
    arm = ARMS[paths.arm]
    facts: dict[str, Any] = {"text": settings.text}
    if settings.text:
        lines, facts["left_out"] = _lines(Path(settings.folder) / settings.text, paths.prepared, arm.further)
        text = _encoded(lines, paths.checkpoint / "tokenizer.json", max_length)
    else:
        split = read_split(paths.encoded, "train")
        text = EncodedText(split.input_ids, split.token_type_ids)
    facts |= {"texts": len(text.ids), "tokens": int(text.lengths.sum())}
    with new_folder(paths.out) as folder:
        shutil.copyfile(paths.checkpoint / "config.json", folder / "config.json")
        description = f"{paths.task} {arm.further.replace('_', '-')}"
        new_head, losses, store = adapt(paths.checkpoint, text, settings, folder, description, arm, states)
    facts |= {"new_head": new_head, "losses": losses}
    write_json(paths.card, facts | {"settings": settings.model_dump(exclude={"text", "folder"})})
    if store:
        store.discard()


def _lines(path: Path, prepared: Path, section: str) -> tuple[list[str], int]:
    """The texts of a file that are not validation or test texts, and the number of those that are."""
    if not path.is_file():
        raise UserError(f"{path}: no such file; {section}.text in params.yaml names a file in {section}.folder")
    lines = [line for line in map(_normal, read_plain_texts(path)) if line]
    unseen = _Unseen(text for split in read_task(prepared).splits if split != "train"
                     for row in read_rows(prepared / f"{split}.jsonl") for text in row.texts)
    kept = [line for line in lines if not unseen.is_in(line)]
    if not kept:
        raise UserError(f"{path}: expected texts that are not validation or test texts, found none in {len(lines)} "
                        "lines; name a file with other texts")
    return kept, len(lines) - len(kept)


class _Unseen:
    """Texts that no line may repeat, and no line hold that have so many letters that it would be no chance."""

    def __init__(self, texts: Iterable[str]) -> None:
        keys = {(_normal(text), normalise(text)) for text in texts}
        self._whole = {part for both in keys for part in both if part}
        self._by_start: dict[str, list[str]] = {}
        for _, key in keys:
            if len(key.encode()) >= _HELD:
                self._by_start.setdefault(key[:_START], []).append(key)

    def is_in(self, line: str) -> bool:
        """Whether the line is one of the texts, or holds one."""
        key = normalise(line)
        return line in self._whole or key in self._whole or any(
            key.startswith(text, place) for place in range(len(key))
            for text in self._by_start.get(key[place : place + _START], ()))


def _normal(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _encoded(lines: Sequence[str], tokenizer: Path, max_length: int) -> EncodedText:
    encoded = TextTokenizer(tokenizer, max_length).encode_texts([(line,) for line in lines])
    return EncodedText([np.array(row.input_ids) for row in encoded], [np.array(row.token_type_ids) for row in encoded])
