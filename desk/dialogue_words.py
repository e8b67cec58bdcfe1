"""What an agent is told about text dialogues, Indonesian and English: on a mobile phone and in the terminal.

Only GSM-7, and short: every word to an agent is paid for. No words here name a telephone number of either side.
"""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    # -- sent by themselves
    "offered": {
        "id": "[{number}] {layanan} {topik} {tiket}, menunggu {menit} mnt. {isi}\nAmbil: balas {number}. Tolak: {number} LEPAS",
        "en": "[{number}] {layanan} {topik} {tiket}, waiting {menit} min. {isi}\nTake: reply {number}. Decline: {number} RELEASE",
    },
    "taken": {
        "id": "[{number}] {tiket} Anda ambil. {isi}\nJawab: {awalan}kata-kata. Juga #kunci, LEPAS, NAIK, ROBOT, SELESAI",
        "en": "[{number}] {tiket} is yours. {isi}\nAnswer: {awalan}words. Also #key, RELEASE, ESCALATE, ROBOT, CLOSE",
    },
    "forwarded": {"id": "[{number}] {isi}", "en": "[{number}] {isi}"},
    "ended": {
        "id": "[{number}] {tiket} berakhir: terlalu lama tanpa kabar.",
        "en": "[{number}] {tiket} has ended: nothing was heard for too long.",
    },
    "undelivered": {
        "id": "Jawaban Anda untuk {tiket} tidak sampai. Coba lagi, atau hubungi dengan cara lain.",
        "en": "Your answer to {tiket} did not arrive. Try again, or reach the writer in another way.",
    },
    "hidden": {
        "id": "(isi tidak dikirim lewat SMS)",
        "en": "(the words are not sent by text)",
    },
    # -- the telephone is proved
    "prove": {
        "id": "Belum dilakukan. Balas {kode} untuk membuktikan telepon ini (sekali tiap giliran). Bukan Anda? Beri tahu penyelia.",
        "en": "Not done yet. Reply {kode} to prove this telephone (once a shift). Was it not you? Tell your supervisor.",
    },
    "proved": {
        "id": "Telepon ini terbukti sampai pukul {sampai}. Percakapan Anda: {daftar}",
        "en": "This telephone is proved until {sampai}. Your dialogues: {daftar}",
    },
    "wrong_code": {
        "id": "Kode tidak cocok atau sudah lewat. Tulis apa saja untuk kode baru.",
        "en": "The code does not match or is too old. Write anything for a new one.",
    },
    # -- what was done
    "took": {"id": "{tiket} pada Anda.", "en": "{tiket} is yours."},
    "answered": {"id": "Terkirim ({tiket}).", "en": "Sent ({tiket})."},
    "answered_later": {
        "id": "Jam tenang: jawaban untuk {tiket} dikirim pukul 08.00.",
        "en": "Quiet hours: the answer to {tiket} goes out at 08:00.",
    },
    "released": {"id": "{tiket} kembali ke antrean.", "en": "{tiket} is back in the queue."},
    "declined": {"id": "{tiket} ditawarkan kepada petugas lain.", "en": "{tiket} is offered to others."},
    "escalated": {"id": "{tiket} diteruskan ke tingkat {tingkat}.", "en": "{tiket} went to tier {tingkat}."},
    "to_robot": {"id": "{tiket} kembali ke robot.", "en": "{tiket} is back with the robot."},
    "closed": {"id": "{tiket} selesai.", "en": "{tiket} is closed."},
    "kept": {
        "id": "Percakapan {tiket} selesai tanpa jawaban: laporannya tetap pada Anda.",
        "en": "The dialogue {tiket} ended without an answer: the case stays with you.",
    },
    # -- what was not done, and what helps
    "help": {
        "id": "Percakapan Anda: {daftar}. N = ambil, N kata-kata = jawab, #kunci, LEPAS, NAIK, ROBOT, SELESAI",
        "en": "Your dialogues: {daftar}. N = take, N words = answer, #key, RELEASE, ESCALATE, ROBOT, CLOSE",
    },
    "none": {
        "id": "Tidak terkirim: tidak ada percakapan pada Anda.",
        "en": "Not sent: you have no dialogue.",
    },
    "which": {
        "id": "Tidak terkirim: untuk percakapan mana? Awali dengan nomornya ({numbers}), misalnya: {contoh} kata-kata",
        "en": "Not sent: for which dialogue? Begin with its number ({numbers}), as in: {contoh} words",
    },
    "over": {
        "id": "Tidak terkirim: percakapan {number} sudah tidak pada Anda.",
        "en": "Not sent: dialogue {number} is not yours any more.",
    },
    "take_first": {
        "id": "Tidak terkirim: ambil dahulu, balas {number}.",
        "en": "Not sent: take it first, reply {number}.",
    },
    "yours_already": {
        "id": "Percakapan {number} sudah pada Anda. Tulis jawaban Anda.",
        "en": "Dialogue {number} is yours already. Write your answer.",
    },
    "typo": {
        "id": "Tidak terkirim. Maksud Anda {word}? Tulis persis begitu, atau jawaban dengan beberapa kata.",
        "en": "Not sent. Did you mean {word}? Write exactly that, or an answer of several words.",
    },
    "not_yours": {
        "id": "{tiket} tidak ditawarkan kepada Anda dan tidak pada Anda.",
        "en": "{tiket} is neither offered to you nor yours.",
    },
    "no_words": {"id": "Jawaban kosong tidak dikirim.", "en": "An empty answer is not sent."},
    "no_key": {
        "id": "Tidak terkirim: tidak ada #{key}. Yang ada: {keys}",
        "en": "Not sent: there is no #{key}. There are: {keys}",
    },
    "too_long": {
        "id": "Tidak terkirim: lebih dari 2 SMS. Persingkat.",
        "en": "Not sent: longer than 2 SMS parts. Make it shorter.",
    },
    "own_number": {
        "id": "Tidak terkirim: nomor telepon Anda ada di dalamnya.",
        "en": "Not sent: your own telephone number is in it.",
    },
    "secret": {
        "id": "Tidak terkirim: RAHASIA dijawab tertulis, tidak lewat SMS.",
        "en": "Not sent: what is RAHASIA is answered in writing, never by text.",
    },
    "limited": {
        "id": "Tidak terkirim: batas SMS tercapai, atau kalimat yang sama berulang.",
        "en": "Not sent: a limit for texts is reached, or the same words again and again.",
    },
    "no_tier": {
        "id": "Tidak diteruskan: tidak ada petugas di tingkat berikutnya.",
        "en": "Not escalated: nobody works on the next tier.",
    },
}


def say(code: str, language: str, facts: Mapping[str, object]) -> str:
    """The words, Indonesian unless English was asked for.

    >>> say("over", "en", {"number": 2})
    'Not sent: dialogue 2 is not yours any more.'
    """
    words = WORDS[code]["en" if language.startswith("en") else "id"]
    return " ".join(part for part in words.format_map(facts).split(" ") if part)
