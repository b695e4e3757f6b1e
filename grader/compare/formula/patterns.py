"""What the pieces of a formula look like; no pattern can match in more than linear time."""

from __future__ import annotations

import re

from grader.compare.formula import vocabulary as words
from grader.compare.formula.characters import COMBINING, SUBSCRIPTS, SUPERSCRIPTS

LETTER = "A-Za-z\u0370-\u03ff"
LOW = "".join(SUBSCRIPTS)
# Also the invisible characters that copying from a web page brings: joiners, soft hyphen, byte order mark.
BLANK = re.compile(
    r"(?:[\s$~`\u200b\u200c\u200d\u2060\u2061\u2062\u00ad\ufeff]|\\[,;:!>\[\]() ]|\\(?:left|right)\s*\.)+"
)
ROW_BLANK = re.compile(r"(?:&|\\\\(?:\[[^\]]*\])?)+")
COMMAND = re.compile(r"\\([A-Za-z]+)")
GROUPED = r"[1-9][0-9]{0,2}(?:(?:,|\{,\})[0-9]{3})+(?![0-9])(?:\.[0-9]*)?"
PLAIN_NUMBER = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3}(?![0-9A-Za-z_]))?"
NUMBER = re.compile(f"{GROUPED}|{PLAIN_NUMBER}")
NUMBER_IN_CALL = re.compile(PLAIN_NUMBER)
DIGIT = re.compile("[0-9]")
WORD = re.compile(
    rf"[{LETTER}][{''.join(COMBINING)}]?(?:[{LETTER}0-9{LOW}{''.join(COMBINING)}]"
    rf"|\\?_(?=[{LETTER}0-9)*+/,@-]|$))*|_[{LETTER}_0-9]+"
)
ATTRIBUTE = re.compile(r"\.([A-Za-z_][A-Za-z0-9_]*)")
MODULE = re.compile(rf"(?:(?:{words.MODULES})\.)+(?=[A-Za-z])")
SUBSCRIPT = re.compile(
    rf"\\?_\s*(?:\{{\s*\\(?:{words.TEXT})\s*\{{([\w, ]{{1,40}})\}}\s*\}}"
    rf"|\\(?:{words.TEXT})\s*\{{([\w, ]{{1,40}})\}}|\{{([\w, ]{{1,40}})\}})"
)
STAR = re.compile(
    r"(?:\\?_|\^)\s*(?:\{\s*(?:\*|∗|⋆|\\star|\\ast)\s*\}|(?:\*(?!\*)|∗|⋆|\\star(?![A-Za-z])|\\ast(?![A-Za-z])))"
)
STAR_ALONE = re.compile(r"\*(?!\*)")
ONE_SUBSCRIPT = re.compile(rf"_\s*([{LETTER}0-9])")
LOW_SUBSCRIPT = re.compile(f"([{re.escape(LOW)}]+)")
KEYWORD = re.compile(r"(?:ord|p)\s*=(?!=)\s*")
QUOTED_NORM = re.compile(r"(['\"])(?:fro|F)\1")
ACCENT_ARGUMENT = re.compile(
    rf"\s*(?:\{{\s*\\(?:{words.TEXT})\s*(?:\{{\s*\\?([{LETTER}]+)\s*\}}|([{LETTER}]))\s*\}}"
    rf"|\{{\s*\\?([{LETTER}]+)\s*\}}|\\([A-Za-z]+)|([{LETTER}]))"
)
UPRIGHT = re.compile(rf"\s*\{{([{LETTER}\\ ]{{1,40}})\}}")
SUPERSCRIPT = re.compile(f"[{re.escape(''.join(SUPERSCRIPTS))}]+")
INDEX = re.compile(
    r"(?:\\(?:sum|prod)(?:\\limits)?|[∑∏Σ])\s*_\s*\{?\s*([A-Za-z])\s*=|,\s*\(\s*([A-Za-z]\w*)\s*,"
)
LOW_DIGITS = str.maketrans(SUBSCRIPTS)
