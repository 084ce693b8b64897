#!/usr/bin/env python3
"""Runs each command that writes or reads directories under each fault, and prints the outcomes.

    matrix.py --program .build/release/kaleido [--rounds N] [--seed N] [--only TEXT] [--write docs/results.md]

A fault is applied to a command on the built-in corpus; then the same command is run again without it.
Whatever the fault,

- no command hangs (a minute), and none ends with a trap, but where memory is taken away;
- what did not finish does not end with 0;
- the same command then ends with 0 and with the bytes of an undisturbed run, or, where a file was damaged,
  with 65 and the file's name (and with those bytes once the file is put back).

Status 0 if that holds in every cell; 1 if not, each violation on a line of standard error. `--write` replaces
the section "Faults" of a page by the table. Disks are small file systems in memory, which takes root; without
it, those cells say so. Only Python's standard library is used.
"""

import argparse
import datetime
import os
import pathlib
import platform
import sys
import tempfile
import time

from faults import COMMANDS, FAULTS, Matrix

HEADING = "## Faults"


def section(table, arguments, seconds):
    """The section of the page."""
    processor = next(
        (line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")),
        platform.machine())
    lines = [
        HEADING, "",
        "Each command under each fault, then again without it. *Whole* is what it then wrote: the bytes of",
        "a run without any fault. Numbers are exit codes. Files were damaged one at a time: *named*, the",
        "command ended with 65, the file's name, what was expected and what was found; *remade*, it ended",
        "with 0 and the file was as before; *unread*, it had no need of it.", "",
        "| | |", "| --- | --- |",
        f"| command | `Tests/Faults/matrix.py --program {arguments.program} --rounds {arguments.rounds}`"
        f" ({seconds / 60:.0f} minutes) |",
        f"| machine | {processor}, {os.cpu_count()} processors shared with other work |",
        f"| date | {datetime.date.today().isoformat()} |",
        "| corpus | the built-in one; `corpus make` makes 20 seconds |", "",
        "| fault | " + " | ".join(f"`{name}`" for name in COMMANDS) + " |",
        "| --- |" + " --- |" * len(COMMANDS),
    ]
    rows = [f"| {fault} | " + " | ".join(cells) + " |" for fault, cells in table.items()]
    return "\n".join(lines + rows) + "\n"


def write(path, text):
    """Puts the section between its marks on a page, or at its end."""
    page = path.read_text()
    before, found, rest = page.partition(f"{HEADING}\n")
    after = rest.partition("\n## ")
    page = before.rstrip("\n") + "\n\n" + text + ("\n## " + after[2] if found and after[1] else "")
    path.write_text(page)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--write", type=pathlib.Path)
    arguments = parser.parse_args()
    start = time.monotonic()
    table = {}
    with tempfile.TemporaryDirectory(prefix="kaleido-faults-") as folder:
        os.chmod(folder, 0o755)
        matrix = Matrix(arguments.program, pathlib.Path(folder), arguments.rounds, arguments.seed)
        for fault, apply in FAULTS.items():
            cells = []
            for name in COMMANDS:
                matrix.cell = f"{fault}, {name}"
                if arguments.only not in matrix.cell:
                    cells.append("")
                    continue
                cells.append(apply(matrix, name))
                print(f"{matrix.cell}: {cells[-1]}", file=sys.stderr, flush=True)
            table[fault] = cells
    text = section(table, arguments, time.monotonic() - start)
    print(text, end="")
    for violation in matrix.violations:
        print(f"violation: {violation}", file=sys.stderr)
    if arguments.write and not matrix.violations:
        write(arguments.write, text)
    sys.exit(1 if matrix.violations else 0)


main()
