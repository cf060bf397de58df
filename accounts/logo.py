"""Turn an uploaded image into a clinic's logo: a small picture that is safe to show."""

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

#: Accepted formats. No SVG: it is a document that may contain scripts.
FORMATS: Final = ("PNG", "JPEG", "WEBP")
LARGEST: Final = 4 * 1024 * 1024
#: Most pixels of a picture, so that opening it cannot fill the memory.
MOST_PIXELS: Final = 16_000_000
SMALLEST_SIDE: Final = 16
#: Shown at half this size, to be sharp on a phone.
BOX: Final = (420, 140)

_LOCK: Final = threading.Lock()


@dataclass(frozen=True, slots=True)
class Logo:
    """A WebP picture with nothing but pixels; ``digest`` identifies these bytes."""

    data: bytes
    width: int
    height: int
    digest: str


def read_logo(upload: UploadedFile) -> Logo:
    """Re-encode the uploaded image. Raises ``ValidationError`` with a message for the user."""
    size = upload.size or 0
    if size > LARGEST:
        raise ValidationError(
            _("This file is %(size)s large. Choose a picture of at most %(most)s.")
            % {"size": filesizeformat(size), "most": filesizeformat(LARGEST)}
        )
    with warnings.catch_warnings():
        # By default, Pillow only warns about a picture that would fill the memory.
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            upload.seek(0)
            return _made_anew(Image.open(upload, formats=FORMATS))
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise _too_many_pixels() from None
        except (OSError, SyntaxError, ValueError, EOFError):
            # Whatever its name says, it is in none of these formats, or incomplete.
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
    # Copy only the pixels: where and by whom it was made is dropped.
    bare = Image.new(shown.mode, shown.size)
    bare.paste(shown)
    # Drawn logos are smaller in one encoding, photographs in the other.
    data = min(_encoded(bare, lossless=True), _encoded(bare, quality=85), key=len)
    return Logo(data, bare.width, bare.height, hashlib.sha256(data).hexdigest())


@contextmanager
def _only_whole_pictures() -> Iterator[None]:
    """In this block, turn off a setting by the PDF library, for the whole process, to fill in truncated pictures."""
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
