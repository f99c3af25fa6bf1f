namespace Gen.Tests.Analyzers;

/// <content>Devices. The meta device stands for any other than the CPU: it fails on every machine.</content>
internal static partial class PlantedMistakes
{
    private static Mistake[] Devices =>
    [
        Called("a sum of tensors on two devices", "'+' gets tensors on meta and cpu. Move one of them with .to(...).",
            "var x = randn([2, 3], device: META); var y = {|GEN1013:x + randn(2, 3)[--]{+.to(x.device)+}|};"),
        Called("data that is moved beside data that is not", "'*' gets tensors on meta and cpu. Move one of them with .to(...).",
            "var x = randn(4).to(META); var w = rand(4)[--]{+.to(META)+}; var y = {|GEN1013:x * w|};"),
        Called("a device by its name", "'-' gets tensors on cpu and meta. Move one of them with .to(...).",
            "var x = randn(4)[--]{+.to(torch.device(\"meta\"))+}; var y = {|GEN1013:x - zeros([4], device: torch.device(\"meta\"))|};"),
        Called("a target that stays on the CPU", "mse_loss gets tensors on meta and cpu. Move one of them with .to(...).",
            "var y = randn(2, 3).to(META); var loss = {|GEN1013:functional.mse_loss(y, zeros(2, 3)[--]{+.to(META)+})|};"),
        Called("a comparison with what was moved", "'<' gets tensors on meta and cpu. Move one of them with .to(...).",
            "var limit = zeros([3])[--]{+.to(META)+}; var y = {|GEN1013:rand([3], device: META) < limit|};"),
        Called("what is written in place", "add_ gets tensors on cpu and meta. Move one of them with .to(...).",
            "var sum = zeros(3)[--]{+.to(META)+}; {|GEN1013:sum.add_(ones([3], device: META))|};"),
        Called("a model whose data is elsewhere", "'model': '+' gets tensors on cpu and meta. Move one of them with .to(...).",
            "var model = new Shifted(); model.to(META); var y = {|GEN1013:model.call(randn(2, 4)[--]{+.to(META)+})|};", """
            [Shape("B 4 -> B 4")] public sealed partial class Shifted
            {
                [Parameter] private readonly Parameter shift = new(ones(4));
                private Tensor Forward(Tensor x) => x + shift;
            }
            """),
        Called("the device of another tensor", "maximum gets tensors on cpu and meta. Move one of them with .to(...).",
            "var a = randn(3).to(META); var b = zeros([3], device: a.device); var c = zeros(3)[--]{+.to(a)+}; "
            + "var y = {|GEN1013:maximum(c, b)|};"),
        Called("a device that a condition chooses", "'+' gets tensors on cpu and meta, where the program chooses meta. "
            + "Move one of them with .to(...).",
            "var device = DateTime.Now.Year > 2000 ? META : CPU; var x = randn(3)[--]{+.to(device)+}; "
            + "var y = {|GEN1013:x + ones([3], device: device)|};"),
    ];
}
