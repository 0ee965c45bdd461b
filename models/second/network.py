"""The network that is trained: a sentence encoder, mean and maximum of its tokens, one linear layer of heads."""

from importlib.resources import files
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModel

MASKED = -1e4  # far below any activation, and still a number in half precision


class Network(torch.nn.Module):  # type: ignore[misc] # not installed where types are checked
    """Maps token ids and their mask (n × tokens) to one logit per head (n × heads) and the mean of the tokens.

    The embeddings stay as the encoder brings them: words that training never met keep their neighbours.
    """

    def __init__(self, package: str, heads: int, dropout: float = 0.1) -> None:
        super().__init__()
        # Attention is written out, for PyTorch's fused kernel is slower on a CPU where gradients are asked for.
        self.encoder: Any = AutoModel.from_pretrained(
            folder_of(package),
            attn_implementation="eager",
            attention_probs_dropout_prob=0.0,
            hidden_dropout_prob=0.0,
            add_pooling_layer=False,
            local_files_only=True,
        )
        self.encoder.embeddings.requires_grad_(False)
        self.dropout = torch.nn.Dropout(dropout)
        self.heads = torch.nn.Linear(2 * self.encoder.config.hidden_size, heads)
        torch.nn.init.normal_(self.heads.weight, std=0.02)
        torch.nn.init.zeros_(self.heads.bias)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the logits and the sentence embedding."""
        tokens = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        there = mask.unsqueeze(2).to(tokens.dtype)
        mean = (tokens * there).sum(1) / there.sum(1)
        most = (tokens + (there - 1) * -MASKED).amax(1)
        return self.heads(self.dropout(torch.cat([mean, most], 1))), mean


def folder_of(package: str) -> Path:
    """Return where the package of the encoder keeps its files."""
    return Path(str(files(package) / "model"))
