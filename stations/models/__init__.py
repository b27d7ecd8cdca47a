"""The tables of stations, a module a topic."""
