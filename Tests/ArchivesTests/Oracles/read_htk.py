"""Reads a directory of --format htk by Kaldi's reader of HTK files and compares it with expected.jsonl.

  read_htk.py DIR expected.jsonl
"""

import json
import os
import sys
import tempfile

import kaldi_native_io as kio
import numpy as np

folder, expected_path = sys.argv[1:]
expected = [json.loads(line) for line in open(expected_path)]
for name, shift in [("features.scp", 0), ("features_normalized.scp", 1)]:
    paths = open(os.path.join(folder, name)).read().split()
    assert len(paths) == len(expected)
    with tempfile.NamedTemporaryFile("w", suffix=".scp") as script:
        script.writelines(f"{os.path.basename(path)[:-4]} {path}\n" for path in paths)
        script.flush()
        with kio.SequentialHtkMatrixReader("scp:" + script.name) as reader:
            for want, (key, (matrix, header)) in zip(expected, reader, strict=True):
                rows = np.array(want["rows"], dtype=np.float32).reshape(len(want["labels"]), -1)
                assert key == want["key"]
                assert np.array_equal(matrix, rows - np.float32(shift)), key
                assert header.sample_period == 100000 and header.sample_kind == 9
blocks = open(os.path.join(folder, "phones.mlf")).read().split("\n.\n")[:-1]
assert [block.split('"')[1] for block in blocks] == [f"*/{want['key']}.lab" for want in expected]
