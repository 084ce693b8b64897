"""The request loop of a worker: JSON lines on standard input, one JSON line in answer on standard output.

Import before NumPy: it limits the threads of the libraries that NumPy and PyTorch load.
"""

import json
import os
import sys
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[variable] = "1"


def timed(run, repeats):
    """An answer with the mean thread CPU time of a run."""
    start = time.thread_time_ns()
    for _ in range(repeats):
        run()
    return {"nanoseconds": (time.thread_time_ns() - start) / repeats}


def answer_requests(operations):
    """Answers until the input ends.

    `operations` maps a name to a function of the request, which may return None for an empty answer.
    """
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # a library that prints must not break the protocol
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = operations[request["operation"]](request) or {}
        except Exception as error:  # noqa: BLE001  (every failure is sent to the driver, which stops)
            answer = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")
