"""What one student process holds between requests."""

from __future__ import annotations

import sys
import types
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Session:
    """`namespace` is the student's `__main__`; `objects` is what requests built, such as networks."""

    namespace: dict[str, Any]
    objects: dict[str, Any] = field(default_factory=dict)

    def lookup(self, name: str) -> Any:
        """The value of one of the student's names. Raises `NameError` as their own code would."""
        if name not in self.namespace:
            raise NameError(f"name {name!r} is not defined")
        return self.namespace[name]


def new_session() -> Session:
    """An empty `__main__`, as a fresh notebook has."""
    main = types.ModuleType("__main__")
    sys.modules["__main__"] = main
    return Session(main.__dict__)
