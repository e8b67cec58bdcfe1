"""promises.yaml -> promises, or faults with their places."""

from engine.flow import Place
from engine.load.faults import Faults
from engine.load.reading import Reader, texts
from engine.load.sentences import SENTENCE, Names, Unclear, read_sentence
from engine.load.yaml_nodes import Node
from engine.promises.sentences import Promise

FILE = "promises.yaml"


def read_promises(node: Node | None, names: Names, faults: Faults) -> tuple[Promise, ...]:
    """Every sentence under 'promises:', in the file's order."""
    if node is None:
        return ()
    reader = Reader(node, FILE, faults)
    reader.need("promises")
    listed = reader.get("promises")
    reader.done()
    found = []
    for words, place in texts(listed, "'promises:'", faults) if listed is not None else ():
        try:
            found.append(read_sentence(" ".join(words.split()), place, names))
        except Unclear as unclear:
            at = Place(place.file, place.line, place.column + unclear.at)
            faults.misspelt(at, "unclear-promise", unclear.what, unclear.way_out, SENTENCE)
    return tuple(found)
