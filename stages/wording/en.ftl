### What is said, in English. How to say something new: stages/wording/message.py.
### What can be done with a value: stages/wording/functions.py.

## Everywhere

joined = { JOINED($texts, " ") }
lines = { LINES($texts) }
listed = { JOINED($texts, ", ") }
places = { JOINED($names, "; ") }
reasons = { JOINED($reasons, "; ") }
reason = { $finding }: { $evidence }
difference-with-interval = { POINTS($difference, $low, $high, sign: "+") } ({ POINTS($low, $difference, $high) } to { POINTS($high, $difference, $low) })
difference-of-few = { POINTS($difference, sign: "+") } (too few rows)

## Names: splits, before the rows

split-train = training
split-validation = validation
split-test = test
split-test_xnli = XNLI
split-held_out = held-out
split-task = task
named-test-set = test, { $name }

## Names: rows of a task

rows-single = texts
rows-pair = pairs
rows-words = sentences

## Names: metrics

metric-accuracy = accuracy
metric-macro_f1 = macro-F1
metric-entity_f1 = entity F1
metric-delivered_entity_f1 = entity F1 from running text
metric-entity_precision = entity precision
metric-entity_recall = entity recall
metric-token_accuracy = token accuracy
metric-loss = loss
metric-error_rate = error rate
metric-micro_f1 = micro-F1
metric-weighted_f1 = weighted F1
metric-balanced_accuracy = balanced accuracy
metric-mcc = Matthews correlation
metric-entity_macro_f1 = macro-F1 over types
metric-strict_entity_f1 = entity F1, strict IOB2
metric-token_accuracy_without_o = token accuracy without O
metric-token_mcc = Matthews correlation of tags
metric-brier_score = Brier score
metric-calibration_error = calibration error
metric-inflated_token_accuracy = token accuracy with padding

## Names: baselines

baseline-majority = majority class
baseline-tfidf_logistic_regression = TF-IDF + logistic regression
baseline-hypothesis_only = hypothesis only, without the premise, TF-IDF + logistic regression
baseline-most_frequent_tag = most frequent tag per word
baseline-embeddings_logistic_regression = frozen pre-trained encoder + logistic regression

## Names: arms, and what is compared

arm-pretrained = pre-trained
arm-adapted = adapted
arm-in_context = in context
arm-scratch = scratch
arm-tuned = { $arm }, { $tuning }
tuning-name = { $tuning }
arm-pretrained-model = the pre-trained encoder
arm-pretrained-treatment = pre-training
arm-adapted-treatment = pre-training with adaptation
arm-adapted-further = adaptation to the task's text
arm-in_context-treatment = prompting a language model
arm-in_context-further = prompting a language model in place of fine-tuning
treatment-training = training “{ $arm }”
treatment-of-arm = { $treatment } ({ $arm })
arm-pretrained-rival = without it
arm-adapted-rival = with adaptation
arm-pretrained-further = pre-training on more than the task's own text
arm-self_pretrained = self-pretrained
arm-self_pretrained-treatment = pre-training on the task's own text alone
arm-self_pretrained-rival = with self-pretraining
arm-in_context-rival = by prompting
arm-scratch-rival = from random weights
rival-arm = by “{ $arm }”
arm-distilled = distilled
arm-distilled-treatment = distillation of the fine-tuned model into random weights
arm-distilled-further = replacing the fine-tuned model by its distilled student
arm-distilled-rival = with distillation
way-full = fine-tuning of the pre-trained encoder
way-head = head-only tuning of the frozen encoder
way-partial = partial fine-tuning of the pre-trained encoder
way-gradual = gradual unfreezing of the pre-trained encoder
way-lora = LoRA tuning of the pre-trained encoder
way-ia3 = (IA)³ tuning of the pre-trained encoder
way-prefix = prefix tuning of the pre-trained encoder
way-setfit = SetFit tuning of the pre-trained encoder
recipe-of-way = { $way } ({ $recipe })

## Terminal

terminal-column-task = { page-task }
terminal-column-verdict = { page-verdict }
terminal-column-difference = { column-difference }
terminal-column-pretrained = Pre-trained
terminal-column-scratch = Scratch
terminal-column-metric = { column-metric }
terminal-column-finding = Worst finding
terminal-worst =
    { $severity }: { $finding }{ $more ->
        [0] { "" }
       *[other] { " " }and { COUNT($more, one: "more finding", other: "more findings") }
    }
terminal-report = Report
terminal-legend = Scores: mean over { $seeds } on test. Difference: pre-trained minus scratch in points (95 % confidence interval).
terminal-one-run = Where only one run of an arm trained, the interval is over test examples alone, so there is no conclusion about other seeds.
terminal-synthetic = Synthetic sample ({ LIST($tasks) }): the numbers show that the pipeline works, and nothing about real text.
terminal-misleading = Severe findings make these numbers misleading: `python -m stages.doctor` gives the evidence and the remedy.
terminal-count = { COUNT($count) } { $severity }
terminal-nothing-found = nothing found

## Answers to new texts on a terminal

answer-column-label = label
answer-column-probability = probability
answer-column-model = model
answer-column-entity = entity
answer-column-type = type
answer-column-place = characters
answer-note-truncated = the end of the text was cut off
answer-note-unknown_tokens = at least half of the tokens are unknown to the tokenizer
answer-models = { LIST($cells) } of { $task }, as `dvc repro` trained them last
answer-synthetic = warning: the training set of { $task } is the synthetic sample; do not rely on answers about real text
answer-failed = warning: { $cell } of { $task } failed to train; do not rely on its answers
answer-trained-again = warning: { $cell } of { $task } was trained again after the report was made, whose scores are those of another model; run `dvc repro`
answer-unknown =
    warning: at least half of the tokens are unknown to the model's tokenizer in { COUNT($unknown) } of { COUNT($texts, one: "text", other: "texts") }, first in text { COUNT($first) }; ignore the answers that have "unknown_tokens"
export-unchecked =
    { $path } is missing: not checked whether this model is the one that was scored; `dvc pull` where it is shared, or `dvc repro`, and export again
answer-reading = Reading texts, one per line; Ctrl-D ends.

## This machine

machine-bf16 = warning: params.yaml: training.precision: this processor has no native bfloat16, so a training here takes several times as long in bf16 as in fp32 (3 and 15 times were measured); set auto or fp32
machine-threads = training.threads: { COUNT($asked) } threads in all processes together are more than the { COUNT($cores, one: "core", other: "cores") } of this machine, which slows training down here; set fewer, which changes results in their last digits
machine-gpus = training.processes: { COUNT($processes) } processes for the { COUNT($gpus, one: "GPU", other: "GPUs") } of this machine would share a GPU; set at most { COUNT($gpus) }, which changes results in their last digits

## Studies

study-none = No study is saved yet; `python -m stages.study save NAME` saves the present results.
study-made = Made by commit { $commit } on { $processor }, { $cores } cores, { $memory } GiB: { DECIMAL($minutes, digits: 0) } minutes, as far as they were noted.
terminal-column-study = Study
terminal-column-arm = { column-arm }

## Notebook

notebook-title = # { $task }: what is pre-training worth?
notebook-verdict-helps = **{ CAPITALIZED($treatment) } helps on { $task }{ $budget }.**
notebook-verdict-hurts = **{ CAPITALIZED($treatment) } hurts on { $task }{ $budget }.**
notebook-verdict-above_scratch = **{ $arm } scores above training from scratch on { $task }{ $budget }.**
notebook-verdict-below_scratch = **{ $arm } scores below training from scratch on { $task }{ $budget }.**
notebook-verdict-cannot_tell = **The difference between { $arm } and scratch on { $task } is inconclusive.**
notebook-verdict-withheld = **There is no verdict on the difference between { $arm } and scratch on { $task }.**
notebook-evidence = { CAPITALIZED($metric) } on test is { SCORE($first) } for { $arm } and { SCORE($second) } for scratch: a difference of { POINTS($difference, $low, $high, sign: "+") } points (95 % confidence interval{ $scope ->
        [rows] { " " }over test { $rows } alone
       *[recipe] { "" }
    } { POINTS($low, $difference, $high) } to { POINTS($high, $difference, $low) }; { P($p) } { $scope ->
        [rows] for these runs on further test { $rows }
       *[recipe] after Holm's correction
    }).
notebook-withheld = The verdict is withheld because of { LIST($findings) }.
notebook-qualified = A larger budget might change this, because of { LIST($findings) }.
notebook-synthetic = > **Synthetic sample.** The pipeline wrote these texts itself. The numbers show that the pipeline works; they say nothing about real text.
notebook-synthetic-checkpoint = > **Synthetic pre-training text.** The checkpoint was pre-trained here, on text that the pipeline wrote itself. It is not comparable to published encoders.
notebook-about = This notebook shows the last run of the pipeline: the task, the model, its training, its answers and its errors. Every table and every figure is a few lines of Python on the files of that run. Change them and run them again; nothing is trained.
notebook-without-texts = Cells that show texts of the corpus have no output here, because its terms may forbid to publish them. Run them with your own copy of the corpus.
notebook-task-single = ## 1. Task

    The model reads one text and chooses one of { $labels } labels. The table counts the examples of each label in each split. The model learns from `train`; `validation` chooses the best step; `test` is used once, after all choices.
notebook-task-pair = ## 1. Task

    The model reads two texts and chooses one of { $labels } labels for the pair. The table counts the examples of each label in each split. The model learns from `train`; `validation` chooses the best step; `test` is used once, after all choices.
notebook-task-words = ## 1. Task

    The model gives every word a tag. `B-` begins an entity, `I-` continues it, and `O` is outside any entity. The table counts the entities of each type in each split. The model learns from `train`; `validation` chooses the best step; `test` is used once, after all choices.
notebook-shapes-single = ## 2. Input and output

    The tokenizer turns a text into tokens, and each token into a number. The model turns the numbers `[batch, tokens]` into vectors `[batch, tokens, hidden]`, and the vectors into one score per label: logits `[batch, labels]`. Softmax makes probabilities of the logits.
notebook-shapes-pair = ## 2. Input and output

    The tokenizer joins both texts into one sequence with a separator, and turns each token into a number. `token_type_ids` says which text a token belongs to. The model turns the numbers `[batch, tokens]` into vectors `[batch, tokens, hidden]`, and the vectors into one score per label: logits `[batch, labels]`. Softmax makes probabilities of the logits.
notebook-shapes-words = ## 2. Input and output

    The tokenizer splits words into tokens; `word` is the number of the word that begins with a token. A sentence that is longer than what the model reads is read in parts, of which the first is shown. The model turns the numbers `[batch, tokens]` into vectors `[batch, tokens, hidden]`, and every vector into one score per tag: logits `[batch, tokens, tags]`. A word is tagged by its first token; the answers for its other tokens are ignored.
notebook-part-model = ## 3. Model

    All arms that are trained have this architecture: an encoder and a small classifier on top. They also share the tokenizer, the examples, the order of the batches and the evaluation.
notebook-part-arms = The arms differ in the weights that they start from, and in these settings. Training from random weights needs a learning rate and a number of epochs of its own.
notebook-curves = ## 4. Learning curves: pre-trained and scratch

    One line per seed. Left: loss on validation; lower is better. Right: { $metric } on validation; higher is better. The ring marks the step whose weights were kept.{ $left_out ->
        [some] {" "}Pale lines are runs that failed to train and count in no mean.
       *[none] {""}
    }
notebook-part-before_after = ## 5. Before and after training

    Before training, the classifier is random, so that every arm that is trained starts near chance. The pipeline stored the logits of every model on the test set, before and after training; `predicted` reads the answers from there.
notebook-seed-examples = The same test examples before and after training (seed { LIST($seeds) }).
notebook-seed-errors = ## 6. Errors

    Rows are the correct answers, columns the predictions on test (seed { LIST($seeds) }). The diagonal is right; darker means a larger share of the row.
notebook-wrong-texts =
    Test examples that every seed of { $arm } { $trained ->
        [some] that trained gets wrong:
       *[all] gets wrong:
    }
notebook-wrong-words = The sentences in which even the best seed of { $arm } tags most words wrong:
notebook-part-verdict = ## 7. Verdict
notebook-interval-recipe = The interval covers what other seeds and other test examples would give. If it contains zero, or if p is not below 0.05 after Holm's correction for all comparisons of the study, the verdict is “inconclusive”.
notebook-interval-rows = Where only one run of an arm trained, the interval covers what other test examples would give, but not what other seeds would, and the verdict is “inconclusive”, however small p is.
notebook-wrong_study = ## 8. What may mislead

    The doctor looks for what makes numbers misleading, in the data, in training and in the scores.
notebook-finding = - **{ $severity }**: { $finding }
notebook-no-findings = It found nothing in this study.
notebook-own = ## 9. Change something

    - Draw the curve of one seed only, or add the training loss (`batch_loss` in `curves`).
    - Compare `macro_f1` or `calibration_error` instead of the headline metric: `results["cells"][cell]["after"]["test"]` has them all.
    - Read 20 errors and sort them by cause. Which could more data solve, and which are wrong labels?
    - Train with another setting, then make this notebook again:

    ```bash
    dvc exp run -S lr=2e-5
    python -m stages.notebook --task { $name }
    ```
notebook-word-rows = all rows
notebook-word-shape = shape
notebook-word-embeddings = vectors of the tokens
notebook-word-logit = logit
notebook-word-probability = { answer-column-probability }
notebook-word-parameters = parameters
notebook-word-step = { chart-step }
notebook-word-loss = { chart-validation-loss }
notebook-word-arm = { chart-word-arm }
notebook-word-seed = { chart-word-seed }
notebook-word-before = before
notebook-word-after = after
notebook-word-failed = failed to train
notebook-word-word = word
notebook-word-gold = correct
notebook-word-predicted = predicted
notebook-word-text = text
notebook-word-wrong_words = wrong words
notebook-word-points = difference in points; right of zero, pre-training is better
notebook-word-missed_by_all = { "{" }len(missed){ "}" } of { "{" }len(gold){ "}" } test examples
notebook-word-predicted_doc = Answers of one model on test, `before` or `after` training, by the name of the row.
notebook-word-arms_comment = the arms, by the start of the names of their runs
notebook-word-left_out_comment = runs that failed to train, and are in no mean and no comparison
notebook-word-figure_comment = figures as SVG: sharp at any size, and the same bytes on every run

## Verdicts

explanation =
    For each task, models with the same architecture, tokenizer, rows, batch order and evaluation are trained in two ways, each with every seed: from a pre-trained checkpoint and from random weights (“scratch”). Each may have settings of training of its own, such as learning rate and epochs; “Settings” of a task shows which differ. The model of each run is the one with the best headline metric on validation data (of equals, the one with the lower loss); the test data play no part in that choice. The difference is pre-trained minus scratch in points (hundredths of the headline metric on test) between runs that trained, with a 95 % interval over further seeds and test rows; it is taken before rounding, so it may be 0.1 off the difference of the scores as shown. In intervals, rows of one document or premise are one unit, since they are alike. Where the interval contains zero, or p is not below 0.05 after Holm's correction for all comparisons of this report, the verdict is “inconclusive”.
verdict-overall-pretraining =
    Of { COUNT($comparisons, one: "comparison", other: "comparisons") } with scratch, pre-training helps in { COUNT($helps) } and hurts in { COUNT($hurts) }; { COUNT($open, one: "is", other: "are") } inconclusive{ $withheld ->
        [0] { "" }
       *[other] , and { COUNT($withheld, one: "verdict is", other: "verdicts are") } withheld
    }.
verdict-overall-other =
    Of { COUNT($comparisons, one: "comparison", other: "comparisons") } between scratch and other ways to use a pre-trained model, { COUNT($above, one: "is", other: "are") } above scratch and { COUNT($below, one: "is", other: "are") } below; { COUNT($open, one: "is", other: "are") } inconclusive{ $withheld ->
        [0] { "" }
       *[other] , and { COUNT($withheld, one: "verdict is", other: "verdicts are") } withheld
    }.
verdict-sentence = { CAPITALIZED($verdict) }: { $evidence }.
verdict-on-helps = { $treatment } helps on { $task }{ $budget }
verdict-on-hurts = { $treatment } hurts on { $task }{ $budget }
verdict-on-above_scratch = { $treatment } scores above training everything from scratch on { $task }{ $budget }
verdict-on-below_scratch = { $treatment } scores below training everything from scratch on { $task }{ $budget }
verdict-this-budget = , at least for this budget
verdict-open-withheld = there is no verdict on { $treatment } on { $task }
verdict-open-pretraining =
    { $basis ->
        [one-seed] From one seed, the effect
        [one-run] From one run that trained, the effect
       *[seeds] The effect
    } of { $treatment } on { $task } is inconclusive
verdict-open-other =
    { $basis ->
        [one-seed] From one seed, the difference
        [one-run] From one run that trained, the difference
       *[seeds] The difference
    } between { $treatment } and training everything from scratch on { $task } is inconclusive
verdict-evidence =
    { $metric } { SCORE($first) } against { SCORE($second) } { $rival }, { POINTS($difference, $low, $high, sign: "+") } points (95 % interval{ $scope ->
        [rows] { " " }over test { $rows } alone
       *[recipe] { "" }
    } { POINTS($low, $difference, $high) } to { POINTS($high, $difference, $low) }{ $zero ->
        [inside] { " " }contains zero
       *[outside] { "" }
    }, { COUNT($seeds, one: "seed", other: "seeds") } × { COUNT($number) } test { $rows }; { $significance })
p-alone = { P($p) }
p-of-runs = { P($p) } for these runs on further test { $rows }
p-corrected =
    { $alike ->
        [alike] { P($p) }, also
       *[other] { P($p) }, { P_VALUE($corrected) }
    } after Holm's correction for { $comparisons } comparisons
verdict-epochs = Training budgets differ: { COUNT($first, one: "epoch", other: "epochs") } of { $arm } against { COUNT($second) } of { $rival }.
decomposition = On { $task }, { $metric } goes { JOINED($scores, " → ") }: { LIST($parts) }.
decomposition-score = { SCORE($score) } ({ $arm })
decomposition-part =
    { $gave } gave { POINTS($difference, $low, $high, sign: "+") } points (95 % interval{ $scope ->
        [rows] { " " }over test rows alone
       *[recipe] { "" }
    } { POINTS($low, $difference, $high) } to { POINTS($high, $difference, $low) }{ $verdict ->
        [cannot_tell] , inconclusive
        [withheld] , verdict withheld
       *[decided] { "" }
    })
gave-self_pretrained = the objective, on the task's own text,
gave-pretrained = the corpus of the checkpoint
verdict-withheld = The verdict is withheld: { $reasons }.
verdict-qualified = A larger budget might raise the score of the losing arm: { $reasons }.
verdict-all-failed =
    { $runs ->
        [one] The only { $arm } run
       *[other] All { $runs } { $arm } runs
    } failed to train, so the difference is measured against runs at chance.
verdict-some-failed =
    { $count } of { $runs } { $arm } runs failed to train (95 % interval of the rate: { PERCENT($low, digits: 0) } to { PERCENT($high, digits: 0) }); the difference is between runs that trained.
verdict-every-run =
    Every { $better } run beats every { $worse } run on the same test { $rows }; the smallest difference is { POINTS($least) } points{ $noise ->
        [maybe] , which may be test noise
       *[no] { "" }
    } ({ P($p) } for these runs on further test { $rows }).
verdict-draw =
    { $covered ->
        [shared] All runs share one draw of { COUNT($number) } training { $rows }
       *[other] Every seed drew its own { COUNT($number) } training { $rows }
    }{ $kind ->
        [classes] { " " }({ JOINED($labels, ", ") })
       *[words] { "" }
    }{ $covered ->
        [covered] , so the interval covers the draw.
        [one-run] , but only one run of an arm trained, so the interval does not cover another draw.
       *[shared] , so the interval does not cover another draw.
    }
labels-of-each = { COUNT($number) } of each class
labels-of-class = { $label }: { COUNT($number) }
settle-hardly = The difference is small against its error: even { $tried } seeds and 20 times the test rows would probably not settle it.
settle-recipe = More seeds are needed for a conclusion about the recipe ({ $command }).
settle-seeds = About { $seeds } seeds would detect a difference of this size ({ $command }).
settle-seeds-and-rows =
    About { $seeds } seeds and { COUNT($number) } test { $rows } would detect a difference of this size ({ $command }).

## Remarks on a task

baselines-beaten =
    { $scope ->
        [rows] In these runs, every arm
       *[recipe] Every arm
    } beats every baseline; the best baseline is “{ $baseline }” ({ SCORE($score) }).
baselines-above =
    The { $arm } { $runs ->
        [one] run
       *[other] model
    } ({ $metric } { SCORE($score) }) scores below the { $number ->
        [one] baseline
       *[other] baselines
    } { LIST($baselines) }.
baselines-open =
    The difference between the { $arm } { $runs ->
        [one] run
       *[other] model
    } ({ $metric } { SCORE($score) }) and the { $number ->
        [one] baseline
       *[other] baselines
    } { LIST($baselines) } is inconclusive.
compared-baseline =
    “{ $baseline }” ({ SCORE($score) }{ $seeds ->
        [some] { " " }with the same seeds
       *[all] { "" }
    }, { $difference })
search-tries =
    A search on the validation set chose the { $epochs ->
        [yes] learning rates and epochs
       *[no] learning rates
    } of both arms, { $rows ->
        [0] { "" }
       *[other] on { COUNT($rows) } training rows,{" "}
    }with equally many tries: { LIST($tries) }.
search-at-chance = No try of this search for { $arm } is above chance on the validation set, so the search tuned nothing there. A wider range, more epochs or more training rows may help.
search-tries-of-arm =
    { $tries } for { $arm }{ $failed ->
        [0] { "" }
       *[other] { " " }({ $failed } failed)
    }
search-end =
    The learning rate that was chosen for { $arm } is the { $end ->
        [lowest] lowest
       *[highest] highest
    } of those tried; a wider search may find a better one.
caveat-sample =
    The sample is made in favour of pre-training: of the words that decide a label only a third is common in its training rows, while validation and test use all of them alike; the rest can be learned almost only from the texts of pre-training. About 4 % of its labels are wrong on purpose.
caveat-synthetic-checkpoint =
    The checkpoint { $checkpoint } was pre-trained on the synthetic sample text, so it is not comparable to published encoders. For a result on real text, set tasks.{ $task }.checkpoint in params.yaml to a published one, such as klue/bert-base or roberta-base.
caveat-other-model = The arm “{ $arm }” uses another model than the checkpoint { $checkpoint }: { $model }, with { COUNT($parameters) } parameters. A part of its difference from the other arms is due to that.
caveat-adaptation-to-all =
    The encoder was adapted to the text of all { COUNT($all) } training rows, but every arm learns from the labels of only { COUNT($labelled) }.
caveat-self_pretraining-to-all =
    Self-pretraining used the text of all { COUNT($all) } training rows, but every arm learns from the labels of only { COUNT($labelled) }.
caveat-numerics =
    The runs were computed in { $settings } different numeric settings (see “Computed with”), which may explain part of their differences; rerun the older ones to be sure.
caveat-groups = The { COUNT($number) } test { $rows } come from { COUNT($groups) } { $kind ->
        [words] documents
        [pair] premises
       *[other] groups of rows
    }; these are the independent units of the intervals.
caveat-open-elsewhere = On { $split }, the difference of { $arm } is inconclusive: { $difference } points. That does not show that there is none.
caveat-reversed-elsewhere = On { $split }, the difference of { $arm } has the opposite sign: { $difference } points. The verdict is on test alone.
caveat-seed-varies =
    { $varies ->
        [order] Seeds vary the order of the training rows and dropout alone, so the intervals do not cover other initial weights.
       *[weights] Seeds vary the initial weights alone, so the intervals do not cover another order of the training rows or other dropout.
    }
caveat-few-seeds =
    The spread between seeds is estimated from { $trained ->
        [some] only { $runs } runs of an arm, as others failed to train
       *[all] { $runs } runs per arm
    }; { $enough } or more would give a narrower and more reliable interval.
token-accuracy =
    An entity counts as found only if its first word, last word and type are all correct. Token accuracy is shown because it is often quoted, but it is inflated: it counts every word, and most words are O, outside any entity.
token-accuracy-of-baseline =
    The baseline “{ $baseline }” has a token accuracy of { SCORE($accuracy) } with an entity F1 of { SCORE($f1) }.
token-accuracy-with-padding =
    A scorer that also counts padding and sub-words would report { SCORE($accuracy) } for the { $arm } model: not a result, but a warning against such figures.
verdict-name-helps = helps
verdict-name-hurts = hurts
verdict-name-above_scratch = above scratch
verdict-name-below_scratch = below scratch
verdict-name-cannot_tell = inconclusive
verdict-name-withheld = verdict withheld
verdict-withheld-for = verdict withheld ({ LIST($findings) })

## Findings of the doctor: how they are put together

sentence-of-finding = { $title } ({ $about }): { $evidence }. { CAPITALIZED($reason) }. Remedy: { $remedy }
severity-severe = severe
severity-warning = warning
severity-note = note
evidence-of = { $about }: { $evidence }
evidence-against = against { $rival }: { $evidence }
run-of-arm = { $arm } seed { $seed }
evidence-parts = { JOINED($parts, "; ") }
evidence-more = and { $number } more

## Findings: damaged text

finding-unreadable_characters = unreadable characters
finding-wrong_encoding = wrong encoding
finding-escaped_characters = escaped characters
finding-question_marks = question marks
finding-repeated_character = repeated character
finding-no_words = no words
finding-other_language = other language
finding-missing_value = missing value
found-damage = { COUNT($number) } of { COUNT($rows) } { $split } rows ({ PERCENT($share) })
why-damage-unreadable_characters = the file was decoded wrongly or cut off
why-damage-wrong_encoding = the bytes of one encoding were read as those of another, so no model can recognise the words
why-damage-escaped_characters = characters are written as their codes, so no model can recognise the words
why-damage-question_marks = the file was saved in an encoding that lacks these letters; they cannot be restored
why-damage-repeated_character = one repeated character carries no information
why-damage-no_words = these texts contain nothing but punctuation
why-damage-other_language = these texts are in another script than the language of the task
why-damage-missing_value = these texts are nan, None, NULL or the like, as libraries write a missing text
fix-damage-unreadable_characters = read the file in the encoding it was written in
fix-damage-wrong_encoding = { fix-damage-unreadable_characters }
fix-damage-escaped_characters = unescape the texts before preprocess; bytes that Python wrote as text, such as b'\xec\x95\x88', become letters by `ast.literal_eval(text).decode()`
fix-damage-question_marks = take the texts from their source again and save them as UTF-8
fix-damage-repeated_character = find out what made these rows and remove them
fix-damage-no_words = find out what emptied these rows and remove them
fix-damage-other_language = remove these rows, or make them a task of their own with a checkpoint for their language
fix-damage-missing_value = if they stand for no text, remove these rows

## Findings: repeated rows

finding-leaked_rows = leaked rows
finding-test_in_pretraining_text = test rows in the pre-training text
finding-test_is_validation = test is validation
finding-shared_groups = shared groups
finding-validation_is_train = validation is train
finding-duplicate_rows = duplicate rows
finding-conflicting_labels = conflicting labels
finding-swapped_labels = swapped labels
found-leaked_rows =
    { COUNT($exact) } of { COUNT($rows) } { $split } rows ({ PERCENT($exact_share) }) repeat a { $source } row but for case, spaces and punctuation, { COUNT($short) } of them short texts; { COUNT($near) } more ({ PERCENT($near_share) }) nearly repeat one
found-leaked-swapped =
    { COUNT($swapped) } of { COUNT($rows) } { $split } rows ({ PERCENT($share) }) repeat a { $source } row with its two texts swapped, { COUNT($same) } of them with the same label
why-leaked-swapped = the model was trained on the same two texts, and where the order decides the label, their label gives this one away
why-leaked-habit = new texts would repeat training rows as often, because training rows repeat each other as often
why-leaked-train = memorised rows inflate the score
why-chosen-on-test = the model was chosen on rows that it is evaluated on
fix-leaked-habit = report the score without these rows, too
fix-leaked-rows = remove these rows from the { $source } data
found-test_in_pretraining_text = { COUNT($number) } of { COUNT($rows) } test rows ({ PERCENT($share) }) repeat training rows that are beyond `train_size` but in the text of the pre-training
why-test_in_pretraining_text = the encoder has read these test texts, so its score on new texts may be lower
found-test_is_validation =
    { COUNT($there) } of { COUNT($rows) } { $split } rows ({ PERCENT($there_share) }) are in validation; { COUNT($back) } of { COUNT($validation_rows) } validation rows ({ PERCENT($back_share) }) are in { $split }
fix-test_is_validation = use other rows for validation, preferably from the training data
found-validation_is_train =
    { COUNT($number) } of { COUNT($rows) } validation rows ({ PERCENT($share) }) repeat training rows
why-validation_is_train = what has learned its rows by heart looks best, so validation chooses the wrong step and finds no run that failed
fix-validation_is_train = use other rows for validation: remove these from the training data, or let preprocess split them off
found-shared_groups =
    { COUNT($number) } of { COUNT($rows) } { $split } rows ({ PERCENT($share) }) are of { COUNT($groups, one: "group", other: "groups") }, such as authors or premises, with other rows in training or validation
why-shared_groups = rows of one group are alike, so rows of new groups are harder than the score and its interval say
fix-shared_groups =
    keep each group in one set: remove its rows from the training and validation data, or give one file without test set and let preprocess split it by the column `group`
found-duplicate_rows =
    { COUNT($repeated) } of { COUNT($rows) } { $split } rows ({ PERCENT($repeated_share) }) repeat an earlier one; { COUNT($near) } ({ PERCENT($near_share) }) nearly repeat another
why-duplicate_rows = repeated rows count several times, and intervals treat them as independent
fix-duplicate_rows = remove the copies and find out where they come from
found-conflicting_labels =
    { COUNT($texts) } { $split } { $texts ->
        [one] text has
       *[other] texts have
    } different labels in different rows, { COUNT($rows) } rows ({ PERCENT($share) })
why-conflicting_labels = no model can be right on all of them, so the best possible score is below 1
fix-conflicting_labels = relabel or remove them
found-copies-disagree =
    of { COUNT($shared) } texts that the training and { $split } data share, { COUNT($same) } have the same label in both
why-swapped-splits = the splits number their labels in different orders
fix-swapped-splits = take both splits from one copy of the corpus, or correct the label names

## Findings: the rows

finding-label_imbalance = label imbalance
finding-label_drift = label drift
finding-length_drift = length drift
finding-length_outliers = length outliers
finding-markup_in_text = markup in text
finding-giveaway_word = giveaway word
finding-small_test = small test
finding-small_validation = small validation
finding-absent_label = absent label
found-label_imbalance = { PERCENT($share) } of the test rows are { $label }
why-label_imbalance = always answering this label reaches that accuracy
fix-label_imbalance = judge by macro-F1, and try `training.class_weights: balanced`
found-label_drift =
    { PERCENT($share) } of the test labels would have to change to match the training distribution (training { $train }; test { $test })
label-shares = { JOINED($shares, ", ") }
label-share = { $label } { PERCENT($share) }
why-label_drift = a model also learns how frequent labels are, and the test data differ
fix-label_drift = draw both splits from one source, or state that the score is under label drift
found-length_drift =
    median length of { DECIMAL($train, digits: 0) } characters in training rows, { DECIMAL($test, digits: 0) } in test rows (Kolmogorov-Smirnov distance { DECIMAL($distance, digits: 2) })
why-other-texts = training and test texts are of different kinds
fix-one-source = draw both splits from one source
found-length_outliers =
    the longest { $split } row has { COUNT($longest) } characters; 99 % have at most { COUNT($most) }
why-length_outliers = several rows may have been read as one
fix-length_outliers = look at the longest rows, and for unclosed quotation marks in them
found-markup_in_text =
    { COUNT($number) } of { COUNT($rows) } { $split } rows contain remains of markup such as #39; or <b>
why-markup_in_text = they cost tokens and may reveal the source of a row
fix-markup_in_text = unescape the texts before preprocess
found-giveaway_word =
    “{ $word }” appears in { PERCENT($coverage) } of the { $label } rows, and { PERCENT($purity) } of the rows that contain it have that label
why-giveaway_word = a model that looks for one word does not have to understand the text
fix-giveaway_word = find out where the word comes from and remove it
found-few-groups = the test set has { COUNT($rows) } rows in { COUNT($groups) } groups, such as documents or premises
found-few-rows = the test set has { COUNT($rows) } rows
found-few-texts = the test set has { COUNT($rows) } rows, but { COUNT($texts, one: "different text", other: "different texts") }
found-few-entities = the test set has { COUNT($rows) } sentences with an entity, of { COUNT($all) }
why-few-groups = rows of one group are alike, and with fewer than { $few } groups intervals are too narrow
why-few-rows = with fewer than { $few } rows, one row is worth a point or more
found-few-validation-rows = validation has { COUNT($rows, one: "row", other: "rows") }
found-few-validation-entities =
    validation has { COUNT($rows, one: "sentence", other: "sentences") } with an entity, of { COUNT($all) }
found-validation-of-one-label = all { COUNT($rows) } validation rows have the label { $label }
why-small_validation =
    validation chooses the step whose weights are kept and tells which runs failed; with so few rows chance decides both
why-failed-by-validation =
    such a validation set cannot tell a run that failed from one that learned, and { $failed } of { $runs } runs count as failed by it
fix-small_validation = use more validation rows, with every label among them: a larger `validation_size`, or a larger file
fix-test-size = set a larger `test_size`, or 0 for all rows
fix-larger-corpus = use a corpus with a larger test set: all rows of this one are in use
found-no-entity = none of the { COUNT($rows) } { $split } sentences has an entity
why-no-entity = entity F1 is undefined where there is no entity
fix-draw-anew = draw the split anew so that it has rows of every label
found-label-not-in-train = no training row has the label { $label }; { COUNT($number) } test rows do
why-label-not-in-train = a label that is never shown is never predicted
fix-label-not-in-train = use more training rows, or drop the label from the test data
found-label-not-in-draw = no training row drawn for seed { JOINED($seeds, ", ") } has the label { $label }, which test has
fix-label-not-in-draw = raise `train_size`, or draw as many rows of each class, such as 8_per_class
found-label-not-in-split =
    no { $split } row has the label { $label }; at the training distribution about { DECIMAL($expected, digits: 0) } would
why-label-not-in-split = the score is for an easier task, with fewer labels

## Findings: tags

finding-tag_scheme = tag scheme
finding-shifted_tags = shifted tags
finding-tag_drift = tag drift
found-touching-entities =
    { COUNT($number) } of { COUNT($entities) } { $split } entities ({ PERCENT($share) }) directly follow one of the same type
why-touching-entities =
    each word of an entity was tagged as the beginning of one, so the entities are not those of the text
fix-touching-entities = tag the words after the first with I-, and convert the file again
found-without-beginning =
    { COUNT($number) } of { COUNT($entities) } { $split } entities ({ PERCENT($share) }) have no B- tag
why-without-beginning = the tags are not IOB2, which models and scores assume
fix-without-beginning = tag the first word of every entity with B-, and convert the file again
found-shifted_tags =
    each word's most frequent training tag finds the { $split } entity words with an F1 of { SCORE($before) }, and of { SCORE($after) } once the tags are moved by one word; { PERCENT($share) } or more of the sentences fit better that way
why-shifted_tags = the tags are on the neighbours of the words that they belong to
fix-shifted_tags = align words and tags again where the file was made
found-tag_drift =
    each word's most frequent training tag finds the validation entity words with an F1 of { SCORE($validation_f1) }, the { $split } ones with { SCORE($f1) }; { PERCENT($validation_kind) } and { PERCENT($kind) } have its type; { PERCENT($validation_long) } and { PERCENT($long) } of the entities have several words
why-tag_drift = the splits were not tagged by the same rules
fix-tag_drift = tag both splits by the same rules
found-tag-noise =
    each word's most frequent training tag finds the { $split } entity words with an F1 of { SCORE($f1) } and { PERCENT($kind) } of their types; those of other training rows with { SCORE($train_f1) } and { PERCENT($train_kind) }
why-tag-noise = many training tags are wrong
fix-tag-noise = have the training data tagged again, or use another copy

## Findings: labels

finding-label_noise = label noise
finding-shifted_labels = shifted labels
finding-surface_shortcut = surface shortcut
found-train-labels-foreign =
    a simple model learns the labels of the other splits from their texts (accuracy { SCORE($others) } out of sample), and the training labels not at all ({ SCORE($train) })
why-train-labels-foreign = the training labels belong to other texts, or to none
fix-train-labels-foreign = take the training data from another copy of the corpus
found-shifted_labels =
    a simple model is right on { PERCENT($before) } of the { $split } rows as they are, and on { PERCENT($after) } once the labels are moved by { COUNT($moved, one: "row", other: "rows") }
why-shifted_labels = the labels are on the neighbours of the texts that they belong to
fix-shifted_labels = align texts and labels again where the file was made
found-noise-in-split =
    a simple model is right on { PERCENT($right) } of the { $split } rows and, out of sample, on { PERCENT($train_right) } of the training rows, although it is equally confident; it doubts { PERCENT($suspected) } and { PERCENT($train_suspected) } of the labels
why-noise-in-split = many labels of this split are wrong or follow other rules
fix-relabel-sample = have a sample of them labelled again
found-noise-in-train =
    a simple model is right on { PERCENT($right) } of the { $split } rows and, out of sample, only on { PERCENT($train_right) } of the training rows, as if { PERCENT($wrong) } of the training labels were wrong
why-noise-in-train = models learn wrong labels, too, and the arms may be affected differently
fix-relabel-train = have a sample of the training rows labelled again
found-noise-everywhere =
    a simple model is wrong, out of sample, on { PERCENT($wrong) } of the third of the training rows that it is most confident about
why-noise-everywhere = labels of all splits may be wrong, which no model can overcome
found-surface_shortcut =
    a decision tree that sees only length, punctuation, case and ends of the { $part ->
        [second] second text
       *[text] text
    } reaches a kappa of { DECIMAL($kappa, digits: 2) } on the { $split } rows and is confident about { PERCENT($sure) } of them; its first question is about: { $feature }
why-surface_shortcut = a model that looks at the surface does not have to understand the text
fix-surface_shortcut = find out what put this sign there and remove it

## Findings: tokens and the checkpoint

finding-unknown_tokens = unknown tokens
finding-sentence_pieces_as_word_pieces = sentence pieces as word pieces
finding-letters_for_tokens = texts split into letters
finding-lost_hangul = lost hangul
finding-truncated_rows = truncated rows
finding-unknown_token_drift = unknown token drift
finding-label_order_of_checkpoint = label order of checkpoint
finding-fine_tuned_checkpoint = fine tuned checkpoint
finding-unusual_initial_weights = unusual initial weights
finding-checkpoint_of_the_corpus = checkpoint of the corpus
found-unknown_tokens = { PERCENT($share) } of the { $split } tokens are unknown to the vocabulary
why-unknown_tokens = the encoder sees gaps instead of words: the tokenizer is made for another language or kind of text
fix-tokenizer = use a checkpoint whose tokenizer is made for this language
found-sentence_pieces_as_word_pieces =
    { PERCENT($share) } of the WordPiece vocabulary begins with ▁, the mark of SentencePiece
why-sentence_pieces_as_word_pieces =
    the tokenizer reads SentencePiece pieces by WordPiece rules, so most words become unknown
fix-sentence_pieces_as_word_pieces =
    use the checkpoint's own SentencePiece model, or one whose tokenizer.json contains it
found-letters_for_tokens = { DECIMAL($tokens, digits: 1) } tokens per character of the { $split } texts
why-letters_for_tokens = the vocabulary has no words of this language, only bytes or letters
found-lost_hangul = no composed Hangul syllable is left after the tokenizer's normalisation
why-lost_hangul = lower-casing that strips accents decomposes syllables, while the vocabulary consists of composed ones
fix-lost_hangul = set `strip_accents` (or `do_lower_case`) of the tokenizer to false, or use another checkpoint
found-truncated_rows =
    { PERCENT($rows) } of the { $split } rows are cut at { COUNT($most) } tokens, which removes about { PERCENT($lost) } of the tokens
why-truncated_rows = no model sees their ends
fix-truncated_rows = raise `max_length`
found-unknown_token_drift =
    { PERCENT($train) } of the training tokens are unknown, { PERCENT($test) } of the test tokens
found-label_order_of_checkpoint = the checkpoint orders the labels { $own }, the task { $ours }
why-label_order_of_checkpoint =
    ids from the checkpoint's own head would be misread; here the head is new, and the scores are right
fix-label_order_of_checkpoint = compare labels by name, never by id
found-labels-in-checkpoint = the configuration of the checkpoint names the labels of this task: { $labels }
found-head-in-checkpoint = the configuration of the checkpoint names a classifier: { $head }
why-fine_tuned_checkpoint =
    the checkpoint was trained on labels, perhaps these, so the comparison with scratch shows more than pre-training
fix-pretrained-only = use a checkpoint that was only pre-trained
found-unusual_initial_weights =
    the initial weights of scratch have a standard deviation of { PLAIN($spread) }; published encoders have 0.02
why-unusual_initial_weights = scratch may learn worse than it could
fix-unusual_initial_weights = set `initializer_range` in the checkpoint's config.json to 0.02
found-checkpoint_of_the_corpus = the checkpoint comes from “{ $origin }”, which names the corpus { $corpus }
why-checkpoint_of_the_corpus = its weights may have seen these labels or the test rows

## Findings: the runs

finding-aborted = aborted
finding-collapsed = collapsed
finding-diverged = diverged
finding-failed_arm = failed arm
finding-failed_seed = failed seed
finding-mixed_cells = mixed cells
finding-overfitted = overfitted
finding-dead_gradient = vanishing or non-finite gradient
finding-dead_part = dead part
finding-not_chosen_on_validation = not chosen on validation
finding-skipped_steps = skipped steps
finding-never_improved = never improved
finding-unstable_seeds = unstable seeds
finding-identical_runs = identical runs
found-aborted = aborted at step { COUNT($step) }: { $outcome }
outcome-finished = finished
outcome-stopped_early = stopped early
outcome-stopped_at_the_ceiling_of_train = stopped at the ceiling of train
outcome-loss_not_finite = loss not finite
why-aborted = its score is that of a barely trained model
fix-aborted = lower the learning rate, or train in fp32 or bf16
found-collapsed = the selected model is at chance on validation: { $skill }
skill-rows = Matthews' correlation { SCORE($mcc) }
skill-words = entity F1 { SCORE($f1) }, Matthews' correlation of the tags { SCORE($mcc) }
why-collapsed = the run failed; it says nothing about how good the model is
fix-tune = change the learning rate, the warm-up or the number of epochs, looking at validation only
fix-tune-patience =
    raise `training.patience`, which ended runs, or change the learning rate, the warm-up or the number of epochs, looking at validation only
fix-patience = raise `training.patience`, which ended these runs, or set it to 0, and run again
found-diverged =
    training loss { SCORE($first) } at the start, { SCORE($lowest) } at its lowest, { SCORE($highest) } at its highest, { SCORE($last) } at the end
why-diverged = the optimizer moved away from what the model had learned
fix-diverged = lower the learning rate
found-failed-runs = { $failed } of { $runs } { $arm } runs failed: { JOINED($each, "; ") }
failed-run = { $cell } ({ $reason })
why-failed_arm = the comparison is about a recipe that does not train
why-failed_seed = the verdict is about the runs that trained; that others fail is a property of the recipe
found-overfitted =
    { SCORE($train) } on training rows, { SCORE($validation) } on validation, with { COUNT($rows) } training rows
why-overfitted = the model fits its training rows far better than new ones
fix-overfitted = use more training rows or more dropout
found-dead_gradient = in { PERCENT($share) } of the logged steps, the gradient is below { $least } or not finite
why-dead_gradient = nothing is learned from such steps
found-dead_part = no gradient above { $least } ever reached { LIST($parts) }
why-dead_part = this part stays as it was initialised
found-not-chosen =
    the model of step { COUNT($kept) } was selected ({ $score } on validation), but that of step { COUNT($best) } is better there ({ SCORE($best_score) })
score = { SCORE($value) }
no-record = no record
why-not-chosen = something other than validation chose the model; if it was test, the test score is too high
fix-not-chosen = choose by validation, and train again
found-mixed-settings = its runs differ in their settings
found-mixed-recipe = its runs differ in their recipe
found-mixed-inputs = its runs differ in their inputs
why-mixed-cells = their mean describes no single recipe
fix-mixed-cells = run `dvc repro`, and do not edit committed results by hand
found-other-rows = the arms did not use the same { $split } rows
why-mixed-rows = a difference may come from the rows
found-skipped_steps = { COUNT($skipped) } of { COUNT($steps) } steps changed nothing, as their gradients overflowed in fp16
why-skipped_steps = the run learned for fewer steps than it was given, and the learning rate did not fall to its end
fix-skipped_steps = train in bf16 or fp32 (`training.precision`), or lower the learning rate
found-never_improved = no evaluation on validation beat the one before training, so the initial weights were kept
why-never_improved = its score is that of an untrained model
found-identical_runs = { COUNT($number) } runs have the same losses and the same predictions
why-identical_runs = the seed changes nothing here, so the spread over seeds is no evidence of how further runs would score
fix-identical_runs = see `training.seed_varies`, and whether anything random is left in this recipe
found-unstable_seeds = seeds score from { SCORE($low) } to { SCORE($high) } on test
why-unstable_seeds = one seed more or less decides the mean
fix-unstable_seeds = run more seeds; a longer warm-up and more epochs stabilise training

## Findings: prompts

finding-answer_in_prompt = answer in the prompt
finding-answer_in_text = answer in the text
finding-equal_label_words = equal label words
finding-shared_first_token = label words begin alike
finding-shorter_word_favoured = shorter word favoured
finding-test_in_prompt = test rows in the prompt
finding-prompts_shortened = prompts shortened
found-answer_in_prompt =
    { $part ->
        [query] the part of the template that ends every prompt
       *[instruction] the instruction of the template
    } names { JOINED($words, ", ") } and no other label word
why-answer_in_prompt = the model is more likely to repeat a word that the prompt has, whatever the text says
fix-answer_in_prompt = remove the word from the template, or name the words of all labels there
found-answer_in_text = { PERCENT($share) } of the test texts contain the word of their own label; where a text contains one label word, it is the right one in { PERCENT($right) }
why-answer_in_text = the model can read the answer, which the texts of its later use do not contain
fix-answer_in_text = remove the labels from the texts
found-equal_label_words = { JOINED($words, ", ") } are the same tokens
why-equal_label_words = these labels always have equal scores, so the model cannot choose between them
fix-equal_label_words = choose label words that this tokenizer tells apart (`labels` of the template)
found-shared_first_token = one token begins { JOINED($words, ", ") }
why-shared_first_token = after that token the text of the row decides little, so that the scores compare word endings
fix-shared_first_token = choose label words that begin with different tokens (`labels` of the template)
found-shorter_word_favoured = the label words with the fewest tokens are predicted { POINTS($share) } points more often than they are right, in the validation and test rows
found-word-never-wins = { JOINED($words, ", ") } begin with all tokens of another label word, so they are never more likely than it
why-shorter_word_favoured = every further token makes a word less likely, whatever the text says
fix-shorter_word_favoured = set `prompting.normalisation` to `bytes`, turn on `prompting.calibration`, or choose label words of equally many tokens
found-test_in_prompt = { COUNT($number) } of { COUNT($all) } examples are not training rows, or repeat test rows
why-test_in_prompt = the model is shown answers of the test set
fix-test_in_prompt = run `dvc repro` to draw them again from the training rows, and remove test rows from these
found-prompts_shortened = { COUNT($number) } of { COUNT($all) } prompts lost the last words of a text, and { COUNT($examples, one: "example", other: "examples") } did
why-prompts_shortened = the model does not see what was dropped
fix-prompts_shortened = raise `prompting.max_tokens`, or show fewer examples
fix-prompt = turn on `prompting.calibration`, show more examples, or use another template or a larger model

## Findings: arms compared

finding-smaller_budget = smaller budget
finding-not_converged = not converged
finding-underfitted = underfitted
finding-test_above_validation = test above validation
finding-test_below_validation = test below validation
budget-steps = { DECIMAL($own, digits: 0) } steps of { $loser } against { DECIMAL($other, digits: 0) } of { $winner }
budget-decay = weight decay { PLAIN($own) } of { $loser } against { PLAIN($other) } of { $winner }
budget-decay-ruins =
    weight decay { PLAIN($decay) } removes { PERCENT($lost) } of each { $loser } weight at its learning rate of { PLAIN($rate) }
budget-rate = learning rate { PLAIN($own) } of { $loser } against { PLAIN($other) } of { $winner }
budget-warmup =
    warm-up over { PERCENT($own, digits: 0) } of the { $loser } steps against { PERCENT($other, digits: 0) } of the { $winner } ones
budget-schedule = a constant learning rate for { $loser } against one for { $winner } that falls to 0
why-smaller_budget = the losing arm had the smaller budget, so the difference is not due to pre-training alone
fix-smaller_budget = give the losing arm at least the budget of the other, and run again
found-not_converged =
    the last evaluation is the best: since the one before it, validation gained { POINTS($gained) } points and the training loss fell from { SCORE($before) } to { SCORE($after) }
why-not_converged = a longer run would score higher; which arm would gain more is unknown
fix-not_converged = raise `epochs`
found-underfitted = { SCORE($own) } on its own training rows at the end, { SCORE($other) } for { $rival }
why-underfitted-recipe =
    random weights learn these rows and the pre-trained encoder does not, so its recipe does not train it
why-underfitted-scratch = part of the difference may be a run too short for random weights
fix-underfitted-scratch = raise `scratch.epochs`, and see whether the difference remains
found-test-unlike-validation =
    { SCORE($test) } on test, { SCORE($validation) } on validation: { POINTS($difference, sign: "+") } points, { DECIMAL($errors, digits: 1) } standard errors
why-checkpoint-knows-test = the checkpoint seems to know this test set: scratch does not rise with it
why-test-easier = the test data are easier than validation, or known from the training rows
fix-checkpoint-knows-test = use a checkpoint that was trained without these rows
fix-test-easier = look for copies of test rows in the training data, and for wrong training and validation labels
why-test-harder = the test rows or their labels are of another kind than those that the model learned from
fix-test-harder = compare texts and labels of the test and training data; draw all splits from one source

## Findings: the scores

finding-padding_or_outside_counted = padding or outside counted
finding-score_not_reproduced = score not reproduced
finding-token_accuracy_flatters = token accuracy flatters
finding-one_class_predicted = one class predicted
finding-class_never_predicted = class hardly predicted
finding-prediction_drift = prediction drift
finding-near_chance = near chance
finding-loses_to_a_baseline = loses to a baseline
finding-hypothesis_only_shortcut = hypothesis only shortcut
finding-too_small_to_tell = underpowered
finding-weak_segment = weak segment
found-other-score =
    reported { $metric } { DECIMAL($stated, digits: 4) }, but the stored predictions give { DECIMAL($found, digits: 4) }
why-padding-counted = the score counts padding, sub-words or words outside entities, which are nearly always right
why-score_not_reproduced = the score does not belong to these predictions
fix-padding-counted = score whole entities on words only
fix-score_not_reproduced = run `dvc repro` to score them again
found-judged-by-token = entities are judged by { $metric }
why-judged-by-token = most words are outside any entity, so answering O everywhere scores high
fix-judged-by-token = judge by entity F1
found-token_accuracy_flatters = token accuracy { SCORE($accuracy) } with an entity F1 of { SCORE($f1) }
why-token_accuracy_flatters = most words are outside any entity and count as right
fix-token_accuracy_flatters = quote the entity F1
found-one_class_predicted = { PERCENT($share) } of the test predictions are { $label }
why-one_class_predicted = the model distinguishes nothing; its accuracy is the share of that label
found-class_never_predicted = hardly or never predicted on test: { JOINED($labels, ", ") }
class-predictions = { $label } (predicted { COUNT($predicted, one: "time", other: "times") }, { COUNT($gold) } in the data)
why-class_never_predicted = part of the task was not learned, which the headline metric does not show
fix-class_never_predicted = look at the confusion matrix; train longer or with another learning rate, or use more training rows, above all of these labels where they are rare
found-swapped_labels =
    { PERCENT($now) } of the labelled test rows are right as they are, { PERCENT($best) } after reading { JOINED($order, ", ") }
label-for-label = { $read } for { $written }
found-prediction_drift = { PERCENT($share) } of the predicted labels would have to change to match the gold distribution
why-prediction_drift = the model prefers some labels, or was trained on another mixture
fix-prediction_drift = compare the labels of the training and test data, and look at the confusion matrix
found-near_chance = { SCORE($score) } on test, where one label for all rows scores { SCORE($chance) }
found-near_chance-mcc =
    { SCORE($score) } on test, where one label for all rows scores { SCORE($chance) } (Matthews' correlation { SCORE($mcc) })
why-near_chance = whether anything was learned cannot be determined
fix-near_chance = use more training rows, train longer, or change the learning rate
found-loses_to_a_baseline = { SCORE($own) } against { SCORE($score) } of the baseline “{ $baseline }”
finding-pretraining_without_gain = pre-training without gain
found-pretraining_without_gain =
    the loss on the text is { SCORE($first) } on average in the first fifth of the steps and { SCORE($last) } in the last: no fall beyond chance between batches
why-pretraining_without_gain = weights that learned nothing measurable from a text do not show what that text is worth
fix-pretraining_without_gain = pre-train for more steps or with another learning rate, or on text that the encoder does not know yet
why-loses_to_a_baseline = a difference from an arm that is not trained well does not measure the benefit of pre-training
fix-loses_to_a_baseline = train the arm better before comparing: learning rate, epochs, rows
found-hypothesis_only_shortcut =
    a linear model that never sees the premise has an accuracy of { SCORE($accuracy) }; one label for all rows has { SCORE($chance) }
why-hypothesis_only_shortcut = part of every score needs no inference
fix-hypothesis_only_shortcut = where the score is quoted, give the hypothesis-only score, too
found-too_small_to_tell =
    { POINTS($difference, $detectable, sign: "+") } points, but the smallest difference that { COUNT($rows) } test rows and { COUNT($seeds, one: "seed", other: "seeds") } detect with a power of 80 %, even without Holm's correction, is { POINTS($detectable, $difference) }
found-too-small-for-any =
    { POINTS($difference, sign: "+") } points, but { COUNT($rows) } test rows and { COUNT($seeds, one: "seed", other: "seeds") } detect no possible difference with a power of 80 %
why-too_small_to_tell = finding no difference does not mean that there is none
fix-too_small_to_tell = use more test rows or more seeds
found-weak_segment = { SCORE($part) } on the { COUNT($rows) } test rows that are { $segment }, { SCORE($whole) } on all
segment-short = short
segment-long = long
segment-genre = of the genre { $genre }
why-weak_segment = the mean hides them
fix-weak_segment = look at these rows, and add more of them to the training data

## Findings: what the surface of a text is described by

feature-length = length
feature-words = number of words
feature-digits = digits
feature-capitals = capitals
feature-capitals-only = capitals only
feature-first-capital = capital at the start
feature-outer-spaces = spaces at the ends
feature-double-spaces = double spaces
feature-not-ascii = characters that are not ASCII
feature-mark = number of “{ $mark }”
feature-end =
    { $place ->
        [first-word] first word
        [last-word] last word
       *[last-character] last character
    } “{ $text }”
feature-nothing = nothing

## Questions of an assignment

task-title = { $name }, { $about }
task-with-encoder = { $corpus } with encoder “{ $encoder }”
named-encoder = encoder “{ $encoder }”
about-sentiment = sentiment of Korean film reviews
about-entailment = does the premise entail the hypothesis
about-entities = named entities in news
about-topics = topic of a news item
kind-single = one label for a text
kind-pair = one label for a pair of texts, which a model reads together as one input
kind-words = one tag for each word; tags make up entities
ask-task = What is the task?
answer-task =
    { $title }: { $kind } ({ LIST($labels) }). { COUNT($train) } { $rows } to train on, { COUNT($validation) } to choose the model (validation), { COUNT($test) } to evaluate it (test).
answer-majority = Majority baseline: accuracy { SCORE($accuracy) } on test.
ask-design = How is the model designed?
a-transformer = a transformer encoder
architecture-sizes = { $model } with { $layers } layers of { $units } units and { $heads } attention heads
answer-design =
    { CAPITALIZED($model) }; { COUNT($parameters) } parameters with the classification head on top. Input: token ids [batch, tokens], at most { COUNT($length) } tokens from a vocabulary of { COUNT($vocabulary) }. Output: logits { $shape }, which softmax turns into { $kind ->
        [words] tag
       *[rows] label
    } probabilities; the loss is cross-entropy.
shape-rows = [batch, { $classes }]
shape-words = [batch, tokens, { $classes }]
shape = [{ JOINED($sizes, ", ") }]
answer-example =
    An example: { JOINED($texts, " / ") } → tokens { $tokens } → ids { $ids }, shape [1, { $length }] → logits { $shape } → { $kind ->
        [words] one tag per word, of the types
       *[rows] one of
    } { JOINED($labels, ", ") }.
quoted = “{ $text }”
ask-checkpoint = Which pre-trained model, and does it suit the text?
answer-checkpoint =
    { $checkpoint } ({ $place }). The tokenizer's vocabulary has to suit the text: { PERCENT($unknown) } of the test tokens are [UNK].
place-pretrain = pre-trained by this pipeline
pretrained-on-lines = pre-trained by this pipeline on { COUNT($lines) } lines of text
place-local = a local folder
place-unknown = source unknown
answer-synthetic-checkpoint = It was pre-trained on synthetic text, so it is not comparable to published encoders.
answer-losses = Validation loss, mean over { $seeds } of each run's first, lowest and last value: { JOINED($arms, "; ") }.
loss-of-arm =
    { $arm } from { SCORE($first) } to { SCORE($best) } at { $steps }, { $end ->
        [risen] then up to { SCORE($last) } at the end: the validation loss rises again
       *[flat] { SCORE($last) } at the end
    }
loss-never-falls = { $arm } never falls: { SCORE($first) } before training, { SCORE($last) } at the end
lowest-at-step = step { COUNT($first) }
lowest-at-steps = steps { COUNT($first) } to { COUNT($last) }, depending on the seed
answer-cost =
    Mean per seed: { JOINED($arms, "; ") }. The encoder's own pre-training comes on top. Seconds depend on the machine and are part of no result: python -m stages.forecast measures them.
cost-of-arm =
    { $arm } { COUNT($steps) } steps{ $batch ->
        [0] { "" }
       *[other] { " " }of { $batch } rows
    } with { COUNT($trained) } of { COUNT($parameters) } parameters trained

## Labels and steps

labels-and-steps = Labels and steps
steps-to-same-score = Steps to the same score
labels-assumption =
    Where scratch scores lower with more training rows, the rising curve that fits its scores best takes their place. Between the measured sizes, the logarithm of scratch's error is taken to be linear in the logarithm of the number of training rows. The interval also covers curves that bend as much as the neighbouring sizes suggest; if the curve crosses that score more than once, it covers every crossing.
labels-draw =
    { $covered ->
        [covered] At the smaller sizes every seed drew its own training rows, so the intervals of the scores and of the label multiplier cover the draw.
       *[shared] At the smaller sizes all runs share one draw of the training rows, so the intervals of the scores and of the label multiplier do not cover another draw.
    }
labels-per-class = { COUNT($number) } per class
size-per-class = { COUNT($number) } ({ COUNT($each) } per class)
labels-of-task = { $task }{ $budget }: { $sentence }
labels-withheld = The label multiplier is withheld: { $reasons }.
labels-one-seed = one seed does not show the spread between seeds, which the intervals leave out
labels-too-few-trained =
    it would need sizes at which fewer than two runs trained ({ JOINED($points, "; ") }); give the curve other sizes (train_sizes in params.yaml), or train longer
labels-few-trained =
    The label multiplier leaves out sizes at which fewer than two runs trained: { JOINED($points, "; ") }{ $curve ->
        [shorter] . Scratch's curve is used from the next larger size on
       *[whole] { "" }
    }.
labels-point = { $arm } on { COUNT($rows) } training rows
labels-run-left-out =
    { $number ->
        [one] The { $arm } run with seed { LIST($seeds) } on { COUNT($rows) } training rows failed and is
       *[other] The { $arm } runs with seeds { LIST($seeds) } on { COUNT($rows) } training rows failed and are
    } left out of the mean: { $reason }.
labels-run-counted =
    { $number ->
        [one] The { $arm } run with seed { LIST($seeds) } on { COUNT($rows) } training rows failed and is
       *[other] The { $arm } runs with seeds { LIST($seeds) } on { COUNT($rows) } training rows failed and are
    } counted all the same, as no other seed trained: { $reason }.
labels-at-chance = its model is at chance on validation
labels-skipped =
    The curve has no { $number ->
        [one] point
       *[other] points
    } at { LIST($sizes) } training rows, as the task trains on { COUNT($rows) }.
count = { COUNT($number) }
labels-within =
    Scratch needs { $factor } times the labels to match { $treatment } at { COUNT($number) } { $rows } (95 % interval: { $interval }).
labels-within-open =
    How many labels scratch needs to match { $treatment } at { COUNT($number) } { $rows } is inconclusive: { $factor } times as many by the rising curve that fits these runs best (95 % interval: { $interval }).
labels-beyond =
    Not reached within { COUNT($all) } { $rows }: scratch needs more than { $factor } times the labels to match { $treatment } at { COUNT($number) } { $rows } (95 % interval: { $interval }).
labels-beyond-open =
    Whether scratch matches { $treatment } at { COUNT($number) } { $rows } within { COUNT($all) } { $rows } is inconclusive: the rising curve that fits these runs best does not (95 % interval: { $interval }).
labels-beyond-at-least =
    Whether scratch matches { $treatment } at { COUNT($number) } { $rows } within { COUNT($all) } { $rows } is inconclusive: the rising curve that fits these runs best does not, and it needs at least { $least } times the labels (95 % interval: { $interval }).
labels-below =
    Scratch needs no more labels than { $treatment }: at { COUNT($number) } { $rows }, the smallest size, it is as good or better (95 % interval of the multiple: { $interval }).
labels-below-open =
    Whether scratch needs more labels than { $treatment } is inconclusive: at { COUNT($number) } { $rows }, the smallest size, it is as good or better in these runs (95 % interval of the multiple: { $interval }).
factor = { DECIMAL($value, digits: 1) }
interval = { $low } to { $high }
more-than = more than { $low }
less-than = less than { $high }
open-at-both-ends = open at both ends
steps-to-best =
    On validation{ $failed ->
        [0] { "" }
        [one] , without the seed with a failed run
        [all] , with the failed runs, since no seed has two runs that trained
       *[other] , without the { $failed } seeds with a failed run
    }, { $first }; { $second }. Steps are those of evaluations, so the score may have been reached earlier.
reached-never = the { $arm } run never reaches the best { $metric } of { $rival } (in { JOINED($steps, ", ") } steps)
reached-not-in-median =
    the { $arm } run does not reach the best { $metric } of { $rival } in the median over seeds ({ JOINED($each, ", ") }); { $rival } itself reaches it at { JOINED($others, ", ") }
reached-at-step =
    the { $arm } run reaches the best { $metric } of { $rival } at step { $step } in the median over seeds ({ JOINED($each, ", ") }); { $rival } itself reaches it at { JOINED($others, ", ") }
step = { PLAIN($number) }
never = never
points-caption =
    By training rows: { $metric } on test, mean over { $seeds } (95 % interval), and how many times the labels scratch needs to match pre-training at these rows
steps-caption = Steps to reach the best validation { $metric } of the other arm, with the same seed
column-training-rows = Training rows
column-times-labels = Times the labels
column-arm = Arm
column-seed = Seed
column-best-of-other = Best of the other
column-its-step = Step of that best
column-reached-at-step = Reached at step
column-steps = Total steps
capitalized = { CAPITALIZED($text) }
mean-with-interval =
    { SCORE($mean) }
    ({ SCORE($low) } to { SCORE($high) })
times-labels =
    { $times }
    ({ $interval })
at-most-smallest = no more than for the smallest size

## Changed rows

stress = Stress tests
stress-how =
    Trained models are evaluated on changed test rows. Test rows were tried in order until a set number had changed, or none were left. Scores before and after cover only the changed rows, so an unchanged row counts neither for nor against a model. “Same tokens” are changed rows that the tokenizer cannot distinguish from the original. Drop = score before − score after, in points with a 95 % interval, paired by row and run; where it is negative, the score rose; among many, some exclude zero by chance.
failed-runs-count = Failed runs count here, unlike in the comparison of the arms.
stress-premise =
    Without the premise, entailment cannot be known: whatever is above chance comes from the hypothesis alone, and a small drop is no merit.
stress-majority = On all test rows, changed or not, always answering the most frequent label scores { SCORE($score) }.
stress-negation =
    Only praise that a rule can reliably negate is negated, and its label becomes negative: all of these rows are positive before and negative after, so a model that always answers “positive” falls from 1 to 0.
stress-left-out = Left out: { JOINED($transformations, "; ") }.
left-out = { $transformation } ({ $reason })
stress-caption = { CAPITALIZED($metric) } on changed test rows, mean over all seeds, and differences in points (95 % interval{ $scope })
changed-of-offered = { COUNT($changed) } of { COUNT($offered) } tried
all-arms = all
column-change = Change
column-rows-changed = Rows changed
column-same-tokens = Same tokens
column-before = Before
column-after = After
column-drop = Drop
column-more-than-scratch = Drop beyond scratch's
transformation-typos = typos
transformation-spacing = spaces dropped and added
transformation-lower_case = lower case
transformation-upper_case = upper case
transformation-punctuation_removed = punctuation removed
transformation-unseen_entities = names not in the training rows
transformation-negation = negated praise, labelled negative
transformation-premise_removed = premise removed
stress-not-spacing = the words are given, there is no space to drop or add
stress-not-lower_case = Korean has no capital letters
stress-not-upper_case = { stress-not-lower_case }
stress-not-unseen_entities = the task has no entities
stress-not-negation = the labels are no sentiments
stress-not-premise_removed = the task has no premises

## Errors

errors = Errors
errors-missed-by-all =
    { COUNT($number) } ({ PERCENT($share) }) of the test { $rows } are wrong in all { COUNT($runs) } runs of all arms.
errors-of-sentences =
    A sentence is right when exactly its entities are found; the word that is named is the one whose wrong tag was given the highest probability.
errors-wrong-labels =
    At most about { PERCENT($rate) } of the gold labels{ $of ->
        [names] { " " }of words that look like names
       *[rows] { "" }
    } are wrong, by an estimate that corrects for the models' overconfidence. Apart from that, { COUNT($number) } ({ PERCENT($share) }) { $rows } are listed for a look: there, the models are very sure of another label. Not every label listed is wrong, so more may be listed than are estimated to be wrong. Errors that all models make confidently count, too, so read the rows before correcting any.
errors-no-wrong-labels =
    No gold label is suspected to be wrong: corrected for overconfidence, the models err as they would if every label were right. Probabilities in the tables here are not corrected. Labels may still be wrong, so read the rows that all runs miss.
errors-texts-hidden =
    Texts are not shown, since the terms of the corpus may forbid publishing them; error_analysis.publish_texts in params.yaml shows them.
errors-agreement-caption = Test { $rows } that every run of one arm gets right and every run of the other gets wrong
test-mcnemar = McNemar's exact test
test-approximate_randomisation = approximate randomisation
share = { COUNT($number) } ({ PERCENT($share) })
column-p = p
column-always-arm = Right in the arm alone
column-always-scratch = Right in scratch alone
errors-slices-caption =
    By length and label: { $metric }, mean over all seeds, and difference in points (95 % interval{ $scope }; among many, some exclude zero by chance)
slice-words = { $name } words
slice-characters = { $name } characters
slice-type = has type { $name }
slice-label = labelled { $name }
slice-other = { $by } { $name }
column-rows-with = Rows with
column-rows = Rows
column-score = Score
column-difference = Difference
errors-rows-caption =
    Single rows, at most { $most } of a kind (more in reports/errors/{ $task }.json), with the most probable wrong label and its mean probability over the runs of the arm in question, or of all arms
listed-wrong-in-all = wrong in all runs
listed-confident = most confident errors, { $arm }
listed-always-arm = always right for { $arm } alone
listed-always-rival = always right for { $rival } alone, not { $arm }
listed-suspected = suspected label errors
word-of-row = { $guid }, word { $word }
column-kind = Kind
column-row = Row
column-gold = Gold
column-wrong-label = Wrong label
column-probability = Probability
column-text = Text

## Running text, seconds

delivered =
    Texts given to predict or to an exported model are not split into words. For { $quoted } every test sentence is written as running text, split into words as predict does, and entities are compared by characters: { SCORE($score) } for the { $arm } model, against { SCORE($headline) } on the words of the corpus.
seconds = Seconds of training per seed on { $task }, on this machine: { JOINED($arms, "; ") }.
seconds-of-arm = { $arm } { DECIMAL($seconds, digits: 1) }
seconds-of-some = { $arm } { DECIMAL($seconds, digits: 1) } (of { $known } of { $runs } runs)

## The page: its first screen

page-title = What is pre-training worth?
page-answer-all-help =
    Pre-training helped on all { COUNT($count) } tasks{ $budget }, by { $gain } points over the same models trained from random weights.
page-answer-all-comparisons =
    Pre-training helped in all { COUNT($comparisons) } comparisons on { COUNT($tasks, one: "task", other: "tasks") }{ $budget }, by { $gain } points over the same models trained from random weights.
page-gains = { POINTS($least, $most) } to { POINTS($most, $least) }
page-gain-alone = { POINTS($gain) }
page-answer-one-helps =
    Pre-training helped on { $name }{ $budget }: { POINTS($gain) } points over the same model trained from random weights.
page-answer-mixed = Pre-training { LIST($clauses) }.
page-clause-helps = helped on { $names }{ $budget }
page-clause-hurts = hurt on { $names }{ $budget }
page-clause-cannot_tell = has an inconclusive effect on { $names }
page-budget-of-all = { " " }(at least for this budget)
page-budget-of-some = { " " }(on { $names } at least for this budget)
page-answer-withheld = Verdict withheld { LIST($clauses) }.
page-withheld-on = on { $names } ({ LIST($reasons) })
page-names = { LIST($names) }
page-several = { COUNT($count) } tasks
page-several-comparisons = { COUNT($tasks, one: "task", other: "tasks") } ({ COUNT($comparisons) } comparisons)
page-answer-other =
    Other ways to use a pre-trained model scored above training from scratch in { COUNT($above) } of { COUNT($count, one: "comparison", other: "comparisons") } on { COUNT($tasks, one: "task", other: "tasks") }{ $below ->
        [0] { "" }
       *[other] { " " }and below in { COUNT($below) }
    }{ $open ->
        [0] { "" }
       *[other] , and { COUNT($open) } { $open ->
            [one] is
           *[other] are
        } inconclusive
    }{ $budget }.
page-budget-of-others = ; a larger budget may change { COUNT($count) } of these verdicts
page-named = { $task } ({ $arm })
page-named-arms = { $task } ({ JOINED($arms, "; ") })
page-budget = { $verdict } (this budget)
page-gain = { POINTS($difference, $low, $high, sign: "+") } points
page-interval = 95 % interval { POINTS($low, $difference, $high) } to { POINTS($high, $difference, $low) }
page-versus = { $metric }: { $arm } { SCORE($first) }, { $rival } { SCORE($second) }
page-no-finding = nothing suspicious found
page-sources = Data: { JOINED($sources, "; ") }.
page-source = { LIST($names) } ({ $source })
from-sample = synthetic texts in the same formats, written by the pipeline
from-published = published files, as pinned
from-local = local files
from-hub = data set of the Hugging Face Hub
page-synthetic = synthetic sample
page-synthetic-all =
    Synthetic sample: the pipeline wrote the texts of all tasks itself, in favour of pre-training. The numbers show that the pipeline works; they say nothing about real text.
page-synthetic-some =
    Synthetic sample: the pipeline wrote the texts of { LIST($names) } itself, in favour of pre-training. These numbers show that the pipeline works; they say nothing about real text.

## The page: what a result means

page-headline-accuracy =
    Out of every 1,000 test { $rows } ({ COUNT($tested) } were tested), the model that starts from the pre-trained checkpoint labels { OF_THOUSAND($first) } correctly; the same model trained from random weights labels { OF_THOUSAND($second) } correctly.
page-plain-majority = Always answering the most frequent label would get { OF_THOUSAND($majority) } right.
page-headline-entity_f1 =
    If every entity were found with the right boundaries and type, and none invented, the score (entity F1) would be 1. The model that starts from the pre-trained checkpoint reaches { SCORE($first) }; the same model trained from random weights reaches { SCORE($second) }.
page-means-helps =
    Chance between seeds and test examples does not explain a gap of { POINTS($difference, $low, $high) } points: pre-training helps here.
page-means-hurts =
    The pre-trained model scores lower, and chance between seeds and test examples does not explain it: pre-training hurts here.
page-means-above_scratch =
    Used in this way, the pre-trained model scores higher than training from scratch, by more than chance explains.
page-means-below_scratch =
    Used in this way, the pre-trained model scores lower than training from scratch, by more than chance explains.
page-plain-withheld = No conclusion is drawn, because of: { LIST($reasons) } (see “What may mislead”).
page-plain-chance =
    Chance between seeds and test examples could produce a gap of this size, so no conclusion can be drawn.
page-plain-corrected =
    The interval excludes zero, but among { $family } comparisons one may do so by chance: after Holm's correction { P($p) }, so no conclusion is drawn.
page-plain-one-run =
    One run per arm does not show what another seed would give, so no conclusion about the method can be drawn.
page-plain-one-run-left =
    Where only one run of an arm trained, nothing shows what another seed would give, so no conclusion about the method can be drawn.
page-plain-care = Read this with care: { $finding } ({ $about }); see “What may mislead”.
page-plain-budget = { JOINED($reasons, " ") } A larger budget may change this.
page-loser-smaller_budget = The losing arm had the smaller training budget.
page-loser-not_converged = The losing arm was still improving when its training ended.
page-loser-underfitted = The losing arm fits its own training rows less well than the other arm.
page-plain-left-out =
    { COUNT($count) } of { COUNT($runs) } { $arm } runs failed to train and { $count ->
        [one] is
       *[other] are
    } left out.
page-plain-baselines-below =
    { $number ->
        [one] A simpler method scores
       *[other] Simpler methods score
    } higher than the pre-trained model: { LIST($baselines) }.
page-plain-baselines-inconclusive =
    The pre-trained model is not shown to be better than { $number ->
        [one] this simpler method
       *[other] these simpler methods
    }: { LIST($baselines) }.
page-plain-baseline = { $baseline } ({ SCORE($score) })
page-plain-frozen = frozen pre-trained encoder + logistic regression ({ SCORE($score) }; it is pre-trained, too, so the difference is what fine-tuning adds)
page-plain-sample = These texts are synthetic, so the result says nothing about real text.

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
name-of-setting =
    { $name ->
        [recipe_lr_factor] recipe lr factor (already in lr)
       *[other] { WORDS($name) }
    }
value-of-setting = { $value }
setting-unset =
    { $name ->
        [train_size] all
        [batch_tokens] no limit
       *[other] not used
    }
setting-with-value = { $setting } { $value }
page-agreement =
    Of { COUNT($total) } test { $rows }, a { $arm } run and a { $rival } run get about { COUNT($both) } right both, the { $arm } run alone { COUNT($first) }, the { $rival } run alone { COUNT($second) }, and neither { COUNT($neither) } (means over all pairs of runs that trained{ $kind ->
        [words] ; a sentence is right with exactly its entities
       *[other] { "" }
    }).
page-widest-gap =
    By class, the gap is widest on { $label }: F1 { SCORE($first) } ({ $arm }) against { SCORE($second) } ({ $rival }).
page-reverse-gap = It is the other way round on { $label }, where { $better } has the higher F1: { SCORE($first) } ({ $arm }), { SCORE($second) } ({ $rival }).
page-finding-about =
    { $finding } ({ $about }){ $more ->
        [0] { "" }
       *[other] , { COUNT($more) } more
    }
page-change-caption = { CAPITALIZED($metric) }, mean over { $seeds }
page-test-before = Test, before
page-test-after = Test, after
page-train-before = Training, before
page-train-after = Training, after
page-matrix = Gold labels (rows) and predicted labels (columns), all { $seeds }: { $arm }
page-cell = { COUNT($count) } ({ PERCENT($share) })
caption-temperatures =
    Temperature scaling: loss and calibration error on test, before → after. The temperature divides the logits, is fitted on validation, and is above 1 for a model that is overconfident there{ $dashes ->
        [some] ; a dash means that validation gives none
       *[none] { "" }
    }
column-temperature = Temperature
page-bins = Test predictions by confidence, all { $seeds }
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
page-glossary =
    Scratch: the same model, trained from random weights. One point is 0.01 of the metric (0.60 to 0.61 is +1 point). Holm's correction raises the p values because several comparisons are made at once, each of which could come out by chance. A severe finding can withhold a verdict; a warning marks a result that is easily misread; a note is good to know.
page-skip = Skip to the answer
page-link = Link to this section
page-copy-csv = Copy as CSV
page-copy-latex = Copy as LaTeX

# further test sets

further-test = Further test set: { $title }
further-test-how =
    The trained models of this task were run on { COUNT($rows, one: "row", other: "rows") } of another test set. It was used for no choice, and no verdict is based on it. Among many parts, some intervals exclude zero by chance.
second-gold-how =
    The trained models of this task were scored on { COUNT($rows, one: "test sentence", other: "test sentences") } of this task, tagged by a second gold standard. It was used for no choice, and no verdict is based on it. Among many parts, some intervals exclude zero by chance.
further-test-merged = Predicted labels are merged before they are scored: { LIST($labels) }.
merged-label = { $label } as { $other }
further-test-overlap = { PERCENT($share) } of its rows are also in the training set, of which the runs may have used a part.
further-test-one-seed =
    No score here comes from more than one seed that trained. Seeds that score alike on the task's own test set can differ by tens of points on another one, so these scores say nothing about the recipe. Set more `seeds`.
further-test-seeds =
    Seeds of one arm differ by up to { POINTS($spread) } points (standard deviation) in one part. A single seed would say little.
further-test-caption = { CAPITALIZED($metric) } on { $title }, mean over { $seeds }, with 95 % intervals{ $scope }
genre-column = { CAPITALIZED(WORDS($name)) }
column-genre = Genre
column-interval = 95 % interval
column-range-of-seeds = Lowest to highest seed
column-above-scratch = Above scratch
all-genres = all
all-labels = all
second-gold-caption =
    Errors by both gold standards, per run. The first gold standard scores { SCORE($score) } by the second, of which { COUNT($unreachable, one: "entity does", other: "entities do") } not fit the words of the test set
column-f1-first = F1 by the first gold
column-f1-second = F1 by the second gold
column-errors-first = Errors by the first gold
column-right-by-second = Of these right by the second
column-errors-second = Errors by the second gold
column-right-by-first = Of these right by the first
share-of-errors = { PERCENT($share) }

## Tables and facts of the details

caption-summary = Headline metric on test: mean over { $seeds } (each seed), difference in points (95 % interval)
synthetic-task = { $task } [SYNTHETIC SAMPLE]
scored-baseline = { $baseline } { SCORE($score) }
failed-score = { SCORE($value) } failed
score-range = { SCORE($low) } to { SCORE($high) }
mean-of-seeds =
    { SCORE($mean) }
    ({ JOINED($each, ", ") })
difference-over-interval =
    { POINTS($difference, $low, $high, sign: "+") }
    ({ POINTS($low, $difference, $high) } to { POINTS($high, $difference, $low) })
p-over-corrected =
    { P_VALUE($p) }
    ({ P_VALUE($corrected) })
p-of-these-runs =
    { P_VALUE($p) }
    (these runs)
caption-findings = What the doctor found
caption-scores = Before → after training, with the 95 % interval of { $metric } after it
caption-slices = By test set and genre: { $metric }, mean over { $seeds }, and difference in points (95 % interval{ $scope }; among many, some exclude zero by chance), with the smallest difference that each comparison alone detects with a power of 80 %
interval-scope =
    { $scope ->
        [rows] { " " }over test rows alone
        [some] , of an arm with a single run that trained over test rows alone
       *[recipe] { "" }
    }
caption-runs = Training runs
caption-baselines =
    Baselines in which no encoder is trained, on test, and by how many points each arm beats them in { $metric } (95 % interval{ $scope }; among many, some exclude zero by chance){ $kind ->
        [pair] . “Hypothesis only” never sees the first text; TF-IDF sees the words of both texts, but not which text a word is from; the arms read both
       *[other] { "" }
    }{ $fits ->
        [one] { "" }
       *[each] . Each seed fits them to the rows that it drew: their scores are means over all seeds, and a difference is over those seeds alone whose run of the arm trained
    }
caption-further-metrics = Further metrics on test after training. Matthews correlation (MCC) is that of predictions and gold labels: 1 where all are right, 0 at chance. The Brier score is the mean squared difference between predicted probabilities and gold labels, summed over the labels: lower is better. The calibration error is how far confidence and accuracy are apart
seeds-of-means =
    { $trained ->
        [some] seeds that trained
       *[all] seeds
    }
caption-types = By type on test, mean over { $seeds }
caption-labels = By label on test, mean over { $seeds }
caption-entity-errors = Errors in entities on test, all { $seeds } together
caption-paired = Single runs compared on the same test rows, by { LIST($tests) }: how likely such a difference is if the outputs of both runs could be swapped; seeds play no part. In the sentences of the verdict p is that of the interval, so it may differ for the same two runs
caption-entities-by-type = Entities by type
caption-rows-by-label = Rows by label
caption-tokens = Tokens: maximum { COUNT($most) } per input, vocabulary of { COUNT($vocabulary) }; lengths as median / 90 % / 99 % / longest
column-about = About
column-against = Against
column-all-tokens = Total tokens
column-baseline = Baseline
column-baselines = Baselines
column-best-step = Step of the selected model
column-characters = Characters
column-detectable = Detectable
column-dropped = Dropped
column-evidence = Evidence
column-finding = Finding
column-found = Findings on this run
column-kept = Kept
column-label = Label
column-metric = Metric
column-outcome = Outcome
column-p-holm = p (Holm)
column-precision = Precision
column-read = Read
column-reason = Reason
column-recall = Recall
column-remedy = Remedy
column-repeats = Repeat an earlier row
column-repeats-of-split = Repeat a row of
column-run = Run
column-severity = Severity
column-split = Split
column-split-sentences = Sentences split
column-support = Gold
column-test-set = Test set
column-tokens = Tokens
column-truncated = Rows truncated
column-type = Type
column-unknown-tokens = Unknown tokens
column-why = Why
column-words = Words
entity-error-type = wrong type
entity-error-boundary = wrong boundary
entity-error-type_and_boundary = both wrong
entity-error-spurious = where there is none
entity-error-missed = missed
failed-outcome = { $outcome } (failed)
fact-task = { $name }: { $kind }, { LANGUAGE($language) }
fact-types = Entity types
fact-labels = Labels
fact-metric = Headline metric
fact-independent = Independent test examples
fact-groups =
    { COUNT($number) } { $kind ->
        [words] documents
        [pair] premises
       *[other] groups of rows
    }
fact-detectable = Smallest difference detectable with a power of 80 % (of several comparisons, at the first step of Holm's correction)
fact-points =
    { POINTS($points) } points ({ $arm } vs { $rival }, p below 0.05{ $comparisons ->
        [one] { "" }
       *[other] { " " }/ { $comparisons }
    })
fact-parameters = Parameters
parameters-all = { COUNT($total) }, all trained
parameters-some = { COUNT($total) }, { COUNT($trained) } trained
parameters-of-arm = { $parameters } ({ $arm })
weights-adaptation = Adaptation
weights-self_pretraining = Self-pretraining
adaptation =
    { $objective ->
        [rtd] replaced-token detection
       *[mlm] masked-language modelling
    } on { COUNT($number) } { $place }{ $tokens ->
        [0] { "" }
       *[other] { " " }({ COUNT($tokens) } tokens)
    }{ $left ->
        [0] { "" }
       *[other] , without { COUNT($left) } that repeat a validation or test text
    }; loss { JOINED($losses, " → ") } in nats (means of the first and the last fifth of the steps){ $objective ->
        [rtd] , the discriminator's counted 50 times
       *[mlm] { "" }
    }{ $head ->
        [random] , from random weights
        [new] , from a new head
       *[own] { "" }
    }
adaptation-training-texts = training texts
adaptation-file = lines of { $text }
fact-used = { CAPITALIZED($rows) } used
number-of-split = { $split } { COUNT($number) }
fact-checkpoint = Checkpoint
fact-computed = Computed with
fact-pinned = Pinned
fact-files = Files
file-facts = { $name }, { COUNT($bytes) } bytes, SHA-256 { $digest }…
fact-source = Source
fact-homepage = Homepage
fact-licence = Licence
fact-read-as = Read as
fact-known-rows = Test rows whose text is in the training or validation data
fact-contradictory = Training and validation texts with contradictory labels
carved-from-training = split from the training rows
repeats-of = { $split } { $share }

## What the cards of the data say

dropped-rows = { COUNT($number) } { $reason }
dropped-empty = empty text
dropped-unlabelled = no gold label
dropped-excluded = excluded by id
dropped-beyond = beyond { $setting }
dropped-no-label = no label
dropped-taken-for-none = no label ({ $spelled })
dropped-answer = the answer { $answer }
dropped-cancelled = an annotation that was cancelled
dropped-disagreed = annotators that disagree
dropped-not-annotated = no annotation
read-as-of = { $place }: { JOINED($parts, "; ") }
read-as-json = one JSON object per line
read-as-json-array = JSON array of objects
read-as-json-columns = JSON columns
read-as-json-index = JSON object of rows
read-as-json-split = JSON rows beside the names of their columns
read-as-annotations = annotations of { $program }
read-as-parquet = Parquet
read-as-arrow = Arrow
read-as-tabs = columns between tabs
read-as-commas = columns between commas
read-as-semicolons = columns between semicolons
read-as-bars = columns between vertical bars
read-as-header = column names on the first line
read-as-no-header = no column names
read-as-quotes-undone = quotation marks undone as in CSV
read-as-quotes-kept = quotation marks kept as part of the texts
read-as-no-numbers = running numbers before the word left out
read-as-word-and-tag = word from column { $word } and tag from column { $tag } of { $width }
read-as-word-per-line = a word per line, { $width } columns
read-as-scheme = tags in { $scheme }
read-as-text-and-label = text from { $text }, label from { $label }
read-as-renamed = { $known } from the column { $name }
read-as-classes = class numbers { $classes }
read-as-classes-assumed = class numbers { $classes } as published, since no file has a class 0 or 4
read-as-numbers-by-file = label numbers named by { $name }
read-as-numbers-declared = label numbers as { $name } declares them: { $classes }
read-as-types-of-training = { $number } entity types, those of the training set
read-as-labels-of-training = { $number } labels, those of the training set
read-as-language = language { LANGUAGE($language) }, recognised
read-as-language-unknown = language that could not be told

## Charts

chart-described = { $title }. { $description }
chart-synthetic = { $title } (synthetic)
chart-word-arm = arm
chart-word-seed = seed
chart-step = step
chart-word-rows = rows
chart-word-mean = mean
chart-word-low = low
chart-word-high = high
chart-bands = lines: means over { $seeds }; bands: lowest to highest seed
chart-mean-of = { $value }, mean
chart-word-lowest = lowest seed
chart-word-highest = highest seed
chart-word-comparison = comparison
chart-word-difference = difference
chart-word-interval = interval
chart-word-verdict = verdict
chart-end = { $arm } { $scores }
points-with-sign = { POINTS($difference, sign: "+") }
points-of-interval = { POINTS($difference, $low, $high, sign: "+") }
points-range = { POINTS($low, $difference, $high) } to { POINTS($high, $difference, $low) }
chart-differences = Pre-trained minus scratch, with 95 % intervals
chart-difference-of = { $comparison }: { POINTS($difference, $low, $high, sign: "+") } points, { POINTS($low, $difference, $high) } to { POINTS($high, $difference, $low) }, { $verdict }.
chart-points = points; right of zero, pre-training is better
chart-hollow-open = hollow: inconclusive or withheld
chart-loss = { $task }: loss
chart-loss-described = Loss over training steps. On validation, for the selected models: { JOINED($arms, "; ") }.
chart-training-batches = training batches
chart-cross-entropy = cross-entropy loss (natural logarithm)
chart-validation-loss = loss on validation
chart-score = { $task }: { $metric } on validation
chart-score-described = { CAPITALIZED($metric) } on validation over training steps. For the selected models: { JOINED($arms, "; ") }.
chart-validation-score = { $metric } on validation
chart-selected = rings: the selected models
chart-calibration = { $task }: confidence and accuracy
chart-calibration-described = Accuracy over confidence on test. Expected calibration error: { JOINED($arms, "; ") }.
chart-confidence = confidence
chart-diagonal = diagonal: confidence equals accuracy
chart-hollow-bins = hollow: fewer than { $number } predictions per seed
chart-sizes = { $task }: { $metric } on test over training rows
chart-sizes-described = Mean { $metric } on test over training rows, with 95 % intervals. { JOINED($sizes, "; ") }.
chart-size = { COUNT($number) } rows: { $arm } { SCORE($first) }, { $rival } { SCORE($second) }
chart-hollow-sizes = hollow: fewer than two runs trained
chart-training-rows = training rows

## Distillation

handed-over =
    { $extent ->
        [nothing] Distillation hands over nothing of what pre-training gave: a share of { PERCENT($share, digits: 0) }
        [more] The distilled student gains more than pre-training gave: { PERCENT($share, digits: 0) } of it
       *[share] Distillation hands over { PERCENT($share, digits: 0) } of what pre-training gave
    } (95 % interval { PERCENT($low, digits: 0) } to { PERCENT($high, digits: 0) }), { POINTS($taken, $given, sign: "+") } of { POINTS($given, $taken, sign: "+") } points over scratch, with scratch's training budget.
handed-over-unknown = No share of what pre-training gave can be stated for distillation, because the fine-tuned model is not conclusively above scratch, an arm has a single run, a verdict is withheld, or the metrics are of a release that gave this share no interval.
finding-failed_teacher = failed teacher
finding-other_teacher = other teacher
finding-teacher_knows_test = teacher knows test
finding-other_budget = other budget
found-failed_teacher = { LIST($teachers) }, whose logits { LIST($students) } learned, failed to train
why-failed_teacher = a teacher at chance has nothing to hand over, so the student shows nothing about distillation
found-other_teacher = { LIST($students) } learned from another model than the fine-tuned one of the same seed
why-other_teacher = what that model has seen is unknown, and its score is not in this study
found-teacher_knows_test = its teacher, { $teacher }, has { $evidence }
why-teacher_knows_test = the teacher seems to know test rows, and the student learns what its teacher knows
found-other_budget = not the settings of { $rival }: { LIST($settings) }
why-other_budget = both arms read the same section of params.yaml and should agree; the difference in score may come from the budget

## Several tasks together

aggregate =
    Across { $of ->
        [all] { COUNT($tasks, one: "task", other: "tasks") }
       *[some] { COUNT($tasks) } of { COUNT($among, one: "task", other: "tasks") }
    } ({ $data }), each { $arm } run is compared with each { $rival } run of its task{ $same ->
        [0] { "" }
       *[other] ; of several tasks on one corpus, the first alone counts
    }. The interquartile mean of the differences (the mean of their middle half) is { $improvement } points. The probability of improvement (the share of these pairs in which { $arm } scores higher; ties count half) is { $share }. Every task has equal weight. An interval given here (95 %, bootstrap) covers further runs only; those of each task cover further test examples, too.
aggregate-given = not synthetic
aggregate-share = { PERCENT($share) } ({ PERCENT($low) } to { PERCENT($high) })
aggregate-share-alone = { PERCENT($share) } (all pairs of a task agree, so resampling the runs cannot give an interval)
caption-aggregates = Several tasks together: all pairs of runs, with 95 % bootstrap intervals over runs
column-data = Data
column-tasks = Tasks
column-interquartile = Interquartile mean of the improvements, points
column-improvement = Probability of improvement
