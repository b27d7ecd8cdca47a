"""The pages of parts."""
