"""How many words speech recognition gets wrong on a telephone line: our recipe beside plain faster-whisper, in one run.

python -m bench speech     both engines over the recordings of ../shared/speech, which are measured and never copied
"""

from bench.speech.run import measure, report

__all__ = ["measure", "report"]
