"""A small multimodal Transformer: picture patches as a prefix, then words."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors import safe_open
from safetensors.torch import save
from torch import Tensor, nn

from labs.core.questions import VOCABULARY

WEIGHTS = Path(__file__).resolve().parent.parent / "weights"
BASE = WEIGHTS / "base.safetensors"
ADAPTERS = "adapters"  # folder of the example adapters, beside the base


@dataclass(frozen=True)
class ModelConfig:
    """The sizes of the model."""

    vocabulary: int = len(VOCABULARY)
    width: int = 64
    layers: int = 3
    heads: int = 4
    mlp: int = 4  # hidden units of the MLP, in widths
    patch: int = 4  # pixels of a patch's edge
    patches: int = 8
    positions: int = 15  # 8 patches, 3 prompt words, 4 answer words


class Attention(nn.Module):
    """Multi-head attention; the mask says who sees whom."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.heads = config.heads
        self.q_proj = nn.Linear(config.width, config.width)
        self.k_proj = nn.Linear(config.width, config.width)
        self.v_proj = nn.Linear(config.width, config.width)
        self.o_proj = nn.Linear(config.width, config.width)

    def forward(self, x: Tensor, seen: Tensor, mask: Tensor) -> Tensor:
        q = self._split(self.q_proj(x))  # (B, H, Q, d/H)
        k = self._split(self.k_proj(seen))  # (B, H, T, d/H)
        v = self._split(self.v_proj(seen))
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)  # (B, H, Q, d/H)
        out: Tensor = self.o_proj(y.transpose(1, 2).flatten(2))  # (B, Q, d)
        return out

    def weights(self, x: Tensor, seen: Tensor, mask: Tensor) -> Tensor:
        """Return who looks at whom (B, H, Q, T): softmax(q kᵀ/√(d/H)), which `forward` keeps inside."""
        q, k = self._split(self.q_proj(x)), self._split(self.k_proj(seen))
        scores = q @ k.mT * q.shape[-1] ** -0.5
        shares: Tensor = scores.masked_fill(~mask, -torch.inf).softmax(-1)
        return shares

    def _split(self, x: Tensor) -> Tensor:
        batch, length, width = x.shape
        return x.view(batch, length, self.heads, width // self.heads).transpose(1, 2)  # (B, H, T, d/H)


class MLP(nn.Module):
    """Two linears with a GELU between them."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.fc1 = nn.Linear(config.width, config.mlp * config.width)
        self.fc2 = nn.Linear(config.mlp * config.width, config.width)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.fc2(F.gelu(self.fc1(x)))
        return out


class Block(nn.Module):
    """Attention and MLP, each behind a layer norm, each added to the stream."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(config.width)
        self.attention = Attention(config)
        self.norm2 = nn.LayerNorm(config.width)
        self.mlp = MLP(config)

    def forward(self, x: Tensor, mask: Tensor, last_only: bool = False) -> Tensor:
        seen = self.norm1(x)
        if last_only:  # the answer is read from the last position: nothing else need be computed
            # Contiguous: on a view torch picks its matrix product by whether the weight wants a gradient,
            # and a frozen model would answer with other last bits than a trainable one.
            x, query, mask = x[:, -1:], seen[:, -1:].contiguous(), mask[-1:]
        else:
            query = seen
        x = x + self.attention(query, seen, mask)
        out: Tensor = x + self.mlp(self.norm2(x))
        return out


class Transformer(nn.Module):
    """Eight patches that see each other, then words that see the patches and the words before them."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.patch_embedding = nn.Linear(3 * config.patch**2, config.width)
        self.word_embedding = nn.Embedding(config.vocabulary, config.width)
        self.position = nn.Parameter(torch.empty(config.positions, config.width))
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.layers))
        self.norm = nn.LayerNorm(config.width)
        self.head = nn.Linear(config.width, config.vocabulary, bias=False)

    def forward(self, pictures: Tensor | None, words: Tensor) -> Tensor:
        """Return the logits behind every word: pictures (B, 3, 8, 16) or none, words (B, T) → (B, T, V)."""
        x, mask = self.embed(pictures, words)
        for block in self.blocks:
            x = block(x, mask)
        logits: Tensor = self.head(self.norm(x[:, -words.shape[1] :]))
        return logits

    def next_word(self, pictures: Tensor | None, words: Tensor) -> Tensor:
        """Return the logits behind the last word only (B, V); the last block computes only that position."""
        x, mask = self.embed(pictures, words)
        for block in self.blocks[:-1]:
            x = block(x, mask)
        x = self.blocks[-1](x, mask, last_only=True)  # (B, 1, d)
        logits: Tensor = self.head(self.norm(x[:, 0]))
        return logits

    def embed(self, pictures: Tensor | None, words: Tensor) -> tuple[Tensor, Tensor]:
        """Return the input stream (B, 8 + T, d), or (B, T, d) without pictures, and its mask."""
        first = self.config.patches
        x = self.word_embedding(words) + self.position[first : first + words.shape[1]]
        if pictures is None:
            return x, prefix_mask(0, words.shape[1])
        return torch.cat((self.embed_pictures(pictures), x), dim=1), prefix_mask(first, words.shape[1])

    def embed_pictures(self, pictures: Tensor) -> Tensor:
        """Cut pictures (B, 3, 8, 16) into patches of 4×4, row by row, and embed them: (B, 8, d)."""
        edge = self.config.patch
        patches = pictures.unfold(2, edge, edge).unfold(3, edge, edge)  # (B, 3, 2, 4, 4, 4)
        patches = patches.permute(0, 2, 3, 1, 4, 5).flatten(3).flatten(1, 2)  # (B, 8, 48)
        embedded: Tensor = self.patch_embedding(patches)
        return embedded + self.position[: self.config.patches]


def prefix_mask(prefix: int, words: int) -> Tensor:
    """Return who sees whom (T, T), True for seen: the prefix all of itself, words everything before them."""
    mask = torch.ones(prefix + words, prefix + words, dtype=torch.bool).tril()
    mask[:prefix, :prefix] = True
    return mask


def build_model(config: ModelConfig, generator: torch.Generator) -> Transformer:
    """Make a model with fresh weights drawn from `generator`: normal, variance 1/fan-in; biases zero."""
    model = _empty_model(config)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("bias"):
                parameter.zero_()
            elif "norm" in name:
                parameter.fill_(1)
            elif name in ("position", "word_embedding.weight"):
                parameter.normal_(0, 0.1, generator=generator)
            else:
                parameter.normal_(0, parameter.shape[1] ** -0.5, generator=generator)
    return model


def _empty_model(config: ModelConfig) -> Transformer:
    """Make a model with memory but no values, leaving the global random state alone."""
    with torch.device("meta"):
        model = Transformer(config)
    return model.to_empty(device="cpu")


def save_model(model: Transformer, path: Path) -> str:
    """Write weights and configuration as safetensors and return the file's checksum."""
    # One metadata key: the order of several is not fixed, and the same model should give the same bytes.
    metadata = {"config": json.dumps(asdict(model.config), sort_keys=True)}
    data = save({name: value.contiguous() for name, value in model.state_dict().items()}, metadata)
    path.write_bytes(data)
    return hashlib.sha256(data).hexdigest()


def load_model(path: Path = BASE) -> Transformer:
    """Read a model as `save_model` wrote it, ready to answer."""
    with safe_open(path, framework="pt") as file:
        config = ModelConfig(**json.loads(file.metadata()["config"]))
        weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    model = _empty_model(config)
    model.load_state_dict(weights)
    return model.eval()


def checksum(path: Path = BASE) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
