### 한국어. 메시지 위의 주석은 번역한 영어의 요약값이며 `python -m stages.wording.reviewed`가 적습니다.

## Everywhere

# English f818e857
joined = { JOINED($texts, " ") }
# English ad575fca
lines = { LINES($texts) }
# English e61ae111
listed = { JOINED($texts, ", ") }
# English 4ac1a3e8
places = { JOINED($names, " / ") }
# English 40a2da73
reasons = { JOINED($reasons, ". ") }
# English 501a30e1
reason = { $finding }: { $evidence }
# English 322bd6e3
difference-with-interval = { POINTS($difference, $low, $high, sign: "+") } ({ POINTS($low, $difference, $high) } ~ { POINTS($high, $difference, $low) })
# English 3235c3b2
difference-of-few = { POINTS($difference, sign: "+") } (데이터가 너무 적음)

## Names: splits, before the rows

# English fb0c8d93
split-train = 학습
# English dbc63c8e
split-validation = 검증
# English 725d4fc6
split-test = 테스트
# English bffdd601
split-test_xnli = XNLI
# English 0ccb5ec4
split-held_out = 검증·테스트
# English a96fc016
split-task = 작업 전체
# English c4500032
named-test-set =
    테스트, { $name ->
        [mismatched] mismatched(학습에 없는 장르)
       *[other] { $name }
    }

## Names: rows of a task

# English f76226ce
rows-single = 텍스트
# English 57282813
rows-pair = 문장 쌍
# English 15549283
rows-words = 문장

## Names: metrics

# English 72c85baf
metric-accuracy = 정확도
# English 6df554bf
metric-macro_f1 = 매크로 F1
# English edbf4bbd
metric-entity_f1 = 개체명 F1
# English bae93f72
metric-delivered_entity_f1 = 원문 입력 개체명 F1
# English a6634912
metric-entity_precision = 개체명 정밀도
# English 20b48ce3
metric-entity_recall = 개체명 재현율
# English 983d9103
metric-token_accuracy = 토큰 정확도
# English b8a51792
metric-loss = 손실
# English 13329edc
metric-error_rate = 오류율
# English 33f5c3c9
metric-micro_f1 = 마이크로 F1
# English aac2c92e
metric-weighted_f1 = 가중 F1
# English cf7dd12c
metric-balanced_accuracy = 균형 정확도
# English 8a677612
metric-mcc = 매슈스 상관 계수
# English 8c755abb
metric-entity_macro_f1 = 유형별 매크로 F1
# English 7d152d3e
metric-strict_entity_f1 = 개체명 F1, 엄격한 IOB2
# English 921faae7
metric-token_accuracy_without_o = O를 뺀 토큰 정확도
# English 8c573834
metric-token_mcc = 태그의 매슈스 상관 계수
# English 163275ad
metric-brier_score = 브라이어 점수
# English 852408af
metric-calibration_error = 확률 보정 오차
# English 25c29e00
metric-inflated_token_accuracy = 패딩까지 센 토큰 정확도

## Names: baselines

# English fb978dd8
baseline-majority = 다수 클래스만
# English e164e1b2
baseline-tfidf_logistic_regression = TF-IDF + 로지스틱 회귀
# English 5dc7fd14
baseline-hypothesis_only = 전제 없이 가설만, TF-IDF + 로지스틱 회귀
# English 7d539278
baseline-most_frequent_tag = 단어별 최빈 태그
# English 49b22d7b
baseline-embeddings_logistic_regression = 고정한 사전 학습 인코더 + 로지스틱 회귀

## Names: arms, and what is compared

# English ba316a39
arm-pretrained = 사전 학습
# English 822d37b5
arm-adapted = 추가 사전 학습
# English 48406673
arm-in_context = 문맥 내 학습
# English 2e464392
arm-scratch = 처음부터 학습
# English 97ac47b6
arm-tuned = { $arm }, { $tuning }
# English 1d621d7b
tuning-name =
    { $tuning ->
        [full] 미세 조정
        [head] 분류 헤드만
        [partial] 부분 미세 조정
        [gradual] 점진적 동결 해제
        [lora] LoRA
        [ia3] (IA)³
        [prefix] 프리픽스
        [setfit] SetFit
       *[other] { $tuning }
    }
# English 74db0b1d
arm-pretrained-model = 사전 학습 인코더
# English 40732015
arm-pretrained-treatment = 사전 학습
# English d1afe31f
arm-adapted-treatment = 작업 텍스트로 추가 사전 학습까지 한 사전 학습
# English c452c4d7
arm-adapted-further = 작업 텍스트를 쓴 추가 사전 학습
# English 43cc2fbc
arm-in_context-treatment = 언어 모델 프롬프팅
# English cf8890b5
arm-in_context-further = 미세 조정 대신 언어 모델 프롬프팅
# English fed6d404
treatment-training = “{ $arm }” 학습
# English 7353f89e
treatment-of-arm = { $treatment }({ $arm })
# English dd4cc9b3
arm-pretrained-rival = 그렇게 하지 않으면
# English 4cb8509b
arm-adapted-rival = 추가 사전 학습으로
# English eb2a9ab5
arm-pretrained-further = 작업 텍스트 밖의 말뭉치까지 쓴 사전 학습
# English ed9aee96
arm-self_pretrained = 자체 사전 학습
# English ba235db7
arm-self_pretrained-treatment = 작업 텍스트만 쓴 사전 학습
# English 18d724d7
arm-self_pretrained-rival = 자체 사전 학습으로
# English 0b608a6a
arm-in_context-rival = 프롬프팅에서는
# English a3de3576
arm-scratch-rival = 무작위 가중치에서는
# English dc219440
rival-arm = “{ $arm }”에서는
# English a1faebfb
arm-distilled = 증류
# English d2fee420
arm-distilled-treatment = 미세 조정 모델을 무작위 가중치의 학생 모델로 증류하는 방식
# English 75b1bfce
arm-distilled-further = 미세 조정 모델을 증류한 학생 모델로 바꾸는 것
# English e1f99e97
arm-distilled-rival = 증류로는
# English 2ecf6fe6
way-full = 사전 학습 인코더의 미세 조정
# English 4fa1c56b
way-head = 인코더를 고정하고 분류 헤드만 학습하는 방식
# English c39499e1
way-partial = 사전 학습 인코더의 부분 미세 조정
# English d4bf73ea
way-gradual = 사전 학습 인코더의 동결을 점차 푸는 방식
# English 20e91c80
way-lora = 사전 학습 인코더의 LoRA 튜닝
# English 663581d2
way-ia3 = 사전 학습 인코더의 (IA)³ 튜닝
# English ad4a887c
way-prefix = 사전 학습 인코더의 프리픽스 튜닝
# English b9814868
way-setfit = 사전 학습 인코더의 SetFit 튜닝
# English 14594e94
recipe-of-way = { $way }({ $recipe })

## Terminal

# English 5b3772d5
terminal-column-task = { page-task }
# English 382ac9f3
terminal-column-verdict = { page-verdict }
# English bf93f1bf
terminal-column-difference = { column-difference }
# English 96e53b66
terminal-column-pretrained = 사전 학습
# English 8e708f60
terminal-column-scratch = 처음부터
# English 72800b05
terminal-column-metric = { column-metric }
# English 42ac6304
terminal-column-finding = 가장 큰 문제
# English 45ef31c9
terminal-worst =
    { $severity }: { $finding }{ $more ->
        [0] { "" }
       *[other] { " " }외 문제 { COUNT($more) }건
    }
# English 739b1604
terminal-report = 보고서
# English 497296f2
terminal-legend = 점수: 테스트 데이터, { $seeds } 평균. 차이: 사전 학습 − 처음부터 학습, %p (95 % 신뢰구간).
# English 87b60fdc
terminal-one-run = 학습에 성공한 실행이 하나뿐인 방식이 있는 비교의 신뢰구간은 테스트 데이터의 변동만 반영하므로, 다른 시드에서도 그런지는 결론을 내릴 수 없습니다.
# English 1ce70520
terminal-synthetic = 합성 표본({ LIST($tasks) }): 파이프라인이 동작한다는 것만 보여 주며, 이 결과로는 실제 텍스트에 대해 아무것도 알 수 없습니다.
# English c8678ced
terminal-misleading = 심각한 문제가 있어 이 숫자를 오해할 수 있습니다. 근거와 해결책은 `python -m stages.doctor`가 보여 줍니다.
# English e35d690c
terminal-count = { $severity } { COUNT($count) }건
# English 286cb23b
terminal-nothing-found = 발견한 문제 없음

## Answers to new texts on a terminal

# English 0623ffab
answer-column-label = 레이블
# English 1fb84a70
answer-column-probability = 확률
# English 73f4607b
answer-column-model = 모델
# English 84c3333f
answer-column-entity = 개체명
# English 8c4c5a4e
answer-column-type = 유형
# English 06077433
answer-column-place = 글자 위치
# English 6aeeb454
answer-note-truncated = 텍스트의 끝부분이 잘렸습니다
# English d900508b
answer-note-unknown_tokens = 토큰의 절반 이상이 토크나이저 어휘에 없습니다
# English 32b32156
answer-models = { $task }의 모델: { LIST($cells) } (마지막 `dvc repro`에서 학습)
# English b11f6121
answer-synthetic = 경고: { $task }의 학습 데이터는 합성 표본입니다. 실제 텍스트에 대한 답은 믿지 마세요
# English 64ec5173
answer-failed = 경고: { $task }의 { $cell } 모델은 학습에 실패했습니다. 이 모델의 답은 믿지 마세요
# English 11fbeb3d
answer-trained-again = 경고: { $task }의 { $cell } 모델은 보고서를 만든 뒤 다시 학습되었습니다. 보고서의 점수는 다른 모델의 점수이니 `dvc repro`를 실행하세요
# English 91e5d365
answer-unknown =
    경고: 텍스트 { COUNT($texts) }건 가운데 { COUNT($unknown) }건은 토큰의 절반 이상이 토크나이저 어휘에 없습니다 (첫 번째는 { COUNT($first) }번째 텍스트). "unknown_tokens"가 있는 답은 무시하세요
# English 96e4164a
export-unchecked =
    { $path } 파일이 없어 이 모델이 채점한 모델과 같은지 확인하지 못했습니다. 공유 저장소가 있으면 `dvc pull`, 없으면 `dvc repro`를 실행한 뒤 다시 내보내세요
# English 120da81d
answer-reading = 텍스트를 한 줄에 하나씩 입력하세요. Ctrl-D로 끝냅니다.

## This machine

# English 252a3c36
machine-bf16 = 경고: params.yaml: training.precision: 이 프로세서는 bfloat16을 직접 지원하지 않아, 여기서는 bf16 학습이 fp32보다 몇 배 오래 걸립니다(세 배와 열다섯 배가 측정되었습니다). auto나 fp32로 바꾸십시오
# English 62b7647f
machine-threads = training.threads: 모든 프로세스를 합한 스레드 { COUNT($asked) }개가 이 컴퓨터의 코어 { COUNT($cores) }개보다 많아 여기서는 학습이 느려집니다. 수를 줄이십시오. 줄이면 결과의 끝자리가 달라집니다
# English 615228cb
machine-gpus = training.processes: 이 컴퓨터의 GPU { COUNT($gpus) }개에 프로세스 { COUNT($processes) }개를 띄우면 GPU 하나를 함께 쓰게 됩니다. { COUNT($gpus) } 이하로 바꾸십시오. 바꾸면 결과의 끝자리가 달라집니다

## Studies

# English 05437fa6
study-none = 아직 저장한 연구가 없습니다. `python -m stages.study save NAME`이 현재 결과를 저장합니다.
# English 50e30efc
study-made = 커밋 { $commit }, { $processor }, 코어 { $cores }개, 메모리 { $memory } GiB에서 실행했습니다. 기록된 시간은 { DECIMAL($minutes, digits: 0) }분입니다.
# English 38c05a8b
terminal-column-study = 연구
# English 87e682c1
terminal-column-arm = { column-arm }

## Notebook

# English fb4343dc
notebook-title = # { $task }: 사전 학습은 얼마나 도움이 되는가?
# English 282a0fab
notebook-verdict-helps = **{ $task }에서{ $budget } { PARTICLE($treatment, "이/가") } 도움이 됩니다.**
# English a112d68f
notebook-verdict-hurts = **{ $task }에서{ $budget } { PARTICLE($treatment, "이/가") } 해가 됩니다.**
# English e12e23e9
notebook-verdict-above_scratch = **{ $task }에서{ $budget } { PARTICLE($arm, "이/가") } 처음부터 학습한 것보다 점수가 높습니다.**
# English 33752e53
notebook-verdict-below_scratch = **{ $task }에서{ $budget } { PARTICLE($arm, "이/가") } 처음부터 학습한 것보다 점수가 낮습니다.**
# English 9c62ac23
notebook-verdict-cannot_tell = **{ $task }에서 { PARTICLE($arm, "과/와") } 처음부터 학습 사이에 차이가 있는지 결론을 내릴 수 없습니다.**
# English 1901a6e7
notebook-verdict-withheld = **{ $task }에서 { PARTICLE($arm, "과/와") } 처음부터 학습의 차이는 판정하지 않습니다.**
# English 9c8bde0f
notebook-evidence = 테스트 { PARTICLE($metric, "은/는") } { $arm } { SCORE($first) }, 처음부터 학습 { SCORE($second) }입니다. 차이는 { POINTS($difference, $low, $high, sign: "+") } %p입니다(95 % 신뢰구간 { POINTS($low, $difference, $high) } ~ { POINTS($high, $difference, $low) }{ $scope ->
        [rows] , 테스트 데이터의 변동만 반영, 학습된 모델은 그대로 두고 테스트 { $rows }의 우연만 따진 { P($p) }
       *[recipe] , Holm 보정 후 { P($p) }
    }).
# English 3d5c44f8
notebook-withheld = 다음 문제가 있어 판정을 보류합니다: { LIST($findings) }.
# English 96d9db35
notebook-qualified = 다음 문제가 있어 학습 예산을 늘리면 달라질 수 있습니다: { LIST($findings) }.
# English c4e9ce62
notebook-synthetic = > **합성 표본.** 이 텍스트는 파이프라인이 직접 썼습니다. 숫자는 파이프라인이 동작한다는 것만 보여 주며, 실제 텍스트에 대해서는 아무것도 말하지 않습니다.
# English 27ea36ea
notebook-synthetic-checkpoint = > **합성 텍스트로 사전 학습.** 이 체크포인트는 파이프라인이 직접 쓴 텍스트로 여기서 사전 학습했습니다. 공개된 인코더와 비교할 수 없습니다.
# English b8075a23
notebook-about = 이 노트북은 파이프라인을 마지막으로 실행한 결과입니다. 작업, 모델, 학습 과정, 예측, 오류를 차례로 봅니다. 표와 그림은 모두 그 실행이 남긴 파일을 읽는 짧은 Python 코드입니다. 고쳐서 다시 실행해 보세요. 새로 학습하지는 않습니다.
# English 8ab9e25b
notebook-without-texts = 말뭉치의 텍스트를 보여 주는 셀에는 출력이 없습니다. 말뭉치의 이용 조건이 텍스트 공개를 금할 수 있기 때문입니다. 가지고 있는 말뭉치로 직접 실행해 보세요.
# English 4197ddb3
notebook-task-single = ## 1. 작업

    모델은 텍스트 하나를 읽고 레이블 { $labels }개 가운데 하나를 고릅니다. 표는 분할마다 레이블별 데이터 수입니다. `train`으로 학습하고, `validation`으로 가장 좋은 스텝을 고르며, `test`는 모든 선택이 끝난 뒤 한 번만 씁니다.
# English 122754d3
notebook-task-pair = ## 1. 작업

    모델은 텍스트 두 개를 읽고 그 쌍에 맞는 레이블을 { $labels }개 가운데서 고릅니다. 표는 분할마다 레이블별 데이터 수입니다. `train`으로 학습하고, `validation`으로 가장 좋은 스텝을 고르며, `test`는 모든 선택이 끝난 뒤 한 번만 씁니다.
# English c87d7af2
notebook-task-words = ## 1. 작업

    모델은 단어마다 태그를 붙입니다. `B-`는 개체명의 시작, `I-`는 이어지는 단어, `O`는 개체명이 아닌 단어입니다. 표는 분할마다 유형별 개체명 수입니다. `train`으로 학습하고, `validation`으로 가장 좋은 스텝을 고르며, `test`는 모든 선택이 끝난 뒤 한 번만 씁니다.
# English 36f90797
notebook-shapes-single = ## 2. 입력과 출력

    토크나이저는 텍스트를 토큰으로, 토큰을 번호로 바꿉니다. 모델은 번호 `[배치, 토큰]`을 벡터 `[배치, 토큰, 은닉 차원]`으로 바꾸고, 벡터에서 레이블마다 점수 하나씩 로짓 `[배치, 레이블]`을 계산합니다. 로짓에 소프트맥스를 적용하면 확률이 됩니다.
# English b68ef02d
notebook-shapes-pair = ## 2. 입력과 출력

    토크나이저는 두 텍스트를 구분 토큰으로 이어 붙이고 토큰을 번호로 바꿉니다. `token_type_ids`는 토큰이 어느 텍스트에 속하는지 나타냅니다. 모델은 번호 `[배치, 토큰]`을 벡터 `[배치, 토큰, 은닉 차원]`으로 바꾸고, 벡터에서 레이블마다 점수 하나씩 로짓 `[배치, 레이블]`을 계산합니다. 로짓에 소프트맥스를 적용하면 확률이 됩니다.
# English 3483b111
notebook-shapes-words = ## 2. 입력과 출력

    토크나이저는 단어를 토큰으로 나눕니다. `word`는 그 토큰으로 시작하는 단어의 번호입니다. 모델이 한 번에 읽는 길이를 넘는 문장은 여러 부분으로 나누어 읽으며, 여기서는 첫 부분을 보입니다. 모델은 번호 `[배치, 토큰]`을 벡터 `[배치, 토큰, 은닉 차원]`으로 바꾸고, 벡터마다 태그별 점수인 로짓 `[배치, 토큰, 태그]`를 계산합니다. 단어의 태그는 첫 토큰이 정하고, 나머지 토큰의 예측은 쓰지 않습니다.
# English a164bee3
notebook-part-model = ## 3. 모델

    모델을 학습하는 모든 방식은 이 구조를 씁니다. 인코더 위에 작은 분류 헤드이 있습니다. 토크나이저, 데이터, 배치 순서, 평가도 모두 같습니다.
# English d6b425aa
notebook-part-arms = 학습 방식은 시작하는 가중치와 아래 설정만 다릅니다. 무작위 가중치에서 학습할 때는 학습률과 에포크 수를 따로 정해야 합니다.
# English 7a85be04
notebook-curves = ## 4. 학습 곡선: 사전 학습과 처음부터 학습

    선 하나가 시드 하나입니다. 왼쪽은 검증 손실로 낮을수록 좋고, 오른쪽은 검증 { PARTICLE($metric, "으로/로") } 높을수록 좋습니다. 동그라미는 선택된 가중치의 스텝입니다.{ $left_out ->
        [some] {" "}흐린 선은 학습에 실패하여 어떤 평균에도 넣지 않은 실행입니다.
       *[none] {""}
    }
# English 3feaddc8
notebook-part-before_after = ## 5. 학습 전과 학습 후

    학습 전에는 분류 헤드가 무작위이므로, 학습하는 방식은 모두 우연 수준에서 시작합니다. 파이프라인은 학습 전과 후의 테스트 로짓을 모델마다 저장해 둡니다. `predicted`가 거기서 예측을 읽습니다.
# English d32b7e71
notebook-seed-examples = 같은 테스트 데이터에 대한 학습 전과 학습 후의 예측입니다(시드 { LIST($seeds) }).
# English f11d778f
notebook-seed-errors = ## 6. 오류

    행은 정답, 열은 테스트 예측입니다(시드 { LIST($seeds) }). 대각선이 맞힌 것이고, 진할수록 그 행에서 차지하는 비율이 큽니다.
# English 69110cef
notebook-wrong-texts =
    { $arm }의 { $trained ->
        [some] 학습에 성공한 모든
       *[all] 모든
    } 시드가 틀린 테스트 데이터:
# English 6f63209b
notebook-wrong-words = { $arm }의 가장 좋은 시드도 단어를 가장 많이 틀린 문장:
# English 99f30a09
notebook-part-verdict = ## 7. 판정
# English 59e1a68d
notebook-interval-recipe = 신뢰구간은 다른 시드와 다른 테스트 데이터에서 나올 수 있는 차이의 범위입니다. 신뢰구간이 0을 포함하거나, 모든 비교에 대해 Holm 보정을 한 p가 0.05보다 작지 않으면 판정은 “결론 없음”입니다.
# English c84c6fc1
notebook-interval-rows = 학습에 성공한 실행이 하나뿐인 방식이 있으면 신뢰구간은 다른 테스트 데이터에서 나올 수 있는 차이의 범위일 뿐 다른 시드에서 나올 수 있는 차이는 담지 않으므로, p가 아무리 작아도 판정은 “결론 없음”입니다.
# English ad5a4066
notebook-wrong_study = ## 8. 주의할 점

    `doctor`는 데이터, 학습, 점수에서 숫자를 오해하게 만드는 것을 찾습니다.
# English 8b330808
notebook-finding = - **{ $severity }**: { $finding }
# English 358b72ff
notebook-no-findings = 이 실험에서는 찾은 것이 없습니다.
# English 9a81efb1
notebook-own = ## 9. 직접 바꿔 보기

    - 시드 하나의 곡선만 그리거나 학습 손실(`curves`의 `batch_loss`)을 더해 보세요.
    - 대표 지표 대신 `macro_f1`이나 `calibration_error`를 비교해 보세요. `results["cells"][cell]["after"]["test"]`에 모두 있습니다.
    - 오류 20개를 읽고 원인별로 나누어 보세요. 데이터를 늘리면 풀릴 것과 레이블이 틀린 것은 무엇인가요?
    - 설정을 바꾸어 학습하고 이 노트북을 다시 만드세요:

    ```bash
    dvc exp run -S lr=2e-5
    python -m stages.notebook --task { $name } --language ko
    ```
# English f357cc11
notebook-word-rows = 전체
# English 66b0aed8
notebook-word-shape = 형태
# English d25ade5e
notebook-word-embeddings = 토큰 벡터
# English c144d629
notebook-word-logit = 로짓
# English 43a99cdb
notebook-word-probability = { answer-column-probability }
# English 85843106
notebook-word-parameters = 파라미터
# English 2399bb98
notebook-word-step = { chart-step }
# English 7466b8b2
notebook-word-loss = { chart-validation-loss }
# English 31103e81
notebook-word-arm = { chart-word-arm }
# English da9a61a1
notebook-word-seed = { chart-word-seed }
# English 8546a9a1
notebook-word-before = 학습 전
# English 2a7369c3
notebook-word-after = 학습 후
# English bfeb9e99
notebook-word-failed = 학습 실패
# English 751e40fa
notebook-word-word = 단어
# English 1843931c
notebook-word-gold = 정답
# English fcf40952
notebook-word-predicted = 예측
# English a8001d32
notebook-word-text = 텍스트
# English df303ba3
notebook-word-wrong_words = 틀린 단어 수
# English 44586a31
notebook-word-points = 차이(%p). 0보다 오른쪽이면 사전 학습이 좋습니다
# English 997ec2d5
notebook-word-missed_by_all = 테스트 데이터 { "{" }len(gold){ "}" }건 중 { "{" }len(missed){ "}" }건
# English 2b393956
notebook-word-predicted_doc = 테스트에 대한 모델 하나의 예측. `before`는 학습 전, `after`는 학습 후.
# English b9a74ae9
notebook-word-arms_comment = 학습 방식: 실행 이름의 앞부분과 표시할 이름
# English 67e51ec6
notebook-word-left_out_comment = 학습에 실패하여 평균과 비교에서 제외한 실행
# English 8cc3cd64
notebook-word-figure_comment = 그림은 SVG: 확대해도 선명하고, 다시 실행해도 바이트까지 같음

## Verdicts

# English 95b3cf8c
explanation =
    작업마다 같은 구조, 같은 토크나이저, 같은 데이터, 같은 배치 순서, 같은 평가로 모델을 두 방식으로, 모든 시드로 학습합니다. 하나는 사전 학습된 체크포인트에서, 하나는 무작위 가중치에서(처음부터 학습) 시작합니다. 학습률이나 에포크 수 같은 학습 설정은 방식마다 다를 수 있고, 무엇이 다른지는 각 작업의 “설정”에 나옵니다. 각 실행의 모델은 검증 데이터에서 대표 지표가 가장 높은 것(같으면 손실이 더 낮은 것)으로 골랐으며, 그 선택에 테스트 데이터는 쓰지 않았습니다. 차이는 학습에 성공한 실행끼리 비교한 테스트 대표 지표의 사전 학습 − 처음부터 학습(%p)이며, 다른 시드와 다른 테스트 데이터까지 고려한 95 % 신뢰구간을 함께 적습니다. 차이는 반올림하기 전의 점수로 계산하므로, 표시된 두 점수를 뺀 값과 0.1쯤 다를 수 있습니다. 같은 문서나 전제에 속한 데이터는 서로 비슷하므로, 신뢰구간을 구할 때 한 묶음으로 다룹니다. 신뢰구간이 0을 포함하거나, 이 보고서의 모든 비교에 대한 다중 비교 보정(Holm 보정) 뒤 p가 0.05 이상이면 판정은 “결론 없음”입니다.
# English 663a621d
verdict-overall-pretraining =
    처음부터 학습한 모델과의 비교 { COUNT($comparisons) }개 가운데 사전 학습이 도움이 된 것은 { COUNT($helps) }개, 해가 된 것은 { COUNT($hurts) }개, 결론을 내릴 수 없는 것은 { COUNT($open) }개{ $withheld ->
        [0] { "" }
       *[other] , 판정을 보류한 것은 { COUNT($withheld) }개
    }입니다.
# English 003435a7
verdict-overall-other =
    사전 학습 모델을 다르게 쓰는 방식과 처음부터 학습한 모델의 비교 { COUNT($comparisons) }개 가운데 점수가 높은 것은 { COUNT($above) }개, 낮은 것은 { COUNT($below) }개, 결론을 내릴 수 없는 것은 { COUNT($open) }개{ $withheld ->
        [0] { "" }
       *[other] , 판정을 보류한 것은 { COUNT($withheld) }개
    }입니다.
# English 94319040
verdict-sentence = { $verdict }: { $evidence }.
# English d81ddb42
verdict-on-helps = { $task }에서{ $budget } { PARTICLE($treatment, "은/는") } 도움이 되었습니다
# English d10a234a
verdict-on-hurts = { $task }에서{ $budget } { PARTICLE($treatment, "은/는") } 해가 되었습니다
# English 8673f9bb
verdict-on-above_scratch = { $task }에서{ $budget } { PARTICLE($treatment, "은/는") } 처음부터 전체를 학습한 것보다 점수가 높습니다
# English d714bbc3
verdict-on-below_scratch = { $task }에서{ $budget } { PARTICLE($treatment, "은/는") } 처음부터 전체를 학습한 것보다 점수가 낮습니다
# English 5ce65dfe
verdict-this-budget = , 적어도 이 학습 예산에서는,
# English 19f64de3
verdict-open-withheld = { $task }에서 { $treatment }에 대해서는 판정하지 않습니다
# English 729a06ef
verdict-open-pretraining =
    { $task }에서 { $basis ->
        [one-seed] 시드 하나로는 { PARTICLE($treatment, "이/가") }
        [one-run] 학습에 성공한 실행 하나로는 { PARTICLE($treatment, "이/가") }
       *[seeds] { PARTICLE($treatment, "이/가") }
    } 도움이 되는지 결론을 내릴 수 없습니다
# English 5bec1efb
verdict-open-other =
    { $task }에서 { $basis ->
        [one-seed] 시드 하나로는 { PARTICLE($treatment, "이/가") }
        [one-run] 학습에 성공한 실행 하나로는 { PARTICLE($treatment, "이/가") }
       *[seeds] { PARTICLE($treatment, "이/가") }
    } 처음부터 전체를 학습한 것보다 나은지 결론을 내릴 수 없습니다
# English 1d96e0a3
verdict-evidence =
    { $metric } { SCORE($first) }, { $rival } { SCORE($second) }, 차이 { POINTS($difference, $low, $high, sign: "+") } %p (95 % 신뢰구간 { POINTS($low, $difference, $high) } ~ { POINTS($high, $difference, $low) }{ $zero ->
        [inside] , 0을 포함
       *[outside] { "" }
    }, 시드 { COUNT($seeds) }개 × 테스트 { $rows } { COUNT($number) }개{ $scope ->
        [rows] , 테스트 데이터의 변동만 반영
       *[recipe] { "" }
    }, { $significance })
# English 37593c7c
p-alone = { P($p) }
# English 89e5fe29
p-of-runs = 학습된 모델은 그대로 두고 테스트 { $rows }의 우연만 따진 { P($p) }
# English 89ba76bd
p-corrected =
    { $alike ->
        [alike] 비교 { $comparisons }개에 대한 Holm 보정 전후 모두 { P($p) }
       *[other] { P($p) }, 비교 { $comparisons }개에 대한 Holm 보정 뒤 { P_VALUE($corrected) }
    }
# English 5728d155
verdict-epochs = 학습 예산이 다릅니다. ‘{ $arm }’ { COUNT($first) }에포크, ‘{ $rival }’ { COUNT($second) }에포크입니다.
# English 885a562b
decomposition = { $task }의 { $metric }: { JOINED($scores, " → ") }. { JOINED($parts, ", ") }.
# English 3f6485fe
decomposition-score = { SCORE($score) } ({ $arm })
# English 31f6d390
decomposition-part =
    { $gave } { POINTS($difference, $low, $high, sign: "+") } %p (95 % 신뢰구간 { POINTS($low, $difference, $high) } ~ { POINTS($high, $difference, $low) }{ $scope ->
        [rows] , 테스트 데이터의 변동만 반영
       *[recipe] { "" }
    }{ $verdict ->
        [cannot_tell] , 결론 없음
        [withheld] , 판정 보류
       *[decided] { "" }
    })
# English 7f0a22df
gave-self_pretrained = 작업 텍스트로 학습한 사전 학습 목표가 준 효과
# English 32cfebfd
gave-pretrained = 체크포인트의 말뭉치가 준 효과
# English 1dafa02e
verdict-withheld = 판정을 보류했습니다: { $reasons }.
# English c16e9e4f
verdict-qualified = 학습 예산을 늘리면 점수가 낮은 쪽도 오를 수 있습니다: { $reasons }.
# English 92c3baa9
verdict-all-failed = ‘{ $arm }’ 방식의 실행 { $runs }개가 모두 학습에 실패했으므로, 차이는 우연 수준의 실행과 비교한 값입니다.
# English ce15b873
verdict-some-failed =
    ‘{ $arm }’ 방식의 실행 { $runs }개 가운데 { $count }개가 학습에 실패했습니다(실패율의 95 % 신뢰구간 { PERCENT($low, digits: 0) } ~ { PERCENT($high, digits: 0) }). 차이는 학습에 성공한 실행끼리 비교한 값입니다.
# English e2cfdcb1
verdict-every-run =
    같은 테스트 { PARTICLE($rows, "으로/로") } 평가하면 ‘{ $better }’ 방식과 ‘{ $worse }’ 방식의 실행을 하나씩 어떻게 짝지어도 ‘{ $better }’의 점수가 더 높고, 차이는 가장 작아도 { POINTS($least) } %p입니다(학습된 모델은 그대로 두고 테스트 { $rows }의 우연만 따진 { P($p) }){ $noise ->
        [maybe] . 다만 테스트 데이터의 우연일 수 있습니다
       *[no] { "" }
    }.
# English bec54405
verdict-draw =
    { $covered ->
        [shared] 모든 실행이 한 번 추출한 같은 학습용 { $rows } { COUNT($number) }개
       *[other] 시드마다 학습용 { $rows } { COUNT($number) }개
    }{ $kind ->
        [classes] ({ JOINED($labels, ", ") })
       *[words] { "" }
    }{ $covered ->
        [covered] 를 따로 추출했으므로, 신뢰구간에 학습 데이터 추출에 따른 변동이 포함됩니다.
        [one-run] 를 따로 추출했지만, 정상적으로 학습된 실행이 하나뿐인 쪽이 있어 신뢰구간에 다른 추출에 따른 변동은 포함되지 않습니다.
       *[shared] 를 썼으므로, 신뢰구간에 다른 추출에 따른 변동은 포함되지 않습니다.
    }
# English 16c7888c
labels-of-each = 레이블마다 { COUNT($number) }개
# English 229189d7
labels-of-class = { $label }: { COUNT($number) }
# English cffc7bc6
settle-hardly = 차이가 오차에 비해 작아, 시드를 { $tried }개로 늘리고 테스트 데이터를 20배로 늘려도 결론을 내리기 어렵습니다.
# English d9e8f9fd
settle-recipe = 다른 시드에서도 성립하는지 확인하려면 시드가 더 필요합니다({ $command }).
# English 4e1f81c8
settle-seeds = 시드가 약 { $seeds }개면 이만한 차이를 찾아낼 수 있습니다({ $command }).
# English fe000fbb
settle-seeds-and-rows = 시드 약 { $seeds }개와 테스트 { $rows } { COUNT($number) }개면 이만한 차이를 찾아낼 수 있습니다({ $command }).

## Remarks on a task

# English 1c3bbfb1
baselines-beaten =
    { $scope ->
        [rows] 이 실행들에서는 모든 학습 방식이
       *[recipe] 모든 학습 방식이
    } 기준 모델 모두보다 낫습니다. 기준 모델의 최고 점수는 “{ $baseline }”의 { SCORE($score) }입니다.
# English 367ea484
baselines-above =
    ‘{ $arm }’ { $runs ->
        [1] 실행
       *[other] 모델
    }({ $metric } { SCORE($score) })의 점수가 다음 기준 모델{ $number ->
        [1] { "" }
       *[other] 들
    }보다 낮습니다: { JOINED($baselines, ", ") }.
# English b061bf6d
baselines-open =
    ‘{ $arm }’ { $runs ->
        [1] 실행
       *[other] 모델
    }({ $metric } { SCORE($score) })과 다음 기준 모델{ $number ->
        [1] { "" }
       *[other] 들
    } 사이에 차이가 있는지 결론을 내릴 수 없습니다: { JOINED($baselines, ", ") }.
# English bb7dc565
compared-baseline =
    “{ $baseline }”({ $seeds ->
        [some] 같은 시드에서 { SCORE($score) }
       *[all] { SCORE($score) }
    }, { $difference })
# English 9991734b
search-tries =
    두 학습 방식의 { $epochs ->
        [yes] 학습률과 에포크 수는
       *[no] 학습률은
    } { $rows ->
        [0] { "" }
       *[other] 학습 데이터 { COUNT($rows) }건으로{" "}
    }같은 횟수만큼 탐색하여 검증 데이터로만 골랐습니다: { JOINED($tries, ", ") }.
# English f669422d
search-at-chance = 이 탐색에서 ‘{ $arm }’의 모든 시도는 검증 데이터에서 우연 수준을 넘지 못했으므로, 탐색은 이 학습 방식을 조정하지 못한 셈입니다. 범위를 넓히거나 에포크 수나 학습 데이터를 늘려 보십시오.
# English 72aecd30
search-tries-of-arm =
    { $arm } { $tries }번{ $failed ->
        [0] { "" }
       *[other] ({ $failed }번 실패)
    }
# English 3344fa00
search-end =
    ‘{ $arm }’에서 고른 학습률은 시도한 값 가운데 가장 { $end ->
        [lowest] 낮습니다
       *[highest] 높습니다
    }. 탐색 범위를 넓히면 더 나은 값이 나올 수 있습니다.
# English 836d5d21
caveat-sample = 이 표본은 사전 학습에 유리하게 만들어졌습니다. 레이블을 가르는 단어 가운데 학습 데이터에 자주 나오는 것은 3분의 1뿐이고, 검증·테스트 데이터에는 모두 고르게 나옵니다. 나머지 단어는 거의 사전 학습 텍스트에서만 배울 수 있습니다. 레이블의 약 4 %는 일부러 틀리게 붙였습니다.
# English 55e0197a
caveat-synthetic-checkpoint = { $checkpoint } 체크포인트는 합성 표본으로 사전 학습했으므로 공개된 인코더와 비교할 수 없습니다. 실제 텍스트에 대한 결과를 보려면 params.yaml의 tasks.{ $task }.checkpoint에 klue/bert-base나 roberta-base처럼 공개된 인코더를 지정하십시오.
# English 72e7aa33
caveat-other-model = ‘{ $arm }’에는 { $checkpoint } 체크포인트가 아닌 다른 모델 { $model }(파라미터 { COUNT($parameters) }개)을 썼으므로, 다른 학습 방식과의 차이에는 모델의 차이도 들어 있습니다.
# English 526f61dc
caveat-adaptation-to-all = 추가 사전 학습에는 학습 데이터 { COUNT($all) }건의 텍스트를 모두 썼지만, 레이블은 모든 학습 방식이 { COUNT($labelled) }건만 씁니다.
# English 24d4360a
caveat-self_pretraining-to-all = 자체 사전 학습에는 학습 데이터 { COUNT($all) }건의 텍스트를 모두 썼지만, 레이블은 모든 학습 방식이 { COUNT($labelled) }건만 씁니다.
# English fd3e5faa
caveat-numerics = 실행들을 서로 다른 수치 환경 { $settings }가지에서 계산했으므로(“계산 환경” 참고) 차이의 일부가 거기서 왔을 수 있습니다. 확실히 하려면 오래된 실행을 다시 하십시오.
# English 25ba372b
caveat-groups = 테스트 { $rows } { COUNT($number) }개는 { $kind ->
        [words] 문서
        [pair] 전제
       *[other] 묶음
    } { COUNT($groups) }개에서 나왔습니다. 신뢰구간은 이 { COUNT($groups) }개를 서로 독립인 단위로 셉니다.
# English 4d257cf6
caveat-open-elsewhere = ‘{ $split }’ 데이터에서는 ‘{ $arm }’ 모델의 차이가 { $difference } %p로, 신뢰구간이 0을 포함합니다. 차이가 없다는 뜻이 아니라, 이 데이터로는 결론을 내릴 수 없다는 뜻입니다.
# English 90c7ffd9
caveat-reversed-elsewhere = ‘{ $split }’ 데이터에서는 ‘{ $arm }’ 모델의 차이가 { $difference } %p로, 부호가 반대입니다. 판정은 ‘테스트’ 데이터에만 해당합니다.
# English 621a382e
caveat-seed-varies =
    { $varies ->
        [order] 시드가 학습 데이터의 순서와 드롭아웃만 바꾸므로, 신뢰구간에 초기 가중치에 따른 변동은 포함되지 않습니다.
       *[weights] 시드가 초기 가중치만 바꾸므로, 신뢰구간에 학습 데이터의 순서와 드롭아웃에 따른 변동은 포함되지 않습니다.
    }
# English 948ea2a7
caveat-few-seeds =
    시드 사이의 변동을 { $trained ->
        [some] 어떤 방식에서는 학습에 실패한 실행을 뺀 { $runs }번만으로
       *[all] 학습 방식마다 실행 { $runs }번으로
    } 추정했습니다. { $enough }번 이상이면 신뢰구간이 더 좁고 믿을 만해집니다.
# English a8af8edd
token-accuracy =
    개체명은 첫 단어, 끝 단어, 유형이 모두 맞아야 찾은 것으로 셉니다. 토큰 정확도는 흔히 인용되므로 함께 적지만 부풀려진 값입니다. 모든 단어를 세는데, 단어 대부분은 개체명 밖의 O이기 때문입니다.
# English 6e661b60
token-accuracy-of-baseline = 기준 모델 “{ $baseline }”의 토큰 정확도는 { SCORE($accuracy) }인데 개체명 F1은 { SCORE($f1) }입니다.
# English 51dfeb22
token-accuracy-with-padding =
    패딩과 서브워드까지 세는 채점기라면 ‘{ $arm }’ 모델의 값은 { SCORE($accuracy) }입니다. 이것은 결과가 아니라 그런 숫자에 대한 경고입니다.
# English 89669eb1
verdict-name-helps = 도움이 됨
# English 44161147
verdict-name-hurts = 해가 됨
# English fd0c5a26
verdict-name-above_scratch = 처음부터 학습보다 높음
# English 60410418
verdict-name-below_scratch = 처음부터 학습보다 낮음
# English 28e86cb9
verdict-name-cannot_tell = 결론 없음
# English 041050e7
verdict-name-withheld = 판정 보류
# English 0d78325d
verdict-withheld-for = 판정 보류({ JOINED($findings, ", ") })

## Findings of the doctor: how they are put together

# English e2ff80bd
sentence-of-finding = { $title }({ $about }): { $evidence }. { $reason }. 해결책: { $remedy }
# English 9d286340
severity-severe = 심각
# English eb44e5f6
severity-warning = 경고
# English 3d44266c
severity-note = 참고
# English 6a4574a5
evidence-of = { $about }: { $evidence }
# English fbf2e996
evidence-against = ‘{ $rival }’ 대비: { $evidence }
# English 13bc9893
run-of-arm = { $arm } 시드 { $seed }
# English c3b231f1
evidence-parts = { JOINED($parts, ". ") }
# English 075eb97c
evidence-more = 그 밖에 { $number }개

## Findings: damaged text

# English 7912133a
finding-unreadable_characters = 읽을 수 없는 문자
# English 9957195a
finding-wrong_encoding = 잘못된 인코딩
# English 21f010ee
finding-escaped_characters = 코드로 적힌 문자
# English 77aefb3e
finding-question_marks = 물음표로 바뀐 글자
# English fb57bf5a
finding-repeated_character = 한 문자의 반복
# English 6a181a80
finding-no_words = 단어가 없는 텍스트
# English ad1351a9
finding-other_language = 다른 언어의 텍스트
# English e2600a08
finding-missing_value = 결측값
# English 207a21f4
found-damage = { $split } 데이터 { COUNT($rows) }건 가운데 { COUNT($number) }건({ PERCENT($share) })
# English b9d386cc
why-damage-unreadable_characters = 파일을 잘못된 인코딩으로 읽었거나 파일이 중간에 잘렸습니다
# English 6e126339
why-damage-wrong_encoding = 파일을 다른 인코딩으로 읽어, 어떤 모델도 단어를 알아볼 수 없습니다
# English 588a0940
why-damage-escaped_characters = 문자가 코드로 적혀 있어, 어떤 모델도 단어를 알아볼 수 없습니다
# English 7ce2bbfa
why-damage-question_marks = 이 글자가 없는 인코딩으로 파일을 저장했으며, 되살릴 수 없습니다
# English 91cd6f17
why-damage-repeated_character = 한 문자만 되풀이되어 아무 정보가 없습니다
# English c4d5d884
why-damage-no_words = 이 텍스트에는 문장 부호만 남아 있습니다
# English b59cae9c
why-damage-other_language = 이 텍스트는 작업의 언어와 다른 문자로 쓰여 있습니다
# English 5b1c982b
why-damage-missing_value = 이 텍스트는 nan, None, NULL처럼 라이브러리가 빈 값을 적는 표기입니다
# English 6ab9da85
fix-damage-unreadable_characters = 파일을 저장된 그대로의 인코딩으로 읽으십시오
# English dd86014b
fix-damage-wrong_encoding = { fix-damage-unreadable_characters }
# English 14976136
fix-damage-escaped_characters = 전처리하기 전에 원래 글자로 되돌리십시오. b'\xec\x95\x88'처럼 Python의 바이트가 텍스트로 적힌 것은 `ast.literal_eval(text).decode()`로 글자가 됩니다
# English 56e7b2cf
fix-damage-question_marks = 원본에서 텍스트를 다시 받아 UTF-8로 저장하십시오
# English 62682a4a
fix-damage-repeated_character = 이런 데이터가 생긴 원인을 찾고 빼십시오
# English d234ef0d
fix-damage-no_words = 내용이 사라진 원인을 찾고 빼십시오
# English 70bab0d2
fix-damage-other_language = 이 데이터를 빼거나, 그 언어의 체크포인트로 따로 작업을 만드십시오
# English 219c0ef3
fix-damage-missing_value = 텍스트가 없다는 뜻이면 이 데이터를 빼십시오

## Findings: repeated rows

# English 495c3b94
finding-leaked_rows = 유출된 데이터
# English 5f71283a
finding-test_in_pretraining_text = 사전 학습 텍스트에 든 테스트 데이터
# English 7e600e9e
finding-test_is_validation = 검증 데이터와 같은 테스트
# English b544bf8b
finding-shared_groups = 분할 사이에 걸친 묶음
# English 0b3ebb1b
finding-validation_is_train = 학습 데이터와 같은 검증 데이터
# English bfea2bbf
finding-duplicate_rows = 중복된 데이터
# English 556bf32f
finding-conflicting_labels = 서로 어긋나는 레이블
# English 91b7e226
finding-swapped_labels = 뒤바뀐 레이블
# English 91e603d0
found-leaked_rows =
    { $split } 데이터 { COUNT($rows) }건 가운데 { COUNT($exact) }건({ PERCENT($exact_share) })이 대소문자, 띄어쓰기, 문장 부호 말고는 { $source } 데이터와 똑같고(그중 짧은 텍스트 { COUNT($short) }건), { COUNT($near) }건({ PERCENT($near_share) })이 거의 같습니다
# English 7bfe5e0e
found-leaked-swapped =
    { $split } 데이터 { COUNT($rows) }건 가운데 { COUNT($swapped) }건({ PERCENT($share) })은 두 텍스트의 순서만 바꾸면 { $source } 데이터와 같고, 그중 { COUNT($same) }건은 레이블도 같습니다
# English b88ef170
why-leaked-swapped = 모델이 같은 두 텍스트를 이미 학습했으므로, 순서가 레이블을 정하는 과제라면 그 레이블에서 이 레이블이 드러납니다
# English 6dba6b1a
why-leaked-habit = 학습 데이터 안에서도 같은 비율로 중복되므로, 새로 들어올 텍스트도 그만큼은 학습 데이터와 겹칩니다
# English b23653d4
why-leaked-train = 외운 데이터 때문에 점수가 부풀려집니다
# English 7ebd1c21
why-chosen-on-test = 평가에 쓰는 데이터로 모델을 골랐습니다
# English e17bfe22
fix-leaked-habit = 이 데이터를 뺀 점수를 함께 적으십시오
# English 5007cc1d
fix-leaked-rows = { $source } 데이터에서 이 데이터를 빼십시오
# English cd334b12
found-test_in_pretraining_text = 테스트 데이터 { COUNT($rows) }건 가운데 { COUNT($number) }건({ PERCENT($share) })이, `train_size` 밖에 있지만 사전 학습 텍스트에는 든 학습 데이터와 같습니다
# English 7731e8a5
why-test_in_pretraining_text = 인코더가 이 테스트 텍스트를 이미 읽었으므로, 새 텍스트에서는 점수가 더 낮을 수 있습니다
# English 33e04528
found-test_is_validation =
    { $split } 데이터 { COUNT($rows) }건 가운데 { COUNT($there) }건({ PERCENT($there_share) })이 검증 데이터에 있고, 검증 데이터 { COUNT($validation_rows) }건 가운데 { COUNT($back) }건({ PERCENT($back_share) })이 { $split } 데이터에 있습니다
# English fe76fd20
fix-test_is_validation = 검증에는 다른 데이터를, 되도록 학습 데이터에서 떼어 쓰십시오
# English 473d9b73
found-validation_is_train = 검증 데이터 { COUNT($rows) }건 가운데 { COUNT($number) }건({ PERCENT($share) })이 학습 데이터와 같습니다
# English 29df2ff7
why-validation_is_train = 학습 데이터를 외운 모델이 가장 좋아 보이므로, 검증 데이터로 엉뚱한 단계를 고르게 되고 실패한 실행도 가려내지 못합니다
# English 4707cd52
fix-validation_is_train = 검증에는 다른 데이터를 쓰십시오. 이 데이터를 학습 데이터에서 빼거나, 학습 데이터에서 떼어 내게 하십시오
# English a405ee90
found-shared_groups =
    { $split } 데이터 { COUNT($rows) }건 가운데 { COUNT($number) }건({ PERCENT($share) })이 저자나 전제 같은 묶음 { COUNT($groups) }개에 속하는데, 그 묶음의 다른 데이터가 학습 또는 검증 데이터에 있습니다
# English 27eb6bc8
why-shared_groups = 한 묶음의 데이터는 서로 비슷하므로, 새로운 묶음에서는 이 점수와 신뢰구간이 말하는 것보다 성능이 낮을 수 있습니다
# English 737bb18f
fix-shared_groups =
    묶음마다 한 분할에만 두십시오. 그 묶음의 데이터를 학습과 검증 데이터에서 빼거나, 테스트 없이 파일 하나만 주고 `group` 열을 기준으로 나누게 하십시오
# English 4c311740
found-duplicate_rows =
    { $split } 데이터 { COUNT($rows) }건 가운데 { COUNT($repeated) }건({ PERCENT($repeated_share) })이 앞에 나온 데이터와 같고, { COUNT($near) }건({ PERCENT($near_share) })이 다른 데이터와 거의 같습니다
# English 9b16a2f6
why-duplicate_rows = 중복된 데이터가 점수에 여러 번 반영되는데, 신뢰구간은 모두 독립된 데이터라고 가정합니다
# English 2358eddd
fix-duplicate_rows = 중복을 지우고 그 원인을 찾으십시오
# English eeefe98e
found-conflicting_labels =
    { $split } 데이터에서 같은 텍스트에 서로 다른 레이블이 붙은 것이 { COUNT($texts) }개이며, 해당 데이터는 { COUNT($rows) }건({ PERCENT($share) })입니다
# English bdd8c7fd
why-conflicting_labels = 어떤 모델도 모두 맞힐 수 없어 최고 점수가 1보다 낮습니다
# English 6189581e
fix-conflicting_labels = 레이블을 다시 붙이거나 빼십시오
# English 14bdff68
found-copies-disagree = 학습 데이터와 { $split } 데이터에 함께 있는 텍스트 { COUNT($shared) }개 가운데 레이블이 같은 것은 { COUNT($same) }개입니다
# English c320ccb0
why-swapped-splits = 분할마다 레이블 순서가 다릅니다
# English 6b49f063
fix-swapped-splits = 두 분할을 말뭉치의 같은 사본에서 가져오거나, 레이블 이름을 바로잡으십시오

## Findings: the rows

# English bcf629ea
finding-label_imbalance = 레이블 불균형
# English 58440981
finding-label_drift = 레이블 분포의 변화
# English 53dfcac6
finding-length_drift = 길이 분포의 변화
# English 3d094d45
finding-length_outliers = 지나치게 긴 데이터
# English 76d6138a
finding-markup_in_text = 텍스트에 남은 마크업
# English 7ff55fe7
finding-giveaway_word = 정답을 드러내는 단어
# English 480ac91f
finding-small_test = 작은 테스트 데이터
# English 1e046e95
finding-small_validation = 작은 검증 데이터
# English 3be46412
finding-absent_label = 없는 레이블
# English 2187a749
found-label_imbalance = 테스트 데이터의 { PERCENT($share) }가 레이블 { $label }입니다
# English ea1559fd
why-label_imbalance = 늘 그 레이블만 답해도 그 정확도가 나옵니다
# English 095f3800
fix-label_imbalance = 매크로 F1로 판단하고, `training.class_weights: balanced`를 써 보십시오
# English 006ef220
found-label_drift = 레이블 비율이 학습 데이터와 같아지려면 테스트 레이블의 { PERCENT($share) }가 바뀌어야 합니다. 학습 데이터는 { $train }, 테스트 데이터는 { $test }입니다
# English 632867be
label-shares = { JOINED($shares, ", ") }
# English 088d7dbe
label-share = { $label } { PERCENT($share) }
# English 19686620
why-label_drift = 모델은 레이블의 빈도도 배우는데, 테스트 데이터에서는 그 빈도가 다릅니다
# English bdd324c1
fix-label_drift = 두 분할을 같은 출처에서 뽑거나, 분포가 다른 조건의 점수임을 밝히십시오
# English bc622ee2
found-length_drift =
    길이의 중앙값: 학습 { DECIMAL($train, digits: 0) }자, 테스트 { DECIMAL($test, digits: 0) }자(콜모고로프-스미르노프 거리 { DECIMAL($distance, digits: 2) })
# English 570841e6
why-other-texts = 학습 데이터와 테스트 데이터의 텍스트가 서로 다른 종류입니다
# English 5e095235
fix-one-source = 두 분할을 같은 출처에서 뽑으십시오
# English 518e1c56
found-length_outliers = { $split } 데이터에서 가장 긴 것은 { COUNT($longest) }자이고, 99 %는 { COUNT($most) }자 이하입니다
# English 856e8177
why-length_outliers = 여러 건이 하나로 읽혔을 수 있습니다
# English 67da25e9
fix-length_outliers = 가장 긴 데이터와 그 안의 닫히지 않은 따옴표를 살펴보십시오
# English 291e621a
found-markup_in_text = { $split } 데이터 { COUNT($rows) }건 가운데 { COUNT($number) }건에 #39;나 <b> 같은 마크업이 남아 있습니다
# English b41df808
why-markup_in_text = 토큰을 차지하고, 텍스트의 출처를 드러낼 수 있습니다
# English b967fec0
fix-markup_in_text = 전처리하기 전에 원래 글자로 되돌리십시오
# English 466e8e57
found-giveaway_word =
    “{ $word }”: 레이블이 { $label }인 데이터의 { PERCENT($coverage) }에 나오고, 이 단어가 든 데이터의 { PERCENT($purity) }가 그 레이블입니다
# English 6489fffe
why-giveaway_word = 한 단어만 찾는 모델은 텍스트를 이해할 필요가 없습니다
# English 6682d68f
fix-giveaway_word = 그 단어가 어디서 왔는지 찾아 지우십시오
# English d6758cfb
found-few-groups = 테스트 데이터는 { COUNT($rows) }건이지만 문서나 전제 같은 묶음은 { COUNT($groups) }개입니다
# English 0b52190b
found-few-rows = 테스트 데이터는 { COUNT($rows) }건입니다
# English 892615c6
found-few-texts = 테스트 데이터는 { COUNT($rows) }건이지만 서로 다른 텍스트는 { COUNT($texts) }개입니다
# English 653194d2
found-few-entities = 테스트 문장 { COUNT($all) }개 가운데 개체명이 있는 것은 { COUNT($rows) }개입니다
# English 72eed4a8
why-few-groups = 한 묶음의 데이터는 서로 비슷하며, 묶음이 { $few }개보다 적으면 신뢰구간이 실제보다 좁습니다
# English 70893190
why-few-rows = { $few }건보다 적으면 한 건만 달라져도 점수가 1 %p 이상 바뀝니다
# English ed9f768d
found-few-validation-rows = 검증 데이터는 { COUNT($rows) }건입니다
# English aa857cd8
found-few-validation-entities = 검증 문장 { COUNT($all) }개 가운데 개체명이 있는 것은 { COUNT($rows) }개입니다
# English 82fb0ab2
found-validation-of-one-label = 검증 데이터 { COUNT($rows) }건의 레이블이 모두 { $label }입니다
# English de6b3804
why-small_validation =
    어느 단계의 가중치를 남길지, 어느 실행이 실패했는지를 검증 데이터로 정하는데, 이렇게 적으면 둘 다 우연에 좌우됩니다
# English 84be0d26
why-failed-by-validation =
    이런 검증 데이터로는 실패한 실행과 학습된 실행을 구별할 수 없는데, 실행 { $runs }번 가운데 { $failed }번이 이것 때문에 실패로 처리되었습니다
# English acf0044d
fix-small_validation = `validation_size`를 늘리거나 더 큰 파일을 써서, 모든 레이블이 든 검증 데이터를 더 많이 쓰십시오
# English 48e1b11d
fix-test-size = `test_size`를 늘리거나, 전부를 뜻하는 0으로 두십시오
# English 187ea329
fix-larger-corpus = 테스트 데이터가 더 큰 말뭉치를 쓰십시오. 이 말뭉치의 테스트 데이터는 이미 전부 쓰고 있습니다
# English 16ab74cc
found-no-entity = { $split } 문장 { COUNT($rows) }개 가운데 개체명이 있는 문장이 없습니다
# English bd47429b
why-no-entity = 개체명이 없으면 개체명 F1이 정의되지 않습니다
# English 1cfa3bc4
fix-draw-anew = 모든 레이블이 들어가도록 분할을 다시 나누십시오
# English b42dae6a
found-label-not-in-train = 레이블 { $label }: 학습 데이터에는 없고 테스트 데이터에는 { COUNT($number) }건 있습니다
# English c95ccc2b
why-label-not-in-train = 본 적 없는 레이블은 예측하지 못합니다
# English 8381eb24
fix-label-not-in-train = 학습 데이터를 늘리거나, 테스트 데이터에서 그 레이블을 빼십시오
# English 35239ee1
found-label-not-in-draw = 레이블 { $label }: 테스트 데이터에는 있지만, 시드 { JOINED($seeds, ", ") }에서 뽑은 학습 데이터에는 없습니다
# English 050821db
fix-label-not-in-draw = `train_size`를 늘리거나, 8_per_class처럼 클래스마다 같은 수를 뽑으십시오
# English 9a6f8846
found-label-not-in-split = 레이블 { $label }: { $split } 데이터에 없습니다. 학습 데이터의 비율대로라면 약 { DECIMAL($expected, digits: 0) }건입니다
# English 97c0a046
why-label-not-in-split = 레이블이 빠져 원래보다 쉬워진 작업의 점수입니다

## Findings: tags

# English 571dcec1
finding-tag_scheme = 태그 체계의 오류
# English 612e4dbf
finding-shifted_tags = 밀린 태그
# English bf30d496
finding-tag_drift = 태그 기준의 변화
# English f56c3712
found-touching-entities =
    { $split } 데이터의 개체명 { COUNT($entities) }개 가운데 { COUNT($number) }개({ PERCENT($share) })가 같은 유형의 개체명 바로 뒤에 있습니다
# English c194d46a
why-touching-entities = 개체명의 단어마다 시작 태그가 붙어, 텍스트의 개체명과 다릅니다
# English e8714e33
fix-touching-entities = 둘째 단어부터 I- 태그를 붙여 파일을 다시 변환하십시오
# English d5a79133
found-without-beginning =
    { $split } 데이터의 개체명 { COUNT($entities) }개 가운데 { COUNT($number) }개({ PERCENT($share) })에 B- 태그가 없습니다
# English b8c722a2
why-without-beginning = 모델과 점수가 전제하는 IOB2 태그가 아닙니다
# English 8726c89d
fix-without-beginning = 개체명의 첫 단어에 B- 태그를 붙여 파일을 다시 변환하십시오
# English 379d246b
found-shifted_tags =
    단어마다 학습 데이터에서 가장 잦은 태그로 { $split } 데이터의 개체명 단어를 찾으면 F1이 { SCORE($before) }인데, 태그를 한 단어 옮기면 { SCORE($after) }입니다. 문장의 { PERCENT($share) } 이상이 옮겨야 더 잘 맞습니다
# English 72239f77
why-shifted_tags = 태그가 제 단어가 아니라 옆 단어에 붙어 있습니다
# English 78eddc4f
fix-shifted_tags = 파일을 만든 곳에서 단어와 태그를 다시 맞추십시오
# English b45521c9
found-tag_drift =
    단어마다 학습 데이터에서 가장 잦은 태그로 찾은 개체명 단어의 F1은 검증 { SCORE($validation_f1) }, { $split } { SCORE($f1) }이고, 그 태그와 유형이 같은 것은 각각 { PERCENT($validation_kind) }와 { PERCENT($kind) }, 여러 단어로 된 개체명은 { PERCENT($validation_long) }와 { PERCENT($long) }입니다
# English 54ea6545
why-tag_drift = 분할마다 태그를 붙인 기준이 다릅니다
# English 80e9e821
fix-tag_drift = 두 분할의 태그를 같은 기준으로 붙이십시오
# English ce6303bb
found-tag-noise =
    단어마다 학습 데이터에서 가장 잦은 태그로 찾은 개체명 단어의 F1과 맞은 유형은 { $split } 데이터에서 { SCORE($f1) }와 { PERCENT($kind) }, 학습 데이터의 다른 문장에서 { SCORE($train_f1) }와 { PERCENT($train_kind) }입니다
# English 371b5b31
why-tag-noise = 학습 데이터의 태그가 많이 틀렸습니다
# English b3fff98c
fix-tag-noise = 학습 데이터의 태그를 다시 붙이거나 다른 사본을 쓰십시오

## Findings: labels

# English 572dd0ad
finding-label_noise = 틀린 레이블
# English d14bd1c9
finding-shifted_labels = 밀린 레이블
# English 30769ff2
finding-surface_shortcut = 겉모습으로 맞히는 지름길
# English fdc3abc4
found-train-labels-foreign =
    간단한 모델이 다른 분할의 레이블은 텍스트에서 배우는데(교차 검증 정확도 { SCORE($others) }), 학습 데이터의 레이블은 전혀 배우지 못합니다({ SCORE($train) })
# English 985b1701
why-train-labels-foreign = 학습 데이터의 레이블이 다른 텍스트의 것이거나 어느 텍스트의 것도 아닙니다
# English 1ed63442
fix-train-labels-foreign = 학습 데이터를 말뭉치의 다른 사본에서 가져오십시오
# English be35072f
found-shifted_labels =
    간단한 모델이 { $split } 데이터의 { PERCENT($before) }를 맞히는데, 레이블을 { COUNT($moved) }건 옮기면 { PERCENT($after) }를 맞힙니다
# English aac21e87
why-shifted_labels = 레이블이 제 텍스트가 아니라 옆 텍스트에 붙어 있습니다
# English 1aa030ae
fix-shifted_labels = 파일을 만든 곳에서 텍스트와 레이블을 다시 맞추십시오
# English 0135ab26
found-noise-in-split =
    간단한 모델이 { $split } 데이터의 { PERCENT($right) }를 맞히고 학습 데이터는 교차 검증에서 { PERCENT($train_right) }를 맞히는데, 확신도는 같습니다. 의심하는 레이블은 각각 { PERCENT($suspected) }와 { PERCENT($train_suspected) }입니다
# English eb0d43e7
why-noise-in-split = 이 분할의 레이블이 많이 틀렸거나, 다른 기준으로 붙였습니다
# English a0596cca
fix-relabel-sample = 일부를 뽑아 레이블을 다시 붙여 보십시오
# English da119f15
found-noise-in-train =
    간단한 모델이 { $split } 데이터의 { PERCENT($right) }를 맞히는데 학습 데이터는 교차 검증에서 { PERCENT($train_right) }만 맞힙니다. 학습 레이블의 { PERCENT($wrong) }가 틀린 것과 같습니다
# English d025eceb
why-noise-in-train = 모델은 틀린 레이블도 배우며, 학습 방식마다 받는 영향이 다를 수 있습니다
# English fec040d3
fix-relabel-train = 학습 데이터의 일부를 뽑아 레이블을 다시 붙여 보십시오
# English b1dd09c2
found-noise-everywhere = 간단한 모델이 학습 데이터에서 가장 확신하는 3분의 1 가운데 { PERCENT($wrong) }를 교차 검증에서 틀립니다
# English 11d2313e
why-noise-everywhere = 모든 분할의 레이블이 틀렸을 수 있으며, 그렇다면 모델을 바꾸어도 점수가 오르지 않습니다
# English f569476f
found-surface_shortcut =
    { $part ->
        [second] 둘째 텍스트의
       *[text] 텍스트의
    } 길이, 문장 부호, 대소문자, 처음과 끝만 보는 결정 트리의 카파가 { $split } 데이터에서 { DECIMAL($kappa, digits: 2) }이고, 데이터의 { PERCENT($sure) }를 확신합니다. 가장 먼저 보는 것: { $feature }
# English 2363f6c9
why-surface_shortcut = 겉모습만 보는 모델은 텍스트를 이해할 필요가 없습니다
# English 7c3f58b0
fix-surface_shortcut = 이런 흔적이 생긴 원인을 찾아 지우십시오

## Findings: tokens and the checkpoint

# English c03ea55f
finding-unknown_tokens = [UNK] 토큰
# English 93528a11
finding-sentence_pieces_as_word_pieces = 워드피스로 읽은 센텐스피스 어휘
# English 0d01c36c
finding-letters_for_tokens = 낱글자로 쪼개진 토큰
# English 9ca59550
finding-lost_hangul = 사라진 한글
# English c6f0f94e
finding-truncated_rows = 잘린 텍스트
# English 7d625a1f
finding-unknown_token_drift = [UNK] 토큰의 증가
# English 6e094394
finding-label_order_of_checkpoint = 체크포인트의 레이블 순서
# English 0f3dc3d1
finding-fine_tuned_checkpoint = 이미 미세 조정된 체크포인트
# English e9cc21fd
finding-unusual_initial_weights = 보통과 다른 초기 가중치
# English 0cf8c39a
finding-checkpoint_of_the_corpus = 이 말뭉치로 학습된 체크포인트
# English 878acadb
found-unknown_tokens = { $split } 데이터 토큰의 { PERCENT($share) }가 어휘에 없는 [UNK]입니다
# English fdcb200e
why-unknown_tokens = 인코더에 단어 대신 [UNK]가 입력됩니다. 토크나이저가 다른 언어나 다른 종류의 텍스트에 맞춰져 있습니다
# English c13a0f95
fix-tokenizer = 이 언어를 위한 토크나이저가 있는 체크포인트를 쓰십시오
# English 8805c66c
found-sentence_pieces_as_word_pieces = 워드피스 어휘의 { PERCENT($share) }가 센텐스피스의 표시 ▁로 시작합니다
# English 9ff590a9
why-sentence_pieces_as_word_pieces = 토크나이저가 센텐스피스 조각을 워드피스 규칙으로 읽어 단어 대부분이 [UNK]가 됩니다
# English 63759784
fix-sentence_pieces_as_word_pieces = 체크포인트에 딸린 센텐스피스 모델을 쓰거나, 그 모델이 tokenizer.json에 들어 있는 체크포인트를 쓰십시오
# English 8256d9e6
found-letters_for_tokens = { $split } 텍스트의 글자 하나에 토큰 { DECIMAL($tokens, digits: 1) }개
# English 3e160a9f
why-letters_for_tokens = 어휘에 이 언어의 단어가 없고 바이트나 낱글자뿐입니다
# English 1fbd3ec6
found-lost_hangul = 토크나이저의 정규화 뒤에 온전한 한글 음절이 하나도 남지 않습니다
# English 2828d726
why-lost_hangul = 악센트를 지우는 소문자 변환이 한글 음절을 자모로 분해하는데, 어휘에는 온전한 음절만 있습니다
# English 788fcf5c
fix-lost_hangul = 토크나이저의 `strip_accents`(또는 `do_lower_case`)를 false로 두거나, 다른 체크포인트를 쓰십시오
# English 7c988a27
found-truncated_rows = { $split } 데이터의 { PERCENT($rows) }가 토큰 { COUNT($most) }개에서 잘려, 토큰의 약 { PERCENT($lost) }를 잃습니다
# English 2b3f97d2
why-truncated_rows = 어떤 모델도 그 끝을 보지 못합니다
# English c9706a24
fix-truncated_rows = `max_length`를 늘리십시오
# English e2a43a4c
found-unknown_token_drift = [UNK] 토큰: 학습 { PERCENT($train) }, 테스트 { PERCENT($test) }
# English e580c82c
found-label_order_of_checkpoint = 레이블 순서: 체크포인트는 { $own }, 작업은 { $ours }
# English b5afef35
why-label_order_of_checkpoint = 체크포인트의 분류 헤드를 그대로 쓰면 레이블이 뒤바뀝니다. 여기서는 분류 헤드를 새로 학습하므로 점수에는 영향이 없습니다
# English b8c79f1a
fix-label_order_of_checkpoint = 레이블은 번호가 아니라 이름으로 비교하십시오
# English 87e4d10b
found-labels-in-checkpoint = 체크포인트의 설정에 이 작업의 레이블이 있습니다: { $labels }
# English a0d6a833
found-head-in-checkpoint = 체크포인트의 설정에 분류 헤드가 있습니다: { $head }
# English ae5aee4b
why-fine_tuned_checkpoint = 이미 레이블로, 어쩌면 이 작업의 레이블로 학습된 체크포인트라서 차이가 사전 학습만의 효과가 아닙니다
# English 8c993218
fix-pretrained-only = 사전 학습만 된 체크포인트를 쓰십시오
# English 5fd53a53
found-unusual_initial_weights = 처음부터 학습의 초기 가중치 표준편차는 { PLAIN($spread) }입니다. 공개된 인코더는 0.02입니다
# English ece90967
why-unusual_initial_weights = 처음부터 학습한 모델이 제 성능을 내지 못할 수 있습니다
# English d3d2c480
fix-unusual_initial_weights = 체크포인트의 config.json에서 `initializer_range`를 0.02로 두십시오
# English 6e07bc7d
found-checkpoint_of_the_corpus = 체크포인트의 출처 “{ $origin }”에 말뭉치 { $corpus }의 이름이 들어 있습니다
# English ab4a0211
why-checkpoint_of_the_corpus = 가중치가 이 레이블이나 테스트 데이터를 이미 보았을 수 있습니다

## Findings: the runs

# English 4ac76189
finding-aborted = 중단된 실행
# English 47f722c2
finding-collapsed = 우연 수준으로 붕괴
# English df4b3b1d
finding-diverged = 발산
# English e0bc8832
finding-failed_arm = 실패한 학습 방식
# English d6fdad1e
finding-failed_seed = 실패한 시드
# English 3c569433
finding-mixed_cells = 조건이 섞인 실행
# English f45b4927
finding-overfitted = 과적합
# English 029da003
finding-dead_gradient = 기울기 소실 또는 NaN
# English 80fd0591
finding-dead_part = 학습되지 않은 부분
# English 37fb6b78
finding-not_chosen_on_validation = 검증으로 고르지 않은 모델
# English 60b529fb
finding-skipped_steps = 건너뛴 스텝
# English 39f0805f
finding-never_improved = 학습 전보다 나아지지 않음
# English c0ec3d42
finding-unstable_seeds = 불안정한 시드
# English 076e9b2f
finding-identical_runs = 똑같은 실행
# English ac5f60f1
found-aborted = { COUNT($step) }스텝에서 중단: { $outcome }
# English 73370521
outcome-finished = 끝까지 마침
# English 0004d7bf
outcome-stopped_early = 조기 종료
# English 68245f49
outcome-stopped_at_the_ceiling_of_train = 학습 점수 상한에서 멈춤
# English a88ef8b3
outcome-loss_not_finite = 손실이 NaN 또는 무한대
# English e6c80ea8
why-aborted = 거의 학습되지 않은 모델의 점수입니다
# English 3f7f0a31
fix-aborted = 학습률을 낮추거나, fp32나 bf16으로 학습하십시오
# English d39bce12
found-collapsed = 선택된 모델이 검증 데이터에서 우연 수준: { $skill }
# English 40596d85
skill-rows = 매슈스 상관 계수 { SCORE($mcc) }
# English e36e0590
skill-words = 개체명 F1 { SCORE($f1) }, 태그의 매슈스 상관 계수 { SCORE($mcc) }
# English b9b6244e
why-collapsed = 학습에 실패한 실행이므로 이 점수로 모델의 성능을 판단할 수 없습니다
# English 31893436
fix-tune = 학습률, 웜업, 에포크 수를 검증 데이터만 보고 바꾸십시오
# English 657b468a
fix-tune-patience =
    학습을 일찍 멈춘 `training.patience`를 늘리거나, 학습률, 웜업, 에포크 수를 검증 데이터만 보고 바꾸십시오
# English af544d5d
fix-patience = 이 실행들을 일찍 멈춘 `training.patience`를 늘리거나 0으로 두고 다시 실행하십시오
# English ece385b6
found-diverged = 학습 손실: 처음 { SCORE($first) }, 최저 { SCORE($lowest) }, 최고 { SCORE($highest) }, 끝 { SCORE($last) }
# English 079901bd
why-diverged = 최적화가 발산하여 이미 배운 것을 잃었습니다
# English db682207
fix-diverged = 학습률을 낮추십시오
# English 58c5fd98
found-failed-runs = { $arm }: 실행 { $runs }번 가운데 { $failed }번 실패: { JOINED($each, ", ") }
# English c3aaf556
failed-run = { $cell }({ $reason })
# English 7e94a85f
why-failed_arm = 학습되지 않는 설정을 비교하고 있습니다
# English 9ba48f17
why-failed_seed = 판정에는 학습에 성공한 실행만 썼습니다. 나머지 실행이 실패한 것은 학습 설정의 문제입니다
# English 4c813928
found-overfitted = 학습 데이터 { SCORE($train) }, 검증 데이터 { SCORE($validation) }(학습 데이터 { COUNT($rows) }건)
# English 8e76d830
why-overfitted = 모델이 학습 데이터에서만 훨씬 잘 맞습니다
# English a416b1e3
fix-overfitted = 학습 데이터를 늘리거나 드롭아웃을 높이십시오
# English f7f391dc
found-dead_gradient = 기록된 스텝의 { PERCENT($share) }에서 기울기가 { $least }보다 작거나 유한하지 않습니다
# English 336788ab
why-dead_gradient = 이런 스텝에서는 아무것도 배우지 못합니다
# English 4f44bfc1
found-dead_part = { LIST($parts) }: { $least }보다 큰 기울기가 한 번도 오지 않았습니다
# English a4ff6d3b
why-dead_part = 이 부분은 초기값 그대로입니다
# English bd07fc97
found-not-chosen =
    { COUNT($kept) }스텝의 모델을 골랐지만(검증 { $score }), { COUNT($best) }스텝의 모델이 검증 데이터에서 더 낫습니다({ SCORE($best_score) })
# English e4afe822
score = { SCORE($value) }
# English 6492b568
no-record = 기록 없음
# English 7ce663a6
why-not-chosen = 검증 점수로 고른 모델이 아닙니다. 테스트로 골랐다면 테스트 점수가 실제보다 높게 나옵니다
# English 929498f8
fix-not-chosen = 검증 데이터로 고르고 다시 학습하십시오
# English 951cdd47
found-mixed-settings = 실행마다 설정이 다릅니다
# English ae98e3ff
found-mixed-recipe = 실행마다 레시피가 다릅니다
# English e91a09a8
found-mixed-inputs = 실행마다 입력이 다릅니다
# English 2a41283a
why-mixed-cells = 서로 다른 설정의 실행을 섞은 평균이라 어느 설정의 결과도 아닙니다
# English 53bbe560
fix-mixed-cells = `dvc repro`를 실행하고, 결과를 손으로 고치지 마십시오
# English 9b9afe8b
found-other-rows = 학습 방식마다 { $split } 데이터가 다릅니다
# English bc60c011
why-mixed-rows = 차이가 데이터에서 왔을 수 있습니다
# English 26d5e4b6
found-skipped_steps = { COUNT($steps) }스텝 가운데 { COUNT($skipped) }스텝은 fp16에서 기울기가 넘쳐 아무것도 바꾸지 못했습니다
# English 37eccca6
why-skipped_steps = 주어진 것보다 적은 스텝 동안 학습했고, 학습률도 끝까지 내려가지 않았습니다
# English cd53675f
fix-skipped_steps = bf16이나 fp32로 학습하거나(`training.precision`) 학습률을 낮추십시오
# English 6bc29a7a
found-never_improved = 검증 점수가 학습 전보다 높아진 적이 없어 초기 가중치를 골랐습니다
# English 330a8e95
why-never_improved = 학습되지 않은 모델의 점수입니다
# English b6ba292f
found-identical_runs = 실행 { COUNT($number) }번의 손실과 예측이 모두 같습니다
# English 151c2c64
why-identical_runs = 시드가 아무것도 바꾸지 않으므로, 시드에 따른 편차로는 다음 실행의 점수를 알 수 없습니다
# English 162c187b
fix-identical_runs = `training.seed_varies`를 확인하고, 이 학습 방식에 무작위인 부분이 남아 있는지 보십시오
# English fc792b68
found-unstable_seeds = 시드에 따라 테스트 점수가 { SCORE($low) }에서 { SCORE($high) }까지입니다
# English db5d7f7f
why-unstable_seeds = 시드 하나로 평균이 달라집니다
# English 203cf0e1
fix-unstable_seeds = 시드를 늘리십시오. 웜업과 에포크를 늘리면 학습이 안정됩니다

## Findings: prompts

# English 9a9d4079
finding-answer_in_prompt = 프롬프트에 든 정답
# English 8e82da1d
finding-answer_in_text = 텍스트에 든 정답
# English 11308a38
finding-equal_label_words = 같은 레이블 단어
# English 2383af60
finding-shared_first_token = 같은 토큰으로 시작하는 레이블 단어
# English 6e7b8fcf
finding-shorter_word_favoured = 짧은 단어 편향
# English 1f603ae7
finding-test_in_prompt = 프롬프트에 든 테스트 데이터
# English cf21bba6
finding-prompts_shortened = 잘린 프롬프트
# English 01780da7
found-answer_in_prompt =
    { $part ->
        [query] 모든 프롬프트의 끝부분
       *[instruction] 템플릿의 지시문
    }에 { JOINED($words, ", ") }만 있고 다른 레이블 단어는 없습니다
# English ce1735a0
why-answer_in_prompt = 모델은 텍스트와 상관없이 프롬프트에 나온 단어를 되풀이하기 쉽습니다
# English 2d094c45
fix-answer_in_prompt = 템플릿에서 그 단어를 빼거나 모든 레이블의 단어를 함께 쓰십시오
# English 7503cc8b
found-answer_in_text = 테스트 텍스트의 { PERCENT($share) }에 자기 레이블의 단어가 들어 있습니다. 레이블 단어가 하나만 든 텍스트에서는 { PERCENT($right) }가 정답입니다
# English 5fa469a5
why-answer_in_text = 모델이 정답을 그대로 읽을 수 있습니다. 실제로 쓸 텍스트에는 정답이 없습니다
# English dec1a015
fix-answer_in_text = 텍스트에서 레이블을 지우십시오
# English 555b4fb9
found-equal_label_words = 토큰이 똑같은 단어: { JOINED($words, ", ") }
# English c877511a
why-equal_label_words = 이 레이블들의 점수는 늘 같아서 모델이 하나를 고를 수 없습니다
# English 4e4713b3
fix-equal_label_words = 이 토크나이저가 구별하는 레이블 단어를 고르십시오(템플릿의 `labels`)
# English 39c9284e
found-shared_first_token = 첫 토큰이 같은 단어: { JOINED($words, ", ") }
# English 492d6463
why-shared_first_token = 그 토큰 뒤에서는 텍스트의 영향이 작아, 점수가 단어 끝부분을 비교하게 됩니다
# English c01ad60d
fix-shared_first_token = 첫 토큰이 서로 다른 레이블 단어를 고르십시오(템플릿의 `labels`)
# English c2f6eec3
found-shorter_word_favoured = 토큰이 가장 적은 레이블 단어를 예측한 검증·테스트 데이터의 비율이 정답의 비율보다 { POINTS($share) } %p 높습니다
# English 999f036b
found-word-never-wins = 다른 레이블 단어의 토큰 전체로 시작하는 단어: { JOINED($words, ", ") }. 그 단어보다 가능도가 높을 수 없습니다
# English 7652f1e4
why-shorter_word_favoured = 토큰이 하나 늘 때마다, 텍스트와 상관없이 단어의 가능도가 낮아집니다
# English f111bf65
fix-shorter_word_favoured = `prompting.normalisation`을 `bytes`로 하거나, `prompting.calibration`을 켜거나, 토큰 수가 같은 레이블 단어를 고르십시오
# English 6e8ef632
found-test_in_prompt = 예시 { COUNT($all) }개 가운데 { COUNT($number) }개가 학습 데이터가 아니거나 테스트 데이터와 같습니다
# English 94286722
why-test_in_prompt = 모델에 테스트 데이터의 정답을 보여 준 것입니다
# English 9b0a3a2e
fix-test_in_prompt = `dvc repro`로 학습 데이터에서 다시 뽑고, 학습 데이터에서 테스트 데이터를 빼십시오
# English a13560b5
found-prompts_shortened = 프롬프트 { COUNT($all) }개 가운데 { COUNT($number) }개, 예시 { COUNT($examples) }개에서 텍스트의 마지막 단어가 잘렸습니다
# English 549428fa
why-prompts_shortened = 잘린 부분을 모델이 보지 못합니다
# English 9b9a8f3c
fix-prompts_shortened = `prompting.max_tokens`를 늘리거나 예시를 줄이십시오
# English dcf04f5e
fix-prompt = `prompting.calibration`을 켜거나, 예시를 늘리거나, 템플릿이나 더 큰 모델로 바꾸십시오

## Findings: arms compared

# English c6550fa2
finding-smaller_budget = 더 작은 학습 예산
# English 89542511
finding-not_converged = 수렴하지 않음
# English 9cc82268
finding-underfitted = 과소적합
# English daad6099
finding-test_above_validation = 검증보다 높은 테스트 점수
# English 1af3c984
finding-test_below_validation = 검증보다 낮은 테스트 점수
# English fea15d5d
budget-steps = 학습 스텝: { $loser } { DECIMAL($own, digits: 0) }, { $winner } { DECIMAL($other, digits: 0) }
# English 97bf8b02
budget-decay = 가중치 감쇠: { $loser } { PLAIN($own) }, { $winner } { PLAIN($other) }
# English 69ba33e3
budget-decay-ruins =
    { $loser }: 학습률 { PLAIN($rate) }에서 가중치 감쇠 { PARTICLE(PLAIN($decay), "이/가") } 각 가중치의 { PERCENT($lost) }를 없앰
# English 7744b5d0
budget-rate = 학습률: { $loser } { PLAIN($own) }, { $winner } { PLAIN($other) }
# English b3d01fbe
budget-warmup = 웜업: { $loser } 스텝의 { PERCENT($own, digits: 0) }, { $winner } 스텝의 { PERCENT($other, digits: 0) }
# English 63267851
budget-schedule = { $loser }: 일정한 학습률, { $winner }: 0까지 내려가는 학습률
# English 64c433dc
why-smaller_budget = 점수가 낮은 쪽의 학습 예산이 더 작았으므로, 이 차이는 사전 학습만의 차이가 아닙니다
# English b6563544
fix-smaller_budget = 점수가 낮은 쪽에 적어도 다른 쪽만큼의 학습 예산을 주고 다시 실행하십시오
# English 66e7c0c2
found-not_converged =
    마지막 평가가 가장 좋습니다. 그 앞의 평가보다 검증 점수가 { POINTS($gained) } %p 올랐고 학습 손실이 { SCORE($before) }에서 { PARTICLE(SCORE($after), "으로/로") } 줄었습니다
# English 6410e19e
why-not_converged = 더 오래 학습하면 점수가 오르지만, 어느 쪽이 더 오를지는 알 수 없습니다
# English 43de471c
fix-not_converged = `epochs`를 늘리십시오
# English 85d9a0f8
found-underfitted = 학습이 끝났을 때 학습 데이터 점수: { SCORE($own) }, { $rival } { SCORE($other) }
# English 633533aa
why-underfitted-recipe = 무작위 가중치에서 시작한 모델은 이 데이터를 배우는데 사전 학습 인코더는 배우지 못하므로, 레시피에 문제가 있습니다
# English a5c127cf
why-underfitted-scratch = 무작위 가중치에서 시작하기에는 학습이 너무 짧아 차이가 더 커졌을 수 있습니다
# English 0d16050e
fix-underfitted-scratch = `scratch.epochs`를 늘리고 차이가 그대로인지 보십시오
# English f6a5d36a
found-test-unlike-validation =
    테스트 { SCORE($test) }, 검증 { SCORE($validation) }: 차이 { POINTS($difference, sign: "+") } %p, 표준오차의 { DECIMAL($errors, digits: 1) }배
# English 48be5c69
why-checkpoint-knows-test = 처음부터 학습한 모델은 그렇지 않으므로, 체크포인트가 이 테스트 데이터를 이미 학습한 것으로 보입니다
# English 934e0fd3
why-test-easier = 테스트 데이터가 검증 데이터보다 쉽거나, 학습 데이터에 이미 들어 있습니다
# English a4a420c4
fix-checkpoint-knows-test = 이 데이터 없이 학습된 체크포인트를 쓰십시오
# English d038586f
fix-test-easier = 학습 데이터에 테스트 데이터의 사본이 있는지, 학습·검증 데이터에 틀린 레이블이 있는지 살펴보십시오
# English b00385ff
why-test-harder = 테스트 데이터의 텍스트나 레이블이 모델이 배운 것과 다른 종류입니다
# English 3548036e
fix-test-harder = 테스트 데이터의 텍스트와 레이블을 학습 데이터와 비교하고, 모든 분할을 같은 출처에서 뽑으십시오

## Findings: the scores

# English d36e3bcd
finding-padding_or_outside_counted = 패딩이나 O를 센 점수
# English 2c698e6c
finding-score_not_reproduced = 재현되지 않는 점수
# English ba770d4a
finding-token_accuracy_flatters = 부풀려진 토큰 정확도
# English 87cb2228
finding-one_class_predicted = 한 레이블만 예측
# English d925a4ed
finding-class_never_predicted = 거의 예측하지 않는 레이블
# English 8b3fffcb
finding-prediction_drift = 예측 분포의 변화
# English 49c9a2b8
finding-near_chance = 우연에 가까움
# English 77f17c0d
finding-loses_to_a_baseline = 기준 모델보다 낮음
# English da56513c
finding-hypothesis_only_shortcut = 가설만으로 맞히는 지름길
# English 65356419
finding-too_small_to_tell = 검정력 부족
# English 2c024d41
finding-weak_segment = 취약한 구간
# English 51b1c95f
found-other-score = { $metric }: 보고된 값은 { DECIMAL($stated, digits: 4) }, 저장된 예측으로 계산하면 { DECIMAL($found, digits: 4) }
# English 622e69cb
why-padding-counted = 거의 늘 맞는 패딩, 서브워드, 개체명 밖의 단어를 센 점수입니다
# English b9537ef8
why-score_not_reproduced = 이 예측의 점수가 아닙니다
# English 8a67a3cf
fix-padding-counted = 단어만 놓고 온전한 개체명으로 점수를 매기십시오
# English 4d057661
fix-score_not_reproduced = `dvc repro`로 점수를 다시 매기십시오
# English e89833a6
found-judged-by-token = 개체명을 { PARTICLE($metric, "으로/로") } 판단합니다
# English be766ceb
why-judged-by-token = 단어 대부분이 개체명 밖에 있어, 어디서나 O라고 답해도 점수가 높습니다
# English e418f099
fix-judged-by-token = 개체명 F1로 판단하십시오
# English 3dd7130f
found-token_accuracy_flatters = 토큰 정확도는 { SCORE($accuracy) }인데 개체명 F1은 { SCORE($f1) }입니다
# English c6c8944f
why-token_accuracy_flatters = 단어 대부분이 개체명 밖에 있고, 그것까지 정답으로 셉니다
# English efd1fafc
fix-token_accuracy_flatters = 점수를 인용할 때는 개체명 F1을 쓰십시오
# English 883ab67e
found-one_class_predicted = 테스트 예측의 { PERCENT($share) }가 { $label }입니다
# English 03d48913
why-one_class_predicted = 모델이 아무것도 구별하지 못하며, 정확도는 그 레이블의 비율일 뿐입니다
# English 916173d1
found-class_never_predicted = 테스트에서 거의 또는 전혀 예측하지 않은 레이블은 { JOINED($labels, ", ") }입니다
# English afc5e944
class-predictions = { $label }(예측 { COUNT($predicted) }건, 정답 { COUNT($gold) }건)
# English ae139213
why-class_never_predicted = 작업의 일부를 배우지 못했는데 대표 지표에는 드러나지 않습니다
# English bb7b48d8
fix-class_never_predicted = 혼동 행렬을 보고, 더 오래 학습하거나 학습률을 바꾸십시오. 또는 학습 데이터를 늘리되, 이 레이블이 드물면 이 레이블부터 늘리십시오
# English 5507be39
found-swapped_labels =
    레이블이 있는 테스트 데이터 가운데 그대로는 { PERCENT($now) }가, 레이블을 바꿔 읽으면 { PERCENT($best) }가 맞습니다({ JOINED($order, ", ") })
# English c2701099
label-for-label = { $written } → { $read }
# English 75194a18
found-prediction_drift = 예측한 레이블의 { PERCENT($share) }가 바뀌어야 정답과 비율이 같아집니다
# English 3be9dfd8
why-prediction_drift = 모델이 어떤 레이블을 선호하거나, 비율이 다른 데이터로 학습되었습니다
# English f0bb90e6
fix-prediction_drift = 학습 데이터와 테스트 데이터의 레이블을 비교하고 혼동 행렬을 보십시오
# English 5301e0c8
found-near_chance = 테스트 { SCORE($score) }, 한 레이블로만 답하면 { SCORE($chance) }
# English 1c428f88
found-near_chance-mcc = 테스트 { SCORE($score) }, 한 레이블로만 답하면 { SCORE($chance) }(매슈스 상관 계수 { SCORE($mcc) })
# English b1fd1bad
why-near_chance = 무엇이라도 배웠는지 알 수 없습니다
# English 1d84ea35
fix-near_chance = 학습 데이터를 늘리거나, 더 오래 학습하거나, 학습률을 바꾸십시오
# English e79057fc
found-loses_to_a_baseline = { SCORE($own) }, 기준 모델 “{ $baseline }” { SCORE($score) }
# English 5d4940dd
finding-pretraining_without_gain = 손실이 줄지 않은 사전 학습
# English 97b977ab
found-pretraining_without_gain = 텍스트의 손실이 처음 5분의 1 스텝에서 평균 { SCORE($first) }, 마지막 5분의 1 스텝에서 평균 { SCORE($last) }로, 배치 사이의 우연을 넘어서는 감소가 없습니다
# English 9e0c4c0d
why-pretraining_without_gain = 텍스트에서 측정할 만큼 배운 것이 없는 가중치로는 그 텍스트의 효과를 알 수 없습니다
# English 158be9bc
fix-pretraining_without_gain = 스텝을 늘리거나 학습률을 바꾸거나, 인코더가 아직 모르는 텍스트로 사전 학습하십시오
# English b588d5e0
why-loses_to_a_baseline = 제대로 학습되지 않은 쪽과의 차이로는 사전 학습의 효과를 잴 수 없습니다
# English 3022ba9b
fix-loses_to_a_baseline = 비교하기 전에 그쪽을 더 잘 학습시키십시오: 학습률, 에포크, 데이터 수
# English 29ac173c
found-hypothesis_only_shortcut = 전제를 보지 않는 선형 모델의 정확도는 { SCORE($accuracy) }, 한 레이블로만 답하면 { SCORE($chance) }입니다
# English 56f29d3f
why-hypothesis_only_shortcut = 점수의 일부는 추론 없이도 얻어집니다
# English c66aa4fe
fix-hypothesis_only_shortcut = 점수를 인용할 때는 가설만 본 점수도 함께 밝히십시오
# English 6ea64e5f
found-too_small_to_tell =
    차이는 { POINTS($difference, $detectable, sign: "+") } %p인데, 테스트 데이터 { COUNT($rows) }건과 시드 { COUNT($seeds) }개로는 Holm 보정을 하지 않더라도 검정력 80 %로 찾을 수 있는 최소 차이가 { POINTS($detectable, $difference) } %p입니다
# English 89c6a1b8
found-too-small-for-any =
    차이는 { POINTS($difference, sign: "+") } %p인데, 테스트 데이터 { COUNT($rows) }건과 시드 { COUNT($seeds) }개로는 있을 수 있는 어떤 차이도 검정력 80 %로 찾을 수 없습니다
# English ec749ace
why-too_small_to_tell = 차이를 찾지 못했다고 해서 차이가 없다는 뜻은 아닙니다
# English d235f305
fix-too_small_to_tell = 테스트 데이터나 시드를 늘리십시오
# English 66601c97
found-weak_segment = 테스트 데이터 가운데 { $segment } { COUNT($rows) }건에서 { SCORE($part) }, 전체에서 { SCORE($whole) }
# English 6f388c5f
segment-short = 짧은 텍스트
# English 6a802815
segment-long = 긴 텍스트
# English f9e6396c
segment-genre = 장르가 { $genre }인 텍스트
# English ac67c8bc
why-weak_segment = 전체 평균에서는 드러나지 않습니다
# English 2bede512
fix-weak_segment = 이 데이터를 살펴보고, 학습 데이터에 더 넣으십시오

## Findings: what the surface of a text is described by

# English 18ad2d99
feature-length = 길이
# English 1b7c7daf
feature-words = 단어 수
# English 18be2d8c
feature-digits = 숫자
# English 7a79f7fb
feature-capitals = 대문자 수
# English 41a72db0
feature-capitals-only = 전부 대문자
# English 80b4f4df
feature-first-capital = 대문자로 시작
# English 428fd358
feature-outer-spaces = 앞뒤 공백
# English a7cc26c4
feature-double-spaces = 두 칸 공백
# English f848e8d8
feature-not-ascii = ASCII가 아닌 문자
# English 07ffa160
feature-mark = “{ $mark }”의 수
# English 9801b1f5
feature-end =
    { $place ->
        [first-word] 첫 단어
        [last-word] 마지막 단어
       *[last-character] 마지막 글자
    } “{ $text }”
# English 43201264
feature-nothing = 없음

## Questions of an assignment

# English b0b85b28
task-title = { $name }, { $about }
# English a759db01
task-with-encoder = { $corpus }(인코더 “{ $encoder }”)
# English f2219e30
named-encoder = 인코더 “{ $encoder }”
# English c072e1cf
about-sentiment = 한국어 영화평의 감성
# English 4c288b86
about-entailment = 전제가 가설을 함의하는가
# English 68aed0ed
about-entities = 뉴스의 개체명
# English c5383e0d
about-topics = 뉴스 기사의 주제
# English d14b4f86
kind-single = 텍스트 하나에 레이블 하나
# English b3ddfeb5
kind-pair = 두 텍스트를 한 입력으로 함께 읽고 레이블 하나를 붙임
# English a8550ba6
kind-words = 단어마다 태그 하나, 태그가 모여 개체명
# English dcd10b8a
ask-task = 어떤 작업입니까?
# English 6a023a1e
answer-task =
    { $title }: { $kind }({ JOINED($labels, ", ") }). 학습 { $rows } { COUNT($train) }개, 모델을 고르는 검증 { $rows } { COUNT($validation) }개, 평가하는 테스트 { $rows } { COUNT($test) }개입니다.
# English 26d34113
answer-majority = 다수 클래스로만 답하면 테스트 정확도가 { SCORE($accuracy) }입니다.
# English 8639b755
ask-design = 모델은 어떻게 설계되었습니까?
# English a0dd3786
a-transformer = 트랜스포머 인코더
# English 167ed497
architecture-sizes = { $model }(층 { $layers }개, 은닉 크기 { $units }, 어텐션 헤드 { $heads }개)
# English 086b6589
answer-design =
    { $model }이고 맨 위 분류 헤드까지 파라미터는 { COUNT($parameters) }개입니다. 입력은 토큰 번호 [배치, 토큰]이며 어휘 { COUNT($vocabulary) }개에서 최대 { COUNT($length) }개입니다. 출력은 로짓 { $shape }이고 소프트맥스가 { $kind ->
        [words] 태그
       *[rows] 레이블
    } 확률로 바꿉니다. 손실은 교차 엔트로피입니다.
# English c4e8f098
shape-rows = [배치, { $classes }]
# English de4e013c
shape-words = [배치, 토큰, { $classes }]
# English 5033c32d
shape = [{ JOINED($sizes, ", ") }]
# English 999f3967
answer-example =
    예: { JOINED($texts, " / ") } → 토큰 { $tokens } → 번호 { $ids }, 모양 [1, { $length }] → 로짓 { $shape } → { $kind ->
        [words] 단어마다 태그 하나, 유형은
       *[rows] 다음 가운데 하나:
    } { JOINED($labels, ", ") }.
# English 84aa2e66
quoted = “{ $text }”
# English 2c93b79a
ask-checkpoint = 어떤 사전 학습 모델을 썼고, 토크나이저가 이 텍스트에 잘 맞습니까?
# English dba99be0
answer-checkpoint = { $checkpoint }({ $place }). 토크나이저 어휘가 이 텍스트에 맞아야 합니다. 테스트 토큰의 { PERCENT($unknown) }가 [UNK]입니다.
# English 23bdd177
place-pretrain = 이 파이프라인이 직접 사전 학습
# English 0ea11ba6
pretrained-on-lines = 이 파이프라인이 텍스트 { COUNT($lines) }줄로 직접 사전 학습
# English 67f6fbdf
place-local = 로컬 폴더
# English 63f981f7
place-unknown = 출처 불명
# English 84673bdf
answer-synthetic-checkpoint = 합성 텍스트로 사전 학습했으므로 공개된 인코더와 비교할 수 없습니다.
# English 607d3127
answer-losses = 검증 손실(실행별 처음, 최저, 마지막 값을 각각 { $seeds }에 대해 평균): { JOINED($arms, ". ") }.
# English 0a123696
loss-of-arm =
    { $arm }: 처음 { SCORE($first) }, 최저 { SCORE($best) }({ $steps }), { $end ->
        [risen] 그 뒤 올라 끝에 { SCORE($last) }(검증 손실이 다시 오름)
       *[flat] 끝에 { SCORE($last) }
    }
# English 082907bf
loss-never-falls = { $arm }: 한 번도 낮아지지 않음(학습 전 { SCORE($first) }, 끝에 { SCORE($last) })
# English 2f5144aa
lowest-at-step = { COUNT($first) }스텝
# English 3aa704f7
lowest-at-steps = 시드에 따라 { COUNT($first) }~{ COUNT($last) }스텝
# English ae481793
answer-cost =
    시드당 평균: { JOINED($arms, ". ") }. 인코더 자체의 사전 학습 비용은 따로입니다. 걸리는 시간은 컴퓨터마다 다르므로 결과에 넣지 않습니다. python -m stages.forecast로 잴 수 있습니다.
# English 2d8ee3b3
cost-of-arm =
    { $arm }: { COUNT($steps) }스텝{ $batch ->
        [0] { "" }
       *[other] (배치 크기 { $batch })
    }, 파라미터 { COUNT($parameters) }개 가운데 { COUNT($trained) }개 학습

## Labels and steps

# English e5f2b86e
labels-and-steps = 레이블 수와 학습 스텝
# English 99729172
steps-to-same-score = 같은 점수에 도달하기까지 걸린 스텝
# English 8729f385
labels-assumption =
    학습 데이터가 더 많은데 처음부터 학습한 점수가 더 낮으면, 그 점수들에 가장 잘 맞는 오르는 곡선을 대신 씁니다. 측정한 크기 사이에서는 처음부터 학습한 모델의 오차의 로그가 학습 데이터 수의 로그에 대해 직선이라고 가정합니다. 신뢰구간은 이웃한 크기들이 보이는 만큼 휘는 곡선도 포함합니다. 점수가 떨어지는 구간이 있어 같은 점수가 여러 크기에서 나오면 그 크기를 모두 포함합니다.
# English ada1a6fb
labels-draw =
    { $covered ->
        [covered] 더 작은 크기에서는 시드마다 학습 데이터를 따로 추출했으므로, 점수와 레이블 배수의 신뢰구간에 추출에 따른 변동이 포함됩니다.
       *[shared] 더 작은 크기에서는 모든 실행이 한 번 추출한 같은 학습 데이터를 썼으므로, 점수와 레이블 배수의 신뢰구간에 다른 추출에 따른 변동은 포함되지 않습니다.
    }
# English f5d4304d
labels-per-class = 레이블마다 { COUNT($number) }
# English c4659faf
size-per-class = { COUNT($number) } (레이블마다 { COUNT($each) })
# English 89549a22
labels-of-task = { $task }{ $budget }: { $sentence }
# English 0566ad5e
labels-withheld = 레이블 배수의 판정을 보류했습니다: { $reasons }.
# English 9e94da5e
labels-one-seed = 시드 하나로는 시드 사이의 변동을 알 수 없어, 신뢰구간에 그 변동이 빠져 있습니다
# English f5d3d43f
labels-too-few-trained = 학습에 성공한 실행이 둘 미만인 크기의 점수가 필요합니다({ LIST($points) }). 다른 크기를 쓰거나(params.yaml의 train_sizes) 더 오래 학습하십시오
# English 6ba02b69
labels-few-trained =
    레이블 배수를 구할 때 학습에 성공한 실행이 둘 미만인 크기는 제외했습니다: { LIST($points) }{ $curve ->
        [shorter] . 처음부터 학습한 모델의 곡선은 그다음으로 큰 크기부터 씁니다
       *[whole] { "" }
    }.
# English a7925229
labels-point = 학습 데이터 { COUNT($rows) }건의 ‘{ $arm }’
# English 4684711f
labels-run-left-out = ‘{ $arm }’, 시드 { LIST($seeds) }, 학습 데이터 { COUNT($rows) }건의 실행 { $number }회는 학습에 실패하여 평균에서 제외했습니다: { $reason }.
# English 3411bff5
labels-run-counted =
    ‘{ $arm }’, 시드 { LIST($seeds) }, 학습 데이터 { COUNT($rows) }건의 실행 { $number }회는 학습에 실패했지만, 성공한 시드가 없어 평균에 포함했습니다: { $reason }.
# English 100aab05
labels-at-chance = 모델이 검증 데이터에서 우연 수준
# English 3016002b
labels-skipped =
    이 작업은 { COUNT($rows) }건으로 학습하므로, 학습 데이터 { JOINED($sizes, ", ") }건의 점은{ $number ->
        [1] { "" }
       *[other] { " " }모두
    } 곡선에 없습니다.
# English d3797eca
count = { COUNT($number) }
# English 93a65de1
labels-within =
    { $rows } { COUNT($number) }개로 학습한 ‘{ $treatment }’의 점수를 따라잡으려면 처음부터 학습한 모델에는 레이블이 { $factor }배 필요합니다(95 % 신뢰구간: { $interval }).
# English 5f3b53a0
labels-within-open =
    { $rows } { COUNT($number) }개로 학습한 ‘{ $treatment }’의 점수를 따라잡는 데 처음부터 학습한 모델에 레이블이 몇 배 필요한지는 결론을 내릴 수 없습니다: 이 실행들에 가장 잘 맞는 오르는 곡선으로는 { $factor }배입니다(95 % 신뢰구간: { $interval }).
# English 5d24e681
labels-beyond =
    { $rows } { COUNT($all) }개로도 따라잡지 못했습니다: { $rows } { COUNT($number) }개로 학습한 ‘{ $treatment }’의 점수에 도달하려면 처음부터 학습한 모델에는 레이블이 { $factor }배보다 많이 필요합니다(95 % 신뢰구간: { $interval }).
# English d78a8baa
labels-beyond-open =
    { $rows } { COUNT($number) }개로 학습한 ‘{ $treatment }’의 점수를 처음부터 학습한 모델이 { $rows } { COUNT($all) }개 안에서 따라잡는지는 결론을 내릴 수 없습니다: 이 실행들에 가장 잘 맞는 오르는 곡선으로는 따라잡지 못합니다(95 % 신뢰구간: { $interval }).
# English e088facc
labels-beyond-at-least =
    { $rows } { COUNT($number) }개로 학습한 ‘{ $treatment }’의 점수를 처음부터 학습한 모델이 { $rows } { COUNT($all) }개 안에서 따라잡는지는 결론을 내릴 수 없습니다: 이 실행들에 가장 잘 맞는 오르는 곡선으로는 따라잡지 못하고, 레이블이 최소 { $least }배 필요합니다(95 % 신뢰구간: { $interval }).
# English 1e51f953
labels-below =
    처음부터 학습한 모델에 ‘{ $treatment }’보다 레이블이 더 필요하지 않습니다: 가장 작은 크기인 { $rows } { COUNT($number) }개에서 같거나 더 낫습니다(배수의 95 % 신뢰구간: { $interval }).
# English 4b43c22c
labels-below-open =
    처음부터 학습한 모델에 ‘{ $treatment }’보다 레이블이 더 필요한지는 결론을 내릴 수 없습니다: 이 실행들에서는 가장 작은 크기인 { $rows } { COUNT($number) }개에서 같거나 더 낫습니다(배수의 95 % 신뢰구간: { $interval }).
# English 97d36dbe
factor = { DECIMAL($value, digits: 1) }
# English 0f64c11d
interval = { $low } ~ { $high }
# English d6a33caf
more-than = { $low }보다 큼
# English d27dcfa7
less-than = { $high }보다 작음
# English f2e8c8d9
open-at-both-ends = 양쪽 모두 한계 없음
# English 4a47a598
steps-to-best =
    검증 데이터에서{ $failed ->
        [0] { "" }
        [all] {" "}(두 실행이 모두 학습에 성공한 시드가 없어 실패한 실행도 포함)
       *[other] {" "}(학습에 실패한 실행이 있는 시드 { $failed }개는 제외)
    } { $first }. { $second }. 스텝은 평가한 시점의 스텝이므로, 실제로는 더 일찍 도달했을 수 있습니다.
# English c4828160
reached-never = ‘{ $arm }’ 방식은 ‘{ $rival }’ 방식의 최고 { $metric }에 한 번도 도달하지 못했습니다({ JOINED($steps, ", ") }스텝까지)
# English 28b23e03
reached-not-in-median = ‘{ $arm }’ 방식은 시드 중앙값으로는 ‘{ $rival }’ 방식의 최고 { $metric }에 도달하지 못했습니다(시드별 스텝: { JOINED($each, ", ") }. ‘{ $rival }’ 자신은 { JOINED($others, ", ") })
# English 66bbecf6
reached-at-step = ‘{ $arm }’ 방식은 ‘{ $rival }’ 방식의 최고 { $metric }에 { $step }스텝에서 도달했습니다(시드 중앙값. 시드별 스텝: { JOINED($each, ", ") }. ‘{ $rival }’ 자신은 { JOINED($others, ", ") })
# English bcb2a370
step = { PLAIN($number) }
# English 35eba589
never = 도달 못 함
# English b8c4652e
points-caption =
    학습 데이터 수별: 테스트 { $metric }, { $seeds }의 평균(95 % 신뢰구간)과, 그 데이터 수로 미세 조정한 사전 학습 모델을 따라잡는 데 처음부터 학습한 모델에 필요한 레이블의 배수
# English 6dd92e48
steps-caption = 상대 방식의 최고 { $metric }에 도달하기까지 걸린 스텝(검증 데이터, 같은 시드)
# English e434d109
column-training-rows = 학습 데이터 수
# English 6b121b1b
column-times-labels = 레이블 배수
# English 531e716a
column-arm = 학습 방식
# English d0c25abe
column-seed = 시드
# English 862a1d6d
column-best-of-other = 상대 방식의 최고 점수
# English 69a8097b
column-its-step = 상대 방식이 최고 점수에 도달한 스텝
# English 0a2f8a8f
column-reached-at-step = 그 점수에 도달한 스텝
# English 92a5b633
column-steps = 전체 스텝
# English 84355dc1
capitalized = { $text }
# English 99ad6ba7
mean-with-interval =
    { SCORE($mean) }
    ({ SCORE($low) } ~ { SCORE($high) })
# English 8b4e037c
times-labels =
    { $times }
    ({ $interval })
# English 40d7792c
at-most-smallest = 가장 작은 크기의 레이블로 충분

## Changed rows

# English 8275cde1
stress = 스트레스 테스트(변형한 텍스트)
# English ee75cfde
stress-how =
    학습된 모델을 변형한 테스트 데이터로 평가했습니다. 변형마다 바뀐 데이터가 정해진 수만큼 모이거나 남은 데이터가 없을 때까지 앞에서부터 차례로 적용했습니다. 변형 전후의 점수는 바뀐 데이터만의 것이므로, 그대로인 데이터는 모델에 유리하지도 불리하지도 않습니다. “같은 토큰”은 토크나이저가 변형 전과 구별하지 못하는 데이터입니다. 하락폭 = 변형 전 점수 − 변형 후 점수이고 음수이면 점수가 오른 것이며, 단위는 %p, 데이터와 실행으로 짝지은 95 % 신뢰구간을 함께 적습니다. 비교가 많으므로 일부 신뢰구간은 우연만으로도 0을 포함하지 않을 수 있습니다.
# English af390ca1
failed-runs-count = 학습 방식의 비교와 달리, 학습에 실패한 실행도 여기에는 포함됩니다.
# English 78999afd
stress-premise = 전제가 없으면 함의를 알 수 없습니다. 우연보다 높은 만큼은 가설만 보고 맞힌 것이므로, 하락폭이 작은 것은 장점이 아닙니다.
# English dd8e7af3
stress-majority = 변형 여부와 상관없이 전체 테스트 데이터에서 다수 클래스로만 답하면 { SCORE($score) }입니다.
# English 951ade19
stress-negation =
    규칙으로 확실히 부정문이 되는 칭찬만 바꾸며, 레이블은 negative가 됩니다. 이 데이터는 모두 변형 전에는 positive, 변형 후에는 negative이므로 늘 “positive”라고 답하는 모델은 1에서 0으로 떨어집니다.
# English a8924a28
stress-left-out = 제외: { JOINED($transformations, ", ") }.
# English 9d48a2c7
left-out = { $transformation }({ $reason })
# English e0726fd9
stress-caption = 변형한 테스트 데이터의 { $metric }, 모든 시드의 평균, 차이는 %p (95 % 신뢰구간{ $scope })
# English 61687acc
changed-of-offered = { COUNT($offered) }건을 변형해 { COUNT($changed) }건 바뀜
# English 1d8b3240
all-arms = 전체
# English 34cffb09
column-change = 변형
# English 60b161bf
column-rows-changed = 바뀐 데이터
# English cebd33ba
column-same-tokens = 같은 토큰
# English a7edff26
column-before = 변형 전
# English 96348b1b
column-after = 변형 후
# English 82c08dee
column-drop = 하락폭
# English e78bd566
column-more-than-scratch = 처음부터 학습보다 더 하락
# English 8833ab4c
transformation-typos = 오타
# English 78cefbfb
transformation-spacing = 띄어쓰기 변형
# English e3ad50c9
transformation-lower_case = 소문자
# English be98b497
transformation-upper_case = 대문자
# English 262cc544
transformation-punctuation_removed = 문장 부호 제거
# English 032f0609
transformation-unseen_entities = 학습 데이터에 없는 이름
# English bb97cff9
transformation-negation = 부정문으로 바꾼 칭찬, 레이블은 negative
# English d1aade6e
transformation-premise_removed = 전제 제거
# English 2ae30bd9
stress-not-spacing = 단어로 주어져 빼거나 더할 띄어쓰기가 없음
# English 695771d8
stress-not-lower_case = 한국어에는 대문자가 없음
# English 69c04dd0
stress-not-upper_case = { stress-not-lower_case }
# English e55f07a9
stress-not-unseen_entities = 이 작업에는 개체명이 없음
# English e1c71bb1
stress-not-negation = 레이블이 감성이 아님
# English 8c36039e
stress-not-premise_removed = 이 작업에는 전제가 없음

## Errors

# English fb88e8ed
errors = 오류
# English bf4d5de8
errors-missed-by-all =
    테스트 { $rows } { COUNT($number) }개({ PERCENT($share) })는 모든 학습 방식의 실행 { COUNT($runs) }번에서 모두 틀렸습니다.
# English 5ed7a8df
errors-of-sentences = 문장은 개체명을 빠짐없이 찾고 다른 것은 찾지 않았을 때 맞은 것입니다. 표시한 단어는 모델이 잘못된 태그에 가장 높은 확률을 준 곳입니다.
# English 2330f793
errors-wrong-labels =
    모델의 지나친 확신을 감안하면, 잘못 붙은 레이블은{ $of ->
        [names] (개체명으로 보이는 단어 가운데)
       *[rows] { "" }
    } 많아야 약 { PERCENT($rate) }로 추정됩니다. 이와 별도로, 모델들이 매우 확신하면서 레이블과 다른 답을 낸 { $rows } { COUNT($number) }개({ PERCENT($share) })를 확인할 대상으로 표시했습니다. 표시한 레이블이 모두 틀린 것은 아니므로, 표시한 비율이 추정한 비율보다 높을 수 있습니다. 모든 모델이 확신하며 함께 틀린 것도 들어 있으니, 고치기 전에 읽어 보십시오.
# English f6cddef1
errors-no-wrong-labels = 의심되는 레이블로 표시한 데이터가 없습니다. 모델의 지나친 확신을 감안하면, 레이블이 모두 맞을 때와 같은 정도로만 틀리기 때문입니다. 아래 표의 확률은 모델이 낸 그대로입니다. 레이블이 모두 맞다는 뜻은 아니므로, 모든 실행이 틀린 데이터를 읽어 보십시오.
# English 6cd63a7d
errors-texts-hidden = 말뭉치의 이용 조건이 공개를 금할 수 있어 텍스트는 보이지 않습니다. params.yaml의 error_analysis.publish_texts를 켜면 보입니다.
# English 8050ddca
errors-agreement-caption = 한쪽의 모든 실행이 맞히고 다른 쪽의 모든 실행이 틀린 테스트 { $rows }
# English 111e2423
test-mcnemar = 맥니마(McNemar) 정확 검정
# English a98ea181
test-approximate_randomisation = 근사 무작위화 검정
# English a4f20235
share = { COUNT($number) } ({ PERCENT($share) })
# English de904b52
column-p = p
# English 9baa6c34
column-always-arm = 이 방식만 맞힘
# English c82a2fe0
column-always-scratch = 처음부터 학습만 맞힘
# English 8908a0f2
errors-slices-caption = 길이와 레이블별: { $metric }, 모든 시드의 평균과 차이(%p, 95 % 신뢰구간{ $scope }. 비교가 많으므로 일부 신뢰구간은 우연만으로도 0을 포함하지 않을 수 있습니다)
# English c4317025
slice-words = 단어 { $name }개
# English a4d23be5
slice-characters = { $name }자
# English 3724aac5
slice-type = 유형 { $name } 있음
# English d8a49e03
slice-label = 레이블 { $name }
# English 35e1b208
slice-other = { $by } { $name }
# English 5b653bc9
column-rows-with = 데이터의 조건
# English a23bfcb0
column-rows = 데이터 수
# English 0b6d6790
column-score = 점수
# English 41771863
column-difference = 차이
# English 79c9224f
errors-rows-caption =
    개별 데이터, 종류마다 최대 { $most }건(reports/errors/{ $task }.json에 더 있음). 가장 그럴듯한 잘못된 레이블과 그 평균 확률(해당 학습 방식의 모든 실행, 또는 모든 학습 방식의 실행에 대한 평균)
# English 7ca01ffc
listed-wrong-in-all = 모든 실행에서 틀림
# English 7d2904d9
listed-confident = 가장 확신한 오류, { $arm }
# English 01575ff9
listed-always-arm = ‘{ $arm }’ 모델만 항상 맞힘
# English 8d245f3d
listed-always-rival = ‘{ $rival }’ 모델만 항상 맞힘({ $arm }: 틀림)
# English ca91fea7
listed-suspected = 의심되는 레이블 오류
# English b892b933
word-of-row = { $guid }, { $word }번째 단어
# English 2c594bb0
column-kind = 종류
# English 5a799530
column-row = 데이터 ID
# English 9a16d8e0
column-gold = 정답
# English 2e457d15
column-wrong-label = 잘못된 레이블
# English 554f7eb8
column-probability = 확률
# English 62ca9cce
column-text = 텍스트

## Running text, seconds

# English 99ec60e5
delivered =
    predict 명령이나 내보낸 모델에 주는 텍스트는 단어로 나뉘어 있지 않습니다. { PARTICLE($quoted, "은/는") } 테스트 문장을 원문처럼 이어 쓴 뒤 predict 명령과 같은 방식으로 단어로 나누어 예측하고, 개체명을 글자 위치로 비교한 값입니다. ‘{ $arm }’ 모델은 { SCORE($score) }, 말뭉치의 단어를 그대로 주면 { SCORE($headline) }입니다.
# English 8ac26a5b
seconds = 이 컴퓨터에서 { $task }의 시드당 학습 시간(초): { JOINED($arms, " / ") }.
# English 29cee943
seconds-of-arm = { $arm } { DECIMAL($seconds, digits: 1) }
# English 4adf2b82
seconds-of-some = { $arm } { DECIMAL($seconds, digits: 1) }(실행 { $runs }개 중 { $known }개)

## The page: its first screen

# English d51b10ca
page-title = 사전 학습은 얼마나 도움이 될까?
# English 8d21e1b3
page-answer-all-help =
    작업 { COUNT($count) }개 모두에서{ $budget } 사전 학습이 도움이 되었습니다. 테스트 점수가 무작위 가중치에서 시작한 같은 구조의 모델보다 { $gain } 높습니다.
# English 4cc0824e
page-answer-all-comparisons =
    작업 { COUNT($tasks) }개의 비교 { COUNT($comparisons) }개 모두에서{ $budget } 사전 학습이 도움이 되었습니다. 테스트 점수가 무작위 가중치에서 시작한 같은 구조의 모델보다 { $gain } 높습니다.
# English 28920224
page-gains = 적게는 { POINTS($least, $most) } %p에서 많게는 { POINTS($most, $least) } %p까지
# English 1c856297
page-gain-alone = { POINTS($gain) } %p
# English f902cc09
page-answer-one-helps =
    { $name }에서{ $budget } 사전 학습이 도움이 되었습니다. 테스트 점수가 무작위 가중치에서 시작한 같은 구조의 모델보다 { POINTS($gain) } %p 높습니다.
# English 4f3bd45e
page-answer-mixed = 사전 학습의 효과: { JOINED($clauses, ". ") }.
# English 3e5dff08
page-clause-helps = { $names }에서는 도움이 됨{ $budget }
# English 47e71b98
page-clause-hurts = { $names }에서는 해가 됨{ $budget }
# English ac3f3eb8
page-clause-cannot_tell = { $names }에서는 결론을 내릴 수 없음
# English 1be97e4d
page-budget-of-all = (적어도 이 학습 예산에서는)
# English 643c3bbd
page-budget-of-some = ({ $names }에서는 적어도 이 학습 예산에서)
# English eb46871a
page-answer-withheld = 판정 보류: { JOINED($clauses, ", ") }.
# English 4f0ebb38
page-withheld-on = { $names }({ JOINED($reasons, ", ") })
# English 87d31ba9
page-names = { JOINED($names, ", ") }
# English db07ec1c
page-several = 작업 { COUNT($count) }개
# English 4fb510b1
page-several-comparisons = 작업 { COUNT($tasks) }개(비교 { COUNT($comparisons) }개)
# English 94d8a3ff
page-answer-other =
    사전 학습 모델을 다르게 쓰는 방식과 처음부터 학습한 모델의 비교 { COUNT($count) }개(작업 { COUNT($tasks) }개) 가운데 점수가 더 높은 것은 { COUNT($above) }개{ $below ->
        [0] { "" }
       *[other] , 더 낮은 것은 { COUNT($below) }개
    }{ $open ->
        [0] { "" }
       *[other] , 결론을 내릴 수 없는 것은 { COUNT($open) }개
    }입니다{ $budget }.
# English 7a21c73a
page-budget-of-others = . 학습 예산을 늘리면 이 판정 가운데 { COUNT($count) }개는 달라질 수 있습니다
# English 2f5c55fd
page-named = { $task } ({ $arm })
# English e05ef26b
page-named-arms = { $task } ({ JOINED($arms, " / ") })
# English f917e8fb
page-budget = { $verdict } (이 학습 예산에서)
# English a0b0c348
page-gain = { POINTS($difference, $low, $high, sign: "+") } %p
# English 9cf28801
page-interval = 95 % 신뢰구간 { POINTS($low, $difference, $high) }{ "\u00A0" }~{ "\u00A0" }{ POINTS($high, $difference, $low) }
# English d0d47269
page-versus = { $metric }: { $arm } { SCORE($first) }, { $rival } { SCORE($second) }
# English 40fcd382
page-no-finding = 의심할 점 없음
# English ff9fdcb1
page-sources = 데이터: { JOINED($sources, ", ") }.
# English 9455c0ee
page-source = { JOINED($names, ", ") } ({ $source })
# English 599bc0f6
from-sample = 형식만 같은 합성 텍스트, 파이프라인이 작성
# English aab0e38e
from-published = 공개된 파일, 고정된 버전
# English b51f7048
from-local = 로컬 파일
# English 432dd244
from-hub = 허깅페이스 허브 데이터셋
# English 691de2bd
page-synthetic = 합성 표본
# English 872e5fe2
page-synthetic-all =
    합성 표본: 모든 작업의 텍스트를 파이프라인이 사전 학습에 유리하게 만들었습니다. 이 수치는 파이프라인이 동작한다는 것만 보여 줍니다. 이 결과로는 실제 텍스트에 대해 아무것도 알 수 없습니다.
# English 0086e80b
page-synthetic-some =
    합성 표본: { JOINED($names, ", ") }의 텍스트를 파이프라인이 사전 학습에 유리하게 만들었습니다. 이 수치는 파이프라인이 동작한다는 것만 보여 줍니다. 이 결과로는 실제 텍스트에 대해 아무것도 알 수 없습니다.

## The page: what a result means

# English f2cd4945
page-headline-accuracy =
    테스트 { $rows } 1,000건으로 환산하면(실제로는 { COUNT($tested) }건) 사전 학습 체크포인트에서 시작한 모델은 { OF_THOUSAND($first) }건을 맞히고, 무작위 가중치에서 시작한 같은 구조의 모델은 { OF_THOUSAND($second) }건을 맞힙니다.
# English 173bec53
page-plain-majority = 다수 클래스로만 답해도 { OF_THOUSAND($majority) }건은 맞습니다.
# English da2b633d
page-headline-entity_f1 =
    개체명의 경계와 유형을 모두 맞히고 없는 개체명을 만들지 않으면 점수(개체명 F1)가 1입니다. 사전 학습 체크포인트에서 시작한 모델은 { SCORE($first) }, 무작위 가중치에서 시작한 같은 구조의 모델은 { SCORE($second) }입니다.
# English cffc3e5b
page-means-helps =
    { POINTS($difference, $low, $high) } %p의 차이는 시드와 테스트 데이터의 우연으로 설명되지 않을 만큼 큽니다. 이 작업에서는 사전 학습이 도움이 되었습니다.
# English 6eb947e7
page-means-hurts =
    사전 학습 모델의 점수가 시드와 테스트 데이터의 우연으로 설명되지 않을 만큼 낮습니다. 이 작업에서는 사전 학습이 해가 되었습니다.
# English 1f969c11
page-means-above_scratch =
    사전 학습 모델을 이렇게 쓰면 처음부터 학습한 모델보다 우연으로 설명되지 않을 만큼 점수가 높습니다.
# English 17298c8d
page-means-below_scratch =
    사전 학습 모델을 이렇게 쓰면 처음부터 학습한 모델보다 우연으로 설명되지 않을 만큼 점수가 낮습니다.
# English e8060fc5
page-plain-withheld = 다음 문제 때문에 결론을 내리지 않습니다: { JOINED($reasons, ", ") } (‘주의할 점’ 참고).
# English a11d52a3
page-plain-chance = 이만한 차이는 시드와 테스트 데이터의 우연으로도 생길 수 있으므로 결론을 내릴 수 없습니다.
# English 0808e3ea
page-plain-corrected = 신뢰구간은 0을 포함하지 않지만, 비교가 { $family }개이면 그중 하나는 우연히 그럴 수 있습니다. Holm 보정을 하면 { P($p) }이므로 결론을 내리지 않습니다.
# English 0619aeb3
page-plain-one-run = 학습 방식마다 실행이 하나뿐이라 시드가 다르면 어떻게 될지 알 수 없으므로 방법에 대한 결론을 내릴 수 없습니다.
# English b632a6dc
page-plain-one-run-left = 학습에 성공한 실행이 하나뿐인 방식이 있어 시드가 다르면 어떻게 될지 알 수 없으므로 방법에 대한 결론을 내릴 수 없습니다.
# English 8682a413
page-plain-care = 다만 주의해서 읽어야 합니다: { $finding }({ $about }). ‘주의할 점’에 설명이 있습니다.
# English fa2a5a60
page-plain-budget = { JOINED($reasons, " ") } 학습 예산을 늘리면 결과가 달라질 수 있습니다.
# English d309f5b7
page-loser-smaller_budget = 점수가 낮은 쪽의 학습 예산이 더 작았습니다.
# English 7e4525cd
page-loser-not_converged = 점수가 낮은 쪽은 학습이 끝날 때에도 점수가 오르고 있었습니다.
# English 46bc65bb
page-loser-underfitted = 점수가 낮은 쪽은 자기 학습 데이터를 다른 쪽만큼 잘 맞히지 못합니다.
# English 647a373e
page-plain-left-out = ‘{ $arm }’ 방식의 실행 { COUNT($runs) }개 가운데 학습에 실패한 { COUNT($count) }개는 제외했습니다.
# English 9d51293a
page-plain-baselines-below =
    다음의 더 단순한 방법{ $number ->
        [1] 은
       *[other] { " " }{ COUNT($number) }가지는
    } 사전 학습 모델보다 점수가 높습니다: { JOINED($baselines, ", ") }.
# English b8b074a7
page-plain-baselines-inconclusive =
    다음의 더 단순한 방법{ $number ->
        [1] { "" }
       *[other] { " " }{ COUNT($number) }가지
    }보다 사전 학습 모델이 나은지는 결론을 내릴 수 없습니다: { JOINED($baselines, ", ") }.
# English 27a07a27
page-plain-baseline = { $baseline } { SCORE($score) }
# English 9764b448
page-plain-frozen = 고정한 사전 학습 인코더 + 로지스틱 회귀 { SCORE($score) }(이 방법도 사전 학습 인코더를 쓰므로, 차이는 미세 조정이 더한 것)
# English 8c136712
page-plain-sample = 텍스트가 합성이므로 이 결과로는 실제 텍스트에 대해 아무것도 알 수 없습니다.

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
page-change = 이 작업을 학습하기 전과 후
# English d37ef9fb
page-differs = 두 학습 방식의 차이
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
page-classes = 레이블별 점수
# English a346b84e
page-calibration = 확률 보정
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
page-settings-alike = 초기 가중치를 빼면 두 학습 방식의 설정은 같습니다.
# English e65e682e
page-settings-differ = 두 학습 방식에서 서로 다른 설정
# English a6fc8a48
page-setting = 설정
# English 2e82c1ed
name-of-setting =
    { $name ->
        [train_size] 학습 데이터 수
        [batch_size] 배치 크기
        [batch_tokens] 배치당 최대 토큰 수
        [accumulation] 기울기 누적
        [max_gradient_norm] 기울기 노름 상한
        [objective] 학습 목표
        [generator] 생성기 크기
        [steps] 스텝
        [masked] 가리는 비율
        [seed] 시드
        [vector_window] 벡터 창 크기
        [dropout] 드롭아웃
        [label_smoothing] 레이블 스무딩
        [class_weights] 클래스 가중치
        [evaluations] 평가 횟수
        [patience] 조기 종료 전 평가 횟수
        [stop_at_train_score] 학습 점수 상한
        [precision] 정밀도
        [threads] 스레드 수
        [processes] 프로세스 수
        [nodes] 노드 수
        [seed_varies] 시드가 바꾸는 것
        [epochs] 에포크
        [warmup] 웜업
        [schedule] 학습률 스케줄
        [weight_decay] 가중치 감쇠
        [lr] 학습률
        [recipe_lr_factor] 레시피: 학습률 배수(학습률에 이미 곱함)
        [recipe_layer_lr_decay] 레시피: 층별 학습률 감쇠
        [recipe_reinitialised_layers] 레시피: 다시 초기화한 층
        [recipe_method] 미세 조정 방식
        [recipe_rank] 레시피: 랭크
        [recipe_alpha] 레시피: 알파
        [recipe_frozen_layers] 레시피: 고정한 층
        [recipe_prefix_tokens] 레시피: 프리픽스 토큰 수
        [recipe_unfrozen_by] 레시피: 동결을 모두 푸는 시점
        [recipe_pairs_per_row] 레시피: 데이터당 쌍의 수
        [recipe_max_pairs] 레시피: 최대 쌍의 수
        [recipe_epochs] 레시피: 에포크
        [distillation_temperature] 증류: 온도
        [distillation_gold_weight] 증류: 정답 레이블의 비중
        [source] 출처
        [repository] 저장소
        [revision] 리비전
        [commit] 커밋
        [conversion] 변환
        [text] 텍스트
        [lines] 줄 수
        [text_sha256] 텍스트 SHA-256
        [weights_sha256] 가중치 SHA-256
        [device] 장치
        [instruction_set] 명령어 집합
       *[other] { WORDS($name) }
    }
# English 714a5982
value-of-setting =
    { $value ->
        [none] 없음
        [auto] 자동
        [both] 가중치와 데이터 순서
        [weights] 가중치
        [order] 데이터 순서
        [balanced] 균형
        [linear] 선형
        [cosine] 코사인
        [constant] 일정
        [polynomial] 다항식
        [full] 모든 파라미터
        [head] 분류 헤드만
        [partial] 부분 미세 조정
        [gradual] 점진적 동결 해제
        [lora] LoRA
        [ia3] (IA)³
        [prefix] 프리픽스
        [setfit] SetFit
        [mlm] 마스크 언어 모델
        [rtd] 교체 토큰 탐지
        [pretrain] 이 파이프라인
        [local] 로컬
        [hub] 허깅페이스 허브
        [True] 예
        [False] 아니요
       *[other] { $value }
    }
# English f06a9921
setting-unset =
    { $name ->
        [train_size] 전부 사용
        [batch_tokens] 제한 없음
       *[other] 쓰지 않음
    }
# English 09ea291c
setting-with-value = { $setting } { $value }
# English 8b8de231
page-agreement =
    테스트 { $rows } { COUNT($total) }건 가운데 두 실행이 모두 맞힌 것은 약 { COUNT($both) }건, ‘{ $arm }’ 방식만 맞힌 것은 { COUNT($first) }건, ‘{ $rival }’ 방식만 맞힌 것은 { COUNT($second) }건, 둘 다 틀린 것은 { COUNT($neither) }건입니다(학습에 성공한 두 방식의 실행을 하나씩 모두 짝지은 평균{ $kind ->
        [words] . 개체명을 모두 정확히 찾은 문장을 맞힌 것으로 셉니다
       *[other] { "" }
    }).
# English 6bfd258a
page-widest-gap =
    레이블별 F1의 차이는 { $label }에서 가장 큽니다: { SCORE($first) }({ $arm }), { SCORE($second) }({ $rival }).
# English 9ef6466d
page-reverse-gap = { $label }에서는 반대로 ‘{ $better }’ 모델의 F1이 더 높습니다: { SCORE($first) }({ $arm }), { SCORE($second) }({ $rival }).
# English 9462ee58
page-finding-about =
    { $finding }({ $about }){ $more ->
        [0] { "" }
       *[other] { " " }외에 { COUNT($more) }건 더
    }
# English 0a9b1d9c
page-change-caption = { $metric }, { $seeds }의 평균
# English 558ddac3
page-test-before = 테스트, 이 작업을 학습하기 전
# English 7a4b278c
page-test-after = 테스트, 학습한 후
# English ecdf6a9b
page-train-before = 학습 데이터, 이 작업을 학습하기 전
# English 567879c8
page-train-after = 학습 데이터, 학습한 후
# English e8f631d5
page-matrix = 정답 레이블(행)과 예측 레이블(열), { $seeds } 전체: { $arm }
# English afdb8fcf
page-cell = { COUNT($count) } ({ PERCENT($share) })
# English 4b1ec0ac
caption-temperatures =
    온도 스케일링: 테스트의 손실과 확률 보정 오차, 적용 전 → 후. 온도는 로짓을 나누는 값으로 검증 데이터에서 정하며, 1보다 크면 모델의 확신이 지나치다는 뜻입니다{ $dashes ->
        [some] . 줄표는 검증 데이터로 온도를 정할 수 없다는 뜻입니다
       *[none] { "" }
    }
# English fe265433
column-temperature = 온도
# English 211438ae
page-bins = 확신도 구간별 테스트 예측, { $seeds } 전체
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
page-both-scores = 점수 (해당 방식 대 처음부터 학습)
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
# English 1b487ddb
page-glossary =
    처음부터 학습: 같은 모델을 무작위 가중치에서 학습한 것. 1 %p는 점수 0.01입니다(0.60 → 0.61이면 +1 %p). Holm(홀름) 보정: 여러 비교를 한꺼번에 하면 우연히 차이가 나오기 쉬우므로 그만큼 p를 높이는 것. 심각: 결론을 보류하게 할 수 있는 문제. 경고: 결과를 잘못 읽기 쉬운 곳. 참고: 알아 두면 좋은 점.
# English 1f1408e2
page-skip = 결론으로 건너뛰기
# English cecfa5ad
page-link = 이 절의 링크
# English 9f9d23da
page-copy-csv = CSV로 복사
# English 960d38f1
page-copy-latex = LaTeX로 복사

# further test sets

# English 97c43b1c
further-test = 추가 테스트 데이터: { $title }
# English 08ffbd1f
further-test-how =
    이 작업의 학습된 모델을 다른 테스트 데이터 { COUNT($rows) }건으로 평가했습니다. 어떤 선택에도 쓰지 않았고, 판정에도 쓰지 않습니다. 비교가 많으므로 일부 신뢰구간은 우연만으로도 0을 포함하지 않을 수 있습니다.
# English 2f71bd83
second-gold-how =
    이 작업의 테스트 문장 { COUNT($rows) }개를 둘째 정답으로 다시 채점했습니다. 이 정답은 어떤 선택에도 쓰지 않았고, 판정에도 쓰지 않습니다. 비교가 많으므로 일부 신뢰구간은 우연만으로도 0을 포함하지 않을 수 있습니다.
# English 704f67e8
further-test-merged = 모델의 예측은 레이블 이름에 따라 합쳐서 셉니다: { LIST($labels) }.
# English 52e742d7
merged-label = { $label } → { $other }
# English 6ea16fa0
further-test-overlap = 이 데이터의 { PERCENT($share) }는 학습 세트에도 있습니다. 실행이 쓴 것은 학습 세트의 일부일 수 있습니다.
# English 80c83ae6
further-test-one-seed =
    학습에 성공한 시드가 학습 방식마다 많아야 하나입니다. 원래 테스트 데이터에서 점수가 비슷한 시드라도 다른 테스트 데이터에서는 수십 %p까지 다를 수 있으므로, 이 점수로는 학습 방식을 평가할 수 없습니다. `seeds`를 늘리십시오.
# English 5a3bafb6
further-test-seeds =
    한 학습 방식의 시드별 점수는 어떤 부분에서 표준편차 { POINTS($spread) } %p까지 다릅니다. 시드 하나로는 알 수 있는 것이 거의 없습니다.
# English c39a371e
further-test-caption = { $title }의 { $metric }, { $seeds }의 평균과 95 % 신뢰구간{ $scope }
# English 2c9289e3
genre-column = { CAPITALIZED(WORDS($name)) }
# English b1b2cb9e
column-genre = 장르
# English c9ec498d
column-interval = 95 % 신뢰구간
# English b2c5aaec
column-range-of-seeds = 시드별 최저 ~ 최고
# English f0a52b17
column-above-scratch = 처음부터 학습과의 차이
# English b6b7440c
all-genres = 전체
# English 5ac55ada
all-labels = 전체
# English a15ea86b
second-gold-caption =
    두 정답 기준에 따른 오류(실행당). 첫째 정답을 둘째 정답으로 채점하면 { SCORE($score) }이며, 둘째 정답의 개체 { COUNT($unreachable) }개는 테스트 데이터의 단어와 맞지 않습니다
# English 54332f26
column-f1-first = 첫째 정답 기준 F1
# English b68e4cc7
column-f1-second = 둘째 정답 기준 F1
# English b6d7355c
column-errors-first = 첫째 정답 기준 오류
# English e0cebd0b
column-right-by-second = 그중 둘째 정답으로는 맞음
# English 5d831890
column-errors-second = 둘째 정답 기준 오류
# English 997f9a12
column-right-by-first = 그중 첫째 정답으로는 맞음
# English 07187bd9
share-of-errors = { PERCENT($share) }

## Tables and facts of the details

# English 5f65583c
caption-summary = 테스트의 대표 지표: { $seeds }의 평균(시드별), 차이는 %p (95 % 신뢰구간)
# English 6bb34440
synthetic-task = { $task } [합성 표본]
# English 8ecba50e
scored-baseline = { $baseline } { SCORE($score) }
# English d9af78f8
failed-score = { SCORE($value) } 실패
# English 80935574
score-range = { SCORE($low) } ~ { SCORE($high) }
# English c913a720
mean-of-seeds =
    { SCORE($mean) }
    ({ JOINED($each, ", ") })
# English 4d837f58
difference-over-interval =
    { POINTS($difference, $low, $high, sign: "+") }
    ({ POINTS($low, $difference, $high) } ~ { POINTS($high, $difference, $low) })
# English 6002b9e4
p-over-corrected =
    { P_VALUE($p) }
    ({ P_VALUE($corrected) })
# English ef5abde3
p-of-these-runs =
    { P_VALUE($p) }
    (이 실행들)
# English 86fbad81
caption-findings = 진단 결과
# English e8e45efc
caption-scores = 이 작업을 학습하기 전 → 후, 그리고 학습 후 { $metric }의 95 % 신뢰구간
# English 3c46b2eb
caption-slices = 테스트 데이터와 장르별: { $metric }, { $seeds }의 평균과 차이(%p, 95 % 신뢰구간{ $scope }. 비교가 많으므로 일부 신뢰구간은 우연만으로도 0을 포함하지 않을 수 있습니다). 찾을 수 있는 최소 차이는 각 비교를 하나만 할 때 검정력 80 %의 값입니다
# English 69464002
interval-scope =
    { $scope ->
        [rows] , 테스트 데이터의 변동만 반영
        [some] , 학습에 성공한 실행이 하나뿐인 방식은 테스트 데이터의 변동만 반영
       *[recipe] { "" }
    }
# English 981c8acc
caption-runs = 학습 실행
# English 566deb23
caption-baselines =
    인코더를 학습하지 않는 기준 모델의 테스트 점수, 그리고 각 학습 방식의 { PARTICLE($metric, "이/가") } 그보다 높은 정도(%p, 95 % 신뢰구간{ $scope }. 비교가 많으므로 일부 신뢰구간은 우연만으로도 0을 포함하지 않을 수 있습니다){ $kind ->
        [pair] . ‘가설만’은 첫 텍스트(전제)를 보지 않습니다. TF-IDF는 두 텍스트의 단어를 모두 보지만 어느 텍스트의 단어인지는 모릅니다. 각 학습 방식은 두 텍스트를 모두 읽습니다
       *[other] { "" }
    }{ $fits ->
        [one] { "" }
       *[each] . 시드마다 뽑은 데이터로 기준 모델도 새로 학습합니다. 기준 모델의 점수는 모든 시드의 평균이고, 차이는 그 방식의 학습에 성공한 시드만의 평균입니다
    }
# English 25365419
caption-further-metrics = 학습 후 테스트의 다른 지표. 매슈스 상관 계수(MCC)는 예측과 정답의 상관으로, 1이면 모두 맞힌 것이고 0이면 우연 수준입니다. 브라이어 점수는 예측 확률과 정답의 차이를 제곱해 레이블에 대해 더한 값의 평균으로, 낮을수록 좋습니다. 확률 보정 오차는 모델의 확신도와 실제 정확도가 벌어진 정도입니다
# English e0ccb2a5
seeds-of-means =
    { $trained ->
        [some] 학습에 성공한 시드
       *[all] 시드
    }
# English 00e51dc8
caption-types = 테스트의 개체명 유형별 점수, { $seeds }의 평균
# English c8dd3a19
caption-labels = 테스트의 레이블별 점수, { $seeds }의 평균
# English c91a3bd7
caption-entity-errors = 테스트의 개체명 오류, { $seeds } 전체의 합계
# English ff072797
caption-paired = 같은 테스트 데이터에서 실행끼리 비교({ LIST($tests) }). 두 실행의 출력이 서로 바뀌어도 이상하지 않다고 가정할 때 이만한 차이가 날 확률이며, 시드는 고려하지 않습니다. 판정 문장의 p는 신뢰구간에서 구한 값이므로 같은 두 실행이라도 다를 수 있습니다
# English 8b7e18c5
caption-entities-by-type = 유형별 개체명
# English a6d27abc
caption-rows-by-label = 레이블별 데이터 수
# English c58b3c7a
caption-tokens = 토큰: 입력마다 최대 { COUNT($most) }개, 어휘 { COUNT($vocabulary) }개. 길이는 중앙값 / 90 % / 99 % / 최장
# English 3f8294db
column-about = 대상
# English f352b4ab
column-against = 비교 대상
# English 8c39a1be
column-all-tokens = 전체 토큰
# English 7d871ad7
column-baseline = 기준 모델
# English 45d94e30
column-baselines = 기준 모델
# English f50bd57e
column-best-step = 선택된 모델의 스텝
# English 3dba86ea
column-characters = 글자 수
# English 9f79a808
column-detectable = 찾을 수 있는 최소 차이
# English f2f34f4b
column-dropped = 제외
# English bb2cb16d
column-evidence = 근거
# English a576ffa8
column-finding = 진단
# English bc893514
column-found = 이 실행의 문제
# English efc409cb
column-kept = 사용
# English 2c4a711c
column-label = 레이블
# English 53582d99
column-metric = 지표
# English 0f761082
column-outcome = 결과
# English c81a66db
column-p-holm = p (Holm 보정)
# English b7ca78c8
column-precision = 정밀도
# English 4cccdbcb
column-read = 읽음
# English 6e4492bd
column-reason = 이유
# English 3c6a6dec
column-recall = 재현율
# English 46f77a2f
column-remedy = 해결책
# English b235c14b
column-repeats = 앞 데이터와 중복
# English 519c1e5d
column-repeats-of-split = 겹치는 분할
# English adff27fc
column-run = 실행
# English 651168f1
column-severity = 심각도
# English a5ac00fc
column-split = 분할
# English 60a3a015
column-split-sentences = 나뉜 문장
# English 3e211452
column-support = 실제 건수
# English 017453f6
column-test-set = 테스트 데이터
# English 1bc0bfa1
column-tokens = 토큰
# English 8ac658be
column-truncated = 잘린 데이터
# English 5bad1327
column-type = 유형
# English 1cf251da
column-unknown-tokens = [UNK] 토큰
# English 2cedebdd
column-why = 이유
# English 8a80d9a4
column-words = 단어 수
# English 9540e54a
entity-error-type = 유형 틀림
# English e88014ad
entity-error-boundary = 경계 틀림
# English b42f4aca
entity-error-type_and_boundary = 둘 다 틀림
# English aec6ee4e
entity-error-spurious = 없는 개체명
# English c69ff7a7
entity-error-missed = 놓침
# English e8690158
failed-outcome = { $outcome } (실패)
# English ff4e76d4
fact-task = { $name }: { $kind }, { LANGUAGE($language) }
# English 135beffc
fact-types = 개체명 유형
# English c25aef4d
fact-labels = 레이블
# English c63eed16
fact-metric = 대표 지표
# English 1bb84fd8
fact-independent = 서로 독립인 테스트 단위
# English af2cf8c9
fact-groups =
    { $kind ->
        [words] 문서
        [pair] 전제
       *[other] 묶음
    } { COUNT($number) }개
# English aa0b27c9
fact-detectable = 검정력 80 %로 찾을 수 있는 최소 차이(비교가 여럿이면 Holm 보정의 첫 단계 기준)
# English b3fcc908
fact-points =
    { POINTS($points) } %p ({ $arm } 대 { $rival }, p < 0.05{ $comparisons ->
        [1] { "" }
       *[other] { " " }/ { $comparisons }
    })
# English 13593da6
fact-parameters = 파라미터
# English ec528384
parameters-all = { COUNT($total) }개, 모두 학습
# English afc6b9b3
parameters-some = { COUNT($total) }개, 그중 { COUNT($trained) }개 학습
# English f5c2351c
parameters-of-arm = { $parameters } ({ $arm })
# English e11e56f3
weights-adaptation = 추가 사전 학습
# English c10dcb07
weights-self_pretraining = 자체 사전 학습
# English e8df5f6c
adaptation =
    { $place } { COUNT($number) }건{ $tokens ->
        [0] { "" }
       *[other] (토큰 { COUNT($tokens) }개)
    }으로 { $objective ->
        [rtd] 교체 토큰 탐지
       *[mlm] 마스크 언어 모델
    } 학습{ $left ->
        [0] { "" }
       *[other] (검증이나 테스트와 같은 { COUNT($left) }건은 제외)
    }. 손실 { JOINED($losses, " → ") }(처음과 마지막 5분의 1 스텝의 평균, 내트{ $objective ->
        [rtd] , 판별기 손실은 50배
       *[mlm] { "" }
    }){ $head ->
        [random] , 무작위 가중치에서 시작
        [new] , 새 출력층에서 시작
       *[own] { "" }
    }
# English bb08150b
adaptation-training-texts = 학습 텍스트
# English 91e25b40
adaptation-file = { $text }의 줄
# English 192518ee
fact-used = 사용한 { $rows }
# English 58e0ba64
number-of-split = { $split } { COUNT($number) }
# English 52376088
fact-checkpoint = 체크포인트
# English 3908f152
fact-computed = 계산 환경
# English c8d3ad88
fact-pinned = 고정된 파일
# English 787feb32
fact-files = 파일
# English e1c9ba48
file-facts = { $name }, { COUNT($bytes) }바이트, SHA-256 { $digest }…
# English e243c605
fact-source = 출처
# English 5ad7caea
fact-homepage = 홈페이지
# English 09c183cc
fact-licence = 라이선스
# English 3ce27157
fact-read-as = 읽은 방식
# English 67a2ea81
fact-known-rows = 학습이나 검증 데이터에 같은 텍스트가 있는 테스트 데이터
# English 07f6ef31
fact-contradictory = 레이블이 서로 어긋나는 학습·검증 텍스트
# English a899ea8e
carved-from-training = 학습 데이터에서 떼어 냄
# English 9f44f484
repeats-of = { $split } { $share }

## What the cards of the data say

# English b549ad95
dropped-rows = { $reason } { COUNT($number) }건
# English 7c2497e7
dropped-empty = 빈 텍스트
# English e5adb2c0
dropped-unlabelled = 정답 레이블 없음
# English 0b2469b0
dropped-excluded = id로 제외
# English 77e7f5fb
dropped-beyond = { $setting ->
        [validation_size] 검증 데이터 상한
        [test_size] 테스트 데이터 상한
       *[other] { $setting }
    } 초과
# English 613eba4f
dropped-no-label = 레이블 없음
# English 900ca420
dropped-taken-for-none = 레이블 없음({ $spelled })
# English fafbb751
dropped-answer = 작업자의 답이 { $answer }
# English e40d0e70
dropped-cancelled = 취소된 주석
# English e9599168
dropped-disagreed = 작업자마다 다른 주석
# English 3747b126
dropped-not-annotated = 주석 없음
# English 0f308b63
read-as-of = { $place }: { JOINED($parts, ", ") }
# English bce5300d
read-as-json = 한 줄에 JSON 객체 하나
# English c87f7168
read-as-json-array = JSON 객체의 배열
# English 168740ab
read-as-json-columns = 열별로 적은 JSON
# English 6f5031a6
read-as-json-index = 행별로 적은 JSON 객체
# English 2723e260
read-as-json-split = 열 이름을 따로 적은 JSON
# English 54a78313
read-as-annotations = { $program }에서 내보낸 주석
# English 8a52c23e
read-as-parquet = Parquet 파일
# English dbbf1246
read-as-arrow = Arrow 파일
# English ef6eedc5
read-as-tabs = 탭으로 구분한 열
# English 6c0772b7
read-as-commas = 쉼표로 구분한 열
# English 4169d116
read-as-semicolons = 세미콜론으로 구분한 열
# English 2f934a8a
read-as-bars = 세로줄로 구분한 열
# English a353bc0f
read-as-header = 첫 줄은 열 이름
# English f93e0492
read-as-no-header = 열 이름 없음
# English e1f6a21e
read-as-quotes-undone = CSV 규칙에 따라 따옴표를 풂
# English 5f716dc2
read-as-quotes-kept = 따옴표도 텍스트의 일부로 둠
# English 3c2bfbfb
read-as-no-numbers = 단어 앞의 일련번호는 제외
# English c43b5f44
read-as-word-and-tag = 단어는 { $word }열, 태그는 { $tag }열(모두 { $width }열)
# English 62fba06e
read-as-word-per-line = 한 줄에 단어 하나, { $width }열
# English b0877140
read-as-scheme = { $scheme } 태그
# English 032fd002
read-as-text-and-label = 텍스트는 { $text }, 레이블은 { $label } 열에서 읽음
# English 2b75e2a9
read-as-renamed = { $known } 값은 { $name } 열에서 읽음
# English 7b94b2a9
read-as-classes = 클래스 번호 { $classes }
# English 4b674902
read-as-classes-assumed = 클래스 번호는 공개된 대로 { $classes }(클래스 0이나 4가 있는 파일이 없으므로)
# English 181f9412
read-as-numbers-by-file = 레이블 번호의 이름은 { $name }에 따름
# English 8b4d081e
read-as-numbers-declared = 레이블 번호는 { $name }의 선언에 따름: { $classes }
# English b1a0d6f5
read-as-types-of-training = 개체명 유형 { $number }개, 학습 데이터의 것
# English a8ac6ae6
read-as-labels-of-training = 레이블 { $number }개, 학습 데이터의 것
# English 3d9e5c68
read-as-language = 언어는 { LANGUAGE($language) }(자동 인식)
# English 06d554cd
read-as-language-unknown = 언어를 알아내지 못함

## Charts

# English 79977f60
chart-described = { $title }. { $description }
# English 52c99428
chart-synthetic = { $title } (합성)
# English 6c3c98ca
chart-word-arm = 학습 방식
# English 2b6000ea
chart-word-seed = 시드
# English b8851e76
chart-step = 스텝
# English 7cfcf33c
chart-word-rows = 데이터 수
# English 901b617f
chart-word-mean = 평균
# English 6f150737
chart-word-low = 하한
# English 6a66657e
chart-word-high = 상한
# English ab813863
chart-bands = 선: { $seeds }의 평균, 띠: 가장 낮은 시드에서 가장 높은 시드까지
# English 3de84446
chart-mean-of = { $value } 평균
# English 1a8ba42f
chart-word-lowest = 가장 낮은 시드
# English ae617fd4
chart-word-highest = 가장 높은 시드
# English 41aff2f4
chart-word-comparison = 비교
# English 1752ffbd
chart-word-difference = 차이
# English ae18aa02
chart-word-interval = 신뢰구간
# English a8748c11
chart-word-verdict = 판정
# English f149960c
chart-end = { $arm } { $scores }
# English 6ac6357c
points-with-sign = { POINTS($difference, sign: "+") }
# English 44a59759
points-of-interval = { POINTS($difference, $low, $high, sign: "+") }
# English 22f2af04
points-range = { POINTS($low, $difference, $high) } ~ { POINTS($high, $difference, $low) }
# English 9fefe1ab
chart-differences = 사전 학습 − 처음부터 학습 (95 % 신뢰구간)
# English d4c2a814
chart-difference-of = { $comparison }: { POINTS($difference, $low, $high, sign: "+") } %p, { POINTS($low, $difference, $high) } ~ { POINTS($high, $difference, $low) }, { $verdict }.
# English 5dc44549
chart-points = %p, 0의 오른쪽이면 사전 학습이 더 나음
# English 3188cf93
chart-hollow-open = 속이 빈 점: 결론 없음 또는 판정 보류
# English aecc5212
chart-loss = { $task }: 손실
# English a20c5c8f
chart-loss-described = 학습 스텝에 따른 손실. 선택된 모델의 검증 손실: { JOINED($arms, ". ") }.
# English 19cf6dc6
chart-training-batches = 학습 배치
# English 8217c13a
chart-cross-entropy = 교차 엔트로피 손실(자연로그)
# English 25697a30
chart-validation-loss = 검증 손실
# English 9915ec9a
chart-score = { $task }: 검증 { $metric }
# English e84a8079
chart-score-described = 학습 스텝에 따른 검증 { $metric }. 선택된 모델: { JOINED($arms, ". ") }.
# English 71792d35
chart-validation-score = 검증 { $metric }
# English 87e91531
chart-selected = 동그라미: 선택한 모델
# English b2f5e4ed
chart-calibration = { $task }: 확신도와 정확도
# English 2755e928
chart-calibration-described = 테스트의 확신도에 따른 정확도. 확률 보정 오차: { JOINED($arms, ". ") }.
# English 7cc746d2
chart-confidence = 확신도
# English a9ff5ab3
chart-diagonal = 대각선: 확신도와 정확도가 같음
# English 9ceb6fde
chart-hollow-bins = 속이 빈 점: 시드당 예측 { $number }건 미만
# English 2a4dbd06
chart-sizes = { $task }: 학습 데이터 수에 따른 테스트 { $metric }
# English fe7eb20c
chart-sizes-described = 학습 데이터 수에 따른 테스트 { $metric } 평균과 95 % 신뢰구간. { JOINED($sizes, ". ") }.
# English 9a704f35
chart-size = { COUNT($number) }건: { $arm } { SCORE($first) }, { $rival } { SCORE($second) }
# English 6fae658f
chart-hollow-sizes = 속이 빈 점: 학습에 성공한 실행이 둘 미만
# English 4a55a2c2
chart-training-rows = 학습 데이터 수

## Distillation

# English 2e64b053
handed-over =
    { $extent ->
        [nothing] 증류는 사전 학습이 준 이득을 전달하지 못했습니다. 비율은 { PERCENT($share, digits: 0) }
        [more] 증류한 학생 모델의 이득은 사전 학습이 준 이득보다 큽니다. 비율은 { PERCENT($share, digits: 0) }
       *[share] 증류가 전달한 비율은 사전 학습이 준 이득의 { PERCENT($share, digits: 0) }
    }(95 % 신뢰구간 { PERCENT($low, digits: 0) } ~ { PERCENT($high, digits: 0) })입니다. 처음부터 학습한 모델과의 차이는 학생 모델이 { POINTS($taken, $given, sign: "+") } %p, 교사 모델이 { POINTS($given, $taken, sign: "+") } %p이며, 학생 모델의 학습 예산은 처음부터 학습과 같습니다.
# English 627a2e14
handed-over-unknown = 증류가 사전 학습의 이득을 얼마나 전달하는지는 말할 수 없습니다. 미세 조정 모델이 처음부터 학습한 모델보다 높다고 결론 내릴 수 없거나, 실행이 하나뿐인 학습 방식이 있거나, 판정이 보류되었거나, 이 비율의 신뢰구간을 계산하지 않던 버전의 결과이기 때문입니다.
# English a7ad618f
finding-failed_teacher = 실패한 교사 모델
# English 5470ca9e
finding-other_teacher = 다른 교사 모델
# English 7b3bef81
finding-teacher_knows_test = 테스트 데이터를 아는 교사 모델
# English 380396d7
finding-other_budget = 다른 학습 예산
# English 8d5f1695
found-failed_teacher = { LIST($students) }의 교사 모델 { LIST($teachers) } 학습 실패
# English 8c5e701f
why-failed_teacher = 우연 수준의 교사 모델은 전달할 것이 없으므로, 학생 모델의 점수는 증류에 대해 아무것도 보여 주지 않습니다
# English 1786b787
found-other_teacher = { LIST($students) }의 교사 모델은 같은 시드의 미세 조정 모델이 아닙니다
# English 409a71a3
why-other_teacher = 그 모델이 무엇을 보았는지 알 수 없고, 그 점수는 이 연구에 없습니다
# English 709aadb6
found-teacher_knows_test = 교사 모델({ $teacher }): { $evidence }
# English 3d312952
why-teacher_knows_test = 교사 모델이 테스트 데이터를 이미 학습한 것으로 보이며, 학생 모델은 교사가 아는 것을 배웁니다
# English 88caf127
found-other_budget = { $rival } 설정과 다름: { LIST($settings) }
# English 584f0b03
why-other_budget = 두 학습 방식은 params.yaml의 같은 항목을 읽으므로 설정이 같아야 합니다. 점수 차이가 학습 예산에서 왔을 수 있습니다

## Several tasks together

# English 3709f843
aggregate =
    { $of ->
        [all] 작업 { COUNT($tasks) }개
       *[some] 작업 { COUNT($among) }개 가운데 { COUNT($tasks) }개
    }({ $data })에서 같은 작업의 ‘{ $arm }’ 방식과 ‘{ $rival }’ 방식의 실행을 하나씩 모두 짝지어 비교했습니다.{ $same ->
        [0] { "" }
       *[other] { " " }같은 말뭉치를 쓰는 작업은 첫 작업만 셌습니다.
    } 점수 차이 가운데 가장 큰 25 %와 가장 작은 25 %를 제외한 평균(사분위간 평균)은 { $improvement } %p입니다. ‘{ $arm }’의 점수가 더 높은 쌍의 비율(향상 확률, 같은 점수는 절반으로 셈)은 { $share }입니다. 모든 작업의 가중치는 같습니다. 여기에 적힌 95 % 부트스트랩 신뢰구간은 다시 학습할 때의 변동만 반영합니다. 작업별 신뢰구간은 테스트 데이터의 변동도 반영합니다.
# English 378e8017
aggregate-given = 합성 아님
# English 3b589388
aggregate-share = { PERCENT($share) } ({ PERCENT($low) } ~ { PERCENT($high) })
# English 19e7e303
aggregate-share-alone = { PERCENT($share) } (작업마다 모든 실행 쌍의 결과가 일치해 재표집으로는 신뢰구간을 구할 수 없음)
# English 5bdf8390
caption-aggregates = 여러 작업을 합친 결과: 모든 실행 쌍, 실행에 대한 95 % 부트스트랩 신뢰구간
# English 980c0c93
column-data = 데이터
# English 09c2a98b
column-tasks = 작업
# English 68199cb4
column-interquartile = 차이의 사분위간 평균, %p
# English 3cc3cfc0
column-improvement = 향상 확률
