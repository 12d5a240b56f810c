"""A brand's account on a network: connection, health, call budget, webhooks, polling."""
