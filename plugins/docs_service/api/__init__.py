"""The API under `/docs-service`: search, pages, checks, status. It shares the index with the
agents.

- `routes`: the handlers.
- `models`: what they take and give.
- `errors`: what goes wrong, as HTTP answers.
"""

from .routes import router

__all__ = ["router"]
