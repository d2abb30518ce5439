"""The workflow `check_docs`.

- `check_docs`: its phases.
- `results`: from the agents' text to the run's result.
"""

from .check_docs import CheckDocs

__all__ = ["CheckDocs"]
