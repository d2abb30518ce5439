"""Asks git about a repository that may be a stranger's, and says in words what it can't answer.

- ``command``: how git is started, so that the repository's config can't run anything.
- ``revisions``: from what people write to commits: names, tags, the range between two.
- ``log``: reads commits.
- ``history``: the commits of a range, bounded, and what is to be said about them.

Nothing here knows what is done with a commit.
"""
