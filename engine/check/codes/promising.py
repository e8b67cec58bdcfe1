"""Codes of promises.yaml, and of the days on which nobody is there."""

from engine.check.codes.entry import ERROR, WARNING, Code

CODES = (
    Code(
        "broken-promise", ERROR, "a sentence of promises.yaml does not hold",
        "What the service says about all its contacts is not true of the one whose way stands in the finding.",
        "from everywhere a person or a message within 3 keys    # and one question takes four",
        "Follow the way (`check --scripts DIR` writes it as a script of `call`), then mend the flow or promise less.",
    ),
    Code(
        "promise-undecided", ERROR, "a promise could not be decided, because the flow is too big to be walked whole",
        "A promise that was looked at by half proves nothing, so it does not count as kept.",
        "a flow with more than 60,000 situations, see not-all-seen",
        "Make the flow smaller: not-all-seen names the variable that multiplies its situations.",
    ),
    Code(
        "nobody-there", ERROR, "in open hours nobody of the roster can serve a queue, and nothing else is offered",
        "At these minutes callers who need people get a goodbye, although the hours say that there are some.",
        "queue: {skill: pajak}, nobody: selesai    # and everybody's shift has lunch from 12:00 to 13:00",
        "Give the exit `nobody:` a message or a call back, or put people there.",
    ),
    Code(
        "closed-without-way-out", WARNING, "a closed queue offers neither a message nor a call back",
        "Who calls at night or on a holiday hears a goodbye and has to remember to call again.",
        "queue: {skill: pajak}, closed: selesai",
        "Lead the exit `closed:` to a message or a call back, such as the piece `tutup`.",
    ),
    Code(
        "open-without-people", WARNING, "in open hours nobody of the roster can serve a queue; callers are offered something else",
        "Callers are told that nobody is free at an hour when people are announced.",
        "hours of 08:00-16:00, and a roster whose English speakers leave at 12:00",
        "Put people there, or shorten the hours.",
    ),
    Code(
        "no-number-answered", WARNING, "on some days every number of the service only announces and hangs up",
        "Nobody can call the service any more.",
        'phases: {"2015-07-01": announce_and_hang_up} at its only number',
        "Give the service a number that is served then.",
    ),
)  # fmt: skip
READ = (
    Code(
        "unclear-promise", ERROR, "a sentence of promises.yaml that is none of those known, or names what does not exist",
        "Nobody would notice that it is not looked at.",
        "- frm everywhere a person within 3 keys",
        "Write one of the sentences of docs/flows.md, Promises; the finding names the nearest.",
    ),
)  # fmt: skip
