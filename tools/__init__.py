"""What keeps the house in order: the checks of ``make check``, translations and generated documents."""
