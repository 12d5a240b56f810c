"""Understanding and proofing of texts: values in, values out; no database, no Django."""

from tertulia.language.finding import Finding, Kind, Profile, Severity
from tertulia.language.proofing import proof
from tertulia.language.proofing.voice import Likeness, likeness
from tertulia.language.read import Reader, read, read_many
from tertulia.language.reading import Chosen, Conclusion, Conclusions, Reading, Span

__all__ = [
    "Chosen", "Conclusion", "Conclusions", "Finding", "Kind", "Likeness", "Profile", "Reader", "Reading", "Severity", "Span",
    "likeness", "proof", "read", "read_many",
]
