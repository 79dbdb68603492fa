"""A reference for importing OFA's supernets, in PyTorch, written from the papers' definitions.

Usage: ofa_reference.py FAMILY FOLDER SEED

Draws a supernet with random weights under OFA's parameter names, saves it in both formats of
torch.save, and writes what random subnets of it compute: subnets.json (readable architecture, side,
multiply-accumulates), images.f32 and logits.f32 (little endian, one image a subnet, in order).
"""
import json
import random
import sys
from collections import OrderedDict

import torch
import torch.nn.functional as F

SUBNETS = 24
CLASSES = 1000
RESOLUTIONS = (128, 132, 148, 160, 176)


def divisible(v):
    rounded = max(8, int(v + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * v else rounded


class Supernet:
    """Tensors by OFA's names; layers use the first channels of each."""

    def __init__(self, seed, epsilon):
        self.generator = torch.Generator().manual_seed(seed)
        self.epsilon = epsilon
        self.tensors = OrderedDict()
        self.macs = 0

    def normal(self, *shape):
        return torch.randn(*shape, generator=self.generator)

    def uniform(self, low, high, *shape):
        return low + (high - low) * torch.rand(*shape, generator=self.generator)

    def add_conv(self, name, out, inputs, kernel):
        self.tensors[name] = self.normal(out, inputs, kernel, kernel) * (
            1.4 / (inputs * kernel * kernel) ** 0.5
        )

    def add_norm(self, name, channels):
        self.tensors[name + ".weight"] = self.uniform(0.5, 1.5, channels)
        self.tensors[name + ".bias"] = 0.2 * self.normal(channels)
        self.tensors[name + ".running_mean"] = 0.2 * self.normal(channels)
        self.tensors[name + ".running_var"] = self.uniform(0.5, 1.5, channels)
        self.tensors[name + ".num_batches_tracked"] = torch.tensor(7)

    def add_linear(self, name, out, inputs):
        self.tensors[name + ".weight"] = self.normal(out, inputs) / inputs**0.5
        self.tensors[name + ".bias"] = 0.1 * self.normal(out)

    def conv(self, x, name, out, stride=1):
        weight = self.tensors[name][:out, : x.shape[1]]
        kernel = weight.shape[2]
        y = F.conv2d(x, weight, stride=stride, padding=kernel // 2)
        self.macs += y[0].numel() * x.shape[1] * kernel * kernel
        return y

    def norm(self, x, name):
        n = x.shape[1]
        t = self.tensors
        return F.batch_norm(
            x,
            t[name + ".running_mean"][:n],
            t[name + ".running_var"][:n],
            t[name + ".weight"][:n],
            t[name + ".bias"][:n],
            False,
            0.0,
            self.epsilon,
        )

    def linear(self, x, name):
        weight = self.tensors[name + ".weight"][:, : x.shape[1]]
        self.macs += weight.numel()
        return F.linear(x, weight, self.tensors[name + ".bias"])


class InvertedResidual(Supernet):
    kernels = (3, 5, 7)
    expansions = (3, 4, 6)

    def __init__(self, seed, epsilon, widths, stages, final, feature):
        super().__init__(seed, epsilon)
        stem, first = widths
        self.stages, self.final, self.feature = stages, final, feature
        self.add_conv("first_conv.conv.weight", stem, 3, 3)
        self.add_norm("first_conv.bn", stem)
        self.add_conv("blocks.0.mobile_inverted_conv.depth_conv.conv.weight", stem, 1, 3)
        self.add_norm("blocks.0.mobile_inverted_conv.depth_conv.bn", stem)
        self.add_conv("blocks.0.mobile_inverted_conv.point_linear.conv.weight", first, stem, 1)
        self.add_norm("blocks.0.mobile_inverted_conv.point_linear.bn", first)
        channels = first
        index = 1
        for stage in stages:
            for _ in range(max(stage["depths"])):
                self.add_block(index, channels, stage)
                channels = stage["channels"]
                index += 1
        if feature:
            self.add_conv("final_expand_layer.conv.weight", final, channels, 1)
            self.add_norm("final_expand_layer.bn", final)
            self.add_conv("feature_mix_layer.conv.weight", feature, final, 1)
        else:
            self.add_conv("feature_mix_layer.conv.weight", final, channels, 1)
            self.add_norm("feature_mix_layer.bn", final)
        self.add_linear("classifier.linear", CLASSES, feature or final)

    def add_block(self, index, channels, stage):
        name = "blocks.%d.mobile_inverted_conv." % index
        middle = divisible(channels * max(self.expansions))
        self.add_conv(name + "inverted_bottleneck.conv.conv.weight", middle, channels, 1)
        self.add_norm(name + "inverted_bottleneck.bn.bn", middle)
        self.add_conv(name + "depth_conv.conv.conv.weight", middle, 1, 7)
        for large, small in ((7, 5), (5, 3)):
            self.tensors[name + "depth_conv.conv.%dto%d_matrix" % (large, small)] = torch.eye(
                small * small
            ) + 0.1 * self.normal(small * small, small * small)
        self.add_norm(name + "depth_conv.bn.bn", middle)
        if stage["se"]:
            squeezed = divisible(middle // 4)
            for part, out, inputs in (("reduce", squeezed, middle), ("expand", middle, squeezed)):
                fc = name + "depth_conv.se.fc." + part
                self.add_conv(fc + ".weight", out, inputs, 1)
                self.tensors[fc + ".bias"] = 0.5 * self.normal(out)
        self.add_conv(name + "point_linear.conv.conv.weight", stage["channels"], middle, 1)
        self.add_norm(name + "point_linear.bn.bn", stage["channels"])

    def depthwise(self, x, name, kernel, stride):
        weight = self.tensors[name + "depth_conv.conv.conv.weight"][: x.shape[1]]
        for large, small in ((7, 5), (5, 3)):
            if small >= kernel:
                matrix = self.tensors[name + "depth_conv.conv.%dto%d_matrix" % (large, small)]
                centre = weight[:, :, 1:-1, 1:-1].reshape(-1, small * small)
                weight = F.linear(centre, matrix).reshape(-1, 1, small, small)
        y = F.conv2d(x, weight, stride=stride, padding=kernel // 2, groups=x.shape[1])
        self.macs += y[0].numel() * kernel * kernel
        return y

    def block(self, x, name, kernel, expansion, stride, stage):
        act = {"relu": F.relu, "relu6": F.relu6, "h_swish": F.hardswish}[stage["act"]]
        middle = divisible(x.shape[1] * expansion)
        y = self.conv(x, name + "inverted_bottleneck.conv.conv.weight", middle)
        y = act(self.norm(y, name + "inverted_bottleneck.bn.bn"))
        y = act(self.norm(self.depthwise(y, name, kernel, stride), name + "depth_conv.bn.bn"))
        if stage["se"]:
            fc = name + "depth_conv.se.fc."
            squeezed = divisible(middle // 4)
            s = y.mean((2, 3), keepdim=True)
            s = self.conv(s, fc + "reduce.weight", squeezed)
            s = F.relu(s + self.tensors[fc + "reduce.bias"][:squeezed].view(1, -1, 1, 1))
            s = self.conv(s, fc + "expand.weight", middle)
            s = s + self.tensors[fc + "expand.bias"][:middle].view(1, -1, 1, 1)
            y = y * F.hardsigmoid(s)
        y = self.conv(y, name + "point_linear.conv.conv.weight", stage["channels"])
        y = self.norm(y, name + "point_linear.bn.bn")
        return x + y if stride == 1 and x.shape[1] == y.shape[1] else y

    def run(self, x, picks):
        mobile = self.feature is not None
        stem_act = F.hardswish if mobile else F.relu6
        x = self.conv(x, "first_conv.conv.weight", None, 2)
        x = stem_act(self.norm(x, "first_conv.bn"))
        name = "blocks.0.mobile_inverted_conv."
        weight = self.tensors[name + "depth_conv.conv.weight"]
        y = F.conv2d(x, weight, padding=1, groups=x.shape[1])
        self.macs += y[0].numel() * 9
        y = (F.relu if mobile else F.relu6)(self.norm(y, name + "depth_conv.bn"))
        y = self.norm(
            self.conv(y, name + "point_linear.conv.weight", None), name + "point_linear.bn"
        )
        x = x + y if x.shape[1] == y.shape[1] else y
        index = 1
        for stage, blocks in zip(self.stages, picks):
            for position, (kernel, expansion) in enumerate(blocks):
                name = "blocks.%d.mobile_inverted_conv." % (index + position)
                stride = stage["stride"] if position == 0 else 1
                x = self.block(x, name, kernel, expansion, stride, stage)
            index += max(stage["depths"])
        if mobile:
            x = self.conv(x, "final_expand_layer.conv.weight", None)
            x = F.hardswish(self.norm(x, "final_expand_layer.bn")).mean((2, 3), keepdim=True)
            x = F.hardswish(self.conv(x, "feature_mix_layer.conv.weight", None))
        else:
            x = self.conv(x, "feature_mix_layer.conv.weight", None)
            x = F.relu6(self.norm(x, "feature_mix_layer.bn")).mean((2, 3), keepdim=True)
        return self.linear(x.flatten(1), "classifier.linear")

    def pick(self, rng):
        picks = []
        for stage in self.stages:
            depth = rng.choice(stage["depths"])
            picks.append(
                [(rng.choice(self.kernels), rng.choice(self.expansions)) for _ in range(depth)]
            )
        words = [
            "d%d:%s" % (len(blocks), ",".join("k%de%d" % pair for pair in blocks))
            for blocks in picks
        ]
        return picks, " ".join(words)


class ResNet(Supernet):
    widths = (0.65, 0.8, 1.0)
    expansions = (0.2, 0.25, 0.35)
    depths = ((2, 3, 4), (2, 3, 4), (4, 5, 6), (2, 3, 4))
    strides = (1, 2, 2, 2)

    def __init__(self, seed, epsilon, stem, stages):
        super().__init__(seed, epsilon)
        self.stem, self.stages = stem, stages
        middle = divisible(stem // 2)
        self.add_conv("input_stem.0.conv.conv.weight", middle, 3, 3)
        self.add_norm("input_stem.0.bn.bn", middle)
        self.add_conv("input_stem.1.conv.conv.conv.weight", middle, middle, 3)
        self.add_norm("input_stem.1.conv.bn.bn", middle)
        self.add_conv("input_stem.2.conv.conv.weight", stem, middle, 3)
        self.add_norm("input_stem.2.bn.bn", stem)
        channels, index = stem, 0
        for out, depths in zip(stages, self.depths):
            middle = divisible(round(out * max(self.expansions)))
            for position in range(max(depths)):
                name = "blocks.%d." % index
                self.add_conv(name + "conv1.conv.conv.weight", middle, channels, 1)
                self.add_norm(name + "conv1.bn.bn", middle)
                self.add_conv(name + "conv2.conv.conv.weight", middle, middle, 3)
                self.add_norm(name + "conv2.bn.bn", middle)
                self.add_conv(name + "conv3.conv.conv.weight", out, middle, 1)
                self.add_norm(name + "conv3.bn.bn", out)
                if position == 0:
                    self.add_conv(name + "downsample.conv.conv.weight", out, channels, 1)
                    self.add_norm(name + "downsample.bn.bn", out)
                channels = out
                index += 1
        self.add_linear("classifier.linear.linear", CLASSES, channels)

    def width(self, channels, multiplier):
        return divisible(channels * multiplier)

    def run(self, x, picks):
        residual, middle_width, stem_width, stages = picks
        middle = divisible(self.width(self.stem, middle_width) // 2)
        stem = self.width(self.stem, stem_width)
        x = F.relu(
            self.norm(
                self.conv(x, "input_stem.0.conv.conv.weight", middle, 2), "input_stem.0.bn.bn"
            )
        )
        if residual:
            y = self.conv(x, "input_stem.1.conv.conv.conv.weight", middle)
            x = x + F.relu(self.norm(y, "input_stem.1.conv.bn.bn"))
        x = F.relu(
            self.norm(self.conv(x, "input_stem.2.conv.conv.weight", stem), "input_stem.2.bn.bn")
        )
        x = F.max_pool2d(x, 3, 2, 1)
        index = 0
        for channels, depths, stride, (width, blocks) in zip(
            self.stages, self.depths, self.strides, stages
        ):
            out = self.width(channels, width)
            for position, expansion in enumerate(blocks):
                name = "blocks.%d." % (index + position)
                step = stride if position == 0 else 1
                middle = divisible(round(out * expansion))
                y = self.conv(x, name + "conv1.conv.conv.weight", middle)
                y = F.relu(self.norm(y, name + "conv1.bn.bn"))
                y = self.conv(y, name + "conv2.conv.conv.weight", middle, step)
                y = F.relu(self.norm(y, name + "conv2.bn.bn"))
                y = self.norm(
                    self.conv(y, name + "conv3.conv.conv.weight", out), name + "conv3.bn.bn"
                )
                if position == 0:
                    x = F.avg_pool2d(x, step, step, 0, ceil_mode=True)
                    x = self.norm(
                        self.conv(x, name + "downsample.conv.conv.weight", out),
                        name + "downsample.bn.bn",
                    )
                x = F.relu(x + y)
            index += max(depths)
        return self.linear(x.mean((2, 3)), "classifier.linear.linear")

    def pick(self, rng):
        residual = rng.random() < 0.5
        middle, stem = rng.choice(self.widths), rng.choice(self.widths)
        stages = []
        for depths in self.depths:
            blocks = [rng.choice(self.expansions) for _ in range(rng.choice(depths))]
            stages.append((rng.choice(self.widths), blocks))
        words = ["d%dw%sw%s" % (residual, middle, stem)]
        for width, blocks in stages:
            words.append(
                "d%dw%s:%s" % (len(blocks), width, ",".join("e%s" % e for e in blocks))
            )
        return (residual, middle, stem, stages), " ".join(words)


def mobilenet_v3(seed):
    base = (24, 40, 80, 112, 160)
    acts = ("relu", "relu", "h_swish", "h_swish", "h_swish")
    stages = [
        dict(channels=c, stride=s, act=a, se=e, depths=(2, 3, 4))
        for c, s, a, e in zip(base, (2, 2, 2, 1, 2), acts, (False, True, False, True, True))
    ]
    return InvertedResidual(seed, 1e-5, (16, 16), stages, 960, 1280)


def proxyless(seed):
    base = (24, 40, 80, 96, 192, 320)
    stages = [
        dict(channels=divisible(1.3 * c), stride=s, act="relu6", se=False, depths=d)
        for c, s, d in zip(base, (2, 2, 2, 1, 2, 1), ((2, 3, 4),) * 5 + ((1,),))
    ]
    widths = (divisible(1.3 * 32), divisible(1.3 * 16))
    return InvertedResidual(seed, 1e-3, widths, stages, divisible(1.3 * 1280), None)


def resnet50(seed):
    """A quarter of the released widths, so that the files stay small."""
    return ResNet(seed, 1e-5, 32, (64, 128, 256, 512))


def main():
    family, folder, seed = sys.argv[1], sys.argv[2], int(sys.argv[3])
    torch.set_num_threads(1)
    make = {"ofa-mobilenetv3": mobilenet_v3, "ofa-proxyless": proxyless, "ofa-resnet50": resnet50}
    net = make[family](seed)
    rng = random.Random(seed)
    subnets = []
    with open(folder + "/images.f32", "wb") as images, open(
        folder + "/logits.f32", "wb"
    ) as logits, torch.no_grad():
        for _ in range(SUBNETS):
            side = rng.choice(RESOLUTIONS)
            picks, words = net.pick(rng)
            x = net.normal(1, 3, side, side)
            net.macs = 0
            y = net.run(x, picks)
            subnets.append(
                {"architecture": "r%d %s" % (side, words), "side": side, "macs": net.macs}
            )
            images.write(x.numpy().astype("<f4").tobytes())
            logits.write(y.numpy().astype("<f4").tobytes())
    checkpoint = {"state_dict": net.tensors, "epoch": 180}
    torch.save(checkpoint, folder + "/zip.pth")
    torch.save(checkpoint, folder + "/legacy.pth", _use_new_zipfile_serialization=False)
    with open(folder + "/subnets.json", "w") as out:
        json.dump(subnets, out)


main()
