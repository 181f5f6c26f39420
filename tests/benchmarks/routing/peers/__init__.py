"""Shortest-path packages on one graph: what each answers, and how long it takes."""
