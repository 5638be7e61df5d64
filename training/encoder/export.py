"""From a trained encoder to the file that ships: ONNX, weights in eight bits."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from torch import nn

from training.encoder.model import Encoder

_STEPS = 127  #: of a weight in eight bits, to each side of nought
#: Of an activation, in seven bits: two products of eight bits do not fit into the sixteen that
#: processors without VNNI sum them in, and they cut them off, so each would read otherwise.
_ACTIVATION_STEPS = 63
_MIDDLE = 64  #: nought of an activation


class _Shipped(nn.Module):
    """What the program asks for: what each piece adds to each head, and the meaning."""

    def __init__(self, model: Encoder) -> None:
        super().__init__()
        self.model = model

    def forward(self, pieces: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, ...]:
        hidden = self.model.hidden(pieces, mask)
        share = mask / mask.sum(1, keepdim=True)
        meaning = self.model.meaning((hidden * share[..., None]).sum(1, keepdim=True))[:, 0]
        words = nn.functional.linear(hidden * share[..., None], self.model.heads.weight)
        return words, meaning / meaning.norm(dim=-1, keepdim=True)


def export(model: Encoder, *, columns: tuple[str, ...], path: Path) -> None:
    """
    Write the model with its heads' constants and names inside.

    Every vector is rounded to eight bits by its own largest value, never by its
    neighbours' in the batch: so a text has the same verdict in whatever company it stands.

    Error: weights have eight bits and activations seven, so that whole numbers are multiplied
    exactly on every processor; the card's figures are of this very file.
    """
    model = model.float().eval()
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.onnx"
        torch.onnx.export(
            _Shipped(model).eval(),
            (torch.ones((2, 7), dtype=torch.int64), torch.ones((2, 7))),
            str(whole),
            input_names=["pieces", "mask"],
            output_names=["words", "meaning"],
            dynamic_axes={
                "pieces": {0: "n", 1: "t"},
                "mask": {0: "n", 1: "t"},
                "words": {0: "n", 1: "t"},
                "meaning": {0: "n"},
            },
            opset_version=17,
            dynamo=False,
        )
        graph = onnx.load(str(whole))
    _in_eight_bits(graph)
    bias = [round(b, 6) for b in model.heads.bias.detach().tolist()]
    for key, value in {"columns": json.dumps(columns), "bias": json.dumps(bias)}.items():
        entry = graph.metadata_props.add()
        entry.key, entry.value = key, value
    onnx.checker.check_model(graph)
    onnx.save(graph, str(path))


def _in_eight_bits(model: onnx.ModelProto) -> None:
    """Rewrite products with stored weights, and the table of pieces, in place."""
    graph = model.graph
    stored = {one.name: one for one in graph.initializer}
    nodes: list[onnx.NodeProto] = []
    added: dict[str, Any] = {
        "steps": np.float32(_ACTIVATION_STEPS),
        "least": np.float32(1e-9),
        "middle": np.uint8(_MIDDLE),
        "first": np.array([0], dtype=np.int64),
        "last": np.array([-1], dtype=np.int64),
        "one": np.array([1], dtype=np.int64),
        "any": np.array([-1], dtype=np.int64),
    }
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in stored:
            weight = numpy_helper.to_array(stored.pop(node.input[1]))
            whole, scale = _rounded(weight, axis=0)
            added[f"{node.name}.w"], added[f"{node.name}.s"] = whole, scale
            nodes.extend(_product(node))
        elif node.op_type == "Gather" and node.input[0] in stored:
            table = numpy_helper.to_array(stored[node.input[0]])
            if table.ndim != 2 or table.shape[0] < _STEPS:  # noqa: PLR2004 -- a table has two
                nodes.append(node)
                continue
            del stored[node.input[0]]
            whole, scale = _rounded(table, axis=1)
            added[f"{node.name}.w"], added[f"{node.name}.s"] = whole, scale[:, None]
            nodes.extend(_lookup(node))
        else:
            nodes.append(node)
    del graph.node[:], graph.initializer[:]
    graph.node.extend(nodes)
    graph.initializer.extend(stored.values())
    for name, value in added.items():
        graph.initializer.append(numpy_helper.from_array(np.asarray(value), name))


def _rounded(
    weight: NDArray[np.float32], *, axis: int
) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    scale = np.maximum(np.abs(weight).max(axis=axis), 1e-9) / _STEPS
    whole = np.rint(weight / np.expand_dims(scale, axis)).astype(np.int8)
    return whole, scale.astype(np.float32)


def _product(node: onnx.NodeProto) -> Iterator[onnx.NodeProto]:
    """
    Round each row by its own largest value, multiply whole numbers, scale back.

    Laid out as few passes over the numbers as there can be: they, not the products, cost time.
    """
    of, name = node.input[0], node.name
    steps: tuple[tuple[str, tuple[str, ...], str, dict[str, Any]], ...] = (
        ("Shape", (of,), "shape", {}),
        ("Slice", ("shape", "first", "last"), "front", {}),
        ("Shape", ("s",), "width", {}),
        ("Concat", ("front", "width"), "target", {"axis": 0}),
        ("Shape", ("w",), "both", {}),
        ("Slice", ("both", "first", "one"), "deep", {}),
        ("Concat", ("any", "deep"), "flat", {"axis": 0}),
        ("Reshape", (of, "flat"), "table", {}),
        ("Abs", ("table",), "abs", {}),
        ("ReduceMax", ("abs",), "top", {"axes": [-1], "keepdims": 0}),
        ("Max", ("top", "least"), "some", {}),
        ("Div", ("some", "steps"), "scale", {}),
        ("Shape", ("scale",), "rows", {}),
        ("Expand", ("middle", "rows"), "noughts", {}),
        ("QuantizeLinear", ("table", "scale", "noughts"), "byte", {"axis": 0}),
        ("MatMulInteger", ("byte", "w", "middle"), "sums", {}),
        ("DequantizeLinear", ("sums", "scale"), "float", {"axis": 0}),
        ("Mul", ("float", "s"), "product", {}),
        ("Reshape", ("product", "target"), "out", {}),
    )
    shared = {"steps", "middle", "least", "first", "last", "one", "any", of}
    for op, inputs, output, told in steps:
        named = [one if one in shared else f"{name}.{one}" for one in inputs]
        target = node.output[0] if output == "out" else f"{name}.{output}"
        yield helper.make_node(op, named, [target], name=f"{name}.{output}", **told)


def _lookup(node: onnx.NodeProto) -> Iterator[onnx.NodeProto]:
    name, at = node.name, node.input[1]
    yield helper.make_node("Gather", [f"{name}.w", at], [f"{name}.g"], name=f"{name}.g", axis=0)
    yield helper.make_node("Gather", [f"{name}.s", at], [f"{name}.k"], name=f"{name}.k", axis=0)
    yield helper.make_node("Cast", [f"{name}.g"], [f"{name}.f"], name=f"{name}.f", to=1)
    yield helper.make_node("Mul", [f"{name}.f", f"{name}.k"], [node.output[0]], name=f"{name}.m")
