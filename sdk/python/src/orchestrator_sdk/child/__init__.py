"""The process that a Python plugin runs in.

The host starts an interpreter with one end of a socket pair as descriptor 3 and calls `main`. From
then on everything goes through that socket: frames of a length and one JSON message. Standard input
is empty, standard output and standard error are the host's log, so nothing that a plugin prints can
disturb the protocol.

- `process`: from the first message to the exit of the process. `deferring`: what it leaves unread.
- `session`, `starting`, `stopping`: the plugin's life: greeting, initialization, farewell.
- `frames`, `transport`, `messages`, `chunks`: how a message travels.
- `peer`, `incoming`, `outgoing`, `window`, `errors`: calls in both directions, with credit and
  cancellation.
- `serving`: answering the host's calls; `asgi`, `exchange`, `bodies`, `lifespan`, `routes`,
  `documents`: those for the plugin's routers.
- `host`: what a plugin's code may ask of the host.
- `logs`, `tracebacks`: what its author gets to see. `attempts`, `reach`: files that it tried to
  reach and may not.

Nothing here is part of what a plugin imports; the package's other modules must work without it.
"""


def main() -> None:
    """Serves the plugin on descriptor 3 until the host ends it.

    Does not return: the process exits.
    """
    from orchestrator_sdk.child.process import run

    run()
