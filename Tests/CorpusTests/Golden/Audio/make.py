"""Writes the files of Golden/Audio: 0.25 s of an invented voice in every container and coding that is read.

Needs numpy and soundfile (libsndfile 1.2 or later). The files of shorten were read back by ffmpeg 5.1, which
gave the same samples; with a second argument they are written there without their SPHERE header.
usage: make.py FOLDER [FOLDER-OF-SHORTEN]"""

import sys, struct
import numpy as np, soundfile as sf

out = sys.argv[1]
n, rate = 4000, 16000
t = np.arange(n) / rate
x = sum(np.sin(2 * np.pi * 140 * k * t + k * k) / k for k in range(1, 12))
x = np.round(x / np.abs(x).max() * 12000 * (0.6 + 0.4 * np.sin(2 * np.pi * 5 * t))).astype(np.int16)
x.astype("<i2").tofile(f"{out}/reference.s16")


def put(name, fmt, sub, endian="FILE", data=x):
    if sub in ("FLOAT", "DOUBLE"):
        data = data / 32768
    sf.write(f"{out}/{name}", data, rate, format=fmt, subtype=sub, endian=endian)


put("flac16.flac", "FLAC", "PCM_16")
put("flac24.flac", "FLAC", "PCM_24")
put("flac8.flac", "FLAC", "PCM_S8")
put("vorbis.ogg", "OGG", "VORBIS")
put("opus.opus", "OGG", "OPUS")
put("mpeg.mp3", "MP3", "MPEG_LAYER_III")
put("pcm16.aiff", "AIFF", "PCM_16")
put("pcm24.aiff", "AIFF", "PCM_24")
put("pcm8.aiff", "AIFF", "PCM_S8")
put("sowt.aiff", "AIFF", "PCM_16", "LITTLE")
put("float.aifc", "AIFF", "FLOAT")
put("double.aifc", "AIFF", "DOUBLE")
put("mulaw.aifc", "AIFF", "ULAW")
put("alaw.aifc", "AIFF", "ALAW")
put("pcm16.w64", "W64", "PCM_16")
put("float.w64", "W64", "FLOAT")
put("mulaw.w64", "W64", "ULAW")
put("pcm16.rf64", "RF64", "PCM_16")
put("pcm24.rf64", "RF64", "PCM_24")
put("pcm16.caf", "CAF", "PCM_16")
put("pcm16le.caf", "CAF", "PCM_16", "LITTLE")
put("float.caf", "CAF", "FLOAT")
put("double.caf", "CAF", "DOUBLE")
put("mulaw.caf", "CAF", "ULAW")
put("alaw.caf", "CAF", "ALAW")
for sub, name in (
    ("PCM_U8", "pcm8"),
    ("PCM_24", "pcm24"),
    ("PCM_32", "pcm32"),
    ("FLOAT", "float"),
    ("DOUBLE", "double"),
    ("ULAW", "mulaw"),
    ("ALAW", "alaw"),
):
    put(f"{name}.wav", "WAV", sub)
put("mulaw.sph", "NIST", "ULAW")
put("alaw.sph", "NIST", "ALAW")
put("pcm16.sph", "NIST", "PCM_16")
b = open(f"{out}/mpeg.mp3", "rb").read()
tag = b"TIT2" + struct.pack(">I", 6) + b"\0\0" + b"\0voice"
open(f"{out}/tagged.mp3", "wb").write(b"ID3\3\0\0" + bytes([0, 0, 0, len(tag)]) + tag + b)


def shorten(
    x, wav_header, blocks=(333,) * 4 + (256,) * 5 + (100,) * 99, nmean=4, maxlpc=4, version=2, seed=5
):
    """Shorten 2 of x [samples, channels] with every command: differences of order 0 to 3, linear prediction,
    zeros, changes of block size and bit shift, a running mean.
    wav_header is kept verbatim, as by the program shorten.
    """
    r = np.random.default_rng(seed)
    v = []

    def uvar(a, n):
        v.extend([0] * (a >> n) + [1] + [(a >> i) & 1 for i in range(n - 1, -1, -1)])

    def svar(e, n):
        uvar(((~e) << 1) | 1 if e < 0 else e << 1, n + 1)

    def ulong(a):
        uvar(max(1, int(a).bit_length()), 2)
        uvar(a, max(1, int(a).bit_length()))

    n, ch = x.shape
    for a in (5, ch, blocks[0], maxlpc, nmean, 0):
        ulong(a)
    uvar(9, 2)
    uvar(len(wav_header), 5)
    for b in wav_header:
        uvar(b, 8)
    wrap = max(3, maxlpc)
    hist = [[0] * wrap for _ in range(ch)]
    means = [[0] * nmean for _ in range(ch)]
    pos = 0
    size = blocks[0]
    shift = 0
    k = 0
    while pos < n:
        want = min(blocks[k % len(blocks)], n - pos)
        k += 1
        if want != size:
            uvar(5, 2)
            ulong(want)
            size = want
        part = x[pos : pos + size].astype(int)
        low = 0
        while low < 4 and not (part & ((1 << (low + 1)) - 1)).any() and part.any():
            low += 1
        if low != shift:
            uvar(6, 2)
            uvar(low, 2)
            shift = low
        for c in range(ch):
            y = [int(a) >> shift for a in part[:, c]]
            off = nmean // 2 + sum(means[c])
            off = int(off / nmean) if nmean else 0  # C division
            if shift:
                off = (off >> (shift - 1)) >> 1
            h = list(hist[c])
            if not any(y):
                uvar(8, 2)
                cmd = 8
            else:
                cmd = [0, 1, 2, 3, 7][int(r.integers(5))]
                order = int(r.integers(1, maxlpc + 1))
                q = [int(a) for a in r.integers(-12, 28, order)]
                res = []
                z = h[-wrap:]
                if cmd == 7:
                    z = [a - off if i >= wrap - order else a for i, a in enumerate(z)]
                for a in y:
                    if cmd == 0:
                        p = off
                    elif cmd == 1:
                        p = z[-1]
                    elif cmd == 2:
                        p = 2 * z[-1] - z[-2]
                    elif cmd == 3:
                        p = 3 * (z[-1] - z[-2]) + z[-3]
                    else:
                        p = (32 + sum(q[j] * z[-1 - j] for j in range(order))) >> 5
                        a = a - off
                    res.append(a - p)
                    z.append(a)
                e = max(0, int(np.log2(np.mean(np.abs(res)) + 1)) - 1)
                uvar(cmd, 2)
                uvar(e, 3)
                if cmd == 7:
                    uvar(order, 2)
                    for a in q:
                        svar(a, 5)
                for a in res:
                    svar(a, e)
            if nmean:
                s = size // 2 + sum(y)
                means[c] = means[c][1:] + [int(s / size) << shift]
            hist[c] = (h + y)[-wrap:]
        pos += size
    uvar(4, 2)
    v += [0] * (-len(v) % 32)
    return b"ajkg" + bytes([version]) + np.packbits(np.array(v, np.uint8)).tobytes()


y = x.copy()
y[1500:2100] = 0
y[2100:2500] = y[2100:2500] // 8 * 8
z = np.stack([y, np.roll(y, 700)], 1)
for name, s in (("shorten", y[:, None]), ("shorten-stereo", z)):
    ch = s.shape[1]
    data = s.astype("<i2").tobytes()
    wav = (
        b"RIFF"
        + struct.pack("<I", 36 + len(data))
        + b"WAVEfmt "
        + struct.pack("<IHHIIHH", 16, 1, ch, rate, rate * 2 * ch, 2 * ch, 16)
        + b"data"
        + struct.pack("<I", len(data))
    )
    packed = shorten(s, wav)
    if len(sys.argv) > 2:
        open(f"{sys.argv[2]}/{name}.shn", "wb").write(packed)
    head = (
        "NIST_1A\n   1024\n"
        + f"channel_count -i {ch}\nsample_count -i {n}\nsample_rate -i {rate}\nsample_n_bytes -i 2\n"
        f"sample_byte_format -s2 01\nsample_sig_bits -i 16\nsample_coding -s26 pcm,embedded-shorten-v2.00\n"
        f"sample_checksum -i {int(s.astype(int).sum()) & 0xFFFF}\nend_head\n"
    ).encode()
    open(f"{out}/{name}.sph", "wb").write(head + b" " * (1024 - len(head)) + packed)
    s.astype("<i2").tofile(f"{out}/{name}.s16")
