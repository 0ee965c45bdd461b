"""Fine-tune a sentence encoder on the data sets of a recipe; needs the extra `parley[second]`.

The run is cut into checkpoints: what was interrupted goes on with the same batches as if it had not been.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from models.attributes import ATTRIBUTES
from models.corpus import Corpus, Recipe, read_corpus, read_recipe
from models.second import grammar, reading, sampling
from models.second.network import Network, folder_of
from models.text import Normaliser
from models.vocabulary import Vocabulary

CHECKPOINT = "checkpoint.pt"
LOWEST_RATE = 0.03  # of the full one, at the last step

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Lessons:
    """What is learned from: per text its token ids, and labels and weights (texts × heads), NaN where unknown."""

    ids: list[NDArray[np.int64]]
    labels: NDArray[np.float32]
    weights: NDArray[np.float32]
    sources: NDArray[np.int64]
    mixture: sampling.Mixture

    @property
    def lengths(self) -> NDArray[np.intp]:
        """Return how many tokens each text has."""
        return np.array([len(found) for found in self.ids])


def train(
    recipe_path: Path, data_dir: Path, out_dir: Path, vocabulary: Vocabulary, progress: Progress = lambda _: None
) -> Network:
    """Fit the network of the recipe on `data_dir`, with checkpoints in `out_dir`; one that lies there is resumed.

    `vocabulary` is the first model's: what it undoes of disguises is undone here too.
    Raises RecipeError, SourceMissing.
    """
    recipe = read_recipe(recipe_path)
    torch.manual_seed(recipe["seed"])
    progress("reading the data sets")
    corpus = _with_own_sentences(read_corpus(recipe, data_dir), recipe["seed"])
    lessons = _lessons(recipe, corpus, vocabulary)
    progress(f"{len(lessons.ids):,} texts of {lessons.lengths.mean():.0f} tokens")
    run = _Run(recipe, lessons, len(corpus.names), out_dir)
    run.resume()
    run.go(progress)
    return run.network


def _with_own_sentences(corpus: Corpus, seed: int) -> Corpus:
    sentences = grammar.trained(seed)
    labels = np.full((len(sentences), len(ATTRIBUTES)), np.nan, np.float32)
    labels[:, [ATTRIBUTES.index(head) for head in grammar.HEADS]] = [sentence.labels for sentence in sentences]
    return corpus.extended(sampling.OWN, [sentence.text for sentence in sentences], labels, weight=1.0)


def _lessons(recipe: Recipe, corpus: Corpus, vocabulary: Vocabulary) -> Lessons:
    columns = [ATTRIBUTES.index(head) for head in recipe["heads"]]
    encoder = recipe["encoder"]
    return Lessons(
        tokenise(corpus, Normaliser(vocabulary), encoder["package"], encoder["max_tokens"]),
        corpus.labels[:, columns],
        corpus.weights[:, columns],
        corpus.sources.astype(np.int64),
        sampling.mixture(recipe, corpus),
    )


def tokenise(corpus: Corpus, normalise: Normaliser, package: str, max_tokens: int) -> list[NDArray[np.int64]]:
    """Return the token ids of every text as the model will read it."""
    tokenizer = Tokenizer.from_file(str(folder_of(package) / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_tokens)
    found = tokenizer.encode_batch([reading.read(text, normalise) for text in corpus.texts])
    return [np.array(one.ids, np.int64) for one in found]


class _Run:
    """A training under way: network, optimiser and the step that comes next."""

    def __init__(self, recipe: Recipe, lessons: Lessons, sources: int, folder: Path) -> None:
        self._fit: Recipe = recipe["fit"]
        self._seed: int = recipe["seed"]
        self._lessons = lessons
        self._path = folder / CHECKPOINT
        self._step = 0
        self.network: Network = Network(recipe["encoder"]["package"], len(recipe["heads"])).train()
        # What a source's labels have in common besides the text is learned apart, and left out of the model.
        self._source_bias = torch.nn.Parameter(torch.zeros(sources, len(recipe["heads"])))
        self._optimiser = torch.optim.AdamW(self._groups(), fused=True)

    def _groups(self) -> list[dict[str, Any]]:
        rate, head_rate, decay = self._fit["rate"], self._fit["head_rate"], self._fit["decay"]
        encoder = [one for one in self.network.encoder.parameters() if one.requires_grad]
        groups: list[dict[str, Any]] = [
            {"params": [one for one in encoder if one.ndim > 1], "full_rate": rate, "weight_decay": decay},
            {"params": [one for one in encoder if one.ndim == 1], "full_rate": rate, "weight_decay": 0.0},
            {"params": list(self.network.heads.parameters()), "full_rate": head_rate, "weight_decay": decay},
            {"params": [self._source_bias], "full_rate": 1e-2, "weight_decay": 0.0},
        ]
        return groups

    def resume(self) -> None:
        """Go on where the checkpoint of the folder stopped, if there is one."""
        if self._path.exists():
            kept = torch.load(self._path, weights_only=True)
            self._step = kept["step"]
            self.network.load_state_dict(kept["network"])
            self._optimiser.load_state_dict(kept["optimiser"])
            self._source_bias.data.copy_(kept["source_bias"])

    def go(self, progress: Progress) -> None:
        """Take all steps that are left."""
        lengths, losses, started, first = self._lessons.lengths, [], time.monotonic(), self._step
        batches: list[NDArray[np.intp]] = []
        for step, chunk, place in sampling.steps(self._step, self._fit["steps"]):
            if place == 0 or not batches:
                batches = self._lessons.mixture.batches(
                    lengths, self._seed, chunk, self._fit["batch"], self._settles(chunk * sampling.BATCHES_AT_ONCE)
                )
            losses.append(self._learn(step, batches[place]))
            self._step = step + 1
            if self._step % self._fit["checkpoint_every"] == 0 or self._step == self._fit["steps"]:
                self._keep()
                a_second = (self._step - first) * self._fit["batch"] / (time.monotonic() - started)
                progress(f"step {self._step}: loss {np.mean(losses[-500:]):.4f}, {a_second:.0f} comments a second")

    def _learn(self, step: int, rows: NDArray[np.intp]) -> float:
        for group in self._optimiser.param_groups:
            group["lr"] = group["full_rate"] * self._share_of_rate(step)
        torch.manual_seed(self._seed + step)  # what drops out is drawn anew after an interruption as without one
        ids, mask = map(torch.from_numpy, sampling.padded([self._lessons.ids[row] for row in rows]))
        with torch.autocast("cpu", torch.bfloat16):
            logits, _ = self.network(ids, mask)
        biased = logits.float() + self._source_bias[torch.from_numpy(self._lessons.sources[rows])]
        loss = self._loss(biased, rows)
        self._optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self._optimiser.step()
        return float(loss.detach())

    def _loss(self, logits: torch.Tensor, rows: NDArray[np.intp]) -> torch.Tensor:
        labels, weights = (torch.from_numpy(table[rows]) for table in (self._lessons.labels, self._lessons.weights))
        known = torch.nan_to_num(labels)
        each = torch.nn.functional.binary_cross_entropy_with_logits(logits, known, reduction="none")
        return (each * weights * ~torch.isnan(labels)).sum() / len(rows)

    def _settles(self, step: int) -> bool:
        return step >= int(self._fit["steps"]) - int(self._fit["settling"])

    def _share_of_rate(self, step: int) -> float:
        warm = min(1.0, (step + 1) / int(self._fit["warming"]))
        left = (int(self._fit["steps"]) - step) / int(self._fit["settling"])
        return warm * max(LOWEST_RATE, min(1.0, left))

    def _keep(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        state = {"step": self._step, "network": self.network.state_dict(), "optimiser": self._optimiser.state_dict()}
        torch.save({**state, "source_bias": self._source_bias.detach()}, fresh)
        fresh.replace(self._path)
