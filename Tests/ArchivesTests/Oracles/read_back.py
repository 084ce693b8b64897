"""Reads an output directory with the packages that own its format and compares it with expected.jsonl.

  read_back.py kaldi|kaldi-compressed|npy|lhotse DIR expected.jsonl      (run in DIR)
"""

import json
import os
import subprocess
import sys

import numpy as np

kind, folder, expected_path = sys.argv[1:]
expected = {}
with open(expected_path) as file:
    for line in file:
        item = json.loads(line)
        rows = len(item["labels"])
        item["rows"] = np.array(item["rows"], dtype=np.float32).reshape(rows, -1)
        item["labels"] = np.array(item["labels"], dtype=np.int32)
        item["statistics"] = np.array(item["statistics"]).reshape(2, -1)
        expected[item["key"]] = item
keys = list(expected)
speakers = sorted({item["speaker"] for item in expected.values()})
sums = {name: sum(i["statistics"] for i in expected.values() if i["speaker"] == name) for name in speakers}


def lines(name):
    with open(os.path.join(folder, name)) as file:
        return [line.rstrip("\n") for line in file]


def close(a, b, tolerance):
    assert a.shape == b.shape, (a.shape, b.shape)
    assert np.max(np.abs(a.astype(np.float64) - b)) <= tolerance, np.max(np.abs(a - b))


def check_kaldi(compressed):
    import kaldi_native_io as kio

    tolerance = 0.5 if compressed else 0
    for name in ["feats.scp", "wav.scp", "utt2spk", "text", "utt2num_frames", "utt2dur", "labels61.scp",
                 "labels39.scp", "cmvn_utterance.scp", "feats_normalized.scp"]:
        found = [line.split()[0] for line in lines(name)]
        assert found == keys, (name, found)
        assert subprocess.run(["sort", "-c", name], env={"LC_ALL": "C"}, cwd=folder).returncode == 0, name
    # The rules of utils/validate_data_dir.sh on speakers.
    pairs = [line.split() for line in lines("utt2spk")]
    assert all(len(p) == 2 and p[0].startswith(p[1]) for p in pairs)
    assert sorted(pairs, key=lambda p: (p[1].encode(), p[0].encode())) == pairs
    assert [line.split()[0] for line in lines("spk2utt")] == speakers
    assert [u for line in lines("spk2utt") for u in line.split()[1:]] == [p[0] for p in pairs]
    assert [line.split()[0] for line in lines("spk2gender")] == speakers
    assert [line.split()[0] for line in lines("cmvn.scp")] == speakers
    assert lines("frame_shift") == ["0.01"]
    count = 0
    with kio.SequentialFloatMatrixReader("scp:feats.scp") as reader:
        for key, value in reader:
            close(value, expected[key]["rows"], tolerance)
            count += 1
    assert count == len(keys)
    # The archives themselves, without an index.
    for name in sorted(n for n in os.listdir("shards") if n.startswith("feats.")):
        with kio.SequentialFloatMatrixReader("ark:shards/" + name) as reader:
            for key, value in reader:
                close(value, expected[key]["rows"], tolerance)
    with kio.SequentialFloatMatrixReader("scp:feats_normalized.scp") as reader:
        for key, value in reader:
            close(value, expected[key]["rows"] - 1, tolerance)
    for name in ["labels61.scp", "labels39.scp"]:
        with kio.SequentialInt32VectorReader("scp:" + name) as reader:
            for key, value in reader:
                assert value == expected[key]["labels"].tolist()
    with kio.SequentialDoubleMatrixReader("scp:cmvn_utterance.scp") as reader:
        for key, value in reader:
            close(value, expected[key]["statistics"], 0)
    with kio.SequentialDoubleMatrixReader("scp:cmvn.scp") as reader:
        for key, value in reader:
            close(value, sums[key], 1e-9 * np.max(np.abs(sums[key])))
    for line in lines("utt2num_frames"):
        key, frames = line.split()
        assert int(frames) == len(expected[key]["labels"])


def check_speakers():
    matrix = np.load("cmvn.npy")
    for line in lines("speakers.jsonl"):
        item = json.loads(line)
        close(matrix[item["cmvn_row"]], sums[item["speaker"]], 1e-9 * np.max(np.abs(matrix)))
    assert len(matrix) == len(speakers)


def check_npy():
    check_speakers()
    for manifest, role, shift in [("manifest.jsonl", "feats", 0), ("manifest_normalized.jsonl", "feats", 1)]:
        found = [json.loads(line) for line in lines(manifest)]
        assert [item["key"] for item in found] == keys
        for item in found:
            want = expected[item["key"]]
            location = item[role]
            rows = np.load(location["file"], mmap_mode="r")[location["row"]:location["row"] + item["frames"]]
            close(rows, want["rows"] - shift, 0)
            if shift:
                continue
            for name in ["labels61", "labels39"]:
                location = item[name]
                labels = np.load(location["file"])[location["row"]:location["row"] + item["frames"]]
                assert labels.dtype == np.int32 and labels.tolist() == want["labels"].tolist()
            close(np.load(item["cmvn"]["file"])[item["cmvn"]["row"]], want["statistics"], 0)


def check_lhotse():
    from lhotse import CutSet, FeatureSet, RecordingSet, SupervisionSet
    from lhotse.qa import validate

    check_speakers()
    recordings = RecordingSet.from_jsonl("recordings.jsonl")
    supervisions = SupervisionSet.from_jsonl("supervisions.jsonl")
    features = FeatureSet.from_jsonl("features.jsonl")
    cuts = CutSet.from_jsonl("cuts.jsonl")
    for manifest in [recordings, supervisions, features, cuts]:
        assert len(manifest) == len(keys)
        # With read_data, Lhotse 1.33 compares an array's shape, a tuple, with its manifest's, a list: never
        # equal.
        validate(manifest, read_data=manifest is not cuts)
    validate(CutSet.from_manifests(recordings=recordings, supervisions=supervisions, features=features))
    assert [cut.id for cut in cuts] == keys
    for cut in cuts:
        want = expected[cut.id]
        close(cut.load_features(), want["rows"], 0)
        assert cut.load_labels61().tolist() == want["labels"].tolist()
        assert cut.load_labels39().dtype == np.int32
        supervision = cut.supervisions[0]
        assert supervision.speaker == want["speaker"]
        assert [item.symbol for item in supervision.alignment["phone"]] == ["h#", "ah"]
        assert supervision.alignment["phone"][1].start == 0.005
        # A part of a cut has its part of the labels.
        if cut.duration > 0.05:
            part = cut.truncate(offset=0.02, duration=0.03)
            assert part.load_labels61().tolist() == want["labels"][2:5].tolist()
            close(part.load_features(), want["rows"][2:5], 0)
    for cut in CutSet.from_jsonl("cuts_normalized.jsonl"):
        close(cut.load_features(), expected[cut.id]["rows"] - 1, 0)
    # What Lhotse makes of the line is the line, but for the empty scores of alignments.
    for line, cut in zip(lines("cuts.jsonl"), cuts):
        item = cut.to_dict()
        for supervision in item["supervisions"]:
            tiers = supervision["alignment"]
            supervision["alignment"] = {tier: [list(item[:3]) for item in tiers[tier]] for tier in tiers}
        assert json.loads(line) == json.loads(json.dumps(item)), cut.id


if kind == "npy":
    check_npy()
elif kind == "lhotse":
    check_lhotse()
else:
    check_kaldi(kind.endswith("compressed"))
print("whole")
