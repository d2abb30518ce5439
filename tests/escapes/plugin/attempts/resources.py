"""More than is allowed, of whatever is there."""

import mmap
import os
import threading
import time
from pathlib import Path
from typing import Any

MIB = 1 << 20


def hog_objects(_: Any) -> int:
    return len(bytearray(512 * MIB))


def hog_pages(_: Any) -> int:
    return len(mmap.mmap(-1, 512 * MIB, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS))


def hog_shared_pages(_: Any) -> int:
    return len(mmap.mmap(-1, 512 * MIB))


def hog_shared_zeros(_: Any) -> int:
    opened = os.open("/dev/zero", os.O_RDWR)
    return len(mmap.mmap(opened, 512 * MIB))


def bomb_threads(_: Any) -> int:
    for started in range(10_000):
        threading.Thread(target=time.sleep, args=(3600,), daemon=True).start()
    return started


def bomb_forks(_: Any) -> None:
    while True:
        if os.fork() == 0:
            os._exit(0)


def one_huge_file(given: Any) -> int:
    with Path(given["data"], "huge").open("wb") as file:
        for _ in range(512):
            file.write(bytes(MIB))
    return 512


def many_files(given: Any) -> None:
    for number in range(512):
        Path(given["data"], f"many{number}").write_bytes(bytes(MIB // 2))
    time.sleep(3600)


def spin(_: Any) -> None:
    while True:
        pass


def sleep_for_ever(_: Any) -> None:
    time.sleep(1_000_000)


def flood_stdout(_: Any) -> str:
    for _ in range(20):
        os.write(1, b"flooding\n" * 1_000)
    return "flooded"
