"""Korean film reviews: an aspect and a predicate per clause, negation, and contrast in which the later clause decides.

Predicates are stems to which every ending used here attaches without a change of form.
"""

from random import Random

from stages.common.hangul import final_number
from stages.corpora.sample.drawing import Split, draw, phrases, words

POSITIVE = words("""
훌륭하 재미있 멋지 감동적이 완벽하 뛰어나 참신하 흥미롭 유쾌하 따뜻하 섬세하 탄탄하 아름답 탁월하 통쾌하 뭉클하
치밀하 생생하 강렬하 인상적이 매력적이 환상적이 기발하 독창적이 사랑스럽 감미롭 웅장하 화려하 세련되 경이롭
자연스럽 빼어나 근사하 만족스럽 알차 짜릿하 황홀하 눈부시 담백하 진솔하 유익하 재치있 우아하 품격있 절묘하
흡족하 상쾌하 신선하 정교하 풍성하 깔끔하 명쾌하 노련하 애틋하 찬란하 감각적이 압도적이 입체적이 낭만적이
박진감있 설득력있 깊이있 여운있 포근하 산뜻하 비범하 출중하 수려하 능숙하 걸출하 대단하 놀랍 황금같 위대하""")
NEGATIVE = words("""
지루하 형편없 유치하 뻔하 실망스럽 어색하 답답하 엉성하 식상하 한심하 재미없 최악이 허술하 진부하 황당하 끔찍하
조잡하 억지스럽 산만하 난해하 밋밋하 싱겁 따분하 불쾌하 허무하 어설프 쓸데없 부자연스럽 무성의하 촌스럽 민망하
역겹 단조롭 빈약하 무미건조하 느슨하 엉망이 졸작이 시시하 썰렁하 맥없 성의없 괴롭 피곤하 저급하 천박하 난잡하
거북하 조악하 구태의연하 졸렬하 미흡하 우스꽝스럽 터무니없 뜬금없 장황하 허접하 얄팍하 공허하 서투르 무의미하
작위적이 평면적이 상투적이 가식적이 개연성없 두서없 볼품없 처참하 참담하 불편하 지겹 쓰레기같 심란하""")
ASPECTS = words("""
연기 연출 대사 음악 영상 줄거리 결말 각본 전개 편집 배경 주제 캐릭터 분위기 촬영 의상 조명 효과음 반전 구성
초반부 후반부 액션 장면 주인공 악역 조연 감독 시나리오 자막 화면 설정 노래 특수효과 로맨스 유머""")
OPENINGS = phrases("""
어제 극장에서 봤는데 | 친구랑 같이 봤는데 | 기대 없이 봤는데 | 주말에 혼자 봤는데 | 가족과 함께 봤는데
비행기에서 봤는데 | 개봉 첫날 봤는데 | 예고편만 보고 갔는데 | 원작을 읽고 봤는데 | 조카랑 봤는데
다시 찾아서 봤는데 | 늦은 밤에 봤는데 | 시사회에서 봤는데 | 텔레비전으로 봤는데""")
ADVERBS = ("정말", "너무", "참", "매우", "아주", "꽤", "진짜", "상당히", "무척", "굉장히")
VERDICTS = {
    True: ("강력 추천합니다", "꼭 보세요", "또 보고 싶네요", "별 다섯 개", "만점 드립니다", "두 번 봤어요",
           "소장하고 싶네요", "시간 가는 줄 몰랐어요", "후속편도 기대돼요", "박수를 보냅니다"),
    False: ("추천 안 합니다", "보지 마세요", "돈이 아깝네요", "시간 낭비였어요", "별 반 개도 아까워요",
            "중간에 나왔어요", "환불 받고 싶네요", "보다가 잠들었어요", "다시는 안 봅니다", "하품만 나와요"),
}
ENDINGS = ("다", "네요", "더라", "더군요", "거든요", "습니다")


def review(random: Random, split: Split, positive: bool) -> str:
    """A review of one or two clauses, positive or negative on the whole."""
    shape = random.random()
    if shape < 0.25:
        text = _clause(random, split, positive, _ending(random))
    elif shape < 0.55:
        text = f"{_clause(random, split, positive, '고')} {_clause(random, split, positive, _ending(random))}"
    else:
        text = _contrast(random, split, positive)
    if random.random() < 0.3:
        text = f"{random.choice(OPENINGS)} {text}"
    if random.random() < 0.1:
        text += f". {random.choice(VERDICTS[positive])}"
    return text + random.choice(("", "", ".", "!", "...", "ㅋㅋ", "ㅠㅠ", "~"))


def unlabeled_review(random: Random) -> str:
    """A longer review whose sentences agree, as most reviews do."""
    positive = random.random() < 0.5
    sentences = []
    for _ in range(random.choice((2, 2, 3))):
        if random.random() < 0.25:
            sentences.append(_contrast(random, "unlabeled", positive))
        else:
            first = _clause(random, "unlabeled", positive, "고")
            sentences.append(f"{first} {_clause(random, 'unlabeled', positive, _ending(random))}")
    if random.random() < 0.3:
        sentences[0] = f"{random.choice(OPENINGS)} {sentences[0]}"
    if random.random() < 0.6:
        sentences.insert(random.choice((0, len(sentences))), random.choice(VERDICTS[positive]))
    return ". ".join(sentences) + random.choice((".", "!", " ...", ""))


def _contrast(random: Random, split: Split, positive: bool) -> str:
    last = _clause(random, split, positive, _ending(random))
    if random.random() < 0.3:
        return f"{_clause(random, split, not positive, _ending(random))}. 하지만 {last}"
    return f"{_clause(random, split, not positive, '지만')} {last}"


def _clause(random: Random, split: Split, positive: bool, ending: str) -> str:
    negated = random.random() < 0.25
    stem = draw(random, POSITIVE if positive != negated else NEGATIVE, split)
    subject = _with_particle(random, random.choice(ASPECTS))
    adverb = f"{random.choice(ADVERBS)} " if not negated and random.random() < 0.4 else ""
    if not negated:
        return f"{subject} {adverb}{_ended(stem, ending)}"
    if random.random() < 0.6:
        return f"{subject} {random.choice(('', '전혀 ', '별로 '))}{stem}지 {_ended('않', ending)}"
    return f"{subject} {stem}다고 할 수 {_ended('없', ending)}"


def _ending(random: Random) -> str:
    return random.choice(ENDINGS)


def _ended(stem: str, ending: str) -> str:
    """Polite -습니다 becomes -ㅂ니다 after a vowel."""
    if ending == "습니다" and not final_number(stem[-1]):
        return stem[:-1] + chr(ord(stem[-1]) + 17) + "니다"
    return stem + ending


def _with_particle(random: Random, noun: str) -> str:
    closed, open_ = random.choice((("이", "가"), ("은", "는"), ("도", "도")))
    return noun + (closed if final_number(noun[-1]) else open_)
