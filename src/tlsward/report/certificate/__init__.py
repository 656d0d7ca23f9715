"""Certificates and chains of trust on paper: explained, drawn as a tree, drawn as a figure."""
