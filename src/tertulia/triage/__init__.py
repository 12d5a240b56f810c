"""A reading of every message, with reasons; learns from corrections."""
