"""People's pages: health, and the console with its telephones."""
