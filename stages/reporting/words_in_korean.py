"""Words and sentences of the report in Korean, exactly as they stand in English."""

WORDS = {
    "About": "대상", "After": "후", "Against": "비교 대상",
    "Arm": "학습 방식",
    "Baseline": "기준 모델", "Baselines": "기준 모델", "Before": "전",
    "Both": "둘 다 맞힘", "Change": "변형", "Detectable": "탐지 가능한 차이", "Difference": "차이", "Drop": "하락",
    "Dropped": "제외", "Evidence": "근거", "Finding": "진단", "Found": "진단", "Genre": "장르", "Gold": "정답 레이블",
    "Kept": "사용", "Metric": "지표",
    "Outcome": "결과",
    "Pre-trained": "사전 학습", "Precision": "정밀도", "Probability": "확률",
    "Read": "읽음", "Reason": "이유", "Recall": "재현율", "Remedy": "해결책", "Repeat a row of": "겹치는 분할",
    "Repeat an earlier row": "앞 행과 중복", "Row": "행", "Rows cut short": "잘린 행",
    "Rows with": "행의 조건", "Rows": "행", "Run": "실행", "Score": "점수",
    "Scratch": "처음부터 학습", "Seed": "시드",
    "Sentences split": "나뉜 문장", "Severity": "심각도", "Split": "분할",
    "Step of the model kept": "선택된 모델의 단계", "Steps": "단계", "Task": "작업",
    "Test set": "테스트 데이터", "Text": "글", "Tokens in all": "전체 토큰",
    "Tokens": "토큰", "Unknown tokens": "모르는 토큰", "Verdict": "판정", "Why": "이유",
    "Wrong label": "잘못된 레이블", "95 % interval": "95 % 신뢰구간", "Label": "레이블", "Type": "유형",
    "accuracy": "정확도", "Accuracy": "정확도", "Entity F1": "개체명 F1", "macro-F1": "매크로 F1",
    "entity F1": "개체명 F1", "entity precision": "개체명 정밀도",
    "entity recall": "개체명 재현율", "token accuracy": "토큰 정확도", "loss": "손실", "helps": "도움이 됨",
    "hurts": "해가 됨", "inconclusive": "결론 없음", "above scratch": "처음부터 학습보다 높음",
    "below scratch": "처음부터 학습보다 낮음", "pre-training": "사전 학습",
    "head-only tuning of the frozen encoder": "인코더를 고정하고 분류 층만 학습하는 방식",
    "partial fine-tuning of the pre-trained encoder": "사전 학습 인코더의 부분 미세 조정",
    "gradual unfreezing of the pre-trained encoder": "사전 학습 인코더의 동결을 점차 푸는 방식",
    "LoRA tuning of the pre-trained encoder": "사전 학습 인코더의 LoRA 튜닝",
    "(IA)³ tuning of the pre-trained encoder": "사전 학습 인코더의 (IA)³ 튜닝",
    "prefix tuning of the pre-trained encoder": "사전 학습 인코더의 프리픽스 튜닝",
    "Summary": "요약", "Severe findings": "심각한 진단",
    "Scores": "점수", "Training": "학습", "Data": "데이터", "Errors": "오류",
    "Training runs": "학습 실행", "What the doctor found": "진단 결과",
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
    "text": "텍스트", "second text": "둘째 텍스트",
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
    "majority class": "다수 클래스", "TF-IDF + logistic regression": "TF-IDF + 로지스틱 회귀",
    "hypothesis only, TF-IDF + logistic regression": "가설만, TF-IDF + 로지스틱 회귀",
    "most frequent tag per word": "단어별 최빈 태그",
    # changed rows
    "typos": "오타", "lower case": "소문자",
    "the words are given, there is no space to drop or add": "단어가 주어져 빼거나 더할 띄어쓰기가 없음",
    "Korean has no capital letters": "한국어에는 대문자가 없음",
    "the task has no entities": "이 작업에는 개체명이 없음",
    "the labels are no sentiments": "레이블이 감성이 아님", "the task has no premises": "이 작업에는 전제가 없음",
    # labels and steps
    "too few rows": "행이 너무 적음",
    "token_accuracy": "토큰 정확도",
    "majority": "다수 클래스", "tfidf_logistic_regression": "TF-IDF + 로지스틱 회귀",
    "hypothesis_only": "가설만, TF-IDF + 로지스틱 회귀", "most_frequent_tag": "단어별 최빈 태그",
    "test_mismatched": "테스트, mismatched", "test_xnli": "XNLI",
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
    "majority class {}": "다수 클래스 {0}", "most frequent tag per word {}": "단어별 최빈 태그 {0}",
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
    # captions
    "Before → after training, with the interval of {} after it": "학습 전 → 후, 그리고 학습 후 {0}의 구간",
    "By test set and genre: {}, mean over seeds, and difference in points (95 % interval; among many, some exclude "
    "zero by chance)":
        "테스트 데이터와 장르별: {0}의 시드 평균과 차이(%p, 95 % 신뢰구간. 여럿 가운데 몇은 우연히 0을 벗어납니다)",
    "Baselines that need no transformer, on test, and by how many points each arm is better by {} (95 % interval)":
        "트랜스포머가 필요 없는 기준 모델의 테스트 점수와, {0}에서 각 학습 방식이 몇 점 더 나은지(95 % 신뢰구간)",
    "Single runs against each other on the same rows of test, by {}; seeds play no part":
        "같은 테스트 행에서 실행끼리 비교({0}). 시드는 고려하지 않음",
    "Tokens: at most {} an input, vocabulary of {}; lengths as median / 90 % / 99 % / longest":
        "토큰: 입력마다 최대 {0}개, 어휘 {1}개. 길이는 중앙값 / 90 % / 99 % / 최장",
    "By length and label: {}, mean over seeds, and difference in points (95 % interval; among many, some exclude zero "
    "by chance)":
        "길이와 레이블별: {0}의 시드 평균과 차이(%p, 95 % 신뢰구간. 여럿 가운데 몇은 우연히 0을 벗어납니다)",
    # cells
    "{} (failed)": "{0}(실패)",
    "{#} failed": "{0} 실패",
    "{#} characters": "{0}글자", "{#} words": "단어 {0}개", "labelled {=}": "레이블 {0}",
    "more than {#}": "{0}보다 큼", "less than {#}": "{0}보다 작음",
    # how arms stand to baselines, and what qualifies a verdict
    " ({} failed)": "({0}번 실패)",
    # labels and steps
    "Runs that failed to train count here, unlike in the comparison of the arms.":
        "학습 방식 사이의 비교와 달리, 학습에 실패한 실행도 여기에는 포함됩니다.",
    # errors







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
