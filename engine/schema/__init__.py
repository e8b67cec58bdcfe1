"""The JSON Schema of what administrators write, found by watching the readers read (decision 0031).

There is no second list of fields: `shape` hands a reader mappings that it has never seen and notes what it asks for, what it
misses and what it takes. What every field means stands in `meanings`, which the tables of docs/flows.md are written from.
"""

from engine.schema.shape import DIALECT, shape
from engine.schema.sight import Read

__all__ = ["DIALECT", "Read", "shape"]
