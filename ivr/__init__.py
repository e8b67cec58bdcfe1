"""The telephone channel: webhook -> event -> turn -> TwiML."""
