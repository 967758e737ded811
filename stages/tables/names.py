"""Names that files and columns usually have, in lower case."""

import re

from stages.common.composing import composed
from stages.corpora.recognising import TEXT_NAMES

# of tables
EXTENSIONS = (".csv", ".tsv", ".tab", ".txt", ".json", ".jsonl", ".ndjson", ".parquet", ".arrow", ".feather", ".conll",
              ".bio", ".iob", ".iob2", ".data")
# of sets, the usual ones first; "eval" is none of them, as it may be validation or test; CoNLL has testa and testb
SETS = {"train": ("train", "training", "학습", "훈련"),
        "validation": ("validation", "valid", "dev", "val", "testa", "검증"),
        "test": ("test", "testing", "testb", "평가", "시험", "테스트")}
_SET_OF = {name: split for split, names in SETS.items() for name in names}
_ADDED = re.compile("(data|set|데이터|용|셋|세트)+$")  # testset, 학습데이터
# of a numbered part of a set: data/train-00000-of-00002.parquet, train/data-00000-of-00002.arrow
SHARD = re.compile(r"(?:(?:.*/)?(?P<folder>[^/]+)/)?(?P<set>[\w.]+?)-(?P<number>\d{5})-of-(?P<total>\d{5})[^/]*")
# of columns, by what is in them
USUAL: dict[str, tuple[str, ...]] = {
    "text": (*TEXT_NAMES, "texts", "sentence1", "premise", "question", "question1", "query", "utterance", "headline",
             "review_body", "review_text", "description", "전제"),
    "pair": ("text_pair", "hypothesis", "sentence2", "question2", "text2", "가설"),
    "label": ("label", "labels", "target", "targets", "gold_label", "class", "classes", "category", "sentiment",
              "intent", "polarity", "emotion", "topic", "stance", "y", "라벨", "레이블", "분류", "감정", "정답"),
    "id": ("id", "guid", "uid", "idx", "pairid"),
    "tokens": ("tokens", "words", "token", "word", "단어", "토큰"),
    "tags": ("tags", "ner_tags", "ner", "tag", "labels", "label", "ner_tag", "태그"),
    "sentence": ("sentence #", "sentence_id", "sent_id", "sentence_idx", "sentence id", "sentence_number"),
    "entities": ("entities", "spans", "ents", "annotations"),
}
# of columns that are not read, and may matter
SPLITS = ("split", "set", "subset", "partition", "fold", "dataset", "usage", "is_train", "is_test")
LABEL_NAMES = ("label_text", "label_name", "labels_text", "class_name", "category_name", "label_str", "레이블명",
               "라벨명", "분류명")
# of columns with what may be the second text of a pair
SECOND_TEXTS = ("answer", "response", "reply", "passage", "context", "paragraph", "title", "text", "description",
                "body", "content", "abstract", "summary", "제목", "본문", "내용", "답변", "설명", "요약")
# of columns of documents, within which numbers of sentences may begin anew
DOCUMENTS = ("doc_id", "docid", "document_id", "doc", "document")
# of columns whose rows are alike
GROUPS = ("group", "group_id", "user", "user_id", "userid", "author", "author_id", "writer", "speaker", "speaker_id",
          "patient", "patient_id", "doc_id", "document_id", "conversation_id", "dialog_id", "dialogue_id", "session_id",
          "thread_id", "작성자", "사용자", "화자")


def set_named(name: object) -> str:
    """The set that a name, or a word of one, tells; or ""."""
    word = composed(str(name)).strip().lower()
    return _SET_OF.get(word) or _SET_OF.get(_ADDED.sub("", word), "")
