"""The desk in a transaction: what happened goes in, what it decides comes out; who waits."""
