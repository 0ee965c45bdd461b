"""The second opinion: when the second model is asked about a comment, and what its answer changes."""
