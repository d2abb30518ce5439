"""System calls without what Python puts in front of them."""

import ctypes
import os
import platform
from typing import Any

_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.syscall.restype = ctypes.c_long
# The numbers of the calls; a name that is the same everywhere needs one number for each machine.
_NUMBERS = {
    "x86_64": {
        "clone": 56, "fork": 57, "vfork": 58, "ptrace": 101, "pivot_root": 155, "mount": 165,
        "keyctl": 250, "unshare": 272, "setns": 308, "process_vm_readv": 310, "bpf": 321,
        "memfd_create": 319, "io_uring_setup": 425, "shmget": 29, "clone3": 435, "getpid": 39,
        "seccomp": 317, "prlimit64": 302, "fchmodat2": 452, "inotify_init1": 294, "inotify_add_watch": 254,
    },
    "aarch64": {
        "clone": 220, "ptrace": 117, "pivot_root": 41, "mount": 40, "keyctl": 219, "unshare": 97,
        "setns": 268, "process_vm_readv": 270, "bpf": 280, "memfd_create": 279,
        "io_uring_setup": 425, "shmget": 194, "clone3": 435, "getpid": 172, "prlimit64": 261,
        "seccomp": 277, "fchmodat2": 452, "inotify_init1": 26, "inotify_add_watch": 27,
    },
}  # fmt: skip
X32 = 0x4000_0000


def number(name: str) -> int:
    return _NUMBERS[platform.machine()][name]


def call(name: str | int, *args: Any) -> int:
    """Calls the kernel, and raises what it refuses with."""
    at = name if isinstance(name, int) else number(name)
    longs = [ctypes.c_long(arg) if isinstance(arg, int) else arg for arg in args]
    return _checked(_LIBC.syscall(ctypes.c_long(at), *longs))


def function(name: str, *args: Any) -> int:
    """Calls a function of the C library that returns -1 when it is refused."""
    return _checked(getattr(_LIBC, name)(*args))


def _checked(result: int) -> int:
    if result == -1:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return result
