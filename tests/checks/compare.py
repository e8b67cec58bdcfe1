"""python -m tests.checks.compare: how much of the corpus is found, and how much by names and arrows alone."""

from tests.checks import plain
from tests.checks.corpus_reader import base, cases, found_in


def compared() -> dict[str, tuple[bool, bool]]:
    """Case -> (found with the right code at the right line, anything found by the plain check)."""
    result = {}
    for case in cases():
        walked = (case.code, case.file, case.line) in [found[:3] for found in found_in(case.files)]
        result[case.name] = walked, bool(plain.faults(case.files))
    return result


def main() -> int:
    result = compared()
    walked, structural = (sum(each[at] for each in result.values()) for at in (0, 1))
    assert not plain.faults(base()), "the plain check finds nothing in the sound service"
    print(
        f"{len(result)} broken flows: {walked} found by check with the right code and line, {structural} by names and arrows"
    )
    for name, (right, _) in result.items():
        if not right:
            print(f"  missed: {name}")
    return int(walked < len(result))


if __name__ == "__main__":
    raise SystemExit(main())
