"""The simulated public: demo, tests and crisis rehearsals play on it. A network of its own, spoken to over HTTP."""
