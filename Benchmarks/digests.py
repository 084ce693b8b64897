#!/usr/bin/env python3
"""Compares the numbers that the program computes with a record of them: no bit may change by accident.

    digests.py --program .build/release/kaleido [--jobs N] [--only PREFIX] [--record]

Runs the commands of the tables below on the built-in corpus, in a temporary folder, and digests (SHA-256)
what a change of names, texts and file layout leaves as it is:

- preprocess: the contents of the shards of each kind (features, labels, CMVN statistics), without the hashes
  in their file names; no index, record or configuration;
- train: name, type, shape and data of every tensor of model.safetensors, without its metadata, and the
  numbers of training.jsonl, without checksums; of each model the numbers of `evaluate --json`, and the phones
  of `stream`;
- stream: features as they come;
- compare: error rates, p-values, intervals and verdicts of comparison.json; no cost, path or version;
- corpus: audio and labels that `corpus make` synthesizes.

Numbers of JSON are digested in the order of the document without the names of its fields, so a field may be
renamed; where they are few, they are recorded themselves.

The bits depend on the vector unit, FFTW and its plan, the C library and Flite: digests.json holds a
record for each machine key made of these. Status 0: all as recorded; 1: differences, each named on a line; 2:
no record for this machine, which `--record` writes with a program that is known to be right. The number of
jobs makes no difference, and a debug build gives the bits of a release build, so that either may be checked
(25 seconds of processor time in release, two minutes in debug). Only Python's standard library is used.
"""

import argparse
import hashlib
import json
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
RECORD = HERE / "digests.json"
DATA = HERE.parent / "data-manifests"
CORPUS = DATA / "corpora" / "tiny"
RECORDING = CORPUS / "TEST" / "DR1" / "MRPE0" / "SI1.WAV"

# The command lines: all options are here and in the tables that follow. Words in capitals are replaced.
DOCTOR = "doctor --json"
PREPROCESS = "preprocess CORPUS --out OUT --jobs JOBS --quiet --format"
TRAIN = (
    "train CORPUS --out OUT --jobs JOBS --quiet "
    "--epochs 2 --batch-segments 4 --shuffle-segments 8 --hidden 16 --front-end"
)
EVALUATE = "evaluate MODEL CORPUS --jobs JOBS --quiet --json"
COMPARE = (
    "compare mel mel:mel-bins=8 kaleidoscope-time --corpus SPEAKERS --root CORPUS --out OUT --jobs JOBS "
    "--quiet --seeds 2 --epochs 2 --batch-segments 4 --shuffle-segments 8 --hidden 16"
)
STREAM = "stream --quiet"
STREAM_PHONES = "stream --quiet --model MODEL --output jsonl"
MAKE_CORPUS = "corpus make OUT --preset tiny --minutes 0.2 --jobs JOBS --quiet"

FORMATS = ("kaldi", "npy", "lhotse", "htk")

# Front end and options of `preprocess`, in each format.
FEATURES = (
    "mel",
    "mel --compress",
    "mel --shard-utterances 7",
    "mel --splice 2:1 --subsample 2 --cmvn sliding --no-snip-edges --dither 1",
    "mel --cmvn utterance",
    "mel --cmvn speaker --cmvn-norm-vars",
    "mel --cmvn global",
    "mel --vtln-warp 1.1 --mel-bins 23 --subsample -2",
    "mel --mel-scale slaney --mel-norm area --window hanning --no-use-power",
    "mel --htk-mode --htk-compat --use-energy --no-raw-energy --window hamming",
    "mel --no-use-log --no-round-to-power-of-two --no-remove-dc --frame-length 32 --frame-shift 8",
    "mel --preset kaldi-timit",
    "mel --preset kaldi",
    "mel:time=dct",
    "mfcc --use-energy --deltas 2",
    "mfcc --cepstral-lifter 0 --cepstra 20 --deltas 1 --delta-window 3",
    "fft",
    "fft --no-use-log --window blackman",
    "mel-pooled",
    "mel-pooled:compression=root",
    "kaleidoscope",
    "kaleidoscope:init=unitary,width=2,expansion=2",
    "kaleidoscope:init=identity",
    "kaleidoscope-pooled",
    "kaleidoscope-pooled:compression=pcen",
    "kaleidoscope-time",
    "kaleidoscope-time:raw,width=2",
    "dense",
    "low-rank:rank=8",
    "sparse:density=0.02 --seed 2",
    "circulant",
    "sincnet",
    "sincnet:filter-length=101 --no-snip-edges --mel-bins 23",
    "leaf",
    "td-filterbanks",
    "mel --gain utterance --mean utterance --dither 1",
    "mfcc --gain running --running-window 0.5 --gain-level 14 --mean running --no-snip-edges",
    "kaleidoscope-patch",
    "kaleidoscope-patch:patch-matrix=dense,gain=running,mean=none",
)

# Front end and options of `train`.
TRAININGS = tuple(
    f"{front_end} --classifier {classifier}"
    for classifier in ("mlp", "tdnn --hidden 16,16", "gru")
    for front_end in ("mel", "kaleidoscope", "kaleidoscope-time")
) + (
    "mel --hidden 20,kaleidoscope,kaleidoscope-16",
    "mel --normalization batch --dropout 0.2",
    "mel --classifier tdnn --normalization layer --dropout 0.1 --classes 48",
    "mel --classifier gru --bidirectional --normalization layer",
    "mel --classifier gru --hidden 16,16 --normalization batch --classes 61",
    "mel --optimizer sgd --schedule newbob --learning-rate 0.05 --epochs 4",
    "mel --optimizer rmsprop --schedule constant --momentum 0.5 --label-smoothing 0.1",
    "mel --optimizer adamw --schedule warm-up --weight-decay 0.01 --clip-norm 1 --seed 3",
    "mfcc --use-energy --deltas 2 --cmvn sliding --hidden none",
    "mel:time=dct",
    "fft",
    "mel-pooled",
    "mel-pooled:compression=pcen",
    "kaleidoscope:init=unitary,width=2",
    "kaleidoscope:fixed",
    "kaleidoscope-pooled:compression=root",
    "kaleidoscope-pooled:compression=pcen --classifier gru --bidirectional",
    "kaleidoscope-time:learn=compression+time",
    "dense",
    "low-rank",
    "sparse",
    "circulant",
    "sincnet",
    "leaf",
    "td-filterbanks --classifier tdnn --hidden 16,16",
    "kaleidoscope-pooled:gain=running",
    "kaleidoscope-patch:gain=running,mean=running",
    "kaleidoscope-patch:patch-matrix=monarch,gain=running,mean=running",
    "kaleidoscope-patch:fixed,gain=running,mean=running",
)

# Options of `stream` without a model.
STREAMS = (
    "--features mel --output text",
    "--features mel --output npy --no-snip-edges --deltas 2 --splice 3",
    "--features mfcc --output ark --cmvn sliding --dither 1 --key MRPE0_SI1",
    "--features kaleidoscope-time --output npy",
    "--front-end leaf --output npy",
    "--front-end kaleidoscope-patch:gain=running,mean=running --output npy",
)


class CommandFailure(Exception):
    pass


class Program:
    """The program, with a folder for what it writes."""

    def __init__(self, path, folder, jobs):
        self.path = path
        self.folder = folder
        self.words = {"CORPUS": str(CORPUS), "JOBS": str(jobs), "SPEAKERS": str(folder / "speakers.jsonl")}
        # No setting of the caller's, and the program's data from here, wherever the program is.
        kept = {name: value for name, value in os.environ.items() if not name.startswith("KALEIDO_")}
        self.environment = kept | {"KALEIDO_DATA": str(DATA)}
        self.outputs = 0

    def run(self, command, model=None, stdin=None):
        """Standard output, and the directory that OUT was replaced by."""
        self.outputs += 1
        out = self.folder / str(self.outputs)
        words = self.words | {"OUT": str(out), "MODEL": str(model)}
        done = subprocess.run(
            [self.path, *(words.get(word, word) for word in command.split())],
            cwd=self.folder, env=self.environment, input=stdin, stdin=None if stdin else subprocess.DEVNULL,
            capture_output=True)
        if done.returncode:
            message = done.stderr.decode(errors="replace").strip().splitlines()
            raise CommandFailure(f"status {done.returncode}: {message[0] if message else 'no message'}")
        return done.stdout, out


def digest(*parts):
    """SHA-256 of byte strings, each with its length, so that none runs into the next."""
    sha = hashlib.sha256()
    for part in parts:
        sha.update(struct.pack("<Q", len(part)))
        sha.update(part)
    return sha.hexdigest()


def values(node, without=()):
    """The leaves of JSON in the order of the document, without the names of fields."""
    if isinstance(node, dict):
        kept = [child for name, child in node.items() if name not in without]
        return [leaf for child in kept for leaf in values(child, without)]
    if isinstance(node, list):
        return [leaf for child in node for leaf in values(child, without)]
    return [node]


def digest_of_values(node, without=()):
    """The leaves themselves where they are short, since their differences can be read; else their digest."""
    text = ", ".join(json.dumps(leaf) for leaf in values(node, without))
    return text if len(text) <= 100 else digest(text.encode())


def digests_of_shards(folder):
    """A digest for each kind of shard: feats, normalized, labels39, ..., cmvn."""
    parts = {}
    for path in (path for path in (folder / "shards").rglob("*") if path.is_file()):
        name = re.sub(r"\.[0-9a-f]{16}(?=[./]|$)", "", path.relative_to(folder / "shards").as_posix())
        kind = name.split(".")[0]
        parts.setdefault(kind, []).append((name.split(".", 1)[1], path))
    if not parts:
        raise CommandFailure("no shards")
    return {
        kind: digest(*(part for name, path in sorted(files) for part in (name.encode(), path.read_bytes())))
        for kind, files in parts.items()
    }


def digest_of_tensors(path):
    data = path.read_bytes()
    start = 8 + struct.unpack("<Q", data[:8])[0]
    tensors = json.loads(data[8:start])
    tensors.pop("__metadata__", None)
    parts = []
    for name in sorted(tensors):
        tensor = tensors[name]
        first, last = tensor["data_offsets"]
        parts += [name.encode(), tensor["dtype"].encode(), json.dumps(tensor["shape"]).encode()]
        parts.append(data[start + first : start + last])
    return digest(*parts)


def preprocess(program, options):
    _, out = program.run(f"{PREPROCESS} {options}")
    return digests_of_shards(out)


def train(program, options):
    _, run = program.run(f"{TRAIN} {options}")
    history = [json.loads(line) for line in (run / "training.jsonl").read_text().splitlines()]
    found = {
        "tensors": digest_of_tensors(run / "model.safetensors"),
        "history": digest_of_values(history, without=["sha256"]),
    }
    evaluation = json.loads(program.run(EVALUATE, model=run)[0])
    for part in ("frames", "frames_scored", "phones", "decoding", "by_utterance"):
        found[f"evaluate {part}"] = digest_of_values(evaluation[part])
    if "--bidirectional" not in options:
        phones, _ = program.run(STREAM_PHONES, model=run, stdin=RECORDING.read_bytes())
        found["phones as they come"] = digest(phones)
    return found


def train_and_preprocess(program, options):
    """The features of a trained front end."""
    _, run = program.run(f"{TRAIN} {options}")
    _, out = program.run(f"{PREPROCESS} npy --model MODEL", model=run)
    return digests_of_shards(out)


def stream(program, options):
    return {"output": digest(program.run(f"{STREAM} {options}", stdin=RECORDING.read_bytes())[0])}


def write_speakers(path):
    """The built-in corpus with a speaker for every utterance: enough for a verdict."""
    lines = []
    for index, line in enumerate((CORPUS / "manifest.jsonl").read_text().splitlines()):
        entry = json.loads(line)
        split = "test" if index % 2 == 0 else "dev" if index % 5 == 1 else "train"
        lines.append(json.dumps({
            "id": f"U{index}", "audio": entry["audio"], "labels": entry["labels"],
            "speaker": f"P{index}", "split": split,
        }))
    path.write_text("\n".join(lines) + "\n")


def compare(program, options):
    write_speakers(program.folder / "speakers.jsonl")
    _, out = program.run(f"{COMPARE} {options}")
    result = json.loads((out / "comparison.json").read_text())
    found = {}
    for row in result["rows"]:
        name = row["row"]
        found[f"{name}, trials"] = digest_of_values(row["trials"], without=["settings"])
        for seed in row["seeds"]:
            found[f"{name}, seed {seed['seed']}, rates"] = digest_of_values(seed["rates"])
            found[f"{name}, seed {seed['seed']}, everything"] = digest_of_values(seed)
    for comparison in result["comparisons"]:
        for row in comparison["rows"]:
            name = f"{row['row']}, {comparison['measure']}"
            for part in ("verdict", "difference", "interval", "p", "adjusted_p"):
                found[f"{name}, {part}"] = digest_of_values(row[part])
            found[f"{name}, everything"] = digest_of_values(row, without=["row"])
    found["tests of each seed"] = digest_of_values(result["seed_tests"], without=["row"])
    return found


def make_corpus(program, options):
    _, out = program.run(f"{MAKE_CORPUS} {options}")
    suffixes = {".WAV": "audio", ".PHN": "phones", ".WRD": "words", ".TXT": "text"}
    found = {}
    for suffix, kind in suffixes.items():
        # Of speakers alone: DOC holds prose.
        paths = [path for split in ("TRAIN", "TEST") for path in (out / split).rglob(f"*{suffix}")]
        files = sorted((path.relative_to(out).as_posix(), path) for path in paths)
        found[kind] = digest(*(part for name, path in files for part in (name.encode(), path.read_bytes())))
    return found


def cases():
    """Name, function and options of everything that is digested."""
    for options in FEATURES:
        for kind in ("kaldi",) if "--compress" in options else FORMATS:
            yield f"preprocess {options}, {kind}", preprocess, f"{kind} --features {options}"
    for options in TRAININGS:
        yield f"train {options}", train, options
    yield "preprocess with a model", train_and_preprocess, "kaleidoscope-time"
    for options in STREAMS:
        yield f"stream {options}", stream, options
    yield "compare", compare, ""
    yield "corpus make", make_corpus, ""
    yield "corpus make --clean --seed 2", make_corpus, "--clean --seed 2"


def machine_key(program):
    """What the bits depend on beside the program, as short text."""
    report = program.run(DOCTOR)[0].decode()
    found = [
        re.search(pattern, report)
        for pattern in (
            r"kernels \w+", r"fftw-[\w.-]+", r"plan [0-9a-f]{16}", r"tables [0-9a-f]{16}", r"Flite [0-9.]+",
        )
    ]
    return "; ".join(match.group(0) for match in found if match)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=".build/release/kaleido", help="(default: %(default)s)")
    parser.add_argument("--jobs", type=int, default=1, help="workers of each command (default: %(default)s)")
    parser.add_argument("--only", default="", metavar="PREFIX", help="only what is named so: train mel")
    parser.add_argument("--record", action="store_true", help="write the record of this machine")
    arguments = parser.parse_args()
    if arguments.record and arguments.only:
        parser.error("a record is written of everything")

    records = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    found, failures = {}, []
    with tempfile.TemporaryDirectory(prefix="kaleido-digests-") as folder:
        program = Program(os.path.abspath(arguments.program), pathlib.Path(folder), arguments.jobs)
        try:
            key = machine_key(program)
        except (CommandFailure, OSError) as failure:
            print(f"{arguments.program}: {failure}")
            return 1
        if key not in records and not arguments.record:
            print(f"no record for this machine ({key}) in {RECORD.name}; --record writes one")
            return 2
        for name, function, options in cases():
            if not name.startswith(arguments.only):
                continue
            try:
                found |= {f"{name}: {part}": value for part, value in function(program, options).items()}
            except (CommandFailure, OSError, ValueError, LookupError) as failure:
                failures.append(name)
                print(f"{name}: {type(failure).__name__}: {failure}")

    if arguments.record:
        if failures:
            return 1
        RECORD.write_text(json.dumps(records | {key: found}, indent=1, sort_keys=True) + "\n")
        print(f"{len(found)} digests recorded for {key}")
        return 0
    failed = tuple(f"{name}: " for name in failures)
    record = {
        name: value for name, value in records[key].items()
        if name.startswith(arguments.only) and not name.startswith(failed)
    }
    names = sorted(record.keys() | found.keys())
    differences = [name for name in names if record.get(name) != found.get(name)]
    for name in differences:
        print(f"{name}: recorded {record.get(name, 'nothing')}, found {found.get(name, 'nothing')}")
    if differences or failures:
        print(f"{len(differences)} of {len(record)} digests differ, {len(failures)} commands failed")
        return 1
    print(f"{len(found)} digests as recorded")
    return 0


sys.exit(main())
