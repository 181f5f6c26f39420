"""A customizable contraction hierarchy: fastest ways over any town in well under a millisecond, with live closures."""

from geo_dispatch.routing.hierarchy.contraction import Topology
from geo_dispatch.routing.hierarchy.hierarchy import Hierarchy, contract_graph
from geo_dispatch.routing.hierarchy.order import node_order, segment_order
from geo_dispatch.routing.hierarchy.search import HierarchySearch

__all__ = ["Hierarchy", "HierarchySearch", "Topology", "contract_graph", "node_order", "segment_order"]
