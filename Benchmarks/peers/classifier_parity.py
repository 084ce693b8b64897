"""Trains a classifier on the same mel features with kaleido and PyTorch and prints both frame accuracies.

    classifier_parity.py PROGRAM CORPUS WORK [--seeds 3] [--epochs 12] [--classifier-option ...]

kaleido preprocesses CORPUS to NumPy arrays, trains a run and evaluates it on the test speakers; PyTorch (CPU)
reads the same arrays and builds the model of the run's config.json: batch statistics of the mel channels for
each of four parts of a batch, the same context, hidden layers, segments of 64 frames, Adam and one-cycle
rates. Initialization and shuffling come from each library's own generator, so equal seeds do not give equal
runs: the means over seeds are what must agree.
"""

import argparse
import json
import math
import pathlib
import statistics
import subprocess

import numpy as np
import torch

PARTS = 4


def run(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: exit {done.returncode}\n{done.stderr}")
    return done.stdout


def utterances(features):
    """Rows and labels by split, without the calibration sentences (SA1, SA2), as in training."""
    splits = {"train": [], "dev": [], "test": []}
    for line in open(features / "manifest.jsonl"):
        entry = json.loads(line)
        if entry["key"].split("_")[-1] in ("SA1", "SA2"):
            continue
        rows = np.load(features / entry["feats"]["file"], mmap_mode="r")[entry["feats"]["row"] :]
        rows = rows[: entry["frames"]]
        labels = np.load(features / entry["labels39"]["file"], mmap_mode="r")[entry["labels39"]["row"] :]
        splits[entry["split"]].append((np.array(rows), np.array(labels[: entry["frames"]], dtype=np.int64)))
    return splits


class Segments:
    """Segments of `length` frames with `context` rows on both sides; edges repeat the nearest row."""

    def __init__(self, utterances, length, context):
        rows, labels, inside = [], [], []
        for matrix, phones in utterances:
            for start in range(0, len(matrix), length):
                wanted = np.arange(start - context, start + length + context)
                rows.append(matrix[np.clip(wanted, 0, len(matrix) - 1)])
                inside.append((wanted >= 0) & (wanted < len(matrix)))
                padded = np.full(length, -1)
                piece = phones[start : start + length]
                padded[: len(piece)] = piece
                labels.append(padded)
        self.rows = torch.from_numpy(np.stack(rows))
        self.labels = torch.from_numpy(np.stack(labels))
        self.inside = torch.from_numpy(np.stack(inside))


class Normalizer(torch.nn.Module):
    """Batch normalization without scale and shift, over rows inside the utterances."""

    def __init__(self, channels, momentum=0.1, epsilon=1e-5):
        super().__init__()
        self.momentum, self.epsilon = momentum, epsilon
        self.register_buffer("mean", torch.zeros(channels))
        self.register_buffer("variance", torch.ones(channels))

    def forward(self, rows, inside):
        if not self.training:
            return (rows - self.mean) / torch.sqrt(self.variance + self.epsilon)
        seen = rows[inside]
        mean, variance = seen.mean(0), seen.var(0, unbiased=False)
        with torch.no_grad():
            unbiased = variance * len(seen) / max(1, len(seen) - 1)
            self.mean += self.momentum * (mean - self.mean)
            self.variance += self.momentum * (unbiased - self.variance)
        return (rows - mean) / torch.sqrt(variance + self.epsilon)


class Classifier(torch.nn.Module):
    def __init__(self, channels, context, hidden, classes, normalizes, dropout):
        super().__init__()
        self.context = context
        self.normalizer = Normalizer(channels)
        layers, width = [], channels * (2 * context + 1)
        for size in hidden:
            layers.append(torch.nn.Linear(width, size))
            if normalizes:
                layers.append(torch.nn.BatchNorm1d(size))
            layers.append(torch.nn.ReLU())
            if dropout:
                layers.append(torch.nn.Dropout(dropout))
            width = size
        layers.append(torch.nn.Linear(width, classes))
        self.body = torch.nn.Sequential(*layers)

    def forward(self, rows, inside):
        rows = self.normalizer(rows, inside)
        spliced = rows.unfold(1, 2 * self.context + 1, 1).transpose(2, 3).flatten(2)
        return self.body(spliced.flatten(0, 1))


@torch.no_grad()
def accuracy(model, utterances, context):
    model.eval()
    right = total = 0
    for matrix, phones in utterances:
        wanted = np.clip(np.arange(-context, len(matrix) + context), 0, len(matrix) - 1)
        rows = torch.from_numpy(matrix[wanted])[None]
        guesses = model(rows, None).argmax(1).numpy()
        scored = phones >= 0
        right += int((guesses[scored] == phones[scored]).sum())
        total += int(scored.sum())
    return 100 * right / total


def train(splits, seed, options):
    torch.manual_seed(seed)
    channels = splits["train"][0][0].shape[1]
    segments = Segments(splits["train"], options["segment_frames"], options["context"])
    model = Classifier(
        channels, options["context"], options["hidden"], options["classes"], options["batch_norm"],
        options["dropout"])
    optimizer = torch.optim.Adam(model.parameters(), lr=options["rate"])
    batch = options["batch_segments"]
    steps = options["epochs"] * math.ceil(len(segments.rows) / batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, options["rate"], total_steps=steps, pct_start=options["warm_up"])
    best, chosen = -1.0, None
    for _ in range(options["epochs"]):
        model.train()
        for chosen_segments in torch.randperm(len(segments.rows)).split(batch):
            labeled = int((segments.labels[chosen_segments] >= 0).sum())
            optimizer.zero_grad()
            size = math.ceil(len(chosen_segments) / PARTS)
            for part in chosen_segments.split(size):
                scores = model(segments.rows[part], segments.inside[part])
                loss = torch.nn.functional.cross_entropy(
                    scores, segments.labels[part].flatten(), ignore_index=-1, reduction="sum")
                (loss / labeled).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 5)
            optimizer.step()
            schedule.step()
        dev = accuracy(model, splits["dev"], options["context"])
        if dev > best:
            best, chosen = dev, {name: value.clone() for name, value in model.state_dict().items()}
    model.load_state_dict(chosen)
    return accuracy(model, splits["test"], options["context"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("corpus")
    parser.add_argument("work", type=pathlib.Path, help="folder of features and runs")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--hidden", default="256,256")
    parser.add_argument("--context", type=int, default=5)
    parser.add_argument("--learning-rate", type=float, default=2e-3)
    arguments = parser.parse_args()
    torch.set_num_threads(1)

    arguments.work.mkdir(parents=True, exist_ok=True)
    features = arguments.work / "features"
    run([
        arguments.program, "preprocess", arguments.corpus, "--out", str(features), "--format", "npy",
        "--quiet",
    ])
    splits = utterances(features)
    options = {
        "segment_frames": 64, "batch_segments": 16, "context": arguments.context, "classes": 39,
        "batch_norm": False, "dropout": 0.0, "rate": arguments.learning_rate, "warm_up": 0.15,
        "epochs": arguments.epochs,
        "hidden": [int(width) for width in arguments.hidden.split(",")],
    }
    ours, theirs = [], []
    for seed in range(1, arguments.seeds + 1):
        folder = arguments.work / f"run-{seed}"
        run([
            arguments.program, "train", arguments.corpus, "--front-end", "mel", "--classifier", "mlp",
            "--out", str(folder), "--seed", str(seed), "--epochs", str(arguments.epochs),
            "--hidden", arguments.hidden, "--context", str(arguments.context),
            "--learning-rate", str(arguments.learning_rate), "--quiet", "--force",
        ])
        evaluate = [arguments.program, "evaluate", str(folder), arguments.corpus, "--split", "test", "--json"]
        result = json.loads(run(evaluate))
        ours.append(100 * result["frames_scored"]["accuracy"])
        theirs.append(train(splits, seed, options))
        print(f"seed {seed}: kaleido {ours[-1]:.2f}, PyTorch {theirs[-1]:.2f} % of test frames", flush=True)
    difference = statistics.mean(ours) - statistics.mean(theirs)
    spread = [f"{statistics.stdev(values):.2f}" if len(values) > 1 else "-" for values in (ours, theirs)]
    print(
        f"mean: kaleido {statistics.mean(ours):.2f} (sd {spread[0]}), PyTorch {torch.__version__} "
        f"{statistics.mean(theirs):.2f} ({spread[1]}), difference {difference:+.2f} points")


if __name__ == "__main__":
    main()
