#!/usr/bin/env python3
"""Measures how time and memory of the program grow with the number of utterances.

    growth.py --program .build/release/kaleido [--utterances 10000,50000,200000] [--commands LIST]

The corpora are manifests of growing numbers of utterances, which name a thousand recordings of a tenth of a
second again and again: what grows is what is kept of each utterance. For every command and size a line
gives wall time, peak memory (largest resident set), time by utterance, and the bytes that each utterance
more costs, between two sizes. The status is 1 if that is more than --limit bytes.
"""

import argparse
import json
import os
import random
import struct
import sys
import tempfile
import time
from pathlib import Path

RECORDINGS = 1000
SAMPLES = 1600


def make_recordings(root):
    rng = random.Random(1)
    for index in range(RECORDINGS):
        folder = root / "TRAIN" / f"DR{index % 8 + 1}" / f"F{index % 100:03d}0"
        folder.mkdir(parents=True, exist_ok=True)
        body = struct.pack(f"<{SAMPLES}h", *(rng.randrange(-2000, 2000) for _ in range(SAMPLES)))
        header = b"RIFF" + struct.pack("<I", 36 + len(body)) + b"WAVEfmt " + struct.pack(
            "<IHHIIHH", 16, 1, 1, 16000, 32000, 2, 16)
        (folder / f"SX{index}.WAV").write_bytes(header + b"data" + struct.pack("<I", len(body)) + body)
        (folder / f"SX{index}.PHN").write_text(f"0 {SAMPLES // 2} h#\n{SAMPLES // 2} {SAMPLES} aa\n")


def make_manifest(path, count):
    """One utterance in ten is a dev, one in ten a test utterance; a hundred utterances are of one speaker."""
    with path.open("w") as file:
        for index in range(count):
            recording = index % RECORDINGS
            stem = f"TRAIN/DR{recording % 8 + 1}/F{recording % 100:03d}0/SX{recording}"
            speaker = index // 100
            split = {0: "dev", 1: "test"}.get(speaker % 10, "train")
            line = {
                "id": f"S{speaker:05d}_U{index:07d}", "audio": f"{stem}.WAV", "labels": f"{stem}.PHN",
                "speaker": f"S{speaker:05d}", "split": split,
            }
            file.write(json.dumps(line) + "\n")


def run(arguments, folder):
    """Wall seconds and peak bytes of a command, which must end with 0."""
    start = time.monotonic()
    with (folder / "output").open("w") as output:
        actions = [(os.POSIX_SPAWN_DUP2, output.fileno(), descriptor) for descriptor in (1, 2)]
        process = os.posix_spawn(arguments[0], arguments, os.environ, file_actions=actions)
        _, status, usage = os.wait4(process, 0)
    seconds = time.monotonic() - start
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{' '.join(arguments)}\n{(folder / 'output').read_text()[-2000:]}")
    return seconds, usage.ru_maxrss * 1024


def commands(program, folder, count):
    corpus, out = str(folder / "corpus" / f"{count}.jsonl"), str(folder / f"out-{count}")
    training = ["--epochs", "1", "--hidden", "8"]
    run = str(folder / f"run-{count}")
    preprocess = [program, "preprocess", corpus, "--out", out, "--mel-bins", "23", "--quiet"]
    return {
        "preprocess": preprocess,
        "preprocess again": preprocess,
        "status": [program, "preprocess", "status", out],
        "verify": [program, "preprocess", "verify", out, "--quiet"],
        "finish": [program, "preprocess", "finish", out, "--quiet"],
        "corpus check --against": [program, "corpus", "check", corpus, "--against", out, "--quiet"],
        "train": [program, "train", corpus, "--mel-bins", "23", "--out", run, "--quiet"] + training,
        "evaluate": [program, "evaluate", run, corpus, "--split", "test", "--quiet"],
        "compare": [
            program, "compare", "mel:bins=23", "mel:bins=20", "--corpus", corpus, "--seeds", "1",
            "--out", str(folder / f"cmp-{count}"), "--quiet",
        ] + training,
    }


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--utterances", default="10000,50000,200000")
    parser.add_argument("--commands", default="preprocess,preprocess again,status,verify,finish")
    parser.add_argument("--folder", help="where the corpora are made; a temporary folder if not given")
    parser.add_argument("--limit", type=int, default=2000, help="bytes an utterance")
    arguments = parser.parse_args()
    program = str(Path(arguments.program).resolve())
    sizes = [int(size) for size in arguments.utterances.split(",")]
    exceeded = False
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        folder = Path(name)
        make_recordings(folder / "corpus")
        print("| command | utterances | seconds | peak MB | µs an utterance | bytes an utterance more |")
        print("| --- | ---: | ---: | ---: | ---: | ---: |", flush=True)
        before = {}
        for size in sizes:
            make_manifest(folder / "corpus" / f"{size}.jsonl", size)
            every = commands(program, folder, size)
            for command in arguments.commands.split(","):
                seconds, peak = run(every[command], folder)
                more = ""
                if command in before:
                    fewer, less = before[command]
                    slope = (peak - less) / (size - fewer)
                    exceeded = exceeded or slope > arguments.limit
                    more = f"{slope:.0f}"
                before[command] = (size, peak)
                cells = [
                    f"`{command}`", f"{size}", f"{seconds:.2f}", f"{peak / 1e6:.0f}",
                    f"{seconds / size * 1e6:.0f}", more,
                ]
                print(f"| {' | '.join(cells)} |", flush=True)
    sys.exit(1 if exceeded else 0)


if __name__ == "__main__":
    main()
