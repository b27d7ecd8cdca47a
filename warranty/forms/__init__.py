"""Forms of warranty, a module a topic."""
