"""Runs an exported module over inputs of a file, and holds what it gives against what TorchSharp gave."""
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
    given, _ = read(os.path.join(folder, "given.safetensors"))
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
            difference = ((own.double() - real.double()).abs() / real.double().abs().clamp(min=1)).max().item()
            most = max(most, difference)
            if not difference <= tolerance:
                return f"differs by {difference:.3g}"
        run += 1
    return f"agrees {most:.3g}" if run else "no runs"


if __name__ == "__main__":
    torch.set_num_threads(1)
    print(judge(sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4])))
