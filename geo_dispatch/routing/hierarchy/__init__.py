"""A customizable contraction hierarchy: fastest ways over any town in well under a millisecond, with live closures."""

from geo_dispatch.routing.hierarchy.hierarchy import Hierarchy
from geo_dispatch.routing.hierarchy.order import node_order, segment_order
from geo_dispatch.routing.hierarchy.search import HierarchySearch

__all__ = ["Hierarchy", "HierarchySearch", "node_order", "segment_order"]
