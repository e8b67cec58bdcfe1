"""Messages: left, heard, worked on."""
