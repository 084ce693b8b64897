"""PyTorch's side of the butterfly section, driven line by line: a JSON request on standard input, an answer on output.

    butterfly_worker.py LIBRARY

LIBRARY is butterfly_loop_order.cc, compiled. Times are thread CPU time, taken inside the worker.
"""

import json
import os
import sys
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np  # noqa: E402  (after the thread limits)
import torch  # noqa: E402

torch.set_num_threads(1)


class Case:
    """One map: its twiddles, a batch, the gradient of its output, and a dense matrix of the same size."""

    def __init__(self, request):
        kind = np.complex64 if request["complex"] else np.float32
        size, blocks, batch = request["size"], request["blocks"], request["batch"]
        self.increasing = request["increasing"]

        def read(path, *shape):
            return torch.from_numpy(np.fromfile(path, dtype=kind).reshape(shape))

        factors = size.bit_length() - 1
        self.twiddle = read(request["twiddles"], 1, blocks, factors, size // 2, 2, 2)
        self.input = read(request["input"], batch, size)
        self.gradient = read(request["gradient"], batch, size)
        generator = torch.Generator().manual_seed(1)
        self.dense = torch.randn(size, size, dtype=self.input.dtype, generator=generator) / size**0.5
        self.operations = torch.ops.kaleidoscope_peer

    def loop_order(self):
        return self.operations.butterfly(self.twiddle, self.input.unsqueeze(1), self.increasing).squeeze(1)

    def loop_order_backward(self):
        twiddle, given = self.operations.butterfly_backward(
            self.twiddle, self.input.unsqueeze(1), self.gradient.unsqueeze(1), self.increasing
        )
        return twiddle, given.squeeze(1)

    def run(self, contender, backward):
        if contender == "loop order":
            with torch.no_grad():
                self.loop_order()
                if backward:
                    self.loop_order_backward()
        elif not backward:
            with torch.no_grad():
                self.input @ self.dense.T
        else:
            given, dense = self.input.detach().requires_grad_(), self.dense.detach().requires_grad_()
            (given @ dense.T).backward(self.gradient)

    def write(self, path):
        twiddle, given = self.loop_order_backward()
        with open(path, "wb") as file:
            for tensor in (self.loop_order(), given, twiddle):
                file.write(np.ascontiguousarray(tensor.numpy()).tobytes())


def main():
    torch.ops.load_library(sys.argv[1])
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # a library that prints must not break the protocol
    cases = {}
    for line in sys.stdin:
        request = json.loads(line)
        answer = {}
        try:
            operation = request["operation"]
            if operation == "describe":
                answer = {"version": torch.__version__}
            elif operation == "load":
                cases[request["name"]] = Case(request)
            elif operation == "time":
                case, contender, backward = cases[request["name"]], request["contender"], request["backward"]
                start = time.thread_time_ns()
                for _ in range(request["repeats"]):
                    case.run(contender, backward)
                answer = {"nanoseconds": (time.thread_time_ns() - start) / request["repeats"]}
            elif operation == "write":
                cases[request["name"]].write(request["output"])
            else:
                answer = {"error": f"unknown operation {operation}"}
        except Exception as error:  # noqa: BLE001  (every failure goes back to the driver, which stops)
            answer = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")


main()
