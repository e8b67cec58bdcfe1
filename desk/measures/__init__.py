"""What supervisors and those who make policy are told, as pure figures: sums first, ratios last.

sums.py      counts and seconds of an interval, that can be added up
figures.py   the formulas of domain section 3.2 over such sums
quality.py   the index of satisfaction (IKM), first contact resolution
staffing.py  how many agents an hour needs (Erlang C)
themes.py    topics over time: emerging ones, new words

Every figure carries its numerator and denominator. An empty denominator is shown as "–", never as 0 or 100 %.
"""

from desk.measures.figures import Figure, figures
from desk.measures.sums import Sums, of_call

__all__ = ["Figure", "Sums", "figures", "of_call"]
