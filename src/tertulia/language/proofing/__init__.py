"""Checking of texts before they leave: values in, findings out."""

from tertulia.language.finding import Finding, Kind, Profile, Severity
from tertulia.language.proofing.proof import proof

__all__ = ["Finding", "Kind", "Profile", "Severity", "proof"]
