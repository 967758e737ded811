### What is said, in English. How to say something new: stages/wording/message.py.
### What can be done with a value: stages/wording/functions.py.

## Everywhere

joined = { JOINED($texts, " ") }
lines = { LINES($texts) }
listed = { JOINED($texts, ", ") }

## Verdicts

verdict-overall-pretraining =
    Of { COUNT($comparisons, one: "comparison", other: "comparisons") } with scratch, pre-training helps in { COUNT($helps) } and hurts in { COUNT($hurts) }; { COUNT($open, one: "is", other: "are") } inconclusive.
verdict-overall-other =
    Of { COUNT($comparisons, one: "comparison", other: "comparisons") } between scratch and other ways to use the pre-trained encoder, { COUNT($above, one: "is", other: "are") } above scratch and { COUNT($below, one: "is", other: "are") } below; { COUNT($open, one: "is", other: "are") } inconclusive.
