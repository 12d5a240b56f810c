"""Teams, roles, brand sheet."""
