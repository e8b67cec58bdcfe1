"""How long a check takes, and how much it walks: python -m bench check [--steps 200] [--json].

The shipped services as they stand, and one that is generated: menus, questions, proofs, look-ups, queues and texts in both
languages, of so many steps. Processor seconds of reading, walking and judging; goal: 2 s each. Beside it the corpus of broken
flows: how many are found, and how many by names and arrows alone.
"""

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta

from bench.servers import ROOT
from bench.table import table
from commands.check_all import examined
from commands.promises import promise_findings
from engine.flow import Flow
from engine.load import load
from sessions.services import read_folders
from tests.checks.compare import compared

GOAL_SECONDS = 2.0
LARGEST = "kring_pajak"
HEAD = """format: 1
service: {id: Layanan, en: Service}
prefix: LY
languages: [id, en]
timezone: Asia/Jakarta
numbers: {voice: ["100"], text: ["100"]}
start: m0
hours: {petugas: {mon-fri: ["08:00-16:00"]}}
sources: {kasus: cases}
everywhere: {keys: {"0": petugas, "*": back, "9": repeat}, silence: {tries: 3, then: petugas}, no_match: {tries: 3, then: petugas}}
steps:
  petugas: {queue: {skill: umum}, callback: balik, message: pesan, then: usai, closed: pesan, nobody: pesan}
  balik: {callback: {}, then: usai, silence: {tries: 2, then: pesan}}
  pesan: {record: {id: "Silakan bicara.", en: "Please speak."}, then: usai, silence: {tries: 2, then: usai}}
  usai: {end: {id: "Terima kasih.", en: "Thank you."}}
"""


def generated(steps: int) -> str:
    """A service of so many steps: groups of nine under menus of five keys."""
    groups = max(1, -(-(steps - 4) // 9))
    return HEAD + "".join(_group(at, groups) for at in range(groups))


def _group(at: int, groups: int) -> str:
    """A menu with a question, a proof, a look-up, what it tells, a queue; the fifth key leads to the next group."""
    then = (at + 1) % groups
    return f"""  m{at}:
    menu:
      id: "Untuk jam, tekan 1. Untuk status, tekan 2. Untuk petugas, tekan 3. Untuk bahasa, tekan 4. Untuk lainnya, tekan 5."
      en: "For hours, press 1. For status, press 2. For an officer, press 3. For the language, press 4. For more, press 5."
    keys: {{"1": j{at}, "2": a{at}, "3": q{at}, "4": b{at}, "5": m{then}}}
  j{at}: {{say: {{id: "Kami buka {{jam}}.", en: "We are open {{jam}}."}}, then: m{at}}}
  a{at}: {{ask: {{id: "Nomor laporan?", en: "Your reference number?"}}, as: tiket, format: ticket, then: v{at}}}
  v{at}: {{verify: L1, ok: l{at}, fail: m{at}, locked: petugas}}
  l{at}: {{lookup: kasus, class: terbatas, found: c{at}, none: m{at}, failed: petugas}}
  c{at}: {{branch: keadaan, is: {{selesai: usai}}, else: s{at}}}
  s{at}: {{say: {{id: "Status {{status}}.", en: "Status {{status}}."}}, then: m{at}}}
  q{at}: {{queue: {{skill: umum, tier: 2}}, callback: balik, message: pesan, then: usai, closed: pesan, nobody: m{then}}}
  b{at}:
    menu: {{id: "Untuk bahasa Indonesia, tekan 1.", en: "For English, press 2."}}
    spoken: every language
    keys: {{"1": {{then: m{at}, set: {{language: id}}}}, "2": {{then: m{at}, set: {{language: en}}}}}}
"""


def measure(steps: int) -> dict[str, dict[str, float]]:
    """Service -> steps, states, findings, seconds (of the processor) and what of these the promises took; and the corpus."""
    folders = {folder.id: folder.load for folder in read_folders(ROOT / "flows")}
    made = generated(steps)
    folders["generated"] = lambda: load("generated", {"flow.yaml": made})
    found = {name: _checked(read) for name, read in folders.items()}
    found[f"command {LARGEST}"] = _command(found[LARGEST])
    broken = compared().values()
    found["corpus"] = {
        "flows": len(broken),
        "found": sum(walked for walked, _ in broken),
        "by_names": sum(named for _, named in broken),
    }
    return found


def _checked(read: Callable[[], Flow]) -> dict[str, float]:
    began = time.process_time()
    flow = read()
    seen, findings = examined(flow)
    took = time.process_time() - began
    again = time.process_time()
    list(promise_findings(seen, None))
    promises = time.process_time() - again
    figures = {"steps": len(flow.steps), "states": len(seen.situations), "findings": len(findings)}
    return {**figures, "promises": round(promises, 2), "seconds": round(took, 2)}


def _command(walked: dict[str, float]) -> dict[str, float]:
    """The whole command after an edit: the other services are as they were, on another day nothing of this one is known."""
    words = [sys.executable, "app.py", "check", f"flows/{LARGEST}"]
    subprocess.run([*words, "--from", "2026-03-01"], cwd=ROOT, check=True, capture_output=True)
    began = resource.getrusage(resource.RUSAGE_CHILDREN)
    wall = time.monotonic()
    day = date(2026, 3, 2) + timedelta(days=time.time_ns() % 300)
    subprocess.run([*words, "--from", str(day)], cwd=ROOT, check=True, capture_output=True)
    wall = time.monotonic() - wall
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime
    return {**walked, "seconds": round(processor, 2), "wall": round(wall, 2)}


def report(found: dict[str, dict[str, float]]) -> str:
    rows = [("check", "steps", "states", "findings", "promises s", "all s", "goal")]
    for name, row in found.items():
        if name != "corpus":
            held = "held" if row["seconds"] <= GOAL_SECONDS else "MISSED"
            figures = (f"{row[key]:g}" for key in ("steps", "states", "findings", "promises", "seconds"))
            rows.append((name, *figures, held))
    corpus, wall = found["corpus"], found[f"command {LARGEST}"]["wall"]
    by_names = f"{corpus['by_names']:g} by names and arrows alone"
    told = f"corpus: {corpus['found']:g} of {corpus['flows']:g} broken flows found, {by_names}"
    return f"{table(rows)}\n{told}\nthe command took {wall:g} s on the clock"
