"""Other services' APIs on the same road."""
