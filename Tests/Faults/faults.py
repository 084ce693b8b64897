"""The faults that matrix.py applies to commands."""

import hashlib
import json
import os
import pathlib
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parent.parent / "data-manifests"
CORPUS = DATA / "corpora" / "tiny"
TIMEOUT = 60
TRAPS = {-signal.SIGILL, -signal.SIGTRAP, -signal.SIGABRT, -signal.SIGFPE, -signal.SIGBUS, -signal.SIGSEGV}
NOBODY = 65534
SMALL = "--hidden 16 --batch-segments 4 --shuffle-segments 8"

# The command lines. OUT is the directory that a command writes, RUN and RUN2 are trainings.
COMMANDS = {
    "preprocess": "preprocess CORPUS --out OUT --shard-utterances 4 --relative-paths --quiet",
    "train": f"train CORPUS --out OUT --epochs 40 {SMALL} --quiet --resume",
    "compare": f"compare mel fft --corpus CORPUS --out OUT --seeds 2 --epochs 2 {SMALL} --progress never",
    "corpus make": "corpus make OUT --preset tiny --minutes 0.3 --quiet",
    "evaluate": "evaluate RUN CORPUS --json --quiet",
    "report": "report RUN RUN2 --corpus CORPUS --out OUT --progress never",
}
TRAINING = f"train CORPUS --out OUT --epochs 3 {SMALL} --quiet --seed"

# Files whose bytes are not promised: times, hosts, speeds.
UNPROMISED = re.compile(r"(^|/)(provenance\.jsonl|report\.html|costs/.*|comparison\.json)$")


class Run:
    def __init__(self, status, output, errors):
        self.status = status
        self.output = output
        self.errors = errors

    @property
    def isCrash(self):
        return self.status in TRAPS or self.status is None


class Matrix:
    def __init__(self, program, folder, rounds, seed):
        self.program = str(pathlib.Path(program).resolve())
        self.folder = folder
        self.rounds = rounds
        self.random = random.Random(seed)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("KALEIDO_")}
        self.environment = kept | {"KALEIDO_DATA": str(DATA)}
        self.count = 0
        self.violations = []
        self.cell = ""
        self.runs = []
        for number in (1, 2):
            out = self.new()
            run = self.run(f"{TRAINING} {number}".split(), out)
            if run.status != 0:
                sys.exit(f"matrix: the training of RUN failed: {run.errors}")
            self.runs.append(out)
        self.references = {}
        for name, line in COMMANDS.items():
            out = self.new()
            start = time.monotonic()
            run = self.run(line.split(), out)
            if run.status != 0:
                sys.exit(f"matrix: {name} failed without a fault: {run.errors}")
            self.references[name] = (self.contents(out, run), time.monotonic() - start, out)

    # Running

    def new(self):
        self.count += 1
        return self.folder / f"out-{self.count}"

    def words(self, words, out):
        runs = {"RUN": str(self.runs[0]), "RUN2": str(self.runs[1])} if len(self.runs) == 2 else {}
        paths = {"CORPUS": str(CORPUS), "OUT": str(out)} | runs
        return [self.program] + [paths.get(word, word) for word in words]

    def start(self, words, out, prefix=(), **more):
        return subprocess.Popen(
            [*prefix, *self.words(words, out)], env=self.environment, stdin=subprocess.DEVNULL,
            stdout=more.pop("stdout", subprocess.PIPE), stderr=subprocess.PIPE, **more)

    def end(self, process):
        try:
            output, errors = process.communicate(timeout=TIMEOUT)
            return Run(process.returncode, output or b"", errors.decode(errors="replace"))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return Run(None, b"", "it hangs")

    def run(self, words, out, **more):
        return self.end(self.start(words, out, **more))

    def contents(self, out, run):
        """Digests of the files whose bytes are promised, or of standard output where nothing is written."""
        if not out.exists():
            kept = re.sub(rb'"wall_seconds": [^,]*', b"", run.output)
            return {"standard output": hashlib.sha256(kept).hexdigest()}
        found = {}
        for path in sorted(path for path in out.rglob("*") if path.is_file()):
            name = path.relative_to(out).as_posix()
            if UNPROMISED.search(name):
                continue
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
        if (out / "comparison.json").exists():
            found["results"] = self.results(out / "comparison.json")
        return found

    @staticmethod
    def results(path):
        """The results of comparison.json, without what a clock has measured."""
        document = json.loads(path.read_text())
        rows = [{name: row[name] for name in ("row", "seeds", "trials")} for row in document["rows"]]
        kept = [rows, document["comparisons"], document["seed_tests"]]
        return hashlib.sha256(json.dumps(kept).encode()).hexdigest()

    def require(self, holds, text):
        if not holds:
            self.violations.append(f"{self.cell}: {text}")
        return holds

    def requireEnd(self, run, mayTrap=False):
        self.require(run.status is not None, "it hangs")
        self.require(mayTrap or not run.isCrash, f"ended by signal {-(run.status or 0)}: {run.errors[-300:]}")

    def recovers(self, name, out, what="the same command", **more):
        """Whether the command, run again, ends with the bytes of an undisturbed run."""
        run = self.run(COMMANDS[name].split(), out, **more)
        found = self.contents(out, run)
        reference = self.references[name][0]
        differing = sorted(set(found.items()) ^ set(reference.items()))
        return self.require(
            run.status == 0 and not differing,
            f"{what} ended with {run.status}, {run.errors[-300:]!r}, other files: {differing[:3]}")

    @staticmethod
    def statuses(runs):
        return ", ".join(sorted({status(run.status) for run in runs}))

    # Faults

    def kill(self, name):
        seconds = self.references[name][1]
        good = 0
        for _ in range(self.rounds):
            out = self.new()
            process = self.start(COMMANDS[name].split(), out)
            time.sleep(self.random.uniform(0, seconds))
            process.kill()
            process.communicate()
            good += self.recovers(name, out)
        return f"{good} of {self.rounds} then whole"

    def disk(self, name):
        if name == "evaluate":
            with open("/dev/full", "wb") as full:
                run = self.run(COMMANDS[name].split(), self.new(), stdout=full)
            self.requireEnd(run)
            self.require(run.status != 0, "0 although nothing could be written")
            return f"{status(run.status)} (standard output)"
        if os.geteuid() != 0:
            return "not run: no root"
        whole = self.references[name][2]
        size = sum(path.stat().st_size + 4096 for path in whole.rglob("*") if path.is_file())
        runs = []
        for share in (0.05, 0.3, 0.7):
            disk = self.new()
            disk.mkdir()
            mount("-t", "tmpfs", "-o", f"size={max(8192, int(size * share))}", "tmpfs", disk)
            try:
                run = self.run(COMMANDS[name].split(), disk / "out")
                self.requireEnd(run)
                self.require(run.status != 0, f"0 on a disk of {share:.0%} of the output")
                runs.append(run)
                mount("-o", f"remount,size={4 * size + (64 << 20)}", disk)
                self.recovers(name, disk / "out", "with more room the same command")
            finally:
                subprocess.run(["umount", str(disk)], check=True)
        return f"{self.statuses(runs)}, then whole"

    def fileSize(self, name):
        if name == "evaluate":
            return "writes no file"
        whole = self.references[name][2]
        largest = max(path.stat().st_size for path in whole.rglob("*") if path.is_file())
        out = self.new()
        run = self.run(
            COMMANDS[name].split(), out, preexec_fn=limiter(resource.RLIMIT_FSIZE, largest // 2))
        self.requireEnd(run)
        self.require(run.status != 0, "0 although a file could not be written")
        self.recovers(name, out)
        return f"{status(run.status)}, then whole"

    def readOnly(self, name):
        if name == "evaluate":
            return "writes no file"
        if os.geteuid() != 0:
            return "not run: no root"
        disk = self.new()
        disk.mkdir()
        mount("-t", "tmpfs", "-o", "size=1m,ro", "tmpfs", disk)
        try:
            runs = [self.run(COMMANDS[name].split(), disk / "out")]
        finally:
            subprocess.run(["umount", str(disk)], check=True)
        folder = self.new()
        folder.mkdir(mode=0o555)
        runs.append(self.run(COMMANDS[name].split(), folder / "out", user=NOBODY, group=NOBODY))
        for run in runs:
            self.requireEnd(run)
            self.require(run.status in (73, 77), f"{run.status}: {run.errors[-300:]}")
        return f"{status(runs[0].status)}; without the right {status(runs[1].status)}"

    def damage(self, name, change):
        """Damages each file in turn, of the output and of the trainings that are read."""
        counts = {"named": 0, "remade": 0, "unread": 0}
        inputs = {"evaluate": self.runs[:1], "report": self.runs}.get(name, [])
        whole = self.references[name][2]
        roots = ([whole] if whole.exists() else []) + inputs
        for root in roots:
            for path in sorted(path for path in root.rglob("*") if path.is_file()):
                bytes = path.read_bytes()
                if not bytes:
                    continue
                path.write_bytes(change(bytes))
                run = self.run(COMMANDS[name].split(), whole)
                self.requireEnd(run)
                relative = path.relative_to(root).as_posix()
                if run.status == 65:
                    counts["named"] += 1
                    self.require(
                        path.name in run.errors and "expected" in run.errors and "found" in run.errors,
                        f"{relative} is not named: {run.errors[-300:]}")
                    path.write_bytes(bytes)
                elif not self.require(
                    run.status == 0, f"{relative}: {run.status}, {run.errors[-300:]}"
                ):
                    path.write_bytes(bytes)
                elif path.name != "provenance.jsonl" and (
                    path.read_bytes() == bytes or UNPROMISED.search(relative)
                ):
                    counts["remade"] += 1
                else:
                    counts["unread"] += 1
                    path.write_bytes(bytes)
                self.recovers(name, whole, f"after {relative} the same command")
        return "; ".join(f"{count} {kind}" for kind, count in counts.items() if count)

    def truncate(self, name):
        return self.damage(name, lambda bytes: bytes[: len(bytes) // 2])

    def flip(self, name):
        def change(bytes):
            index = self.random.randrange(len(bytes))
            changed = bytearray(bytes)
            changed[index] ^= 1 << self.random.randrange(8)
            return changed

        return self.damage(name, change)

    def writers(self, name):
        runs = []
        for _ in range(self.rounds):
            out = self.new()
            pair = [self.start(COMMANDS[name].split(), out) for _ in range(2)]
            ended = [self.end(process) for process in pair]
            for run in ended:
                self.requireEnd(run)
                self.require(run.status in (0, 75), f"{run.status}: {run.errors[-300:]}")
            self.require(any(run.status == 0 for run in ended), "neither of two ended with 0")
            self.recovers(name, out)
            runs += ended
        return f"{self.statuses(runs)}; whole"

    def deleted(self, name):
        folder = self.new()
        out = f"faults-{os.getpid()}-{self.count}"
        script = 'mkdir "$0" && cd "$0" && rmdir "$0" && exec "$@"'
        run = self.run(COMMANDS[name].split(), out, prefix=("sh", "-c", script, str(folder)))
        self.requireEnd(run)
        self.require(not os.path.exists(f"/{out}"), f"it wrote to /{out}")
        shutil.rmtree(f"/{out}", ignore_errors=True)
        self.require(run.status != 0 or name == "evaluate", "0 without a directory to write to")
        return status(run.status)

    def memory(self, name):
        needed = None
        statuses = []
        for megabytes in (100, 150, 200, 300, 400, 600, 800, 1000):
            out = self.new()
            run = self.run(
                COMMANDS[name].split(), out, preexec_fn=limiter(resource.RLIMIT_AS, megabytes << 20))
            self.requireEnd(run, mayTrap=True)
            if run.status == 0:
                needed = megabytes
                break
            statuses.append(run)
            self.recovers(name, out)
        self.require(needed is not None, "not whole with 1000 MB")
        below = f"; below {self.statuses(statuses)}" if statuses else ""
        return f"whole from {needed} MB{below}"


def status(code):
    """A status as a shell shows it."""
    return "no end" if code is None else str(128 - code if code < 0 else code)


def limiter(kind, value):
    return lambda: resource.setrlimit(kind, (value, resource.RLIM_INFINITY))


def mount(*arguments):
    subprocess.run(["mount", *map(str, arguments)], check=True)


FAULTS = {
    "`kill -9` at a random time": Matrix.kill,
    "a full disk": Matrix.disk,
    "a limit on file sizes": Matrix.fileSize,
    "a directory that cannot be written": Matrix.readOnly,
    "a file cut in half": Matrix.truncate,
    "one bit of a file flipped": Matrix.flip,
    "two at once": Matrix.writers,
    "a working directory that was deleted": Matrix.deleted,
    "a limit on address space": Matrix.memory,
}
