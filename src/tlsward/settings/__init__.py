"""Configuration: one table of settings, and the three places their values come from."""
