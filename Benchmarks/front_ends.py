#!/usr/bin/env python3
"""Trains front ends on a corpus with several seeds, scores them once, and prints the table.

    front_ends.py PROGRAM CORPUS WORK --front-ends mel,kaleidoscope-time --seeds 3 --epochs 12
                  [--other CORPUS:SPLIT]... [-- OPTIONS OF TRAIN]

Each run is stored in WORK/ROW-sSEED. `kaleido train` selects the epoch and the decoder's weights on the dev
speakers; only `kaleido evaluate` uses the test speakers. Finished runs are not repeated. One whose name
contains commas is passed with --front-end. Only Python's standard library is used.
"""

import argparse
import json
import pathlib
import re
import statistics
import subprocess
import sys


def folder_name(front_end):
    return re.sub(r"[^A-Za-z0-9.]+", "-", front_end)


def train(arguments, front_end, seed, extra):
    folder = arguments.work / f"{folder_name(front_end)}-s{seed}"
    if not (folder / "summary.json").exists():
        command = [
            arguments.program, "train", arguments.corpus, "--front-end", front_end, "--out", str(folder),
            "--seed", str(seed), "--epochs", str(arguments.epochs), "--quiet", *extra,
        ]
        if folder.exists():
            command.append("--resume")
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{' '.join(command)}: exit {done.returncode}\n{done.stderr}")
    return folder


def evaluate(arguments, folder, corpus, split):
    result = folder.with_name(f"{folder.name}.{folder_name(pathlib.Path(corpus).name)}.{split}.json")
    if not result.exists():
        command = [arguments.program, "evaluate", str(folder), corpus, "--split", split, "--json", "--quiet"]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{' '.join(command)}: exit {done.returncode}\n{done.stderr}")
        result.write_text(done.stdout)
    return json.loads(result.read_text())


def cell(values):
    spread = f" ± {statistics.stdev(values):.2f}" if len(values) > 1 else ""
    return f"{statistics.mean(values):.2f}{spread}"


def main():
    own, extra = sys.argv[1:], []
    if "--" in own:
        own, extra = own[: own.index("--")], own[own.index("--") + 1 :]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("corpus")
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("--front-ends", default="")
    parser.add_argument("--front-end", action="append", default=[])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--split", default="test")
    parser.add_argument("--other", action="append", default=[], help="another CORPUS:SPLIT to score on")
    arguments = parser.parse_args(own)
    front_ends = [name for name in arguments.front_ends.split(",") if name] + arguments.front_end
    arguments.work.mkdir(parents=True, exist_ok=True)
    test_sets = [(arguments.corpus, arguments.split)]
    test_sets += [tuple(other.rsplit(":", 1)) for other in arguments.other]

    conventions = ["strict", "forgiving", "merged"]
    results = {name: [[] for _ in test_sets] for name in front_ends}
    # Seeds in the outer loop, so that an interrupted run leaves about the same number for every front end.
    for seed in range(1, arguments.seeds + 1):
        for front_end in front_ends:
            folder = train(arguments, front_end, seed, extra)
            for index, (corpus, split) in enumerate(test_sets):
                results[front_end][index].append(evaluate(arguments, folder, corpus, split))
            print(f"{front_end}, seed {seed}: done", file=sys.stderr, flush=True)
    for index, (corpus, split) in enumerate(test_sets):
        name = pathlib.Path(corpus).name
        print(f"\n{name}, {split}: mean ± standard deviation over {arguments.seeds} seeds, %\n")
        print("| front end | frame accuracy | " + " | ".join(f"PER {name}" for name in conventions) + " |")
        print("| --- |" + " ---: |" * (1 + len(conventions)))
        for front_end in front_ends:
            scores = results[front_end][index]
            cells = [cell([100 * score["frames_scored"]["accuracy"] for score in scores])]
            for name in conventions:
                cells.append(cell([100 * score["phones"][name]["per"] for score in scores]))
            print(f"| `{front_end}` | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
