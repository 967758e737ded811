"""Files of other hands: each is read rightly, with what was assumed told, or refused on one line that helps.

The cases of corpora go the way of a user's folder: download copies it, preprocess reads the copy. An error names the
user's file, says what was expected there, what was found and what to do, and leaves nothing behind. The cases of
``predict`` are files and streams of new texts.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from stages import download, preprocess
from stages.answering.texts import Wanted, find_texts
from stages.common.errors import UserError
from stages.common.files import read_json, read_json_lines
from stages.corpora.lines import LONGEST_LINE, decoded_lines
from stages.corpora.recognising import read_plain_texts

REFUSAL = re.compile(r"(?P<place>[^:]+): (line \d+: )?expected .+, found .+; .+")
TAB, COMMA = "columns between tabs", "columns between commas"
KEPT, UNDONE = "quotation marks kept as part of the texts", "quotation marks undone as in CSV"
NAMED = "column names on the first line"


class Case(NamedTuple):
    """A file of one corpus: its train file, what it must give, or how the error about it goes on after its name."""

    corpus: str
    content: str | bytes
    error: str = ""
    rows: Sequence[Any] = ()
    read_as: Sequence[str] = ()
    name: str = ""
    others: dict[str, str] = {}  # noqa: RUF012 - never changed


def written(rows: Iterable[Sequence[object]], **options: Any) -> str:
    """Rows as Python's own CSV writer has them, which is that of pandas, too."""
    stream = io.StringIO()
    csv.writer(stream, **{"lineterminator": "\n"} | options).writerows(rows)
    return stream.getvalue()


def json_lines(*objects: object) -> str:
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in objects)


# NSMC. Texts with loose, paired and doubled quotation marks, commas and spaces.

REVIEWS = (("1", '"정말" 좋다, 또 본다', "1"), ("2", "별로", "0"), ("3", '그냥 "그래', "0"))
READ = [(text, {"0": "negative", "1": "positive"}[label]) for _, text, label in REVIEWS]
HEADER = ("id", "document", "label")
RAW = "".join("\t".join(row) + "\n" for row in (HEADER, *REVIEWS))
AGAIN = written((HEADER, *REVIEWS), delimiter="\t")
OBJECTS = [dict(zip(HEADER, (int(number), text, int(label)), strict=True)) for number, text, label in REVIEWS]
AS_CSV = (COMMA, NAMED, UNDONE)
AS_PUBLISHED, AS_PANDAS = (TAB, NAMED, KEPT), (TAB, NAMED, UNDONE)
ROW = "restore the row or remove it"

NSMC = {
    "as published": Case("nsmc", RAW, rows=READ, read_as=AS_PUBLISHED),
    "byte-order mark": Case("nsmc", "\ufeff" + RAW, rows=READ, read_as=AS_PUBLISHED),
    "CRLF": Case("nsmc", RAW.replace("\n", "\r\n"), rows=READ, read_as=AS_PUBLISHED),
    "no last line end": Case("nsmc", RAW.rstrip("\n"), rows=READ, read_as=AS_PUBLISHED),
    "blank lines": Case("nsmc", RAW.replace("\n", "\n\n"), rows=READ, read_as=AS_PUBLISHED),
    "capital letters in the header": Case("nsmc", RAW.replace("document", "Document"), rows=READ,
                                          read_as=(*AS_PUBLISHED, "document from the column Document")),
    "columns in another order": Case("nsmc", "label\tid\tdocument\n1\t7\t좋다\n0\t8\t싫다\n",
                                     rows=[("좋다", "positive"), ("싫다", "negative")], read_as=AS_PUBLISHED),
    "no id": Case("nsmc", "document\tlabel\n좋다\t1\n싫다\t0\n", rows=[("좋다", "positive"), ("싫다", "negative")]),
    "saved again with tabs": Case("nsmc", AGAIN, rows=READ, read_as=AS_PANDAS),
    "saved again with tabs and CRLF": Case("nsmc", AGAIN.replace("\n", "\r\n"), rows=READ, read_as=AS_PANDAS),
    "saved again with row numbers": Case(
        "nsmc", written([("", *HEADER), *((place, *row) for place, row in enumerate(REVIEWS))], delimiter="\t"),
        rows=READ, read_as=AS_PANDAS),
    "saved again with all quoted": Case(
        "nsmc", written((HEADER, *REVIEWS), delimiter="\t", quoting=csv.QUOTE_ALL), rows=READ, read_as=AS_PANDAS),
    "all quoted, no mark within": Case("nsmc", '"id"\t"document"\t"label"\n"1"\t"좋다"\t"1"\n"2"\t"싫다"\t"0"\n',
                                       rows=[("좋다", "positive"), ("싫다", "negative")], read_as=AS_PANDAS),
    "saved again, text over two lines": Case(
        "nsmc", written([HEADER, ("1", "첫 줄\n둘째 줄", "1"), ("2", "별로", "0")], delimiter="\t"),
        rows=[("첫 줄\n둘째 줄", "positive"), ("별로", "negative")], read_as=AS_PANDAS),
    "saved by Excel with tabs": Case(
        "nsmc", 'id\tdocument\tlabel\n1\t"좋다, 또 봐"\t1\n2\t싫다\t0\n3\t"아, 참"\t0\n4\t"음, 좋아"\t1\n',
        rows=[("좋다, 또 봐", "positive"), ("싫다", "negative"), ("아, 참", "negative"), ("음, 좋아", "positive")],
        read_as=AS_PANDAS),
    "one quoted text with a comma": Case(
        "nsmc", 'id\tdocument\tlabel\n1\t"좋다, 또 봐"\t1\n2\t싫다\t0\n',
        rows=[('"좋다, 또 봐"', "positive"), ("싫다", "negative")], read_as=AS_PUBLISHED),
    "saved as CSV": Case("nsmc", written((HEADER, *REVIEWS)), rows=READ, read_as=AS_CSV, name="ratings_train.csv"),
    "CSV in a .txt": Case("nsmc", written((HEADER, *REVIEWS)), rows=READ, read_as=AS_CSV),
    "CSV with row numbers": Case(
        "nsmc", written([("Unnamed: 0", *HEADER), *((place, *row) for place, row in enumerate(REVIEWS))]), rows=READ,
        read_as=AS_CSV),
    "semicolons": Case("nsmc", written((HEADER, *REVIEWS), delimiter=";"), rows=READ,
                       read_as=("columns between semicolons", NAMED, UNDONE)),
    "JSON lines": Case("nsmc", json_lines(*OBJECTS), rows=READ, read_as=("one JSON object per line",),
                       name="ratings_train.jsonl"),
    "JSON lines of pandas with a text missing": Case(
        "nsmc", json_lines(*OBJECTS, {"id": 4.0, "document": None, "label": 1.0}), rows=READ),
    "quoted words stay as they are": Case("nsmc", 'id\tdocument\tlabel\n1\t"최고"\t1\n2\t싫다\t0\n',
                                          rows=[('"최고"', "positive"), ("싫다", "negative")], read_as=AS_PUBLISHED),
    "two loose marks join no rows": Case(
        "nsmc", 'id\tdocument\tlabel\n1\t"좋다\t1\n2\t좋다"\t1\n3\t싫다\t0\n',
        rows=[('"좋다', "positive"), ('좋다"', "positive"), ("싫다", "negative")], read_as=AS_PUBLISHED),
    "labels by name": Case("nsmc", "id\tdocument\tlabel\n1\t좋다\tpositive\n2\t싫다\tnegative\n",
                           rows=[("좋다", "positive"), ("싫다", "negative")]),
    "two rules of quoting": Case(
        "nsmc", AGAIN + '4\t아 "진짜\t0\n',
        "line 5: expected quotation marks doubled in quoted fields, as in 2 others, found '아 \"진짜'; "
        "write the file anew with one rule of quoting"),
    "no header": Case("nsmc", RAW.split("\n", 1)[1],
                      r"""line 1: expected a header with columns named document and label, found '1\t"정말" 좋다, 또 """
                      r"본다\t1'; write the header as the first line"),
    "a header of other names": Case(
        "nsmc", "번호\t리뷰\t평점\n1\t좋다\t5\n", "line 1: expected columns named document and label, found '번호', "
        "'리뷰', '평점'; rename them on the first line"),
    "JSON lines with other keys": Case(
        "nsmc", json_lines({"text": "좋다", "label": 1}), "line 1: expected columns named document and label, found "
        "the keys 'text', 'label'; rename the keys in every line", name="ratings_train.jsonl"),
    "a header with spaces for tabs": Case("nsmc", "id document label\n1 좋다 1\n", "line 1: expected a header with"),
    "a column twice": Case("nsmc", "id\tdocument\tlabel\tLabel\n1\t좋다\t1\t1\n",
                           "line 1: expected one column label, found 2; leave one of them"),
    "empty": Case("nsmc", "", "line 1: expected a header with columns named document and label, found ''"),
    "the header alone": Case("nsmc", RAW.split("\n")[0] + "\n", "expected usable rows, found none among 0"),
    "only empty texts": Case("nsmc", "id\tdocument\tlabel\n1\t\t1\n2\t \t0\n",
                             "expected usable rows, found none among 2 (2 empty text)"),
    "a row too short": Case("nsmc", RAW + "4\t좋다\n", "line 5: expected 3 columns as in the header, found 2 in"),
    "a tab in a text": Case("nsmc", RAW + "4\t좋\t다\t1\n", "line 5: expected 3 columns as in the header, found 4 in"),
    "a label too many": Case("nsmc", RAW + "4\t좋다\t2\n",
                             "line 5: expected label 0 or 1 (negative or positive), found '2'; correct the label or"),
    "a label in capitals": Case(
        "nsmc", "document\tlabel\n좋다\tPositive\n", "line 2: expected label 0 or 1 (negative or positive), found "
        "'Positive', which differs from 'positive' in case; write 'positive' in all such rows"),
    "a label with a space": Case("nsmc", "document\tlabel\n좋다\t 1\n", "line 2: expected label 0 or 1 (negative or "
                                 "positive), found ' 1', which differs from '1' in surrounding spaces; write '1'"),
    "a full-width label": Case("nsmc", "document\tlabel\n좋다\t１\n", "line 2: expected label 0 or 1 (negative or "
                               "positive), found '１', which differs from '1' in the width of its characters"),
    "names of labels in our order": Case("nsmc", RAW, rows=READ, others={"labels.txt": "negative\npositive\n"}),
    "names of labels in another order": Case("nsmc", RAW, "labels.txt", others={"labels.txt": "positive\nnegative\n"}),
    "labels as pandas writes them beside empty cells": Case(
        "nsmc", "id\tdocument\tlabel\n1.0\t좋다\t1.0\n2.0\t싫다\t0.0\n",
        rows=[("좋다", "positive"), ("싫다", "negative")]),
    "a label between two": Case("nsmc", "id\tdocument\tlabel\n1\t좋다\t0.5\n", "line 2: expected label 0 or 1"),
    "stars as labels": Case("nsmc", "id,document,label\n1,좋다,10\n", "line 2: expected label 0 or 1"),
    "an open quotation mark in CSV": Case("nsmc", 'id,document,label\n1,"좋다,1\n2,싫다,0\n',
                                          "line 2: expected 3 columns as in the header, found broken quoting"),
    "backslashes for quotes in CSV": Case("nsmc", 'id,document,label\n1,"아 \\"좋다\\" 정말",1\n',
                                          "line 2: expected 3 columns as in the header, found broken quoting"),
    "CP949": Case("nsmc", RAW.encode("cp949"),
                  "line 2: expected UTF-8, found byte 0xc1 at byte offset 21; convert the file: `iconv -f CP949"),
    "Windows-1252": Case("nsmc", "document\tlabel\nIt’s très bon\t1\n".encode("cp1252"), "line 2: expected UTF-8, "
                         "found byte 0x92 at byte offset 17; convert the file: `iconv -f WINDOWS-1252 -t UTF-8`"),
    "Shift JIS": Case("nsmc", "document\tlabel\nとてもよかった\t1\n".encode("shift_jis"), "line 2: expected UTF-8, "
                      "found byte 0x82 at byte offset 15; convert the file: `iconv -f SHIFT_JIS -t UTF-8`"),
    "another encoding": Case("nsmc", "document\tlabel\nФильм\t1\n".encode("cp1251"), "line 2: expected UTF-8, found "
                             "byte 0xd4 at byte offset 15; convert the file from its own encoding"),
    "a character cut off": Case("nsmc", RAW.encode().replace("별로".encode(), "별로".encode()[:-1]), "line 3: expected "
                                "UTF-8, found byte 0xeb at byte offset 55; the line is UTF-8 up to there: restore the"),
    "UTF-16 with a mark": Case("nsmc", RAW.encode("utf-16"),
                               "line 1: expected text in UTF-8, found UTF-16 text; convert the file: `iconv -f UTF-16"),
    "UTF-16 without a mark": Case("nsmc", RAW.encode("utf-16-le"), "line 1: expected text, found a NUL byte"),
    "UTF-32": Case("nsmc", RAW.encode("utf-32"), "line 1: expected text in UTF-8, found UTF-32 text"),
    "NUL bytes": Case("nsmc", RAW + "4\t좋\0다\t1\n", "line 5: expected text, found a NUL byte at byte offset"),
    "line ends of old Macs": Case("nsmc", RAW.replace("\n", "\r"), "line 1: expected lines that end in LF or CRLF"),
    "a zip archive": Case("nsmc", b"PK\x03\x04\x14\x00\x00\x00", "line 1: expected text in UTF-8, found a zip archive"),
    "a gzip archive": Case("nsmc", b"\x1f\x8b\x08\x00abc", "line 1: expected text in UTF-8, found a gzip archive; "
                           "unpack it with `gunzip`"),
    "a Parquet file": Case("nsmc", b"PAR1\x15\x04\x15", "line 1: expected text in UTF-8, found a Parquet file; "
                           "make a task of it as a table with `python -m stages.new_task FILE`, or write it as text"),
    "a pointer of Git LFS": Case("nsmc", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
                                 "line 1: expected text in UTF-8, found a pointer of Git LFS"),
    "a web page": Case("nsmc", "\n<!DOCTYPE html>\n<html>".lstrip(),
                       "line 1: expected text in UTF-8, found a web page; download the file itself"),
    "one endless line": Case("nsmc", "a" * (LONGEST_LINE + 1), "line 1: expected at most 1048576 bytes in a line"),
    "marks escaped by backslashes": Case(
        "nsmc", written((HEADER, *REVIEWS), delimiter="\t", quoting=csv.QUOTE_NONE, escapechar="\\"),
        "line 2: expected quotation marks doubled in quoted fields or plain, found all of them after a backslash in "),
    "marks escaped by backslashes between commas": Case(
        "nsmc", 'id,document,label\n1,아 \\"좋다\\" 정말,1\n',
        "line 2: expected quotation marks doubled in quoted fields"),
    "a JSON array": Case("nsmc", json.dumps(OBJECTS), "line 1: expected a JSON object, found"),
    "a broken JSON line": Case("nsmc", json_lines(OBJECTS[0]) + '{"document": "좋', "line 2: expected a JSON object"),
    "an object without a label": Case("nsmc", json_lines(OBJECTS[0], {"document": "좋다"}),
                                      "line 2: expected the key 'label', found only document; restore the row"),
    "an empty object": Case("nsmc", json_lines(OBJECTS[0], {}), "line 2: expected the key 'document', found only no"),
    "a text that is a number": Case("nsmc", json_lines(OBJECTS[0] | {"document": 7}),
                                    "line 1: expected a string as 'document', found 7"),
    "a label that is true": Case("nsmc", json_lines(OBJECTS[0] | {"label": True}),
                                 "line 1: expected a string as 'label', found True"),
    "half a character": Case("nsmc", '{"document": "a\\ud800", "label": 1}\n',
                             "line 1: expected Unicode text as 'document', found a lone surrogate in"),
}

# MultiNLI. Labels by name, by numbers in the order that a file or a data set declares, never by a guess.

PAIRS = (("It rains.", "It is wet.", "entailment"), ('He said "no", twice.', "He spoke.", "contradiction"),
         ("Go.", "가요", "neutral"))
UNDECIDED = ("Stay.", "Wait.", "-")
ORDER = ("entailment", "neutral", "contradiction")
KAGGLE = ("entailment", "contradiction", "neutral")


def published(pairs: Iterable[Sequence[str]] = (*PAIRS, UNDECIDED)) -> str:
    return json_lines(*({"gold_label": label, "pairID": str(place), "sentence1": first, "sentence2": second}
                        for place, (first, second, label) in enumerate(pairs)))


def numbered(order: Sequence[str], names: Sequence[str] = ("premise", "hypothesis", "label"), **further: object,
             ) -> list[dict[str, object]]:
    numbers = {name: number for number, name in enumerate(order)} | {"-": -1}
    return [dict(zip(names, (first, second, numbers[label]), strict=True)) | further
            for first, second, label in (*PAIRS, UNDECIDED)]


def table(objects: Sequence[dict[str, object]], **options: Any) -> str:
    return written([tuple(objects[0]), *(tuple(row.values()) for row in objects)], **options)


OF_HUB = {"promptID": 7, "pairID": "7n", "genre": "fiction"}
GLUE = [{"index": place, "promptID": 7, "pairID": "7n", "genre": "fiction", "sentence1_parse": "(S)",
         "sentence1": first, "sentence2": second, "label1": label, "gold_label": label}
        for place, (first, second, label) in enumerate((*PAIRS, UNDECIDED))]
NEEDS_NAMES = ("line {}: expected a label by name, or by a number that labels.txt names, found {}; write the names of "
               "the labels 0, 1 and 2 into labels.txt beside the file, one per line: copies of the corpus number them")
LINE = "correct the line or remove it"
OF_MNLI = "columns named gold_label (or label), sentence1 (or premise) and sentence2 (or hypothesis)"

MNLI = {
    "as published": Case("mnli", published(), rows=PAIRS, read_as=("one JSON object per line",)),
    "JSON lines of the Hub": Case("mnli", json_lines(*numbered(ORDER, **OF_HUB)), rows=PAIRS, read_as=(
        "label numbers as nyu-mll/multi_nli declares them: 0 entailment, 1 neutral, 2 contradiction, -1 no label",
        "sentence1 from the column premise", "gold_label from the column label")),
    "JSON lines of the Hub in another order": Case(
        "mnli", json_lines(*numbered(KAGGLE, **OF_HUB)), rows=PAIRS, others={"labels.txt": "\n".join(KAGGLE)},
        read_as=("label numbers named by labels.txt",), name="train.jsonl"),
    "JSON lines without what the Hub has": Case("mnli", json_lines(*numbered(ORDER)), NEEDS_NAMES.format(1, "'0'")),
    "GLUE's JSON lines": Case("mnli", json_lines(*numbered(ORDER, idx=3)), NEEDS_NAMES.format(1, "'0'")),
    "numbers and their names": Case("mnli", json_lines(*numbered(KAGGLE, idx=3)), rows=PAIRS,
                                    others={"labels.txt": "\n".join(KAGGLE) + "\n"}),
    "numbers as text": Case("mnli", published([(*PAIRS[0][:2], "0")]), NEEDS_NAMES.format(1, "'0'")),
    "CSV and names of its numbers": Case("mnli", table(numbered(KAGGLE)), rows=PAIRS, name="train.csv",
                                         others={"labels.txt": "\n".join(KAGGLE)}, read_as=(*AS_CSV,)),
    "CSV without names of its numbers": Case("mnli", table(numbered(KAGGLE)), NEEDS_NAMES.format(2, "'0'"),
                                             name="train.csv"),
    "CSV of the Hub": Case("mnli", table(numbered(ORDER, **OF_HUB)), NEEDS_NAMES.format(2, "'0'"), name="train.csv"),
    "CSV with labels by name": Case("mnli", table(GLUE), rows=PAIRS, name="train.csv", read_as=AS_CSV),
    "CSV with row numbers": Case("mnli", table([{"": 0} | row for row in GLUE]), rows=PAIRS, name="train.csv"),
    "CSV in a .jsonl": Case("mnli", table(GLUE), rows=PAIRS, read_as=AS_CSV),
    "JSON lines in a .csv": Case("mnli", published(), rows=PAIRS, name="train.csv"),
    "GLUE's TSV": Case("mnli", "".join("\t".join(map(str, row)) + "\n" for row in (GLUE[0], *map(dict.values, GLUE))),
                       rows=PAIRS, name="train.tsv", read_as=AS_PUBLISHED),
    "GLUE's TSV saved again": Case("mnli", table(GLUE, delimiter="\t"), rows=PAIRS, name="train.tsv",
                                   read_as=AS_PANDAS),
    "capital letters in the header": Case("mnli", "Premise,Hypothesis,Label\nGo.,Leave.,entailment\nA.,B.,neutral\n",
                                          rows=[("Go.", "Leave.", "entailment"), ("A.", "B.", "neutral")]),
    "genre on some": Case("mnli", json_lines({"gold_label": "neutral", "sentence1": "A.", "sentence2": "B."},
                                             {"gold_label": "neutral", "sentence1": "C.", "sentence2": "D.",
                                              "genre": "fiction"}),
                          rows=[("A.", "B.", "neutral"), ("C.", "D.", "neutral")]),
    "another label": Case("mnli", published([(*PAIRS[0][:2], "contradictory")]),
                          f"line 1: expected gold_label {', '.join(ORDER)} or -, found 'contradictory'; {LINE}"),
    "no label at all": Case("mnli", json_lines({"gold_label": None, "sentence1": "A", "sentence2": "B"}),
                            "line 1: expected a string as 'gold_label', found None"),
    "a number too many": Case("mnli", json_lines(*numbered(ORDER, **OF_HUB), {**numbered(ORDER)[0], "label": 3}),
                              NEEDS_NAMES.format(5, "'3'")),
    "labels.txt with two names": Case(
        "mnli", json_lines(*numbered(ORDER)), others={"labels.txt": "entailment\nneutral"},
                                      error="labels.txt"),
    "labels.txt in CP949": Case("mnli", json_lines(*numbered(ORDER)), others={"labels.txt": "함의".encode("cp949")},
                                error="labels.txt"),
    "no hypothesis": Case(
        "mnli", published(PAIRS[:1]) + json_lines({"gold_label": "neutral", "sentence1": "A"}),
        f"line 2: expected the key 'sentence2', found only gold_label, sentence1; {LINE}"),
    "a header without labels": Case("mnli", "premise,hypothesis\na,b\n", f"line 1: expected {OF_MNLI}, found "
                                    "'premise', 'hypothesis'; rename them on the first line", name="train.csv"),
    "no hypothesis in any line": Case(
        "mnli", json_lines({"label": "neutral", "premise": "A"}), f"line 1: expected {OF_MNLI}, found the keys "
        "'label', 'premise'; rename the keys in every line"),
    "no header": Case("mnli", "Go.,Stay (or leave) at once.,entailment\n",
                      f"line 1: expected a header with {OF_MNLI}, found 'Go.,Stay", name="train.csv"),
    "a label with a capital and a space": Case(
        "mnli", published([(*PAIRS[0][:2], "Neutral ")]), f"line 1: expected gold_label {', '.join(ORDER)} or -, found "
        "'Neutral ', which differs from 'neutral' in surrounding spaces and case; write 'neutral' in all such rows"),
    "a row too long": Case("mnli", "premise,hypothesis,label\na,b,c,neutral\n",
                           "line 2: expected 3 columns as in the header, found 4 in 'a,b,c,neutral'", name="train.csv"),
    "a JSON array": Case("mnli", json.dumps(GLUE), "line 1: expected a JSON object, found"),
    "a printed JSON array": Case("mnli", json.dumps(GLUE, indent=2), "line 1: expected a JSON object, found '['"),
    "columns of pandas": Case("mnli", json.dumps({name: {"0": "neutral"} for name in GLUE[0]}),
                              "line 1: expected a string as 'gold_label', found {'0': 'neutral'}"),
    "NaN for a text": Case("mnli", '{"gold_label": "neutral", "sentence1": NaN, "sentence2": "B"}\n',
                           f"line 1: expected a string as 'sentence1', found nan; {LINE}"),
    "all without a label": Case("mnli", published([UNDECIDED]), "expected usable rows, found none among 1 (1 no gold"),
    "UTF-16": Case("mnli", published().encode("utf-16"), "line 1: expected text in UTF-8, found UTF-16 text"),
    "a pointer of Git LFS": Case("mnli", "version https://git-lfs.github.com/spec/v1\n",
                                 "line 1: expected text in UTF-8, found a pointer of Git LFS; fetch the file itself"),
}

# AG News. Classes from 1 as published, from 0 as on the Hub.

NEWS = (("3", 'Oil "soars"', "Prices, again\\"), ("1", "War", "a #39;b"), ("4", "Chips", "c"))
TOPICS = {"1": "World", "2": "Sports", "3": "Business", "4": "Sci/Tech"}
TOLD = [(f"{title} {description}", TOPICS[number]) for number, title, description in NEWS]
KAGGLE_HEADER = ("Class Index", "Title", "Description")
FROM_ZERO = [(f"{title} {description}", str(int(number) - 1)) for number, title, description in NEWS]
FROM_1 = "class numbers 1 World, 2 Sports, 3 Business, 4 Sci/Tech"
FROM_0 = "class numbers 0 World, 1 Sports, 2 Business, 3 Sci/Tech"
CLASSES = "1 (World), 2 (Sports), 3 (Business), 4 (Sci/Tech)"
QUOTED = written(NEWS, quoting=csv.QUOTE_ALL)

AG_NEWS = {
    "as published": Case("ag_news", QUOTED, rows=TOLD, read_as=(COMMA, "no column names", UNDONE, FROM_1)),
    "quoted where needed": Case("ag_news", written(NEWS), rows=TOLD, read_as=(COMMA, FROM_1)),
    "byte-order mark": Case("ag_news", "\ufeff" + QUOTED, rows=TOLD),
    "Kaggle's header": Case("ag_news", written([KAGGLE_HEADER, *NEWS]), rows=TOLD, read_as=(
        COMMA, NAMED, "class from the column Class Index", FROM_1)),
    "a header in lower case": Case("ag_news", "class,title,description\n" + QUOTED, rows=TOLD, read_as=(NAMED,)),
    "the Hub's CSV": Case("ag_news", written([("text", "label"), *FROM_ZERO]), rows=TOLD,
                          read_as=(NAMED, "class from the column label", FROM_0)),
    "the Hub's JSON lines": Case("ag_news", json_lines(*({"text": text, "label": int(number)}
                                                         for text, number in FROM_ZERO)), rows=TOLD,
                                 read_as=("one JSON object per line", FROM_0), name="train.jsonl"),
    "a column label from 1": Case("ag_news", written([("label", "title", "description"), *NEWS]), rows=TOLD,
                                  read_as=(FROM_1,)),
    "no header, classes from 0": Case("ag_news", written((str(int(number) - 1), *rest) for number, *rest in NEWS),
                                      rows=TOLD, read_as=(FROM_0,)),
    "classes by name": Case("ag_news", "label,text\nWorld,a\nSci/Tech,b\n", rows=[("a", "World"), ("b", "Sci/Tech")]),
    "tabs": Case("ag_news", "".join("\t".join(row) + "\n" for row in NEWS), rows=TOLD, read_as=(TAB, KEPT, FROM_1)),
    "tabs, saved again": Case("ag_news", written([KAGGLE_HEADER, *NEWS], delimiter="\t"), rows=TOLD,
                              read_as=AS_PANDAS, name="train.tsv"),
    "a text over two lines": Case("ag_news", '"1","a\nb","c"\n"4","d","e"\n', rows=[("a\nb c", "World"),
                                                                                   ("d e", "Sci/Tech")]),
    "1 to 3 in all files": Case("ag_news", '"1","a","b"\n"2","c","d"\n', rows=[("a b", "World"), ("c d", "Sports")],
                                others={"test.csv": '"3","e","f"\n'},
                                read_as=(f"{FROM_1} as published, since no file has a class 0 or 4",)),
    "told by the other file": Case("ag_news", '"1","a","b"\n"2","c","d"\n', rows=[("a b", "World"), ("c d", "Sports")],
                                   read_as=(FROM_1,)),
    "from 0, told by the other file": Case("ag_news", '"1","a","b"\n"2","c","d"\n', rows=[("a b", "Sports"),
                                                                                         ("c d", "Business")],
                                           others={"test.csv": '"0","e","f"\n'}, read_as=(FROM_0,)),
    "0 or 1, untold": Case("ag_news", "text,label\na,1\nb,2\n", others={"test.csv": "text,label\nc,3\n"},
                           error="line 2: expected classes numbered from 0 or from 1, found neither a 0 nor a 4 to "
                                 "tell by; write the names for the numbers: World, Sports, Business, Sci/Tech"),
    "both 0 and 4": Case(
        "ag_news", '"4","a","b"\n"0","c","d"\n', f"line 2: expected class {CLASSES}, found '0'; correct"),
    "a class too many": Case("ag_news", '"4","a","b"\n"5","c","d"\n', f"line 2: expected class {CLASSES}, found '5'"),
    "another class name": Case(
        "ag_news", "label,text\nPolitics,a\n", f"line 2: expected class {CLASSES}, found 'Politics'"),
    "a header of other names": Case(
        "ag_news", "topic;headline;body\n4;a;b\n", "line 1: expected columns named class (or class index, label), "
        "title and description, or class and text, found 'topic', 'headline', 'body'; rename them on the first line"),
    "JSON lines with other keys": Case("ag_news", json_lines({"topic": 1, "body": "a"}), "line 1: expected columns "
                                       "named class (or class index, label), title and description, or class and text, "
                                       "found the keys 'topic', 'body'; rename the keys", name="train.jsonl"),
    "classes by name and no header": Case("ag_news", "World,a,b\nSports,c,d\n", rows=[("a b", "World"),
                                                                                    ("c d", "Sports")]),
    "names of classes": Case("ag_news", QUOTED, rows=TOLD, others={"classes.txt": "\n".join(TOPICS.values())}),
    "names of classes in another order": Case("ag_news", QUOTED, "classes.txt",
                                              others={"classes.txt": "Sports\nWorld\nBusiness\nSci/Tech\n"}),
    "a class name in small letters": Case("ag_news", "label,text\nworld,a\n", f"line 2: expected class {CLASSES}, "
                                          "found 'world', which differs from 'World' in case; write 'World' in all"),
    "a column too few": Case("ag_news", '"4","a","b"\n"1","c"\n', 'line 2: expected 3 columns ("class","title",'
                             f"\"description\"), found 2 in '1,c'; {ROW}"),
    "broken quoting": Case("ag_news", '"4","a","b"\n"1","c" d","e"\n', 'line 2: expected 3 columns ("class",'),
    "an open quotation mark": Case("ag_news", '"4","a","b"\n"1","c","d\n', 'line 2: expected 3 columns ("class",'),
    "single quotes": Case("ag_news", "'4','a','b'\n", f"line 1: expected class {CLASSES}, found \"'4'\""),
    "semicolons": Case("ag_news", "4;a;b\n1;c;d\n", rows=[("a b", "Sci/Tech"), ("c d", "World")],
                       read_as=("columns between semicolons", "no column names")),
    "spaces for separators": Case(
        "ag_news", "4 a b\n", 'line 1: expected 3 columns ("class","title","description"), found 1'),
    "empty": Case("ag_news", "", "expected usable rows, found none among 0 (no row at all)"),
    "CP949": Case(
        "ag_news", '"4","좋다","b"\n'.encode("cp949"), "line 1: expected UTF-8, found byte 0xc1 at byte offset 5"),
    "an Excel workbook": Case(
        "ag_news", b"PK\x03\x04\x14", "line 1: expected text in UTF-8, found a zip archive or an Excel"),
}

# CoNLL-2003. The word first and the tag last, or what the whole file tells.

TOKENS = [[("EU", "NNP", "B-NP", "B-ORG"), ("rejects", "VBZ", "B-VP", "O"), ("Peter", "NNP", "B-NP", "B-PER")],
          [("Bonn", "NNP", "B-NP", "B-LOC"), (".", ".", "O", "O")]]
SENTENCES = [(["EU", "rejects", "Peter"], ["B-ORG", "O", "B-PER"]), (["Bonn", "."], ["B-LOC", "O"])]


def conll(*places: int, number: str = "", separator: str = " ", start: str = "-DOCSTART- -X- -X- O\n\n") -> str:
    """The sentences with the columns at ``places``; ``number`` puts one before them that runs in a sentence or all."""
    blocks, running = [], 0
    for sentence in TOKENS:
        lines = []
        for place, token in enumerate(sentence, start=1):
            running += 1
            before = {"": (), "sentence": (str(place),), "file": (str(running),), "zero": (str(place - 1),)}[number]
            lines.append(separator.join((*before, *(token[column] for column in places))))
        blocks.append("\n".join(lines) + "\n")
    return start + "\n".join(blocks)


ALL = (0, 1, 2, 3)
LEFT_OUT = "running numbers before the word left out"

CONLL = {
    "as published": Case("conll2003", conll(*ALL), rows=SENTENCES,
                         read_as=("word from column 1 and tag from column 4 of 4",)),
    "tabs": Case("conll2003", conll(*ALL, separator="\t"), rows=SENTENCES),
    "word and tag": Case("conll2003", conll(0, 3, start=""), rows=SENTENCES,
                         read_as=("word from column 1 and tag from column 2 of 2",)),
    "IOB1": Case("conll2003", conll(*ALL).replace("B-", "I-"), rows=SENTENCES),
    "CRLF and a byte-order mark": Case("conll2003", "\ufeff" + conll(*ALL).replace("\n", "\r\n"), rows=SENTENCES),
    "spaces at line ends": Case("conll2003", conll(*ALL).replace("\n", " \n"), rows=SENTENCES),
    "numbers from 1 first": Case("conll2003", conll(*ALL, number="sentence"), rows=SENTENCES,
                                 read_as=("word from column 2 and tag from column 5 of 5", LEFT_OUT)),
    "numbers from 0 first": Case("conll2003", conll(*ALL, number="zero", separator="\t"), rows=SENTENCES,
                                 read_as=(LEFT_OUT,)),
    "numbers through the file first": Case(
        "conll2003", conll(*ALL, number="file"), rows=SENTENCES, read_as=(LEFT_OUT,)),
    "number, word and tag": Case("conll2003", conll(0, 3, number="sentence", start=""), rows=SENTENCES,
                                 read_as=("word from column 2 and tag from column 3 of 3", LEFT_OUT)),
    "numbers of sentence and word": Case(
        "conll2003", "1 1 EU B-ORG\n1 2 rejects O\n1 3 Peter B-PER\n\n2 1 Bonn B-LOC\n2 2 . O\n", rows=SENTENCES,
        read_as=("word from column 3 and tag from column 4 of 4", LEFT_OUT)),
    "tag first": Case("conll2003", conll(3, 0, start=""), rows=SENTENCES,
                      read_as=("word from column 2 and tag from column 1 of 2",)),
    "sentences of numbers": Case("conll2003", "1 B-ORG\n2 O\n\n1996 O\n7 B-LOC\n",
                                 rows=[(["1", "2"], ["B-ORG", "O"]), (["1996", "7"], ["O", "B-LOC"])]),
    "numbers alone for words": Case(
        "conll2003", "17 NNP B-ORG\n4 NNP O\n9 NNP O\n",
        "line 1: expected the word in column 1 of 3, found nothing but "
        "numbers there; write the columns as in CoNLL-2003: the word first, its tag last"),
    "part of speech first": Case(
        "conll2003", "\n".join(f"N w{place} {'B-LOC' if place else 'O'}" for place in range(9)),
        "line 1: expected the word in column 1 of 3, found 1 distinct values there and 9 in column 2; write"),
    "tag first, then two": Case(
        "conll2003", conll(3, 0, 1, start=""), "line 1: expected the word in the first column and "
                                "its tag in the last, found the tags in column 1 of 3; write the columns"),
    "words alone": Case(
        "conll2003", "EU\nrejects\n", "line 1: expected 2 or more columns (word ... tag) between spaces "
                        "or tabs, found 1 in 'EU'; restore the line"),
    "commas": Case(
        "conll2003", conll(*ALL, separator=",", start=""), "line 1: expected a word and its columns between spaces or "
        "tabs, found columns between commas in 'EU,NNP,B-NP,B-ORG'; write one word with its tag last per line"),
    "Kaggle's CSV": Case(
        "conll2003", "Sentence #,Word,POS,Tag\nSentence: 1,EU,NNP,B-ORG\n", "line 1: expected a word and its columns"),
    "no blank line at all": Case(
        "conll2003", "EU B-ORG\nrejects O\n" * 100, "line 1: expected blank lines between sentences and nowhere else, "
        "found 200 words in 1 sentence; separate the sentences, and only them, by blank lines"),
    "blank lines between documents alone": Case(
        "conll2003", ("-DOCSTART- O\n" + "EU B-ORG\nrejects O\n" * 100) * 2, "line 1: expected blank lines between "
        "sentences and nowhere else, found 400 words in 2 sentences"),
    "a blank line after every word": Case(
        "conll2003", "EU B-ORG\n\nrejects O\n\n" * 10, "line 1: expected blank lines between sentences and "
        "nowhere else"),
    "no tag on a line": Case("conll2003", conll(*ALL) + "in IN B-PP\n", "line 9: expected 4 columns as in the lines "
                             "before, found 3 in 'in IN B-PP'; restore the line"),
    "a space in a word": Case("conll2003", conll(0, 3, separator="\t") + "New York\tB-LOC\n",
                              "line 9: expected 2 columns as in the lines before, found 3"),
    "IOBES": Case(
        "conll2003", conll(*ALL).replace("B-PER", "S-PER"), "line 5: expected the tag O, B-TYPE or I-TYPE, found "
                  "'S-PER'; convert the tags to IOB1 or IOB2"),
    "other types": Case(
        "conll2003", conll(*ALL).replace("B-PER", "B-person"), "line 5: expected an entity type among LOC, "
                        "MISC, ORG, PER, found 'B-person'"),
    "tags in small letters": Case("conll2003", conll(*ALL).replace("B-PER", "b-per"), "line 5: expected the tag O, "
                                  "B-TYPE or I-TYPE, found 'b-per', which differs from 'B-PER' in case; write 'B-PER'"),
    "a header": Case("conll2003", "word tag\n" + conll(0, 3, start=""), "line 1: expected the tag O, B-TYPE or I-TYPE, "
                     "found 'tag'"),
    "tag ids": Case("conll2003", "EU 3\nrejects 0\n", "line 1: expected the tag O, B-TYPE or I-TYPE, found '3'"),
    "JSON lines of the Hub": Case(
        "conll2003", json_lines({"tokens": ["EU"], "ner_tags": [3]}), "line 1: expected a word and its columns "
        "between spaces or tabs, found a JSON object in"),
    "empty": Case("conll2003", "", "expected usable rows, found none among 0 (no row at all)"),
    "document marks alone": Case(
        "conll2003", "-DOCSTART- -X- O O\n\n-DOCSTART- -X- O O\n", "expected usable rows, found"),
    "UTF-16": Case("conll2003", conll(*ALL).encode("utf-16"), "line 1: expected text in UTF-8, found UTF-16 text"),
    "an xz archive": Case("conll2003", b"\xfd7zXZ\x00", "line 1: expected text in UTF-8, found an xz archive; unpack"),
}

FILES = {"nsmc": {"ratings_train.txt": RAW, "ratings_test.txt": RAW},
         "mnli": {"multinli_1.0_train.jsonl": published(), "multinli_1.0_dev_matched.jsonl": published()},
         "ag_news": {"train.csv": QUOTED, "test.csv": QUOTED},
         "conll2003": {"train.txt": conll(*ALL), "valid.txt": conll(*ALL), "test.txt": conll(*ALL)}}
CASES = {f"{case.corpus}: {name}": case for cases in (NSMC, MNLI, AG_NEWS, CONLL) for name, case in cases.items()}


def given(folder: Path, case: Case) -> Path:
    """Write the corpus with the case's train file; return the path of that as the user gave it."""
    (folder / "given").mkdir()
    first, *others = FILES[case.corpus]
    files = {name: FILES[case.corpus][name] for name in others} | {case.name or first: case.content} | case.others
    for name, content in files.items():
        (folder / "given" / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    size = 0 if case.corpus == "conll2003" else 1
    (folder / "params.yaml").write_text(
        f"sample_seed: 0\nsplit_seed: 1\ntasks:\n  it: {{corpus: {case.corpus}, source: local, folder: given, "
        f"validation_size: {size}, test_size: 0, exclude_id_prefix: '', table: {{}}}}\n", "utf-8")
    return Path("given") / (case.name or first)


def prepared_rows(folder: Path, kind: str) -> list[Any]:
    """Rows of the train file in its order, whichever split they went to."""
    rows = {row["guid"].split(":")[1]: row for split in (("train",) if kind == "words" else ("train", "validation"))
            for row in read_json_lines(folder / f"{split}.jsonl")}
    ordered = [rows[line] for line in sorted(rows, key=int)]
    if kind == "words":
        return [(row["words"], row["tags"]) for row in ordered]
    return [tuple(row[name] for name in ("text", "text_pair", "label") if name in row) for row in ordered]


@pytest.mark.parametrize("name", CASES)
def test_a_corpus_file_is_read_rightly_or_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                  capsys: pytest.CaptureFixture) -> None:
    case = CASES[name]
    monkeypatch.chdir(tmp_path)
    path = given(tmp_path, case)
    assert download.main(["--task", "it", "--out", "raw/it"]) == 0
    capsys.readouterr()
    code = preprocess.main(["--task", "it", "--raw", "raw/it", "--out", "prepared/it", "--card", "cards/it.json"])
    printed = capsys.readouterr()
    assert printed.out == ""
    if not case.error:
        assert code == 0, printed.err
        facts = read_json(tmp_path / "prepared" / "it" / "task.json")
        assert prepared_rows(tmp_path / "prepared" / "it", facts["kind"]) == list(case.rows)
        assert set(case.read_as) <= set(read_json(tmp_path / "cards" / "it.json")["read_as"]["train"])
        return
    assert code == 1
    message = printed.err.removeprefix("error: ").removesuffix("\n")
    assert "\n" not in message
    about = path.with_name(case.error) if case.error in case.others else path
    assert message.startswith(f"{about}: " + (case.error if about == path else "line 1: expected "))
    assert REFUSAL.fullmatch(message), message
    assert not (tmp_path / "prepared").exists() or not list((tmp_path / "prepared").iterdir())
    assert not (tmp_path / "cards").exists()


def test_the_list_is_whole() -> None:
    """Every case either has rows or an error, and the list does not shrink unseen."""
    assert all(bool(case.error) != bool(case.rows) for case in CASES.values())
    assert len(CASES) + len(TEXTS) + len(UNLABELED) >= 240


# New texts for predict

class New(NamedTuple):
    """A file of new texts, and what they are or how the error goes on after its name."""

    name: str
    content: str | bytes
    texts: Sequence[Any] = ()
    error: str = ""
    wanted: Wanted = Wanted()
    described: str = ""


ROWS = [("id", "review", "stars"), (1, "정말 좋다", 5), (2, '재미없다, "정말"\n별로', 1)]
ASKED = ["정말 좋다", '재미없다, "정말"\n별로']
PAIR = Wanted(pair=True)
BOTH = [("It rains.", "It is wet."), ("Go.", "Stay.")]
FIRST_LINE = "line 1: expected column names on the first line"
ARRAY = ("line {}: expected one text or JSON object per line, found a JSON array; write its objects one per line, "
         "`jq -c '.[]'`, or its texts, `jq -c '.[] | {{text: .}}'`")
UD = "_\tPROPN\t_\t_\t0\troot\t_\t"
TAGGED = {
    "BILOU": "Kim U-PER\nmet O\nthe B-ORG\nUnited I-ORG\nNations L-ORG\n\nGo O\n",
    "below a header": "word tag\nKim B-PER\nslept O\n\nGo O\n",
    "BILOU below a header": "word pos tag\nKim NNP U-PER\nslept VBD O\n",
    "types without letters": "Kim PER\nmet O\nLee PER\n\nGo O\n",
    "letters behind the types": "Kim PER-B\nslept O\n",
    "tag first": "B-PER Kim\nO slept\n\nO Go\n",
    "below comments": "# newdoc\nKim B-PER\nslept O\n",
    "CoNLL-U": f"# sent_id = 1\n# text = Kim slept\n1\tKim\t{UD}_\n2\tslept\t{UD}SpaceAfter=No\n\n1\tGo\t{UD}_\n",
}
UNTAGGED = {
    "words with hyphens at the ends": "I hate the U-Bahn\nI love the S-Bahn\n",
    "words with hyphens at the starts": "E-mail me\nO well\nI see\n",
    "blood groups": "My type is O\nMy type is AB\n",
    "one line": "Kim B-PER\n",
    "Portuguese titles": "O filme\nO livro\nBom dia\n",
    "hashtags": "#좋다\n# 싫다\n",
    "two words each": "good film\nbad film\n",
}

TEXTS = {
    "lines": New("a.txt", "좋다\n싫다\n", ["좋다", "싫다"]),
    "lines with commas": New("a.txt", "좋다, 정말\n싫다\n", ["좋다, 정말", "싫다"]),
    "lines that end with a comma": New("a.txt", "좋다,\n싫다,\n", ["좋다,", "싫다,"]),
    "rows without names in a .txt": New(
        "a.txt", QUOTED, error="line 1: expected one text per line, or column names on the first line, found rows of a "
        "table without names"),
    "lines with one comma each": New("a.txt", "좋다, 정말\n싫다, 아주\n", ["좋다, 정말", "싫다, 아주"]),
    "CRLF and a byte-order mark": New("a.txt", "\ufeff좋다\r\n싫다\r\n", ["좋다", "싫다"]),
    "no last line end": New("a.txt", "좋다", ["좋다"]),
    "spaces are kept": New("a.txt", "  좋다 \n", ["  좋다 "]),
    "a blank line between": New("a.txt", "좋다\n\n싫다\n", ["좋다", "", "싫다"]),
    "blank lines first and last": New("a.txt", "\n \n좋다\n\n\n", ["", "", "좋다"]),
    "blank lines alone": New("a.txt", "\n\n", []),
    "a lone column's name": New(
        "a.txt", "review\n좋다\n", error="line 1: expected a text, found 'review', which is the "
                                "name of a column; name the file .csv if it is, or write the text as JSON"),
    "CSV": New("a.csv", written(ROWS), ASKED, described="text from the column review"),
    "CSV with a byte-order mark and CRLF": New("a.csv", "\ufeff" + written(ROWS, lineterminator="\r\n"), ASKED),
    "CSV with row numbers": New("a.csv", written([("", "review"), (0, "좋다"), (1, "싫다")]), ["좋다", "싫다"]),
    "CSV with row numbers in a .txt": New("a.txt", written([("", "의견"), (0, "좋다"), (1, "싫다")]), ["좋다", "싫다"]),
    "TSV whose first lines end within a text": New(
        "a.tsv", written([("id", "text"), (1, '"좋다"'), *((2, "첫 줄\n둘째 줄"),) * 600], delimiter="\t"),
        ['"좋다"', *("첫 줄\n둘째 줄",) * 600], described=UNDONE),
    "CSV all quoted": New("a.csv", written(ROWS, quoting=csv.QUOTE_ALL), ASKED),
    "CSV in standard input": New("standard input", written(ROWS), ASKED, described="columns between commas"),
    "CSV in a .txt": New("a.txt", written(ROWS), ASKED, described="text from the column review"),
    "CSV with semicolons": New("a.csv", written(ROWS, delimiter=";"), ASKED, described="between semicolons"),
    "TSV": New("a.tsv", "id\ttext\n1\t좋다\n2\t싫다\n", ["좋다", "싫다"], described="columns between tabs"),
    "TSV quoted": New("a.tsv", written(ROWS, delimiter="\t"), ASKED, described=UNDONE),
    "TSV with loose marks": New("a.tsv", 'id\ttext\n1\t"좋다\n2\t아 "싫다"\n', ['"좋다', '아 "싫다"'], described=KEPT),
    "NSMC's own file": New("ratings_test.txt", RAW, [text for _, text, _ in REVIEWS], described="column document"),
    "Korean column names": New(
        "a.csv", "번호,리뷰,평점\n1,좋다,5\n2,싫다,1\n", ["좋다", "싫다"], described="column 리뷰"),
    "a column named text among others": New("a.csv", "user,text,title\na,좋다,b\n", ["좋다"]),
    "one known name among texts": New("a.csv", "user,date,review\na,2024-01-01,좋다\n", ["좋다"]),
    "an empty cell": New("a.csv", "id,review\n1,좋다\n2,\n3,싫다\n", ["좋다", "", "싫다"]),
    "a blank line in a table": New("a.csv", "id,review\n1,좋다\n\n3,싫다\n", ["좋다", "싫다"]),
    "a column that was named": New("a.csv", "title,body\na,좋다\nb,싫다\n", ["a", "b"], wanted=Wanted(column="title")),
    "a column of numbers that was named": New("a.csv", written(ROWS), ["5", "1"], wanted=Wanted(column="stars")),
    "a lone column of a known name": New("a.csv", "review\n좋다\n", ["좋다"]),
    "a lone column that was named": New("a.csv", "제목\n좋다\n", ["좋다"], wanted=Wanted(column="제목")),
    "JSON lines": New("a.jsonl", json_lines({"text": "좋다"}, {"text": ""}), ["좋다", ""]),
    "JSON lines with another key": New("a.jsonl", json_lines({"id": 1, "review": "좋다"}), ["좋다"]),
    "JSON lines with a number or null for a text": New(
        "a.jsonl", json_lines({"id": "r-1", "review": "좋다"}, {"id": "r-2", "review": "10"}, {"id": "r-3",
        "review": None}), ["좋다", "10", ""], described="text of JSON objects from the key review"),
    "JSON lines with a number for the only text": New("a.jsonl", json_lines({"id": 17, "review": "10"}), ["10"]),
    "JSON lines with null for the only text": New("a.jsonl", json_lines({"id": "r-1", "review": None}), [""]),
    "JSON lines with the only textual key in the second": New(
        "a.jsonl", json_lines({"id": 1, "의견": "10"}, {"id": 2, "의견": "좋다"}), ["10", "좋다"]),
    "JSON lines whose first lacks the text": New(
        "a.jsonl", json_lines({"id": "r-1", "stars": 5}, {"id": "r-2", "review": "좋다"}),
        error="line 1: expected the key 'review' as in other lines, found 'id', 'stars'; correct the line, or name "
        "another key with --column"),
    "JSON lines with words in some alone": New(
        "a.jsonl", json_lines({"tokens": ["EU"]}, {"text": "EU"}), error="line 2: expected the key 'tokens' as in "
        "other lines, found 'text'", wanted=Wanted(words=True)),
    "JSON below a thousand lines": New("a.txt", "좋다\n" * 1500 + json_lines(
        {"id": "r-1", "review": "싫다"}, {"id": "r-2", "review": "10"}), ["좋다"] * 1500 + ["싫다", "10"]),
    "numbers in a column of a known name": New("a.csv", "id,review\nr1,3\nr2,5\n", ["3", "5"],
                                               described="text from the column review"),
    "numbers in one of two columns of known names": New("a.csv", "message,review\n1,좋다\n2,싫다\n", ["좋다", "싫다"]),
    "JSON lines with a text missing": New("a.jsonl", json_lines({"text": None, "id": 1}, {"text": "좋다", "id": 2}),
                                         ["", "좋다"]),
    "JSON lines and lines": New("a.txt", '좋다\n{"text": "싫다"}\n', ["좋다", "싫다"]),
    "JSON lines with a key that was named": New("a.jsonl", json_lines({"text": "a", "title": "b"}), ["b"],
                                                wanted=Wanted(column="title")),
    "words as they are": New("a.jsonl", json_lines({"id": 1, "tokens": ["U.S.", "-", "EU"]}), [["U.S.", "-", "EU"]],
                             wanted=Wanted(words=True), described="words of JSON objects from the key tokens"),
    "words that are one text": New(
        "a.jsonl", json_lines({"words": "U.S. EU"}), error="line 1: expected a list of words as 'words', found 'U.S. "
        "EU'",
        wanted=Wanted(words=True)),
    "an empty word": New("a.jsonl", json_lines({"words": ["EU", ""]}), error="line 1: expected a list of words",
                         wanted=Wanted(words=True)),
    "pairs": New("a.txt", "It rains.\tIt is wet.\n", BOTH[:1], wanted=PAIR),
    "pairs with a blank line": New("a.txt", "It rains.\tIt is wet.\n\nGo.\tStay.\n", [BOTH[0], ("", ""), BOTH[1]],
                                   wanted=PAIR),
    "pairs in a table": New("a.csv", written([("premise", "hypothesis", "label"), (*BOTH[0], 0), (*BOTH[1], 2)]), BOTH,
                            wanted=PAIR, described="text and text_pair from the columns premise and hypothesis"),
    "pairs between tabs under a header": New("a.txt", "premise\thypothesis\nIt rains.\tIt is wet.\n", BOTH[:1],
                                             wanted=PAIR),
    "MultiNLI's own file": New("dev.jsonl", published(PAIRS[:1]), [PAIRS[0][:2]], wanted=PAIR,
                                described="text and text_pair of JSON objects from the keys sentence1 and sentence2"),
    "pairs that were named": New("a.csv", "a,b,c\n1,It rains.,It is wet.\n", BOTH[:1],
                                 wanted=Wanted(True, False, "b", "c")),
    "the columns of training": New("a.csv", "title,text\n좋다,정말\n싫다,\n", ["좋다 정말", "싫다 "],
                                   wanted=Wanted(trained=(("Title", "text"),)),
                                   described="text from the columns title and text"),
    "the column of training beside one of a usual name": New(
        "a.csv", "요약,text\n좋다,아주\n싫다,별로\n", ["좋다", "싫다"], wanted=Wanted(trained=(("요약",),))),
    "the columns of training in standard input": New(
        "standard input", "요약;분야\n좋다, 정말;영화\n", ["좋다, 정말"], wanted=Wanted(trained=(("요약",),))),
    "the column of training in the middle of a line": New(
        "a.txt", "good, text\nbad\n", ["good, text", "bad"], wanted=Wanted(trained=(("text",),))),
    "numbers as names, as in training": New("a.csv", "0,1\n3,좋다\n4,싫다\n", ["좋다", "싫다"],
                                            wanted=Wanted(trained=(("1",),))),
    "the keys of training": New(
        "a.jsonl", json_lines({"title": "좋다", "text": "정말"}, {"title": None, "text": "싫다"}),
        ["좋다 정말", " 싫다"], wanted=Wanted(trained=(("title", "text"),))),
    "none of the columns of training": New("a.csv", "id,review\n1,좋다\n", ["좋다"],
                                           wanted=Wanted(trained=(("title", "text"),))),
    "another column than that of training": New("a.csv", "title,body\na,좋다\n", ["a"],
                                                wanted=Wanted(column="title", trained=(("body",),))),
    "half of the columns of training": New(
        "a.csv", "id,text\n1,좋다\n", error="line 1: expected one column 'title', as the task was trained on title and "
        "text, found none among 'id', 'text'; add it, or name others with --column",
        wanted=Wanted(trained=(("title", "text"),))),
    "columns that were named in brackets": New("a.csv", "a,b\n좋다,정말\n", ["정말 좋다"],
                                                wanted=Wanted(column="[b, a]")),
    "the pair of training": New("a.csv", written([("question1", "question2"), *BOTH]), BOTH,
                                wanted=Wanted(True, trained=(("question1",), ("question2",)))),
    "half of the pair of training": New(
        "a.csv", "question1,text\na,b\n", error="line 1: expected one column 'question2', as the task was trained on "
        "question1 and question2, found none among 'question1', 'text'; add it, or name others with --column and "
        "--pair-column", wanted=Wanted(True, trained=(("question1",), ("question2",)))),
    "empty names at the end, as Excel writes them": New("a.csv", "번호,내용,,\n1,좋다,,\n2,싫다,,\n", ["좋다", "싫다"]),
    "no names in a CSV": New("a.csv", "1,좋다,5\n2,싫다,1\n", error=f"{FIRST_LINE}, found the number '1'; add a line"),
    "AG News, which has no names": New("test.csv", QUOTED, error=f"{FIRST_LINE}, found the number '3'"),
    "the header alone": New(
        "a.csv", "id,review,stars\n", error="line 1: expected rows below the column names, found none"),
    "an empty CSV": New("a.csv", "", error=f"{FIRST_LINE}, each once, found ''"),
    "two columns of text": New("a.csv", "title,body\na,b\n", ["b"]),
    "two columns of unknown names": New(
        "a.csv", "a,b\nc,d\n", error="line 1: expected a column of text that is the only "
                                        "one or known by its name, found the columns 'a', 'b'; name one with --column"),
    "two columns of known names": New(
        "a.csv", "review,comment\na,b\n", error="line 1: expected a column of text that is"),
    "a lone column that may be a text": New(
        "a.csv", "정말 좋다\n싫다\n", error="line 1: expected a column of text that is the "
                                            "only one or known by its name, found the columns '정말 좋다'"),
    "a column that is not there": New(
        "a.csv", "id,review\n1,a\n", error="line 1: expected one column 'text', found 'id', "
                                      "'review'; name one of these with --column", wanted=Wanted(column="text")),
    "a column twice": New("a.csv", "text,text\na,b\n", error=f"{FIRST_LINE}, each once, found 'text,text'"),
    "a column twice in other letters": New(
        "a.csv", "Text,text\na,b\n", error="line 1: expected one column text, found 2; leave one of them"),
    "a column twice that was named exactly": New("a.csv", "Text,text\na,b\n", ["a"], wanted=Wanted(column="Text")),
    "a key twice in other letters": New(
        "a.jsonl", json_lines({"text": "a"}, {"TEXT": "b", "Text": "c"}),
        error="line 2: expected one column text, found 3; leave one of them"),
    "half of a pair twice": New("a.csv", "premise,Hypothesis,hypothesis\na,b,c\n",
                                error="line 1: expected one column hypothesis, found 2", wanted=PAIR),
    "a row too short": New(
        "a.csv", "id,review\n1,좋다\n2\n", error="line 3: expected 2 columns as in the header, found 1"),
    "an open quotation mark": New("a.csv", 'id,review\n1,"좋다\n2,싫다\n', error="line 2: expected 2 columns as in the "
                                  "header, found broken quoting"),
    "columns between tabs without names": New(
        "a.txt", "좋다\tx\n싫다\ty\n", error="line 1: expected one text per line, or "
                                              "column names on the first line, found 2 columns between tabs"),
    "a named column of no table": New(
        "a.txt", "좋다\n", error="line 1: expected column names, among them review, found",
                                      wanted=Wanted(column="review")),
    "CoNLL": New("a.txt", conll(*ALL), error="line 1: expected a text per line, found words with tags in columns"),
    "CoNLL without a document mark": New("a.txt", conll(0, 3, start=""), error="line 1: expected a text per line"),
    **{f"words with tags, {kind}": New("a.txt", content, error="line 1: expected a text per line, found words with "
                                       "tags") for kind, content in TAGGED.items()},
    **{f"texts that are no words with tags, {kind}": New("a.txt", content, content.splitlines())
       for kind, content in UNTAGGED.items()},
    "a pair without its second": New("a.txt", "It rains.\n", error="line 1: expected two texts with a tab between them",
                                     wanted=PAIR),
    "a pair too many": New("a.txt", "a\tb\tc\n", error="line 1: expected two texts with a tab between them, found 3",
                           wanted=PAIR),
    "pairs of unknown names": New("a.csv", "a,b\nc,d\n", error="line 1: expected two columns of text that are known by "
                                  "their names, found the columns 'a', 'b'; name them with --column and", wanted=PAIR),
    "one column for both of a pair": New("a.csv", "a,b\nc,d\n", error="line 1: expected two columns, found 'a' twice; "
                                         "name another with --pair-column", wanted=Wanted(True, False, "a", "a")),
    "half of a pair named": New(
        "a.csv", "a,b\nc,d\n", error="line 1: expected two columns of text", wanted=Wanted(True, False, "a")),
    "a JSON array": New("a.json", '[{"text": "좋다"}]', error="line 1: expected a JSON object, found '[{"),
    "a JSON array in a .txt": New("a.txt", '\n[{"text": "좋다"}, {"text": "싫다"}]', error=ARRAY.format(2)),
    "a JSON array of texts in standard input": New("standard input", '["좋다", "싫다"]\n', error=ARRAY.format(1)),
    "a printed JSON array": New("a.txt", json.dumps([{"text": "a"}], indent=1), error=ARRAY.format(1)),
    "a JSON array with an object per line": New("a.txt", '[{"text": "좋다"},\n{"text": "싫다"}]',
                                                error=ARRAY.format(1)),
    "a JSON array in a .csv": New("a.csv", '[{"text":"a","stars":"5"}]\n', error=ARRAY.format(1)),
    "lines that begin with brackets": New("a.txt", "[광고] 좋다\n[1]\n[]\n", ["[광고] 좋다", "[1]", "[]"]),
    "a line in brackets": New("a.txt", "[1]\n", ["[1]"]),
    "a JSON array in the second line": New(
        "a.jsonl", '{"text": "좋다"}\n["싫다"]\n',
        error="line 2: expected a JSON object, found '[\"싫다\"]'; correct the line or remove it"),
    "a printed JSON object": New("a.json", json.dumps({"text": "a"}, indent=1), error="line 1: expected a JSON object, "
                                 "found '{' (Expecting property name enclosed in double quotes: line 1 column 2 "
                                 "(char 1)); write every object on one line: `jq -c .`"),
    "a key twice": New("a.jsonl", '{"text": "좋다"}\n{"text": "싫다", "text": "좋다"}\n', error="line 2: expected "
                       "every key once in a JSON object, found 'text' twice; leave one of them"),
    "an empty object": New("a.jsonl", "{}\n", error="line 1: expected a column of text that is the only one or known "
                           "by its name, found the columns none"),
    "JSON cut off": New("a.jsonl", '{"text": "좋다"}\n{"text": "싫', error="line 2: expected a JSON object, found"),
    "a line of no JSON in a .jsonl": New(
        "a.jsonl", '{"text": "좋다"}\n싫다\n', error="line 2: expected a JSON object, found"),
    "JSON that nests too deeply": New("a.jsonl", '{"text":' * 50_000, error="line 1: expected a JSON object, found"),
    "a text that is a number": New("a.jsonl", '{"text": 5}\n', error="line 1: expected a string as 'text', found 5"),
    "half a character": New("a.jsonl", '{"text": "a\\ud800"}\n', error="line 1: expected Unicode text, found half a"),
    "Latin-1": New("a.txt", "café\n".encode("latin-1"), error="line 1: expected UTF-8, found byte 0xe9 at byte offset "
                   "3; convert the file: `iconv -f WINDOWS-1252 -t UTF-8` (Western European text), or `-f "
                   "WINDOWS-1250` (Polish or Czech)"),
    "text of DOS": New("a.txt", "El niño comió mamá\n".encode("cp850"), error="line 1: expected UTF-8, found byte 0xa4 "
                       "at byte offset 5; convert the file: `iconv -f CP850 -t UTF-8` (text of DOS)"),
    "text of old Macs": New("a.txt", "Le château de Gruyères\n".encode("mac_roman"), error="line 1: expected UTF-8, "
                            "found byte 0x89 at byte offset 5; convert the file: `iconv -f MACINTOSH -t UTF-8` (text "
                            "of old Macs)"),
    "text of DOS or of old Macs": New("a.txt", "Mädchen\n".encode("mac_roman"), error="line 1: expected UTF-8, found "
                                      "byte 0x8a at byte offset 1; convert the file: `iconv -f CP850 -t UTF-8` (text "
                                      "of DOS), or `-f MACINTOSH` (text of old Macs)"),
    "text of no telling encoding": New("a.txt", "tout à fait\n".encode("cp850"), error="line 1: expected UTF-8, found "
                                       "byte 0x85 at byte offset 5; convert the file: `iconv -f WINDOWS-1252 -t UTF-8` "
                                       "(Western European text), or `-f WINDOWS-1250` (Polish or Czech), or `-f CP850` "
                                       "(text of DOS), or `-f MACINTOSH` (text of old Macs)"),
    "UTF-16": New(
        "a.txt", "좋다\n".encode("utf-16"), error="line 1: expected text in UTF-8, found UTF-16 text; convert"),
    "Excel's Unicode text": New(
        "a.txt", "id\t리뷰\r\n1\t좋다\r\n".encode("utf-16"), error="line 1: expected text in UTF-8"),
    "NUL bytes": New("a.txt", "좋다\n싫\0다\n", error="line 2: expected text, found a NUL byte at byte offset 10"),
    "a PDF document": New("a.pdf", b"%PDF-1.7\n", error="line 1: expected text in UTF-8, found a PDF document; write"),
    "rich text": New("a.rtf", "{\\rtf1 a}", error="line 1: expected text in UTF-8, found a document in rich text"),
    "a workbook of old Excel": New("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", error="line 1: expected text in "
                                   "UTF-8, found an Excel or Word document; save it as CSV"),
    "a Parquet file": New(
        "a.parquet", b"PAR1\x15\x04", error="line 1: expected text in UTF-8, found a Parquet file; make"),
    "an Excel workbook": New(
        "a.xlsx", b"PK\x03\x04\x14\x00", error="line 1: expected text in UTF-8, found a zip archive or"),
    "a web page": New(
        "a.txt", "<html><body>좋다</body></html>\n", error="line 1: expected text in UTF-8, found a web page"),
    "one endless line": New(
        "a.txt", "좋" * LONGEST_LINE, error="line 1: expected at most 1048576 bytes in a line, found more; "
        "restore the line ends (LF or CRLF) of the file, or shorten the text: a model reads its first tokens alone"),
    "line ends of old Macs": New(
        "a.txt", "좋다\r싫다\r", error="line 1: expected lines that end in LF or CRLF, found none"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_new_texts_are_found_in_their_places_or_refused(name: str) -> None:
    case = TEXTS[name]
    if case.error:
        with pytest.raises(UserError) as caught:
            found_in(case)
        message = str(caught.value)
        assert message.startswith(f"{case.name}: {case.error}")
        assert REFUSAL.fullmatch(message), message
    else:
        texts, described = found_in(case)
        assert texts == list(case.texts)
        assert case.described in described


@pytest.mark.parametrize("late", ['a "fine" film', "a fine film\nindeed"])
def test_quotation_marks_below_the_first_lines_are_undone_in_a_file_and_refused_in_a_stream(late: str) -> None:
    """A file is read as a whole, as its rows are for training; of a stream, answers are given before its end."""
    rows = [("id", "text"), *((number, "good") for number in range(1600)), (1600, late), (1601, "bad")]
    lines = written(rows, delimiter="\t").removesuffix("\n").split("\n")
    texts, described = find_texts(lines, "a.tsv", Wanted(), again=lambda: lines)
    assert [text["text"] for text in texts][-3:] == ["good", late, "bad"]
    assert UNDONE in described
    texts, _ = find_texts(lines, "standard input", Wanted())
    with pytest.raises(UserError, match=re.escape(
            f"standard input: line {1602 + late.count(chr(10))}: expected no quotation marks around fields, as in the "
            "first 1,000 lines, found")) as caught:
        list(texts)
    assert str(caught.value).endswith("; give the file itself with --file, which is read as a whole first")


def test_a_stream_with_loose_quotation_marks_is_read_to_its_end() -> None:
    lines = ["id\ttext", *["1\tgood"] * 1500, '2\t"Fine', *["3\tgood"] * 9, '4\tbad"', '5\t"a ""fine"" film"']
    texts, _ = find_texts(lines, "standard input", Wanted())
    assert [text["text"] for text in texts][-1] == '"a ""fine"" film"'


def found_in(case: New) -> tuple[list[Any], str]:
    content = case.content if isinstance(case.content, bytes) else case.content.encode()
    rows, described = find_texts(decoded_lines(io.BytesIO(content), case.name), case.name, case.wanted)
    texts = [tuple(row.values()) if case.wanted.pair else next(iter(row.values()))
             for row in rows]
    return texts, "; ".join(described)


# Unlabeled text, for pre-training and adaptation

UNLABELED = {
    "lines": ("좋다, 정말\n\n싫다\n", ""),
    "lines that begin with braces": ("{싫다\n}", ""),
    "a line in brackets": ("[좋다]\n", ""),
    "a JSON array": ('[{"text": "좋다"}]\n', "a JSON array in '[{"),
    **{f"words with tags, {kind}": (content, "words with tags in columns in") for kind, content in TAGGED.items()},
    **{f"no words with tags, {kind}": (content, "") for kind, content in UNTAGGED.items()},
    "NSMC's own file": (RAW, "a table with columns between tabs in 'id\\tdocument\\tlabel'"),
    "CSV": (written(ROWS), "a table with columns between commas in 'id,review,stars'"),
    "AG News, which has no names": (QUOTED, "a table with columns between commas in"),
    "JSON lines": (json_lines({"text": "좋다"}), "JSON objects in"),
    "CoNLL": (conll(*ALL), "words with tags in columns in '-DOCSTART- -X- -X- O'"),
    "a web page": ("<!DOCTYPE html>", "a web page"),
}


@pytest.mark.parametrize("name", UNLABELED)
def test_unlabeled_text_is_lines_of_text_alone(name: str, tmp_path: Path) -> None:
    content, found = UNLABELED[name]
    path = tmp_path / "text.txt"
    path.write_text(content, "utf-8")
    if not found:
        assert list(read_plain_texts(path)) == content.removesuffix("\n").split("\n")
        return
    with pytest.raises(UserError) as caught:
        list(read_plain_texts(path))
    assert REFUSAL.fullmatch(str(caught.value))
    assert str(caught.value).startswith(f"{path}: line 1: expected ")
    assert f", found {found}" in str(caught.value)


def test_an_error_about_a_size_names_the_users_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                    capsys: pytest.CaptureFixture) -> None:
    monkeypatch.chdir(tmp_path)
    path = given(tmp_path, Case("nsmc", RAW))
    params = (tmp_path / "params.yaml").read_text("utf-8").replace("validation_size: 1", "validation_size: 9")
    (tmp_path / "params.yaml").write_text(params, "utf-8")
    assert download.main(["--task", "it", "--out", "raw/it"]) == 0
    capsys.readouterr()
    assert preprocess.main(["--task", "it", "--raw", "raw/it", "--out", "out", "--card", "card.json"]) == 1
    assert capsys.readouterr().err == (
        f"error: params.yaml: tasks.it.validation_size: expected 1 to 2, as {path} has 3 usable rows, got 9\n")


# Folders of a corpus

NO_TRAIN = ("expected the train file ratings_train.txt or ratings_train.csv or ratings_train.tsv or "
            "ratings_train.jsonl, found ")
FOLDERS = {
    "none": (None, "expected a folder, found none; set tasks.it.folder in params.yaml to the folder with ratings_"),
    "a file": ("a file", "expected a folder, found a file; set tasks.it.folder in params.yaml to the folder with"),
    "empty": ((), NO_TRAIN + "nothing; put it there or set tasks.it.folder in params.yaml"),
    "other names": (("b.csv", "a.csv"), NO_TRAIN + "none among a.csv, b.csv; put it"),
    "many other names": ([f"{place:02d}.csv" for place in range(13)], NO_TRAIN + "none among " + ", ".join(
        f"{place:02d}.csv" for place in range(12)) + ", ...; put it there"),
    "capital letters": (("Ratings_Train.txt",), NO_TRAIN + "none among Ratings_Train.txt"),
    "a folder by a file's name": (("ratings_train.txt/", "ratings_test.txt"), NO_TRAIN + "none among ratings_test.txt, "
                                  "ratings_train.txt; put it there"),
    "two files of one split": (("ratings_train.txt", "ratings_train.csv", "ratings_test.txt"), "expected one train "
                               "file, found ratings_train.txt and ratings_train.csv; remove all but one"),
    "a split is missing": (("ratings_train.txt",), "expected the test file ratings_test.txt or"),
}


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_without_the_files_is_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                               capsys: pytest.CaptureFixture) -> None:
    monkeypatch.chdir(tmp_path)
    files, error = FOLDERS[name]
    given(tmp_path, Case("nsmc", RAW))
    for path in (tmp_path / "given").iterdir():
        path.unlink()
    if not isinstance(files, (list, tuple)):
        (tmp_path / "given").rmdir()
    if files == "a file":
        (tmp_path / "given").write_text("", "utf-8")
    for file in files if isinstance(files, (list, tuple)) else ():
        if file.endswith("/"):
            (tmp_path / "given" / file).mkdir()
        else:
            (tmp_path / "given" / file).write_text(RAW, "utf-8")
    assert download.main(["--task", "it", "--out", "raw/it"]) == 1
    message = capsys.readouterr().err
    assert message.startswith(f"error: given: {error}")
    assert REFUSAL.fullmatch(message.removeprefix("error: ").removesuffix("\n")), message
    assert not (tmp_path / "raw").exists() or not list((tmp_path / "raw").iterdir())
