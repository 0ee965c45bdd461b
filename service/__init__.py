"""The service: intake, verdicts, queue, decisions, deliveries."""
