"""The loop of a worker: a JSON request a line on standard input, a JSON answer a line on standard output.

Import it before NumPy: it limits the threads of the libraries that NumPy and PyTorch load.
"""

import json
import os
import sys
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[variable] = "1"


def timed(run, repeats):
    """The answer with the thread CPU time of one run."""
    start = time.thread_time_ns()
    for _ in range(repeats):
        run()
    return {"nanoseconds": (time.thread_time_ns() - start) / repeats}


def answer_requests(operations):
    """Answers until the input ends; `operations` are functions of a request by name, None for an empty answer."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # a library that prints must not break the protocol
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = operations[request["operation"]](request) or {}
        except Exception as error:  # noqa: BLE001  (every failure goes back to the driver, which stops)
            answer = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")
