"""Values with named fields, as dataclasses are, made without the time that `dataclasses` takes to load.

Takes: a class with annotated fields.
Gives: the same class, slotted, compared, hashed and shown by its fields, and everything `dataclasses` asks of it.
Never: loads `dataclasses` or compiles code before somebody needs it, or knows what a field means.
"""

from lampolicy.record._field import field
from lampolicy.record._lazy import maker
from lampolicy.record._record import fields_of, record, replace

__all__ = ["field", "fields_of", "maker", "record", "replace"]
