"""A memory of bounded size: what was not asked for longest is forgotten first."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Memory(Generic[K, V]):
    """Up to `most` answers by their questions; with none it remembers nothing."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: OrderedDict[K, V] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def recall(self, key: K, find: Callable[[], V]) -> V:
        """Return what is remembered for `key`, or what `find` returns, which is kept."""
        try:
            self._known.move_to_end(key)
        except KeyError:
            value = find()
            if self._most > 0:
                self._known[key] = value
                if len(self._known) > self._most:
                    self._known.popitem(last=False)
            return value
        return self._known[key]
