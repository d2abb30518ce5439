"""What is said instead of a traceback."""

from orchestrator_sdk import AgentError


class HistoryError(AgentError):
    """A history can't be read. The message says why and what to do, for the person who asked."""
