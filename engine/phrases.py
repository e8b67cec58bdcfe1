"""The house's own words: what the engine says by itself, in the languages it knows. A flow may replace any of them.

Wording: domain page 0.4. Placeholders are filled like those of a flow.
"""

from collections.abc import Mapping

PHRASES: Mapping[str, Mapping[str, str]] = {
    "notice": {
        "id": "Demi peningkatan mutu layanan, pesan Anda direkam. Data pribadi Anda kami lindungi.",
        "en": "To improve our service, your message is recorded. Your personal data is protected by law.",
    },
    "no_match": {
        "id": "Mohon maaf, pilihan Anda tidak tersedia.",
        "en": "Sorry, that option is not available.",
    },
    "silence": {"id": "Kami belum menerima pilihan Anda.", "en": "We have not received your choice."},
    "no_message": {"id": "Kami belum mendengar pesan Anda.", "en": "We have not heard your message."},
    "bad_value": {
        "id": "Mohon maaf, isian Anda tidak dikenali.",
        "en": "Sorry, we did not recognise what you entered.",
    },
    "wrong_facts": {
        "id": "Mohon maaf, data yang Anda sampaikan tidak sesuai.",
        "en": "Sorry, the details do not match.",
    },
    "say_or_press": {
        "id": "Anda juga dapat menyebutkan pilihan Anda setelah nada.",
        "en": "You can also say your choice after the tone.",
    },
    "one_moment": {"id": "Mohon tunggu.", "en": "One moment."},
    "not_understood": {
        "id": "Mohon maaf, kami belum memahami. Silakan tekan tombol pilihan Anda.",
        "en": "Sorry, we did not understand. Please press the key of your choice.",
    },
    "looking": {"id": "Mohon menunggu, kami sedang memeriksa.", "en": "Please hold while we check."},
    "waiting": {
        "id": "Mohon menunggu. Anda berada pada urutan {posisi}. Perkiraan waktu tunggu {menit} menit.",
        "en": "Please hold. You are number {posisi} in the queue. The estimated waiting time is {menit} minutes.",
    },
    "offer_callback": {
        "id": "Untuk dihubungi kembali tanpa kehilangan urutan, tekan 1.",
        "en": "To be called back without losing your place, press 1.",
    },
    "offer_message": {"id": "Untuk meninggalkan pesan, tekan 2.", "en": "To leave a message, press 2."},
    "connecting": {
        "id": "Anda akan kami hubungkan dengan petugas.",
        "en": "We are putting you through to an officer.",
    },
    "hold": {
        "id": "Mohon tunggu sebentar, petugas kami akan segera kembali.",
        "en": "Please hold for a moment, our officer will be right back.",
    },
    "queued_again": {
        "id": "Mohon maaf, sambungan dengan petugas terputus. Urutan Anda tetap, dan petugas berikutnya akan melayani Anda.",
        "en": "Sorry, the connection to our officer has ended. You keep your place, and the next officer will help you.",
    },
    "callback_ok": {
        "id": "Baik. Kami akan menghubungi nomor {nomor:digits} paling lambat {waktu}. Nomor laporan Anda {tiket:digits}.",
        "en": "Thank you. We will call {nomor:digits} no later than {waktu}. Your reference number is {tiket:digits}.",
    },
    # Said after a talk to whom no text can be sent.
    "ticket": {
        "id": "Nomor laporan Anda {tiket:digits}.",
        "en": "Your reference number is {tiket:digits}.",
    },
    "callback_number": {
        "id": "Masukkan nomor telepon Anda, lalu tekan pagar.",
        "en": "Enter your telephone number, then press hash.",
    },
    "review": {
        "id": "Untuk mengirim pesan Anda, tekan 1. Untuk merekam ulang, tekan 2.",
        "en": "To send your message, press 1. To record it again, press 2.",
    },
    "too_short": {"id": "Pesan Anda terlalu pendek.", "en": "Your message was too short."},
    "write_message": {
        "id": "Silakan tulis pesan Anda dalam satu SMS.",
        "en": "Please write your message in one text.",
    },
    "noted": {
        "id": "Laporan {tiket} kami terima. Petugas kami akan menjawab.",
        "en": "We have received your report {tiket}. Our officers will reply.",
    },
    "dialogue_waits": {
        "id": "Laporan {tiket} menunggu petugas, urutan {posisi}. Tulisan Anda sampai kepada petugas. Untuk membatalkan: BATAL.",
        "en": "Report {tiket} waits for an officer, place {posisi}. What you write reaches the officer. To withdraw it: CANCEL.",
    },
    "dialogue_added": {
        "id": "Tulisan Anda kami tambahkan pada laporan {tiket}, urutan {posisi}. Perkembangan: STATUS. Membatalkan: BATAL.",
        "en": "We have added your words to report {tiket}, place {posisi}. Progress: STATUS. To withdraw it: CANCEL.",
    },
    "dialogue_withdrawn": {
        "id": "Laporan {tiket} dibatalkan. Terima kasih telah menghubungi {layanan}.",
        "en": "Report {tiket} is withdrawn. Thank you for contacting {layanan}.",
    },
    "code": {
        "id": "Kami mengirim kode enam angka ke nomor terdaftar. Masukkan kode itu, lalu tekan pagar.",
        "en": "We have sent a six digit code to the registered number. Enter it, then press hash.",
    },
    "code_text": {
        "id": "Kode Anda {kode}. Berlaku 10 menit. Jangan berikan kepada siapa pun.",
        "en": "Your code is {kode}. Valid for 10 minutes. Never give it to anyone.",
    },
    "nomor_terdaftar": {
        "id": "Masukkan empat angka terakhir nomor telepon yang Anda daftarkan, kemudian tekan pagar.",
        "en": "Enter the last four digits of the phone number you registered, then press hash.",
    },
    "tanggal_lahir": {
        "id": "Masukkan tanggal lahir Anda dalam enam angka, kemudian tekan pagar.",
        "en": "Enter your date of birth in six digits, then press hash.",
    },
    "tiket": {
        "id": "Masukkan dua belas angka nomor laporan Anda, kemudian tekan pagar.",
        "en": "Enter the twelve digits of your reference number, then press hash.",
    },
    "npwp": {
        "id": "Masukkan NPWP Anda, kemudian tekan pagar.",
        "en": "Enter your tax number, then press hash.",
    },
    "nik": {
        "id": "Masukkan enam belas angka NIK Anda, kemudian tekan pagar.",
        "en": "Enter the sixteen digits of your identity number, then press hash.",
    },
    "surel": {
        "id": "Tuliskan bagian depan alamat surel terdaftar Anda.",
        "en": "Write the first part of your registered e-mail address.",
    },
    "jalan": {
        "id": "Tuliskan nama jalan alamat terdaftar Anda.",
        "en": "Write the street of your registered address.",
    },
    "menu_hint": {"id": "Balas dengan angka pilihan.", "en": "Reply with the number of your choice."},
    "goodbye": {"id": "Terima kasih telah menghubungi {layanan}.", "en": "Thank you for calling {layanan}."},
    "stop": {
        "id": "Anda tidak akan menerima pesan massal dari {layanan} lagi. "
        "Layanan tanya jawab tetap dapat digunakan. Mulai lagi: MULAI.",
        "en": "You will get no more bulk messages from {layanan}. Questions are still answered. To start again: START.",
    },
    "started": {
        "id": "Anda kembali menerima pesan dari {layanan}. Berhenti: STOP.",
        "en": "You will get messages from {layanan} again. To stop: STOP.",
    },
    "media": {
        "id": "Kami tidak dapat membuka gambar atau berkas. Silakan tulis pertanyaan Anda.",
        "en": "We cannot open pictures or files. Please write your question.",
    },
    "emergency_message": {
        "id": "Silakan tinggalkan pesan setelah nada. Sebutkan nama, nomor telepon, dan keperluan Anda.",
        "en": "Please leave a message after the tone. State your name, phone number and question.",
    },
    "emergency_thanks": {
        "id": "Terima kasih. Pesan Anda kami simpan dan petugas kami akan menghubungi Anda.",
        "en": "Thank you. We have kept your message and our officers will contact you.",
    },
    "not_in_service": {
        "id": "Nomor yang Anda hubungi tidak dilayani di sini.",
        "en": "The number you have called is not served here.",
    },
    "back_to_robot": {
        "id": "Anda kembali dilayani layanan otomatis {layanan}. Petugas: ketik PETUGAS.",
        "en": "The automatic service of {layanan} answers you again. Officer: text PETUGAS.",
    },
    # -- what a case's owner is told by text (sessions/cases/case_tells.py); those with people's words are for what is PUBLIK only
    "case_passed_on": {
        "id": "Laporan {tiket} kami teruskan ke unit terkait. Batas waktu jawaban {tanggal}. Periksa: ketik STATUS spasi {tiket}.",
        "en": "Report {tiket} was passed to the unit concerned. The reply is due by {tanggal}. Progress: text STATUS {tiket}.",
    },
    "case_answered": {
        "id": "Laporan {tiket} sudah dijawab. Untuk mendengar jawabannya, hubungi {layanan} dan sebutkan nomor laporan Anda.",
        "en": "Report {tiket} has been answered. To hear the answer, call {layanan} and give your reference number.",
    },
    "case_answered_written": {
        "id": "Laporan {tiket} sudah dijawab. Untuk membaca jawabannya, ketik PETUGAS spasi {tiket}.",
        "en": "Report {tiket} has been answered. To read the answer, text PETUGAS {tiket}.",
    },
    "case_answered_words": {
        "id": "Laporan {tiket}: {jawaban} Belum puas? Ketik PETUGAS.",
        "en": "Report {tiket}: {jawaban} Not satisfied? Text PETUGAS.",
    },
    "case_documents": {
        "id": "Laporan {tiket} memerlukan dokumen tambahan paling lambat {tanggal}. Hubungi {layanan} dan sebutkan nomor laporan.",
        "en": "Report {tiket} needs more documents by {tanggal}. Please call {layanan} and give your reference number.",
    },
    "case_documents_written": {
        "id": "Laporan {tiket} memerlukan dokumen tambahan paling lambat {tanggal}. Dokumen apa: ketik PETUGAS spasi {tiket}.",
        "en": "Report {tiket} needs more documents by {tanggal}. Which ones: text PETUGAS {tiket}.",
    },
    "case_documents_words": {
        "id": "Laporan {tiket} memerlukan dokumen paling lambat {tanggal}: {dokumen}. Petugas: ketik PETUGAS.",
        "en": "Report {tiket} needs documents by {tanggal}: {dokumen}. Officer: text PETUGAS.",
    },
    "case_extended": {
        "id": "Mohon maaf, batas waktu jawaban laporan {tiket} diperpanjang menjadi {tanggal}. Petugas: ketik PETUGAS.",
        "en": "Sorry, the reply to report {tiket} now needs until {tanggal}. Officer: text PETUGAS.",
    },
    "case_closed": {
        "id": "Laporan {tiket} telah ditutup. Terima kasih telah menghubungi {layanan}. Membuka kembali: ketik PETUGAS.",
        "en": "Report {tiket} is closed. Thank you for contacting {layanan}. To open it again: text PETUGAS.",
    },
    "case_cancelled": {
        "id": "Laporan {tiket} dibatalkan karena dokumen tidak dilengkapi sampai {tanggal}. Kirim kembali dengan ADU spasi isi.",
        "en": "Report {tiket} is cancelled because documents were not completed by {tanggal}. Send it again: ADU and your words.",
    },
    "case_refused": {
        "id": "Laporan {tiket}: informasi tersebut dikecualikan sehingga tidak dapat kami sampaikan. "
        "Permohonan tertulis dapat diajukan kepada PPID.",
        "en": "Report {tiket}: that information is exempt from disclosure and cannot be given. "
        "You may submit a written request to PPID.",
    },
    "sorry": {
        "id": "Mohon maaf, terjadi gangguan pada layanan kami. Anda akan kami hubungkan dengan petugas.",
        "en": "Sorry, our service has a problem. We are putting you through to an officer.",
    },
    "sorry_text": {
        "id": "Mohon maaf, layanan kami sedang terganggu. Pesan Anda kami simpan dan petugas akan menjawab.",
        "en": "Sorry, our service has a problem. We have kept your message and an officer will reply.",
    },
}

# What each fact of a proof looks like: its ask format (engine/identifiers.FORMATS).
FACT_FORMATS: Mapping[str, str] = {
    "tiket": "ticket",
    "nomor_terdaftar": "last4",
    "npwp": "npwp",
    "nik": "nik",
    "tanggal_lahir": "date6",
    "surel": "text",
    "jalan": "text",
}
FACTS_OF_LEVEL: Mapping[str, tuple[str, ...]] = {
    "L1": ("tiket", "nomor_terdaftar"),
    "L2": ("npwp", "tanggal_lahir"),
    "L3": ("npwp", "tanggal_lahir"),
}
