"""From a trained encoder to the file that ships: ONNX, weights in eight bits."""

import json
import tempfile
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn

from training.encoder.model import Encoder


class _Shipped(nn.Module):
    """What the program asks for: what each piece adds to each head, and the meaning."""

    def __init__(self, model: Encoder) -> None:
        super().__init__()
        self.model = model

    def forward(self, pieces: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, ...]:
        hidden = self.model.hidden(pieces, mask)
        share = mask / mask.sum(1, keepdim=True)
        meaning = self.model.meaning((hidden * share[..., None]).sum(1))
        words = nn.functional.linear(hidden * share[..., None], self.model.heads.weight)
        return words, meaning / meaning.norm(dim=-1, keepdim=True)


def export(model: Encoder, *, columns: tuple[str, ...], path: Path) -> None:
    """
    Write the model with its heads' constants and names inside.

    Error: weights and activations are rounded to eight bits; the card's figures are of this file.
    """
    model = model.float().eval()
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.onnx"
        bias = model.heads.bias.detach().clone()
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
        quantize_dynamic(str(whole), str(path), per_channel=True, weight_type=QuantType.QInt8)
    stored = onnx.load(str(path))
    told = {
        "columns": json.dumps(columns),
        "bias": json.dumps([round(b, 6) for b in bias.tolist()]),
    }
    for key, value in told.items():
        entry = stored.metadata_props.add()
        entry.key, entry.value = key, value
    onnx.save(stored, str(path))
