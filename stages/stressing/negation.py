"""Negated statements of praise, where a rule makes them soundly.

Only positive statements are negated: what is not good is bad as a review, but what is not bad need not be good. The
rule is applied to a text of one sentence without commas whose one word of praise is a predicate that is not negated
yet, in Korean the last word. The label of the changed text is negative (the minimum functionality test "negated
positive" of Ribeiro et al., 2020). Texts of any other form are left out.

Korean: the long negation, stem + 지 않다, with the ending moved to 않 (재미있네요 → 재미있지 않네요). A clause
joined by -고 before it would keep its praise, so such texts are left out. English: "not" after a form of "to be".
"""

import re

SENTIMENTS = {"negative", "positive"}
NEGATED_LABEL = "negative"

_STEMS = """재미있 재밌 멋있 좋 훌륭하 뛰어나 완벽하 감동적이 인상적이 매력적이 환상적이 흥미롭 참신하 아름답 멋지
탁월하 신선하 따뜻하 유쾌하 통쾌하 탄탄하 섬세하 강렬하 근사하 만족스럽""".split()
# The ending after the stem, and what it is after 않.
_ENDINGS = {"다": "다", "네요": "네요", "네": "네", "더라": "더라", "더군요": "더군요", "거든요": "거든요",
            "습니다": "습니다", "았다": "았다", "았습니다": "았습니다", "았어요": "았어요", "어요": "아요",
            "었다": "았다", "었습니다": "았습니다", "었어요": "았어요", "음": "음", "았음": "았음", "었음": "았음"}
# After a vowel, and contracted forms of 하다 and 이다.
_CONTRACTED = (("합니다", "하", "습니다"), ("입니다", "이", "습니다"), ("집니다", "지", "습니다"),
               ("납니다", "나", "습니다"), ("했다", "하", "았다"), ("했어요", "하", "았어요"),
               ("했습니다", "하", "았습니다"), ("해요", "하", "아요"), ("함", "하", "음"), ("했음", "하", "았음"))
_TAIL = re.compile(r"[^가-힣]*[ㄱ-ㅎㅏ-ㅣ]*[^가-힣]*$")
_CONNECTED = re.compile(r"[가-힣]고(?:\s|$)")
_SENTENCE_END = re.compile(r"[.!?,;。]+\s*\S")
_NEGATING = re.compile(r"(?:^|\s)(?:안|못|전혀|별로)(?:\s|$)")

_PRAISE = "good great excellent wonderful brilliant superb fantastic enjoyable funny charming moving clever".split()
_STATED = re.compile(rf"\b(is|was|are|were) ((?:very |really |truly |so )?(?:{'|'.join(_PRAISE)}))\b", re.IGNORECASE)
_ENGLISH_NEGATING = re.compile(r"\b(?:not|no|never|neither|nor|hardly|without)\b|n't\b", re.IGNORECASE)
_ENGLISH_CONNECTED = re.compile(r"\b(?:and|but|although|though|yet|if)\b|;", re.IGNORECASE)


def negated(text: str, language: str) -> str | None:
    """The negated text, or None where the rule of ``language`` (ko or en) is not sound for it or there is none."""
    rules = {"ko": _negated_korean, "en": _negated_english}
    return rules[language](text) if language in rules else None


def _negated_korean(text: str) -> str | None:
    tail = _TAIL.search(text)
    body = text[: tail.start()] if tail else text
    if _SENTENCE_END.search(body) or _CONNECTED.search(body) or _NEGATING.search(body):
        return None
    before, space, last = body.rpartition(" ")
    if any(stem in before for stem in _STEMS):
        return None
    predicate = _negated_predicate(last)
    return predicate and before + space + predicate + text[len(body):]


def _negated_predicate(word: str) -> str | None:
    for ending, moved in _ENDINGS.items():
        if word.endswith(ending) and word[: -len(ending)] in _STEMS:
            return f"{word[: -len(ending)]}지 않{moved}"
    for contracted, end_of_stem, moved in _CONTRACTED:
        stem = word.removesuffix(contracted) + end_of_stem
        if word.endswith(contracted) and stem in _STEMS:
            return f"{stem}지 않{moved}"
    return None


def _negated_english(text: str) -> str | None:
    praise = re.findall(rf"\b(?:{'|'.join(_PRAISE)})\b", text, re.IGNORECASE)
    unsound = (_SENTENCE_END.search(text) or _ENGLISH_NEGATING.search(text) or _ENGLISH_CONNECTED.search(text))
    if len(praise) != 1 or unsound or not _STATED.search(text):
        return None
    return _STATED.sub(r"\1 not \2", text, count=1)
