"""What Markdown and HTML put around a student's words, taken off one line at a time."""

from __future__ import annotations

import re

_TAG = re.compile(
    r"</?(?:a|b|big|br|center|code|details|div|em|font|h[1-6]|hr|i|li|mark|ol|p|pre|small|span|strong|summary|u|ul)"
    r"(?:\s{1,3}[\w-]{1,20}\s?=[^<>\n]{0,200})?\s?/?>",
    re.IGNORECASE,
)
_RAISED = re.compile(r"<su([pb])>([^<>\n]{1,200})</su[pb]>", re.IGNORECASE)
_STRUCK = re.compile(r"(?<!\S)~~(?=\S)[^~\n]{1,400}~~(?![^\s.,;:])")
_INVISIBLE = str.maketrans("", "", "\u00ad\u200b\u2060\ufeff")


def plain(line: str) -> str:
    """A line without HTML tags, crossed-out words and invisible characters; indices as LaTeX writes them.

    `<b, c>` is an inner product and no tag.
    """
    if not line.isascii():
        line = line.translate(_INVISIBLE)
    if "~~" in line:
        line = _STRUCK.sub("", line)
    if "<" in line:
        line = _RAISED.sub(lambda found: ("^{" if found[1] in "pP" else "_{") + found[2] + "}", line)
        line = _TAG.sub("", line)
    return line
