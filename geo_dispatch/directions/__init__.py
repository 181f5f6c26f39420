"""Directions: a path said in steps."""
