#!/usr/bin/python3
"""Writes a small BERT in the GGUF format with made-up weights, so that tests need no model of anybody's.

    tiny_gguf.py OUT [--pooling N] [--seed N] [--layers N] [--width N] [--heads N] [--feed-forward N] [--context N]
                     [--license TEXT] [--name TEXT] [--vocabulary N]

The vectors mean nothing, but they are the same on every machine. --pooling is llama.cpp's number: 1 mean, 2 CLS, 3 last,
4 rank, with a classifier's head; 0 writes none. The vocabulary is letters, digits and some words in WordPiece's way, then fillers.
"""
import argparse
import array
import random
import string
import struct

FLOAT, INT, UINT, BOOL, TEXT, ARRAY = 6, 5, 4, 7, 8, 9
ALIGNMENT = 32
WORDS = ["the", "moon", "is", "far", "away", "cheese", "yellow", "of", "and", "a", "river", "bank", "money"]


def text(value):
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def entry(key, kind, value):
    packed = {FLOAT: lambda: struct.pack("<f", value), UINT: lambda: struct.pack("<I", value),
              BOOL: lambda: struct.pack("<?", value), TEXT: lambda: text(value)}[kind]()
    return text(key) + struct.pack("<I", kind) + packed


def list_of(key, kind, values):
    packed = b"".join(text(v) if kind == TEXT else struct.pack("<i", v) for v in values)
    return text(key) + struct.pack("<IIQ", ARRAY, kind, len(values)) + packed


def write_model(path, head, tensors, draw):
    """Writes entries and tensors, each (name, shape, centre) of `draw(count)` numbers scaled around the centre."""
    infos, data, offset = b"", [], 0
    for name, shape, centre in tensors:
        count = 1
        for length in shape:
            count *= length
        infos += text(name) + struct.pack("<I", len(shape)) + struct.pack("<%dQ" % len(shape), *shape)
        infos += struct.pack("<IQ", 0, offset)
        scale = 0.1 if centre else 1.0 / shape[0] ** 0.5
        packed = array.array("f", (centre + scale * value for value in draw(count))).tobytes()
        packed += bytes(-len(packed) % ALIGNMENT)
        data.append(packed)
        offset += len(packed)
    header = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(head)) + b"".join(head) + infos
    with open(path, "wb") as file:
        file.write(header + bytes(-len(header) % ALIGNMENT))
        file.writelines(data)


def vocabulary(size):
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    letters = string.ascii_lowercase + string.digits + ".,:'-"
    tokens += ["\u2581" + word for word in WORDS if len(word) > 1] + ["\u2581" + c for c in letters] + list(letters)
    tokens += ["\u2581filler%d" % i for i in range(len(tokens), size)]
    return tokens, [3, 2, 3, 3, 3] + [1] * (len(tokens) - 5)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out")
    for name, value in (("pooling", 1), ("seed", 1), ("layers", 2), ("width", 32), ("heads", 4), ("feed-forward", 64),
                        ("context", 64), ("vocabulary", 0)):
        parser.add_argument("--" + name, type=int, default=value)
    parser.add_argument("--license", default="mit")
    parser.add_argument("--name", default="Tiny test model")
    args = parser.parse_args()
    width, inner = args.width, args.feed_forward
    tokens, kinds = vocabulary(args.vocabulary)

    head = [entry("general.architecture", TEXT, "bert"), entry("general.name", TEXT, args.name),
            entry("bert.context_length", UINT, args.context), entry("bert.embedding_length", UINT, width),
            entry("bert.feed_forward_length", UINT, inner), entry("bert.block_count", UINT, args.layers),
            entry("bert.attention.head_count", UINT, args.heads),
            entry("bert.attention.layer_norm_epsilon", FLOAT, 1e-12), entry("bert.attention.causal", BOOL, False),
            entry("tokenizer.ggml.model", TEXT, "bert"), entry("tokenizer.ggml.token_type_count", UINT, 2),
            list_of("tokenizer.ggml.tokens", TEXT, tokens), list_of("tokenizer.ggml.token_type", INT, kinds),
            entry("tokenizer.ggml.padding_token_id", UINT, 0), entry("tokenizer.ggml.unknown_token_id", UINT, 1),
            entry("tokenizer.ggml.cls_token_id", UINT, 2), entry("tokenizer.ggml.bos_token_id", UINT, 2),
            entry("tokenizer.ggml.seperator_token_id", UINT, 3), entry("tokenizer.ggml.eos_token_id", UINT, 3),
            entry("tokenizer.ggml.mask_token_id", UINT, 4)]
    if args.license:
        head.append(entry("general.license", TEXT, args.license))
    if args.pooling:
        head.append(entry("bert.pooling_type", UINT, args.pooling))

    # Name, shape (the row first), and how the values lie: around 0, or around 1 for the weights of norms.
    tensors = [("token_embd.weight", (width, len(tokens)), 0), ("token_types.weight", (width, 2), 0),
               ("position_embd.weight", (width, args.context), 0), ("token_embd_norm.weight", (width,), 1),
               ("token_embd_norm.bias", (width,), 0)]
    for i in range(args.layers):
        block = "blk.%d." % i
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            tensors += [(block + name + ".weight", (width, width), 0), (block + name + ".bias", (width,), 0)]
        tensors += [(block + "ffn_up.weight", (width, inner), 0), (block + "ffn_up.bias", (inner,), 0),
                    (block + "ffn_down.weight", (inner, width), 0), (block + "ffn_down.bias", (width,), 0)]
        for name in ("attn_output_norm", "layer_output_norm"):
            tensors += [(block + name + ".weight", (width,), 1), (block + name + ".bias", (width,), 0)]

    if args.pooling == 4:
        tensors += [("cls.weight", (width, width), 0), ("cls.bias", (width,), 0),
                    ("cls.output.weight", (width, 1), 0), ("cls.output.bias", (1,), 0)]

    chance = random.Random(args.seed)
    block = [chance.gauss(0, 1) for _ in range(65_537)]
    at = 0

    def draw(count):
        nonlocal at
        values = [block[(at + i) % len(block)] for i in range(count)]
        at += count
        return values

    write_model(args.out, head, tensors, draw)


if __name__ == "__main__":
    main()
