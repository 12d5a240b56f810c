"""Tells the inbox, which stands below, what the brand's departments are called."""

from __future__ import annotations

from collections.abc import Mapping

from tertulia.brands.models import Brand
from tertulia.inbox.naming import names_departments
from tertulia.triage import queries


@names_departments
def department_names(brand: Brand) -> Mapping[str, str]:
    """By key, in the brand's order; without that of what is nobody's."""
    return {one.key: str(one.name) for one in queries.departments(brand) if one.key != "none"}
