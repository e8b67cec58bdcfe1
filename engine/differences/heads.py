"""What stands outside of steps: numbers, hours, keywords, texts, words of the house, limits of cases."""

from collections.abc import Iterator, Mapping

from engine.differences.steps import Renamed, exit_lines
from engine.differences.trees import tree_lines
from engine.differences.words import shown, word_lines
from engine.flow import Flow, KeywordSpec, Number

_ONE_STEP = ("start", "text_start", "unknown_again", "rescue")


def head_lines(before: Flow, after: Flow, renamed: Renamed) -> Iterator[str]:
    """The service as a whole, in the order in which a caller would notice."""
    yield from word_lines("the service", "is called", before.service, after.service)
    yield from tree_lines("the service", _plain(before), _plain(after))
    for name in _ONE_STEP:
        old, new = getattr(before, name), getattr(after, name)
        if renamed.get(old, old) != new:
            yield f"{name} is now {shown(new)} instead of {shown(old)}"
    yield from _numbers("telephone", before.voice_numbers, after.voice_numbers)
    yield from _numbers("text", before.text_numbers, after.text_numbers)
    for key in dict.fromkeys((*before.everywhere, *after.everywhere)):
        yield from exit_lines(
            "everywhere", key, before.everywhere.get(key), after.everywhere.get(key), renamed
        )
    yield from _hours(before, after)
    yield from _keywords(before.keywords, after.keywords, renamed)
    yield from _topics(before, after, renamed)
    yield from _texts(before, after)
    for name in dict.fromkeys((*before.phrases, *after.phrases)):
        yield from word_lines(
            f"phrase '{name}'", "says", before.phrases.get(name), after.phrases.get(name)
        )  # fmt: skip


def _plain(flow: Flow) -> dict[str, object]:
    cases = flow.cases
    return {
        "prefix": flow.prefix,
        "languages": flow.languages,
        "timezone": flow.timezone,
        "voices": flow.voices,
        "values": flow.constants,
        "variables": flow.variables,
        "urgent": flow.urgent,
        "cases": {
            "hours": cases.hours,
            "limits": cases.limits,
            "functions": cases.functions,
            "topics": cases.topics,
            "documents_reminders": cases.documents_reminders,
            "other_party_reminders": cases.other_party_reminders,
        },
    }


def _numbers(channel: str, before: tuple[Number, ...], after: tuple[Number, ...]) -> Iterator[str]:
    old, new = ({number.spelling: number for number in listed} for listed in (before, after))
    for spelling in dict.fromkeys((*old, *new)):
        about = f"{channel} number {spelling}"
        if spelling not in new:
            yield f"{about} is removed"
        elif spelling not in old:
            yield f"{about} is added"
        else:
            phases = [
                ", ".join(
                    f"{how.replace('_', ' ')} from {start or 'ever'} on" for start, how in number.phases
                )
                for number in (old[spelling], new[spelling])
            ]
            if phases[0] != phases[1]:
                yield f"{about}: {phases[1]} instead of {phases[0]}"
            yield from word_lines(about, "announces", old[spelling].announce, new[spelling].announce)


def _hours(before: Flow, after: Flow) -> Iterator[str]:
    for name in dict.fromkeys((*before.hours, *after.hours)):
        old, new = before.hours.get(name), after.hours.get(name)
        if old is None or new is None:
            yield f"hours '{name}' are {'removed' if new is None else 'added'}"
        else:
            yield from tree_lines(f"hours '{name}'", old.spec, new.spec)


def _keywords(
    before: Mapping[str, KeywordSpec], after: Mapping[str, KeywordSpec], renamed: Renamed
) -> Iterator[str]:
    for name in dict.fromkeys((*before, *after)):
        old, new, about = before.get(name), after.get(name), f"keyword {name}"
        if old is None or new is None:
            yield f"{about} is " + (f"added and goes to '{new.then.to}'" if new else "removed")
            continue
        yield from exit_lines(about, "it", old.then, new.then, renamed)
        yield from exit_lines(about, "alone it", old.without, new.without, renamed)
        yield from exit_lines(about, "with a wrong value it", old.wrong, new.wrong, renamed)
        yield from tree_lines(about, _takes(old), _takes(new))


def _takes(keyword: KeywordSpec) -> dict[str, object]:
    return {
        "aliases": keyword.aliases,
        "takes": keyword.takes,
        "rest_as": keyword.rest_as,
        "yields_to": keyword.yields_to,
    }


def _topics(before: Flow, after: Flow, renamed: Renamed) -> Iterator[str]:
    for name in dict.fromkeys((*before.topics, *after.topics)):
        old, new, about = before.topics.get(name), after.topics.get(name), f"topic '{name}'"
        if old is None or new is None:
            yield f"{about} is " + (f"added and goes to '{new[1].to}'" if new else "removed")
            continue
        yield from exit_lines(about, "it", old[1], new[1], renamed)
        for words, verb in ((_without(new[0], old[0]), "is also"), (_without(old[0], new[0]), "is no more")):
            if words:
                yield f"{about} {verb} meant by {shown(words)}"


def _without(words: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in others)


def _texts(before: Flow, after: Flow) -> Iterator[str]:
    for name in dict.fromkeys((*before.templates, *after.templates)):
        old, new, about = before.templates.get(name), after.templates.get(name), f"text '{name}'"
        if old is None or new is None:
            yield f"{about} is {'removed' if new is None else 'added'} in texts.yaml"
            continue
        yield from word_lines(about, "says", old.words, new.words)
        if old.parts != new.parts:
            yield f"{about}: may take {new.parts} SMS parts instead of {old.parts}"
