"""The text channel: what a message means, and what it may say back."""
