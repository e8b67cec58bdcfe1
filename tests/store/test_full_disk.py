"""A full disk under write(): refused, nothing acknowledged lost, and healed without a restart."""


def test_a_full_disk_raises_not_stored_keeps_what_was_acknowledged_and_heals_without_a_restart(path, process):
    child = process(
        """
import resource, signal, sys, store
from store import meta
opened = store.connect(sys.argv[1])
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, hard))
def put(name):
    with opened.write() as db:
        meta.put(db, name, "x" * 10_000)
acknowledged = []
for number in range(1000):
    try:
        put(f"n{number}")
    except store.NotStored:
        break
    acknowledged.append(f"n{number}")
assert 10 < len(acknowledged) < 999, len(acknowledged)
assert meta.get(opened.read(), acknowledged[-1]), "reading goes on"
for _ in range(3):
    try:
        put("more")
    except store.NotStored:
        pass
    else:
        raise AssertionError("still full")
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
put("after")
assert all(meta.get(opened.read(), name) for name in acknowledged + ["after"])
assert opened.check().problems == (), opened.check()
""",
        path,
    )
    _, errors = child.communicate(timeout=60)
    assert (child.returncode, errors) == (0, "")
