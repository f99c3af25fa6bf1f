"""Runs an exported module over inputs of a file, and compares what it gives, and its gradients, with what TorchSharp gave."""
import importlib.util
import json
import os
import struct
import sys

import torch

TYPES = {"F32": torch.float32, "F64": torch.float64, "I64": torch.int64, "I32": torch.int32, "U8": torch.uint8, "BOOL": torch.bool}


def read(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for key, entry in header.items():
        begin, end = entry["data_offsets"]
        part = bytearray(data[begin:end])
        tensor = torch.frombuffer(part, dtype=TYPES[entry["dtype"]]) if part else torch.empty(0, dtype=TYPES[entry["dtype"]])
        tensors[key] = tensor.reshape(entry["shape"])
    return tensors, metadata


def flat(value):
    return [value] if isinstance(value, torch.Tensor) else [t for item in value for t in flat(item)]


def gradients(model, given, of, tolerance):
    """Those of a weighted sum of all results, relative to the largest of the parameter."""
    model.to(given["grad_weight0"].dtype)
    leaves = []
    while f"grad_in{len(leaves)}" in given:
        leaf = given[f"grad_in{len(leaves)}"]
        leaves.append(leaf.requires_grad_() if leaf.is_floating_point() else leaf)
    results = [result for result in flat(model(*[leaf.clone() for leaf in leaves])) if result.requires_grad]
    weights = [given[key] for key in sorted((k for k in given if k.startswith("grad_weight")), key=lambda k: int(k[11:]))]
    if len(results) != len(weights):
        raise AssertionError(f"{len(weights)} results have gradients, in PyTorch {len(results)}")
    sum((result * weight).sum() for result, weight in zip(results, weights)).backward()
    own = dict(model.state_dict(keep_vars=True), **{f"input {i}": leaf for i, leaf in enumerate(leaves)})
    pairs = {key: (own[key].grad, given.get(f"{name[3:]}_0")) for name, key in of.items() if name.startswith("of_grad")}
    largest = max(real.abs().max().item() for _, real in pairs.values() if real is not None)
    most = 0.0
    for key, (found, real) in pairs.items():
        if (found is None) != (real is None):
            raise AssertionError(f"{key} has a gradient in one of both only")
        if real is not None:
            # What is noise beside all others, such as that of a bias before a norm, has no digits to compare.
            scale = max(real.abs().max().item(), 1e-6 * largest)
            difference = (found - real).abs().max().item() / scale if scale else 0.0
            most = max(most, difference)
            if not difference <= tolerance:
                raise AssertionError(f"the gradient of {key} differs by {difference:.3g}")
    return f"{most:.3g} of {len(pairs)} in {str(given['grad_weight0'].dtype)[6:]}"


def judge(folder, name, kind, tolerance):
    spec = importlib.util.spec_from_file_location(name, os.path.join(folder, name + ".py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    model = getattr(module, kind)()
    weights, tied = read(os.path.join(folder, name + ".safetensors"))
    for key, other in tied.items():
        if other in weights:
            weights[key] = weights[other]
    model.load_state_dict(weights)
    model.eval()
    given, of = read(os.path.join(folder, "given.safetensors"))
    most, run = 0.0, 0
    while f"run{run}_out0" in given:
        part = [given[f"run{run}_in{i}"] for i in range(len([k for k in given if k.startswith(f"run{run}_in")]))]
        with torch.no_grad():
            results = flat(model(*part))
        expected = [given[f"run{run}_out{i}"] for i in range(len([k for k in given if k.startswith(f"run{run}_out")]))]
        if len(results) != len(expected):
            return f"{len(expected)} results, PyTorch gives {len(results)}"
        for own, real in zip(results, expected):
            if own.shape != real.shape or own.dtype != real.dtype:
                return f"{tuple(real.shape)} {real.dtype}, PyTorch gives {tuple(own.shape)} {own.dtype}"
            distance = (own.double() - real.double()).abs() / real.double().abs().clamp(min=1)
            difference = distance.max().item() if distance.numel() else 0.0
            most = max(most, difference)
            if not difference <= tolerance:
                return f"differs by {difference:.3g}"
        run += 1
    if "grad_weight0" not in given:
        return f"agrees {most:.3g}" if run else "no runs"
    return f"agrees {most:.3g}, gradients {gradients(model, given, of, tolerance)}" if run else "no runs"


if __name__ == "__main__":
    torch.set_num_threads(1)
    print(judge(sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4])))
