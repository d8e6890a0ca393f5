"""A Roblox game server in a real Luau VM: `World`. See `prelude.luau` for what it stands in for."""

from .world import MISSING, World

__all__ = ["MISSING", "World"]
