"""The working middle: one webhook (or timer, or click) is one transaction."""
