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

## The page: its first screen

page-title = What is pre-training worth?
page-answer-all-help =
    Pre-training helped on all { COUNT($count) } tasks, by { POINTS($least) } to { POINTS($most) } points over the same models trained from random weights.
page-answer-one-helps =
    Pre-training helped on { $name }: { POINTS($gain) } points over the same model trained from random weights.
page-answer-mixed = Pre-training { LIST($clauses) }.
page-clause-helps = helped on { $names }
page-clause-hurts = hurt on { $names }
page-clause-cannot_tell = has an inconclusive effect on { $names }
page-names = { LIST($names) }
page-several = { COUNT($count) } tasks
page-answer-other =
    Of { COUNT($count, one: "other way", other: "other ways") } to use the pre-trained encoder, { COUNT($above) } scored above training from scratch and { COUNT($below) } below.
page-named = { $task } ({ $arm })
page-budget = { $verdict } (this budget)
page-gain = { POINTS($difference, sign: "+") } points
page-interval = 95 % interval { POINTS($low) } to { POINTS($high) }
page-gain-interval = { POINTS($difference, sign: "+") } ({ POINTS($low) } to { POINTS($high) })
page-versus = { $metric } { SCORE($first) } vs { SCORE($second) }
page-no-finding = nothing suspicious found
page-sources = Data: { JOINED($sources, "; ") }.
page-source = { LIST($names) } ({ $source })
page-synthetic = synthetic sample
page-synthetic-all =
    Synthetic sample: the pipeline wrote the texts of all tasks itself. The numbers show that it works and say nothing about real text.
page-synthetic-some =
    Synthetic sample: the pipeline wrote the texts of { LIST($names) } itself. These numbers show that it works and say nothing about real text.
page-method =
    Each task is learned twice by the same architecture, with the same tokenizer, training rows, batch order and evaluation: once from a pre-trained checkpoint and once from random weights (scratch). The model of each run is selected on validation data; test data play no part in any choice. The difference is the score of pre-trained minus that of scratch on the test set, in points (hundredths of the headline metric), over the runs that trained. Its 95 % interval covers further seeds and test rows; rows of one document or premise count as one. If the interval contains zero, or p is 0.05 or more after Holm's correction for all comparisons of this report, the verdict is “inconclusive”.

## The page: what a result means

page-plain-accuracy =
    Of 1,000 test { $rows }, the model that starts from the pre-trained checkpoint labels { COUNT($first) } correctly; the same model trained from random weights labels { COUNT($second) } correctly.
page-plain-majority = Always answering the most frequent label would get { COUNT($majority) } right.
page-plain-entities =
    If every entity were found with the right boundaries and type, and none invented, the score (entity F1) would be 1. The model that starts from the pre-trained checkpoint reaches { SCORE($first) }; the same model trained from random weights reaches { SCORE($second) }.
page-means-helps =
    This gap is larger than chance between seeds and test examples explains: pre-training gives a real head start here.
page-means-hurts =
    The pre-trained model does worse than chance between seeds and test examples explains: pre-training hurts here.
page-means-above_scratch =
    Used in this way, the pre-trained encoder scores higher than training from scratch, by more than chance explains.
page-means-below_scratch =
    Used in this way, the pre-trained encoder scores lower than training from scratch, by more than chance explains.
page-plain-withheld = No conclusion is drawn, because of: { LIST($reasons) } (see “What may mislead”).
page-plain-chance =
    Chance between seeds and test examples could produce a gap of this size, so no conclusion can be drawn.
page-plain-one-run =
    One run per arm does not show what another seed would give, so no conclusion about the method can be drawn.
page-plain-budget = The losing arm was trained for fewer steps; a larger budget may change this.
page-plain-sample = These texts are synthetic, so the result does not carry over to real text.

## The page: its parts

page-contents = Contents
page-answer = Answer
page-meaning = What this means
page-curves = Learning curves
page-change = Before and after training
page-differs = What differs between the arms
page-mislead = What may mislead
page-details = Details
page-how = How this was measured
page-all-tasks = All tasks in one table
page-about = Task, input and output, model
page-scores = Scores of every run, baselines
page-classes = By class
page-calibration = Calibration
page-data = Data card
page-settings = Settings
page-all-settings = All settings
page-versions = Versions
page-remedy = What to do:
page-settings-alike = Apart from the initial weights, both arms are trained with the same settings.
page-settings-differ = Settings that differ between the arms
page-setting = Setting
page-agreement =
    Of { COUNT($total) } test { $rows }, both arms get { COUNT($both) } right, { $arm } alone { COUNT($first) }, { $rival } alone { COUNT($second) }, neither { COUNT($neither) } (right means: in most runs).
page-widest-gap =
    By class, the gap is widest on { $label }: F1 { SCORE($first) } ({ $arm }) against { SCORE($second) } ({ $rival }).
page-change-caption = { CAPITALIZED($metric) }, mean over seeds
page-arm = Arm
page-test-before = Test, before
page-test-after = Test, after
page-train-before = Training, before
page-train-after = Training, after
page-gold = Gold
page-matrix = Gold labels (rows) and predicted labels (columns), all seeds: { $arm }
page-cell = { COUNT($count) } ({ PERCENT($share) })
page-bins = Test predictions by confidence, all seeds
page-bin = Confidence
page-predictions = Predictions, { $arm }
page-right = Accuracy, { $arm }
page-task = Task
page-verdict = Verdict
page-difference = Difference in points (95 % interval)
page-both-scores = Scores (arm vs scratch)
page-worst = Worst finding
page-page = on the page

## The page: its controls

page-language-name = English
page-language-short = EN
page-theme = Theme
page-theme-auto = As the system
page-theme-light = Light
page-theme-dark = Dark
page-print-details = Print the details too
page-skip = Skip to the answer
page-link = Link to this section
page-copy-csv = Copy as CSV
page-copy-latex = Copy as LaTeX
