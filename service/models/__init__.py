"""The tables of service, a module a topic."""
