"""Returns of unused parts: asking, deciding, sending, inspecting."""
