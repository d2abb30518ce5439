"""The plugin's tests: run `pytest plugins/docs_service` with `orchestrator-sdk` and
`requirements.txt` installed.

Must not need a network or a host.
"""
