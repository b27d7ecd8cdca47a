"""The tables of warranty, a module a topic."""
