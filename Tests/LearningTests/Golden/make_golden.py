"""Writes layers.json: outputs and gradients of PyTorch's layers.

    python make_golden.py            (the committed file: torch 2.13.0 on x86-64)

Each case has the tensors of a module under its own names, an input [rows, width], the output in training
mode, a gradient of the output, the resulting gradients, and the module's buffers and output in evaluation
mode afterwards.
"""

import json
import pathlib

import torch

torch.manual_seed(20)
torch.set_num_threads(1)


def numbers(tensor):
    return [float(f"{value:.9g}") for value in tensor.detach().flatten().tolist()]


def case(name, module, rows, width):
    for tensor in list(module.parameters()) + [b for b in module.buffers() if b.is_floating_point()]:
        tensor.data += 0.4 * torch.rand_like(tensor)
    result = {
        "name": name,
        "rows": rows,
        "tensors": {key: numbers(value) for key, value in module.state_dict().items() if value.dim() > 0},
    }
    x = (2 * torch.randn(rows, width) + 0.5).requires_grad_()

    def apply(x):
        y = module(x)
        return y[0] if isinstance(y, tuple) else y

    module.train()
    y = apply(x)
    upstream = torch.randn_like(y)
    y.backward(upstream)
    module.eval()
    result |= {
        "input": numbers(x),
        "output": numbers(y),
        "outputGradient": numbers(upstream),
        "inputGradient": numbers(x.grad),
        "gradients": {key: numbers(value.grad) for key, value in module.named_parameters()},
        "buffers": {key: numbers(value) for key, value in module.named_buffers() if value.dim() > 0},
        "evaluated": numbers(apply(x)),
    }
    return result


cases = [
    case("dense", torch.nn.Linear(6, 4), 5, 6),
    case("batch", torch.nn.BatchNorm1d(5), 9, 5),
    case("batchWithoutScale", torch.nn.BatchNorm1d(3, affine=False), 4, 3),
    case("layer", torch.nn.LayerNorm(7), 6, 7),
    case("recurrent", torch.nn.GRU(4, 5), 9, 4),
    case("recurrentBoth", torch.nn.GRU(3, 4, bidirectional=True), 7, 3),
]
path = pathlib.Path(__file__).with_name("layers.json")
path.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
