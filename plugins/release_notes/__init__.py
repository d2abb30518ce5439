"""Agents that read a git history and write grouped release notes.

- ``main``: the plugin, with everything that it contributes.
- ``agents``, ``workflows``, ``hooks``: the contributions themselves.
- ``git``: asks git about a repository, and knows nothing of release notes.
- ``notes``: what commits mean and how notes look. It starts nothing and reads no file.
"""
