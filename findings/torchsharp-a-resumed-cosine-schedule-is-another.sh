#!/usr/bin/env bash
# TorchSharp 0.107.0, libtorch 2.10.0: schedulers have no state to save, so training goes on with last_epoch. As in PyTorch it is the last
# epoch that was done, 2 after three steps, and the scheduler itself goes to epoch 3. StepLR and LambdaLR then give the rates of a run that
# was not stopped; CosineAnnealingLR and PolynomialLR apply the step to 3 to the rate of epoch 3 a second time, and stay too low to the
# end. PyTorch 1.13.1's CosineAnnealingLR goes on as in one run. last_epoch 3 gives every one of them the rates one epoch too early.
. "$(dirname "$0")/support/torchsharp.sh"
run_torchsharp <<'CSHARP' | expect 'StepLR: in one run 0.5 0.25 0.25 0.125; resumed 0.5 0.25 0.25 0.125
LambdaLR: in one run 0.25 0.2 0.167 0.143; resumed 0.25 0.2 0.167 0.143
CosineAnnealingLR: in one run 0.794 0.655 0.5 0.345; resumed 0.697 0.574 0.439 0.303
PolynomialLR: in one run 0.7 0.6 0.5 0.4; resumed 0.613 0.525 0.438 0.35'
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;
using static TorchSharp.torch.optim.lr_scheduler;

var model = nn.Linear(3, 1);
model.call(ones(1, 3)).sum().backward();
Show("StepLR", (optimizer, epoch) => StepLR(optimizer, 2, 0.5, last_epoch: epoch));
Show("LambdaLR", (optimizer, epoch) => LambdaLR(optimizer, done => 1.0 / (1 + done), last_epoch: epoch));
Show("CosineAnnealingLR", (optimizer, epoch) => CosineAnnealingLR(optimizer, 10, last_epoch: epoch));
Show("PolynomialLR", (optimizer, epoch) => PolynomialLR(optimizer, 10, 1, last_epoch: epoch));

void Show(string text, Func<Optimizer, int, LRScheduler> make)
{
    var first = SGD(model.parameters(), 1, 0.9);
    var scheduler = make(first, -1);
    Rates(first, scheduler, 3);
    var second = SGD(model.parameters(), 1, 0.9);
    second.load_state_dict(first.state_dict());
    var resumed = make(second, 2);
    Console.WriteLine($"{text}: in one run {Rates(first, scheduler, 4)}; resumed {Rates(second, resumed, 4)}");
}

static string Rates(Optimizer optimizer, LRScheduler scheduler, int epochs) =>
    string.Join(" ", Enumerable.Range(0, epochs).Select(_ =>
    {
        var rate = optimizer.ParamGroups.First().LearningRate;
        optimizer.step();
        scheduler.step();
        return $"{rate:0.###}";
    }));
CSHARP
