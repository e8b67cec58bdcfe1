"""Secrets in texts and transcripts: where they stand, and the same text without them.

    find("NIK saya 3174061203850001")   a span with its kind, and whether a check proved it
    mask("hubungi 0812-3456-7890")      "hubungi 0812*****890"
    find_words(["nol", "delapan", ...]) the same for the words of a transcript: spans over word indexes

Written and spoken, Indonesian and English. What a check can prove (NIK, NPWP, cards) or a shape shows (mobile
numbers, e-mail) is found anywhere; what only its label makes a secret (PIN, account, EFIN) is found near it. A
long number that is nothing known is masked too, uncertain: a secret shown is worse than a number hidden.
Amounts, dates, our case numbers, laws and service numbers stay.
"""

from desk.redaction.masks import digits_of, mask, masked
from desk.redaction.search import Span, WordSpan, find, find_words

__all__ = ["Span", "WordSpan", "digits_of", "find", "find_words", "mask", "masked"]
