"""Locating: from a caller's words to ranked places, and from a position to an address."""
