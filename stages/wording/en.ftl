### What is said, in English. How to say something new: stages/wording/message.py.
### What can be done with a value: stages/wording/functions.py.

## Everywhere

joined = { JOINED($texts, " ") }
lines = { LINES($texts) }
listed = { JOINED($texts, ", ") }

## Terminal

terminal-task = Task
terminal-verdict = Verdict
terminal-difference = Difference
terminal-pretrained = Pre-trained
terminal-scratch = Scratch
terminal-metric = Metric
terminal-finding = Worst finding
terminal-report = Report
terminal-interval = { POINTS($difference, sign: "+") } ({ POINTS($low) } to { POINTS($high) })
terminal-helps = helps
terminal-hurts = hurts
terminal-above_scratch = above scratch
terminal-below_scratch = below scratch
terminal-cannot_tell = inconclusive
terminal-qualified = { $verdict } (this budget)
terminal-severe = severe
terminal-warning = warning
terminal-note = note
terminal-accuracy = accuracy
terminal-macro_f1 = macro-F1
terminal-entity_f1 = entity F1
terminal-legend = Scores: mean over seeds on test. Difference: pre-trained minus scratch in points (95 % confidence interval).
terminal-synthetic = Synthetic sample ({ LIST($tasks) }): the numbers show that the pipeline works, and nothing about real text.
terminal-misleading = Severe findings make these numbers misleading: `python -m stages.doctor` gives the evidence and the remedy.

## Notebook

notebook-title = # { $task }: what is pre-training worth?
notebook-verdict-helps = **Pre-training helps on { $task }.**
notebook-verdict-hurts = **Pre-training hurts on { $task }.**
notebook-verdict-above_scratch = **{ $arm } scores above training from scratch on { $task }.**
notebook-verdict-below_scratch = **{ $arm } scores below training from scratch on { $task }.**
notebook-verdict-cannot_tell = **The difference between { $arm } and scratch on { $task } is inconclusive.**
notebook-evidence = { CAPITALIZED($metric) } on test is { SCORE($first) } for { $arm } and { SCORE($second) } for scratch: a difference of { POINTS($difference, sign: "+") } points (95 % confidence interval { POINTS($low) } to { POINTS($high) }; { P($p) } after Holm's correction).
notebook-withheld = The verdict is withheld because of { LIST($findings) }.
notebook-qualified = A larger budget might change this, because of { LIST($findings) }.
notebook-synthetic = > **Synthetic sample.** The pipeline wrote these texts itself. The numbers show that the pipeline works; they say nothing about real text.
notebook-synthetic-checkpoint = > **Synthetic pre-training text.** The checkpoint was pre-trained here, on text that the pipeline wrote itself. It is not comparable to published encoders.
notebook-about = This notebook shows the last run of the pipeline: the task, the model, its training, its answers and its errors. Every table and every figure is a few lines of Python on the files of that run. Change them and run them again; nothing is trained.
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

    The tokenizer splits words into tokens; `word` is the number of the word that a token comes from. The model turns the numbers `[batch, tokens]` into vectors `[batch, tokens, hidden]`, and every vector into one score per tag: logits `[batch, tokens, tags]`. A word is tagged by its first token; the answers for its other tokens are ignored.
notebook-model = ## 3. Model

    All arms have this architecture: an encoder and a small classifier on top. They also share the tokenizer, the examples, the order of the batches and the evaluation.
notebook-arms = The arms differ in the weights that they start from, and in these settings. Training from random weights needs a learning rate and a number of epochs of its own.
notebook-curves = ## 4. Learning curves: pre-trained and scratch

    One line per seed. Left: loss on validation; lower is better. Right: { $metric } on validation; higher is better. The ring marks the step whose weights were kept.
notebook-before_after = ## 5. Before and after training

    Before training, the classifier is random, so that every arm starts near chance. The pipeline stored the logits of every model on the test set, before and after training; `predicted` reads the answers from there.
notebook-examples = The same test examples before and after training (seed { $seed }).
notebook-errors = ## 6. Errors

    Rows are the correct answers, columns the predictions on test (seed { $seed }). The diagonal is right; darker means a larger share of the row.
notebook-wrong-texts = Test examples that every seed of { $arm } gets wrong:
notebook-wrong-words = The sentences in which even the best seed of { $arm } tags most words wrong:
notebook-verdict = ## 7. Verdict

    The interval covers what other seeds and other test examples would give. If it contains zero, or if p is not below 0.05 after Holm's correction for all comparisons of the study, the verdict is “inconclusive”.
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
notebook-word-probability = probability
notebook-word-parameters = parameters
notebook-word-step = step
notebook-word-loss = loss on validation
notebook-word-arm = arm
notebook-word-seed = seed
notebook-word-before = before
notebook-word-after = after
notebook-word-word = word
notebook-word-gold = correct
notebook-word-predicted = predicted
notebook-word-text = text
notebook-word-wrong_words = wrong words
notebook-word-points = difference in points; right of zero, pre-training is better
notebook-word-missed_by_all = { "{" }len(missed){ "}" } of { "{" }len(gold){ "}" } test examples
notebook-word-predicted_doc = Answers of one model on test, `before` or `after` training, by the name of the row.
notebook-word-arms_comment = the arms, by the start of the names of their runs
notebook-word-figure_comment = figures as SVG: sharp at any size, and the same bytes on every run

## Verdicts

verdict-overall-pretraining =
    Of { COUNT($comparisons, one: "comparison", other: "comparisons") } with scratch, pre-training helps in { COUNT($helps) } and hurts in { COUNT($hurts) }; { COUNT($open, one: "is", other: "are") } inconclusive.
verdict-overall-other =
    Of { COUNT($comparisons, one: "comparison", other: "comparisons") } between scratch and other ways to use the pre-trained encoder, { COUNT($above, one: "is", other: "are") } above scratch and { COUNT($below, one: "is", other: "are") } below; { COUNT($open, one: "is", other: "are") } inconclusive.
