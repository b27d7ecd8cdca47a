"""The tables of quality, a module a topic."""
