"""A transcript as it is shown: masked over the engine's pieces, leg by leg, and written for the eye."""

from audio.transcript import Segment, Transcript, Word
from jobs.wording import told

NUMBER = "nol delapan satu dua tiga empat lima enam tujuh delapan sembilan nol"


def segment(text: str, at: float = 0.0, leg: int = 0, words: bool = True) -> Segment:
    """A piece in which every word takes half a second."""
    said = [Word(at + n / 2, at + n / 2 + 0.5, word, 0.9) for n, word in enumerate(text.split())]
    return Segment(at, at + len(said) / 2, text, "high", tuple(said) if words else (), leg)


def transcript(*segments: Segment) -> Transcript:
    return Transcript("id", "whisper", "f" * 64, 10.0, 20.0, segments)


def test_a_number_in_two_pieces_is_masked_where_it_begins_and_gone_from_the_other():
    shown = told(
        transcript(
            segment("hp saya nol delapan satu dua"),
            segment("tiga empat lima enam tujuh delapan, terima kasih", 5),
        )
    )
    assert [line.text for line in shown.lines] == ["hp saya 0812***678", "terima kasih"]
    (secret,) = shown.secrets
    assert (secret.start, secret.end, secret.kind) == (1.0, 8.0, "phone")


def test_what_the_other_leg_says_meanwhile_does_not_break_a_number():
    shown = told(
        transcript(
            segment("nol delapan satu dua", 0),
            segment("ya", 2, leg=1),
            segment("tiga empat lima enam tujuh delapan", 3),
        )
    )
    assert [(line.leg, line.text) for line in shown.lines] == [(0, "0812***678"), (1, "ya")]
    assert shown.masked == "0812***678\nya"


def test_each_leg_has_its_own_times():
    shown = told(transcript(segment(NUMBER, 0, leg=1), segment(f"saya {NUMBER}", 8, leg=0)))
    assert [(secret.leg, secret.start, secret.end) for secret in shown.secrets] == [
        (1, 0.0, 6.0),
        (0, 8.5, 14.5),
    ]


def test_an_engine_without_words_hides_the_whole_piece_of_sound():
    shown = told(transcript(segment(f"saya {NUMBER}", 4, words=False)))
    assert [(secret.start, secret.end) for secret in shown.secrets] == [(4.0, 10.5)]
    assert shown.masked == "saya 0812*****890"


def test_numbers_and_acronyms_are_written_as_people_write_them():
    shown = told(transcript(segment("en pe we pe saya dua juta lima ratus ribu rupiah")))
    assert shown.masked == "NPWP saya Rp2.500.000"


def test_a_mask_outlives_being_made_easy_to_read():
    shown = told(transcript(segment(f"telepon {NUMBER} jam setengah tiga sore")))
    assert shown.masked == "telepon 0812*****890 jam 14.30"


def test_the_kinds_of_what_is_hidden_are_counted():
    assert told(transcript(segment(f"{NUMBER} atau {NUMBER}"))).hidden_json == '{"phone": 2}'
    assert told(transcript(segment("selamat pagi"))).hidden_json == "{}"
    assert told(transcript()).masked == ""
