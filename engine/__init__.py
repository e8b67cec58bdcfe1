"""The engine: runs a flow one turn at a time. Pure: no I/O, clock or chance."""
