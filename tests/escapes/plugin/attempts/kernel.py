"""Into the kernel's less trodden parts."""

import ctypes
import errno
import fcntl
import os
import resource
from typing import Any

from . import raw


def io_uring(_: Any) -> int:
    return raw.call("io_uring_setup", 8, ctypes.create_string_buffer(120))


def bpf(_: Any) -> int:
    return raw.call("bpf", 0, ctypes.create_string_buffer(128), 128)


def keyctl(_: Any) -> int:
    get_keyring, session = 0, -3
    return raw.call("keyctl", get_keyring, session, 1)


def unshare(_: Any) -> int:
    new_user = 0x1000_0000
    return raw.call("unshare", new_user)


def mount(_: Any) -> int:
    return raw.call("mount", b"none", b"/mnt", b"tmpfs", 0, 0)


def pivot_root(_: Any) -> int:
    return raw.call("pivot_root", b"/", b"/")


def setns(_: Any) -> int:
    return raw.call("setns", 0, 0)


def change_root(_: Any) -> None:
    os.chroot("/")


def answer_for_itself(_: Any) -> int:
    # Whoever listens to refused calls can let them through.
    set_filter, new_listener = 1, 8
    return raw.call("seccomp", set_filter, new_listener, ctypes.create_string_buffer(16))


def memory_file(_: Any) -> int:
    return raw.call("memfd_create", b"m", 0)


def shared_memory(_: Any) -> int:
    private, create = 0, 0o1600
    return raw.call("shmget", private, 4096, create)


def raise_limit(_: Any) -> int:
    more = (ctypes.c_uint64 * 2)(1024, 1024)
    return raw.function("setrlimit", resource.RLIMIT_NOFILE, more)


def raise_limit_of_itself(_: Any) -> int:
    more = (ctypes.c_uint64 * 2)(1 << 40, 1 << 40)
    return raw.call("prlimit64", 0, resource.RLIMIT_DATA, more, 0)


def type_into_terminal(_: Any) -> int:
    insert = 0x5412
    return fcntl.ioctl(0, insert, b"x")


def hide_from_host(_: Any) -> int:
    dumpable = 4
    return raw.function("prctl", dumpable, 0, 0, 0, 0)


def inherited_descriptors(_: Any) -> str:
    # A name that is a path leads to a file; what Python itself opens has none.
    opened = []
    for descriptor in range(1024):
        try:
            name = os.readlink(f"/proc/self/fd/{descriptor}")
        except OSError:
            continue
        opened.append(name if name.startswith("/") else name.partition(":")[0])
    return " ".join(opened)


def reopen_protocol(_: Any) -> int:
    # Wherever the SDK has moved it: whatever is a socket.
    error = OSError("there is no socket")
    for descriptor in range(3, 64):
        path = f"/proc/self/fd/{descriptor}"
        try:
            if os.readlink(path).startswith("socket:"):
                return os.open(path, os.O_RDWR)
        except OSError as refusal:
            error = refusal if refusal.errno != errno.ENOENT else error
    raise error
