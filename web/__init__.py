"""People's pages: health now; the console and the browser phone later."""
