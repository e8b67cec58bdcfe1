"""Codes of what contacts hear and read: values, words, menus, texts, recordings."""

from engine.check.codes.entry import ERROR, WARNING, Code

CODES = (
    Code(
        "unset-variable", ERROR, "a placeholder is said that may have no value yet",
        "The caller hears a sentence with a hole: \"nomor laporan Anda\" and nothing.",
        'ucap: {say: "Tahun {tahun}.", …} reached by a way that never asked for it',
        "Ask for it or look it up on every way that leads there, or leave it out.",
    ),
    Code(
        "prompt-too-long", ERROR, "more than 3,000 characters at once",
        "The carrier refuses the whole answer (Twilio 13521) and the caller hears an application error.",
        "three long `say:` steps one after the other",
        "Split them by a menu, or shorten them.",
    ),
    Code(
        "many-options", WARNING, "a menu of more than five options",
        "Nobody remembers the first when the sixth is read.",
        'keys: {"1": a, "2": b, "3": c, "4": d, "5": e, "6": f}',
        "Split it into two menus.",
    ),
    Code(
        "said-key-missing", ERROR, "a menu tells people to press a key that it does not have",
        "Who does as told hears \"that option is not available\" until the tries are over.",
        'menu: {id: "Untuk kartu, tekan 2."}    keys: {"1": kartu}',
        "Add the key, or change the words.",
    ),
    Code(
        "key-not-said", WARNING, "a menu has a key that its words do not name in a language",
        "Callers of that language never learn of the option.",
        'menu: {id: "… tekan 1. … tekan 2.", en: "… press 1."}',
        "Name it in every language, in the menu's words or in the key's own `say:`.",
    ),
    Code(
        "wrong-language", ERROR, "a language question says one key in a language and that key chooses another language",
        "Who asks for English is served in Indonesian, and does not know how to go back.",
        'menu: {id: "… tekan 1.", en: "… press 2."}    keys: {"1": {set: {language: en}, …}, …}',
        "Set the language in whose words the key is named.",
    ),
    Code(
        "language-not-offered", ERROR, "a language question is not said in every language, and does not name the other's key",
        "Who does not understand the first language never learns that there is another.",
        'menu: {id: "… tekan 1.", en: "… press 2."}    # without spoken: every language',
        "Say the menu in every language (`spoken: every language`).",
    ),
    Code(
        "indonesian", WARNING, "an Indonesian prompt in a form that the house does not use",
        "Callers of a ministry hear or read what a schoolbook marks as wrong, or are addressed as children.",
        '"Silahkan tekan 1, anda akan di hubungi!"',
        "Write silakan, nomor, terima kasih, izin, aktivitas, Anda with its capital, di- joined to its verb, no exclamation mark.",
    ),
    Code(
        "text-too-long", ERROR, "a template does not fit its SMS parts with the longest values",
        "It costs more than planned, or is cut in the middle of an address.",
        "rusak: {id: …350 letters…} without `parts: 3`",
        "Shorten it, or write `parts:`.",
    ),
    Code(
        "reply-too-long", WARNING, "a reply put together from several steps would be cut off",
        "The writer gets half an answer.",
        "say: …200 letters…, then: menu_sms",
        "Give the steps a shorter `written:`.",
    ),
    Code(
        "not-gsm", WARNING, "a character that SMS does not have; the plain one would be sent",
        "One such letter would more than double the price of a text, so the gateway sends its substitute.",
        "“kutip” – and —",
        "Write the plain character.",
    ),
    Code(
        "similar-keywords", WARNING, "two keywords one slip of the thumb apart, or one from a word that stops texts",
        "A typing mistake gets the other keyword's answer.",
        "keywords: {TUKAR: a, TUKER: b}",
        "Rename one of them.",
    ),
    Code(
        "stop-word", ERROR, "a word that always stops or starts texts is meant as an answer or a topic",
        "Whoever writes it is signed off instead of being answered.",
        'words: {"2": [berhenti]}',
        "Choose another word.",
    ),
    Code(
        "unused-template", WARNING, "no step sends a template",
        "Usually a rename that was done by half: writers get the old text.",
        "rusak_baru: {id: …} in texts.yaml, and every step still says `text: rusak`",
        "Send it or delete it.",
    ),
    Code(
        "recording-silent", ERROR, "nothing can be heard in a recording, or it cannot be read",
        "The caller hears nothing where a menu should be.",
        "audio/prompts/bicara131/id/utama.wav of four silent seconds",
        "Record it again, or take the file away: the carrier's voice speaks then.",
    ),
    Code(
        "recording-outdated", ERROR, "a recording says other words than the flow does now",
        "Callers press the keys of yesterday's menu.",
        "utama.wav was recorded before key 3 moved",
        "Record it again, or take the file away: the carrier's voice speaks then.",
    ),
    Code(
        "recording-clipped", WARNING, "a recording is cut off at full scale",
        "It crackles in the telephone, and words are lost.",
        "a microphone that was too near",
        "Turn the microphone down and record it again.",
    ),
    Code(
        "recording-format", WARNING, "a recording is not 8,000 Hz, mono, 16 bit",
        "Every carrier converts it in its own way, some of them badly.",
        "a file of 44,100 Hz copied into audio/prompts by hand",
        "Let `python app.py prompts --import` convert it.",
    ),
    Code(
        "recording-missing", WARNING, "a step is recorded in one language and not in another",
        "Callers of the other language hear a machine in the middle of a person's words.",
        "audio/prompts/bicara131/id/utama.wav without en/utama.wav",
        "Record the other language, too.",
    ),
)  # fmt: skip
