"""What recording costs per event: CPU time of the program and its drain, beside the program alone and uftrace.

Usage: python3 benches/record/run.py ATF [CALLS] [ROUNDS]

The runs are interleaved, and the minimum of each is taken. What `atf record` computes after the program has ended, the
report in its summary, is not a cost of recording: an `atf report` of the same session is subtracted.
"""

import os
import shutil
import subprocess
import sys
import tempfile

XRAY = ["-fxray-instrument", "-fxray-instruction-threshold=1", "-fnoxray-link-deps"]


def cpu(command):
    """User and system time of a command and all that it waited for, in seconds."""
    pid = os.posix_spawnp(
        command[0],
        command,
        os.environ,
        file_actions=[(os.POSIX_SPAWN_OPEN, fd, "/dev/null", os.O_WRONLY, 0) for fd in (1, 2)],
    )
    usage = os.wait4(pid, 0)[2]
    return usage.ru_utime + usage.ru_stime


def main():
    atf = os.path.abspath(sys.argv[1])
    calls = int(sys.argv[2]) if len(sys.argv) > 2 else 5_000_000
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "leaf.c")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        builds = {
            "plain": ["gcc"],
            "hooks": ["gcc", "-finstrument-functions"],
            "xray": ["clang", *XRAY],
        }
        for name, compiler in builds.items():
            subprocess.run([*compiler, "-O2", source, "-o", name], check=True)

        def recorded(name, *options):
            shutil.rmtree("out", ignore_errors=True)
            total = cpu([atf, "record", *options, "-o", "out", "--", f"./{name}", str(calls)])
            return total - (cpu([atf, "report", "out"]) if os.path.exists("out") else 0)

        def uftraced(name):
            shutil.rmtree("uftrace.data", ignore_errors=True)
            return cpu(["uftrace", "record", "--no-libcall", f"./{name}", str(calls)])

        def alone(name):
            return cpu([f"./{name}", str(calls)])

        runs = {
            "plain, alone": lambda: alone("plain"),
            "hooks, alone": lambda: alone("hooks"),
            "xray, alone": lambda: alone("xray"),
            "hooks, atf record": lambda: recorded("hooks"),
            "xray, atf record": lambda: recorded("xray"),
            "xray, nothing chosen": lambda: recorded("xray", "--filter", "absent"),
        }
        if shutil.which("uftrace"):
            runs["hooks, uftrace"] = lambda: uftraced("hooks")
        times = {name: [] for name in runs}
        for _ in range(rounds):
            for name, run in runs.items():
                times[name].append(run())
        bare = min(times["plain, alone"])
        for name, seconds in times.items():
            least = min(seconds)
            print(f"{name:22} {least:7.3f} s {(least - bare) / (2 * calls) * 1e9:7.1f} ns per event")


main()
