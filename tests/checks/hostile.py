"""python -m tests.checks.hostile: 300 files made to keep a reader busy, fill its memory or run a program.

Each is read as flow.yaml, as texts.yaml, as desk.yaml or as a table of a service, in this process alone, so that the greatest
memory is theirs. Prints one JSON line: files, refused, the slowest in seconds of the processor, the greatest memory in MB.
"""

import json
import random
import resource
import sys
import time
from collections.abc import Iterator

from engine.load import FlowFaults
from sessions.services import Folder

FLOW = "format: 1\nsources: {a: {table: a.csv, match: {a: exact}}}\n"
KB = 1024


def _aliases(chance: random.Random) -> str:
    depth, width = chance.randint(3, 12), chance.randint(2, 12)
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * width)}]" for at in range(1, depth)]
    return "\n".join(lines)


def _merges(chance: random.Random) -> str:
    depth = chance.randint(5, 60)
    return "\n".join(
        f"m{at}: &m{at} {{<<: [*m{max(0, at - 1)}, *m{max(0, at - 2)}], k: v}}" for at in range(depth)
    )


def _nested(chance: random.Random) -> str:
    opened = chance.choice(("[", "{a: ", "- ", "? ", "!!x [", "&a [", '["'))
    return opened * chance.choice((21, 500, 5_000, 50_000))


def _tags(chance: random.Random) -> str:
    program = chance.choice(
        ("apply:os.system", "new:subprocess.Popen", "name:eval", "module:os", "object:x.Y")
    )
    return (
        f"service: !!python/object/{program} [{chance.choice(('ls', 'id', 'rm -rf /'))}]\n"
        * chance.randint(1, 9)
    )


def _doubles(chance: random.Random) -> str:
    names = [f"k{at}" for at in range(chance.randint(1, 900))]
    return "\n".join(f"{name}: {at}" for at in range(2) for name in names)


def _long(chance: random.Random) -> str:
    letter = chance.choice(
        ("a", "#", " ", "'", '"', "\\", "é", "😀", "{a}", "*", "&", "|\n", "%", ": ", "- ", "\n", "x: y\n")
    )
    return chance.choice(("service: ", "", "service: |\n  ", '"')) + letter * (
        chance.choice((60, 200, 300)) * KB // len(letter)
    )


def _letters(chance: random.Random) -> bytes:
    bad = chance.choice((0, 1, 7, 0x1B, 0x7F, 0x85, 0x2028, 0x202E, 0x2066, 0xFEFF, 0xFFFE))
    return f"format: 1\nservice: a{chr(bad)}b\n".encode()


def _bytes(chance: random.Random) -> bytes:
    head = chance.choice(
        (
            b"",
            b"PK\x03\x04",
            b"\x7fELF",
            b"\xff\xfe",
            b"\x00\x00\xfe\xff",
            b"\x1f\x8b",
            b"format: 1\n\xed\xa0\x80",
        )
    )
    return head + chance.randbytes(chance.choice((10, 1_000, 100_000)))


def _keys(chance: random.Random) -> str:
    return "\n".join(
        chance.choice((f"? [{at}]\n: x", f"? {{a: {at}}}\n: x", f"[{at}]: x"))
        for at in range(chance.randint(1, 500))
    )


def _many(chance: random.Random) -> str:
    return "format: 1\nsteps:\n" + "".join(
        f"  s{at}: {{say: x, then: s{at + 1}}}\n" for at in range(chance.randint(1_100, 6_000))
    )


def _placeholders(chance: random.Random) -> str:
    return (
        'format: 1\nservice: "'
        + chance.choice(("{", "}", "{a", "{a:b", "{{a}}", "{a}{b}")) * chance.randint(100, 30_000)
        + '"\n'
    )


def _table(chance: random.Random) -> str:
    rows = chance.randint(1_000, 400_000)
    return chance.choice((
        "a,b\n" + "1,2,3\n" * rows,
        "a," * rows + "b\n",
        '"' + "x,\n" * rows,
        "a,a\n" + "1,2\n" * rows,
        "a;b\n" + "1;2\n" * rows,
        "a\n" + "x" * rows * 20 + "\0",
        "\n" * rows,
        "=cmd|' /C calc'!A0,b\n1,2\n",
        "a\n" + "1\n" * rows * 4,
        "x" * 9_000_000,
    ))  # fmt: skip


YAML = (_aliases, _merges, _nested, _tags, _doubles, _long, _letters, _bytes, _keys, _many, _placeholders)


def files(count: int, seed: int = 1) -> Iterator[tuple[str, dict[str, bytes]]]:
    """(what it is, the service's files)"""
    for at in range(count):
        chance = random.Random(f"{seed} {at}")
        make = _table if at % 5 == 0 else YAML[at % len(YAML)]
        made = make(chance)
        content = made if isinstance(made, bytes) else made.encode("utf-8", "surrogatepass")
        if make is _table:
            yield make.__name__, {"flow.yaml": FLOW.encode(), "data/a.csv": content}
        else:
            place = ("flow.yaml", "texts.yaml", "desk.yaml", "promises.yaml")[at // 7 % 4]
            yield make.__name__, {"flow.yaml": FLOW.encode(), place: content}


def read(made: dict[str, bytes]) -> tuple[bool, float]:
    """(was it refused with a sentence, seconds of the processor)"""
    began = time.thread_time()
    try:
        Folder("x", made, {}).load()
        refused = False
    except FlowFaults as faults:
        refused = all(fault.what for fault in faults.faults)
    return refused, time.thread_time() - began


def main(count: int) -> int:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    slowest, kind, refused, total, fullest = 0.0, "", 0, 0, (0, "")
    for name, made in files(count):
        was = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        told, took = read(made)
        total, refused = total + 1, refused + told
        slowest, kind = max((slowest, kind), (took, name))
        fullest = max(fullest, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - was, name))
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / KB
    print(json.dumps({"files": total, "refused": refused, "slowest_seconds": round(slowest, 2), "slowest": kind,
                      "memory_mb": round(grown), "fullest": fullest[1]}))  # fmt: skip
    return int(refused < total)


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 300))
