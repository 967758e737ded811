"""What the doctor finds, in Korean, as exactly said in English: names, evidence, why it matters and what helps."""

SEVERITIES = {"severe": "심각", "warning": "경고", "note": "참고"}
NAMES = {
    "unreadable characters": "읽을 수 없는 문자",
    "wrong encoding": "잘못된 인코딩",
    "escaped characters": "코드로 적힌 문자",
    "question marks": "물음표로 바뀐 글자",
    "repeated character": "한 문자의 반복",
    "no words": "단어가 없는 텍스트",
    "other language": "다른 언어의 텍스트",
    "test is validation": "검증 데이터와 같은 테스트",
    "shifted labels": "밀린 레이블",
    "surface shortcut": "겉모습으로 맞히는 지름길",
    "shifted tags": "밀린 태그",
    "tag drift": "태그 기준의 변화",
    "tag scheme": "태그 체계의 오류",
    "absent label": "학습에 없는 레이블",
    "aborted": "중단된 실행",
    "checkpoint of the corpus": "이 말뭉치로 학습된 체크포인트",
    "class never predicted": "한 번도 예측하지 않은 레이블",
    "collapsed": "우연 수준으로 붕괴",
    "conflicting labels": "서로 어긋나는 레이블",
    "dead gradient": "사라진 기울기",
    "dead part": "학습되지 않은 부분",
    "diverged": "발산",
    "duplicate rows": "중복된 행",
    "failed arm": "실패한 학습 방식",
    "failed seed": "실패한 시드",
    "fine tuned checkpoint": "이미 미세 조정된 체크포인트",
    "giveaway word": "정답을 드러내는 단어",
    "hypothesis only shortcut": "가설만으로 맞히는 지름길",
    "label drift": "레이블 분포의 변화",
    "label imbalance": "레이블 불균형",
    "label order of checkpoint": "체크포인트의 레이블 순서",
    "leaked rows": "유출된 행",
    "label noise": "틀린 레이블",
    "length drift": "길이 분포의 변화",
    "length outliers": "지나치게 긴 행",
    "letters for tokens": "낱글자로 쪼개진 토큰",
    "loses to a baseline": "기준선보다 낮음",
    "lost hangul": "사라진 한글",
    "markup in text": "글에 남은 마크업",
    "mixed cells": "서로 다른 조건이 섞인 실행",
    "near chance": "우연에 가까움",
    "never improved": "나아진 적 없음",
    "not chosen on validation": "검증으로 고르지 않은 모델",
    "not converged": "수렴하지 않음",
    "one class predicted": "한 레이블만 예측",
    "overfitted": "과적합",
    "padding or outside counted": "패딩이나 O를 센 점수",
    "prediction drift": "예측 분포의 변화",
    "score not reproduced": "재현되지 않는 점수",
    "sentence pieces as word pieces": "워드피스로 읽은 센텐스피스 어휘",
    "small test": "작은 테스트 데이터",
    "smaller budget": "더 작은 학습 예산",
    "swapped labels": "뒤바뀐 레이블",
    "test above validation": "검증보다 높은 테스트 점수",
    "test below validation": "검증보다 낮은 테스트 점수",
    "token accuracy flatters": "부풀려진 토큰 정확도",
    "too small to tell": "알아내기에 작은 연구",
    "truncated rows": "잘린 행",
    "underfitted": "과소적합",
    "unknown token drift": "모르는 토큰의 변화",
    "unknown tokens": "모르는 토큰",
    "unstable seeds": "불안정한 시드",
    "unusual initial weights": "보통과 다른 초기 가중치",
    "weak segment": "취약한 구간",
}
REASONS = {
    "memorised rows inflate the score": "외운 데이터 때문에 점수가 부풀려집니다",
    "the model was chosen on rows that it is judged by": "평가에 쓰는 데이터로 모델을 골랐습니다",
    "new texts would be known as often: so many recur within train, too":
        "학습 데이터 안에서도 그만큼 되풀이되므로, 새 텍스트도 그만큼은 이미 본 것입니다",
    "the bytes of one encoding were read as those of another, so the words are lost to every model":
        "파일을 다른 인코딩으로 읽어, 어떤 모델도 단어를 알아볼 수 없습니다",
    "characters are spelled as their codes, so the words are lost to every model":
        "문자가 코드로 적혀 있어, 어떤 모델도 단어를 알아볼 수 없습니다",
    "the file was written in an encoding that lacks these letters; they cannot be restored":
        "이 글자가 없는 인코딩으로 파일을 저장했으며, 되살릴 수 없습니다",
    "one character over and over says nothing": "한 문자만 되풀이되어 아무 내용이 없습니다",
    "nothing is left of these texts but punctuation": "이 텍스트에는 문장 부호만 남아 있습니다",
    "these texts are in another script than the language of the task":
        "이 텍스트는 작업의 언어와 다른 문자로 쓰여 있습니다",
    "each word of an entity was tagged as the beginning of one, so the entities are not those of the text":
        "개체명의 단어마다 시작 태그가 붙어, 텍스트의 개체명과 다릅니다",
    "the tags are not IOB2, which models and scores assume": "모델과 점수가 전제하는 IOB2 태그가 아닙니다",
    "tags are beside the words that they belong to": "태그가 제 단어가 아니라 옆 단어에 붙어 있습니다",
    "the splits were not tagged by the same rules": "분할마다 태그를 붙인 기준이 다릅니다",
    "many tags of train are wrong": "학습 데이터의 태그가 많이 틀렸습니다",
    "entity F1 is not defined where there is no entity": "개체명이 없으면 개체명 F1이 정의되지 않습니다",
    "the score is that of an easier task, with fewer labels": "레이블이 더 적은, 더 쉬운 작업의 점수입니다",
    "the labels of train belong to other texts, or to none":
        "학습 데이터의 레이블이 다른 텍스트의 것이거나 어느 텍스트의 것도 아닙니다",
    "labels are beside the texts that they belong to": "레이블이 제 텍스트가 아니라 옆 텍스트에 붙어 있습니다",
    "many labels of this split are wrong, or were given by other rules":
        "이 분할의 레이블이 많이 틀렸거나, 다른 기준으로 붙였습니다",
    "models learn wrong labels, too, and the arms may differ in how much they mind":
        "모델은 틀린 레이블도 배우며, 학습 방식마다 받는 영향이 다를 수 있습니다",
    "labels of all splits may be wrong, which no model can overcome":
        "모든 분할의 레이블이 틀렸을 수 있으며, 어떤 모델로도 극복할 수 없습니다",
    "a model that looks at the surface needs to understand nothing":
        "겉모습만 보는 모델은 아무것도 이해할 필요가 없습니다",
    "saying so always gives that accuracy": "늘 그렇게만 답해도 그 정확도가 나옵니다",
    "a model learns how frequent labels are, too, and is wrong about it on test":
        "모델은 레이블의 빈도도 배우는데, 테스트에서는 그 빈도가 다릅니다",
    "train and test are texts of different kinds": "학습과 테스트의 글이 서로 다른 종류입니다",
    "repeated rows count several times, and intervals take them for independent":
        "중복된 행은 여러 번 세어지며, 구간은 이를 독립된 행으로 여깁니다",
    "no model can be right on all of them, so the best score is below 1":
        "어떤 모델도 모두 맞힐 수 없어 최고 점수가 1보다 낮습니다",
    "the two parts give their labels in different orders": "두 분할의 레이블 순서가 서로 다릅니다",
    "what is never shown is never predicted": "본 적 없는 레이블은 예측되지 않습니다",
    "several rows may have been read as one": "여러 행이 하나로 읽혔을 수 있습니다",
    "the file was decoded wrongly, or cut": "파일의 인코딩이 잘못 읽혔거나 파일이 잘렸습니다",
    "they cost tokens, and may say which source a row is from": "토큰을 차지하고, 글의 출처를 드러낼 수 있습니다",
    "a model that looks for one word needs to understand nothing":
        "한 단어만 찾는 모델은 아무것도 이해할 필요가 없습니다",
    "lower-casing that strips accents decomposes syllables, and the vocabulary has words of whole ones":
        "강세를 지우는 소문자 변환이 한글 음절을 자모로 분해하는데, 어휘에는 온전한 음절만 있습니다",
    "ids from the checkpoint's own head would be read wrongly; here the head is new, and scores are right":
        "체크포인트 자신의 출력층 번호는 잘못 읽히지만, 여기서는 출력층이 새것이라 점수가 옳습니다",
    "it was trained on labels, perhaps on these, so that more than pre-training is compared with scratch":
        "레이블로, 어쩌면 바로 이 레이블로 학습된 것이라, 사전 학습 이상의 것이 비교됩니다",
    "scratch may learn worse than it could": "처음부터 학습한 모델이 제 성능을 내지 못할 수 있습니다",
    "its weights may have seen these labels, or the rows of test":
        "가중치가 이 레이블이나 테스트 행을 이미 보았을 수 있습니다",
    "the encoder sees gaps where the words are: the tokenizer is of another language or kind of text":
        "인코더가 단어 자리에서 빈칸을 봅니다. 토크나이저가 다른 언어나 다른 종류의 글을 위한 것입니다",
    "the vocabulary has no words of this language, only bytes or letters":
        "어휘에 이 언어의 단어가 없고 바이트나 낱글자뿐입니다",
    "no model saw their ends": "어떤 모델도 그 끝을 보지 못했습니다",
    "the score counts padding, sub-words or words outside of entities, which are nearly always right":
        "거의 늘 맞는 패딩, 서브워드, 개체명 밖의 단어를 센 점수입니다",
    "the score is not that of these predictions": "이 예측의 점수가 아닙니다",
    "most words are outside of any entity, so saying O everywhere scores high":
        "단어 대부분이 개체명 밖에 있어, 어디서나 O라고 해도 점수가 높습니다",
    "part of every score needs no inference": "점수의 일부는 추론 없이도 얻어집니다",
    "most words are outside of any entity, and count as right":
        "단어 대부분이 개체명 밖에 있고 맞은 것으로 세어집니다",
    "the model tells nothing apart; its accuracy is the share of that label":
        "모델이 아무것도 구별하지 못하며, 정확도는 그 레이블의 비율일 뿐입니다",
    "part of the task was not learnt, which the headline does not show":
        "과제의 일부를 배우지 못했는데 대표 지표에는 드러나지 않습니다",
    "train and test give their labels in different orders": "학습과 테스트의 레이블 순서가 서로 다릅니다",
    "the model prefers some labels, or was trained on another mixture":
        "모델이 어떤 레이블을 선호하거나, 다른 비율의 자료로 학습되었습니다",
    "it cannot be told whether anything was learnt": "무엇이라도 배웠는지 알 수 없습니다",
    "nothing found does not mean that there is nothing": "찾지 못했다고 해서 없다는 뜻은 아닙니다",
    "a difference to an arm that is not trained well is no worth of pre-training":
        "제대로 학습되지 않은 쪽과의 차이는 사전 학습의 가치가 아닙니다",
    "the mean hides them": "평균에 가려집니다",
    "its score is that of a model that was hardly trained": "거의 학습되지 않은 모델의 점수입니다",
    "the run failed; it says nothing about how good the model is":
        "실행이 실패한 것으로, 모델이 얼마나 좋은지는 말해 주지 않습니다",
    "the optimizer walked away from what it had learnt": "최적화가 배운 것에서 벗어났습니다",
    "the comparison is about a recipe that does not train": "학습되지 않는 설정을 비교하고 있습니다",
    "the verdict is on the runs that trained; that others fail is a property of the recipe":
        "판정은 학습에 성공한 실행에 관한 것이며, 다른 실행이 실패하는 것은 학습 설정의 문제입니다",
    "a longer run would score higher; which arm would gain more is not known":
        "더 오래 학습하면 점수가 오르지만, 어느 쪽이 더 오를지는 알 수 없습니다",
    "random weights learn these rows and the pre-trained encoder does not, so its recipe does not train it":
        "무작위 가중치는 이 행들을 배우는데 사전 학습된 인코더는 배우지 못하니, 그 레시피로는 학습되지 않는 것입니다",
    "part of the difference may be a run too short for random weights":
        "차이의 일부는 무작위 가중치에는 너무 짧은 학습 때문일 수 있습니다",
    "the model memorises its training rows": "모델이 학습 데이터를 외웠습니다",
    "the tokenizer reads pieces of one kind by the rules of another, so that most words become unknown":
        "토크나이저가 센텐스피스 조각을 워드피스 규칙으로 읽어 단어 대부분이 [UNK]가 됩니다",
    "the arm that loses had the smaller budget, so the difference is not that of pre-training alone":
        "진 쪽의 학습 예산이 더 작았으므로, 이 차이는 사전 학습만의 차이가 아닙니다",
    "the checkpoint seems to know this test set: scratch does not rise with it":
        "처음부터 학습한 모델은 오르지 않으니, 체크포인트가 이 테스트 데이터를 이미 아는 것으로 보입니다",
    "test is easier than validation, or it is known from the training rows":
        "테스트 데이터가 검증보다 쉽거나, 학습 데이터에서 이미 알려졌습니다",
    "the rows of test, or their labels, are of another kind than those that the model learnt from":
        "테스트 데이터의 텍스트나 레이블이 모델이 배운 것과 다른 종류입니다",
    "nothing is learnt from such steps": "이런 단계에서는 아무것도 배우지 못합니다",
    "this part stays as it was at the start": "이 부분은 처음 그대로입니다",
    "something else chose the model; if it was test, the score on test is too high":
        "검증이 아닌 것으로 모델을 골랐습니다. 테스트로 골랐다면 테스트 점수가 너무 높습니다",
    "a difference may come from the rows": "차이가 행에서 왔을 수 있습니다",
    "its score is that of an untrained model": "학습되지 않은 모델의 점수입니다",
    "one seed more or less decides the mean": "시드 하나로 평균이 달라집니다",
    "their mean is that of no recipe": "그 평균은 어떤 설정의 평균도 아닙니다",
}
REMEDIES = {
    "remove these rows from train": "학습에서 이 데이터를 빼십시오",
    "remove these rows from validation": "검증에서 이 데이터를 빼십시오",
    "quote the score without these rows beside it": "이 데이터를 뺀 점수를 함께 적으십시오",
    "take other rows for validation, best from train": "검증에는 다른 데이터를, 되도록 학습에서 떼어 쓰십시오",
    "take the texts from their source again, and write them as UTF-8":
        "원본에서 텍스트를 다시 받아 UTF-8로 저장하십시오",
    "find out what made these rows, and remove them": "이런 데이터가 생긴 까닭을 찾고 빼십시오",
    "find out what emptied these rows, and remove them": "내용이 사라진 까닭을 찾고 빼십시오",
    "remove these rows, or make a task of them with a checkpoint for their language":
        "이 데이터를 빼거나, 그 언어의 체크포인트로 따로 작업을 만드십시오",
    "tag the words after the first with I-, and convert the file again":
        "둘째 단어부터 I- 태그를 붙여 파일을 다시 변환하십시오",
    "tag the first word of every entity with B-, and convert the file again":
        "개체명의 첫 단어에 B- 태그를 붙여 파일을 다시 변환하십시오",
    "align words and tags again where the file was made": "파일을 만든 곳에서 단어와 태그를 다시 맞추십시오",
    "align texts and labels again where the file was made": "파일을 만든 곳에서 텍스트와 레이블을 다시 맞추십시오",
    "have the tags of both made in one way": "두 분할의 태그를 같은 기준으로 붙이십시오",
    "have train tagged again, or use another copy of it": "학습 데이터의 태그를 다시 붙이거나 다른 사본을 쓰십시오",
    "draw the split anew, so that it has rows of every label": "모든 레이블이 들어가도록 분할을 다시 나누십시오",
    "take train from another copy of the corpus": "학습 데이터를 말뭉치의 다른 사본에서 가져오십시오",
    "have a sample of them labelled again": "일부를 뽑아 레이블을 다시 붙여 보십시오",
    "have a sample of train labelled again": "학습 데이터의 일부를 뽑아 레이블을 다시 붙여 보십시오",
    "find out what put this sign there, and remove it": "이런 흔적이 생긴 까닭을 찾아 지우십시오",
    "judge by macro-F1, and try `training.class_weights: balanced`":
        "매크로 F1로 판단하고, `training.class_weights: balanced`를 써 보십시오",
    "draw both parts from one source, or say that the score is under drift":
        "두 분할을 같은 출처에서 뽑거나, 분포가 다른 점수임을 밝히십시오",
    "draw both parts from one source": "두 분할을 같은 출처에서 뽑으십시오",
    "take a corpus with a larger test set: all of its rows are used":
        "테스트 데이터가 더 큰 말뭉치를 쓰십시오. 이 말뭉치의 테스트는 이미 전부 쓰고 있습니다",
    "set a larger `test_size`, or 0 for all": "`test_size`를 늘리거나, 전부를 뜻하는 0으로 두십시오",
    "remove the copies, and look for what made them": "중복을 지우고 그 원인을 찾으십시오",
    "have them labelled again, or remove them": "레이블을 다시 붙이거나 빼십시오",
    "take both from one copy of the corpus, or put the label names right":
        "둘 다 같은 말뭉치에서 가져오거나, 레이블 이름을 바로잡으십시오",
    "use more rows of train, or drop the label from test": "학습 행을 늘리거나, 테스트에서 그 레이블을 빼십시오",
    "look at the longest rows, and at quotes left open in them":
        "가장 긴 행과 그 안의 닫히지 않은 따옴표를 살펴보십시오",
    "read it in the encoding that it was written in": "쓰인 그대로의 인코딩으로 읽으십시오",
    "unescape them before preprocess": "preprocess 전에 원래 글자로 되돌리십시오",
    "find out where the word comes from, and remove it": "그 단어가 어디서 왔는지 찾아 지우십시오",
    "set `strip_accents` (or `do_lower_case`) of the tokenizer to false, or use another checkpoint":
        "토크나이저의 `strip_accents`(또는 `do_lower_case`)를 false로 두거나, 다른 체크포인트를 쓰십시오",
    "compare labels by their names, never by their ids": "레이블은 번호가 아니라 이름으로 비교하십시오",
    "use a checkpoint that was only pre-trained": "사전 학습만 된 체크포인트를 쓰십시오",
    "set `initializer_range` in the checkpoint's config.json to 0.02":
        "체크포인트의 config.json에서 `initializer_range`를 0.02로 두십시오",
    "use a checkpoint whose tokenizer is made for this language":
        "이 언어를 위한 토크나이저가 있는 체크포인트를 쓰십시오",
    "raise `max_length`": "`max_length`를 늘리십시오",
    "score whole entities on words alone": "단어만 놓고 온전한 개체명으로 점수를 매기십시오",
    "run `dvc repro` to score them again": "`dvc repro`로 점수를 다시 매기십시오",
    "judge by entity F1": "개체명 F1로 판단하십시오",
    "quote the hypothesis-only score beside it": "가설만 본 점수를 나란히 적으십시오",
    "quote the entity F1": "개체명 F1을 적으십시오",
    "change the learning rate, the warm-up or the number of epochs, on validation alone":
        "학습률, 웜업, 에포크 수를 검증만 보고 바꾸십시오",
    "train longer, or use more rows of these labels": "더 오래 학습하거나, 이 레이블의 행을 늘리십시오",
    "compare the labels of train and test, and look at the confusion matrix":
        "학습과 테스트의 레이블을 비교하고 혼동 행렬을 보십시오",
    "use more rows of train, train longer, or change the learning rate":
        "학습 행을 늘리거나, 더 오래 학습하거나, 학습률을 바꾸십시오",
    "use more rows of test, or more seeds": "테스트 행이나 시드를 늘리십시오",
    "train the arm better before comparing: learning rate, epochs, rows":
        "비교하기 전에 그쪽을 더 잘 학습시키십시오: 학습률, 에포크, 행",
    "look at these rows, and have more of them in train": "이 행들을 살펴보고, 학습에 더 넣으십시오",
    "lower the learning rate, or train in fp32 or bf16": "학습률을 낮추거나, fp32나 bf16으로 학습하십시오",
    "lower the learning rate": "학습률을 낮추십시오",
    "raise `scratch.epochs`, and see whether the difference stays":
        "`scratch.epochs`를 늘리고 차이가 그대로인지 보십시오",
    "raise `epochs`": "`epochs`를 늘리십시오",
    "use more rows of train, or more dropout": "학습 데이터를 늘리거나 드롭아웃을 높이십시오",
    "use the checkpoint's own SentencePiece model, or one whose tokenizer.json has it":
        "체크포인트 자신의 센텐스피스 모델을 쓰거나, tokenizer.json에 그것이 있는 체크포인트를 쓰십시오",
    "give the losing arm at least the budget of the other, and run again":
        "진 쪽에 적어도 다른 쪽만큼의 학습 예산을 주고 다시 실행하십시오",
    "use a checkpoint that was trained without these rows": "이 데이터 없이 학습된 체크포인트를 쓰십시오",
    "look for copies of test in train, and for wrong labels in train and validation":
        "학습 데이터에 테스트의 사본이 있는지, 학습과 검증에 틀린 레이블이 있는지 살펴보십시오",
    "compare texts and labels of test with those of train; draw all parts from one source":
        "테스트의 텍스트와 레이블을 학습 데이터와 비교하고, 모든 분할을 같은 출처에서 뽑으십시오",
    "choose by validation, and train again": "검증으로 고르고 다시 학습하십시오",
    "run `dvc repro`, and commit no result by hand": "`dvc repro`를 실행하고, 결과를 손으로 고쳐 넣지 마십시오",
    "run more seeds; a longer warm-up and more epochs steady runs":
        "시드를 늘리십시오. 웜업과 에포크를 늘리면 실행이 안정됩니다",
}
# As SENTENCES of stages.reporting.words_in_korean.
EVIDENCE = {
    # damage, copies, tags and labels
    "remove these rows from {}": "{0}에서 이 데이터를 빼십시오",
    "{#} of {#} rows of {} ({#})": "{2} {1}건 가운데 {0}건({3})",
    "{#} of {#} rows of {} ({#}) repeat a row of {} exactly, {#} of them short texts; {#} more ({#}) nearly repeat one":
        "{2} {1}건 가운데 {0}건({3})이 {4} 데이터와 같고(그중 짧은 텍스트 {5}건), {6}건({7})이 거의 같습니다",
    "{#} of {#} rows of {} ({#}) are in {}; {#} of {#} rows of {} ({#}) are in {}":
        "{2} {1}건 가운데 {0}건({3})이 {4} 데이터에 있고, {7} {6}건 가운데 {5}건({8})이 {9} 데이터에 있습니다",
    "{#} of {#} rows of {} ({#}) repeat an earlier one; {#} ({#}) nearly repeat another":
        "{2} {1}건 가운데 {0}건({3})이 앞의 것과 같고, {4}건({5})이 다른 것과 거의 같습니다",
    "{#} of {#} entities of {} ({#}) directly follow one of the same type":
        "{2} 개체명 {1}개 가운데 {0}개({3})가 같은 유형의 개체명 바로 뒤에 있습니다",
    "{#} of {#} entities of {} ({#}) have no B- tag": "{2} 개체명 {1}개 가운데 {0}개({3})에 B- 태그가 없습니다",
    "a table of words from train finds the entity words of {} with an F1 of {#}, and of {#} once the tags are moved by "
    "one word; {#} of the sentences or more fit better so":
        "학습 데이터의 단어표로 {0} 개체명 단어를 찾으면 F1이 {1}, 태그를 한 단어 옮기면 {2}입니다. 문장의 {3} 이상이 "
        "옮겨야 더 잘 맞습니다",
    "a table of words from train finds the entity words of validation with an F1 of {#}, those of {} with {#}; {#} and "
    "{#} have its type; {#} and {#} of the entities have several words":
        "학습 데이터의 단어표로 찾은 개체명 단어의 F1은 검증 {0}, {1} {2}이고, 유형이 같은 것은 {3}와 {4}, "
        "여러 단어로 된 개체명은 {5}와 {6}입니다",
    "a table of words from train finds the entity words of {} with an F1 of {#} and the types of {#}; those of other "
    "rows of train with {#} and {#}":
        "학습 데이터의 단어표로 찾은 개체명 단어의 F1과 맞은 유형은 {0} {1}, {2}이고, "
        "학습의 다른 문장에서는 {3}, {4}입니다",
    "no row of {} has the label {=}; with the mixture of train about {#} would":
        "레이블 {1}: {0}에는 하나도 없습니다. 학습의 비율대로라면 약 {2}건입니다",
    "a simple model learns the labels of the other splits from their texts (accuracy {#} out of sample), and those of "
    "train not at all ({#})":
        "간단한 모델이 다른 분할의 레이블은 텍스트에서 배우는데(표본 외 정확도 {0}), 학습 데이터의 레이블은 전혀 "
        "배우지 못합니다({1})",
    "a simple model is right on {#} of {} as it is, and on {#} once the labels are moved by {#} rows":
        "간단한 모델이 {1}의 {0}를 맞히고, 레이블을 {3}건 옮기면 {2}를 맞힙니다",
    "a simple model is right on {#} of {} and, out of sample, on {#} of train, although it is as sure of both; it "
    "doubts {#} and {#} of the labels":
        "간단한 모델이 {1}의 {0}를 맞히고, 학습 데이터는 표본 외로 {2}를 맞히는데 확신은 같습니다. 의심하는 레이블은 "
        "{3}와 {4}입니다",
    "a simple model is right on {#} of {} and, out of sample, only on {#} of train, as if {#} of its labels were wrong":
        "간단한 모델이 {1}의 {0}를 맞히는데, 학습 데이터는 표본 외로 {2}만 맞힙니다. 레이블의 {3}가 틀린 것과 같습니다",
    "a simple model is wrong, out of sample, on {#} of the third of train that it is surest of":
        "간단한 모델이 학습 데이터에서 가장 확신하는 3분의 1 가운데 {0}를 표본 외로 틀립니다",
    "a decision tree that sees only length, punctuation, case and ends of the {} reaches a kappa of {#} on {}, and is "
    "sure of {#} of its rows; it first asks for: {=}":
        "{0}의 길이, 문장 부호, 대소문자, 처음과 끝만 보는 결정 트리의 카파가 {2}에서 {1}이고, 데이터의 {3}를 "
        "확신합니다. 가장 먼저 보는 것: {4}",
    # the rows
    "{#} texts of {} have different labels in different rows, {#} rows ({#})":
        "{1}의 글 {0}개가 행마다 다른 레이블을 가집니다. {2}행({3})입니다",
    "of {#} texts that train and {} share, {#} have the same label in both":
        "학습과 {1}에 함께 있는 글 {0}개 가운데 양쪽 레이블이 같은 것은 {2}개입니다",
    "no row of train has the label {=}, {#} of test do": "레이블 {0}: 학습에는 한 행도 없고 테스트에는 {1}행 있습니다",
    "{#} of test are {=}": "테스트의 {0}가 레이블 {1}입니다",
    "{#} of the labels would have to change for test to have the mixture of train ({=} against {=})":
        "테스트의 레이블 비율이 학습과 같으려면 레이블의 {0}가 바뀌어야 합니다(학습은 {1}; 테스트 데이터는 {2})",
    "median length of {#} characters in train, {#} in test (Kolmogorov-Smirnov distance {#})":
        "길이의 중앙값이 학습 {0}글자, 테스트 {1}글자입니다(콜모고로프-스미르노프 거리 {2})",
    "the longest row of {} has {#} characters, 99 % have at most {#}":
        "{0}에서 가장 긴 행은 {1}글자이고, 99 %는 {2}글자 이하입니다",
    "{#} of {#} rows of {} have remains of markup such as #39; or <b>":
        "{2} {1}행 가운데 {0}행에 #39;나 <b> 같은 마크업이 남아 있습니다",
    "“{=}” stands in {#} of the rows of {=}, and {#} of the rows that have it are of that label":
        "“{0}”: 레이블 {2}의 행 {1}에 있고, 이 단어가 있는 행의 {3}가 그 레이블입니다",
    "test has {#} rows": "테스트 데이터는 {0}행입니다",
    "test has {#} sentences with an entity, of {#}": "테스트 데이터 {1}문장 가운데 개체명이 있는 것은 {0}문장입니다",
    "test has {#} rows of {#} groups, such as documents or premises":
        "테스트 데이터는 {0}행이지만 문서나 전제 같은 묶음은 {1}개입니다",
    "rows of one group are alike, and below {#} groups intervals are too narrow":
        "한 묶음의 행들은 서로 비슷하며, 묶음이 {0}개보다 적으면 신뢰구간이 실제보다 좁습니다",
    "no sentence of {} has an entity, of {#}": "{0} 데이터 {1}문장 가운데 개체명이 있는 문장이 없습니다",
    "below {#} one row is a point or more": "{0}행보다 적으면 한 행이 1 %p 이상입니다",
    # tokens and the checkpoint
    "{#} of the tokens of {} are unknown to the vocabulary": "{1} 토큰의 {0}를 어휘가 모릅니다",
    "{#} tokens for every character of {}": "{1}의 글자 하나에 토큰 {0}개",
    "no composed Hangul syllable is left after the tokenizer's normalisation":
        "토크나이저의 정규화 뒤에 온전한 한글 음절이 하나도 남지 않습니다",
    "{#} of the rows of {} are cut at {#} tokens, which takes about {#} of its tokens":
        "{1} 데이터의 {0}가 토큰 {2}개에서 잘려, 토큰의 약 {3}를 잃었습니다",
    "{#} of the entries of the WordPiece vocabulary begin with ▁, the mark of SentencePiece":
        "워드피스 어휘의 {0}가 센텐스피스의 표시 ▁로 시작합니다",
    "{#} of the tokens of train are unknown, {#} of test": "모르는 토큰: 학습 {0}, 테스트 {1}",
    "the checkpoint has the labels in the order {=}, the task in the order {=}":
        "레이블 순서: 체크포인트는 {0}, 작업은 {1}",
    "the configuration of the checkpoint names the labels of this task: {=}":
        "체크포인트의 설정에 이 작업의 레이블이 있습니다: {0}",
    "the configuration of the checkpoint names a classifier: {=}": "체크포인트의 설정에 분류기가 있습니다: {0}",
    "the initial weights of scratch have a standard deviation of {}; published encoders have 0.02":
        "처음부터 학습의 초기 가중치 표준편차는 {0}입니다. 공개된 인코더는 0.02입니다",
    "the checkpoint comes from “{=}”, which names the corpus {=}":
        "체크포인트의 출처 “{0}”에 말뭉치 {1}의 이름이 들어 있습니다",
    # the scores
    "the {} is given as {#}; the stored predictions give {#}": "{0}: 적힌 값은 {1}, 저장된 예측으로 계산하면 {2}",
    "entities are judged by {}": "개체명을 {0}(으)로 판단합니다",
    "token accuracy {#} beside an entity F1 of {#}": "토큰 정확도는 {0}인데 개체명 F1은 {1}입니다",
    "{#} of the predictions on test are {=}": "테스트 예측의 {0}가 {1}입니다",
    "never predicted on test: {=}": "테스트에서 한 번도 예측하지 않음: {0}",
    "{#} of the rows of test with a label are right as they are, {#} if one reads {=}":
        "레이블이 있는 테스트 행 가운데 그대로는 {0}가, 레이블을 바꿔 읽으면 {1}가 맞습니다({2})",
    "{#} of the predicted labels would have to change to have the mixture of gold":
        "예측한 레이블의 {0}가 바뀌어야 정답과 같은 비율이 됩니다",
    "{#} on test, where one label for all rows scores {#}": "테스트 {0}, 한 레이블로만 답하면 {1}",
    "{#} on test, where one label for all rows scores {#} (Matthews' correlation {#})":
        "테스트 {0}, 한 레이블로만 답하면 {1}(매슈스 상관 계수 {2})",
    "{#} on test, {#} on validation: {#} points, {#} standard errors":
        "테스트 {0}, 검증 {1}: 차이 {2} %p, 표준오차의 {3}배",
    "{#} against {#} of {}": "{0}, 기준선 {2}: {1}",
    "a linear model that never sees the premise has an accuracy of {#}, one label for all rows {#}":
        "전제를 보지 않는 선형 모델의 정확도는 {0}, 한 레이블로만 답하면 {1}입니다",
    "{#} points, and only {#} would be found in 80 % of such studies, with {#} rows of test and {#} seeds":
        "차이 {0} %p. 테스트 데이터 {2}행과 시드 {3}개인 이런 연구의 80 %에서 찾아낼 수 있는 것은 {1} %p부터입니다",
    "{#} points, and no difference that is possible would be found in 80 % of such studies, with {#} rows of test and "
    "{#} seeds":
        "차이 {0} %p. 테스트 데이터 {1}행과 시드 {2}개인 이런 연구에서는 있을 수 있는 어떤 차이도 80 %의 확률로 찾아낼 "
        "수 없습니다",
    "{#} on the {#} rows of test that are {}, {#} on all": "테스트의 {2} {1}행에서 {0}, 전체에서 {3}",
    # the runs
    "aborted at step {#}: {}": "{0}단계에서 중단: {1}",
    "the model that was kept is at chance on validation: {}": "선택된 모델이 검증에서 우연 수준: {0}",
    "Matthews' correlation {#}": "매슈스 상관 계수 {0}",
    "entity F1 {#}, Matthews' correlation of the tags {#}": "개체명 F1 {0}, 태그의 매슈스 상관 계수 {1}",
    "{#} steps of {} against {#} of {}": "{1}: {0}스텝, {3}: {2}스텝",
    "weight decay {#} of {} against {#} of {}": "가중치 감쇠: {1} {0}, {3} {2}",
    "weight decay {#} takes {#} of each weight of {} at its learning rate of {#}":
        "{2}: 학습률 {3}에서 가중치 감쇠 {0}이 각 가중치의 {1}를 없앰",
    "learning rate {#} of {} against {#} of {}": "학습률: {1} {0}, {3} {2}",
    "a warm-up over {#} of the steps of {} against {#} of {}": "웜업: {1} 스텝의 {0}, {3} {2}",
    "a constant learning rate of {} against one of {} that falls to 0":
        "{0}: 일정한 학습률, {1}: 0까지 내려가는 학습률",
    "and {#} more": "그 밖에 {0}개",
    "loss on train {#} at the start, {#} at its lowest, {#} at the end": "학습 손실: 처음 {0}, 최저 {1}, 끝 {2}",
    "{#} of {#} runs of {} failed: {}": "{2}: 실행 {1}번 가운데 {0}번 실패: {3}",
    "the last evaluation is the best; since the one before it validation gained {#} points and the loss on train fell "
    "from {#} to {#}":
        "마지막 평가가 가장 좋습니다. 그 앞의 평가보다 검증이 {0}점 올랐고 학습 손실이 줄었습니다({1} → {2})",
    "{#} on its own rows of train at the end, {#} of {}": "끝에 자기 학습 행에서 {0}, {2}: {1}",
    "{#} on train, {#} on validation, with {#} rows of train": "학습 {0}, 검증 {1}, 학습 행 {2}개",
    "in {#} of the steps looked at, the gradient is below {} or not finite":
        "살펴본 단계의 {0}에서 기울기가 {1}보다 작거나 유한하지 않습니다",
    "no gradient above {} ever reached {}": "{1}에는 {0}보다 큰 기울기가 한 번도 오지 않았습니다",
    "the model of step {#} was kept ({} on validation), that of step {#} is better there ({#})":
        "{0}단계의 모델이 선택되었지만(검증 {1}), {2}단계의 모델이 검증에서 더 낫습니다({3})",
    "its runs have not the same settings": "실행마다 설정이 서로 다릅니다",
    "its runs have not the same recipe": "실행마다 레시피가 서로 다릅니다",
    "its runs have not the same inputs": "실행마다 입력이 서로 다릅니다",
    "its runs have not the same {}": "실행마다 서로 다른 것이 있습니다: {0}",
    "the arms did not learn from the same {} rows": "학습 방식마다 {0} 행이 서로 다릅니다",
    "never became better on validation than before training, so the weights that it started from were kept":
        "검증에서 학습 전보다 나아진 적이 없어 처음 가중치가 선택되었습니다",
    "seeds score from {#} to {#} on test": "시드에 따라 테스트 점수가 {0}에서 {1}까지입니다",
}
