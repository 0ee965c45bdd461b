"""Turn what an author typed into what the features read, and keep the way back to the original characters."""

from dataclasses import dataclass

from models.disguises import Rule, rules
from models.folding import fold_characters, fold_lookalikes, folded_lengths
from models.vocabulary import Vocabulary

_CONTROLS = dict.fromkeys(range(32), " ") | {127: ""}


@dataclass(frozen=True, slots=True)
class Traced:
    """Normalised `text`; `origin[i]` is the index in the original of its character i, never decreasing."""

    text: str
    origin: tuple[int, ...]


class Normaliser:
    """Fold letters and undo disguises.

    >>> Normaliser(Vocabulary(frozenset({"idiot"})))("You 1D10T")
    'you idiot'
    """

    def __init__(self, vocabulary: Vocabulary | None = None) -> None:
        self.vocabulary = vocabulary or Vocabulary()
        self._rules = rules(self.vocabulary)

    def __call__(self, text: str) -> str:
        """Return the normalised text; defined for every `str`, lone surrogates included."""
        text = _fold_ascii(text) if text.isascii() else fold_lookalikes(fold_characters(text))
        for rule in self._rules:
            if rule.needed(text):
                text = rule.pattern.sub(rule.replace, text)
        return text

    def trace(self, text: str) -> Traced:
        """Return the same text as a call would, with the origin of every character; slower."""
        folded, origin = _fold_traced(text)
        for rule in self._rules:
            if rule.needed(folded):
                folded, origin = _rewrite_traced(rule, folded, origin)
        return Traced(folded, tuple(origin))


def _fold_ascii(text: str) -> str:
    return text.lower() if text.isprintable() else text.lower().translate(_CONTROLS)


def _fold_traced(text: str) -> tuple[str, list[int]]:
    if text.isascii():
        return _fold_ascii(text), [at for at, char in enumerate(text) if char != "\x7f"]
    origin = [at for at, length in enumerate(folded_lengths(text)) for _ in range(length)]
    return fold_lookalikes(fold_characters(text)), origin


def _rewrite_traced(rule: Rule, text: str, origin: list[int]) -> tuple[str, list[int]]:
    parts: list[str] = []
    kept: list[int] = []
    end = 0
    for match in rule.pattern.finditer(text):
        replacement = rule.replace(match)
        parts += (text[end : match.start()], replacement)
        kept += origin[end : match.start()]
        kept += [origin[match.start() + at] for at in align(match[0], replacement)]
        end = match.end()
    return "".join((*parts, text[end:])), kept + origin[end:]


def align(source: str, target: str) -> list[int]:
    """Return for each character of `target` its index in `source`.

    The two have one length, or `target` is what is left of `source` after characters were dropped, some of the kept
    ones perhaps exchanged; then the closest match to the right is taken.
    """
    if len(source) == len(target):
        return list(range(len(source)))
    found: list[int] = []
    at = 0
    for left, char in zip(range(len(target), 0, -1), target, strict=True):
        last = len(source) - left
        hit = source.find(char, at, last + 1)
        at = hit if hit >= 0 else at
        found.append(at)
        at += 1
    return found
