"""Tables of one's own: what every layout must give, and what every one that cannot be read is told."""

import json
import tracemalloc
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from stages.common.errors import UserError
from stages.corpora.card import RowFacts
from stages.corpora.rows import Row, RowStore
from stages.corpora.splitting import carve
from stages.corpora.tasks import Task
from stages.settings.base import validated
from stages.settings.further import FurtherRows
from stages.settings.prompting import Template
from stages.settings.table import TableSettings, label_text
from stages.tables.formats import find_kind
from stages.tables.rows import Table, open_table
from stages.tables.tags import Tag, describe_scheme, find_style, parse, to_iob2

GOOD, BAD = "a fine film, really", "dull and long"
ROWS = [(GOOD, "pos"), (BAD, "neg")] * 3
KOREAN = [("정말 재미있는 영화였다", "긍정"), ("너무 지루해서 졸았다", "부정")] * 3


def decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def csv(rows: list[tuple], header: str = "text,label", separator: str = ",", end: str = "\n") -> str:
    lines = [header] if header else []
    lines += [separator.join(f'"{value}"' if separator in str(value) else str(value) for value in row) for row in rows]
    return end.join(lines) + end


def lines(*objects: Any) -> str:
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in objects)


def numbered(rows: list[tuple]) -> list[tuple]:
    return [(text, int(label == "pos")) for text, label in rows]


@dataclass
class Layout:
    """A file; then either the rows that it has, and what is said about how it was read, or the end of an error."""

    name: str
    content: str | bytes
    rows: list[tuple] = field(default_factory=list)
    said: tuple[str, ...] = ()
    error: str = ""
    settings: dict[str, Any] = field(default_factory=dict)


EU = ("EU rejects German call", "B-ORG O B-MISC O")
NER = [(("EU", "rejects", "German", "call"), ("B-ORG", "O", "B-MISC", "O")),
       (("Peter", "Blackburn"), ("B-PER", "I-PER"))]
WORDS = {"kind": "words"}


def in_utf16(text: str, *names: str) -> dict[str, Any]:
    """A row whose entities have these names, with offsets as JavaScript counts them."""
    starts = [len(text.partition(name)[0].encode("utf-16-le")) // 2 for name in names]
    return {"text": text, "entities": [
        [start, start + len(name), "X"] for start, name in zip(starts, names, strict=True)]}


def conll(*sentences: tuple[str, str], between: str = " ") -> str:
    return "\n".join("".join(f"{word}{between}{tag}\n" for word, tag in zip(words.split(), tags.split(), strict=True))
                     for words, tags in sentences)


TEXTS = {
    "commas": Layout("a.csv", csv(ROWS), ROWS, ("columns between commas", "column names on the first line")),
    "tabs": Layout("a.tsv", csv(ROWS, "text\tlabel", "\t"), ROWS, ("columns between tabs",)),
    "semicolons": Layout("a.csv", csv(ROWS, "text;label", ";"), ROWS, ("columns between semicolons",)),
    "bars": Layout("a.txt", csv(ROWS, "text|label", "|"), ROWS, ("columns between vertical bars",)),
    "a delimiter that is set": Layout("a.txt", csv(ROWS, "text~label", "~"), ROWS, ("columns between '~'",),
                                      settings={"delimiter": "~"}),
    "CRLF": Layout("a.csv", csv(ROWS, end="\r\n"), ROWS),
    "a byte-order mark": Layout("a.csv", b"\xef\xbb\xbf" + csv(ROWS).encode(), ROWS,
                                ("encoding UTF-8, by its byte-order mark",)),
    "UTF-16": Layout("a.csv", csv(KOREAN).encode("utf-16"), KOREAN, ("encoding UTF-16, by its byte-order mark",)),
    "UTF-16 without a mark": Layout("a.csv", csv(ROWS).encode("utf-16-le"), ROWS,
                                    ("encoding UTF-16-LE, by its NUL bytes",)),
    "CP949": Layout("a.csv", csv(KOREAN).encode("cp949"), KOREAN,
                    ("encoding cp949, recognised by its Korean letters",)),
    "CP949 that is set": Layout("a.csv", csv(KOREAN).encode("cp949"), KOREAN, ("encoding cp949, as set",),
                                settings={"encoding": "cp949"}),
    "Shift JIS": Layout("a.csv",
                        csv([("とても楽しい映画でした", "良い"), ("つまらなかった", "悪い")] * 2).encode("shift_jis"),
                        [("とても楽しい映画でした", "良い"), ("つまらなかった", "悪い")] * 2,
                        ("encoding shift_jis, recognised by its kana",)),
    "Windows-1252": Layout("a.csv", csv([("très drôle, cet été", "oui"), ("pas si mal", "non")] * 2).encode("cp1252"),
                           [("très drôle, cet été", "oui"), ("pas si mal", "non")] * 2,
                           ("encoding cp1252, recognised by its Western European letters",)),
    "the wrong encoding": Layout("a.csv", csv(KOREAN).encode(), settings={"encoding": "cp949"},
                                 error="line 2: expected text in cp949, found what is none"),
    "Cyrillic in its own encoding": Layout("a.csv",
                                           csv([("очень хорошо", "да"), ("скучно", "нет")] * 2).encode("cp1251"),
                                           error="line 2: expected UTF-8, found byte 0xee at byte offset 11; convert"),
    "Polish in its own encoding": Layout("a.csv",
                                         csv([("wspaniała książka", "tak"), ("nie", "nie")] * 2).encode("cp1250"),
                                         error="line 2: expected UTF-8, found byte 0xb3"),
    "a broken character": Layout("a.csv", csv(KOREAN).encode().replace("졸".encode(), b"\xec\xa1", 1),
                                 error="line 3: expected UTF-8, found byte 0xec"),
    "quoted fields": Layout("a.csv", 'text,label\n"a ""fine"" film, really",pos\n"dull",neg\n',
                            [('a "fine" film, really', "pos"), ("dull", "neg")]),
    "fields of several lines": Layout("a.csv", 'text,label\n"one\ntwo",pos\ndull,neg\n',
                                      [("one\ntwo", "pos"), ("dull", "neg")]),
    "no quoting between tabs": Layout("a.tsv", 'text\tlabel\n"fine" it said\tpos\ndull" it was\tneg\n',
                                      [('"fine" it said', "pos"), ('dull" it was', "neg")]),
    "a quotation mark left open": Layout("a.csv", 'text,label\n"fine,pos\ndull,neg\n',
                                         error="line 2: expected 2 columns as in the header, found broken quoting"),
    "a comma too many": Layout("a.csv", "text,label\nfine, really,pos\ndull,neg\n",
                               error="line 2: expected 2 columns as in the header, found 3 in 'fine, really,pos'"),
    "no header": Layout("a.csv", csv(ROWS, ""), ROWS, ("no column names",),
                        settings={"columns": {"text": 1, "label": 2}}),
    "no header, numbers as labels": Layout("a.csv", csv([(1, GOOD), (0, BAD)] * 2, ""), [(GOOD, "1"), (BAD, "0")] * 2,
                                           settings={"columns": {"text": 2, "label": 1}}),
    "no header, a label that is a usual name of a column": Layout(
        "a.csv", csv([(GOOD, "y"), (BAD, "n")] * 3, ""), [(GOOD, "y"), (BAD, "n")] * 3, ("no column names",),
        settings={"columns": {"text": 1, "label": 2}}),
    "a name of a column among its labels": Layout(
        "a.csv", csv([(GOOD, "y"), (BAD, "n")] * 3, "text,y"), settings={"columns": {"text": 1, "label": 2}}, error=(
            "line 1: expected names of columns, or a first row of values, found 'text', 'y'; set header to true")),
    **{f"a name of a column among its labels, {label} of {count}": Layout(
        "a.csv", csv([(f"a film with number {place}", place % count or "hate") for place in range(12)],
                     "comments,hate"), settings={"columns": {"text": 1, "label": label}}, error=(
            "line 1: expected names of columns, or a first row of values, found 'comments', 'hate'; set header to"))
       for label, count in ((2, 3), (-1, 3), (2, 10))},
    "a first row whose text is short, with a number as label": Layout(
        "a.csv", csv([("fine", 1), (BAD, 0)] * 3, ""), [("fine", "1"), (BAD, "0")] * 3, ("no column names",),
        settings={"columns": {"text": 1, "label": 2}}),
    "a name of a column that is no label": Layout("a.csv", csv(numbered(ROWS), "text,y"), [(GOOD, "1"), (BAD, "0")] * 3,
                                                  ("column names on the first line",)),
    "a header that is said": Layout("a.csv", csv(ROWS, "x1,x2"), ROWS, settings={
        "header": True, "columns": {"text": 1, "label": -1}}),
    "a header or a row": Layout("a.csv", "fine,good\ndull,bad\n", settings={"columns": {"text": 1, "label": 2}},
                                error="line 1: expected names of columns, or a first row of values, found 'fine', "
                                      "'good'; set header to true or false"),
    "labels": Layout("a.csv", csv(ROWS, "text,labels"), ROWS),
    "target": Layout("a.csv", csv(ROWS, "Review,Target"), ROWS, ("text from Review, label from Target",)),
    "gold_label": Layout("a.csv", csv(ROWS, "sentence,gold_label"), ROWS),
    "class": Layout("a.csv", csv(ROWS, "document,class"), ROWS),
    "Korean names": Layout("a.csv", csv(KOREAN, "리뷰,감정"), KOREAN, ("language ko, recognised",)),
    "names that are set": Layout("a.csv", csv(ROWS, "what they wrote,how"), ROWS, settings={
        "columns": {"text": "what they wrote", "label": "how"}}),
    "a name that is not there": Layout("a.csv", csv(ROWS), settings={"columns": {"text": "txt"}},
                                       error="line 1: expected a column txt, found text, label; correct columns.text "
                                             "under `table` in params.yaml; did you mean text?"),
    "two columns of labels": Layout("a.csv", csv([(*row, "x") for row in ROWS], "text,label,category"),
                                    error="line 1: expected one column of the label, found label, category; set "
                                          "columns.label"),
    "one name twice": Layout("a.csv", csv([(*row, "x") for row in ROWS], "text,label,label"),
                             error="line 1: expected one column of the label, found label, label"),
    "no label": Layout("test.csv", csv([(1, GOOD)] * 3, "id,text"),
                       error="line 1: expected a column of the label, found id, text; set columns.label"),
    "ids and a nameless index": Layout("a.csv", csv([(place, 70 + place, *row) for place, row in enumerate(ROWS)],
                                                    ",id,text,label"), ROWS,
                                        ("text from text, label from label, id from id",)),
    "numbers as labels": Layout("a.csv", csv(numbered(ROWS)), [(GOOD, "1"), (BAD, "0")] * 3),
    "floats as labels": Layout("a.csv", csv([(GOOD, 1.0), (BAD, 0.0), ("?", "")]),
                               [(GOOD, "1"), (BAD, "0"), ("?", "no label")]),
    "names for numbers": Layout("a.csv", csv(numbered(ROWS)), ROWS, settings={"labels": {0: "neg", 1: "pos"}}),
    "numbers and names without a mapping": Layout(
        "a.csv", csv(numbered(ROWS)), settings={"labels": ["neg", "pos"]},
        error="line 2: expected a label among neg, pos, found '1'; correct the row, or add the label to labels"),
    **{f"a key of labels without quotation marks, {given}": Layout(
        "a.csv", csv([(GOOD, given), (BAD, "no")]), settings={"labels": {key: "pos", "no": "neg"}}, error=(
            f"line 2: expected a label among pos, neg, {label_text(key)}, no, found '{given}'; YAML reads it as "
            f"{label_text(key)}: write it in quotation marks as a key of labels under `table` in params.yaml"))
        for given, key in (("01", 1), ("True", True), ("tRue", True), ("1e2", 100.0), ("0x10", 16))},
    "a label in other case": Layout("a.csv", csv([(GOOD, "Pos"), (BAD, "no")]), settings={
        "labels": ["pos", "no"]}, error=(
        "line 2: expected a label among pos, no, found 'Pos', which differs from 'pos' in case; write 'pos' in all")),
    "booleans": Layout("a.jsonl", lines({"text": GOOD, "label": True}, {"text": BAD, "label": False}),
                       [(GOOD, "yes"), (BAD, "no")], settings={"labels": {True: "yes", False: "no"}}),
    "NaN and null": Layout("a.jsonl", '{"text": "a", "label": NaN}\n{"text": null, "label": "x"}\n'
                           '{"text": "b", "label": "x"}\n{"text": "c", "label": "y"}\n',
                           [("a", "no label"), ("", "empty text"), ("b", "x"), ("c", "y")]),
    "NaN as text": Layout("a.csv", csv([*ROWS, ("none of them", "NaN")]), [*ROWS, ("none of them", "no label (NaN)")]),
    "texts that look like nothing": Layout(
        "a.csv", csv([(text, "pos") for text in ("nan", "NaN", "NA", "null", "None")] + ROWS),
        [(text, "pos") for text in ("nan", "NaN", "NA", "null", "None")] + ROWS),
    "a label that looks like nothing": Layout("a.csv", csv([*ROWS, (GOOD, "None")]), [*ROWS, (GOOD, "None")], settings={
        "labels": ["pos", "neg", "None"]}),
    "what stands for no label": Layout("a.csv", csv([*numbered(ROWS), ("unsure", -1)]),
                                       [(GOOD, "1"), (BAD, "0")] * 3 + [("unsure", "no label")],
                                       settings={"no_label": [-1]}),
    **{f"classes from 0 and {none}": Layout("a.csv", csv([
        (f"text {place}", label) for place, label in enumerate([0, 1, none, 2] * 2)]), [
            (f"text {place}", label) for place, label in enumerate(["0", "1", "no label", "2"] * 2)],
        ("3 labels, those of the training set", "-1 taken for no label")) for none in ("-1", "-1.0")},
    **{f"labels {numbers}": Layout("a.csv", csv([(GOOD, number) for number in numbers] * 3), [
        (GOOD, str(number)) for number in numbers] * 3, (f"{len(numbers)} labels, those of the training set",))
        for numbers in ((-1, 0, 1), (-1, 1), (-2, -1, 0, 1, 2), (-1, 1, 2, 3), (-1, 0, 2, 3))},
    "classes from -1 with names": Layout("a.csv", csv([(GOOD, number) for number in (-1, 0, 1, 2)]), [
        (GOOD, name) for name in "abcd"], settings={"labels": {-1: "a", 0: "b", 1: "c", 2: "d"}}),
    "one class": Layout("a.csv", csv([(GOOD, "pos")] * 4),
                        error="line 1: expected two labels or more in the column label, found only 'pos' in 4 rows"),
    "150 classes": Layout("a.csv", csv([(f"text {place}", f"c{place % 150:03}") for place in range(300)]),
                          [(f"text {place}", f"c{place % 150:03}") for place in range(300)],
                          ("150 labels, those of the training set",)),
    "labels that do not repeat": Layout("a.csv", csv([(GOOD, f"because {place}") for place in range(30)]),
                                        error="line 1: expected labels that repeat in the column label, found 30"),
    "a score": Layout("a.csv", csv([(GOOD, 0.5), (BAD, 1.25)] * 20),
                      error="line 1: expected labels in the column label, found numbers on a scale, such as 0.5"),
    "two spellings": Layout("a.csv", csv([*ROWS, (GOOD, "Pos")]),
                            error="line 8: expected one spelling of 'pos', found 'Pos'; correct the rows"),
    "a JSON array": Layout("a.json", json.dumps([{"text": text, "label": label} for text, label in ROWS], indent=1),
                           ROWS,
                           ("JSON array of objects",)),
    "rows under a key": Layout("a.json", json.dumps({"version": 1, "data": [
        {"text": text, "label": label} for text, label in ROWS]}), ROWS, ("JSON array of objects under data",)),
    "columns of pandas": Layout("a.json", pd.DataFrame(ROWS, columns=["text", "label"]).to_json(), ROWS,
                                ("JSON columns",)),
    "JSON lines": Layout("a.jsonl", lines(*({"text": text, "label": label} for text, label in ROWS)), ROWS),
    "JSON lines without a key": Layout("a.jsonl", lines({"text": "a", "label": "x"}, {"text": "b"}),
                                       error="line 2: expected the key 'label', found only text"),
    "broken JSON": Layout("a.json", '[{"text": "a", "label": ', error="line 1: expected JSON, found what is none"),
    "several texts": Layout("a.csv", csv([("Title", text, label) for text, label in ROWS], "head,body,label"),
                            [(f"Title {text}", label) for text, label in ROWS],
                            settings={"columns": {"text": ["head", "body"]}}),
    "pairs": Layout("a.csv", csv([("A man", "Nobody", "no"), ("It rains", "It is wet", "yes")],
                                 "premise,hypothesis,label"),
                    [("A man", "Nobody", "no"), ("It rains", "It is wet", "yes")], settings={"kind": "pair"}),
    "pairs that are not said": Layout("a.csv", csv([("A man", "Nobody", "no")], "premise,hypothesis,label"),
                                      error="line 1: expected one text per row, found the columns of a pair of texts; "
                                            "set kind to pair"),
    "spaces around labels": Layout("a.csv", csv([(text, f" {label} ") for text, label in ROWS], "text, label"), ROWS),
    "quotation marks after a space": Layout("a.csv", 'text, label\n"a", "x"\n"b", "y"\n', error=(
        "line 1: expected labels without quotation marks in the column label, found \"x\"; remove the space")),
    "two normal forms": Layout("a.csv", csv([*KOREAN, ("좋다", decomposed("긍정"))]), [*KOREAN, ("좋다", "긍정")]),
    "names and labels as macOS decomposes them": Layout(
        "a.csv", decomposed(csv([("x", label) for _, label in KOREAN], "리뷰,감정")),
        [("x", label) for _, label in KOREAN], ("text from 리뷰, label from 감정",)),
    "keys of JSON as macOS decomposes them": Layout(
        "a.jsonl", decomposed(lines(*({"리뷰": "x", "감정": label} for _, label in KOREAN))),
        [("x", label) for _, label in KOREAN]),
    "settings as macOS decomposes them": Layout("a.csv", csv([*KOREAN, ("?", "모름")], "리뷰,감정"), [
        *KOREAN, ("?", "no label")], settings={
            "columns": {"text": decomposed("리뷰")}, "no_label": [decomposed("모름")],
            "labels": [decomposed("긍정"), "부정"]}),
    "EUC-JP": Layout("a.csv",
                     csv([("とても楽しい映画でした", "良い"), ("つまらなかった", "悪い")] * 2).encode("euc_jp"),
                     [("とても楽しい映画でした", "良い"), ("つまらなかった", "悪い")] * 2,
                     ("encoding euc_jp, recognised by its kana",)),
    "fastText": Layout("a.txt", "".join(f"__label__{label} {text}\n" for text, label in ROWS), ROWS,
                       ("a label and a text per line, as fastText has them",)),
    "two labels of fastText": Layout("a.txt", "__label__pos __label__long a fine film\n", error=(
        "line 1: expected one label and a text, __label__name text, found '__label__pos __label__long")),
    "columns that pandas numbered": Layout(
        "a.csv", csv([(place, *row) for place, row in enumerate(ROWS)], ",0,1"), ROWS,
        settings={"columns": {"text": "0", "label": "1"}}),
    "columns that are numbered from 1": Layout(
        "a.csv", csv(ROWS, "1,2"), ROWS, ("column names on the first line",), settings={
            "columns": {"text": 1, "label": 2}}),
    "names beside nameless columns": Layout(
        "a.csv", csv([(label, text, "", "") for text, label in ROWS * 2], "v1,v2,,"), ROWS * 2,
        settings={"columns": {"text": 2, "label": 1}}),
    "labels in single quotation marks": Layout("a.csv", csv([(BAD, "'pos'"), (BAD, "'neg'")]), error=(
        "line 1: expected labels without quotation marks in the column label, found 'pos'; write the file anew")),
    "labels after an apostrophe": Layout("a.csv", csv([(BAD, "'1"), (BAD, "'0")]), error=(
        "line 1: expected labels without quotation marks in the column label, found '1; write the file anew")),
    "numbers as Excel keeps them text": Layout("a.csv", csv([(BAD, '"=""1"""'), (BAD, '"=""0"""')]), error=(
        'line 1: expected labels without quotation marks in the column label, found ="1"; write the file anew')),
    "no value of databases and of Excel": Layout("a.csv", csv([*ROWS, (BAD, "\\N"), (BAD, "#N/A")]), [
        *ROWS, (BAD, "no label (\\N)"), (BAD, "no label (#N/A)")]),
    "the names again after a byte-order mark": Layout("a.csv", csv(ROWS) + "\ufeff" + csv(ROWS), error=(
        "line 8: expected a row, found the names of the columns again; remove the line")),
    "Markdown": Layout("a.txt", "| text | label |\n|---|---|\n| fine | pos |\n", error=(
        "line 2: expected a row, found the line of a table in Markdown, '|---|---|'; remove the line")),
    "commas of sentences": Layout("a.txt", "pos:::a fine film, really\nneg:::dull, and long\n", error=(
        "line 1: expected columns between commas, tabs, semicolons or vertical bars")),
    "tabs between sentences with a comma each": Layout("a", csv([(label, text) for text, label in [
        (GOOD, "ham"), ("dull, and long", "spam")] * 4], "", "\t"), [(GOOD, "ham"), ("dull, and long", "spam")] * 4, (
            "columns between tabs",), settings={"columns": {"text": 2, "label": 1}}),
    "a text longer than the module csv takes": Layout("a.csv", csv([*ROWS, ("so long, " * 20_000, "neg")]),
                                                      [*ROWS, ("so long, " * 20_000, "neg")]),
    "a question and an answer": Layout("a.csv", csv([(GOOD, BAD, "yes")], "question,sentence,label"), error=(
        "line 1: expected one column of the text, found question, sentence; set columns.text under `table` in "
        "params.yaml; of a pair of texts, give both")),
    "a carriage return in a text": Layout("a.csv", csv(ROWS) + "dull\rand long,neg\n", error=(
        "line 8: expected 2 columns as in the header, found a carriage return (CR) in a field without quotation")),
    "a carriage return in the names": Layout("a.csv", csv(ROWS, "text\rlabel,b"), settings={"delimiter": ","}, error=(
        "line 1: expected a row of fields, found 'text\\rlabel,b'; remove carriage returns")),
    "stray quotation marks that take rows": Layout(
        "a.csv", 'text,label\ngood,pos\n"bad,neg\nfine,pos\ndry",neg\n', error=(
            "line 3: expected one row, found a field in quotation marks with 2 lines that are rows, such as "
            "'bad,neg'; close the quotation mark in its own row, or remove it; if the marks are part")),
    "lines of one text that look like rows": Layout(
        "a.csv", 'text,label\ngood,pos\n"bad,neg\nfine,pos\ndull,neg\ndry",neg\n', [
            ("good", "pos"), ("bad,neg\nfine,pos\ndull,neg\ndry", "neg")], settings={"quoted": True}),
    "lines of one text with commas": Layout(
        "a.csv", 'text,label\ngood,pos\n"bad,\nfine, really\ndull, too\nno,neg\ndry",neg\n', [
            ("good", "pos"), ("bad,\nfine, really\ndull, too\nno,neg\ndry", "neg")]),
    "Chinese of GBK": Layout("a.csv", csv([("这部电影非常好看我很喜欢", "好"), ("差", "坏")] * 3).encode("gbk"), error=(
        "line 2: expected UTF-8, found byte 0xd5 at byte offset 11; convert the file from its own encoding, for "
        "example `iconv -f CP949 -t UTF-8` for Korean, GB18030 for Chinese, WINDOWS-1250 for Polish")),
    "stray quotation marks between other columns": Layout(
        "a.csv", 'id,text,label\n1,good,pos\n2,"bad,neg\n3,fine,pos\n4,dull,neg\n5,dry",neg\n', error=(
            "line 3: expected one row, found a field in quotation marks with 2 lines that are rows, such as "
            "'3,fine,pos'; close the quotation mark")),
    "a key twice in a line": Layout(
        "a.jsonl", '{"text": "good", "label": "pos"}\n{"text": "bad", "label": "neg", "label": "pos"}\n',
        error="line 2: expected every key once in a JSON object, found 'label' twice; leave one of them"),
    "a key twice in a file": Layout(
        "a.json", '[{"text": "good", "label": "pos"},\n {"text": "bad", "label": "neg", "label": "pos"}]',
        error="expected every key once in a JSON object, found 'label' twice; leave one of them"),
    "Polish of Windows-1250": Layout("a.csv", csv([("książka była nudna", "nie")]).encode("cp1250"), error=(
        "line 2: expected UTF-8, found byte 0xb9 at byte offset 14; convert the file")),
    "French of DOS": Layout("a.csv", csv([("une idée née", "oui")]).encode("cp850"), error=(
        "line 2: expected UTF-8, found byte 0x82 at byte offset ")),
    "rows of unequal keys by their numbers": Layout("a.json", json.dumps({
        "7": {"text": GOOD, "label": "pos"}, "8": {"id": 1, "label": "neg", "text": BAD}}), ROWS[:2], (
            "JSON object of rows",)),
    "a topic and a stance": Layout("a.csv", csv([("peace", *row) for row in ROWS], "Target,Tweet,Stance"), error=(
        "line 1: expected one column of the label, found Target, Stance; set columns.label")),
    "no label of SNLI": Layout("a.csv", csv([("A", "B", "no"), ("C", "D", "-"), ("E", "F", "yes")],
                                            "premise,hypothesis,label"),
                               [("A", "B", "no"), ("C", "D", "no label (-)"), ("E", "F", "yes")],
                               settings={"kind": "pair"}),
    "labels of one sign": Layout("a.csv", csv([(GOOD, "+"), (BAD, "-")] * 3), [(GOOD, "+"), (BAD, "-")] * 3),
    "names that are missing": Layout("a.csv", csv([(GOOD, "pos", "")], "text,,"), settings={"columns": {"label": ""}},
                                     error="line 1: expected names of all columns, found 2 without one; write their"),
    "a line for Excel": Layout("a.csv", "sep=;\n" + csv(ROWS, "text;label", ";"),
                               error="line 1: expected the names of the columns, found 'sep=;'; remove this line"),
    "two files in one": Layout("a.csv", csv(ROWS) * 2,
                               error="line 8: expected a row, found the names of the columns again; remove the line"),
    "rows within objects": Layout("a.jsonl", lines({"id": 1, "data": {"text": "a", "label": "x"}}), error=(
        "line 1: expected a column of the text, found id, data, where data is an object with text, label; write its "
        "values beside the others of the row, or set columns.text under `table` in params.yaml")),
    "rows within lists": Layout("a.json", json.dumps({"document": [
        {"id": "d0", "sentence": [{"form": "Kim slept", "NE": [{"label": "PS"}]}]}] * 2}), error=(
        "row 1: expected a column of the label, found id, sentence, where sentence is a list of objects with form, NE; "
        "write one object for each row, with its values under names of their own, or set columns.label under")),
    "rows that are lists": Layout("a.json", json.dumps({"classes": ["PER"], "rows": [["Kim slept", {}], ["x", {}]]}),
                                  error="row 1: expected a column of the text, found classes, rows, where rows is a "
                                        "list of lists; write one object for each row"),
    "commas at the ends of lines": Layout("a.jsonl", lines({"text": "a", "label": "x"}).replace("}", "},"), error=(
        "line 1: expected a JSON object, found '{\"text\": \"a\", \"label\": \"x\"},' (Extra data: line 1 column 28 "
        "(char 27)); remove the commas at the ends of lines")),
    "one column for text and pair": Layout("a.csv", csv(ROWS), settings={
        "kind": "pair", "columns": {"text": "text", "pair": "text"}}, error=(
            "line 1: expected columns of their own for text and pair, found text for both; correct columns.pair")),
    "a text that is the label": Layout("a.csv", csv(ROWS), settings={"columns": {"text": 2, "label": "label"}}, error=(
        "line 1: expected columns of their own for text and label, found label for both; correct columns.label")),
    "words as a text": Layout("a.jsonl", lines({"text": ["a", "b"], "label": "x"}, {"text": [], "label": "y"}), error=(
        "line 1: expected a text as text, found ['a', 'b']; correct columns.text under `table` in params.yaml, or "
        "write a text for each row")),
    "a list of labels": Layout("a.jsonl", lines({"text": "a", "label": ["x", "y"]}),
                               error="line 1: expected one label as label, found ['x', 'y']; write one label per row"),
    **{f"a list of labels as NumPy prints it, {shown}": Layout("a.csv", csv([(GOOD, "[0]"), (BAD, shown)]), error=(
        f"line 3: expected one label as label, found '{shown}'; write one label per row"))
       for shown in ("[2 3]", "[ 2 27]", "[-1.  0.5]")},
    "a list of one label as NumPy prints it": Layout(
        "a.csv", csv([(GOOD, "[27]"), (BAD, "[2.]")] * 2), [(GOOD, "27"), (BAD, "2")] * 2),
    **{f"a list of labels that cannot be read, {shown}": Layout(
        "a.csv", csv([*ROWS, (GOOD, shown)]), settings=settings, error=(
            f"line 8: expected one label as label, found a list that cannot be read, {shown!r}; write one label per "
            "row; if it is one, name it among the others as labels under"))
       for shown, settings in (("[pos, neg]", {}), ("[ True False]", {}), ("['pos', 'n", {}),
                               ("[pos neg]", {"labels": ["pos", "neg"]}))},
    "labels that look like lists": Layout("a.csv", csv([*ROWS, (GOOD, "[pos neg]"), (BAD, "[? ?]")]), [
        *ROWS, (GOOD, "both"), (BAD, "no label")], settings={
            "labels": {"pos": "pos", "neg": "neg", "[pos neg]": "both"}, "no_label": ["[? ?]"]}),
    "labels that begin with brackets": Layout("a.csv", csv([(text, f"[1] {label}") for text, label in ROWS]), [
        (text, f"[1] {label}") for text, label in ROWS]),
    "a spreadsheet": Layout("a.csv", b"PK\x03\x04", error="line 1: expected text in UTF-8, found a zip archive"),
    "JSON in one long line": Layout("a.json", json.dumps([{"text": "so long " * 30_000, "label": label}
                                                          for _, label in ROWS]), [
        ("so long " * 30_000, label) for _, label in ROWS]),
    "JSON after JSON": Layout("a.json", json.dumps({"text": GOOD, "label": "pos"}, indent=1) * 2, error=(
        "line 4: expected JSON, found what is none (Extra data: line 4 column 2 (char 51)); write the objects as")),
    "objects of Python": Layout("a.jsonl", "{'text': 'fine', 'label': 1}\n", error=(
        "line 1: expected a JSON object, found \"{'text': 'fine', 'label': 1}\" (Expecting property name enclosed in "
        "double quotes: line 1 column 2 (char 1)); write the objects of Python as JSON, by json.dumps")),
    "a comment above the names": Layout("a.csv", "# made by me, 2020\n" + csv(ROWS), error=(
        "line 1: expected the names of the columns, which are on line 2, found '# made by me, 2020'; remove the")),
    "a title above the names": Layout("a.tsv", "Films\n\n" + csv(ROWS, "id\ttext\tlabel", "\t"), error=(
        "line 1: expected the names of the columns, which are on line 3, found 'Films'; remove the lines above them")),
    "the names again in capitals": Layout("a.csv", csv(ROWS) + csv(ROWS, "Text,Label"), error=(
        "line 8: expected a row, found the names of the columns again; remove the line")),
    "no name of the numbers of rows": Layout("a.csv", csv([(place, *row) for place, row in enumerate(ROWS)],
                                                          "text,label"), error=(
        "line 2: expected 2 columns as in the header, found 3 in '0,a fine film, really,pos'; if rows begin with their "
        "number, as R writes them, begin the header with its name and ','")),
    "a delimiter at the end of rows": Layout("a.csv", csv([(*row, "") for row in ROWS], "text;label", ";"), error=(
        "line 2: expected 2 columns as in the header, found 3 in 'a fine film, really;pos;'; remove the ';' at the")),
    "quotation marks after a backslash": Layout(
        "a.csv", 'text,label\n"a ""fine"" film",pos\n"so \\"dull\\", and long",neg\n', error=(
            "line 3: expected 2 columns as in the header, found broken quoting (',' expected after '\"'); double the "
            "quotation marks within fields: \"\", not a backslash before them")),
    "a label that looks like nothing beside one": Layout("a.csv", csv([(GOOD, "yes"), (BAD, "null")] * 3), error=(
        "line 1: expected two labels or more in the column label, found only 'yes' in 3 rows, and 3 rows with no label "
        "(null); correct columns.label under `table` in params.yaml; if null is a label, name all as labels")),
    "names alone": Layout("a.csv", "text,label\n", error=(
        "line 1: expected two labels or more in the column label, found no row; add rows")),
    "names alone beside a label of another column": Layout("a.csv", csv([(GOOD, "")] * 3), error=(
        "line 1: expected two labels or more in the column label, found none, and 3 rows with no label; correct")),
    "JSON in one very long line": Layout("a.json", b"\xef\xbb\xbf" + json.dumps(
        [{"text": f"{text} {place}", "label": label} for place in range(10_000) for text, label in ROWS[:2]]).encode(),
        [(f"{text} {place}", label) for place in range(10_000) for text, label in ROWS[:2]]),
    "nothing": Layout("a.csv", "", error="expected a table, found no line that is not empty"),
    "one column": Layout("a.csv", "text\nfine\n", error="line 1: expected columns between commas, tabs, semicolons"),
}

ENTITIES = {
    "IOB2": Layout("a.conll", conll(EU, ("Peter Blackburn", "B-PER I-PER")), NER, ("tags in IOB2",), settings=WORDS),
    "IOB1": Layout("a.txt", conll(EU, ("Peter Blackburn", "I-PER I-PER"), ("Rome Oslo", "I-LOC B-LOC")).replace(
        "B-ORG", "I-ORG").replace("B-MISC", "I-MISC"), [*NER, (("Rome", "Oslo"), ("B-LOC", "B-LOC"))],
        ("tags in IOB1",), settings=WORDS),
    "IO": Layout("a.txt", conll(("EU rejects German call", "I-ORG O I-MISC O"), ("Peter Blackburn", "I-PER I-PER")),
                 NER, ("tags in IO: neighbours of one type are one entity",), settings=WORDS),
    "types alone": Layout("a.txt", conll(("EU rejects German call", "ORG O MISC O"), ("Peter Blackburn", "PER PER")),
                          NER, ("tags in IO, types without letters: neighbours of one type are one entity",),
                          settings=WORDS),
    "IOBES": Layout("a.txt", conll(("EU rejects German call", "S-ORG O S-MISC O"), ("Peter Blackburn", "B-PER E-PER")),
                    NER, ("tags in IOBES",), settings=WORDS),
    "BILOU": Layout("a.txt", conll(("EU rejects German call", "U-ORG O U-MISC O"), ("Peter Blackburn", "B-PER L-PER")),
                    NER, ("tags in BILOU",), settings=WORDS),
    "letters behind the types": Layout(
        "a.txt", conll(("EU rejects German call", "ORG_B - MISC_B -"), ("Peter Blackburn", "PER_B PER_I"),
                       between="\t"),
        NER, ("tags in IOB2, letters behind the types",), settings=WORDS),
    "other types": Layout("a.txt", conll(("홍길동 서울 갔다", "B-PS B-LC O")),
                          [(("홍길동", "서울", "갔다"), ("B-PS", "B-LC", "O"))],
                          ("2 entity types, those of the training set",),
                          settings=WORDS),
    "types as macOS decomposes them": Layout(
        "a.txt", conll(("홍길동 서울", "인물 장소")) + "\n" + conll(("홍길동 서울 갔다", decomposed("인물 장소 O"))),
        [(("홍길동", "서울"), ("B-인물", "B-장소")), (("홍길동", "서울", "갔다"), ("B-인물", "B-장소", "O"))],
        settings=WORDS | {"labels": ["인물", decomposed("장소")]}),
    "types by another name": Layout("a.txt", conll(("홍길동 서울 갔다", "B-PS B-LC O")),
                                    [(("홍길동", "서울", "갔다"), ("B-PER", "B-LOC", "O"))],
                                    settings={"kind": "words", "labels": {"PS": "PER", "LC": "LOC"}}),
    "tags before words": Layout("a.bio", "B-ORG EU\nO rejects\n\nO call\n", [(("EU", "rejects"), ("B-ORG", "O")), (
        ("call",), ("O",))], settings={"kind": "words", "columns": {"tags": 1}}),
    "letters without a type": Layout("a.tsv", "EU\tB\nCouncil\tI\n\ncall\tO\n", settings=WORDS, error=(
        "line 1: expected tags with an entity type, as B-PER, found letters alone, such as B; name their type")),
    "letters with a type by name": Layout("a.tsv", "EU\tB\nCouncil\tI\n\ncall\tO\n", [
        (("EU", "Council"), ("B-ORG", "I-ORG")), (("call",), ("O",))], settings={
            "kind": "words", "labels": {"B": "B-ORG", "I": "I-ORG", "O": "O"}}),
    "brackets of OntoNotes": Layout("a.conll", "a 0 EU (ORG)\na 1 Peter (PERSON*\na 2 B *)\na 3 is *\n", settings={
        "columns": {"tokens": 3, "tags": 4}}, error=(
            "line 2: expected a tag of one word, as O, B-PER and I-PER, found brackets over several, '(PERSON*'")),
    "a tag of no scheme": Layout("a.txt", conll(("EU rejects German call", "B-ORG O MISC O")), settings=WORDS,
                                 error="line 3: expected O, or a letter and a type as other tags have it, found"),
    "columns by number": Layout("a.txt", "B-ORG x EU\nO y rejects\n\nO z call\n", [(("EU", "rejects"), ("B-ORG", "O")),
                                (("call",), ("O",))], settings={"columns": {"tokens": 3, "tags": 1}}),
    "tags in small letters": Layout("a.txt", conll(("EU rejects", "b-org o")), settings=WORDS,
                                    error="line 1: expected tags in capitals, as O, B-PER and I-PER, found 'b-org'"),
    "numbered words": Layout("a.txt", "1 EU B-ORG\n2 rejects O\n\n" * 10, settings=WORDS, error=(
        "line 1: expected words in column 1, found numbers alone, such as 1; set columns.tokens")),
    "numbers of several words of CoNLL-U": Layout("a.txt", "1-2 du O\n1 de O\n2 le O\n\n" * 10, settings=WORDS, error=(
        "line 1: expected words in column 1, found numbers alone, such as 1-2; set columns.tokens")),
    "features of CoNLL-U": Layout("a.txt", "1 EU _\n2 rejects SpaceAfter=No\n\n" * 10, settings={
        "columns": {"tokens": 2, "tags": 3}}, error=(
            "line 2: expected O, or the type of an entity, found features of a word, 'SpaceAfter=No'; correct")),
    "a language before each word": Layout("a.tsv", "de:EU\tB-ORG\nde::\tO\n\n" * 10, settings=WORDS, error=(
        "line 1: expected words in column 1, found a language before each, as PAN-X has it, 'de:EU'; remove it")),
    "words with a colon": Layout("a.tsv", "de:EU\tB-ORG\nit:s\tO\n\n" * 10,
                                 [(("de:EU", "it:s"), ("B-ORG", "O"))] * 10, settings=WORDS),
    "words that are numbers": Layout("a.txt", "7 B-DATE\n8 O\n\n" * 10, [(("7", "8"), ("B-DATE", "O"))] * 10,
                                     settings={"columns": {"tokens": 1, "tags": 2}}),
    "types in small letters": Layout("a.txt", conll(("a@b.de or", "e-mail O")), [(("a@b.de", "or"), ("B-e-mail", "O"))],
                                     settings=WORDS),
    **{f"names of the columns, {names}": Layout(
        "a.conll", names + "\n" + conll(EU, ("Peter Blackburn", "B-PER I-PER")), NER, (
            "a word per line, 2 columns between spaces", "column names on the first line"), settings=settings)
        for names, settings in (("token tag", WORDS), ("Word NER", WORDS), ("단어 태그\n", WORDS), ("FORM NE", WORDS | {
            "header": True}), ("FORM NE ", WORDS | {"columns": {"tokens": "FORM", "tags": "NE"}}))},
    "names of the columns above types alone": Layout(
        "a.txt", "-DOCSTART- -X-\n\nword label\n" + conll(("EU rejects", "ORG O"), ("Peter Blackburn", "PER PER")),
        [(("EU", "rejects"), ("B-ORG", "O")), (("Peter", "Blackburn"), ("B-PER", "I-PER"))], settings=WORDS),
    "names of columns between tabs": Layout(
        "a.tsv", "word\tpos\tner\nEU\tNNP\tB-ORG\nrejects\tVBZ\tO\n\ncall\tNN\tO\n", [
            (("EU", "rejects"), ("B-ORG", "O")), (("call",), ("O",))], ("tags from ner, tokens from word",),
        settings=WORDS),
    "names of columns above characters": Layout("a.tsv", "token\ttag\n서\tB-LC\n울\tE-LC\n \tO\n김\tS-PS\n\n씨\tO\n", [
        (("서울", "김"), ("B-LC", "B-PS")), (("씨",), ("O",))], settings=WORDS),
    "a word that is the name of a column": Layout("a.txt", conll(("word tag EU", "label O label")), [
        (("word", "tag", "EU"), ("B-label", "O", "B-label"))], settings=WORDS),
    "a word and its tag that are names of columns": Layout("a.txt", "token ner\nEU ORG\n\ncall O\n", [
        (("token", "EU"), ("B-ner", "B-ORG")), (("call",), ("O",))], settings=WORDS | {"header": False}),
    "words with tags of which one has a name": Layout("a.txt", "FORM ner\nEU B-ORG\n\ncall O\n", settings=WORDS, error=(
        "line 1: expected names of columns, or a word and its tag, found 'FORM ner'; set header to true or false")),
    "names of columns that are not usual": Layout("a.txt", "FORM NE\nEU B-ORG\n\ncall O\n", settings=WORDS, error=(
        "line 1: expected O, or a letter and a type as other tags have it, found 'NE'; correct the tag; if the "
        "line has the names of the columns, set header to true under `table`")),
    "a type that the first word alone has": Layout(
        "a.txt", "FORM NE\n" + conll(*[("EU rejects call", "ORG O O")] * 40), settings=WORDS, error=(
            "line 1: expected names of columns, or a word and its tag, found 'FORM' and 'NE', which no other word has; "
            "set header to true or false under `table` in params.yaml")),
    "names of Kaggle between spaces": Layout(
        "a.txt", "\nSentence # Word POS Tag\nEU NNP B-NP B-ORG\n\ncall NN B-NP O\n", settings=WORDS, error=(
            "line 2: expected a name for each of 4 columns, found 5 in 'Sentence # Word POS Tag'; write as")),
    "names of columns again": Layout("a.txt", ("word tag\n" + conll(EU) + "\n") * 2, settings=WORDS, error=(
        "line 7: expected a word and its tag, found the names of the columns again; remove the line")),
    "comments": Layout("a.tsv", "# id 1\nEU\tB-ORG\n#\tO\n\n# id 2\ncall\tO\n", [(("EU", "#"), ("B-ORG", "O")),
                       (("call",), ("O",))], settings=WORDS),
    "comments with as many columns": Layout("a.conll", "# id 7 domain=en\nEU _ _ B-ORG\n# _ _ O\n\n# id 8 domain=en\n"
                                            "call _ _ O\n", [(("EU", "#"), ("B-ORG", "O")), (("call",), ("O",))],
                                            settings=WORDS),
    "words that begin with a hash": Layout(
        "a.conll", "#topic B-TAG\nis O\n\n# id=1\n" + "is O\n\n" * 1000 + "#MeToo B-NEW\nmarch I-NEW\n",
        [(("#topic", "is"), ("B-TAG", "O")), *[(("is",), ("O",))] * 1000, (("#MeToo", "march"), ("B-NEW", "I-NEW"))],
        settings=WORDS),
    "words before a tab, further columns between spaces": Layout(
        "a.txt", "EU\tNNP B-ORG\ncalls\tVBZ O\n\ncall\tNN O\n", [(("EU", "calls"), ("B-ORG", "O")), (
            ("call",), ("O",))], ("a word per line, 3 columns between spaces",), settings=WORDS),
    "a document's line between spaces": Layout(
        "a.tsv", "-DOCSTART- -X- -X- O\n\nEU\tB-ORG\n\n-DOCSTART- -X- -X- O\n\ncall\tO\n",
        [(("EU",), ("B-ORG",)), (("call",), ("O",))], settings=WORDS),
    "words without tags": Layout("a.conll", "EU\nrejects\n", settings=WORDS, error=(
        "line 1: expected a word and its tag in columns between spaces or tabs, found 'EU'; write one word with its "
        "tag per line, and a blank line after every sentence; of a table with column names, set columns.tokens and "
        "columns.tags under `table` in params.yaml")),
    "tokens and tags beside spans": Layout("a.jsonl", lines(*({"tokens": words, "ner_tags": tags, "spans": ["ORG: EU"]}
                                                              for words, tags in NER)), NER, settings=WORDS),
    "lists beside numbers of sentences": Layout("ner.csv", csv([
        (f"Sentence: {place}", " ".join(words), list(tags)) for place, (words, tags) in enumerate(NER)],
        "Sentence #,Words,Tag"), NER, settings=WORDS),
    "a line without a tag": Layout("a.txt", "EU B-ORG\nrejects\ncall O\n", settings=WORDS,
                                   error="line 2: expected 2 columns as in other lines, found 1 in 'rejects'"),
    "sentence numbers on first rows": Layout(
        "ner.csv", "Sentence #,Word,POS,Tag\nSentence: 1,EU,NNP,B-ORG\n,rejects,VBZ,O\n,German,JJ,B-MISC\n,call,NN,O\n"
        "Sentence: 2,Peter,NNP,B-PER\n,Blackburn,NNP,I-PER\n", NER, settings=WORDS),
    "sentence numbers on all rows": Layout(
        "ner.csv", "sentence_id,word,tag\n1,EU,B-ORG\n1,rejects,O\n1,German,B-MISC\n1,call,O\n2,Peter,B-PER\n"
        "2,Blackburn,I-PER\n", NER, settings=WORDS),
    "sentence numbers from one in each document": Layout(
        "ner.csv", "doc_id,sentence_id,word,tag\na,1,EU,B-ORG\n,,rejects,O\n,,German,B-MISC\n,,call,O\n"
        "b,1,Peter,B-PER\n,,Blackburn,I-PER\n", NER, settings=WORDS),
    "no sentence numbers": Layout("ner.csv", "word,tag\nEU,B-ORG\nrejects,O\n", settings=WORDS,
                                  error="line 2: expected a column that tells which words are a sentence, found none; "
                                        "number the sentences in a column, and set columns.sentence under `table` in"),
    "lists": Layout("a.jsonl", lines(*({"tokens": words, "tags": tags} for words, tags in NER)), NER, settings=WORDS),
    "lists in CSV": Layout("a.csv", csv([(str(list(words)), str(list(tags))) for words, tags in NER],
                                                    "tokens,ner_tags"), NER, settings=WORDS),
    "words between spaces": Layout("a.csv", csv([(" ".join(words), " ".join(tags)) for words, tags in NER],
                                                            "words,tags"), NER, settings=WORDS),
    **{f"tags between {sign}": Layout("a.csv", csv([(between.join(words), sign.join(tags)) for words, tags in NER],
                                                   "words,tags"), NER, settings=WORDS)
       for sign in ",|" for between in (" ", sign)},
    "types with a comma": Layout("a.conll", "EU B-a,b\ncall O\n", [(("EU", "call"), ("B-a,b", "O"))], settings=WORDS),
    **{f"tags between {sign!r} as a label": Layout("a.csv", csv([("EU call", sign.join(("B-ORG", "O")))] * 30), error=(
        f"line 2: expected one label in the column label, found tags of words, 'B-ORG{sign}O'; if each word has a tag, "
        "set columns.tokens and columns.tags under `table` in params.yaml")) for sign in " ,|"},
    "a list of tags as a label": Layout("a.csv", csv([("EU call", "['B-ORG', 'O']")] * 30), error=(
        "line 2: expected one label as label, found \"['B-ORG', 'O']\"; if each word has a tag, set columns.tokens")),
    "tag numbers with names": Layout(
        "a.jsonl", lines({"tokens": NER[0][0], "ner_tags": [3, 0, 5, 0]}, {"tokens": NER[1][0], "ner_tags": [1, 2]}),
        NER, settings={"kind": "words", "labels": {0: "O", 1: "B-PER", 2: "I-PER", 3: "B-ORG", 5: "B-MISC"}}),
    "tag numbers without names": Layout("a.jsonl", lines({"tokens": ["EU"], "ner_tags": [3]}), settings=WORDS,
                                        error="line 1: expected a tag by name, found the numbers 3 without names"),
    "a number for outside": Layout("a.txt", conll((EU[0], "B-ORG 0 B-MISC 0")), settings=WORDS, error=(
        "line 2: expected a tag by name, found the numbers 0 without names; write the tag of each number as labels, "
        "{0: O} under")),
    "a number for outside with its name": Layout(
        "a.txt", conll((EU[0], "B-ORG 0 B-MISC 0")), NER[:1], ("2 entity types, those of the training set",),
        settings={"kind": "words", "labels": {0: "O"}}),
    "labels that name no type": Layout("a.txt", conll(EU), NER[:1], settings={"kind": "words", "labels": {"O": "O"}}),
    "no entity": Layout("a.txt", conll((EU[0], "0 0 0 0")), settings={"kind": "words", "labels": {0: "O"}},
                        error="line 1: expected entities, found no tag but O; correct columns.tags under"),
    "a type called O by labels": Layout("a.txt", conll(EU), settings={"kind": "words", "labels": {
        "ORG": "ORG", "MISC": "O"}}, error=(
            "line 3: expected an entity type other than O, which stands for no entity, found 'B-MISC'; write O alone")),
    "a type called O": Layout("a.txt", conll((EU[0], "B-PER O B-O O")), settings=WORDS, error=(
        "line 3: expected an entity type other than O, which stands for no entity, found 'B-O'; write O alone "
        "where there is none, or rename the type")),
    "a tag too few": Layout("a.jsonl", lines({"tokens": ["EU", "rejects"], "tags": ["O"]}), settings=WORDS,
                            error="line 1: expected as many tags as words, found 1 tags and 2 words"),
    "offsets": Layout("a.jsonl", lines(
        {"text": "EU rejects German call", "entities": [{"start": 0, "end": 2, "label": "ORG"}, {
            "start": 11, "end": 17, "label": "MISC"}]}, {"text": "Peter Blackburn", "entities": [[0, 15, "PER"]]}), NER,
        settings=WORDS),
    "offsets of doccano": Layout("a.jsonl", lines(
        {"id": 1, "text": "EU rejects German call", "label": [[0, 2, "ORG"], [11, 17, "MISC"]]}), NER[:1],
        settings=WORDS),
    "offsets and lengths": Layout("a.jsonl", lines(
        {"text": "EU rejects German call", "entities": [{"offset": 0, "length": 2, "type": "ORG"}, {
            "offset": 11, "length": 6, "type": "MISC"}]}), NER[:1], settings=WORDS),
    "offsets under other keys": Layout("a.jsonl", lines(
        {"text": "EU rejects", "entities": [{"from": 0, "to": 2, "type": "ORG"}]}), settings=WORDS | {
            "columns": {"text": "text", "entities": "entities"}}, error=(
        "line 1: expected entities as [start, end, label] or with the keys start, end and label, found "
        "{'from': 0, 'to': 2, 'type': 'ORG'}; write all entities so: offsets are whole numbers that count characters "
        "from 0, and end is start plus length")),
    **{f"offsets in UTF-16, {language}": Layout("a.jsonl", lines(*(in_utf16(text, *names) for text in texts)),
                                                settings=WORDS, error=(
        f"line {line}: expected offsets that count characters, an emoji as one, found UTF-16 units, an emoji as two: "
        f"of {count} entities after an emoji or the like, {cut} begin or end between two letters, such as {such}, "
        "and 0 when read as UTF-16; write each offset as len(text.encode('utf-16-le')[:2 * offset].decode("))
       for language, names, texts, line, count, cut, such in (
           ("English", ("Anna Berg", "Oslo"), ["Anna Berg is in Oslo now"] * 4 + ["😀 Anna Berg is in Oslo now"] * 2,
            5, 4, 4, "'nna Berg' at 3 to 11"),
           ("English, cut at one end", ("Anna Berg", "Oslo"), [
               "Anna Berg in Oslo or so"] * 4 + ["😀😀😀😀😀 Anna Berg in Oslo or so"] * 2,
            5, 4, 4, "'Berg in O' at 11 to 20"),
           ("Korean", ("홍길동", "서울"), ["홍길동은 서울에서 산다"] * 5 + ["😀 홍길동은 서울에서 산다"],
            6, 2, 2, "'길동은' at 3 to 6"))},
    "offsets in UTF-16 beyond the text": Layout("a.jsonl", lines(in_utf16("😀 EU", "EU")), settings=WORDS, error=(
        "line 1: expected offsets within the 4 characters of the text, found 3 to 5; correct the offsets: they count "
        "characters, each of which is one, an emoji too, and the end is the one after the last")),
    "offsets after an emoji": Layout("a.jsonl", lines(
        {"text": "😀 신홍길동은 갔다", "entities": [[3, 6, "PS"]]},
        {"text": "😀 Annas book", "entities": [[2, 6, "PS"]]},
        *({"text": "Anna left", "entities": [[0, 4, "PS"]]} for _ in range(2))), [
            (("😀", "신홍길동은", "갔다"), ("O", "B-PS", "O")), (("😀", "Annas", "book"), ("O", "B-PS", "O")),
            *[(("Anna", "left"), ("B-PS", "O"))] * 2], settings=WORDS),
    "offsets inside a word": Layout("a.jsonl", lines({"text": "홍길동은 갔다", "entities": [[0, 3, "PS"]]}),
                                    [(("홍길동은", "갔다"), ("B-PS", "O"))],
                                    ("1 entities begin or end inside a word; their tags are for all of it",),
                                    settings=WORDS),
    "offsets of words": Layout("a.jsonl", lines({"text": "Peter Blackburn went to Rome", "entities": [
        [0, 2, "PER"], [4, 5, "LOC"]]}), settings=WORDS, error=(
            "line 1: expected entities from the first character of a word to the one after its last, found 2 of 2 "
            "entities that begin or end between two letters, such as 'Pe' at 0 to 2; correct the offsets")),
    "one offset of three within a word": Layout("a.jsonl", lines({"text": "EU rejects German", "entities": [
        [0, 2, "ORG"], [11, 15, "MISC"]]}), [(("EU", "rejects", "German"), ("B-ORG", "O", "B-MISC"))],
        ("1 entities begin or end inside a word; their tags are for all of it",), settings=WORDS),
    "a quotation mark as a word": Layout(
        "ner.csv", 'sentence_id,word,tag\n1,EU,B-ORG\n1,",O\n1,call,O\n1,",O\n', settings=WORDS, error=(
            "line 3: expected a word, found several lines in quotation marks")),
    "lines of words as a table of texts": Layout("a.txt", "EU b-org\nrejects o\n\ncall o\n", error=(
        "line 1: expected a table of texts, found blank lines between others, the first of which is 'EU b-org'; of "
        "words with a tag each, set kind to words")),
    "offsets beyond the text": Layout("a.jsonl", lines({"text": "EU", "entities": [[0, 9, "ORG"]]}), settings=WORDS,
                                      error="line 1: expected offsets within the 2 characters of the text, found 0"),
    "offsets that overlap": Layout("a.jsonl", lines({"text": "EU", "entities": [[0, 2, "ORG"], [1, 2, "LOC"]]}),
                                   settings=WORDS, error="line 1: expected entities that do not overlap"),
}


def klue(text: str, tags: str, heading: str = "", spaces: bool = True) -> str:
    """A sentence as KLUE has it, a character a row; ``tags`` is one letter for each: a capital begins an entity."""
    types = {"p": "PS", "l": "LC", "o": "OG", "d": "DT", "t": "TI", "q": "QT"}
    rows = [(character, "O" if tag == "." else f"{'B' if tag.isupper() else 'I'}-{types[tag.lower()]}")
            for character, tag in zip(text, tags, strict=True)]
    return "".join([heading, *(f"{character}\t{tag}\n" for character, tag in rows if spaces or character != " "), "\n"])


KLUE = klue("홍길동은 3월 서울 에서", "Ppp..Dd.Ll...",
            "## klue-ner-v1_train_00000\t<홍길동:PS>은 <3월:DT> <서울:LC> 에서\n")
KLUE_ROWS = [(("홍길동은", "3월", "서울", "에서"), ("B-PS", "B-DT", "B-LC", "O"))]
ENTITIES |= {
    "characters": Layout("a.tsv", KLUE, KLUE_ROWS, (
        "a character per line, 2 columns between tabs", "tags in IOB2", "words as predict divides running text",
        "1 entities begin or end inside a word; their tags are for all of it"), settings=WORDS),
    "characters without headings": Layout(
        "a.tsv", klue("한국 은행 과", "Ooooo..") + klue("두 명", "Qqq"),
        [(("한국", "은행", "과"), ("B-OG", "I-OG", "O")), (("두", "명"), ("B-QT", "I-QT"))], settings=WORDS),
    "characters without spaces": Layout(
        "a.tsv", klue("9시 김 씨", "Tt.P..", "## a-0\t<9시:TI> <김:PS> 씨\n", spaces=False),
        [(("9시", "김", "씨"), ("B-TI", "B-PS", "O"))], settings=WORDS),
    "two entities in a word": Layout(
        "a.tsv", klue("한국·일본 전", "Ll.Ll..") + klue("서울", "Ll"),
        [(("한국·일본", "전"), ("B-LC", "O")), (("서울",), ("B-LC",))],
        ("1 entities are in the word of an earlier one and left out",), settings=WORDS),
    "characters in IOBES": Layout("a.tsv", "서\tB-LC\n울\tE-LC\n \tO\n김\tS-PS\n씨\tO\n",
                                  [(("서울", "김씨"), ("B-LC", "B-PS"))], settings=WORDS),
    "a character without a tag of the scheme": Layout(
        "a.tsv", "서\tB-LC\n울\tLC\n \tO\n", settings=WORDS, error="line 2: expected O, or a letter and a type as"),
    "a word among characters": Layout("a.tsv", "서\tB-LC\n \tO\n" * 500 + "서울\tO\n", settings=WORDS, error=(
        "line 1001: expected one character as in other lines, found '서울'; restore the row or remove it")),
    "Chinese characters": Layout("a.txt", "北 B-LOC\n京 I-LOC\n大 O\n", [(("北", "京", "大"), ("B-LOC", "I-LOC", "O"))],
                                 settings=WORDS),
    "words below headings": Layout("a.tsv", "## s-1\tEU rejects\nEU\tB-ORG\nrejects\tO\n## s-2\tcall\ncall\tO\n",
                                   [(("EU", "rejects"), ("B-ORG", "O")), (("call",), ("O",))], settings=WORDS),
    "lists as NumPy prints them": Layout(
        "a.csv", csv([("['EU' 'rejects' \"it's\"]", "['B-ORG' 'O' 'O']")], "tokens,ner_tags"),
        [(("EU", "rejects", "it's"), ("B-ORG", "O", "O"))], settings=WORDS),
    "lists of numbers as NumPy prints them": Layout(
        "a.csv", csv([("['EU' 'rejects' 'German' 'call']", "[1 0 2\n 0]")], "tokens,ner_tags").replace(
            "[1 0 2\n 0]", '"[1 0 2\n 0]"'), NER[:1], settings={
                "kind": "words", "labels": {0: "O", 1: "B-ORG", 2: "B-MISC"}}),
    "lists of tags that cannot be read": Layout("a.csv", csv([("['EU' 'rejects']", "[B-ORG O]")], "tokens,ner_tags"),
                                                settings=WORDS, error="line 2: expected a list as ner_tags, found '["),
    "parts of speech": Layout("a.txt", conll(("EU rejects it", "NNP VBZ PRP")), settings=WORDS, error=(
        "line 1: expected the tag O for words outside of entities, found none among NNP, VBZ, PRP")),
    "parts of speech with a dash": Layout("a.txt", conll(("EU rejects it - too now", "NNP VBZ PRP - RB RB")),
                                          settings=WORDS, error=(
        "line 1: expected the tag O for words outside of entities, found none among NNP, VBZ, PRP, -, RB")),
    "types alone with a dash": Layout("a.txt", conll(("EU rejects it", "ORG - -")),
                                      [(("EU", "rejects", "it"), ("B-ORG", "O", "O"))], settings=WORDS),
    "letters before a slash": Layout("a.txt", conll(("EU rejects German call", "B/ORG O B/MISC O")), NER[:1],
                                     ("tags in IOB2",), settings=WORDS),
    "BMES": Layout("a.txt", conll(("New York City is", "B-LOC M-LOC E-LOC O")),
                   [(("New", "York", "City", "is"), ("B-LOC", "I-LOC", "I-LOC", "O"))], ("tags in BMES",),
                   settings=WORDS),
    "a word that is missing": Layout("a.jsonl", '{"tokens": ["EU", NaN], "tags": ["B-ORG", "O"]}\n', settings=WORDS,
                                     error="line 1: expected a word, found nan"),
    "a word that is called nan": Layout("a.jsonl", lines({"tokens": ["nan", "NA"], "tags": ["B-PER", "O"]}),
                                        [(("nan", "NA"), ("B-PER", "O"))], settings=WORDS),
    "offsets of two entities in a word": Layout(
        "a.jsonl", lines({"text": "한국·일본 전", "entities": [[0, 2, "LC"], [3, 5, "LC"]]}),
        [(("한국·일본", "전"), ("B-LC", "O"))], ("1 entities are in the word of an earlier one and left out",),
        settings=WORDS),
}


def tasks(*annotations: Any, text: str = "Peter Blackburn") -> str:
    """Label Studio's JSON of tasks, each with these results of annotators; None is one who skipped it."""
    return json.dumps([{"id": place, "data": {"text": text}, "annotations": [
        {"was_cancelled": result is None, "result": result or []} for result in results]}
        for place, results in enumerate(annotations)])


def choice(*labels: str, question: str = "sentiment") -> dict[str, Any]:
    return {"from_name": question, "to_name": "text", "type": "choices", "value": {"choices": list(labels)}}


def answer_of(kind: str, value: Any) -> dict[str, Any]:
    return {"from_name": "question", "to_name": "text", "type": kind, "value": {kind: value}}


def marked(start: int, end: int, text: str = "Peter Blackburn") -> dict[str, Any]:
    return {"from_name": "label", "to_name": "text", "type": "labels", "value": {
        "start": start, "end": end, "text": text, "labels": ["PER"]}}


OF_PRODIGY = {"_view_id": "x"}


def answered(*answers: tuple[int, dict[str, Any]], by: str = "_task_hash") -> str:
    """Prodigy's lines of answers to numbered tasks, each by an annotator of its own."""
    return lines(*({"text": BAD, "options": [], "answer": "accept", by: task, "_session_id": place} | answer
                   for place, (task, answer) in enumerate(answers)))


ANNOTATIONS = {
    "Prodigy": Layout("a.jsonl", lines(*({"text": text, "label": label, "answer": answer} | OF_PRODIGY
                                         for answer in ("accept", "reject", "ignore") for text, label in ROWS[:2])), [
        *ROWS[:2], (GOOD, "the answer reject"), (BAD, "the answer reject"), (GOOD, "the answer ignore"),
        (BAD, "the answer ignore")], ("annotations of Prodigy",)),
    **{f"annotators of Prodigy, {by}": Layout("a.jsonl", answered(
        (1, {"accept": ["pos"]}), (2, {"accept": ["neg"]}), (1, {"accept": ["neg"]}), (2, {"accept": ["neg"]}),
        (3, {"accept": ["neg"], "answer": "ignore"}), (3, {"accept": ["pos"]}), (4, {"accept": ["pos"]}),
        (4, {"accept": ["pos"], "answer": "reject"}), by=by), [(BAD, said) for said in (
            "annotators that disagree", "neg", "annotators that disagree", "an answer given again", "the answer ignore",
            "pos", "annotators that disagree", "annotators that disagree")]) for by in ("_task_hash", "_input_hash")},
    "free text of annotators of Prodigy": Layout("a.jsonl", answered(
        (1, {"user_input": "pos"}), (2, {"user_input": "neg"}), (1, {"user_input": "neg"}), (2, {"user_input": "neg"}),
        (3, {"user_input": "pos"})), [(BAD, said) for said in (
            "annotators that disagree", "neg", "annotators that disagree", "an answer given again", "pos")],
        settings={"columns": {"label": "user_input"}}),
    "remarks of annotators of Prodigy": Layout("a.jsonl", answered(
        (1, {"accept": ["pos"], "user_input": "so"}), (1, {"accept": ["pos"], "user_input": "why?"}),
        (2, {"accept": ["neg"]})), [(BAD, said) for said in ("pos", "an answer given again", "neg")]),
    "texts that annotators of Prodigy edited": Layout("a.jsonl", answered(
        (1, {"accept": ["pos"], "text": "one"}), (1, {"accept": ["pos"], "text": "two"}), (2, {"accept": ["neg"]}),
        (3, {"accept": ["pos"]})), [("one", "annotators that disagree"), ("two", "annotators that disagree"),
                                    (BAD, "neg"), (BAD, "pos")]),
    "spans of annotators of Prodigy": Layout("a.jsonl", lines(*(
        {"text": "Peter Blackburn", "answer": "accept", "_task_hash": task, "_session_id": place, "spans": [
            {"start": 0, "end": end, "label": "PER"} | more]} for place, (task, end, more) in enumerate([
                (1, 15, {}), (1, 15, {"token_start": 0, "token_end": 1}), (2, 15, {}), (2, 5, {})]))), [
        NER[1], *[(NER[1][0], ("O", "O"), said) for said in (
            "an answer given again", "annotators that disagree", "annotators that disagree")]], settings=WORDS),
    "choices of Prodigy": Layout("a.jsonl", lines(*({
        "text": text, "options": [{"id": "x", "text": "X"}], "accept": accept, "answer": "accept"} | OF_PRODIGY
        for text, accept in ((GOOD, ["x"]), (BAD, ["y"]), ("?", [])))), [(GOOD, "x"), (BAD, "y"), ("?", "no label")]),
    "answers that are the labels": Layout("a.jsonl", lines(*({"text": text, "answer": answer} for text, answer in (
        (GOOD, "accept"), (BAD, "reject")))), [(GOOD, "accept"), (BAD, "reject")], settings={
            "columns": {"label": "answer"}}),
    "spans of Prodigy": Layout("a.jsonl", lines(
        {"text": "Peter Blackburn", "tokens": [{"text": "Peter", "start": 0, "end": 5, "id": 0}], "answer": "accept",
         "spans": [{"start": 0, "end": 15, "token_start": 0, "token_end": 1, "label": "PER"}]} | OF_PRODIGY,
        {"text": "Peter", "spans": [{"start": 0, "end": 5, "label": "LOC"}], "answer": "reject"} | OF_PRODIGY,
        {"text": "call", "answer": "accept"} | OF_PRODIGY), [NER[1], (("Peter",), ("O",), "the answer reject"), (
            ("call",), ("O",))], settings=WORDS),
    "tokens and tags with an answer": Layout("a.jsonl", lines(*({"tokens": words, "tags": tags, "answer": answer}
        for (words, tags), answer in zip(NER, ("accept", "reject"), strict=True))), [
            NER[0], (NER[1][0], ("B-PER", "I-PER"), "the answer reject")], settings=WORDS),
    "Label Studio": Layout("a.json", tasks([[choice("pos")]], [[choice("neg")], [choice("neg")]], [None], [], [[]], [
        [choice("pos")], [choice("neg")]]), [("Peter Blackburn", label) for label in (
            "pos", "neg", "an annotation that was cancelled", "no annotation", "no label",
            "annotators that disagree")], ("annotations of Label Studio",)),
    **{f"a {kind} of Label Studio": Layout("a.json", tasks([[answer_of(kind, 2)]], [[answer_of(kind, 1)]], [
        [answer_of(kind, 1)], [answer_of(kind, 2)]]), [("Peter Blackburn", label) for label in (
            "2", "1", "annotators that disagree")]) for kind in ("rating", "number")},
    "a rating of Label Studio beside a choice": Layout("a.json", tasks(
        [[choice("pos"), answer_of("rating", 1)], [choice("pos"), answer_of("rating", 2)]], [[choice("neg")]]), [
            ("Peter Blackburn", "pos"), ("Peter Blackburn", "neg")]),
    "answers of Label Studio not read": Layout("a.json", tasks([[answer_of("taxonomy", [["A", "B"]])]]), error=(
        "row 1: expected answers of Label Studio that are choices, a rating, a number or labels, found those of the "
        "type taxonomy, which are not read; export the project as CSV, and name the column of the answers")),
    "marks of Label Studio": Layout("a.json", tasks([[marked(0, 15)]], [[]], [None]), [
        NER[1], (("Peter", "Blackburn"), ("O", "O")), (
            ("Peter", "Blackburn"), ("O", "O"), "an annotation that was cancelled")], settings=WORDS),
    "two questions of Label Studio": Layout("a.json", tasks([[choice("pos"), choice("a", question="topic")]]), error=(
        "row 1: expected one column of the label, found sentiment, topic; set columns.label")),
    "two choices of Label Studio": Layout("a.json", tasks([[choice("pos", "neg")]]), error=(
        "row 1: expected one label as label, found ['pos', 'neg']; write one label per row")),
    "marks of Label Studio without the rest": Layout("a.json", json.dumps([
        {"id": 1, "text": "Peter Blackburn", "label": [marked(0, 15)["value"]], "annotator": 1}]), [NER[1]],
        settings=WORDS),
    "offsets in units of UTF-16": Layout("a.json", tasks([[marked(3, 18)]], text="😀 Peter Blackburn x"), error=(
        "row 1: expected 'Peter Blackburn' at 3 to 18, as its entity has it, found 'eter Blackburn '; correct the "
        "offsets: they count characters"), settings=WORDS),
    "offsets of doccano with comments": Layout("a.jsonl", lines(
        {"id": 0, "text": "call", "label": [], "Comments": []},
        {"id": 1, "text": "Peter Blackburn", "label": [[0, 15, "PER"]], "Comments": []}), [
            (("call",), ("O",)), NER[1]], settings=WORDS),
    "labels of doccano": Layout("a.jsonl", lines(*({"id": 1, "text": text, "label": [label], "Comments": []}
                                                   for text, label in ROWS), {"text": "?", "label": []}), [
        *ROWS, ("?", "no label")]),
    "WebAnno": Layout("a.tsv", "#FORMAT=WebAnno TSV 3.3\n#T_SP=webanno.custom.Entity|value\n\n#Text=Anna\n1-1\t0-4\t"
                      "Anna\tPER\n", settings=WORDS, error="line 1: expected a table, found an export of WebAnno"),
    "brat": Layout("a.ann", "T1\tPER 0 4\tAnna\n", error="line 1: expected a table, found annotations of brat"),
    "Argilla": Layout("a.jsonl", lines({"text": GOOD, "mood.responses": ["pos"], "mood.responses.status": ["draft"]}),
                      error="line 1: expected one label per row, found an export of Argilla with mood.responses"),
    "a list of one label": Layout("a.csv", csv([(text, f"['{label}']") for text, label in ROWS]), ROWS),
    "labels in brackets": Layout("a.csv", csv([(text, f"[{label}]") for text, label in ROWS]), [
        (text, f"[{label}]") for text, label in ROWS]),
    "labels that are addresses": Layout("a.csv", csv([(text, f"http://x.org/#{label}") for text, label in ROWS]), [
        (text, f"http://x.org/#{label}") for text, label in ROWS]),
    **{f"pandas by {orient}, {index}": Layout("a.json", pd.DataFrame(ROWS, list(index), ["text", "label"]).to_json(
        orient=orient), ROWS) for orient, index in (("split", "012345"), ("index", "012345"), ("index", "abcdef"),
                                                    ("table", "012345"), ("columns", "abcdef"))},
    "two sets in one": Layout("a.json", json.dumps({split: [{"text": GOOD, "label": "pos"}] for split in (
        "train", "test")}), error="expected one array of objects, found train and test; write each into a file of its "
        "own"),
    **{found: Layout(name, start + b"\0" * 99, error=f"line 1: expected text in UTF-8, found {found}; ")
       for found, name, start in (
           ("a gzip archive", "a.csv", b"\x1f\x8b"), ("an xz archive", "a.xz", b"\xfd7zXZ"),
           ("an Excel or Word document", "a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
           ("an SQLite database", "a.db", b"SQLite format 3\0"), ("a NumPy array", "a.npy", b"\x93NUMPY\x01"),
           ("data packed by zlib, as spaCy's DocBin is", "a.spacy", b"x\x9c"))},
}
LAYOUTS = TEXTS | ANNOTATIONS | {f"entities: {name}": layout for name, layout in ENTITIES.items()}


def read(path: Path, settings: dict[str, Any]) -> tuple[Table, list[Row], tuple[str, ...]]:
    table = open_table("mine", path, validated(TableSettings, settings, "tasks.mine.table"))
    return table, list(table.read(path)), table.describe(path)


def shown(row: Row) -> tuple:
    if row.words:
        return (row.words, row.tags, row.dropped) if row.dropped else (row.words, row.tags)
    return (row.text, *([row.text_pair] if row.text_pair else []), row.dropped or row.label)


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_layout_is_read_rightly_or_refused(name: str, tmp_path: Path) -> None:
    layout = LAYOUTS[name]
    path = tmp_path / layout.name
    path.write_bytes(layout.content if isinstance(layout.content, bytes) else layout.content.encode())
    if layout.error:
        with pytest.raises(UserError) as caught:
            read(path, layout.settings)
        message = str(caught.value)
        assert "\n" not in message
        assert message.startswith(f"{path}: {layout.error}")
        assert ", found " in message
        assert "; " in message
        return
    table, rows, said = read(path, layout.settings)
    assert [shown(row) for row in rows] == layout.rows
    assert set(layout.said) <= set(said)
    assert {row.label for row in rows if not row.dropped} <= {*table.task.labels, ""}


def test_links_beside_a_label_are_no_entities(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(lines(*({"text": text, "label": label, "links": [{"offset": 0, "length": 4, "type": "url"}]}
                            for text, label in ROWS)), "utf-8")
    assert find_kind(path, TableSettings()) == "single"


def test_there_are_enough_layouts() -> None:
    assert len(LAYOUTS) >= 80
    assert sum(bool(layout.error) for layout in LAYOUTS.values()) >= 25


@pytest.mark.parametrize("suffix", ["parquet", "arrow", "feather"])
def test_columnar_files(suffix: str, tmp_path: Path) -> None:
    path, frame = tmp_path / f"a.{suffix}", pd.DataFrame(numbered(ROWS), columns=["text", "label"])
    frame.to_parquet(path) if suffix == "parquet" else frame.to_feather(path)
    table, rows, _ = read(path, {"labels": {0: "neg", 1: "pos"}})
    assert [shown(row) for row in rows] == ROWS
    assert [row.line for row in rows] == [1, 2, 3, 4, 5, 6]
    assert table.task.labels == ("neg", "pos")
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(UserError, match="expected a whole (Parquet|Arrow) file, found what cannot be read"):
        read(path, {})


def test_a_name_twice_is_no_clearer_by_its_number(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(csv([(GOOD, BAD, "pos")] * 3, "text,text,label"), "utf-8")
    with pytest.raises(UserError, match="expected one column text, found 2; rename one of them$"):
        read(tmp_path / "a.csv", {"columns": {"text": 1}})


def test_labels_of_bytes_are_refused(tmp_path: Path) -> None:
    pd.DataFrame([(text, label.encode()) for text, label in ROWS], columns=["text", "label"]).to_parquet(
        tmp_path / "a.parquet")
    with pytest.raises(UserError, match="row 1: expected one label as label, found b'pos'; write it as text"):
        read(tmp_path / "a.parquet", {})


@pytest.mark.parametrize("name", ["base64", "rot13", "hex", "zlib", "unicode_escape", "raw-unicode-escape", "idna",
                                  "punycode", "undefined", "none"])
def test_what_is_no_encoding_of_files_is_refused(name: str) -> None:
    with pytest.raises(UserError, match=r"table.encoding: expected an encoding of text that Python knows, such as"):
        validated(TableSettings, {"encoding": name}, "table")


@pytest.mark.parametrize(("labels", "found"), [
    ({"positive ": "good", "positive": "fine"}, "'positive ': good and 'positive': fine"),
    ({1: "good", "1.0": "bad"}, "1: good and '1.0': bad"),
    ({"긍정": "good", decomposed("긍정"): "bad"}, f"'긍정': good and {decomposed('긍정')!a}: bad"),
])
def test_a_label_has_one_name(labels: dict, found: str) -> None:
    with pytest.raises(UserError) as caught:
        validated(TableSettings, {"labels": labels}, "table")
    assert str(caught.value) == (f"params.yaml: table.labels: expected one name for each label, found {found} for the "
                                 "same label; remove one of the two")
    same = validated(TableSettings, {"labels": dict.fromkeys(labels, "good")}, "table")
    assert list(same.labels.values()) == ["good"]


def test_labels_in_other_settings_are_composed() -> None:
    rows = {"merge": {decomposed("중립"): decomposed("아님")}, "table": {}, "second_gold": False}
    assert validated(FurtherRows, rows, "x").merge == {"중립": "아님"}
    template = {"instruction": "", "example": "{text}: {label}", "labels": {decomposed("중립"): "so"}}
    assert validated(Template, template, "x").labels == {"중립": "so"}


def test_columns_of_parquet_as_macos_decomposes_them(tmp_path: Path) -> None:
    pd.DataFrame(KOREAN, columns=[decomposed("리뷰"), decomposed("감정")]).to_parquet(tmp_path / "a.parquet")
    assert [shown(row) for row in read(tmp_path / "a.parquet", {})[1]] == KOREAN


def test_kinds_of_json_in_one_line_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    for mark in (b"", b"\xef\xbb\xbf"):
        path.write_bytes(mark + json.dumps([{"text": GOOD * 2000, "label": "x"}] * 100).encode())
        assert find_kind(path, TableSettings()) == "single"


def test_lists_in_parquet(tmp_path: Path) -> None:
    pd.DataFrame({"tokens": [list(words) for words, _ in NER], "tags": [list(tags) for _, tags in NER]}).to_parquet(
        tmp_path / "a.parquet")
    assert [shown(row) for row in read(tmp_path / "a.parquet", WORDS)[1]] == NER


@pytest.mark.parametrize("content", ['[{"text": "a", "label": "x"},\n]', '{"data": [{"text": "a", "label": "x",}]}'])
def test_a_comma_too_many_is_told(content: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(content, "utf-8")
    with pytest.raises(UserError, match="remove the comma after the last value$"):
        read(tmp_path / "a.json", {})


def test_words_below_comments_of_conllu_are_told_from_texts(tmp_path: Path) -> None:
    (tmp_path / "a.conllu").write_text("# sent_id = 1\n# text = EU\n1\tEU\t_\tB-ORG\n2\tcalls\t_\tO\n\n" * 20, "utf-8")
    assert find_kind(tmp_path / "a.conllu", TableSettings()) == "words"


def test_labels_are_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(csv([(GOOD, number) for number in (10, 9, 1)] * 2), "utf-8")
    assert read(path, {})[0].task.labels == ("1", "9", "10")


def test_a_line_number_is_that_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('text,label\n"one\ntwo",x\nb,y\n', "utf-8")
    assert [row.line for row in read(path, {})[1]] == [2, 4]


@pytest.mark.parametrize(("tags", "scheme"), [
    ("B-A I-A O", "tags in IOB2"), ("I-A B-A O", "tags in IOB1"), ("I-A O I-B", "tags in IO: neighbours"),
    ("S-A O B-A E-A", "tags in IOBES"), ("U-A B-A L-A", "tags in BILOU"), ("B-A M-A E-A", "tags in BMES"),
    ("B-A O I-A", "tags in IOB2, but for 1 entities"), ("A O B", "tags in IO, types without letters"),
    ("O O", "no tag but O")])
def test_the_scheme_is_told(tags: str, scheme: str) -> None:
    style = find_style(tags.split())
    assert style
    assert describe_scheme([[parse(tag, style) or Tag() for tag in tags.split()]], style).startswith(scheme)


def test_an_entity_ends_where_its_scheme_says() -> None:
    """Two neighbours of one type, which IOBES tells apart although neither has a letter B after the other."""
    parsed = [parse(tag, "prefix") or Tag() for tag in ("B-A", "E-A", "S-A", "B-A", "I-A", "E-A", "I-A")]
    assert to_iob2(parsed) == ("B-A", "I-A", "B-A", "B-A", "I-A", "I-A", "B-A")


# Tables larger than memory


def test_rows_wait_on_disk(tmp_path: Path) -> None:
    """Of 10 MB of text, in rows of two kinds, some tens of kB stay in memory, and every row comes back as it was."""
    rows = [Row(place, text=f"{place} " + "가" * 3000, label="a", source_id="7") if place % 2 else
            Row(place, words=("EU", str(place)), tags=("B-ORG", "O"), group="g") for place in range(2000)]
    store, facts = RowStore(tmp_path), RowFacts(Task("", "ko", "single", ("a",), "accuracy", {}), ("train",))
    tracemalloc.start()
    for row in rows:
        store.add(row)
        facts.see("train", row)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000
    assert len(store) == 2000
    order = [1999, 0, 7, 7, 1]
    assert list(store.rows(order)) == [rows[place] for place in order]
    assert not list(tmp_path.iterdir())


def test_facts_of_rows_that_are_seen_one_by_one() -> None:
    seen = {"train": [("a fine film", "x"), ("a fine film", "y"), ("dull", "x"), ("dull", "x")],
            "validation": [("cafe\u0301", "x"), ("caf\u00e9", "y")],
            "test": [("dull", "y"), ("caf\u00e9", "y"), ("new", "x")]}
    facts = RowFacts(Task("", "en", "single", ("x", "y"), "accuracy", {}), seen)
    for split, rows in seen.items():
        for text, label in rows:
            facts.see(split, Row(1, text=text, label=label))
    found = facts.facts()
    assert found["labels"] == {"train": {"x": 3, "y": 1}, "validation": {"x": 1, "y": 1}, "test": {"x": 1, "y": 2}}
    assert found["duplicates"] == {"train": 2, "validation": 1, "test": 0}
    assert found["overlaps"] == {"validation": {"train": 0}, "test": {"train": 1, "validation": 1}}
    assert found["train_test_overlap"] == 2
    assert found["conflicting_labels"] == 2
    assert found["lengths"]["train"] == {"50": 4, "90": 11, "99": 11, "100": 11}


# Sets that are carved


def carved(labels: list[str], keys: list[str], sizes: dict[str, int], seed: int) -> dict[str, list[int]]:
    return {split: rows.tolist() for split, rows in carve(labels, keys, sizes, seed).items()}


def test_carved_sets_have_the_classes_in_proportion() -> None:
    labels = ["a"] * 60 + ["b"] * 30 + ["c"] * 10
    parts = carved(labels, [""] * 100, {"validation": 10, "test": 20}, seed=1)
    assert {split: Counter(labels[row] for row in rows) for split, rows in parts.items()} == {
        "train": {"a": 42, "b": 21, "c": 7}, "validation": {"a": 6, "b": 3, "c": 1}, "test": {"a": 12, "b": 6, "c": 2}}
    assert sorted(row for rows in parts.values() for row in rows) == list(range(100))
    assert parts == carved(labels, [""] * 100, {"validation": 10, "test": 20}, seed=1)
    assert parts != carved(labels, [""] * 100, {"validation": 10, "test": 20}, seed=2)


def test_groups_stay_together() -> None:
    labels = [("a", "b")[row % 2] for row in range(120)]
    keys = [f"author {row // 6}" for row in range(120)]
    parts = carved(labels, keys, {"validation": 18, "test": 24}, seed=1)
    assert {split: len(rows) for split, rows in parts.items()} == {"train": 78, "validation": 18, "test": 24}
    groups = [{keys[row] for row in rows} for rows in parts.values()]
    assert not groups[0] & groups[1] | groups[0] & groups[2] | groups[1] & groups[2]
    assert all(Counter(labels[row] for row in rows)["a"] * 2 == len(rows) for rows in parts.values())
