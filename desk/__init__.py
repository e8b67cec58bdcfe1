"""People and promises: hours, calendar, routing, cases. Pure, like the engine."""
