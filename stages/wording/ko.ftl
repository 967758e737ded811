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
