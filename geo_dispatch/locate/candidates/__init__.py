"""Finders of candidates, one for each kind of place."""
