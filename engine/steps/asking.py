"""What menus, asks and surveys share: silence and no match, each with its own tries, words and exit."""

from engine.flow import Exit, Tries
from engine.turn import Wait
from engine.visit import Visit


def after_silence(visit: Visit, tries: Tries, phrase: str = "silence") -> Exit | None:
    """Count a silence. The exit when it was the last try, else None: ask again."""
    visit.change(silences=visit.session.silences + 1)
    if visit.session.silences >= tries.tries:
        return tries.exit
    if tries.say:
        visit.say(tries.say)
    else:
        visit.phrase(phrase)
    return None


def after_no_match(visit: Visit, tries: Tries, phrase: str = "no_match") -> Exit | None:
    """Count something that fits nothing. The exit when it was the last try, else None: ask again."""
    visit.change(no_matches=visit.session.no_matches + 1)
    if visit.session.no_matches >= tries.tries:
        return tries.exit
    if tries.say:
        visit.say(tries.say)
    else:
        visit.phrase(phrase)
    return None


Move = Exit | Wait
