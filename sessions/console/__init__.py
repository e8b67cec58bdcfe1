"""People at the console: accounts, tokens, wall screens, audit, dead letters, why."""
