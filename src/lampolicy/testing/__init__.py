"""What proves an engine right: conformance cases, hypothesis strategies, worlds in volume.

Takes: recorded cases, a seed, or hypothesis's choices.
Gives: `conformance`, `strategies` (needs hypothesis) and `worlds`, each a module to import by name.
Never: decides; it asks the engine and the reference, and compares them.
"""

from lampolicy.testing._rows import world_row
from lampolicy.testing._worlds import World

__all__ = ["World", "world_row"]
