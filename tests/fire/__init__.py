"""The fire: real workers, killed at every step and at random, over networks that misbehave; nothing is lost, nothing done twice."""
