"""A call, turn by turn: what was keyed or said, what the engine answers, what follows from it."""
