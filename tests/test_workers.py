"""Workers do not outlive the process that wanted them, however it ends."""

import os
import signal
import subprocess
import sys
import time

import psutil

PARENT = """
import os, sys, time
from catalog import workers
if __name__ == "__main__":
    with workers.pool(2) as pool:
        print(*{pool.submit(os.getpid).result() for _ in range(20)}, flush=True)
        time.sleep(60)
"""


def test_workers_end_with_a_killed_parent(tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        children = [int(pid) for pid in parent.stdout.readline().split()]
        assert children
        parent.send_signal(signal.SIGKILL)

    deadline = time.monotonic() + 100
    while any(map(_runs, children)):
        assert time.monotonic() < deadline, "a worker is still there"
        time.sleep(0.05)


def _runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_an_initializer_runs_in_each_worker_with_its_arguments(monkeypatch):
    from catalog import workers

    with workers.pool(1, os.putenv, ("CATALOG_TEST", "set")) as pool:
        assert pool.submit(len, "abc").result() == 3
