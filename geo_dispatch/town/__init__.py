"""The town: its network, gazetteer and boundaries, immutable and indexed once."""
