"""Cases: their states, who may change them and how, their deadlines. Pure: (case, action, actor, now) -> what becomes of it.

rules       a service's limits for each function and topic
worktime    limits in working minutes, hours and days
model       a case, an actor, what comes of an action
life        the transitions, one table (domain page 0.6)
deadlines   what is due when, and what happens when nobody did it
"""
