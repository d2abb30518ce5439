"""Other processes, and new ones."""

import ctypes
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

from . import raw


def signal_parent(_: Any) -> None:
    os.kill(os.getppid(), signal.SIGKILL)


def signal_host(given: Any) -> None:
    os.kill(given["host"], signal.SIGKILL)


def signal_group_of_host(given: Any) -> None:
    os.killpg(os.getpgid(given["host"]), signal.SIGKILL)


def queue_signal(given: Any) -> int:
    return raw.function("sigqueue", given["host"], signal.SIGKILL, ctypes.c_void_p(0))


def ptrace_sibling(given: Any) -> int:
    attach = 16
    return raw.call("ptrace", attach, given["sibling"], 0, 0)


def read_memory_of_sibling(given: Any) -> int:
    return raw.call("process_vm_readv", given["sibling"], 0, 0, 0, 0, 0)


def parent_environ(_: Any) -> bytes:
    return Path(f"/proc/{os.getppid()}/environ").read_bytes()


def parent_maps(_: Any) -> bytes:
    return Path(f"/proc/{os.getppid()}/maps").read_bytes()


def parent_mem(_: Any) -> int:
    return os.open(f"/proc/{os.getppid()}/mem", os.O_RDWR)


def parent_descriptor(_: Any) -> int:
    return os.open(f"/proc/{os.getppid()}/fd/0", os.O_RDWR)


def parent_root(given: Any) -> bytes:
    return Path(f"/proc/{os.getppid()}/root{given['secret']}").read_bytes()


def host_environ(given: Any) -> bytes:
    return Path(f"/proc/{given['host']}/environ").read_bytes()


def host_maps(given: Any) -> bytes:
    return Path(f"/proc/{given['host']}/maps").read_bytes()


def host_mem(given: Any) -> int:
    return os.open(f"/proc/{given['host']}/mem", os.O_RDWR)


def own_mem(_: Any) -> int:
    return os.open("/proc/self/mem", os.O_RDWR)


def slow_host(given: Any) -> None:
    os.setpriority(os.PRIO_PROCESS, given["host"], 19)


def pin_host(given: Any) -> None:
    os.sched_setaffinity(given["host"], {0})


def reschedule_host(given: Any) -> None:
    os.sched_setscheduler(given["host"], os.SCHED_BATCH, os.sched_param(0))


def fork(_: Any) -> int:
    return _child(os.fork())


def fork_by_number(_: Any) -> int:
    return _child(raw.call("fork"))


def fork_x32(_: Any) -> int:
    return _child(raw.call(raw.number("fork") | raw.X32))


def clone(_: Any) -> int:
    return _child(raw.call("clone", signal.SIGCHLD, 0, 0, 0, 0))


def clone3(_: Any) -> int:
    order = (ctypes.c_uint64 * 8)(0, 0, 0, 0, signal.SIGCHLD)
    return _child(raw.call("clone3", order, ctypes.sizeof(order)))


def posix_spawn(_: Any) -> int:
    return os.posix_spawn("/bin/true", ["true"], {})


def run_a_program(_: Any) -> str:
    return str(subprocess.run(["/bin/true"], check=False))


def execute(_: Any) -> None:
    os.execv("/bin/true", ["true"])


def outlive_parent(_: Any) -> int:
    death_signal = 1
    return raw.function("prctl", death_signal, 0, 0, 0, 0)


def _child(pid: int) -> int:
    if pid == 0:
        os._exit(0)
    return pid
