### 한국어. 각 문장 위의 주석은 번역한 영어 문장의 요약값이며 `python -m stages.wording.reviewed`가 씁니다.

## Everywhere

# English f818e857
joined = { JOINED($texts, " ") }
# English ad575fca
lines = { LINES($texts) }
# English e61ae111
listed = { JOINED($texts, ", ") }

## Terminal

# English 3b8ec96d
terminal-task = 작업
# English 62c1ab42
terminal-verdict = 판정
# English 089a3dc6
terminal-difference = 차이
# English d8f584dd
terminal-pretrained = 사전 학습
# English 0f5b19e8
terminal-scratch = 처음부터
# English 207f2f77
terminal-metric = 지표
# English c5d25f24
terminal-finding = 가장 큰 문제
# English 739b1604
terminal-report = 보고서
# English 7389de81
terminal-interval = { POINTS($difference, sign: "+") } ({ POINTS($low) } ~ { POINTS($high) })
# English dd00a047
terminal-helps = 도움이 됨
# English e82fa270
terminal-hurts = 해가 됨
# English d8b1d536
terminal-above_scratch = 처음부터보다 높음
# English ae829f21
terminal-below_scratch = 처음부터보다 낮음
# English 61670c3f
terminal-cannot_tell = 알 수 없음
# English 4568249e
terminal-qualified = { $verdict } (이 학습 예산에서)
# English 3e013bda
terminal-severe = 심각
# English a5a93abe
terminal-warning = 경고
# English 8e91c17b
terminal-note = 참고
# English 3eca22a7
terminal-accuracy = 정확도
# English 783d993b
terminal-macro_f1 = 매크로 F1
# English 88057d4b
terminal-entity_f1 = 개체명 F1
# English 74677f74
terminal-legend = 점수: 테스트 데이터, 시드 평균. 차이: 사전 학습 − 처음부터 학습, %p (95 % 신뢰구간).
# English 1ce70520
terminal-synthetic = 합성 표본({ LIST($tasks) }): 파이프라인이 동작한다는 것만 보여 주며, 실제 텍스트에 대해서는 아무것도 말하지 않습니다.
# English c8678ced
terminal-misleading = 심각한 문제가 있어 이 숫자를 오해할 수 있습니다. 근거와 해결책은 `python -m stages.doctor`가 보여 줍니다.

## Notebook

# English fb4343dc
notebook-title = # { $task }: 사전 학습은 얼마나 도움이 되는가?
# English 1486108d
notebook-verdict-helps = **{ $task }에서 사전 학습이 도움이 됩니다.**
# English 716167d0
notebook-verdict-hurts = **{ $task }에서 사전 학습이 해가 됩니다.**
# English 1d2e48e1
notebook-verdict-above_scratch = **{ $task }에서 { PARTICLE($arm, "이/가") } 처음부터 학습한 것보다 점수가 높습니다.**
# English 0d0b201e
notebook-verdict-below_scratch = **{ $task }에서 { PARTICLE($arm, "이/가") } 처음부터 학습한 것보다 점수가 낮습니다.**
# English 9c62ac23
notebook-verdict-cannot_tell = **{ $task }에서 { PARTICLE($arm, "과/와") } 처음부터 학습의 차이는 결론을 내릴 수 없습니다.**
# English 344a6abf
notebook-evidence = 테스트 { PARTICLE($metric, "은/는") } { $arm } { SCORE($first) }, 처음부터 학습 { SCORE($second) }입니다. 차이는 { POINTS($difference, sign: "+") } %p입니다(95 % 신뢰구간 { POINTS($low) } ~ { POINTS($high) }, Holm 보정 후 { P($p) }).
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
# English 60e6e5b5
notebook-shapes-words = ## 2. 입력과 출력

    토크나이저는 단어를 토큰으로 나눕니다. `word`는 토큰이 몇 번째 단어에서 왔는지 나타냅니다. 모델은 번호 `[배치, 토큰]`을 벡터 `[배치, 토큰, 은닉 차원]`으로 바꾸고, 벡터마다 태그별 점수인 로짓 `[배치, 토큰, 태그]`를 계산합니다. 단어의 태그는 첫 토큰이 정하고, 나머지 토큰의 예측은 쓰지 않습니다.
# English ed01a215
notebook-model = ## 3. 모델

    모든 비교군은 이 구조를 씁니다. 인코더 위에 작은 분류 층이 있습니다. 토크나이저, 데이터, 배치 순서, 평가도 모두 같습니다.
# English 4dc763bc
notebook-arms = 비교군은 시작하는 가중치와 아래 설정만 다릅니다. 무작위 가중치에서 학습할 때는 학습률과 에폭 수를 따로 정해야 합니다.
# English 49b6e928
notebook-curves = ## 4. 학습 곡선: 사전 학습과 처음부터 학습

    선 하나가 시드 하나입니다. 왼쪽은 검증 손실로 낮을수록 좋고, 오른쪽은 검증 { PARTICLE($metric, "으로/로") } 높을수록 좋습니다. 동그라미는 선택된 가중치의 스텝입니다.
# English b95b0916
notebook-before_after = ## 5. 학습 전과 학습 후

    학습 전에는 분류 층이 무작위이므로 모든 비교군이 우연 수준에서 시작합니다. 파이프라인은 학습 전과 후의 테스트 로짓을 모델마다 저장해 둡니다. `predicted`가 거기서 예측을 읽습니다.
# English 2508e630
notebook-examples = 같은 테스트 데이터에 대한 학습 전과 학습 후의 예측입니다(시드 { $seed }).
# English 4b369c77
notebook-errors = ## 6. 오류

    행은 정답, 열은 테스트 예측입니다(시드 { $seed }). 대각선이 맞힌 것이고, 진할수록 그 행에서 차지하는 비율이 큽니다.
# English e3ca5eb7
notebook-wrong-texts = { $arm }의 모든 시드가 틀린 테스트 데이터:
# English 6f63209b
notebook-wrong-words = { $arm }의 가장 좋은 시드도 단어를 가장 많이 틀린 문장:
# English 6157a42c
notebook-verdict = ## 7. 판정

    신뢰구간은 다른 시드와 다른 테스트 데이터에서 나올 수 있는 차이의 범위입니다. 신뢰구간이 0을 포함하거나, 모든 비교에 대해 Holm 보정을 한 p가 0.05보다 작지 않으면 판정은 “알 수 없음”입니다.
# English ad5a4066
notebook-wrong_study = ## 8. 오해하기 쉬운 점

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
# English 0bf6881f
notebook-word-probability = 확률
# English 85843106
notebook-word-parameters = 매개변수
# English 12195755
notebook-word-step = 스텝
# English ca527a29
notebook-word-loss = 검증 손실
# English 43b75620
notebook-word-arm = 비교군
# English c1ff76ae
notebook-word-seed = 시드
# English 8546a9a1
notebook-word-before = 학습 전
# English 2a7369c3
notebook-word-after = 학습 후
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
notebook-word-arms_comment = 비교군: 실행 이름의 앞부분과 표시할 이름
# English 8cc3cd64
notebook-word-figure_comment = 그림은 SVG: 확대해도 선명하고, 다시 실행해도 바이트까지 같음

## Verdicts

# English 84621a1f
verdict-overall-pretraining =
    처음부터 학습한 쪽과의 비교 { COUNT($comparisons) }개 가운데 사전 학습이 도움이 된 것은 { COUNT($helps) }개, 해가 된 것은 { COUNT($hurts) }개, 결론을 내릴 수 없는 것은 { COUNT($open) }개입니다.
# English 91a4d9fb
verdict-overall-other =
    사전 학습 인코더를 다르게 쓰는 방식과 처음부터 학습한 쪽의 비교 { COUNT($comparisons) }개 가운데 점수가 높은 것은 { COUNT($above) }개, 낮은 것은 { COUNT($below) }개, 결론을 내릴 수 없는 것은 { COUNT($open) }개입니다.
