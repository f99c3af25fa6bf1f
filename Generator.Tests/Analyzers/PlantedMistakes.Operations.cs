namespace Gen.Tests.Analyzers;

/// <content>Operations on tensors, family by family.</content>
internal static partial class PlantedMistakes
{
    private static Mistake[] Elementwise =>
    [
        Body("an operator", "'+' of [B, 8, 6] and [5]: dimension 2 is 6 and 5.", "return {|GEN1003:x + ones([-5-]{+6+})|};"),
        Body("a compound assignment", "'*' of [B, 8, 6] and [7, 1]: dimension 1 is 8 and 7.",
            "{|GEN1003:x *= ones([-7-]{+8+}, 1)|}; return x;"),
        Body("a method of arithmetic", "sub of [B, 8, 6] and [3, 1]: dimension 1 is 8 and 3.",
            "return {|GEN1003:x.sub(ones([-3-]{+8+}, 1))|};"),
        Body("an in-place form", "add_ of [B, 8, 6] and [7, 6]: dimension 1 is 8 and 7.",
            "return {|GEN1003:x.clone().add_(ones([-7-]{+8+}, 6))|};"),
        Body("maximum", "maximum of [B, 8, 6] and [4]: dimension 2 is 6 and 4.", "return {|GEN1003:maximum(x, zeros([-4-]{+6+}))|};"),
        Body("a comparison", "'>' of [B, 8, 6] and [8]: dimension 2 is 6 and 8.",
            "return ({|GEN1003:x > zeros([-8-]{+8, 1+})|}).to(ScalarType.Float32);"),
        Body("a comparing method", "eq of [B, 8, 6] and [9, 6]: dimension 1 is 8 and 9.",
            "return {|GEN1003:x.eq(zeros([-9-]{+8+}, 6))|}.to(ScalarType.Float32);"),
        Body("where", "where of [B, 8, 6] and [4]: dimension 2 is 6 and 4.", "return {|GEN1003:where(x > 0, x, zeros([-4-]{+6+}))|};"),
        Body("masked_fill", "masked_fill of [B, 8, 8] and [6, 6]: dimension 1 is 8 and 6.",
            "return {|GEN1003:x.matmul(x.mT).masked_fill(ones([-6, 6-]{+8, 8+}).tril() == 0, -1e9)|};"),
        Body("clamp", "clamp of [B, 8, 6] and [5]: dimension 2 is 6 and 5.", "return {|GEN1003:x.clamp(zeros([-5-]{+6+}), ones(6))|};"),
        Body("lerp", "lerp of [B, 8, 6] and [B, 8, 3]: dimension 2 is 6 and 3.",
            "return {|GEN1003:x.lerp(x.narrow(2, 0, [-3-]{+6+}), ones(1))|};"),
    ];

    private static Mistake[] Shapes =>
    [
        Body("view", "view of [B, 8, 6] as [B, 50]: 50, not 48.", "return {|GEN1004:x.view(x.shape[0], [-50-]{+48+})|};"),
        Body("view of heads", "view of [B, 8, 6] as [B, 8, 2, 4]: 2*4 = 8, not 6.",
            "return {|GEN1004:x.view(-1, 8, 2, [-4-]{+3+})|};".Replace("-1", "x.size(0)", StringComparison.Ordinal)),
        Body("reshape", "reshape of [B, 8, 6] as [B, 4, 10]: 4*10 = 40, not 48.",
            "return {|GEN1004:x.reshape(x.shape[0], 4, [-10-]{+12+})|};"),
        Body("flatten", "flatten of [B, 8, 6]: there is no dimension 3.", "return {|GEN1002:x.flatten([-3-]{+1+})|};"),
        Body("unflatten", "unflatten of [6] as [2, 4]: 2*4 = 8, not 6.", "return {|GEN1004:x.unflatten(2, 2, [-4-]{+3+})|};"),
        Body("squeeze", "squeeze of [B, 8, 6]: there is no dimension 3.", "return {|GEN1002:x.squeeze([-3-]{+2+})|};"),
        Body("unsqueeze", "unsqueeze of [B, 8, 6]: there is no dimension 4.", "return {|GEN1002:x.unsqueeze([-4-]{+3+})|};"),
        Body("transpose", "transpose of [B, 8, 6]: there is no dimension 3.", "return {|GEN1002:x.transpose(1, [-3-]{+2+})|};"),
        Body("what transpose gives",
            "'fc' (Linear 6 -> 6) needs 6 features but gets 8: fc [B, 8, 6] -> transpose [B, 6, 8]. Change it to Linear(8, 6).",
            "return {|GEN1001:fc.call(x.transpose(1, 2)[--]{+.mT+})|};"),
        Body("permute", "permute of [B, 8, 6]: 2 dimensions are named for 3.", "return {|GEN1002:x.permute(0, 2[--]{+, 1+})|};"),
        Body("permute of a dimension twice", "permute: a dimension is named twice.", "return {|GEN1006:x.permute(0, 1, [-1-]{+2+})|};"),
        Body("movedim", "movedim of [B, 8, 6]: there is no dimension -4.", "return {|GEN1002:x.movedim([[--4-]{+-1+}], [1])|};"),
        Body("the property mT", "mT of [48]: it needs 2 dimensions or more.", "return {|GEN1002:x[-[0].flatten()-]{++}.mT|};"),
        Body("expand", "expand of [B, 8, 1] and [-1, 7, 6]: dimension 1 is 8 and 7.",
            "return {|GEN1003:x.mean([2], keepdim: true).expand(-1, [-7-]{+8+}, 6)|};"),
        Body("expand to a negative size", "expand: -2 is not a size.",
            "return {|GEN1006:x.mean([2], keepdim: true).expand(-1, -1, [--2-]{+6+})|};"),
        Body("expand_as", "expand_as of [6, 1] and [B, 8, 6]: dimension 0 is 6 and 8.",
            "return {|GEN1003:ones([-6-]{+8+}, 1).expand_as(x)|};"),
        Body("repeat", "repeat of [B, 8, 6]: 2 numbers are too few for its 3 dimensions.", "return {|GEN1002:x.repeat([--]{+1, +}2, 2)|};"),
        Body("what tile gives", "'+' of [B, 8, 12] and [B, 8, 6]: dimension 2 is 12 and 6.",
            "return {|GEN1003:x.tile([1, 1, [-2-]{+1+}]) + x|};"),
        Body("roll", "roll of [B, 8, 6]: there is no dimension 3.", "return {|GEN1002:x.roll(1, [-3-]{+2+})|};"),
        Body("flip", "flip: a dimension is named twice.", "return {|GEN1006:x.flip(1, [-1-]{+2+})|};"),
        Body("unfold", "unfold: dimension 2 would be 0 = (6 - 7)//1 + 1.", "return {|GEN1007:x.unfold(2, [-7-]{+4+}, 1)|};"),
        Body("tril", "tril of [6]: it needs 2 dimensions or more.", "return {|GEN1002:x[0[-, 0-]{++}].tril()|};"),
    ];

    private static Mistake[] Parts =>
    [
        Body("narrow", "narrow: 5 from 4 on is more than the 8 of dimension 1.", "return {|GEN1006:x.narrow(1, 4, [-5-]{+4+})|};"),
        Body("select", "select: 8 is no index of dimension 1, which has 8.", "return {|GEN1006:x.select(1, [-8-]{+7+})|};"),
        Body("index_select", "index_select of [2, 1]: the index must have 1 dimension.",
            "return {|GEN1002:x.index_select(1, arange(2)[-.unsqueeze(1)-]{++})|};"),
        Body("gather", "gather of [B, 8, 6]: the index [8, 6] has another number of dimensions.",
            "return {|GEN1002:x.gather(2, zeros([[--]{+1, +}8, 6], dtype: ScalarType.Int64))|};"),
        Body("gather of more than there is", "gather of [B, 8, 6] and [1, 9, 6]: dimension 1 is 8 and 9.",
            "return {|GEN1003:x.gather(2, zeros([1, [-9-]{+8+}, 6], dtype: ScalarType.Int64))|};"),
        Body("split", "split of [B, 8, 6] and [4, 5]: dimension 1 is 8 and 9.", "return {|GEN1003:x.split([4, [-5-]{+4+}], dim: 1)|}[0];"),
        Body("chunk", "chunk of [B, 8, 6]: there is no dimension 3.", "return {|GEN1002:x.chunk(2, dim: [-3-]{+2+})|}[0];"),
        Body("what chunk gives", "'+' of [B, 8, 3] and [B, 8, 6]: dimension 2 is 3 and 6.",
            "var parts = x.chunk(2, dim: 2); return {|GEN1003:parts[0] + [-x-]{+parts[1]+}|};"),
        Body("unbind", "unbind of [B, 8, 6]: there is no dimension 3.", "return {|GEN1002:x.unbind([-3-]{+1+})|}[0];"),
        Body("stack", "stack of [B, 6] and [B, 5]: dimension 1 is 6 and 5.",
            "return {|GEN1003:stack([x[.., 0], x[.., 1][-.narrow(1, 0, 5)-]{++}])|};"),
        Body("stack of nothing", "stack: there is no tensor to concatenate.", "return {|GEN1006:stack([-new Tensor[] { }-]{+[x, x]+})|};"),
        Body("cat", "cat of [B, 8, 6] and [B, 7, 6]: dimension 1 is 8 and 7.",
            "return {|GEN1003:cat([x, x.narrow(1, 0, [-7-]{+8+})], 2)|};"),
        Body("what cat gives",
            "'fc' (Linear 6 -> 6) needs 6 features but gets 12: fc [B, 8, 6] -> cat [B, 8, 12]. Change it to Linear(12, 6).",
            "return {|GEN1001:fc.call(cat([x, x], [-2-]{+1+}))|};"),
        Body("hstack", "hstack of [B, 8, 6] and [B, 8, 5]: dimension 2 is 6 and 5.",
            "return {|GEN1003:hstack(x, x.narrow(2, 0, [-5-]{+6+}))|};"),
        Body("vstack", "vstack of [B, 8, 6] and [B, 4, 6]: dimension 1 is 8 and 4.",
            "return {|GEN1003:vstack([x, x.narrow(1, 0, [-4-]{+8+})])|};"),
        Body("pad", "pad of [B, 8, 6]: 4 pairs are too many for its 3 dimensions.",
            "return {|GEN1002:functional.pad(x, [1, 1, 0, 0, 0, 0[-, 0, 0-]{++}])|};"),
    ];

    private static Mistake[] Reductions =>
    [
        Body("sum", "sum of [B, 8, 6]: there is no dimension 3.", "return {|GEN1002:x.sum([-3-]{+2+})|};"),
        Body("mean", "mean: a dimension is named twice.", "return {|GEN1006:x.mean([1, [-1-]{+2+}])|};"),
        Body("keepdim", "'-' of [B, 8, 6] and [B, 8]: dimension 2 is 6 and 8.",
            "return {|GEN1003:x - x.mean([2][--]{+, keepdim: true+})|};"),
        Body("argmax", "argmax of [B, 8, 6]: there is no dimension -4.",
            "return {|GEN1002:x.argmax([--4-]{+-1+})|}.to(ScalarType.Float32);"),
        Body("max along a dimension", "max of [B, 8, 6]: there is no dimension 3.",
            "var (values, _) = {|GEN1002:x.max([-3-]{+1+})|}; return values;"),
        Body("softmax", "softmax of [B, 8, 6]: there is no dimension 3.", "return {|GEN1002:x.softmax([-3-]{+-1+})|};"),
        Body("logsumexp", "logsumexp of [B, 8, 6]: there is no dimension 3.", "return {|GEN1002:x.logsumexp([-3-]{+2+})|};"),
        Body("cumsum", "cumsum of [B, 8, 6]: there is no dimension 3.", "return {|GEN1002:x.cumsum([-3-]{+2+})|};"),
        Body("norm", "norm of [B, 8, 6]: there is no dimension 4.", "return {|GEN1002:x.norm([-4-]{+2+})|};"),
        Body("any", "any of [B, 8, 6]: there is no dimension 3.", "return {|GEN1002:(x > 0).any([-3-]{+2+})|}.to(ScalarType.Float32);"),
        Body("topk", "topk: k 7 is more than the 6 of dimension 2.", "var (best, _) = {|GEN1006:x.topk([-7-]{+6+})|}; return best;"),
        Body("sort", "sort of [B, 8, 6]: there is no dimension 3.", "var (sorted, _) = {|GEN1002:x.sort([-3-]{+2+})|}; return sorted;"),
    ];

    private static Mistake[] Products =>
    [
        Body("matmul", "matmul of [B, 8, 6] and [B, 8, 6]: dimension 2 is 6 and 8.", "return {|GEN1003:x.matmul(x[--]{+.mT+})|};"),
        Body("mm", "mm of [8, 6] and [8, 6]: dimension 1 is 6 and 8.", "return {|GEN1003:x[0].mm(x[0][--]{+.T+})|};"),
        Body("mm of batches", "mm of [B, 8, 6] and [B, 6, 8]: the first tensor needs 2 dimensions, the second 2.",
            "return {|GEN1002:x[--]{+[0]+}.mm(x[--]{+[0]+}.mT)|};"),
        Body("bmm", "bmm of [B, 8, 6] and [B, 8, 6]: dimension 2 is 6 and 8.", "return {|GEN1003:x.bmm(x[--]{+.transpose(1, 2)+})|};"),
        Body("mv", "mv of [8, 6] and [8]: dimension 1 is 6 and 8.", "return {|GEN1003:x[0].mv(ones([-8-]{+6+}))|};"),
        Body("dot", "dot of [6] and [8]: dimension 0 is 6 and 8.", "return {|GEN1003:x[0, 0].dot(ones([-8-]{+6+}))|};"),
        Body("einsum", "einsum of [B, 8, 6] and [B, 8, 6]: dimension 1 is 6 and 8.",
            "return {|GEN1003:einsum(\"bqd,b[-dk-]{+kd+}->bqk\", x, x)|};"),
        Body("outer", "outer of [8, 6] and [6]: it needs 1 dimension of each.", "return {|GEN1002:x[0[--]{+, 0+}].outer(x[0, 1])|};"),
        Body("baddbmm", "baddbmm of [B, 8, 6] and [B, 8, 6]: dimension 2 is 6 and 8.",
            "return {|GEN1003:x.baddbmm(x[--]{+.mT+}, zeros(x.shape[0], 8, 8))|};"),
        Body("addmm", "addmm of [8, 6] and [5, 8]: dimension 1 is 6 and 5.",
            "return {|GEN1003:zeros(8).addmm(x[0], ones([-5-]{+6+}, 8))|};"),
    ];
}
