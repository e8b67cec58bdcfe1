"""What the rules of desk.yaml and the acts of tests mean: descriptions of the schema, and tables of docs/flows.md."""

from __future__ import annotations

from collections.abc import Mapping

# Rule of desk.yaml -> meaning.
DESK: Mapping[str, str] = {
    "strategy": "who of a tier is asked first: also `least_busy`, `round_robin`, `ring_in_order`, `most_skilled`",
    "tiers": "seconds since arrival after which a tier is asked too; at once when nobody below is there",
    "aging_seconds": "a contact rises one priority each time it has waited so long; 0 is never",
    "offer_seconds": "how long an offer is held",
    "whisper_seconds": "how much longer once the telephone is answered",
    "dial_seconds": "how long a call-back rings",
    "talk_seconds": "when a talk of which nothing was heard is ended",
    "wrap_up_seconds": "after a talk",
    "misses": "misses in a row that send an agent to a break",
    "rest_seconds": "pause after a miss",
    "last_agent_seconds": "how long a contact is first put to the agent who had it last",
    "longest_seconds": "the longest wait of contacts whose step gives none",
    "callback_tries": "how often a call-back is tried",
    "callback_gap_seconds": "pause between two tries",
    "callback_seconds": "when a call-back is given up",
    "remind_seconds": "reminders of what waits without a caller",
    "handling_seconds": "what a contact takes until that is measured",
}
CHECKLISTS = "what an agent asks a contact and ticks, by name; a queue names one in `handover:`"
ACTS = "what agents may do besides answering, by name: a secret, in a sealed file, to the address on file"
# Key of a checklist or an act -> meaning.
DECLARED: Mapping[str, str] = {
    "checklists/*/title": "its heading at the desk",
    "checklists/*/items": "name -> label",
    "checklists/*/needs": "what must be ticked: a number, or a list of items; by default all",
    "acts/*/title": "what stands on the button",
    "acts/*/checklist": "the list that must be ticked before",
    "acts/*/auth_level": "the least level at which the contact was proved: L1, L2, L3",
    "acts/*/class": "how sensitive the data are; by default terbatas",
    "acts/*/skill": "what the agent must know",
    "acts/*/level": "how well; by default pemula",
    "acts/*/asks": "the source, over HTTP and of this act alone, that holds the secret",
    "acts/*/subject": "the placeholder of its address that the proved subject fills",
    "acts/*/secret": "the field of its answer that goes into the file, and nowhere else",
    "acts/*/address": "the field of its answer that is the e-mail address on file",
    "acts/*/heading": "the mail's subject, with `{layanan}` and `{tiket}`",
    "acts/*/mail": "the mail's words, with the same",
    "acts/*/file": "the words of the sealed file, with the secret's placeholder",
    "acts/*/no_address": "what the agent tells who has no address on file",
    "acts/*/within_minutes": "minutes from the complete checklist after which somebody is alarmed",
}
CANNED = "answers that agents send by their key (`#salam`), with `{tiket}` and `{layanan}`"

# (acts, how they are written, what they do): what happens in a test.
DOES: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (
        ("call",),
        '`call: "131"`, `call: {from, to, at}`',
        "dials. `from: withheld` hides the number; without `from` it is +6281200000001; without `to` the first number of the "
        "service",
    ),
    (
        ("press",),
        '`press: "1"`, `press: ["1", "2", "120385#"]`',
        "presses keys: a text for each question, `#` ends an entry",
    ),
    (
        ("say",),
        "`say: uang rusak`",
        "speaks, at a menu with `words:` where the carrier's recognition listens",
    ),
    (("silence",), "`silence`, `silence: 3`", "does nothing until what was asked for runs out, so often"),
    (
        ("record",),
        "`record: 8s`, `record: pesan.wav`, `record: {message: 8s, hangs_up: yes}`",
        "leaves a message: a tone of so many seconds, or a sound beside the test",
    ),
    (("hang up",), "`hang up`", "ends the call"),
    (("text",), "`text: RUSAK`, `text: {from, to, body, at}`", "writes; what comes back is `texted`"),
    (
        ("wait",),
        "`wait: 61s` (`5m`, `2h`)",
        "time passes: a caller in a queue hears the music, a writer does something else",
    ),
    (
        ("at",),
        '`at: "2026-03-13 19:05"`',
        "the clock stands there (forward only, while nobody is on the line)",
    ),
    (
        ("agent",),
        "`agent: {skill, tier, level, unit, language, answers, here}`",
        "an agent is in the roster, by default at tier 1, able to do everything, at the desk, answering at once. "
        "`answers:` yes, no, busy, declines. `here: no`: not signed in. `skill` and `language` may be lists. "
        "Without any such line there is no roster: who waits, waits",
    ),
    (
        ("agent finishes", "agent hangs up", "agent holds", "agent returns", "agent leaves"),
        "`agent finishes`, `agent hangs up`, `agent holds`, `agent returns`, `agent leaves`",
        "ends the talk; loses the line; puts the caller on hold; comes back; goes home",
    ),
    (
        ("lookup",),
        '`lookup: {kurs: {found: {kurs: "16000"}}}`, `lookup: {kurs: none}`, `failed`',
        "what a source asked over HTTP answers from now on. Tables and cases answer by themselves",
    ),
    (
        ("case",),
        '`case: {from: "+62…", day: 2026-03-10, status: ditangani, due: 2026-04-01}`',
        "a case of before. It is the next of its day: `BI-20260310-0001`",
    ),
    (
        ("override",),
        '`override: closed`, `override: {state: emergency, hours: petugas, for: 2h, say: {id: "…", en: "…"}}`',
        "people decide otherwise than the calendar from now on: `automatic`, `open`, `closed`, `emergency`; for eight hours, of "
        "all entries of `hours:`, when nothing else is said",
    ),
)

# The same: what must be true.
HOLDS: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (
        ("hears", "hears not"),
        "`hears: words`, `hears: [words, words]`, `hears not:`",
        "all of the words (none of them) were heard since the last line that did something. Write them as the flow does: "
        '`BICARA 131` also fits as it is spoken, "BICARA satu tiga satu". Capitals and line ends do not count',
    ),
    (("texted", "texted not"), "`texted: words`, `texted not:`", "the same of the text messages that came"),
    (
        ("ended",),
        "`ended`",
        "the contact is over. `expect: {ended: goodbye}`: how (goodbye, hung_up, rescued, moved)",
    ),
    (
        ("expect",),
        "`expect: {…}`",
        "each of: `step:`, `language:`, `ended:`, `talking:`, `rating:`, `verified:` (L1 to L3), `queued:` and `case:`, these as "
        "`yes`, `no` or a table of those fields that count",
    ),
    (
        ("language", "step", "queued", "talking", "rating", "verified"),
        "`language: en`, `step: utama`, `queued: no` …",
        "every name of `expect` but `case` also stands alone",
    ),
)

# Fields within acts.
_FIELDS: Mapping[str, str] = {
    "call/from": "who calls; `withheld` hides the number", "call/to": "the number that is dialled", "call/at": "when",
    "text/from": "who writes; by default who wrote or called last", "text/to": "the number that is texted to",
    "text/body": "what is written", "text/at": "when",
    "record/message": "seconds of a tone, or a sound beside the test", "record/hangs_up": "the caller hangs up while speaking",
    "agent/skill": "by default every skill", "agent/tier": "by default 1", "agent/level": "how well",
    "agent/unit": "the agent's unit", "agent/language": "by default every language",
    "agent/answers": "how the agent takes an offer", "agent/here": "signed in, or not",
    "lookup/*/found": "field -> value", "case/from": "whose", "case/day": "the day it was opened",
    "override/state": "what holds", "override/hours": "of one entry of `hours:` alone", "override/for": "how long",
    "override/say": "the announcement of an emergency", "override/say/*": "its words in a language",
    "case/status": "where it stands", "case/due": "until when something was promised",
    "expect/*": "what is known of the contact", "expect/case/*": "a field of its case", "expect/queued/*": "what is waited for",
    "queued/*": "what is waited for",
}  # fmt: skip


def desk_meanings() -> dict[str, str]:
    """Place in desk.yaml -> meaning."""
    channels = {"voice": "calls", "text": "texts"}
    within = {f"desk/{rule}/{name}": means for rule in DESK for name, means in channels.items()}
    return {
        **{f"desk/{rule}": means for rule, means in DESK.items()},
        "desk/canned": CANNED,
        **within,
        **_declared(),
    }


def _declared() -> dict[str, str]:
    named = {"desk/checklists": CHECKLISTS, "desk/acts": ACTS, "desk/checklists/*/items/*": "its label"}
    kinds = {"desk/checklists/*": "a checklist", "desk/acts/*": "an act"}
    return {**named, **kinds, **{f"desk/{place}": means for place, means in DECLARED.items()}}


def test_meanings() -> dict[str, str]:
    """Place in a test -> meaning."""
    acts = {name: means for names, _, means in (*DOES, *HOLDS) for name in names}
    both = {**acts, **_FIELDS}
    return {f"tests/{head}{place}": means for head in ("", "*/") for place, means in both.items()}
