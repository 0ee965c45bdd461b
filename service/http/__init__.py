"""What every way in by HTTP has in common: where a request comes from, what it bears, how fast it may come again."""
