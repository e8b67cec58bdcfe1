"""How many SMS a text needs: 160 GSM-7 characters or 70 UTF-16 units in one, 153 or 67 in each of several
(GSM 03.38).
"""

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")


def segments(body: str) -> int:
    """At least 1, also for an empty text."""
    if all(c in _BASIC or c in _EXTENDED for c in body):
        units, one, several = len(body) + sum(c in _EXTENDED for c in body), 160, 153
    else:
        units, one, several = len(body.encode("utf-16-le")) // 2, 70, 67
    return 1 if units <= one else -(-units // several)
