"""Sound, both ways: recordings of callers read and written down, prompts made and checked.

sound       any recording -> samples, with limits; a telephone WAV out (formats, samples help)
transcript  what was said: segments and words with times and how sure the engine was
models      where speech models stand, joined and verified
engines/    one protocol, an engine for each module: Whisper, Vosk
choices     which of a few phrases was said

Nothing here knows the web, the database or the carrier. Speech libraries are large, so that each is imported
by the function that needs it, never at the top of a module that others only name a type of.
"""
