"""A matter for another role: complaint, lead, suggestion, press, design…; deadline, chase, answer brought back."""
