"""Words and sentences of the report in Korean, exactly as they stand in English."""

WORDS = {
    "About": "대상", "After": "후", "Against": "비교 대상", "Always arm alone": "늘 이쪽만 맞힘",
    "Always scratch alone": "늘 처음부터 학습만 맞힘", "Arm alone": "이쪽만 맞힘", "Arm": "학습 방식",
    "Baseline": "기준선", "Baselines": "기준선", "Before": "전", "Best of the other": "상대의 최고",
    "Both": "둘 다 맞힘", "Change": "변형", "Detectable": "탐지 가능한 차이", "Difference": "차이", "Drop": "하락",
    "Dropped": "제외", "Evidence": "근거", "Finding": "진단", "Found": "진단", "Genre": "장르", "Gold": "정답 레이블",
    "Its step": "그 단계", "Kept": "사용", "Kind": "종류", "Metric": "지표",
    "More than scratch drops": "처음부터 학습보다 더 하락", "Neither": "둘 다 틀림", "Outcome": "결과",
    "Pre-trained": "사전 학습", "Precision": "정밀도", "Probability": "확률", "Reached at step": "도달한 단계",
    "Read": "읽음", "Reason": "이유", "Recall": "재현율", "Remedy": "해결책", "Repeat a row of": "겹치는 분할",
    "Repeat an earlier row": "앞 행과 중복", "Row": "행", "Rows changed": "바뀐 행", "Rows cut short": "잘린 행",
    "Rows with": "행의 조건", "Rows": "행", "Run": "실행", "Same tokens": "같은 토큰", "Score": "점수",
    "Scratch alone": "처음부터 학습만 맞힘", "Scratch": "처음부터 학습", "Seed": "시드",
    "Sentences split": "나뉜 문장", "Severity": "심각도", "Split": "분할",
    "Step of the model kept": "선택된 모델의 단계", "Steps in all": "전체 단계", "Steps": "단계", "Task": "작업",
    "Test set": "테스트 데이터", "Text": "글", "Times the labels": "레이블 배수", "Tokens in all": "전체 토큰",
    "Tokens": "토큰", "Train rows": "학습 행", "Unknown tokens": "모르는 토큰", "Verdict": "판정", "Why": "이유",
    "Wrong label": "잘못된 레이블", "95 % interval": "95 % 신뢰구간", "Label": "레이블", "Type": "유형",
    "accuracy": "정확도", "Accuracy": "정확도", "Entity F1": "개체명 F1", "macro-F1": "매크로 F1",
    "entity F1": "개체명 F1", "entity precision": "개체명 정밀도",
    "entity recall": "개체명 재현율", "token accuracy": "토큰 정확도", "loss": "손실", "helps": "도움이 됨",
    "hurts": "해가 됨", "inconclusive": "알 수 없음", "above scratch": "처음부터 학습보다 높음",
    "below scratch": "처음부터 학습보다 낮음", "pre-training": "사전 학습",
    "head-only tuning of the frozen encoder": "인코더를 고정하고 분류 층만 학습하는 방식",
    "partial fine-tuning of the pre-trained encoder": "사전 학습 인코더의 부분 미세 조정",
    "gradual unfreezing of the pre-trained encoder": "사전 학습 인코더의 동결을 점차 푸는 방식",
    "LoRA tuning of the pre-trained encoder": "사전 학습 인코더의 LoRA 튜닝",
    "(IA)³ tuning of the pre-trained encoder": "사전 학습 인코더의 (IA)³ 튜닝",
    "prefix tuning of the pre-trained encoder": "사전 학습 인코더의 프리픽스 튜닝",
    "Summary": "요약", "Severe findings": "심각한 진단",
    "Scores": "점수", "Training": "학습", "Data": "데이터", "Errors": "오류", "Under stress": "변형된 글에서",
    "Labels and steps": "레이블과 단계", "Training runs": "학습 실행", "What the doctor found": "진단 결과",
    "Labels": "레이블", "Entity types": "개체명 유형", "Headline metric": "대표 지표", "Checkpoint": "체크포인트",
    "Parameters": "매개변수", "Adaptation": "추가 사전 학습", "Computed with": "계산 환경", "Source": "출처",
    "Homepage": "홈페이지", "Licence": "라이선스", "Pinned": "고정된 파일", "Files": "파일", "Read as": "읽은 방식",
    "one JSON object per line": "한 줄에 JSON 객체 하나", "columns between tabs": "탭으로 구분한 열",
    "columns between commas": "쉼표로 구분한 열", "columns between semicolons": "세미콜론으로 구분한 열",
    "columns between vertical bars": "세로줄로 구분한 열", "column names on the first line": "첫 줄은 열 이름",
    "no column names": "열 이름 없음", "quotation marks undone as in CSV": "CSV 규칙에 따라 따옴표를 풂",
    "quotation marks kept as part of the texts": "따옴표도 텍스트의 일부로 둠",
    "running numbers before the word left out": "단어 앞의 일련번호는 제외",
    "Independent test examples": "서로 독립인 테스트 단위",
    "Smallest difference that would be found in 80 % of such studies": "이런 연구의 80 %에서 찾아낼 가장 작은 차이",
    "Test rows whose text is known from train or validation": "학습이나 검증에 같은 글이 있는 테스트 행",
    "Texts of train and validation with contradictory labels": "레이블이 서로 어긋나는 학습·검증 글",
    "Headline metric on test: mean over seeds that trained (each seed), difference in points (95 % interval)":
        "테스트의 대표 지표: 학습에 성공한 시드의 평균(시드별), 차이는 %p (95 % 신뢰구간)",
    "Headline metric on test: mean over seeds (each seed), difference in points (95 % interval)":
        "테스트의 대표 지표: 시드 평균(시드별), 차이는 %p (95 % 신뢰구간)",
    "What is pre-training worth?": "사전 학습은 얼마나 도움이 되는가?",
    "Further metrics on test after training": "학습 후 테스트의 다른 지표",
    "Errors in entities on test, all seeds together": "테스트의 개체명 오류, 모든 시드 합계",
    "Gold labels (rows) and predicted ones (columns) on test, all seeds together":
        "테스트의 정답 레이블(행)과 예측 레이블(열), 모든 시드 합계",
    "SYNTHETIC SAMPLE": "합성 표본",
    # titles of tasks, splits, arms, kinds
    "text": "텍스트", "second text": "둘째 텍스트", "the other splits": "다른 분할",
    "train": "학습", "validation": "검증", "test": "테스트", "task": "작업", "XNLI": "XNLI",
    "texts": "글", "pairs": "문장 쌍", "sentences": "문장", "Texts": "글", "Pairs": "문장 쌍", "Sentences": "문장",
    "Texts used": "사용한 글", "Pairs used": "사용한 문장 쌍", "Sentences used": "사용한 문장",
    "Characters": "글자", "Words": "단어", "Korean": "한국어", "English": "영어", "p (Holm)": "p(Holm)",
    "Rows by label": "레이블별 행", "Entities by type": "유형별 개체명", "carved from train": "학습에서 떼어 냄",
    "By label on test, mean over seeds": "테스트의 레이블별 점수, 시드 평균",
    "By type on test, mean over seeds": "테스트의 개체명 유형별 점수, 시드 평균",
    "sample, written by the pipeline": "표본, 파이프라인이 직접 씀", "published files, as pinned": "고정된 공개 파일",
    "local files": "로컬 파일", "synthetic sample": "합성 표본",
    "all": "전체", "short": "짧은 글", "long": "긴 글", "never": "도달하지 못함",
    # outcomes of runs
    "finished": "끝까지 마침", "stopped early": "조기 종료", "stopped at the ceiling of train": "학습 상한에서 멈춤",
    "loss not finite": "손실이 유한하지 않음", "never better than before training": "학습 전보다 나아진 적 없음",
    # metrics, errors, tests, baselines
    "error rate": "오류율", "micro-F1": "마이크로 F1", "weighted F1": "가중 F1", "balanced accuracy": "균형 정확도",
    "Matthews correlation": "매슈스 상관 계수", "Matthews correlation of tags": "태그의 매슈스 상관 계수",
    "Brier score": "브라이어 점수", "calibration error": "보정 오차",
    "macro-F1 over types": "유형별 매크로 F1", "entity F1, strict IOB2": "개체명 F1, 엄격한 IOB2",
    "entity F1 from running text": "원문 입력 개체명 F1",
    "token accuracy without O": "O를 뺀 토큰 정확도", "wrong type": "유형 틀림", "wrong boundary": "경계 틀림",
    "both wrong": "둘 다 틀림", "where none is": "없는 개체명", "missed": "놓침",
    "McNemar's exact test": "맥니마 정확 검정", "approximate randomisation": "근사 무작위화 검정",
    "this budget": "이 예산에서",
    "majority class": "다수 레이블", "TF-IDF + logistic regression": "TF-IDF + 로지스틱 회귀",
    "hypothesis only, TF-IDF + logistic regression": "가설만, TF-IDF + 로지스틱 회귀",
    "most frequent tag per word": "단어별 최빈 태그",
    # changed rows
    "typos": "오타", "spaces dropped and added": "띄어쓰기를 빼고 더함", "lower case": "소문자", "upper case": "대문자",
    "punctuation removed": "문장 부호 제거", "names that train does not have": "학습에 없는 이름",
    "praise negated: the label is now negative": "칭찬을 부정문으로 바꿈: 이제 레이블은 negative",
    "premise removed": "전제 제거",
    "the words are given, there is no space to drop or add": "단어가 주어져 빼거나 더할 띄어쓰기가 없음",
    "Korean has no capital letters": "한국어에는 대문자가 없음",
    "the task has no entities": "이 작업에는 개체명이 없음",
    "the labels are no sentiments": "레이블이 감성이 아님", "the task has no premises": "이 작업에는 전제가 없음",
    # kinds of rows in the analysis of errors
    "wrong in all runs": "모든 실행에서 틀림", "suspected label errors": "의심되는 레이블 오류",
    # labels and steps
    "open at both ends": "양쪽 모두 열림", "at most as for the smallest size": "가장 작은 크기의 레이블로도 충분",
    "too few rows": "행이 너무 적음", "no record": "기록 없음",
    "entity f1": "개체명 F1", "token_accuracy": "토큰 정확도",
    "majority": "다수 레이블", "tfidf_logistic_regression": "TF-IDF + 로지스틱 회귀",
    "hypothesis_only": "가설만, TF-IDF + 로지스틱 회귀", "most_frequent_tag": "단어별 최빈 태그",
    "test_mismatched": "테스트, mismatched", "test_xnli": "XNLI",
    "Further test set": "추가 테스트 데이터", "Heuristic": "휴리스틱", "Lowest to highest seed": "시드 최저 ~ 최고",
    "Above scratch": "처음부터 학습 대비", "F1 by the first gold": "첫째 정답 기준 F1",
    "F1 by the second gold": "둘째 정답 기준 F1", "Errors by the first gold": "첫째 정답 기준 오류",
    "of them right by the second": "그중 둘째 정답으로는 맞음", "Errors by the second gold": "둘째 정답 기준 오류",
    "of them right by the first": "그중 첫째 정답으로는 맞음",
}
# By English ones with {} in the place of what changes, {#} in that of a number and {=} in that of a name or a word of
# the data, which stays; Korean ones say which comes where.
SENTENCES = {
    "{}, sentiment of Korean film reviews": "{0}, 한국어 영화평의 감성",
    "{}, does the premise entail the hypothesis": "{0}, 전제가 가설을 함의하는가",
    "{}, named entities in news": "{0}, 뉴스의 개체명",
    "{}, topic of a news item": "{0}, 뉴스 기사의 주제",
    "{} [SYNTHETIC SAMPLE]": "{0} [합성 표본]",
    "{=} from the column {=}": "{0} 값은 {1} 열에서 읽음", "class numbers {=}": "클래스 번호 {0}",
    "word from column {#} and tag from column {#} of {#}": "단어는 {0}열, 태그는 {1}열(모두 {2}열)",
    "label numbers named by {=}": "레이블 번호의 이름은 {0}에 따름",
    "label numbers as {=} declares them: {=}": "레이블 번호는 {0}의 선언에 따름: {1}",
    "pre-trained, {=}": "사전 학습, {0}",
    "{} (synthetic sample)": "{0}(합성 표본)", "{}: loss": "{0}: 손실", "{}: {} on validation": "{0}: 검증 {1}",
    "{}: how sure and how right": "{0}: 확신도와 정확도",
    "{}: {} on test over train rows": "{0}: 학습 행에 따른 테스트 {1}",
    "test, {=}": "테스트, {0}",
    "Settings, {}": "설정, {0}",
    "{}: one label for a text, {}": "{0}: 글 하나에 레이블 하나, {1}",
    "{}: one label for a pair of texts, {}": "{0}: 글 두 개에 레이블 하나, {1}",
    "{}: one tag for each word; tags make up entities, {}": "{0}: 단어마다 태그 하나, 태그가 모여 개체명이 됨, {1}",
    "{#} points ({})": "{0}점({1})",
    "{#}, all trained": "{0}개, 모두 학습",
    "{#}, {#} trained": "{0}개, 그중 {1}개 학습",
    "train {}, validation {}, test {}": "학습 {0}, 검증 {1}, 테스트 {2}",
    "train {#} ({#} %)": "학습 {0}({1} %)",
    "validation {#} ({#} %)": "검증 {0}({1} %)",
    "test {#} ({#} %)": "테스트 {0}({1} %)",
    "{#} empty text": "빈 글 {0}", "{#} no gold label": "정답 레이블 없음 {0}",
    "{#} excluded by id": "id로 제외 {0}", "{#} beyond validation_size": "validation_size를 넘음 {0}",
    "{#} beyond test_size": "test_size를 넘음 {0}", "{#} documents or premises": "문서나 전제 {0}개",
    "majority class {}": "다수 레이블 {0}", "most frequent tag per word {}": "단어별 최빈 태그 {0}",
    "TF-IDF + logistic regression {}": "TF-IDF + 로지스틱 회귀 {0}",
    "hypothesis only, TF-IDF + logistic regression {}": "가설만, TF-IDF + 로지스틱 회귀 {0}",
    "{#} ({#} %) texts": "글 {0}개({1} %)", "{#} ({#} %) pairs": "문장 쌍 {0}개({1} %)",
    "{#} ({#} %) sentences": "문장 {0}개({1} %)",
    "{#} texts": "글 {0}개", "{#} pairs": "문장 쌍 {0}개", "{#} sentences": "문장 {0}개",
    "{=}, {#} bytes, SHA-256 {=}": "{0}, {1}바이트, SHA-256 {2}",
    "masked words of {}; loss {} in nats": "{0}(으)로 마스킹 언어 모델 학습. 손실 {1}(내트)",
    "masked words of {}; loss {} in nats, from a new head":
        "{0}(으)로 마스킹 언어 모델 학습. 손실 {1}(내트), 새 출력층에서 시작",
    "{#} texts of train": "학습 글 {0}개", "{#} lines of {}": "{1}의 {0}줄",
    "{#} texts of train, without {} that repeat one of validation or test":
        "학습 글 {0}개(검증이나 테스트와 같은 {1}개는 빼고)",
    "{#} lines of {}, without {} that repeat one of validation or test":
        "{1}의 {0}줄(검증이나 테스트와 같은 {2}줄은 빼고)",
    "of the genre {=}": "장르 {0}의 글",
    # captions
    "Before → after training, with the interval of {} after it": "학습 전 → 후, 그리고 학습 후 {0}의 구간",
    "By test set and genre: {}, mean over seeds, and difference in points (95 % interval; among many, some exclude "
    "zero by chance)":
        "테스트 데이터와 장르별: {0}의 시드 평균과 차이(%p, 95 % 신뢰구간. 여럿 가운데 몇은 우연히 0을 벗어납니다)",
    "Baselines that need no transformer, on test, and by how many points each arm is better by {} (95 % interval)":
        "트랜스포머가 필요 없는 기준선의 테스트 점수와, {0}에서 각 학습 방식이 몇 점 더 나은지(95 % 신뢰구간)",
    "Single runs against each other on the same rows of test, by {}; seeds play no part":
        "같은 테스트 행에서 실행끼리 비교({0}). 시드는 고려하지 않음",
    "Tokens: at most {} an input, vocabulary of {}; lengths as median / 90 % / 99 % / longest":
        "토큰: 입력마다 최대 {0}개, 어휘 {1}개. 길이는 중앙값 / 90 % / 99 % / 최장",
    "By train rows: {} on test, mean over seeds (95 % interval), and how many times the labels scratch needs to match "
    "pre-training at these rows":
        "학습 행 수별: 테스트의 {0}, 시드 평균(95 % 신뢰구간), 그리고 그 행 수로 미세 조정한 사전 학습 모델을 "
        "따라잡는 데 처음부터 학습한 모델에 필요한 레이블의 배수",
    "Steps to the best {} on validation that the other arm reaches with the same seed":
        "같은 시드의 상대가 검증에서 이른 최고 {0}까지 걸린 단계",
    "{} on changed rows of test, mean over seeds": "바뀐 테스트 행의 {0}, 시드 평균",
    "{} of test that are right in more than half of the runs, with p by {} on these rows alone; "
    "“always” is right in all runs of one arm and in none of the other":
        "실행의 절반 넘게 맞힌 테스트 {0}. p는 이 행들만의 검정({1})이며, “늘”은 한쪽의 모든 실행이 맞히고 "
        "다른 쪽은 한 번도 맞히지 못한 것",
    "By length and label: {}, mean over seeds, and difference in points (95 % interval; among many, some exclude zero "
    "by chance)":
        "길이와 레이블별: {0}의 시드 평균과 차이(%p, 95 % 신뢰구간. 여럿 가운데 몇은 우연히 0을 벗어납니다)",
    "Single rows, at most {} of a kind (more in {}), with the most probable wrong label of those who were wrong and "
    "its mean probability":
        "개별 행, 종류마다 최대 {0}개({1}에 더 있음). 틀린 쪽이 가장 그럴듯하다고 본 잘못된 레이블과 그 평균 확률",
    # cells
    "{} (failed)": "{0}(실패)",
    "{#} failed": "{0} 실패",
    "{#} characters": "{0}글자", "{#} words": "단어 {0}개", "labelled {=}": "레이블 {0}",
    "has type {=}": "유형 {0} 있음",
    "most confident errors, {}": "가장 확신한 오류, {0}",
    "always right for {} alone": "{0}만 늘 맞힘",
    "always right for scratch alone, not {}": "처음부터 학습만 늘 맞힘({0}: 틀림)",
    "more than {#}": "{0}보다 큼", "less than {#}": "{0}보다 작음",
    # how arms stand to baselines, and what qualifies a verdict
    "Every arm beats every baseline; the best baseline is “{}” ({}).":
        "모든 학습 방식이 모든 기준선보다 낫습니다. 기준선 가운데 최고는 “{0}”({1})입니다.",
    "Every run beats every baseline; the best baseline is “{}” ({}).":
        "모든 실행이 모든 기준선보다 낫습니다. 기준선 가운데 최고는 “{0}”({1})입니다.",
    "The {} model ({} {#}) scores below the baseline {}.":
        "{0} 모델({1} {2})의 점수가 다음 기준선보다 낮습니다: {3}.",
    "The difference between the {} model ({} {#}) and the baseline {} is inconclusive.":
        "{0} 모델({1} {2})과 다음 기준선의 차이는 결론을 내릴 수 없습니다: {3}.",
    "The {} model ({} {#}) scores below the baselines {}.":
        "{0} 모델({1} {2})의 점수가 다음 기준선들보다 낮습니다: {3}.",
    "The difference between the {} model ({} {#}) and the baselines {} is inconclusive.":
        "{0} 모델({1} {2})과 다음 기준선들의 차이는 결론을 내릴 수 없습니다: {3}.",
    "The {} run ({} {#}) scores below the baseline {}.":
        "{0} 실행({1} {2})의 점수가 다음 기준선보다 낮습니다: {3}.",
    "The difference between the {} run ({} {#}) and the baseline {} is inconclusive.":
        "{0} 실행({1} {2})과 다음 기준선의 차이는 결론을 내릴 수 없습니다: {3}.",
    "The {} run ({} {#}) scores below the baselines {}.":
        "{0} 실행({1} {2})의 점수가 다음 기준선들보다 낮습니다: {3}.",
    "The difference between the {} run ({} {#}) and the baselines {} is inconclusive.":
        "{0} 실행({1} {2})과 다음 기준선들의 차이는 결론을 내릴 수 없습니다: {3}.",
    "A search on the validation set chose the settings of both arms, with equally many tries: {} for the pre-trained "
    "encoder{} and {} for scratch{}.":
        "양쪽의 학습 설정은 검증만 보는 탐색이 같은 횟수의 시도에서 골랐습니다: 사전 학습 인코더 {0}번{1}, "
        "처음부터 학습 {2}번{3}.",
    " ({} failed)": "({0}번 실패)",
    "The checkpoint {=} was pre-trained on the synthetic sample text, so it is not comparable to published encoders.":
        "체크포인트 {0}: 합성 표본으로 사전 학습되었으므로, 공개된 인코더에 대해서는 아무것도 말해 주지 않습니다.",
    "The encoder was adapted to the text of all {} training rows, but every arm learns from the labels of only {}.":
        "인코더는 학습 행 {0}개 모두의 글로 더 사전 학습되었지만, 모든 학습 방식은 {1}개의 레이블에서만 배웁니다.",
    "The runs were computed in {} different numeric settings (see “Computed with”), which may explain part of their "
    "differences; rerun the older ones to be sure.":
        "실행들이 서로 다른 수치 환경 {0}가지에서 계산되어(“계산 환경” 참고) 차이의 일부가 거기서 왔을 수 있습니다. "
        "확실히 하려면 오래된 실행을 다시 하십시오.",
    "The spread between seeds is estimated from {} runs per arm; {} or more would give a narrower and more reliable "
    "interval.":
        "시드 사이의 변동을 학습 방식마다 실행 {0}번으로 추정했습니다. {1}번 이상이면 구간이 더 좁고 확실해집니다.",
    "An entity counts as found only if its first word, last word and type are all correct. Token accuracy is shown "
    "because it is often quoted, but it is inflated: it counts every word, and most words are O, outside any "
    "entity.{}":
        "개체명은 첫 단어, 끝 단어, 유형이 모두 맞아야 찾은 것으로 셉니다. 토큰 정확도는 흔히 인용되므로 나란히 적지만 "
        "부풀려진 값입니다. 모든 단어를 세는데, 단어 대부분은 개체명 밖의 O이기 때문입니다.{0}",
    "Texts that are given to `predict` or to an exported model come without words. For “{}” every test sentence is "
    "written as running text, split into words as `predict` does, and entities are compared by characters: {} for the "
    "{} model, against {} on the words of the corpus.":
        "`predict`나 내보낸 모델에 주는 텍스트는 단어로 나뉘어 있지 않습니다. “{0}”은 테스트 문장을 원문처럼 이어 쓴 "
        "뒤 `predict`와 같은 방식으로 단어로 나누어 예측하고, 개체명을 글자 위치로 비교한 값입니다. {2} 모델은 {1}, "
        "말뭉치의 단어를 그대로 주면 {3}입니다.",
    " The baseline “{}” has a token accuracy of {} with an entity F1 of {}. A scorer that also counts padding and "
    "sub-words would report {} for the {} model: not a result, but a warning against such figures.":
        " 기준선 “{0}”의 토큰 정확도는 {1}인데 개체명 F1은 {2}입니다. 패딩과 서브워드까지 세는 채점기라면 {4} "
        "모델의 값이 {3}입니다. 이것은 결과가 아니라 그런 숫자에 대한 경고입니다.",
    # labels and steps
    "Between the train sizes, the logarithm of scratch's error is assumed to be straight over that of the rows; the "
    "interval also holds curves that bend as far as the neighbouring sizes suggest, and runs from the first to the "
    "last time that a falling curve has the score.":
        "학습 데이터 크기 사이에서는 처음부터 학습한 모델의 오차의 로그가 데이터 수의 로그에 대해 직선이라고 "
        "가정합니다. 구간은 이웃한 크기들이 보이는 만큼 휘는 곡선도 포함하며, 곡선이 떨어지면 그 점수에 처음 이른 "
        "때부터 마지막으로 이른 때까지입니다.",
    "The label multiplier is withheld: {}.": "레이블 배수의 판정을 보류했습니다: {0}.",
    "The run of {} with seed {} on {} train rows failed, and is left out of the mean: {}.":
        "{0}, 시드 {1}, 학습 행 {2}개의 실행은 학습에 실패하여 평균에서 제외했습니다: {3}.",
    "The run of {} with seed {} on {} train rows failed, and is counted all the same, as no other seed trained: {}.":
        "{0}, 시드 {1}, 학습 행 {2}개의 실행은 학습에 실패했지만, 성공한 시드가 없어 평균에 포함했습니다: {3}.",
    "Runs that failed to train count here, unlike in the comparison of the arms.":
        "학습 방식 사이의 비교와 달리, 학습에 실패한 실행도 여기에는 포함됩니다.",
    "its model is at chance on validation": "모델이 검증에서 우연 수준",
    "one seed does not show the spread between seeds, which the intervals leave out":
        "시드 하나로는 시드 사이의 변동을 알 수 없어, 신뢰구간에 그 변동이 빠져 있습니다",
    "a single {} run trained on {} train rows, and the interval there leaves out the spread between seeds":
        "학습 데이터 {1}건에서 학습에 성공한 {0} 실행이 하나뿐이어서, 그 신뢰구간에 시드 사이의 변동이 빠져 있습니다",
    "No further point here: {} train rows, since the task trains on {}.":
        "학습 행 {0}개에는 학습 곡선의 점이 따로 없습니다. 이 작업은 {1}개로 학습하기 때문입니다.",
    "No further points here: {} train rows, since the task trains on {}.":
        "학습 행 {0}개에는 학습 곡선의 점들이 따로 없습니다. 이 작업은 {1}개로 학습하기 때문입니다.",
    "Not reached within {}: scratch needs more than {} times the labels to match {} at {} (95 % interval: {}).":
        "{0} 안에서는 이르지 못했습니다: {3}에서 {2}을 따라잡으려면 처음부터 학습한 모델에는 레이블이 {1}배보다 많이 "
        "필요합니다(95 % 신뢰구간: {4}).",
    "Whether scratch matches {} at {} within {} is inconclusive: not in these runs (95 % interval: {}).":
        "처음부터 학습한 모델이 {2} 안에서 {1}의 {0}을 따라잡는지는 결론을 내릴 수 없습니다: 이 실행들에서는 따라잡지 "
        "못했습니다(95 % 신뢰구간: {3}).",
    "Whether scratch matches {} at {} within {} is inconclusive: not in these runs, and it needs at least {} times the "
    "labels (95 % interval: {}).":
        "처음부터 학습한 모델이 {2} 안에서 {1}의 {0}을 따라잡는지는 결론을 내릴 수 없습니다: 이 실행들에서는 따라잡지 "
        "못했고, 레이블이 최소 {3}배 필요합니다(95 % 신뢰구간: {4}).",
    "Whether scratch needs more labels than {} is inconclusive: at {}, the smallest size, it is as good or better in "
    "these runs (95 % interval of the multiple: {}).":
        "처음부터 학습한 모델에 {0}보다 레이블이 더 필요한지는 결론을 내릴 수 없습니다: 이 실행들에서는 가장 작은 "
        "크기인 {1}에서 같거나 더 낫습니다(배수의 95 % 신뢰구간: {2}).",
    "Scratch needs no more labels than {}: at {}, the smallest size, it is as good or better (95 % interval of the "
    "multiple: {}).":
        "처음부터 학습한 모델에 {0}보다 레이블이 더 필요하지 않습니다: 가장 작은 크기인 {1}에서 같거나 더 낫습니다"
        "(배수의 95 % 신뢰구간: {2}).",
    "Scratch needs {} times the labels to match {} at {} (95 % interval: {}).":
        "{2}에서 {1}을 따라잡으려면 처음부터 학습한 모델에는 레이블이 {0}배 필요합니다(95 % 신뢰구간: {3}).",
    "On validation, the {} run reaches the best {} of scratch {}; scratch reaches that of the {} one {}. A step is "
    "that of the evaluation that shows it, so it may have come earlier.":
        "검증에서 {0} 실행이 처음부터 학습의 최고 {1}에 이른 때: {2}. 처음부터 학습이 {3} 쪽의 최고에 이른 때: {4}. "
        "단계는 그것을 보인 평가의 단계이므로, 실제로는 더 일렀을 수 있습니다.",
    "never, in {} steps": "없음({0}단계 동안)",
    "at step {} in the median over seeds ({}), where the other had it at {}":
        "시드 중앙값으로 {0}단계({1}), 상대는 {2}단계",
    "never in the median over seeds ({}), where the other had it at {}":
        "시드 중앙값으로는 없음({0}), 상대는 {1}단계",
    # changed rows
    "Trained models on changed rows: every transformation was offered rows of test until it had changed enough. "
    "Scores before and after are of the rows that it changed alone, so a row that stayed as it was counts neither for "
    "nor against a model. “Same tokens” are changed rows that the tokenizer cannot tell from the unchanged ones. A "
    "drop is the score before minus that after, in points with a 95 % interval, paired by row and run; among many, "
    "some exclude zero by chance.":
        "학습된 모델을 바꾼 행으로 평가했습니다. 변형마다 충분히 바꿀 때까지 테스트 행을 차례로 주었습니다. 전과 후의 "
        "점수는 바뀐 행만의 것이므로, 그대로인 행은 모델에 이롭지도 해롭지도 않습니다. “같은 토큰”은 토크나이저가 "
        "바뀌기 전과 구별하지 못하는 행입니다. 하락은 전의 점수 빼기 후의 점수이며 단위는 점, 행과 실행으로 짝지은 "
        "95 % 신뢰구간과 함께 적습니다. 여럿 가운데 몇은 우연히 0을 벗어납니다.",
    "Without the premise nothing about entailment can be known: what is above chance was told by the hypothesis alone, "
    "and a small drop is no merit.":
        "전제가 없으면 함의를 알 수 없습니다. 우연보다 높은 만큼은 가설만 보고 맞힌 것이므로, 하락이 작은 것은 장점이 "
        "아닙니다.",
    "Without the premise nothing about entailment can be known: what is above chance was told by the hypothesis alone, "
    "and a small drop is no merit. One label for all rows of test would score {}.":
        "전제가 없으면 함의를 알 수 없습니다. 우연보다 높은 만큼은 가설만 보고 맞힌 것이므로, 하락이 작은 것은 장점이 "
        "아닙니다. 가장 흔한 레이블만 답하면 {0}입니다.",
    "Only statements of praise that a rule can soundly negate are negated, and after it count as negative: all of "
    "these rows are positive before and negative after, so a model that always answers “positive” falls from 1 to 0.":
        "규칙으로 확실히 부정문이 되는 칭찬만 바꾸며, 그 뒤에는 negative로 셉니다. 이 행들은 모두 전에는 positive, "
        "후에는 negative이므로 늘 “positive”라고 답하는 모델은 1에서 0으로 떨어집니다.",
    "Left out: {}.": "제외: {0}.",
    # errors
    "{#} ({#} %) of the {} of test are wrong in all {#} runs of all arms.":
        "테스트 {2} {0}개({1} %)는 모든 학습 방식의 실행 {3}번에서 모두 틀렸습니다.",
    "A sentence is right when all of its entities are found and no other is; the word that is named is the one to "
    "which a wrong tag was given the most probability.":
        "문장은 개체명을 모두 찾고 다른 것은 찾지 않았을 때 맞은 것입니다. 적힌 단어는 잘못된 태그에 가장 큰 확률을 준 "
        "단어입니다.",
    "At most about {#} of the gold labels seem to be wrong, if the models are "
    "equally calibrated on all rows, and {} have one that is more probably wrong than right: the models contradict it "
    "where, calibrated on the same rows, they are hardly ever mistaken. Errors with which all models are confident "
    "count, too; read the rows before correcting any.":
        "모델이 모든 행에서 똑같이 잘 보정되어 있다면 정답 레이블 가운데 많아야 약 {0}가 틀린 것으로 보이며, "
        "{1}에는 맞기보다 틀렸을 확률이 높은 레이블이 있습니다. "
        "같은 데이터로 보정했을 때 거의 틀리지 않는 확신으로 모델들이 그 레이블과 다르게 답합니다. 모든 모델이 "
        "확신하며 함께 틀린 것도 들어 있으니, 고치기 전에 읽어 보십시오.",
    "At most about {#} of the gold labels of words that look like names seem to be wrong, if the models are "
    "equally calibrated on all rows, and {} have one that is more probably wrong than right: the models contradict it "
    "where, calibrated on the same rows, they are hardly ever mistaken. Errors with which all models are confident "
    "count, too; read the rows before correcting any.":
        "모델이 모든 행에서 똑같이 잘 보정되어 있다면 개체명으로 보이는 단어의 정답 레이블 가운데 많아야 약 {0}가 "
        "틀린 것으로 보이며, {1}에는 맞기보다 틀렸을 확률이 높은 "
        "레이블이 있습니다. 같은 "
        "데이터로 보정했을 때 거의 틀리지 않는 확신으로 모델들이 그 레이블과 다르게 답합니다. 모든 모델이 확신하며 "
        "함께 틀린 것도 들어 있으니, 고치기 전에 읽어 보십시오.",
    "No gold label is suspected to be wrong: where the models contradict labels, they are not confident enough to be "
    "believed.":
        "틀린 것으로 의심되는 정답 레이블이 없습니다. 모델들이 레이블과 다르게 답한 곳에서 그 확신이 충분하지 "
        "않습니다.",
    "Most words in the sample's training rows come from one third of the words in its validation and test rows; the "
    "rest can be learned from pre-training alone.":
        "표본의 학습 데이터에 나오는 단어는 대부분 검증과 테스트가 쓰는 단어의 3분의 1에서 뽑은 것이며, 나머지는 사전 "
        "학습으로만 알 수 있습니다.",
    "Texts are not shown, since the corpus's terms may forbid to publish them; error_analysis.publish_texts in "
    "params.yaml shows them.":
        "말뭉치의 이용 조건이 공개를 금할 수 있어 글은 보이지 않습니다. params.yaml의 error_analysis.publish_texts를 "
        "켜면 보입니다.",
    # further test sets
    "The trained models of this task on {#} rows of another test set. It chose nothing, and no verdict is based on it; "
    "among many parts, some intervals exclude zero by chance.":
        "이 작업에서 학습한 모델을 다른 테스트 데이터 {0}건에 적용했습니다. 이 데이터는 어떤 선택에도 쓰지 않았고 "
        "판정의 근거도 아닙니다. 부분이 많으면 우연히 0을 포함하지 않는 구간도 생깁니다.",
    "The trained models of this task on {#} test sentences of this task, tagged by a second gold standard. It chose "
    "nothing, and no verdict is based on it; among many parts, some intervals exclude zero by chance.":
        "이 작업의 테스트 문장 {0}개를 둘째 정답으로 다시 채점했습니다. 이 정답은 어떤 선택에도 쓰지 않았고 "
        "판정의 근거도 아닙니다. 부분이 많으면 우연히 0을 포함하지 않는 구간도 생깁니다.",
    "What a model predicts counts by its name: {=}.": "모델의 예측은 레이블 이름에 따라 다음과 같이 셉니다. {0}",
    "{} of its rows are training rows, too.": "그중 {0}건은 학습 데이터에도 있습니다.",
    "Each arm has one seed. Seeds that score alike on the task's own test set can differ by tens of points on another "
    "one, so these scores say nothing about the recipe; set more `seeds`.":
        "학습 방식마다 시드가 하나뿐입니다. 원래 테스트 데이터에서 점수가 같은 시드도 다른 테스트 데이터에서는 "
        "수십 %p씩 다를 수 있으므로 이 점수로는 학습 방식을 평가할 수 없습니다. `seeds`를 늘리십시오.",
    "Seeds of one arm differ by up to {#} points (standard deviation) in one part; a single seed would say little.":
        "한 학습 방식의 시드별 점수는 부분에 따라 표준편차가 최대 {0} %p입니다. 시드 하나로는 알 수 있는 것이 "
        "거의 없습니다.",
    "{} on {=}, mean over seeds": "{1} {0}, 시드 평균",
    "Errors by both gold standards, per run; the first scores {#} by the second, of which {#} entities do not fit the "
    "words of the test set":
        "두 정답 기준의 오류 수(실행당). 첫째 정답 자체를 둘째 정답으로 채점하면 {0}이며, 둘째 정답의 개체명 {1}개는 "
        "테스트 데이터의 단어와 맞지 않습니다",
}
# Words that stand on charts alone; in tables they may be a label.
ON_CHARTS = {
    "arm": "학습 방식", "seed": "시드", "at": "위치", "value": "값", "step": "단계", "confidence": "확신도",
    "comparison": "비교", "difference": "차이", "interval": "구간", "verdict": "판정", "rows": "행", "mean": "평균",
    "low": "아래 끝", "high": "위 끝", "train rows": "학습 행", "train batches": "학습 배치",
    "cross-entropy in nats": "교차 엔트로피(내트)", "rings: the models kept": "고리: 선택된 모델",
    "diagonal: as right as sure": "대각선: 확신도만큼 맞힘",
    "points; right of zero, pre-training is better": "점, 0의 오른쪽은 사전 학습이 더 나음",
    "Pre-trained minus scratch, with 95 % intervals": "사전 학습 − 처음부터 학습, 95 % 신뢰구간",
}
