using static TorchSharp.torch;

namespace Gen.Export.PyTorch;

/// <summary>The program that trains an exported module further, in one process or in several.</summary>
internal static class PyTraining
{
    /// <summary>The text of the file.</summary>
    /// <param name="program">The module, written.</param>
    /// <param name="file">The name of the module's file, without its ending.</param>
    /// <param name="optimizer">The optimizer; null for AdamW.</param>
    /// <exception cref="NotExportableException">There is nothing to train, or data of the declared shape cannot be made.</exception>
    public static string Write(PyProgram program, string file, optim.Optimizer? optimizer)
    {
        var model = program.Root;
        if (!model.parameters().Any(static p => p.requires_grad))
        {
            throw new NotExportableException($"{program.Name} has no parameters that are trained; "
                + $"{nameof(PyTorchExportOptions.TrainingProgram)} is for those that have");
        }

        var data = new PyTrainingData(program.Graph);
        return Text.Replace("<optimizer>", PyTrainingOptimizer.Write(optimizer, model), StringComparison.Ordinal)
            .Replace("<frozen>", string.Concat(Frozen(program.Function, model).Select(static f => $"    {f}\n")), StringComparison.Ordinal)
            .Replace("<data>", data.Write(), StringComparison.Ordinal)
            .Replace("<dataset>", data.HasBatch ? ", TensorDataset" : "", StringComparison.Ordinal)
            .Replace("<batch>", data.HasBatch ? "batch_size" : "None", StringComparison.Ordinal)
            .Replace("<loss>", Loss(program.Function.Result, data), StringComparison.Ordinal)
            .Replace("<build>", PyText.Plain(program.Expression), StringComparison.Ordinal)
            .Replace("<class>", program.Name, StringComparison.Ordinal).Replace("<file>", file, StringComparison.Ordinal);
    }

    /// <summary>What of the model is not trained.</summary>
    private static IEnumerable<string> Frozen(PyFunction function, nn.Module module)
    {
        var path = "model" + function.Path(module)["self".Length..];
        var all = module.named_parameters().ToArray();
        if (all.Length > 0 && all.All(static p => !p.parameter.requires_grad))
        {
            return [$"{path}.requires_grad_(False)"];
        }

        return module.named_parameters(recurse: false).Where(static p => !p.parameter.requires_grad)
            .Select(p => $"{path}.{p.name}.requires_grad_(False)")
            .Concat(module.named_children().SelectMany(c => Frozen(function, c.module)));
    }

    /// <summary>All tensors that the module gives are drawn to 0.</summary>
    private static string Loss(object? result, PyTrainingData data)
    {
        var names = new List<string>();
        var pattern = Pattern(result);
        var sum = names.Count == 0 ? throw new NotExportableException("it gives no tensor, so that there is nothing to train")
            : string.Join(" + ", names.Select(static n => $"{n}.square().mean()"));
        return $"    {data.Given} = batch\n    {pattern} = model({data.Arguments})\n    return {sum}";

        string Pattern(object? part)
        {
            switch (part)
            {
                case List<object?> list:
                    var items = list.Select(i => i is List<object?> ? $"({Pattern(i)})" : Pattern(i)).ToArray();
                    return string.Join(", ", items) + (items.Length == 1 ? "," : "");
                case PyValue { IsTensor: true }:
                    names.Add(data.Free(result is PyValue ? "y" : $"y{names.Count + 1}"));
                    return names[^1];
                default:
                    return "_";
            }
        }
    }

    private const string Text = """"
        """Trains <class> further, in one process or in several. Written by Gen.

            python train_ddp.py --steps 100
            torchrun --nproc_per_node 2 train_ddp.py --steps 100

        Without torchrun, start each process with its RANK:

            RANK=0 WORLD_SIZE=2 MASTER_ADDR=127.0.0.1 MASTER_PORT=29500 python train_ddp.py
            RANK=1 WORLD_SIZE=2 MASTER_ADDR=127.0.0.1 MASTER_PORT=29500 python train_ddp.py

        It begins with the weights of <file>.safetensors, and with the optimizer's state of
        <file>.optimizer.safetensors if that file is there. The process of rank 0 writes both back. In C#:

            model.LoadSafetensors("<file>.safetensors");
            optimizer.LoadSafetensors("<file>.optimizer.safetensors", model);
        """
        import argparse
        import json
        import os
        import struct

        import torch
        import torch.distributed as dist
        from torch.nn.parallel import DistributedDataParallel
        from torch.utils.data import DataLoader<dataset>
        from torch.utils.data.distributed import DistributedSampler

        from <file> import <class>

        FOLDER = os.path.dirname(os.path.abspath(__file__))
        WEIGHTS = os.path.join(FOLDER, "<file>.safetensors")
        STATE = os.path.join(FOLDER, "<file>.optimizer.safetensors")


        # Yours: the data, the loss and the optimizer.


        def dataset():
        <data>


        def loss(model, batch):
            """The loss of a batch. Replace it with yours; this one draws what the model gives to 0."""
        <loss>


        <optimizer>


        # The training.


        def train(steps, batch_size):
            for name, value in (("RANK", "0"), ("WORLD_SIZE", "1"), ("MASTER_ADDR", "127.0.0.1"), ("MASTER_PORT", "29500")):
                os.environ.setdefault(name, value)
            has_cuda = torch.cuda.is_available()
            dist.init_process_group("nccl" if has_cuda else "gloo")
            rank = dist.get_rank()
            device = torch.device("cpu")
            if has_cuda:
                device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", rank % torch.cuda.device_count())))
                torch.cuda.set_device(device)
            torch.manual_seed(rank)

            model = <build>
            load_weights(model)
        <frozen>    model.to(device)
            optimizer = make_optimizer(model)
            load_state(optimizer, model)
            parallel = DistributedDataParallel(model, device_ids=[device] if has_cuda else None)
            parallel.train()

            data = dataset()
            sampler = DistributedSampler(data)
            loader = DataLoader(data, batch_size=<batch>, sampler=sampler)
            if len(loader) == 0:
                raise ValueError("dataset() has no items")
            step = 0
            while step < steps:
                sampler.set_epoch(step)
                for batch in loader:
                    optimizer.zero_grad()
                    value = loss(parallel, [tensor.to(device) for tensor in batch])
                    value.backward()
                    optimizer.step()
                    step += 1
                    if rank == 0 and (step % 10 == 0 or step == steps):
                        print(f"step {step}: loss {value.item():.6g}", flush=True)
                    if step == steps:
                        break

            if rank == 0:
                save_weights(model)
                save_state(optimizer, model)
            dist.barrier()
            dist.destroy_process_group()


        # The files that Gen reads and writes.

        TYPES = {
            "F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16, "I64": torch.int64,
            "I32": torch.int32, "I16": torch.int16, "I8": torch.int8, "U8": torch.uint8, "BOOL": torch.bool,
        }


        def read(path):
            """The tensors of a file by their keys, and its metadata."""
            tensors = {}
            with open(path, "rb") as file:
                (length,) = struct.unpack("<Q", file.read(8))
                header = json.loads(file.read(length))
                metadata = header.pop("__metadata__", {})
                for key, entry in header.items():
                    begin, end = entry["data_offsets"]
                    tensor = torch.empty(entry["shape"], dtype=TYPES[entry["dtype"]])
                    if end > begin:
                        file.seek(8 + length + begin)
                        tensor.view(-1).copy_(torch.frombuffer(bytearray(file.read(end - begin)), dtype=tensor.dtype))
                    tensors[key] = tensor
            return tensors, metadata


        def write(path, tensors, metadata):
            """Writes a file beside its place, and moves it there when it is complete."""
            names = {dtype: name for name, dtype in TYPES.items()}
            header, end = {"__metadata__": metadata}, 0
            tensors = sorted(tensors.items(), key=lambda item: (-item[1].element_size(), names[item[1].dtype], item[0]))
            for key, tensor in tensors:
                begin, end = end, end + tensor.numel() * tensor.element_size()
                header[key] = {"dtype": names[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [begin, end]}
            text = json.dumps(header).encode()
            text += b" " * (-len(text) % 8)
            with open(path + ".new", "wb") as file:
                file.write(struct.pack("<Q", len(text)) + text)
                for _, tensor in tensors:
                    data = bytearray(tensor.numel() * tensor.element_size())
                    if data:
                        torch.frombuffer(data, dtype=tensor.dtype).copy_(tensor.detach().reshape(-1))
                    file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(path + ".new", path)


        def load_weights(model):
            weights, tied = read(WEIGHTS)
            weights.update((key, weights[other]) for key, other in tied.items() if other in weights)
            model.load_state_dict(weights)


        def save_weights(model):
            weights, first, metadata = {}, {}, {"format": "pt"}
            for key, tensor in model.state_dict(keep_vars=True).items():
                other = first.setdefault(id(tensor), key)
                if other == key:
                    weights[key] = tensor
                else:
                    metadata[key] = other
            write(WEIGHTS, weights, metadata)


        def load_state(optimizer, model):
            if not os.path.exists(STATE):
                return
            tensors, metadata = read(STATE)
            if metadata.get("optimizer") != type(optimizer).__name__:
                raise ValueError(f"{STATE} has the state of {metadata.get('optimizer')}, not of {type(optimizer).__name__}")
            parameters = model.state_dict(keep_vars=True)
            for key, tensor in tensors.items():
                name, kind = key.rsplit(".", 1)
                parameter = parameters[name]
                tensor = tensor.float() if kind == "step" else tensor.to(parameter.device)
                optimizer.state[parameter][kind] = tensor


        def save_state(optimizer, model):
            tensors, seen = {}, set()
            for name, parameter in model.state_dict(keep_vars=True).items():
                if id(parameter) in seen:
                    continue
                seen.add(id(parameter))
                for kind, value in optimizer.state.get(parameter, {}).items():
                    if kind == "step":
                        value = torch.tensor(int(value))
                    if value is not None:
                        tensors[f"{name}.{kind}"] = value
            write(STATE, tensors, {"format": "pt", "optimizer": type(optimizer).__name__})


        if __name__ == "__main__":
            parser = argparse.ArgumentParser(description="Trains <class> further.")
            parser.add_argument("--steps", type=int, default=100)
            parser.add_argument("--batch-size", type=int, default=32, help="of each process")
            arguments = parser.parse_args()
            train(arguments.steps, arguments.batch_size)

        """";
}
