"""The output of kaldi-native-fbank on the built-in corpus, and its errors against float64.

    python3 -m venv peer && peer/bin/pip install kaldi-native-fbank==1.23.0 numpy==2.4.6
    peer/bin/python Tests/SignalTests/Golden/make_built_in_corpus.py

from the root of the repository. Writes built_in_corpus_knf.json (the peer's absolute errors over all features
of the corpus, by number of bins: 99th and 99.9th percentile by nearest rank, and maximum) and the peer's
features of two utterances, built_in_corpus_knf_*.npy.
"""
import json
import math
import pathlib

import kaldi_native_fbank as knf
import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
CORPUS = HERE.parents[2] / "data-manifests/corpora/tiny"
UTTERANCES = ["TEST/DR1/MRPE0/SI1", "TRAIN/DR2/MITZ0/SX8"]
RATE, LENGTH, SHIFT, POINTS = 16000, 400, 160, 512
EPSILON = float(np.finfo(np.float32).eps)


def samples(path):
    return np.frombuffer(path.read_bytes()[1024:], dtype="<i2").astype(np.float64)


def peer(x, bins):
    options = knf.FbankOptions()
    options.frame_opts.dither = 0
    options.mel_opts.num_bins = bins
    bank = knf.OnlineFbank(options)
    bank.accept_waveform(RATE, x.astype(np.float32).tolist())
    bank.input_finished()
    return np.stack([bank.get_frame(t) for t in range(bank.num_frames_ready)]).astype("<f4")


def mel(hertz):
    return 1127 * np.log(1 + hertz / 700)


def weights(bins):
    low, high = mel(20), mel(RATE / 2)
    step = (high - low) / (bins + 1)
    points = mel(np.arange(POINTS // 2) * RATE / POINTS)
    left = low + step * np.arange(bins)[:, None]
    rising, falling = (points - left) / step, (left + 2 * step - points) / step
    return np.maximum(0, np.minimum(rising, falling))


def reference(x, bins):
    starts = SHIFT * np.arange(1 + (len(x) - LENGTH) // SHIFT)
    frames = x[starts[:, None] + np.arange(LENGTH)]
    frames = frames - frames.mean(1, keepdims=True)
    frames = frames - 0.97 * np.concatenate([frames[:, :1], frames[:, :-1]], 1)
    window = (0.5 - 0.5 * np.cos(2 * math.pi / (LENGTH - 1) * np.arange(LENGTH))) ** 0.85
    spectrum = np.abs(np.fft.rfft(frames * window, POINTS)[:, : POINTS // 2]) ** 2
    return np.log(np.maximum(spectrum @ weights(bins).T, EPSILON))


def main():
    figures = []
    for bins in (40, 80):
        errors = []
        for path in sorted(CORPUS.rglob("*.WAV")):
            x = samples(path)
            errors.append(np.abs(peer(x, bins) - reference(x, bins)).ravel())
        errors = np.sort(np.concatenate(errors))
        percentile = lambda fraction: float(errors[math.ceil(fraction * len(errors)) - 1])
        figures.append(
            {"bins": bins, "cells": len(errors), "percentile99": percentile(0.99),
             "percentile99_9": percentile(0.999), "largest": float(errors[-1])})
        for name in UTTERANCES:
            rows = peer(samples(CORPUS / f"{name}.WAV"), bins)
            np.save(HERE / f"built_in_corpus_knf_{name.replace('/', '_')}_{bins}.npy", rows)
    text = json.dumps({"peer": "kaldi-native-fbank 1.23.0", "figures": figures}, indent=2)
    (HERE / "built_in_corpus_knf.json").write_text(text + "\n")


main()
