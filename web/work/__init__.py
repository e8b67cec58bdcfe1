"""Cases, messages and text dialogues on pages: what sessions/ shows and does, for whom desk.access lets see it."""
