### 한국어. 각 문장 위의 주석은 번역한 영어 문장의 요약값이며 `python -m stages.wording.reviewed`가 씁니다.

## Everywhere

# English f818e857
joined = { JOINED($texts, " ") }
# English ad575fca
lines = { LINES($texts) }
# English e61ae111
listed = { JOINED($texts, ", ") }

## Verdicts

# English 84621a1f
verdict-overall-pretraining =
    처음부터 학습한 쪽과의 비교 { COUNT($comparisons) }개 가운데 사전 학습이 도움이 된 것은 { COUNT($helps) }개, 해가 된 것은 { COUNT($hurts) }개, 결론을 내릴 수 없는 것은 { COUNT($open) }개입니다.
# English 91a4d9fb
verdict-overall-other =
    사전 학습 인코더를 다르게 쓰는 방식과 처음부터 학습한 쪽의 비교 { COUNT($comparisons) }개 가운데 점수가 높은 것은 { COUNT($above) }개, 낮은 것은 { COUNT($below) }개, 결론을 내릴 수 없는 것은 { COUNT($open) }개입니다.

## The page: its first screen

# English d51b10ca
page-title = 사전 학습은 얼마나 도움이 될까?
# English 107a4df4
page-answer-all-help =
    작업 { COUNT($count) }개 모두에서 사전 학습이 도움이 되었습니다. 무작위 가중치에서 학습한 같은 모델보다 { POINTS($least) }~{ POINTS($most) } %p 높습니다.
# English 02d131ae
page-answer-one-helps =
    { $name }에서 사전 학습이 도움이 되었습니다. 무작위 가중치에서 학습한 같은 모델보다 { POINTS($gain) } %p 높습니다.
# English 4f3bd45e
page-answer-mixed = 사전 학습의 효과: { JOINED($clauses, "; ") }.
# English 1ddf8929
page-clause-helps = { $names }에서는 도움이 됨
# English 566ca1f9
page-clause-hurts = { $names }에서는 해가 됨
# English ac3f3eb8
page-clause-cannot_tell = { $names }에서는 결론을 내릴 수 없음
# English 87d31ba9
page-names = { JOINED($names, ", ") }
# English db07ec1c
page-several = 작업 { COUNT($count) }개
# English 51673d04
page-answer-other =
    사전 학습 인코더를 다르게 쓴 { COUNT($count) }가지 방식 가운데 처음부터 학습한 모델보다 점수가 높은 것은 { COUNT($above) }가지, 낮은 것은 { COUNT($below) }가지입니다.
# English 2f5c55fd
page-named = { $task } ({ $arm })
# English f917e8fb
page-budget = { $verdict } (이 학습 예산에서)
# English 5e694b6f
page-gain = { POINTS($difference, sign: "+") } %p
# English 88cd508e
page-interval = 95 % 신뢰구간 { POINTS($low) }~{ POINTS($high) }
# English 20dedd6d
page-gain-interval = { POINTS($difference, sign: "+") } ({ POINTS($low) }~{ POINTS($high) })
# English 670cdbbc
page-versus = { $metric } { SCORE($first) } 대 { SCORE($second) }
# English 40fcd382
page-no-finding = 의심할 점 없음
# English ff9fdcb1
page-sources = 데이터: { JOINED($sources, "; ") }.
# English 9455c0ee
page-source = { JOINED($names, ", ") } ({ $source })
# English 691de2bd
page-synthetic = 합성 표본
# English 29a2faed
page-synthetic-all =
    합성 표본: 모든 작업의 텍스트를 파이프라인이 만들었습니다. 이 수치는 파이프라인이 동작한다는 것만 보여 주며 실제 텍스트에 대해서는 아무것도 말해 주지 않습니다.
# English a880d636
page-synthetic-some =
    합성 표본: { JOINED($names, ", ") }의 텍스트를 파이프라인이 만들었습니다. 이 수치는 파이프라인이 동작한다는 것만 보여 주며 실제 텍스트에 대해서는 아무것도 말해 주지 않습니다.
# English 3c97170b
page-method =
    작업마다 구조, 토크나이저, 학습 데이터, 배치 순서, 평가가 모두 같은 모델을 두 번 학습합니다. 한 번은 사전 학습 체크포인트에서, 한 번은 무작위 가중치에서(처음부터 학습) 시작합니다. 실행마다 모델은 검증 데이터로 고르고, 테스트 데이터는 어떤 선택에도 쓰지 않습니다. 차이는 학습에 성공한 실행의 테스트 점수에서 사전 학습 − 처음부터 학습(단위 %p)입니다. 95 % 신뢰구간은 다른 시드와 다른 테스트 데이터에서 생길 변동을 포함하며, 같은 문서나 전제에 속한 데이터는 하나로 셉니다. 구간이 0을 포함하거나 이 보고서의 모든 비교에 대한 Holm 보정 뒤 p가 0.05 이상이면 “결론을 내릴 수 없음”으로 판정합니다.

## The page: what a result means

# English 9c407566
page-plain-accuracy =
    테스트 데이터({ $rows }) 1,000건 가운데 사전 학습 체크포인트에서 시작한 모델은 { COUNT($first) }건을 맞히고, 무작위 가중치에서 학습한 같은 모델은 { COUNT($second) }건을 맞힙니다.
# English 41818b65
page-plain-majority = 가장 많은 레이블로만 답해도 { COUNT($majority) }건은 맞습니다.
# English 6f326a6a
page-plain-entities =
    개체명의 경계와 유형을 모두 맞히고 없는 개체명을 만들지 않으면 점수(개체명 F1)가 1입니다. 사전 학습 체크포인트에서 시작한 모델은 { SCORE($first) }, 무작위 가중치에서 학습한 같은 모델은 { SCORE($second) }입니다.
# English 840b8f1c
page-means-helps =
    이 차이는 시드와 테스트 데이터의 우연으로 설명되지 않을 만큼 큽니다. 이 작업에서는 사전 학습이 실제로 도움이 됩니다.
# English 686af129
page-means-hurts =
    사전 학습 모델의 점수가 시드와 테스트 데이터의 우연으로 설명되지 않을 만큼 낮습니다. 이 작업에서는 사전 학습이 해가 됩니다.
# English 928ec421
page-means-above_scratch =
    사전 학습 인코더를 이렇게 쓰면 처음부터 학습한 모델보다 우연으로 설명되지 않을 만큼 점수가 높습니다.
# English a64162b5
page-means-below_scratch =
    사전 학습 인코더를 이렇게 쓰면 처음부터 학습한 모델보다 우연으로 설명되지 않을 만큼 점수가 낮습니다.
# English e8060fc5
page-plain-withheld = 다음 문제 때문에 결론을 내리지 않습니다: { JOINED($reasons, ", ") } (“주의할 점” 참고).
# English a11d52a3
page-plain-chance = 이만한 차이는 시드와 테스트 데이터의 우연으로도 생길 수 있으므로 결론을 내릴 수 없습니다.
# English 0619aeb3
page-plain-one-run = 조건마다 실행이 하나뿐이라 시드가 다르면 어떻게 될지 알 수 없으므로 방법에 대한 결론을 내릴 수 없습니다.
# English 9eebdac3
page-plain-budget = 점수가 낮은 쪽은 학습 스텝이 더 적었습니다. 학습 예산을 늘리면 결과가 달라질 수 있습니다.
# English deca2bd8
page-plain-sample = 텍스트가 합성이므로 이 결과를 실제 텍스트에 그대로 적용할 수 없습니다.

## The page: its parts

# English 2c5f3052
page-contents = 차례
# English 6193c27f
page-answer = 결론
# English c640a659
page-meaning = 결과의 뜻
# English 10c88a36
page-curves = 학습 곡선
# English e054bab2
page-change = 학습 전과 후
# English d37ef9fb
page-differs = 두 조건의 차이
# English c249988c
page-mislead = 주의할 점
# English fb6466b7
page-details = 자세한 내용
# English dc12a089
page-how = 측정 방법
# English e12f9bc8
page-all-tasks = 모든 작업을 한 표로
# English 2b9beff6
page-about = 작업, 입력과 출력, 모델
# English a50874cc
page-scores = 실행별 점수와 기준 모델
# English 569bbdbe
page-classes = 클래스별 점수
# English a346b84e
page-calibration = 확신도 보정
# English 70d76c5e
page-data = 데이터 카드
# English ed682699
page-settings = 설정
# English 2e7b9134
page-all-settings = 모든 설정
# English 852e85b4
page-versions = 버전
# English 16c23382
page-remedy = 해결책:
# English 33a81890
page-settings-alike = 초기 가중치를 빼면 두 조건의 학습 설정은 같습니다.
# English e65e682e
page-settings-differ = 두 조건에서 서로 다른 설정
# English a6fc8a48
page-setting = 설정
# English 90bf9fcf
page-agreement =
    테스트 데이터({ $rows }) { COUNT($total) }건 가운데 두 조건이 모두 맞힌 것은 { COUNT($both) }건, { $arm }만 맞힌 것은 { COUNT($first) }건, { $rival }만 맞힌 것은 { COUNT($second) }건, 둘 다 틀린 것은 { COUNT($neither) }건입니다(실행의 과반이 맞히면 맞힌 것으로 셉니다).
# English 6bfd258a
page-widest-gap =
    클래스 가운데 차이가 가장 큰 것은 { $label }입니다: F1 { SCORE($first) }({ $arm }), { SCORE($second) }({ $rival }).
# English 968ee8e3
page-change-caption = { $metric }, 시드 평균
# English e6c1c4d9
page-arm = 조건
# English 558ddac3
page-test-before = 테스트, 학습 전
# English 7a4b278c
page-test-after = 테스트, 학습 후
# English ecdf6a9b
page-train-before = 학습 데이터, 학습 전
# English 567879c8
page-train-after = 학습 데이터, 학습 후
# English 05c46df8
page-gold = 정답
# English 59fb638c
page-matrix = 정답 레이블(행)과 예측 레이블(열), 모든 시드: { $arm }
# English afdb8fcf
page-cell = { COUNT($count) } ({ PERCENT($share) })
# English c84404aa
page-bins = 확신도 구간별 테스트 예측, 모든 시드
# English 78a41f2b
page-bin = 확신도
# English eda54204
page-predictions = 예측 수, { $arm }
# English 0e835168
page-right = 정확도, { $arm }
# English b8e3a134
page-task = 작업
# English 5be0bb6b
page-verdict = 판정
# English 2a751c79
page-difference = 차이 %p (95 % 신뢰구간)
# English 4c82d530
page-both-scores = 점수 (조건 대 처음부터 학습)
# English 1bd1c015
page-worst = 가장 심각한 문제
# English 19643d62
page-page = 웹 페이지에서 보기

## The page: its controls

# English 0d2644e9
page-language-name = 한국어
# English 6f2acefc
page-language-short = 한
# English 7fa37404
page-theme = 화면 모드
# English 8b8a9a6b
page-theme-auto = 시스템 설정
# English 1671f2d8
page-theme-light = 밝게
# English daf94327
page-theme-dark = 어둡게
# English 41f20d99
page-print-details = 자세한 내용도 인쇄
# English 1f1408e2
page-skip = 결론으로 건너뛰기
# English cecfa5ad
page-link = 이 절의 링크
# English 9f9d23da
page-copy-csv = CSV로 복사
# English 960d38f1
page-copy-latex = LaTeX로 복사
