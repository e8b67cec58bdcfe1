"""Codes of promises.yaml, and of the days on which nobody is there."""

from engine.check.codes.entry import ERROR, Code

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
)  # fmt: skip
READ = (
    Code(
        "unclear-promise", ERROR, "a sentence of promises.yaml that is none of those known, or names what does not exist",
        "Nobody would notice that it is not looked at.",
        "- frm everywhere a person within 3 keys",
        "Write one of the sentences of docs/flows.md, Promises; the finding names the nearest.",
    ),
)  # fmt: skip
