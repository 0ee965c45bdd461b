"""The classifier: text in, calibrated probabilities out. Knows nothing of the service."""
