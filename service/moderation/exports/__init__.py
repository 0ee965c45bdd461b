"""What other platforms hand out of their comments, read as labels, one entry at a time."""
