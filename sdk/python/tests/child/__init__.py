"""A plugin's process, from outside: a real child, and the other end of its socket."""
