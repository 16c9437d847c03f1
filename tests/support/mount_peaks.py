"""Watches what carrying cache mounts takes of this machine.

usage: mount_peaks.py FOLDER RESULT
Until it is sent SIGTERM: the most memory of any process that is our binary inside the builder, and the
most disk that FOLDER takes. Then writes "MEMORY_MIB FOLDER_MIB" to RESULT.
"""
import os
import signal
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "bench"))
from watch import Watch, agent_peak, taken  # noqa: E402: it stands with the benchmarks

MIB = 1 << 20


def main():
    """Watches until told to stop."""
    folder, result = sys.argv[1:]
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    with Watch(agent_peak, 0.02) as memory, Watch(lambda: taken(folder), 0.1) as disk:
        stopped.wait()
    with open(result, "w", encoding="utf-8") as file:
        file.write(f"{memory.highest() // MIB} {disk.highest() // MIB}\n")


main()
