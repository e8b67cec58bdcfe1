"""One module a noun: blueprint(gateway, tools)."""
