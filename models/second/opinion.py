"""Ask the model that reads sentences: load it, revise first scores with it, tell which words carried its opinion."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from models import explanation
from models.errors import ModelDamaged, OpinionUnavailable
from models.explanation import Explanation, Range, Span
from models.second import folder, reading, sentences
from models.second.folder import Files
from models.second.sentences import SentenceHead, SentenceHeads
from models.text import Normaliser

MOST_PARTS = 40  # of a text, each left out once to explain it
# Of English texts one in seventy has so many pieces that begin no word; of Turkish ones all but one in eight have.
STRANGE = 0.42

Floats = NDArray[np.float32]
Row = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Heard:
    """What the network says of n texts: `logits` (n × heads) and sentence `embeddings` (n × dimensions).

    Of a text in a language it does not know it says nothing: the logits are NaN.
    """

    logits: Floats
    embeddings: Floats


class SecondOpinion:
    """A sentence encoder with heads, run on one thread a call; any number of threads may use one.

    `heads` names the attributes of which it has an opinion, in the order of every table.
    """

    def __init__(self, files: Files, normalise: Normaliser) -> None:
        self.card = files.card
        self.version: str = files.card["version"]
        self.heads: tuple[str, ...] = tuple(files.card["heads"])
        self._normalise = normalise
        self._blend = files.blend
        self._session, self._tokenizer = _start(files)

    @classmethod
    def load(cls, path: Path, normalise: Normaliser) -> Self:
        """Read the folder at `path`; `normalise` is the first model's.

        Raises OpinionUnavailable where onnxruntime or tokenizers are not installed, else a ModelError that says what is
        wrong with the folder.
        """
        return cls(folder.read(path), normalise)

    def hear(self, texts: Sequence[str]) -> Heard:
        """Return what the network says of each text.

        Each is read alone: the eight-bit arithmetic takes its scale from all that is read at once, so that a text would
        score otherwise among others.
        """
        heard, strange = self._heard(texts)
        return Heard(np.where(strange[:, None], np.float32(np.nan), heard.logits), heard.embeddings)

    def together(self, attribute: str, chances: Floats, logits: Floats) -> Floats:
        """Return what both models say of `attribute`: first `chances` (n), and the network's `logits` (n × heads).

        Of what is none of its heads, or in no language it knows, the first model alone has an opinion.
        """
        if attribute not in self.heads:
            return chances
        place = self.heads.index(attribute)
        one, heard = self._blend.of(place), np.nan_to_num(logits[:, place, None])
        found = one.probabilities(one.sums(chances[:, None], heard))[:, 0]
        return np.where(np.isnan(logits[:, place]), chances, found)

    def revise(
        self, texts: Sequence[str], first: Sequence[Row], own: SentenceHeads = sentences.NONE
    ) -> list[dict[str, float]]:
        """Return each row of first scores with those of the heads replaced by what both models say together.

        `own` are a site's heads on the embedding; those that fit another second model are not heard.
        """
        if not texts:
            return []
        heard = self.hear(texts)
        revised = [dict(row) for row in first]
        for attribute in {**dict.fromkeys(self.heads), **self.fitting(own)}:
            chances = self._revised(attribute, _column(first, attribute), heard, own)
            for row, chance in zip(revised, chances.tolist(), strict=True):
                row[attribute] = chance
        return revised

    def fitting(self, own: SentenceHeads) -> dict[str, SentenceHead]:
        """Return those of a site's heads that were learned from this model's embeddings."""
        return {attribute: head for attribute, head in own.items() if head.second == self.version}

    def explain(self, text: str, attribute: str, first: Row, own: SentenceHeads = sentences.NONE) -> Explanation:
        """Say which words carried the score that both models give `attribute`, by leaving out one after the other.

        The first opinion counts as it is, in `bias`; raises ValueError for an attribute that is none of the heads.
        What is left of a text is heard as if it were in English.
        """
        if attribute not in self.heads and attribute not in self.fitting(own):
            raise ValueError(f"{attribute!r} is not one of {', '.join(self.heads)}")
        traced = self._normalise.trace(text)
        ranges = _parts(explanation.word_ranges(traced, len(text)))
        texts = [text, *(text[:start] + text[end:] for start, end in ranges)]
        logits = self._logits(attribute, _column([first] * len(texts), attribute), self._heard(texts)[0], own)
        chances = self._chances(attribute, logits, own).tolist()
        shares = (logits[0] - logits[1:]).tolist()
        told = zip(ranges, shares, chances[1:], strict=True)
        spans = tuple(Span(start, end, share, without) for (start, end), share, without in told)
        total = float(logits[0])
        hidden = explanation.find_disguises(text, traced, self._normalise.vocabulary.words)
        return Explanation(attribute, chances[0], total, total - sum(shares), 0.0, spans, hidden)

    def _heard(self, texts: Sequence[str]) -> tuple[Heard, NDArray[np.bool_]]:
        """Return what the network makes of each text, in whatever language, and which of them it does not know."""
        found = [self._run(text) for text in texts]
        logits, embeddings, strange = zip(*found, strict=True) if found else ((), (), ())
        empty = np.zeros((0, len(self.heads)), np.float32)
        heard = Heard(np.concatenate(logits) if found else empty, np.concatenate(embeddings) if found else empty)
        return heard, np.array(strange, np.bool_)

    def _revised(self, attribute: str, chances: Floats, heard: Heard, own: SentenceHeads) -> Floats:
        if attribute in self.fitting(own):
            return self._chances(attribute, self._logits(attribute, chances, heard, own), own)
        return self.together(attribute, chances, heard.logits)

    def _logits(self, attribute: str, chances: Floats, heard: Heard, own: SentenceHeads) -> Floats:
        """Return what `attribute` is judged by (n), before calibration: the site's logits, or the sums of both."""
        head = self.fitting(own).get(attribute)
        if head:
            return head.logits(self.together(attribute, chances, heard.logits), chances, heard.embeddings)
        place = self.heads.index(attribute)
        return self._blend.of(place).sums(chances[:, None], heard.logits[:, place, None])[:, 0]

    def _chances(self, attribute: str, logits: Floats, own: SentenceHeads) -> Floats:
        if attribute in self.fitting(own):
            return sentences.probabilities(logits)
        return self._blend.of(self.heads.index(attribute)).probabilities(logits[:, None])[:, 0]

    def _run(self, text: str) -> tuple[Floats, Floats, bool]:
        pieces = self._tokenizer.encode(reading.read(text, self._normalise))
        ids = np.array([pieces.ids], np.int64)
        logits, embedding = self._session.run(None, {"ids": ids, "mask": np.ones_like(ids)})
        return logits, embedding, _is_strange(pieces.tokens)


def _is_strange(pieces: Sequence[str]) -> bool:
    """Tell whether most words of a text are unknown to the tokeniser, which cut them to pieces."""
    return sum(piece.startswith("##") for piece in pieces) > STRANGE * len(pieces)


def _column(rows: Sequence[Row], attribute: str) -> Floats:
    return np.array([row[attribute] for row in rows], np.float32)


def _parts(words: Sequence[Range]) -> list[Range]:
    """Return at most `MOST_PARTS` stretches, of one word each or of several neighbours."""
    each = -(-len(words) // MOST_PARTS) or 1
    return [(words[at][0], words[min(at + each, len(words)) - 1][1]) for at in range(0, len(words), each)]


def _start(files: Files) -> tuple[Any, Any]:
    """Return the session, on one thread, and the tokeniser."""
    try:
        import onnxruntime
        from tokenizers import Tokenizer
    except ModuleNotFoundError as error:
        raise OpinionUnavailable(
            f"the second opinion needs the package {error.name}: pip install 'parley[second-opinion]'"
        ) from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        tokenizer = Tokenizer.from_buffer(files.tokens)
        session = onnxruntime.InferenceSession(files.network, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # each raises kinds of its own, bare Exception among them
        raise ModelDamaged(f"the second model {files.card['version']} cannot be started: {error}") from error
    tokenizer.no_padding()
    tokenizer.enable_truncation(files.card["max_tokens"])
    return session, tokenizer
