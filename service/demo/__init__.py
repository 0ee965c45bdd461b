"""An example blog: an ordinary client of the HTTP API, which imports nothing of Parley."""
