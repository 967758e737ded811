"""Readers: what every quirk of a format must give, and what every malformed file is told."""

import csv
import dataclasses
import io
import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stages.common.errors import UserError
from stages.corpora import ag_news, conll2003, mnli, nsmc
from stages.corpora.lines import LONGEST_LINE, excerpt, read_lines
from stages.corpora.readers import READERS
from stages.corpora.rows import Row
from stages.corpora.tasks import TASKS

NSMC_HEADER = "id\tdocument\tlabel\n"
HEADER_FIRST = "write the header as the first line, with tabs or commas between the names"
BOM = b"\xef\xbb\xbf"


@pytest.fixture
def file(tmp_path):
    def write(content: str | bytes) -> Path:
        path = tmp_path / "raw.txt"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path
    return write


def message_of(read, path: Path) -> str:
    with pytest.raises(UserError) as caught:
        list(read(path))
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(f"{path}: ")
    return message.removeprefix(f"{path}: ")


def test_every_task_has_a_reader():
    assert list(READERS) == list(TASKS)


# Lines


@pytest.mark.parametrize(("content", "expected"), [
    (b"", []),
    (b"a", ["a"]),
    (b"a\nb\n", ["a", "b"]),
    (b"a\r\nb\r\n", ["a", "b"]),
    (b"a\n\n\n", ["a", "", ""]),
    (BOM + b"a\nb", ["a", "b"]),
    (BOM, [""]),
    ("\ufeffa\n\ufeffb".encode(), ["a", "\ufeffb"]),
    ("a\x0b\x0c\x1c\x85\u2028\u2029\rb\nc".encode(), ["a\x0b\x0c\x1c\x85\u2028\u2029\rb", "c"]),
    ("영화\r\n재미\n".encode(), ["영화", "재미"]),
])
def test_only_line_feeds_end_a_line(file, content, expected):
    assert list(read_lines(file(content))) == expected


@pytest.mark.parametrize("bom", [b"", BOM])
def test_invalid_byte_is_located_in_the_file(file, bom):
    content = bom + "가나\n".encode() + b"ab\xb0\xa1\n"
    assert message_of(read_lines, file(content)) == (
        f"line 2: expected UTF-8, found byte 0xb0 at byte offset {len(bom) + 9}; "
        "convert the file: `iconv -f CP949 -t UTF-8` (Korean text)"
    )


def test_character_cut_off_at_the_end(file):
    assert message_of(read_lines, file("영화".encode()[:-1])).startswith(
        "line 1: expected UTF-8, found byte 0xed at byte offset 3;")


@pytest.mark.parametrize("content", [b"abc\n\x7fELF\x00\xff\n", b"abc\nd\x00e"])
def test_binary_file(file, content):
    assert message_of(read_lines, file(content)) == (
        f"line 2: expected text, found a NUL byte at byte offset {content.index(0)}; "
        "unpack the file if it is an archive, convert it to UTF-8 if it is UTF-16"
    )


def test_utf16_file(file):
    assert message_of(read_lines, file("id".encode("utf-16"))).startswith(
        "line 1: expected text in UTF-8, found UTF-16 text; convert the file: `iconv -f UTF-16 -t UTF-8`")


def test_endless_line_is_refused_before_it_fills_the_memory(file):
    # A three-byte character straddles the limit: it must not be mistaken for an invalid byte.
    assert message_of(read_lines, file("가" * LONGEST_LINE)) == (
        "line 1: expected at most 1048576 bytes in a line, found more; restore the line ends (LF or CRLF) of the file, "
        "or shorten the text: a model reads its first tokens alone"
    )
    assert len(next(read_lines(file(b"a" * (LONGEST_LINE - 1) + b"\n")))) == LONGEST_LINE - 1


def test_missing_file_and_folder(tmp_path):
    assert message_of(read_lines, tmp_path / "none") == (
        "cannot be read (No such file or directory); check its name and permissions")
    assert message_of(read_lines, tmp_path) == "cannot be read (Is a directory); check its name and permissions"


def test_lines_are_read_one_at_a_time(file):
    # The second line is not UTF-8; the first is there before it is looked at.
    assert next(read_lines(file(b"a\n\xff"))) == "a"


@pytest.mark.parametrize(("value", "shown"), [
    ("short", "'short'"), (3, "3"), ("a\n\u2028b", r"'a\n\u2028b'"), ("x" * 50, "'" + "x" * 39 + "...")])
def test_excerpt(value, shown):
    assert excerpt(value) == shown


# NSMC


def test_nsmc_rows(file):
    path = file(NSMC_HEADER + '1\t"정말 재미있다\t1\n2\t별로"다"\t0\n3\t\t1\n4\t \u3000\t0\n5\tNA\t0\n'
                + "6\t가\u2028나\x85다\r라\t1")
    assert list(nsmc.read(path)) == [
        Row(2, source_id="1", text='"정말 재미있다', label="positive"),
        Row(3, source_id="2", text='별로"다"', label="negative"),
        Row(4, source_id="3", text="", label="positive", dropped="empty text"),
        Row(5, source_id="4", text=" \u3000", label="negative", dropped="empty text"),
        Row(6, source_id="5", text="NA", label="negative"),
        Row(7, source_id="6", text="가\u2028나\x85다\r라", label="positive"),
    ]


@pytest.mark.parametrize("prefix", [b"", BOM])
@pytest.mark.parametrize("ending", ["", "\n", "\r\n", "\n\n\n"])
def test_nsmc_line_ends_and_byte_order_mark(file, prefix, ending):
    lines = ["id\tdocument\tlabel", "1\t영화\t1", "2\t별로\t0"]
    joined = ("\r\n" if ending == "\r\n" else "\n").join(lines) + ending
    assert [(row.line, row.text) for row in nsmc.read(file(prefix + joined.encode()))] == [(2, "영화"), (3, "별로")]


@pytest.mark.parametrize(("content", "message"), [
    ("", f"line 1: expected a header with columns named document and label, found ''; {HEADER_FIRST}"),
    ("1\t영화\t1\n", "line 1: expected a header with columns named document and label, found "
                     fr"'1\t영화\t1'; {HEADER_FIRST}"),
    ("id\tlabel\n", "line 1: expected columns named document and label, found 'id', 'label'; rename them on the first "
                    "line"),
    (NSMC_HEADER + "1\t영화\t1\n2\t별", r"line 3: expected 3 columns as in the header, found 2 in "
                                        r"'2\t별'; restore the row or remove it"),
    (NSMC_HEADER + "1\t영\t화\t1\n", r"line 2: expected 3 columns as in the header, found 4 in "
                                     r"'1\t영\t화\t1'; restore the row or remove it"),
    (NSMC_HEADER + "1\t영화\t2\n", "line 2: expected label 0 or 1 (negative or positive), found '2'; correct the label "
                                   "or remove the row"),
    (NSMC_HEADER + "1\t영화\t\n", "line 2: expected label 0 or 1 (negative or positive), found ''; correct the label "
                                  "or remove the row"),
])
def test_nsmc_malformed(file, content, message):
    assert message_of(nsmc.read, file(content)) == message


@settings(max_examples=60)
@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\t"), max_size=12),
                      min_size=1, max_size=5), separator=st.sampled_from("\t,;|"))
def test_what_a_csv_writer_wrote_is_read_as_it_was(tmp_path_factory, texts, separator):
    """One text has quotation marks, by which the quoting is known between tabs."""
    path = tmp_path_factory.mktemp("copy") / "ratings_train.txt"
    texts = [*texts, 'a "b"']
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=separator, lineterminator="\n")
        writer.writerows([("id", "document", "label"), *((7, text, 1) for text in texts)])
    assert [row.text for row in nsmc.read(path)] == texts


# MultiNLI


def pair(**changes) -> str:
    values = {"gold_label": "neutral", "pairID": "7e", "sentence1": "It rains.", "sentence2": "It is May."} | changes
    return json.dumps({name: value for name, value in values.items() if value is not None}, ensure_ascii=False)


def test_mnli_rows(file):
    path = file("\n".join([
        pair(),
        pair(gold_label="entailment", genre="fiction", annotator_labels=["entailment"]),
        pair(gold_label="-"),
        pair(gold_label="contradiction", sentence2=" "),
        pair(sentence1='"quoted" \\ caf\u00e9\u2028'),
    ]) + "\n\n")
    rows = list(mnli.read(path))
    assert [dataclasses.replace(row, group="") for row in rows] == [
        Row(1, source_id="7e", text="It rains.", label="neutral", text_pair="It is May."),
        Row(2, source_id="7e", text="It rains.", label="entailment", text_pair="It is May.", genre="fiction"),
        Row(3, source_id="7e", text="It rains.", text_pair="It is May.", dropped="no gold label"),
        Row(4, source_id="7e", text="It rains.", label="contradiction", text_pair=" ", dropped="empty text"),
        Row(5, source_id="7e", text='"quoted" \\ caf\u00e9\u2028', label="neutral", text_pair="It is May."),
    ]
    first, other = rows[0].group, rows[4].group
    assert [row.group for row in rows] == [first] * 4 + [other]
    assert first != other


def test_mnli_groups_by_the_premise_whatever_its_id(file):
    lines = [pair(promptID="1"), pair(sentence1="Rain.", promptID="1"), pair(promptID=4)]
    rows = list(mnli.read(file("\n".join(lines))))
    assert rows[0].group == rows[2].group != rows[1].group


def test_mnli_escapes_and_crlf(file):
    line = '{"gold_label": "neutral", "pairID": "1", "sentence1": "\\ud55c\\uae00", "sentence2": "\\ud83d\\ude00"}'
    rows = list(mnli.read(file(f"{line}\r\n{line}")))
    assert [(row.line, row.text, row.text_pair) for row in rows] == [(1, "한글", "😀"), (2, "한글", "😀")]


@pytest.mark.parametrize(("line", "message"), [
    ('{"gold_label": "neutr', "expected a JSON object, found '{\"gold_label\": \"neutr' "
                              "(Unterminated string starting at: line 1 column 16 (char 15))"),
    ("gold_label\tsentence1", r"expected a JSON object, found 'gold_label\tsentence1' "
                              "(Expecting value: line 1 column 1 (char 0))"),
    ("[1, 2]", "expected a JSON object, found '[1, 2]'"),
    (pair(sentence2=None), "expected the key 'sentence2', found only gold_label, pairID, sentence1"),
    ("{}", "expected the key 'gold_label', found only no keys"),
    (pair(sentence1=3), "expected a string as 'sentence1', found 3"),
    (pair(genre=["fiction"]), "expected a string as 'genre', found ['fiction']"),
    (pair(gold_label="other"), "expected gold_label entailment, neutral, contradiction or -, found 'other'"),
    (pair(gold_label=""), "expected gold_label entailment, neutral, contradiction or -, found ''"),
    ('{"gold_label": "-", "pairID": "\\ud800", "sentence1": "", "sentence2": ""}',
     r"expected Unicode text as 'pairID', found a lone surrogate in '\ud800'"),
])
def test_mnli_malformed(file, line, message):
    assert message_of(mnli.read, file(f"{pair()}\n{line}\n")) == f"line 2: {message}; correct the line or remove it"


def test_mnli_absurd_nesting(file):
    assert message_of(mnli.read, file("[" * 100_000)).startswith("line 1: expected a JSON object, found '[[[")


# MultiNLI in CSV copies

CSV_PAIRS = [("It rains.", "It is wet.", "entailment"), ('He said "no", twice.', "He\nspoke.", "contradiction"),
             ("Go.", "가요", "neutral"), ("Stay.", "Wait.", "-")]


def csv_copy(folder: Path, name: str, header: str, numbers: dict[str, str]) -> Path:
    """A CSV file with labels spelled by ``numbers``; names that it has not stay names."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(header.split(","))
    writer.writerows((number, premise, hypothesis, numbers.get(label, label))
                     for number, (premise, hypothesis, label) in enumerate(CSV_PAIRS))
    folder.mkdir()
    path = folder / name
    path.write_text(stream.getvalue(), "utf-8", newline="")
    return path


def answers(path: Path) -> list[tuple[str, str, str]]:
    return [(row.text, row.text_pair, row.label) for row in mnli.read(path)]


@pytest.mark.parametrize("header", ["idx,premise,hypothesis,label", "pairID,sentence1,sentence2,gold_label"])
def test_mnli_labels_agree_by_name_whatever_the_copy_numbers(tmp_path, header):
    lines = [pair(sentence1=first, sentence2=second, gold_label=label) for first, second, label in CSV_PAIRS]
    (tmp_path / "train.jsonl").write_text("\n".join(lines), "utf-8")
    expected = answers(tmp_path / "train.jsonl")
    assert [label for *_, label in expected] == ["entailment", "contradiction", "neutral", ""]
    assert answers(csv_copy(tmp_path / "names", "train.csv", header, {})) == expected
    for order in itertools.permutations(mnli.LABELS):
        numbers = {label: str(number) for number, label in enumerate(order)} | {"-": "-1"}
        path = csv_copy(tmp_path / "-".join(order), "train.csv", header, numbers)
        path.with_name("labels.txt").write_text("\n".join(order) + "\n", "utf-8")
        assert answers(path) == expected


def test_mnli_numbers_without_names_are_never_guessed(tmp_path):
    path = csv_copy(tmp_path / "copy", "train.csv", "idx,premise,hypothesis,label", {"entailment": "0"})
    assert message_of(mnli.read, path) == (
        "line 2: expected a label by name, or by a number that labels.txt names, found '0'; write the names of the "
        "labels 0, 1 and 2 into labels.txt beside the file, one per line: copies of the corpus number them in "
        "different orders")


@pytest.mark.parametrize(("names", "found"), [
    ("entailment\nneutral\n", "'entailment, neutral'"),
    ("entailment\nneutral\nneutral\n", "'entailment, neutral, neutral'"),
    ("0\n1\n2\n", "'0, 1, 2'"),
])
def test_mnli_names_of_numbers_are_all_there_and_known(tmp_path, names, found):
    path = csv_copy(tmp_path / "copy", "train.csv", "idx,premise,hypothesis,label", {})
    path.with_name("labels.txt").write_text(names, "utf-8")
    with pytest.raises(UserError) as caught:
        list(mnli.read(path))
    assert str(caught.value) == (
        f"{path.with_name('labels.txt')}: line 1: expected entailment, neutral, contradiction, one per line, each "
        f"once, found {found}; give every label its name, in this spelling")


@pytest.mark.parametrize(("text", "message"), [
    ("premise,hypothesis,label\na,b\n", "line 2: expected 3 columns as in the header, found 2 in 'a,b'"),
    ('premise,hypothesis,label\na,"b,neutral\n',
     "line 2: expected 3 columns as in the header, found broken quoting (unexpected end of data)"),
])
def test_mnli_malformed_csv(tmp_path, text, message):
    path = tmp_path / "train.csv"
    path.write_text(text, "utf-8")
    assert message_of(mnli.read, path) == f"{message}; correct the line or remove it"


# AG News


def test_ag_news_rows(file):
    path = file('"3","Oil ""soars""","Prices\\at a #39;record\\$ 50"\n1,War,"a, b"\r\n"2","","Goal"\n"4"," ",""\n\n')
    assert list(ag_news.read(path)) == [
        Row(1, text='Oil "soars" Prices\\at a #39;record\\$ 50', label="Business"),
        Row(2, text="War a, b", label="World"),
        Row(3, text=" Goal", label="Sports"),
        Row(4, text="  ", label="Sci/Tech", dropped="empty text"),
    ]


@pytest.mark.parametrize("first", ["0.0", "0"])
def test_ag_news_classes_that_pandas_made_floats(tmp_path, first):
    path = tmp_path / "train.csv"
    path.write_text(f"label,text\n1.0,goal\n{first},war\n3.0,chip\n", "utf-8")
    assert [row.label for row in ag_news.read(path)] == ["Sports", "World", "Sci/Tech"]
    path.write_text("label,text\n1.0,goal\n3.0,chip\n", "utf-8")
    assert "classes numbered from 0 or from 1, found neither a 0 nor a 4" in message_of(ag_news.read, path)


def test_ag_news_line_break_in_a_field(file):
    rows = list(ag_news.read(file('"1","a\r\nb","c\n\nd"\r\n"2","e","f"')))
    assert [(row.line, row.text) for row in rows] == [(1, "a\nb c\n\nd"), (5, "e f")]


@pytest.mark.parametrize(("second", "message"), [
    ('"5","a","b"', "expected class 1 (World), 2 (Sports), 3 (Business), 4 (Sci/Tech), found '5'; "
                    "correct the class or remove the row"),
    ("Class Index,Title,Description", "expected class 1 (World), 2 (Sports), 3 (Business), 4 (Sci/Tech), "
                                      "found 'Class Index'; correct the class or remove the row"),
    ('"1","a"', """expected 3 columns ("class","title","description"), found 2 in '1,a'; """
                "restore the row or remove it"),
    ('"1","a","b","c"', """expected 3 columns ("class","title","description"), found 4 in '1,a,b,c'; """
                        "restore the row or remove it"),
    ('"1","a","b', 'expected 3 columns ("class","title","description"), found broken quoting '
                   "(unexpected end of data); restore the row or remove it"),
    ('"1","a","b\n"2","c","d"', 'expected 3 columns ("class","title","description"), found broken quoting '
                                "(',' expected after '\"'); restore the row or remove it"),
])
def test_ag_news_malformed(file, second, message):
    assert message_of(ag_news.read, file(f'"1","a","b"\n{second}\n')) == f"line 2: {message}"


# CoNLL-2003

CONVERT = "convert the tags to IOB1 or IOB2; remove a line of column names"


def sentence(*lines: str) -> str:
    return "".join(f"{line}\n" for line in lines) + "\n"


@pytest.mark.parametrize(("tags", "expected"), [
    # IOB1: B- only where two entities of one type touch.
    ("I-PER I-PER B-PER", "B-PER I-PER B-PER"),
    ("I-PER B-PER I-PER O I-PER", "B-PER B-PER I-PER O B-PER"),
    ("O I-LOC I-ORG I-ORG", "O B-LOC B-ORG I-ORG"),
    ("I-LOC O I-LOC", "B-LOC O B-LOC"),
    # IOB2 stays as it is.
    ("B-PER I-PER B-PER", "B-PER I-PER B-PER"),
    ("B-LOC B-ORG I-ORG O", "B-LOC B-ORG I-ORG O"),
    # Either: an I- that does not continue its type begins an entity.
    ("B-PER I-LOC I-LOC", "B-PER B-LOC I-LOC"),
    ("B-MISC O I-MISC", "B-MISC O B-MISC"),
    ("O O", "O O"),
])
def test_conll_tags_become_iob2(file, tags, expected):
    path = file("\n".join(f"w{position} {tag}" for position, tag in enumerate(tags.split())))
    assert [row.tags for row in conll2003.read(path)] == [tuple(expected.split())]


def test_conll_entities_do_not_continue_over_sentences(file):
    path = file(sentence("Kim NNP I-NP I-PER") + sentence("Lee NNP I-NP I-PER"))
    assert [row.tags for row in conll2003.read(path)] == [("B-PER",), ("B-PER",)]


DOCUMENT = ["-DOCSTART- -X- O O", "", "Seoul NNP I-NP I-LOC", "rains VBZ I-VP O", "", "", "-DOCSTART- -X- -X- O", "",
            "-X- NN I-NP O"]


@pytest.mark.parametrize("content", [
    "\n".join(DOCUMENT), "\n".join(DOCUMENT) + "\n\n\n", "\r\n".join(DOCUMENT) + "\r\n",
])
def test_conll_rows(file, content):
    assert list(conll2003.read(file(content))) == [
        Row(3, words=("Seoul", "rains"), tags=("B-LOC", "O"), group="1"),
        Row(9, words=("-X-",), tags=("O",), group="2"),
    ]


def test_conll_document_start_without_blank_lines(file):
    rows = list(conll2003.read(file("a O\n-DOCSTART-\nb O\n")))
    assert [(row.line, row.words, row.group) for row in rows] == [(1, ("a",), ""), (3, ("b",), "1")]


def test_conll_tabs_and_odd_spaces(file):
    rows = list(conll2003.read(file(BOM + "a\u00a0b\t \tB-LOC \n \t\n\u3000 O\n".encode())))
    assert [(row.words, row.tags) for row in rows] == [(("a\u00a0b",), ("B-LOC",)), (("\u3000",), ("O",))]


@pytest.mark.parametrize(("third", "message"), [
    ("EU NNP I-ORG", "expected 4 columns as in the lines before, found 3 in 'EU NNP I-ORG'; restore the line"),
    ("EU", "expected 4 columns as in the lines before, found 1 in 'EU'; restore the line"),
    ("EU NNP I-NP ORG", f"expected the tag O, B-TYPE or I-TYPE, found 'ORG'; {CONVERT}"),
    ("EU NNP I-NP S-ORG", f"expected the tag O, B-TYPE or I-TYPE, found 'S-ORG'; {CONVERT}"),
    ("EU NNP I-NP B-", f"expected the tag O, B-TYPE or I-TYPE, found 'B-'; {CONVERT}"),
    ("EU I-ORG NNP I-NP", "expected an entity type among LOC, MISC, ORG, PER, found 'I-NP'; "
                          "correct the tag, or put the tags into the last column"),
    ("EU NNP I-NP B-per", "expected an entity type among LOC, MISC, ORG, PER, found 'B-per', which differs from "
                          "'B-PER' in case; write 'B-PER' in all such rows"),
])
def test_conll_malformed(file, third, message):
    assert message_of(conll2003.read, file(f"the DT I-NP O\n\n{third}\n")) == f"line 3: {message}"


def test_conll_words_alone(file):
    assert message_of(conll2003.read, file("the\ndog\n")) == (
        "line 1: expected 2 or more columns (word ... tag) between spaces or tabs, found 1 in 'the'; restore the line")
