"""The forms of parts."""
