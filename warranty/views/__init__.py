"""Views of warranty, a module a topic."""
