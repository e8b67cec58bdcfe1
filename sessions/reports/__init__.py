"""What happened, counted: figures, themes, traffic."""
