"""The attempts, by name. Each is a function that raises the refusal, or returns what it got.

None of them asserts anything: what must come out is the test's affair.
"""

from . import files, kernel, network, processes, resources

ATTEMPTS = {
    name: attempt
    for module in (files, kernel, network, processes, resources)
    for name, attempt in vars(module).items()
    if callable(attempt) and getattr(attempt, "__module__", "") == module.__name__
    and not name.startswith("_")
}
