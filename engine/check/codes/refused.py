"""Codes of files that are not read at all: not YAML, not text, hostile, or tables that are none."""

from engine.check.codes.entry import ERROR, Code

_SAFE = "What cannot be read for certain is not guessed at: callers keep the version that runs."

CODES = (
    Code("missing-file", ERROR, "a file that is named is not there", _SAFE, "table: kota.csv without data/kota.csv", "Add the file, or name the right one."),
    Code("empty-file", ERROR, "a file or a table says nothing", _SAFE, "a texts.yaml of comments only", "Write it, or delete it."),
    Code("file-too-big", ERROR, "a file is longer than 256 kB, a table longer than 8 MB", "Reading it would hold up everybody's flows.", "a flow.yaml of a million lines", "Split it; a large table is asked over HTTP."),
    Code("not-utf8", ERROR, "a file is not UTF-8 text", "Letters would come out as others, and be spoken so.", "a file saved as Windows-1252", "Save it with the encoding UTF-8."),
    Code("control-character", ERROR, "an invisible letter: a control code, or one that turns the direction of writing", "A reviewer would read something else than callers hear.", "U+202E in a prompt", "Delete it and type the words anew."),
    Code("not-yaml", ERROR, "the file is not readable as YAML", _SAFE, 'id: "Selamat datang   (the quote is open)', "Look at the line and the one above: a quote, colon, comma, bracket or indent."),
    Code("many-documents", ERROR, "a second document begins", "It would be read by nobody.", "a line ---", "Delete the line."),
    Code("directive", ERROR, "a line that begins with %", "It changes how the rest is read.", "%TAG ! tag:example.org,2026:", "Delete the line."),
    Code("anchor", ERROR, "an anchor, &name", "A file of 1 kB can grow to gigabytes by anchors, and what is said elsewhere is overlooked in a review.", "salam: &a {say: …}", "Write the value without it."),
    Code("alias", ERROR, "an alias, *name", "See anchor: nine lines of aliases are a thousand million values.", "penutup: *a", "Write the value out, or quote the star."),
    Code("tag", ERROR, "a tag, !name", "Tags make programs build other things than text.", "!!python/object/apply:os.system [ls]", "Write the value without it, or quote the !."),
    Code("merge-key", ERROR, "the merge key <<", "It hides keys in another place of the file, and can keep a reader busy for minutes.", "{<<: *dasar, then: x}", "Write the keys out."),
    Code("duplicate-key", ERROR, "a key is given twice", "Ordinary readers drop the first silently: half a menu is gone.", 'keys: {"1": a, "1": b}', "Keep one of the two."),
    Code("too-deep", ERROR, "more than 20 levels inside each other", _SAFE, "[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]", "Use fewer levels."),
    Code("too-many-nodes", ERROR, "more than 5,000 values", _SAFE, "a service of a thousand steps", "Split the service."),
    Code("too-slow", ERROR, "reading takes longer than a second", _SAFE, "a file made to keep a reader busy", "Shorten the file."),
    Code("bad-table", ERROR, "a table cannot be read: semicolons, an open quote", "A row read wrongly is a wrong answer.", "kota;tempat;jam", "Save it as CSV with commas."),
    Code("uneven-row", ERROR, "a row has more or fewer cells than the header", "Its cells would stand under other columns.", "Bandung,Jalan Braga 1, lantai 2,08.00", "Quote cells that hold a comma."),
    Code("duplicate-column", ERROR, "a column is there twice", "Nobody could say which one is told.", "kota,jam,jam", "Rename one of the two."),
)  # fmt: skip
