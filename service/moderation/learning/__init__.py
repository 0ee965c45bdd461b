"""The learning loop: from what people decided to a model, its thresholds and its proof."""
