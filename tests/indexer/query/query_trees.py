"""Helpers of tests that measure the trees of conditions of queries."""

from indexer.query.tree import All, AnyOf, Node, Without


def depth(node: Node | None) -> int:
    """The number of nodes above the deepest leaf."""
    if isinstance(node, All | AnyOf):
        return 1 + max(map(depth, node.nodes))
    return 1 + depth(node.node) if isinstance(node, Without) else 0


def leaves(node: Node | None) -> list[Node]:
    """The words, phrases and prefixes of a tree."""
    if isinstance(node, All | AnyOf):
        return [leaf for inner in node.nodes for leaf in leaves(inner)]
    if isinstance(node, Without):
        return leaves(node.node)
    return [node] if node else []
