"""Tertulia: the workbench of the community manager."""

__version__ = "0.1.0"
