"""A lesson as text for a terminal, as JSON, and lessons as one page with pictures."""
