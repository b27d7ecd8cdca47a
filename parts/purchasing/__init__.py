"""Buying from suppliers: orders, what came of them, what went back. Not here: how much to buy (replenishment)."""
