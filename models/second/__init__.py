"""The second opinion: a small model that reads a sentence whole, for the comments about which the first one doubts."""
