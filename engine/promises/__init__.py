"""Promises: what a service says of all its contacts in promises.yaml, decided by the situations that the explorer has visited.

sentences.py  what can be promised (engine/load/sentences.py reads it)
decide.py     promises -> what is broken
things.py     what happens to a contact in a turn
ways.py       the explorer's passages as a graph
nearness.py   how far something is: a game against the house
order.py      what comes before what
script.py     a way as a script that `python app.py call` plays
"""
