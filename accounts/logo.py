"""A clinic's logo, from whatever somebody sends to a small picture that is safe to show."""

from __future__ import annotations

import hashlib
import io
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from PIL import Image, ImageFile, ImageOps

#: What is taken. No SVG: it is a document that may hold scripts.
FORMATS: Final = ("PNG", "JPEG", "WEBP")
LARGEST: Final = 4 * 1024 * 1024
#: A picture is this many pixels at most, so that opening it cannot fill the memory.
MOST_PIXELS: Final = 16_000_000
SMALLEST_SIDE: Final = 16
#: It is shown half as large, to be sharp on a phone.
BOX: Final = (420, 140)

_LOCK: Final = threading.Lock()


@dataclass(frozen=True, slots=True)
class Logo:
    """A WebP picture with nothing beside the pixels; ``digest`` names these bytes."""

    data: bytes
    width: int
    height: int
    digest: str


def read_logo(upload: UploadedFile) -> Logo:
    """The picture in ``upload``, made anew. Raises ``ValidationError`` with words for whoever sent it."""
    size = upload.size or 0
    if size > LARGEST:
        raise ValidationError(
            _("This file is %(size)s large. Choose a picture of at most %(most)s.")
            % {"size": filesizeformat(size), "most": filesizeformat(LARGEST)}
        )
    with warnings.catch_warnings():
        # Pillow only warns of a picture that would fill the memory.
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            upload.seek(0)
            return _made_anew(Image.open(upload, formats=FORMATS))
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise _too_many_pixels() from None
        except (OSError, SyntaxError, ValueError, EOFError):
            # Whatever its name says, it is none of these, or only a part of one.
            raise ValidationError(
                _("We cannot read this file as a picture. Choose a PNG, JPEG or WebP file.")
            ) from None


def _made_anew(picture: Image.Image) -> Logo:
    if picture.width * picture.height > MOST_PIXELS:
        raise _too_many_pixels()
    if min(picture.size) < SMALLEST_SIDE:
        raise ValidationError(
            _("This picture is too small: each side needs %(pixels)s pixels at least.")
            % {"pixels": SMALLEST_SIDE}
        )
    with _only_whole_pictures():
        picture.load()
    upright = ImageOps.exif_transpose(picture)
    shown = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    shown.thumbnail(BOX, Image.Resampling.LANCZOS)
    # A copy of the pixels alone: where and by whom it was made stays behind.
    bare = Image.new(shown.mode, shown.size)
    bare.paste(shown)
    # Drawn logos are smaller one way, photographs the other.
    data = min(_encoded(bare, lossless=True), _encoded(bare, quality=85), key=len)
    return Logo(data, bare.width, bare.height, hashlib.sha256(data).hexdigest())


@contextmanager
def _only_whole_pictures() -> Iterator[None]:
    """The library that makes PDF files tells Pillow, for the whole process, to fill up what is cut off."""
    with _LOCK:
        filled_up = ImageFile.LOAD_TRUNCATED_IMAGES
        ImageFile.LOAD_TRUNCATED_IMAGES = False
        try:
            yield
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = filled_up


def _encoded(picture: Image.Image, **options: bool | int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "WEBP", method=6, **options)
    return out.getvalue()


def _too_many_pixels() -> ValidationError:
    return ValidationError(_("This picture has too many pixels. Make it smaller and try again."))
