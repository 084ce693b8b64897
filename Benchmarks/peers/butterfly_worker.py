"""PyTorch's side of the butterfly section: JSON requests on standard input, JSON answers on standard output.

    butterfly_worker.py LIBRARY

LIBRARY is butterfly_loop_order.cc, compiled. Times are thread CPU time, measured in the worker.
"""

import sys

from answering import answer_requests, timed  # before NumPy: it limits threads

import numpy as np
import torch

torch.set_num_threads(1)


class Case:
    """One map: twiddles, a batch, the gradient with respect to its output, and a dense matrix to compare."""

    def __init__(self, request):
        kind = np.complex64 if request["complex"] else np.float32
        size, blocks, batch = request["size"], request["blocks"], request["batch"]
        self.increasing = request["increasing"]

        def read(path, *shape):
            # A clone has the alignment of PyTorch's allocator; a NumPy array has that of 16 bytes only.
            return torch.from_numpy(np.fromfile(path, dtype=kind).reshape(shape)).clone()

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
        twiddle, input = self.operations.butterfly_backward(
            self.twiddle, self.input.unsqueeze(1), self.gradient.unsqueeze(1), self.increasing
        )
        return twiddle, input.squeeze(1)

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
            input, dense = self.input.detach().requires_grad_(), self.dense.detach().requires_grad_()
            (input @ dense.T).backward(self.gradient)

    def write(self, path):
        twiddle, input = self.loop_order_backward()
        with open(path, "wb") as file:
            for tensor in (self.loop_order(), input, twiddle):
                file.write(np.ascontiguousarray(tensor.numpy()).tobytes())


def main():
    torch.ops.load_library(sys.argv[1])
    cases = {}

    def load(request):
        cases[request["name"]] = Case(request)

    def measure(request):
        case, contender, backward = cases[request["name"]], request["contender"], request["backward"]
        return timed(lambda: case.run(contender, backward), request["repeats"])

    answer_requests(
        {
            "describe": lambda request: {"version": torch.__version__},
            "load": load,
            "time": measure,
            "write": lambda request: cases[request["name"]].write(request["output"]),
        }
    )


main()
