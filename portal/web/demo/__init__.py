"""The demo network: a year of a dealer network's life, played through the operations on a clock that runs along."""
