"""A connection for each thread, and the one place where a write begins."""


class Database:
    """One thread's connection."""


class Connections:
    """Opens a thread's connection when it first asks for one."""
