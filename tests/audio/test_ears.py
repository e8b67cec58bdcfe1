"""Listening in child processes: whatever happens to a child, every caller of ours gets an answer, and the right one."""

import io
import logging
import os
import signal
import subprocess
import sys
import threading
import time
import wave
from contextlib import contextmanager
from pathlib import Path

import pytest

from audio.ears import Ears, EarsFault, Limits, Recipe
from audio.faults import LanguageFault, NotAudio
from audio.loading import recipes
from audio.models import Models
from audio.packaged import BASE

ROOT = Path(__file__).resolve().parents[2]
MEGABYTE = 1 << 20
LONG = 60  # seconds that a condition may take on a busy machine before the test gives up


def wav(seconds=1.0):
    """Silence in a telephone's format."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(int(seconds * 8000) * 2))
    return made.getvalue()


@contextmanager
def listening(workers=2, maker="make", arguments=None, **limits):
    recipe = Recipe("troublesome", f"tests.audio.troublesome:{maker}", arguments or {})
    # Not behind everything else on the machine, or the tests would take as long as that.
    with Ears(lambda language: recipe, workers, Limits(**{"nice": 0, **limits})) as ears:
        yield ears


def until(condition):
    """Waits for what must become true."""
    end = time.monotonic() + LONG
    while not (found := condition()):
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.02)
    return found


def pid_of(transcript):
    return int(transcript.text.split()[-2])


def gone(pid):
    """Ended; a process that nobody has waited for yet counts as ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def in_work(ears, count):
    """The child holds so many recordings."""
    child = ears._ear("id")._child
    return child is not None and len(child.jobs) == count and child.pid


def fault_of(future):
    with pytest.raises(EarsFault) as raised:
        future.result(LONG)
    return raised.value


def test_a_killed_child_fails_exactly_what_it_held_and_the_next_one_goes_on(callers):
    with listening(workers=2) as ears:
        held = [callers.submit(ears.transcribe, wav(), "id", ["sleep"]) for _ in range(2)]
        first = until(lambda: in_work(ears, 2))
        waiting = callers.submit(ears.transcribe, wav(3), "id", ["next"])
        os.kill(first, signal.SIGKILL)
        for future in held:
            fault = fault_of(future)
            assert fault.retryable and "SIGKILL" in fault.what
        assert waiting.result(LONG).text.startswith("next")
        assert pid_of(waiting.result()) != first and gone(first)


def test_a_recording_that_crashes_the_engine_is_told_from_one_that_does_not(callers):
    with listening(workers=1) as ears:
        fault = fault_of(callers.submit(ears.transcribe, wav(), "id", ["die"]))
        assert fault.retryable and "SIGSEGV" in fault.what
        assert ears.transcribe(wav(), "id", ["well"]).text.startswith("well")


@pytest.mark.parametrize("way", ["sleep", "sleep deaf"])
def test_a_stuck_child_is_killed_in_time_and_its_neighbour_is_blameless(callers, way):
    with listening(workers=2, wall_base=1.0, wall_factor=0.5) as ears:
        until(lambda: ears.transcribe(wav(), "id"))
        neighbour = callers.submit(ears.transcribe, wav(300), "id", ["sleep"])
        # Its length must be known, or it would be as late as the other.
        until(lambda: in_work(ears, 1) and not ears._ear("id")._child.overdue(time.monotonic() + 100))
        stuck = callers.submit(ears.transcribe, wav(), "id", [way])
        late, other = fault_of(stuck), fault_of(neighbour)
        assert "in time" in late.what and late.retryable and not late.blameless
        assert other.retryable and other.blameless


def test_a_child_that_turns_in_circles_uses_up_its_processor_time(callers):
    with listening(workers=1, cpu_base=1.0, cpu_factor=0.0) as ears:
        fault = fault_of(callers.submit(ears.transcribe, wav(), "id", ["spin"]))
        assert fault.retryable and "processor time" in fault.what


def test_memory_has_two_limits_and_allocating_beyond_both_fails(callers):
    with listening(workers=1, memory=300 * MEGABYTE, most_memory=600 * MEGABYTE) as ears:
        first = pid_of(ears.transcribe(wav(), "id"))
        assert pid_of(ears.transcribe(wav(), "id", ["leak", "400"])) == first
        # Above the lower limit it is made anew when it holds nothing, as soon as somebody looks.
        until(lambda: pid_of(ears.transcribe(wav(), "id")) != first)
        fault = fault_of(callers.submit(ears.transcribe, wav(), "id", ["grow"]))
        assert fault.retryable and "MB of memory" in fault.what
        third = pid_of(ears.transcribe(wav(), "id"))
        assert "MemoryError" in fault_of(callers.submit(ears.transcribe, wav(), "id", ["too much"])).what
        assert pid_of(ears.transcribe(wav(), "id")) == third


def test_a_child_is_made_anew_after_so_many_files_and_nobody_notices(callers):
    with listening(workers=2, files=3) as ears:
        heard = [callers.submit(ears.transcribe, wav(), "id") for _ in range(8)]
        pids = [pid_of(future.result(LONG)) for future in heard]
        assert len(set(pids)) >= 3 and max(pids.count(pid) for pid in pids) == 3
        until(lambda: all(gone(pid) for pid in set(pids) - set(ears.pids())))


def test_a_parent_that_is_killed_leaves_no_child_behind(tmp_path):
    program = (
        "import sys, threading, pathlib\n"
        "from audio.ears import Ears, Recipe\n"
        "ears = Ears(lambda language: Recipe('t', 'tests.audio.troublesome:make'))\n"
        "print(ears.transcribe(pathlib.Path(sys.argv[1]), 'id').text.split()[-2], flush=True)\n"
        "ears.transcribe(pathlib.Path(sys.argv[1]), 'id', ['sleep deaf'])\n"
    )
    sound = tmp_path / "a.wav"
    sound.write_bytes(wav())
    with subprocess.Popen(
        [sys.executable, "-c", program, sound], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as parent:
        child = int(parent.stdout.readline())
        assert not gone(child)
        parent.kill()
    until(lambda: gone(child))


def test_what_is_wrong_with_the_recording_is_told_as_such_and_the_child_lives_on(tmp_path):
    with listening(workers=1, sound_seconds=60) as ears:
        first = pid_of(ears.transcribe(wav(), "id"))
        playlist = tmp_path / "a.wav"
        playlist.write_text("#EXTM3U\nhttp://127.0.0.1/a.ts\n")
        with pytest.raises(NotAudio, match="not a sound file"):
            ears.transcribe(playlist, "id")
        assert pid_of(ears.transcribe(wav(), "id")) == first


def test_nothing_that_was_said_leaves_the_child_but_in_a_transcript(callers, caplog):
    caplog.set_level(logging.DEBUG)
    with listening(workers=1) as ears:
        fault = fault_of(callers.submit(ears.transcribe, wav(), "id", ["secret", "my code is 4711"]))
        assert "RuntimeError" in fault.what and "4711" not in str(fault)
        assert ears.transcribe(wav(), "id", ["tell", "4711"]).text.startswith("tell 4711")
    assert caplog.records and "4711" not in caplog.text


def test_the_child_gives_way_knows_no_secret_and_writes_no_file(tmp_path, monkeypatch, callers):
    monkeypatch.setenv("SECRET_KEY", "s" * 40)
    with listening(workers=1, nice=Limits().nice) as ears:
        pid = pid_of(ears.transcribe(wav(), "id"))
        assert os.getpriority(os.PRIO_PROCESS, pid) == min(19, os.nice(0) + 15)
        assert b"ssss" not in Path(f"/proc/{pid}/environ").read_bytes()
        assert (
            "OSError"
            in fault_of(callers.submit(ears.transcribe, wav(), "id", ["write", str(tmp_path / "x")])).what
        )
        assert (tmp_path / "x").read_bytes() == b""


def test_a_child_that_answers_nonsense_is_not_believed(callers):
    with listening(workers=1) as ears:
        fault = fault_of(callers.submit(ears.transcribe, wav(), "id", ["babble"]))
        assert "no answer" in fault.what
        assert ears.transcribe(wav(), "id", ["well"]).text.startswith("well")


def test_a_model_that_is_damaged_is_off_and_says_the_way_out():
    with listening(maker="damaged") as ears:
        for _ in range(2):
            with pytest.raises(EarsFault, match="is damaged: install it again") as raised:
                ears.transcribe(wav(), "id")
            assert not raised.value.retryable
        assert list(ears.faults()) == ["troublesome"] and ears.pids() == []


def test_an_engine_that_does_not_start_is_tried_again(tmp_path):
    with listening(maker="crash_once", arguments={"mark": str(tmp_path / "mark")}) as ears:
        with pytest.raises(EarsFault, match="does not start: it ended with code 3") as raised:
            ears.transcribe(wav(), "id")
        assert raised.value.retryable

        def heard():
            try:
                return ears.transcribe(wav(), "id")
            except EarsFault:
                return None

        until(heard)
        assert ears.faults() == {}


def test_an_engine_that_never_becomes_ready_holds_nobody_for_ever():
    with listening(maker="never_ready", start_seconds=0.5) as ears:
        with pytest.raises(EarsFault, match="did not become ready in time"):
            ears.transcribe(wav(), "id")


def test_whoever_waits_hears_when_listening_ends(callers):
    with listening(workers=1) as ears:
        held = callers.submit(ears.transcribe, wav(), "id", ["sleep"])
        pid = until(lambda: in_work(ears, 1))
        waiting = callers.submit(ears.transcribe, wav(), "id")
        ears.close()
        for future in (held, waiting):
            fault = fault_of(future)
            assert fault.retryable and fault.blameless
        assert gone(pid)
        assert not [thread for thread in threading.enumerate() if "troublesome" in thread.name]


# --- with the real model ---


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    return Models(tmp_path_factory.mktemp("models"))


def clip(name):
    shared = Path(os.environ.get("SAMBUNG_SHARED", ROOT.parent / "shared"))
    found = shared / "speech" / name
    if not found.exists():
        pytest.skip(f"{found} is not here")
    return found


def test_the_real_model_listens_to_two_at_a_time_by_path_and_by_bytes(models, callers):
    sound = clip("en/tests_jfk.flac")
    with Ears(recipes(models, 2), 2, Limits(nice=0)) as ears:
        with pytest.raises(LanguageFault):  # asked first, it must not be taken for a fault of the engine
            ears.transcribe(sound, "xx")
        both = [callers.submit(ears.transcribe, source, "en") for source in (sound, sound.read_bytes())]
        by_path, by_bytes = [future.result(LONG * 2) for future in both]
        assert by_path == by_bytes
        assert "country" in by_path.text and by_path.engine == "whisper+"
        assert by_path.model_sha256 == models.verified(models.place("en")).sha256
        assert ears.transcribe(wav(3), "id").text == ""
        # A kill in the middle of a real decode, and the same again in the next child.
        held = callers.submit(ears.transcribe, sound, "en")
        os.kill(until(lambda: _in_real_work(ears)), signal.SIGKILL)
        assert fault_of(held).retryable
        assert ears.transcribe(sound, "en").text == by_path.text


def _in_real_work(ears):
    child = ears._ear("en")._child
    return child is not None and child.jobs and child.pid


def test_a_damaged_copy_of_the_real_model_is_found_before_it_can_talk_nonsense(models):
    models.verified(models.place("id"))
    weights = models.folder / BASE.name / "model.bin"
    with open(weights, "r+b") as file:
        file.seek(50_000_000)
        file.write(bytes(4096))
    with Ears(recipes(models, 1), 1) as ears:
        with pytest.raises(EarsFault, match="damaged") as raised:
            ears.transcribe(wav(), "id")
        assert not raised.value.retryable and "app.py models" in raised.value.way_out
