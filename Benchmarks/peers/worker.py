"""One Python peer: JSON requests on standard input, JSON answers on standard output.

    worker.py kaldi-native-fbank | librosa | torchaudio | python_speech_features | reference

Times are measured in the worker, so that neither the pipe nor the start of Python counts: the CPU time of the
thread and that of the whole process, which reveals a library that starts threads.
"""

import math
import sys
import time

from answering import answer_requests  # before NumPy: it limits threads

import numpy as np

SAMPLE_RATE = 16000


class KaldiNativeFbank:
    def __init__(self):
        import kaldi_native_fbank

        self.module = kaldi_native_fbank
        self.version = kaldi_native_fbank.__version__
        self.note = "wheel from PyPI; frames fetched one by one with get_frame, as in its documentation"

    def prepare(self, samples, bins):
        options = self.module.FbankOptions()
        options.frame_opts.dither = 0
        options.mel_opts.num_bins = bins
        fbank = self.module.OnlineFbank(options)
        audio = samples.astype(np.float32)

        def run():
            fbank.accept_waveform(SAMPLE_RATE, audio)
            fbank.input_finished()
            return np.stack([fbank.get_frame(i) for i in range(fbank.num_frames_ready)])

        return run


class Librosa:
    def __init__(self):
        import librosa

        self.module = librosa
        self.version = librosa.__version__
        self.note = "feature.melspectrogram and a logarithm; other definitions of mel and window"

    def prepare(self, samples, bins):
        audio = samples.astype(np.float32)

        def run():
            mel = self.module.feature.melspectrogram(
                y=audio, sr=SAMPLE_RATE, n_fft=512, win_length=400, hop_length=160, n_mels=bins, center=False
            )
            return np.log(np.maximum(mel, 1e-10)).T

        return run


class Torchaudio:
    def __init__(self):
        import torch
        import torchaudio
        import torchaudio.compliance.kaldi

        torch.set_num_threads(1)
        self.torch = torch
        self.fbank = torchaudio.compliance.kaldi.fbank
        self.version = torchaudio.__version__
        self.note = f"compliance.kaldi.fbank on torch {torch.__version__}"

    def prepare(self, samples, bins):
        audio = self.torch.from_numpy(samples.astype(np.float32)).unsqueeze(0)

        def run():
            with self.torch.no_grad():
                return self.fbank(audio, num_mel_bins=bins, dither=0.0, energy_floor=0.0).numpy()

        return run


class PythonSpeechFeatures:
    def __init__(self):
        import importlib.metadata

        import python_speech_features

        self.module = python_speech_features
        self.version = importlib.metadata.version("python_speech_features")
        self.note = "logfbank; other definitions of mel and window"

    def prepare(self, samples, bins):
        audio = samples.astype(np.float32)
        return lambda: self.module.logfbank(audio, SAMPLE_RATE, nfilt=bins)


class Reference:
    """Kaldi's filter bank in double precision, written from its definition: the reference of accuracy."""

    LENGTH, SHIFT, PADDED = 400, 160, 512

    def __init__(self):
        self.version = np.__version__
        self.note = "float64, NumPy"

    @staticmethod
    def mel(hertz):
        return 1127.0 * np.log1p(np.asarray(hertz, dtype=np.float64) / 700.0)

    def weights(self, bins):
        low, high = self.mel(20.0), self.mel(SAMPLE_RATE / 2)
        edges = low + (high - low) / (bins + 1) * np.arange(bins + 2)
        position = self.mel(np.arange(self.PADDED // 2) * SAMPLE_RATE / self.PADDED)
        left, center, right = (edges[i : i + bins, None] for i in range(3))
        triangles = np.minimum((position - left) / (center - left), (right - position) / (right - center))
        return np.maximum(triangles, 0.0)

    def prepare(self, samples, bins):
        audio = samples.astype(np.float64)
        window = (0.5 - 0.5 * np.cos(2 * math.pi / (self.LENGTH - 1) * np.arange(self.LENGTH))) ** 0.85
        weights = self.weights(bins)

        def run():
            if len(audio) < self.LENGTH:
                return np.zeros((0, bins))
            frames = np.lib.stride_tricks.sliding_window_view(audio, self.LENGTH)[:: self.SHIFT]
            frames = frames - frames.mean(axis=1, keepdims=True)
            previous = np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
            spectrum = np.fft.rfft((frames - 0.97 * previous) * window, self.PADDED)[:, : self.PADDED // 2]
            energy = (spectrum.real**2 + spectrum.imag**2) @ weights.T
            return np.log(np.maximum(energy, np.finfo(np.float32).eps))

        return run


PEERS = {
    "kaldi-native-fbank": KaldiNativeFbank,
    "librosa": Librosa,
    "torchaudio": Torchaudio,
    "python_speech_features": PythonSpeechFeatures,
    "reference": Reference,
}


def timed(prepare, repeats):
    """Mean times of a run over `repeats`, without the preparation of each."""
    thread = process = frames = 0
    for _ in range(repeats):
        run = prepare()
        process_start, thread_start = time.process_time_ns(), time.thread_time_ns()
        features = run()
        thread += time.thread_time_ns() - thread_start
        process += time.process_time_ns() - process_start
        frames = len(features)
    return {"threadNanoseconds": thread / repeats, "processNanoseconds": process / repeats, "frames": frames}


def main():
    peer = PEERS[sys.argv[1]]()
    samples = {}

    def load(request):
        samples[request["name"]] = np.fromfile(request["path"], dtype="<i2")
        return {"samples": len(samples[request["name"]])}

    def measure(request):
        audio, bins = samples[request["name"]], request["bins"]
        return timed(lambda: peer.prepare(audio, bins), request["repeats"])

    def write(request):
        audio = np.fromfile(request["path"], dtype="<i2")
        features = np.ascontiguousarray(peer.prepare(audio, request["bins"])(), dtype="<f8")
        features.tofile(request["output"])
        return {"frames": len(features)}

    answer_requests(
        {
            "describe": lambda request: {"version": peer.version, "note": peer.note},
            "load": load,
            "time": measure,
            "write": write,
        }
    )


main()
