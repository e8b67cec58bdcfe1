"""AFTER THE ANSWER: everything that takes time and must not keep a caller waiting.

worker    the loop: claims what is due and gives it to a few threads        plan      what an installation
wants of it recordings  what callers said, into the vault         untold  and what nobody told us of it
sending   texts and calls out of the outbox, behind a fence                 uncertain was it sent?
ask the carrier lookups   questions to other systems, while the caller hears music          web       the one
way out over HTTP timers    what is to happen at a time        sweeps  what nobody told us    gate      stops
when the carrier refuses us
"""
