"""The agents: each tells what it does line by line, and is useful by itself.

- ``history_agent``: what they have in common.
- ``history_reader``, ``change_sorter``, ``notes_writer``: the three.
"""

from .change_sorter import ChangeSorter
from .history_reader import HistoryReader
from .notes_writer import NotesWriter

__all__ = ["ChangeSorter", "HistoryReader", "NotesWriter"]
