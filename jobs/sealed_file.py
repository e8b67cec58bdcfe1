"""A PDF that only its password opens: AES-256, by fpdf2."""

from __future__ import annotations

import secrets

from fpdf import FPDF
from fpdf.enums import AccessPermission, EncryptionMethod

_MARGIN, _LINE, _SIZE = 20, 7, 12  # millimetres, millimetres, points


class Unwritable(ValueError):
    """The words have a letter that the file's font does not have."""


def sealed_pdf(words: str, title: str, password: str) -> bytes:
    """The words on A4. Raises Unwritable rather than write another letter than was meant."""
    try:
        f"{words}{title}".encode("latin-1")
    except UnicodeEncodeError as fault:
        raise Unwritable(f"the file cannot hold the letter U+{ord(fault.object[fault.start]):04X}") from None
    pdf = FPDF(format="A4")
    pdf.set_margin(_MARGIN)
    pdf.set_title(title)
    # Whoever opens it may print it; nobody needs the owner's password.
    pdf.set_encryption(
        owner_password=secrets.token_hex(16), user_password=password,
        encryption_method=EncryptionMethod.AES_256, permissions=AccessPermission.PRINT_LOW_RES,
    )  # fmt: skip
    pdf.add_page()
    pdf.set_font("Helvetica", size=_SIZE)
    pdf.multi_cell(0, _LINE, words)
    return bytes(pdf.output())
