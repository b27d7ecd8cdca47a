"""The tables of parts, a module a topic."""
