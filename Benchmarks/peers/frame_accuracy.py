#!/usr/bin/env python3
"""Prints the frame accuracy of two simple classifiers on unseen speakers of corpora in TIMIT layout.

usage: frame_accuracy.py [--bins 8,40] [--hidden 0,256] [--seeds 3] [--epochs 8] [--phones FILE] CORPUS...

Log mel features (25 ms, 10 ms) with five frames of context on both sides, normalized over the training
frames; 39 classes, the class of a frame being that of the phone at its center. Excluded are q, frames without
a phone, and the sentences SA1 and SA2. Trained on the speakers in TRAIN, scored on those in TEST: softmax
regression (no hidden units), and one hidden layer of 256 rectifiers, both with Adam. Needs only NumPy.
"""
import argparse
import pathlib

import numpy as np

RATE, LENGTH, SHIFT, POINTS, CONTEXT, BATCH = 16000, 400, 160, 512, 5, 256


def folding(path):
    """Class index of each of the 61 phones; None for q."""
    rows = [line.rstrip("\n").split("\t") for line in open(path) if not line.startswith("#")]
    names = sorted({row[2] for row in rows if row[2]})
    return {row[0]: names.index(row[2]) if row[2] else None for row in rows}, len(names)


def mel_weights(bins):
    def mel(hertz):
        return 1127 * np.log1p(np.asarray(hertz) / 700)

    edges = np.linspace(mel(20), mel(RATE / 2), bins + 2)
    at = mel(np.arange(POINTS // 2 + 1) * RATE / POINTS)
    rise = (at - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    fall = (edges[2:, None] - at) / (edges[2:] - edges[1:-1])[:, None]
    return np.maximum(0, np.minimum(rise, fall))


def samples(path):
    raw = path.read_bytes()
    size = int(raw.split(b"\n", 2)[1])
    count = next(int(line.split()[2]) for line in raw[:size].split(b"\n") if line.startswith(b"sample_count"))
    return np.frombuffer(raw, "<i2", count, size).astype(np.float64)


def utterance(path, classes, weights):
    """Features [frames, 11 * bins] in float32, and the class of each frame, -1 for none."""
    signal = samples(path)
    count = 1 + (len(signal) - LENGTH) // SHIFT
    frames = signal[np.arange(count)[:, None] * SHIFT + np.arange(LENGTH)]
    frames -= frames.mean(1, keepdims=True)
    frames[:, 1:] -= 0.97 * frames[:, :-1]
    frames[:, 0] *= 0.03
    power = np.abs(np.fft.rfft(frames * np.hanning(LENGTH) ** 0.85, POINTS)) ** 2
    logs = np.log(np.maximum(power @ weights.T, 1e-7)).astype(np.float32)
    padded = np.pad(logs, ((CONTEXT, CONTEXT), (0, 0)), mode="edge")
    spliced = np.concatenate([padded[k:k + count] for k in range(2 * CONTEXT + 1)], axis=1)
    labels = np.full(count, -1)
    centers = np.arange(count) * SHIFT + LENGTH // 2
    for line in path.with_suffix(".PHN").read_text().splitlines():
        start, end, phone = line.split()
        index = classes[phone]
        if index is not None:
            labels[(centers >= int(start)) & (centers < int(end))] = index
    return spliced, labels


def load(corpus, part, classes, weights):
    rows, labels = [], []
    for path in sorted(pathlib.Path(corpus, part).glob("*/*/*.WAV")):
        if path.stem in ("SA1", "SA2"):
            continue
        x, y = utterance(path, classes, weights)
        rows.append(x[y >= 0])
        labels.append(y[y >= 0])
    return np.concatenate(rows), np.concatenate(labels)


def trained(x, y, class_count, hidden, seed, epochs):
    """A function from rows to classes: a classifier trained with `hidden` units (0: none)."""
    random = np.random.default_rng(seed)
    sizes = [x.shape[1], hidden, class_count] if hidden else [x.shape[1], class_count]
    layers = []
    for fan_in, fan_out in zip(sizes, sizes[1:]):
        layers += [(random.standard_normal((fan_in, fan_out)) * np.sqrt(2 / fan_in)).astype(np.float32),
                   np.zeros(fan_out, np.float32)]
    first = [np.zeros_like(p) for p in layers]
    second = [np.zeros_like(p) for p in layers]

    def scores(rows):
        if hidden:
            rows = np.maximum(rows @ layers[0] + layers[1], 0)
        return rows, rows @ layers[-2] + layers[-1]

    steps = epochs * (len(x) // BATCH)
    step = 0
    for _ in range(epochs):
        order = random.permutation(len(x))
        for start in range(0, len(x) - BATCH + 1, BATCH):
            chosen = order[start:start + BATCH]
            inner, logits = scores(x[chosen])
            delta = np.exp(logits - logits.max(1, keepdims=True))
            delta /= delta.sum(1, keepdims=True)
            delta[np.arange(BATCH), y[chosen]] -= 1
            delta /= BATCH
            gradients = [inner.T @ delta, delta.sum(0)]
            if hidden:
                back = (delta @ layers[2].T) * (inner > 0)
                gradients = [x[chosen].T @ back, back.sum(0)] + gradients
            step += 1
            rate = 1e-3 * (1 - step / steps) + 1e-5
            for p, g, a, b in zip(layers, gradients, first, second):
                a += 0.1 * (g - a)
                b += 0.001 * (g * g - b)
                p -= rate * (a / (1 - 0.9 ** step)) / (np.sqrt(b / (1 - 0.999 ** step)) + 1e-8)
    return lambda rows: scores(rows)[1].argmax(1)


def main():
    here = pathlib.Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="+")
    parser.add_argument("--bins", default="8,40")
    parser.add_argument("--hidden", default="0,256")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--phones", default=here.parent.parent / "data-manifests/phones/timit.tsv")
    options = parser.parse_args()
    classes, class_count = folding(options.phones)
    for corpus in options.corpus:
        for bins in map(int, options.bins.split(",")):
            weights = mel_weights(bins)
            x, y = load(corpus, "TRAIN", classes, weights)
            mean, deviation = x.mean(0), x.std(0) + 1e-6
            x = (x - mean) / deviation
            test, truth = load(corpus, "TEST", classes, weights)
            test = (test - mean) / deviation
            for hidden in map(int, options.hidden.split(",")):
                classifiers = [trained(x, y, class_count, hidden, seed, options.epochs)
                               for seed in range(options.seeds)]
                accuracies = [100 * np.mean(classifier(test) == truth) for classifier in classifiers]
                each = " ".join(f"{accuracy:.2f}" for accuracy in accuracies)
                print(f"{corpus}  {bins} bins  {hidden} hidden  {len(y)} + {len(truth)} frames  "
                      f"{np.mean(accuracies):.2f} % (sd {np.std(accuracies):.2f}: {each})", flush=True)


if __name__ == "__main__":
    main()
