"""Generator of the fictional sample town: a hand-drawn skeleton, grown into a town, written as OSM data and a pack."""
