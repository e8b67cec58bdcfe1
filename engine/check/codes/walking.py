"""Codes of what is found by walking every way: where contacts get stuck, and what is told to whom."""

from engine.check.codes.entry import ERROR, WARNING, Code

CODES = (
    Code(
        "unreachable-step", ERROR, "nobody ever gets to a step",
        "Work that nobody meets is usually a step that was cut off by mistake: its callers now hear something else.",
        'keys: {"1": jadwal}    # was {"1": jadwal, "2": rusak}; nothing leads to `rusak` any more',
        "Lead an exit or a keyword to it, or delete it.",
    ),
    Code(
        "dead-end", ERROR, "from a step no way leads to an end, a person or a message",
        "Whatever the caller does, they only come to other questions: hanging up is the only way out.",
        "a: {menu: …, keys: {\"1\": b}, …}    b: {menu: …, keys: {\"1\": a}, …}",
        "Give one of the steps that follow an exit to a queue, a record or an end.",
    ),
    Code(
        "loop-without-wait", ERROR, "steps lead to each other without ever asking anybody",
        "The caller hears the same words again and again until the program gives up after 50 steps.",
        "a: {say: …, then: b}    b: {say: …, then: a}",
        "Put a menu, an ask or an end into the circle.",
    ),
    Code(
        "loop-without-bound", ERROR, "a contact who is silent, or whose keys never fit, is led round for ever",
        "An empty line, or a caller whose keys do not come through, is asked without end and blocks a line; one who "
        "needs a person never gets one. (Each question has its tries; here the last try leads back to it.)",
        "utama: {menu: …, silence: {tries: 3, then: utama}, …}",
        "Lead the last try out of the circle: to a person, a message or the end.",
    ),
    Code(
        "no-goodbye", ERROR, "a contact ends without a word",
        "A line that goes dead sounds like a fault; people call again.",
        "usai: {end: …} whose words are empty in one language",
        "Give the `end:` its words.",
    ),
    Code(
        "engine-fault", ERROR, "the engine itself fails there: please report it",
        "The caller would hear the emergency.",
        "none is known; the way in the finding shows it",
        "Report it with the flow; meanwhile lead around the step.",
    ),
    Code(
        "not-all-seen", ERROR, "the flow is too big to be walked whole; the finding names the variable that makes it so",
        "What was not walked was not proved: silence about it would be a guess.",
        "variables: {jenis: [a, b, c, …, z]} with many steps between setting it and branching on it",
        "Give the variable fewer values, branch where it is set, or set it back to one value when it is done with.",
    ),
    Code(
        "asked-without-proof", ERROR, "a look-up that needs a proof is reached without it, or with a proof of something else",
        "Its data are refused, so the caller takes the exit `failed` although nothing failed; and whoever mends that by a "
        "lower class tells strangers what is not theirs.",
        "status: {ask: …, as: tiket, then: cari}    cari: {lookup: case_status, class: terbatas, …}",
        "Lead to the look-up by the exit `ok:` of a `verify:` of its level, which proves the very value that is asked by.",
    ),
    Code(
        "class-too-low", ERROR, "a look-up gives to anybody what is restricted: a case, a source of proofs, or data restricted elsewhere",
        "Whoever types somebody else's number hears somebody else's data.",
        "cari: {lookup: case_status, found: ucap, …}    # without class: terbatas",
        "Write `class: terbatas` and lead there by a `verify:`, or ask a table that holds only what is public.",
    ),
    Code(
        "exempt-answer", ERROR, "a look-up of class `rahasia` is reached; exempt information is never told",
        "The caller is led to an answer that they never get, and hears the words of a failure.",
        "cari: {lookup: rencana, class: rahasia, found: ucap, …}",
        "Lead to words that refuse (domain: dikecualikan), or give the look-up its true class.",
    ),
    Code(
        "secret-stored", ERROR, "what an ask takes as a secret would be written down elsewhere",
        "A PIN in a case, an address or a session is read by people who must not know it.",
        'queue: {skill: umum}    note: "PIN {pin}"',
        "Leave it out there, or keep it under a name of its own.",
    ),
    Code(
        "secret-not-marked", ERROR, "a PIN, a password or a code is asked for without `secret: true`",
        "It would stand in the session, in the transcript and in the log of keys.",
        "{ask: …, as: pin, digits: 6, then: cek}",
        "Write `secret: true`, or better: do not ask for it.",
    ),
    Code(
        "notice-missed", ERROR, "a caller talks or records who has not heard the notice in the language they chose",
        "Others are told that calls are recorded; this one is not, so their talk is not recorded, or it is and they never knew.",
        "salam: {say: …, notice: recording, then: bahasa}    # without spoken: every language",
        "Put the step with `notice: recording` before it, in every language (`spoken: every language`).",
    ),
    Code(
        "notice-without-words", ERROR, "words are marked as the recording notice, but do not say so in a language",
        "We would record people who were never told.",
        'salam: {say: {id: "Selamat datang.", …}, notice: recording, …}',
        "Say that the call is recorded, in every language, or take the mark away.",
    ),
    Code(
        "notice-not-marked", WARNING, "words say that the call is recorded, but are not marked as the notice",
        "Nothing is recorded although callers were told so, and a message says the notice a second time.",
        'salam: {say: {id: "… percakapan ini direkam.", …}, then: bahasa}',
        "Add `notice: recording`, or leave the sentence out.",
    ),
    Code(
        "number-of-two-services", ERROR, "two services list one number: a caller can reach only one of them",
        "Callers of the other service hear a stranger's menu.",
        'numbers: {voice: ["131"]} in two folders',
        "Keep it in one of them.",
    ),
)  # fmt: skip
