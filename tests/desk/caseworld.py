"""What tests of cases share: the working week of a service, its rules, actors, and wishes that lack nothing."""

from dataclasses import replace
from datetime import datetime

from desk.access import Asker
from desk.caseload.clocks import begin
from desk.caseload.life import act
from desk.caseload.model import Actor, Case, Done, Refusal, Wish
from desk.caseload.rules import rules
from desk.hours import parse

HOURS = parse({"mon-fri": ["08:00-16:00"], "closed_on": ["national", "collective_leave"]})
UNIT = "bi.dpu"
RULES = rules(
    HOURS,
    {
        "first": "60 working minutes",
        "answer": "60 working minutes",
        "unit": "10 working days",
        "extension": "7 working days",
    },
    other_party_reminders=("5 working days", "8 working days"),
)
ACTORS = {
    "T0": Actor("robot", Asker("T0")),
    "T1": Actor("ani", Asker("T1")),
    "T2": Actor("budi", Asker("T2")),
    "T3": Actor("s1", Asker("T3", UNIT)),
    "T3 other": Actor("s9", Asker("T3", "bi.pk")),
    "T4": Actor("ppid", Asker("T4")),
    "supervisor": Actor("rini", Asker("supervisor")),
}


def at(written: str) -> datetime:
    """A moment in Jakarta: '2026-03-11 10:30'."""
    return datetime.fromisoformat(written + "+07:00")


NOW = at("2026-03-11 10:30")


def opened(now: datetime = NOW, limits=RULES, **fields: object) -> Case:
    """A case of today, with its clocks."""
    given = {
        "status": "baru",
        "channel": "telepon",
        "function": "pertanyaan",
        "classification": "PUBLIK",
        **fields,
    }
    case = Case("BI-20260311-0001", "bicara131", opened=now, since=now, **given)
    return begin(case, now, limits)


def wish(act_name: str, case: Case, role: str = "", **more: object) -> Wish:
    """All that the action needs."""
    given: dict[str, object] = {"why": "a good reason"}
    if act_name == "escalate":
        higher = {
            "T1": 2,
            "T2": 3,
            "T3": 4,
            "T4": 3 if case.tier != 3 else 2,
            "supervisor": 4 if case.tier != 4 else 3,
        }
        given |= {"tier": higher.get(role, 3), "unit": UNIT}
    if act_name == "answer" and case.classification != "RAHASIA":
        given["text"] = "Harga hanya dalam Rupiah."
    if act_name == "ask_documents":
        given["text"] = "KTP"
    if act_name == "wait":
        given["party"] = "Bank Contoh"
    return Wish(act_name, **{**given, **more})


def do(
    case: Case, act_name: str, role: str, now: datetime = NOW, limits=RULES, **more: object
) -> Done | Refusal:
    return act(case, wish(act_name, case, role, **more), ACTORS[role], now, limits)


def after(case: Case, *steps: tuple[str, str, str], limits=RULES) -> Case:
    """The case after these (moment, action, role); each must succeed."""
    for moment, name, role in steps:
        done = do(case, name, role, at(moment), limits, **({"tier": 3} if name == "escalate" else {}))
        assert isinstance(done, Done), (name, str(done))
        case = done.case
    return case


def standing(status: str, tier: int = 1, classification: str = "PUBLIK") -> Case:
    """A case in this state, as some way through its life would have left it."""
    return replace(
        opened(), status=status, tier=tier, unit=UNIT, classification=classification, back_to="dieskalasi", party="Bank",
        paused_since=NOW if status == "menunggu_kelengkapan" else None, left=3600, answer_source=UNIT,
        answered_by="s2", answer="Ya.", confirmed_at=None,
    )  # fmt: skip
