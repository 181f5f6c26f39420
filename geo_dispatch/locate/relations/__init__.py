"""Relations between a caller and what the caller names: "across from the school on Main"."""

from geo_dispatch.locate.relations.engine import RelationEngine

__all__ = ["RelationEngine"]
