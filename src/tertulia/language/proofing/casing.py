"""The case of what was written, kept in what is put in its place."""


def as_written(written: str, fix: str) -> str:
    """``fix`` in the case of ``written``: all capitals, a first capital, or as it is."""
    if written.isupper() and len(written) > 1:
        return fix.upper()
    if written[:1].isupper():
        return fix[:1].upper() + fix[1:]
    return fix
