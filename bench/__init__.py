"""Measurements: how fast Sambung is beside named baselines, in one run on one machine.

python -m bench webhooks     the full path of a voice webhook beside what a user would write by hand
python -m bench engine       one turn of the engine, without network and disk
python -m bench router       one decision of the desk with 500 agents and 1,000 waiting
python -m bench redaction    how much of what people tell is masked, and how much that is masked had to be
python -m bench speech       words that recognition gets wrong on a telephone line, beside plain faster-whisper
python -m bench voicemail    seconds to write eight voicemails down, and what callers notice of it meanwhile

Figures of two runs say little about each other: machines and disks have moods. Ratios of one run do. Nothing else imports this.
"""
