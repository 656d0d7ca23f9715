"""What is worked out once: a memory of bounded size, and properties that are kept."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Generic, Self, TypeVar, overload

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
V_co = TypeVar("V_co", covariant=True)


class Memory(Generic[K, V]):
    """Up to `most` answers by their questions; with none it remembers nothing.

    What was not asked for longest is forgotten first.
    """

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


class kept(Generic[V_co]):  # noqa: N801 - used as property is
    """A property that is worked out when it is first asked for, and kept in the object.

    `functools.cached_property` of Python 3.11 takes a lock each time, which costs more than
    most of what is kept here.
    """

    def __init__(self, work_out: Callable[[Any], V_co]) -> None:
        self._work_out = work_out
        self.__doc__ = work_out.__doc__
        self._name = work_out.__name__

    @overload
    def __get__(self, owner: None, kind: type[object]) -> Self: ...

    @overload
    def __get__(self, owner: object, kind: type[object]) -> V_co: ...

    def __get__(self, owner: object | None, kind: type[object]) -> Self | V_co:
        """Work it out; once it is in the object's dictionary this is not called any more."""
        if owner is None:
            return self
        value = self._work_out(owner)
        owner.__dict__[self._name] = value
        return value
