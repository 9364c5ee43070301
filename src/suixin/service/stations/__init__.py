"""The agent's devices and what they bring when they are on line again."""
