"""Runs the expressions of the tables in PyTorch: a line "number <tab> expression" in, a line "number <tab> ok|error <tab> result" out.
What the expressions are written with is the same as in Given.cs."""
import math
import re
import sys
import warnings

import torch

warnings.filterwarnings("ignore")
torch.set_num_threads(1)


def numbers(shape, number, dtype=torch.float32):
    count = math.prod(shape)
    return torch.tensor([number(i) for i in range(count)], dtype=torch.float64).to(dtype).reshape(shape)


def X(*shape): return numbers(shape, lambda i: (i * 37 + 11) % 101 / 25 - 2)
def Y(*shape): return numbers(shape, lambda i: (i * 53 + 29) % 97 / 24 - 2)
def Z(*shape): return numbers(shape, lambda i: (i * 71 + 5) % 89 / 22 - 2)
def P(*shape): return numbers(shape, lambda i: (i * 37 + 11) % 101 / 50 + 0.1)
def U(*shape): return numbers(shape, lambda i: ((i * 37 + 11) % 101 + 0.5) / 102)
def D(*shape): return numbers(shape, lambda i: (i * 37 + 11) % 101 / 25 - 2, torch.float64)
def J(*shape): return numbers(shape, lambda i: (i * 37 + 11) % 15 - 7, torch.int64)
def I(most, *shape): return numbers(shape, lambda i: (i * 37 + 11) % 101 % most, torch.int64)
def B(*shape): return numbers(shape, lambda i: 1 if (i * 37 + 11) % 3 == 0 else 0, torch.bool)
def C(*shape): return torch.complex(X(*shape), Y(*shape))
def F(*values): return torch.tensor(values, dtype=torch.float32)
def L(*values): return torch.tensor(values, dtype=torch.int64)
def T(*values): return torch.tensor(values)


def N(*shape):
    return numbers(shape, lambda i: {0: math.nan, 1: math.inf, 2: -math.inf, 3: 0}.get(i, i % 7 - 3))


def S(size):
    return numbers((size, size), lambda i: (size if i // size == i % size else 0) + min(i // size, i % size) * 0.5
                   + 0.1 * (i // size + i % size))


def flat(value):
    if value is None:
        return []
    if isinstance(value, (list, tuple)):
        return [w for v in value for w in flat(v)]
    return [value]


def backward(result, leaves):
    outputs = [t for t in flat(result) if isinstance(t, torch.Tensor) and t.requires_grad and t.is_floating_point()]
    if outputs:
        sum((t * Y(*t.shape).to(t.dtype)).sum() for t in outputs).backward()
    return [result, *[v.grad for v in leaves if v.requires_grad and v.grad is not None]]


def leaf(x):
    return x.detach().clone().requires_grad_() if x.is_floating_point() or x.is_complex() else x


def fill(module, train):
    module.train(train)
    torch.manual_seed(17)
    with torch.no_grad():
        for k, parameter in enumerate(module.parameters()):
            parameter.copy_(numbers(parameter.shape, lambda i: (i * 37 + 13 * k + 11) % 101 / 101 - 0.5))


def run(module, train, inputs):
    fill(module, train)
    if len(inputs) == 1 and not isinstance(inputs[0], torch.Tensor):
        leaves, result = [], inputs[0](module)
    else:
        leaves = [leaf(x) for x in inputs]
        is_lstm = isinstance(module, torch.nn.LSTM) and len(leaves) == 3
        result = module(leaves[0], (leaves[1], leaves[2])) if is_lstm else module(*leaves)
    return [backward(result, [*leaves, *module.parameters()]), *([b for b in module.buffers()] if train else [])]


def Run(module, *inputs): return run(module, False, inputs)
def Train(module, *inputs): return run(module, True, inputs)
def Weights(module): return [v for e in module.state_dict().items() for v in e]


def Grad(function, *inputs):
    leaves = [leaf(x) for x in inputs]
    return backward(function(*leaves), leaves)


def descend(optimizer, parameters, steps):
    seen = []
    for _ in range(steps):
        def closure():
            optimizer.zero_grad()
            loss = sum(((p - 0.3) * (p - 0.3) * (k + 1)).sum() + (p.square().square() * 0.1).sum() for k, p in enumerate(parameters))
            loss.backward()
            return loss
        optimizer.step(closure)
        seen += [p.detach().clone() for p in parameters]
    return seen


def Steps(make, steps=8):
    parameter = torch.nn.Parameter(X(4))
    return descend(make(parameter), [parameter], steps)


def Groups(make, steps=8):
    first, second = torch.nn.Parameter(X(4)), torch.nn.Parameter(Y(3))
    return descend(make(first, second), [first, second], steps)


def schedule(optimizer, make, losses):
    scheduler, seen = make(optimizer), []
    for loss in losses:
        seen += [g["lr"] for g in optimizer.param_groups] + [g["momentum"] for g in optimizer.param_groups]
        optimizer.step()
        scheduler.step() if loss is None else scheduler.step(loss)
    return seen


def two_groups():
    return torch.optim.SGD([dict(params=[torch.nn.Parameter(X(2))], lr=0.5), dict(params=[torch.nn.Parameter(X(3))], lr=0.25)], 0.5,
                           momentum=0.9)


def Rates(make, steps=14): return schedule(torch.optim.SGD([torch.nn.Parameter(X(2))], 0.5, momentum=0.9), make, [None] * steps)
def GroupRates(make, steps=14): return schedule(two_groups(), make, [None] * steps)
def Plateau(make, *losses): return schedule(two_groups(), make, losses)


def Written(function, x): return [function(x), x]


def Seeded(seed, draw):
    torch.manual_seed(seed)
    return draw()


TYPES = {torch.float32: "Float32", torch.float64: "Float64", torch.float16: "Float16", torch.bfloat16: "BFloat16",
         torch.int64: "Int64", torch.int32: "Int32", torch.int16: "Int16", torch.int8: "Int8", torch.uint8: "Byte", torch.bool: "Bool",
         torch.complex64: "ComplexFloat32", torch.complex128: "ComplexFloat64"}


def text(number):
    return repr(float(number))


def write(value):
    if isinstance(value, torch.Tensor):
        dense = (value.to_dense() if value.is_sparse else value).detach()
        real = torch.view_as_real(dense.resolve_conj()) if dense.is_complex() else dense
        head = ("sparse " if value.is_sparse else "") + TYPES[value.dtype] + "[" + ",".join(str(s) for s in value.shape) + "]"
        return " ".join([head, *[text(v) for v in real.resolve_neg().contiguous().to(torch.float64).reshape(-1).tolist()]])
    if isinstance(value, str):
        return "text " + value
    if isinstance(value, complex):
        return "number " + text(value.real) + " " + text(value.imag)
    if isinstance(value, (bool, int, float)):
        return "number " + text(value)
    if isinstance(value, torch.dtype):
        return "text " + TYPES[value]
    return "text " + type(value).__name__


class Words:
    """An enum of TorchSharp, for which PyTorch has words."""
    def __init__(self, **others): self.others = others

    def __getattr__(self, name):
        return self.others.get(name) or re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def names():
    found = {n: getattr(torch, n) for n in dir(torch) if not n.startswith("_")}
    found.update({n: getattr(torch.nn, n) for n in dir(torch.nn) if n[0].isupper()})
    found.update({n: v for n, v in globals().items() if callable(v) and n not in ("names", "Words")})
    activations = Words(ReLU="relu", GELU="gelu", LeakyReLU="leaky_relu", SELU="selu")
    found.update(torch=torch, nn=torch.nn, functional=torch.nn.functional, init=torch.nn.init, optim=torch.optim, inf=math.inf,
                 distributions=torch.distributions, special=torch.special, linalg=torch.linalg, fft=torch.fft, math=math,
                 utils=torch.nn.utils, NonLinearities=activations, Activations=activations, NonlinearityType=activations)
    found.update({n: Words() for n in ("Reduction", "Padding", "PaddingModes", "RoundingMode", "InterpolationMode", "UpsampleMode",
                                       "EmbeddingBagMode", "FFTNormType", "GridSampleMode", "GridSamplePaddingMode", "FanInOut",
                                       "Approximate", "AnnealStrategy", "QRMode")})
    found["CyclicMode"] = Words()
    return found


NAMES = names()
print("torch", torch.__version__, flush=True)
for line in sys.stdin:
    number, expression = line.rstrip("\n").split("\t", 1)
    torch.manual_seed(17)
    try:
        result = "ok\t" + " ; ".join(write(v) for v in flat(eval(expression, dict(NAMES))))
    except Exception as e:
        result = "error\t" + type(e).__name__ + ": " + " ".join(str(e).split())[:150]
    print(number + "\t" + result.replace("\n", " "), flush=True)
