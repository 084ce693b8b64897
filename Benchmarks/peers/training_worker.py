"""PyTorch's side of the training section: JSON requests on standard input, JSON answers on standard output.

Three models: an MLP over spliced and normalized rows, a GRU over normalized rows, and the front end
kaleidoscope-pooled with normalizer, splicing and MLP, all learned. Times are thread CPU time, measured in the
worker.
"""

from answering import answer_requests, timed  # before NumPy: it limits threads

import numpy as np
import torch
from torch.nn import functional

torch.set_num_threads(1)

PARTS = 4
EPSILON = 1e-5


def normalize(rows):
    """Normalizes each of four parts of the segments by its own statistics, [segments, rows, channels]."""
    parts = rows.reshape(PARTS, -1, rows.shape[-1])
    variance, mean = torch.var_mean(parts, 1, correction=0, keepdim=True)
    return ((parts - mean) * torch.rsqrt(variance + EPSILON)).view_as(rows)


def splice(rows, context):
    """[segments, rows, channels] to [frames, (2 context + 1) channels], the segments concatenated."""
    windows = rows.unfold(1, 2 * context + 1, 1).transpose(2, 3)
    return windows.reshape(-1, rows.shape[-1] * (2 * context + 1))


class Case:
    """One model, its batch and its optimizer."""

    def __init__(self, request):
        segments, rows, width = request["segments"], request["rows"], request["width"]
        self.kind, self.context = request["kind"], request["context"]
        self.clip = request["clip"]

        def read(path, kind, *shape):
            # A clone has the alignment of PyTorch's allocator; a NumPy array has that of 16 bytes only.
            return torch.from_numpy(np.fromfile(path, dtype=kind).reshape(shape)).clone()

        self.batch = read(request["batch"], np.float32, segments, rows, width)
        self.labels = read(request["labels"], np.int32, -1).long()
        values = np.fromfile(request["parameters"], dtype=np.float32)
        self.tensors, groups, start = {}, {}, 0
        for tensor in request["tensors"]:
            count = int(np.prod(tensor["shape"]))
            value = torch.from_numpy(values[start : start + count].reshape(tensor["shape"])).clone()
            start += count
            self.tensors[tensor["name"]] = parameter = torch.nn.Parameter(value)
            groups.setdefault(tensor["rate"], []).append(parameter)
        groups = [{"params": list(group), "lr": request["rate"] * rate} for rate, group in groups.items()]
        optimizer = torch.optim.Adam if request["adam"] else torch.optim.SGD
        self.optimizer = optimizer(groups, lr=request["rate"], fused=True)
        self.parameters = [parameter for group in groups for parameter in group["params"]]
        self.layers = sum(
            name.startswith("classifier.hidden") and name.endswith("weight") for name in self.tensors)
        if self.kind == "gru":
            hidden = self.tensors["classifier.recurrent.0.weight_hh_l0"].shape[1]
            self.gru = torch.nn.GRU(width, hidden, batch_first=True)
            for name in ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"):
                setattr(self.gru, name, self.tensors[f"classifier.recurrent.0.{name}"])
        if self.kind == "pooled":
            self.prepare_front_end(request)
        else:
            self.batch = normalize(self.batch)
        if self.kind == "mlp":
            self.batch = splice(self.batch, self.context)

    def prepare_front_end(self, request):
        self.bands, self.points = len(request["bands"]), request["points"]
        self.weight_indices = torch.tensor([
            band * self.points + point
            for band, (first, count) in enumerate(request["bands"])
            for point in range(first, first + count)
        ])
        size = 2 * (self.points - 1)
        bits = size.bit_length() - 1
        self.size = size
        self.bit_reversed = torch.tensor(
            [int(format(point, f"0{bits}b")[::-1], 2) for point in range(self.points)])

    def butterfly(self, rows):
        """𝓑𝓑* of complex rows; a factor combines the two halves of its pairs."""
        planes = self.tensors["frontend.frequency.twiddle"]
        twiddle = torch.view_as_complex(planes.movedim(0, -1).contiguous())[0]
        for block in range(twiddle.shape[0]):
            for factor in range(twiddle.shape[1]):
                stride = self.size >> (factor + 1) if block % 2 == 0 else 1 << factor
                t = twiddle[block, factor].view(-1, stride, 2, 2)
                pairs = rows.view(len(rows), -1, 2, stride)
                upper, lower = pairs[:, :, 0], pairs[:, :, 1]
                rows = torch.stack((
                    t[..., 0, 0] * upper + t[..., 0, 1] * lower,
                    t[..., 1, 0] * upper + t[..., 1, 1] * lower,
                ), 2).view(len(rows), -1)
        return rows

    def front_end(self):
        segments, rows, width = self.batch.shape
        frames = functional.pad(self.batch.view(-1, width), (0, self.size - width)).to(torch.complex64)
        outputs = torch.view_as_real(self.butterfly(frames)[:, self.bit_reversed])
        power = outputs.square().sum(-1)
        weights = torch.zeros(self.bands * self.points)
        weights = weights.index_put((self.weight_indices,), self.tensors["frontend.pooling.weight"])
        energies = power @ weights.view(self.bands, self.points).T
        features = energies.clamp(min=torch.finfo(torch.float32).eps).log()
        return splice(normalize(features.view(segments, rows, -1)), self.context)

    def logits(self):
        if self.kind == "gru":
            hidden, _ = self.gru(self.batch)
            rows = hidden[:, self.context :].reshape(-1, hidden.shape[-1])
        else:
            rows = self.front_end() if self.kind == "pooled" else self.batch
            for layer in range(self.layers):
                name = f"classifier.hidden.{layer}"
                weight, bias = self.tensors[f"{name}.weight"], self.tensors[f"{name}.bias"]
                rows = functional.relu(functional.linear(rows, weight, bias))
        weight, bias = self.tensors["classifier.output.weight"], self.tensors["classifier.output.bias"]
        return functional.linear(rows, weight, bias)

    def step(self):
        self.optimizer.zero_grad(set_to_none=True)
        loss = functional.cross_entropy(self.logits(), self.labels)
        loss.backward()
        if self.clip:
            torch.nn.utils.clip_grad_norm_(self.parameters, self.clip)
        self.optimizer.step()
        if self.kind == "pooled":
            with torch.no_grad():
                self.tensors["frontend.pooling.weight"].clamp_(min=0)
        return loss


def main():
    cases = {}

    def load(request):
        cases[request["name"]] = Case(request)

    def losses(request):
        return {"losses": [float(cases[request["name"]].step()) for _ in range(request["repeats"])]}

    answer_requests(
        {
            "describe": lambda request: {"version": torch.__version__},
            "load": load,
            "losses": losses,
            "time": lambda request: timed(cases[request["name"]].step, request["repeats"]),
        }
    )


main()
