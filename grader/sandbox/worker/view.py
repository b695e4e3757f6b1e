"""What of the file system a student process may see: small values that both sides share."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Root:
    """A file, or a directory with all below it but its direct entries named in `hidden`."""

    path: str
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A symbolic link on the way to a root (such as /lib -> usr/lib) that must exist where students run."""

    path: str
    target: str


@dataclass(frozen=True, slots=True)
class View:
    """Everything readable. Paths are absolute and free of links.

    `listed` are directories whose entries' names may be listed, so that imports find what is allowed in them;
    `devices` may be read and written.
    """

    roots: tuple[Root, ...]
    links: tuple[Link, ...] = ()
    listed: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
