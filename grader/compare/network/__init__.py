"""Deciding whether two networks compute the same function, and naming the first layer where they part."""

from grader.compare.network.comparison import NetworkComparison, compare_networks
from grader.compare.network.protocol import Gradients, Network, Operation, ReferenceNetwork

__all__ = ["Gradients", "Network", "NetworkComparison", "Operation", "ReferenceNetwork", "compare_networks"]
