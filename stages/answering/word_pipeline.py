"""The pipeline of transformers for named entities, with the words that the model was trained and scored on."""

import re
from collections import Counter
from itertools import accumulate

import torch
from transformers import TokenClassificationPipeline

from stages.encoding.running_text import WORD


class WordPipeline(TokenClassificationPipeline):
    """Splits a text into words and tags each word by its first token, however the tokenizer treats punctuation.

    With ``is_split_into_words=True`` a list of words is used as it is, and positions count in the words joined by
    single spaces. Texts that are longer than the model's maximum are read in windows of whole words.
    """

    def preprocess(self, sentence, **options):
        """Yield the inputs of every window of a text or of a list of words."""
        if isinstance(sentence, str):
            text, spans = sentence, [match.span() for match in re.finditer(WORD, sentence)]
        else:
            text, ends = " ".join(sentence), accumulate(len(word) + 1 for word in sentence)
            spans = [(end - 1 - len(word), end - 1) for word, end in zip(sentence, ends, strict=True)]
        spans = spans or [(0, 0)]  # a text without words is read as one unknown word, which gets no entity
        tokenizer, words = self.tokenizer, [text[start:end] for start, end in spans]
        sizes = Counter(tokenizer(words, is_split_into_words=True, add_special_tokens=False, verbose=False).word_ids())
        words = [word if sizes[place] else tokenizer.unk_token for place, word in enumerate(words)]
        starts, used = [0], 0
        room = tokenizer.model_max_length - tokenizer.num_special_tokens_to_add()
        for place in range(len(words)):
            size = min(max(sizes[place], 1), room)
            if used + size > room:
                starts.append(place)
                used = 0
            used += size
        options |= {"is_split_into_words": True, "delimiter": " "}
        for first, after in zip(starts, [*starts[1:], len(words)], strict=True):
            part, = super().preprocess(words[first:after], **options)
            word_ids = [None if word is None else word + first for word in part["word_ids"]]
            yield part | {"sentence": text, "word_to_chars_map": spans, "word_ids": word_ids,
                          "is_last": after == len(words)}

    def postprocess(self, all_outputs, **options):
        """Entities of all windows together, since one may reach from one window into the next."""
        joined = {name: torch.cat([part[name][:, :len(part["word_ids"])] for part in all_outputs], 1)
                  for name in ("logits", "input_ids", "special_tokens_mask", "offset_mapping")}
        word_ids = [word for part in all_outputs for word in part["word_ids"]]
        found = super().postprocess([all_outputs[0] | joined | {"word_ids": word_ids}], **options)
        text = all_outputs[0]["sentence"]
        return [one | {"word": text[one["start"]:one["end"]]} if "entity_group" in one else one for one in found]

    def gather_pre_entities(self, sentence, input_ids, scores, offset_mapping, special_tokens_mask,
                            aggregation_strategy, word_ids=None, word_to_chars_map=None):
        """Tokens that know the word which they belong to."""
        return [{"word": self.tokenizer.convert_ids_to_tokens(int(input_ids[place])), "scores": scores[place],
                 "start": word_to_chars_map[word][0], "end": word_to_chars_map[word][1], "index": place,
                 "is_subword": place > 0 and word_ids[place - 1] == word}
                for place, word in enumerate(word_ids)
                if word is not None and word_to_chars_map[word] != (0, 0)]
