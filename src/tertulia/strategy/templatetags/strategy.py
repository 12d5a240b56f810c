"""What the list of findings hands back to the server."""

import json

from django import template

from tertulia.language import Finding

register = template.Library()


@register.filter
def as_word(finding: Finding) -> str:
    """The word of a finding, as the values of a request that says it is right."""
    return json.dumps({"kind": "right", "text": finding.text.strip()})


@register.filter
def as_rule(finding: Finding) -> str:
    """The rule of a finding, as the values of a request that silences it."""
    return json.dumps({"rule": finding.rule})
