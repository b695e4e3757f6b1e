"""Pages of a PDF as pictures and text. Its source is sent to a confined process and run there, never here.

A PDF is as hostile as the code beside it; pdfium gets the same walls. What comes back is plain arrays.
"""

from typing import Any

import numpy as np
import pypdfium2 as pdfium

LONGEST_SIDE = 1600
MAX_TEXT = 20_000


def pages(data: Any, first: int, most: int, width: int) -> dict[str, Any]:
    """From page `first` (from 0) at most `most` pages, as pictures of at most `width` pixels.

    data: the file, bytes as uint8. Gives {"pages": their number, "shown": [{"text", "image"}]}, an image of
    shape (height, width, 3), uint8.
    """
    document = pdfium.PdfDocument(data.tobytes())
    numbers = range(first, min(len(document), first + most))
    return {"pages": len(document), "shown": [one_page(document[number], width) for number in numbers]}


def one_page(page: Any, width: int) -> dict[str, Any]:
    """The text and the picture of one page; a page of no size is shown white."""
    across, down = page.get_size()
    if across < 1 or down < 1:
        return {"text": "", "image": np.full((width, width, 3), 255, np.uint8)}
    scale = min(width / across, LONGEST_SIDE / down)
    bitmap = page.render(scale=scale, rev_byteorder=True, no_smoothpath=scale < 0.05)
    image = bitmap.to_numpy().reshape(bitmap.height, bitmap.width, -1)[:, :, :3]
    return {"text": page.get_textpage().get_text_bounded()[:MAX_TEXT], "image": image.copy()}
