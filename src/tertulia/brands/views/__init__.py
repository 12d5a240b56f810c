"""The pages of Ajustes."""
