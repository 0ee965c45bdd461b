"""The road itself: no Flask, no Redis client."""
