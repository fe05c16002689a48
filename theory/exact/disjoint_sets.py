"""Disjoint sets that are joined one by one (union–find), with the sets counted."""

from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

Item = TypeVar("Item", bound=Hashable)


class DisjointSets(Generic[Item]):
    """A partition of the items seen so far; an item that is met for the first time is a set of its own.

    Attributes:
        parent: by item; a root is its own parent.
        count: the number of sets.
    """

    def __init__(self) -> None:
        self.parent: dict[Item, Item] = {}
        self.count = 0

    def root(self, item: Item) -> Item:
        """The item that stands for the set of ``item``."""
        if item not in self.parent:
            self.parent[item] = item
            self.count += 1
        while (above := self.parent[item]) != item:
            self.parent[item] = item = self.parent[above]
        return item

    def join(self, items: Iterable[Item]) -> bool:
        """Put the items into one set; whether that changed anything, a new item included."""
        before = len(self.parent), self.count
        roots = {self.root(item) for item in items}
        first, *others = roots
        for other in others:
            self.parent[other] = first
        self.count -= len(others)
        return (len(self.parent), self.count) != before
