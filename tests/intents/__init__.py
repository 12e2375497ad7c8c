"""Trains the second opinion on what texts want, and scores it: `make intents`."""
