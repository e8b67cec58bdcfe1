"""What agents hear from us on their own telephones, and who is called back: the house's words, in two languages."""

from collections.abc import Mapping

Words = Mapping[str, str]

WORDS: Mapping[str, Words] = {
    "whisper": {
        "id": "{kind} {service}, topik {topic}, bahasa {spoken}, menunggu {waited}.{keyed} Tekan 1 untuk menerima.",
        "en": "{kind} {service}, topic {topic}, in {spoken}, waiting {waited}.{keyed} Press 1 to take it.",
    },
    "call": {"id": "Panggilan untuk", "en": "A call for"},
    "voicemail": {"id": "Pesan suara untuk", "en": "A message for"},
    "callback": {"id": "Telepon kembali untuk", "en": "A callback for"},
    "consult": {"id": "Konsultasi dari {asker} untuk", "en": "{asker} asks you about"},
    "keyed": {
        "id": "Nomor yang diketik penelepon: {number}.",
        "en": "The number that the caller keyed in: {number}.",
    },
    "over": {
        "id": "Panggilan ini sudah tidak menunggu Anda. Terima kasih.",
        "en": "This call does not wait for you any more. Thank you.",
    },
    "declined": {
        "id": "Baik, kami tawarkan kepada petugas lain.",
        "en": "We will offer it to somebody else.",
    },
    "connecting": {"id": "Menghubungkan.", "en": "Connecting."},
    "menu": {
        "id": "Penelepon kami tahan. Untuk menahan, tekan 1. Untuk meneruskan ke tingkat berikutnya, tekan 2. "
        "Untuk mengakhiri, tekan 3. Untuk bertanya kepada rekan, tekan 4. Untuk kembali, tunggu.",
        "en": "The caller is on hold. To hold on, press 1. To pass the call to the next tier, press 2. To end it, press 3. "
        "To ask a colleague, press 4. To go back, wait.",
    },
    "hold": {
        "id": "Penelepon ditahan. Tekan 1 untuk kembali.",
        "en": "The caller is on hold. Press 1 to go back.",
    },
    "nobody_above": {
        "id": "Saat ini tidak ada petugas di tingkat berikutnya. Anda kembali ke penelepon.",
        "en": "Nobody of the next tier is on duty. You go back to the caller.",
    },
    "consulting": {
        "id": "Kami menghubungi rekan Anda. Untuk kembali ke penelepon, tekan 2.",
        "en": "We are ringing a colleague. To go back to the caller, press 2.",
    },
    "consult_menu": {
        "id": "Untuk menyerahkan penelepon, tekan 1. Untuk kembali ke penelepon, tekan 2. Untuk bicara lagi, tunggu.",
        "en": "To hand the caller over, press 1. To go back to the caller, press 2. To talk on, wait.",
    },
    "consult_over": {
        "id": "Rekan Anda tidak tersambung. Anda kembali ke penelepon.",
        "en": "Your colleague is not on the line. You go back to the caller.",
    },
    "colleague": {
        "id": "Mohon tunggu, rekan Anda kembali sebentar lagi.",
        "en": "Please wait for your colleague.",
    },
    "handed_over": {
        "id": "Penelepon kami serahkan kepada rekan Anda. Terima kasih.",
        "en": "The caller is handed over to your colleague. Thank you.",
    },
    "passed_on": {
        "id": "Penelepon kami teruskan. Terima kasih.",
        "en": "The caller is passed on. Thank you.",
    },
    "disposition": {
        "id": "Bila sudah terjawab, tekan 1. Bila perlu tindak lanjut, tekan 2. Bila lainnya, tekan 3.",
        "en": "If it is answered, press 1. If it needs a follow-up, press 2. For anything else, press 3.",
    },
    "message": {"id": "Pesan untuk laporan {ticket}.", "en": "The message for case {ticket}."},
    "message_hidden": {
        "id": "Pesan untuk laporan {ticket} tidak diputar melalui telepon. Silakan membukanya di kantor.",
        "en": "The message for case {ticket} is not played on a telephone. Please open it in the office.",
    },
    "message_menu": {
        "id": "Untuk mendengarkan lagi, tekan 1. Untuk meneruskan ke tingkat berikutnya, tekan 2. Untuk menindaklanjuti sendiri, "
        "tekan 3. Untuk menelepon pengirimnya sekarang, tekan 4. Bila tidak ada yang perlu dijawab, tekan 5.",
        "en": "To hear it again, press 1. To pass it to the next tier, press 2. To see to it yourself, press 3. "
        "To ring the caller now, press 4. If there is nothing to answer, press 5.",
    },
    "message_nobody": {
        "id": "Belum ada petugas di tingkat berikutnya. Untuk menindaklanjuti sendiri, tekan 3.",
        "en": "Nobody works in the next tier. To see to it yourself, press 3.",
    },
    "message_no_number": {
        "id": "Nomor ini tidak dapat kami telepon dari sini. Untuk menindaklanjuti sendiri, tekan 3.",
        "en": "This number cannot be rung from here. To see to it yourself, press 3.",
    },
    "message_kept": {
        "id": "Laporan ini Anda tindak lanjuti. Terima kasih.",
        "en": "The case is yours. Thank you.",
    },
    "bye": {"id": "Percakapan selesai. Terima kasih.", "en": "The talk is over. Thank you."},
    "greeting": {
        "id": "{service} menelepon Anda kembali seperti yang Anda minta. Untuk berbicara dengan petugas, tekan 1.",
        "en": "{service} is calling you back as you asked. To speak to an officer, press 1.",
    },
    "held": {"id": "Mohon tunggu sebentar.", "en": "Please hold for a moment."},
    "sorry_later": {
        "id": "Mohon maaf, petugas kami akan menelepon Anda kembali. Terima kasih.",
        "en": "Sorry, our officer will call you back. Thank you.",
    },
    "thanks": {"id": "Terima kasih telah berbicara dengan kami.", "en": "Thank you for speaking to us."},
    "fault": {"id": "Mohon maaf, terjadi gangguan.", "en": "Sorry, something has gone wrong."},
}
LANGUAGES: Mapping[str, Words] = {
    "id": {"id": "Indonesia", "en": "Indonesian"},
    "en": {"id": "Inggris", "en": "English"},
}


def words(name: str, language: str, **facts: str) -> tuple[str, str]:
    """(the words, the language they are in): the agent's if we have it, else Indonesian."""
    spoken = language if language in WORDS[name] else "id"
    return WORDS[name][spoken].format_map(facts), spoken


def spoken_language(code: str, language: str) -> str:
    """What a language is called.

    >>> spoken_language("en", "id"), spoken_language("jv", "en")
    ('Inggris', 'jv')
    """
    return LANGUAGES.get(code, {}).get(language, code)
