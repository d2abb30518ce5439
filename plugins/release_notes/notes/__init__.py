"""What commits mean and how release notes look.

- ``commit``: a commit, and what its message says in trailers and references.
- ``wishes``: the settings, and what a sentence asks for.
- ``reverts``: what was taken back and so never happened.
- ``groups``, ``rules``: the groups, and which one a commit belongs to and why.
- ``lines``: how agents tell each other about commits, readable for people too.
- ``version``, ``forge``: versions, and links to commits and issues.
- ``document``, ``markdown``: the notes themselves.

Everything here is a function of its arguments: no git, no host, no clock.
"""
