#!/usr/bin/python3
"""Writes a small chat model (llama's architecture) in the GGUF format with made-up weights, for tests.

    tiny_llama.py OUT [--seed N] [--context N] [--template TEXT] [--says TEXT]

What it says means nothing, but it is the same on every machine: tokens are bytes, some words, and the marks of ChatML,
<|im_start|> and <|im_end|>, of which the second ends an answer. --template is its chat template; without one it has none.
With --says it answers everything with that text: its weights are 0 but for those that make one token follow all others.
"""
import argparse
import random
import struct

from tiny_gguf import ARRAY, FLOAT, INT, TEXT, UINT, WORDS, entry, list_of, text, write_model

NORMAL, UNKNOWN, CONTROL, USER_DEFINED, BYTE = 1, 2, 3, 4, 6
END_OF_ANSWER = 4


def vocabulary():
    """Tokens with their scores and kinds: sentencepiece's, with a token for each byte."""
    tokens = [("<unk>", 0.0, UNKNOWN), ("<s>", 0.0, CONTROL), ("</s>", 0.0, CONTROL),
              ("<|im_start|>", 0.0, CONTROL), ("<|im_end|>", 0.0, CONTROL)]
    tokens += [("<0x%02X>" % byte, 0.0, BYTE) for byte in range(256)]
    pieces = [chr(code) for code in range(33, 127)] + ["\u2581"] + ["\u2581" + word for word in WORDS]
    tokens += [(piece, -float(index), NORMAL) for index, piece in enumerate(pieces)]
    return tokens


def floats(key, values):
    return text(key) + struct.pack("<IIQ", ARRAY, FLOAT, len(values)) + struct.pack("<%df" % len(values), *values)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--context", type=int, default=512)
    parser.add_argument("--template", default="")
    parser.add_argument("--says", default="")
    args = parser.parse_args()
    width, inner, layers, heads = 32, 64, 2, 4
    tokens = vocabulary()
    if args.says:
        tokens.append((args.says, -1000.0, USER_DEFINED))
    head = [entry("general.architecture", TEXT, "llama"), entry("general.name", TEXT, "Tiny chat model"),
            entry("llama.context_length", UINT, args.context), entry("llama.embedding_length", UINT, width),
            entry("llama.feed_forward_length", UINT, inner), entry("llama.block_count", UINT, layers),
            entry("llama.attention.head_count", UINT, heads), entry("llama.attention.head_count_kv", UINT, heads),
            entry("llama.attention.layer_norm_rms_epsilon", FLOAT, 1e-5),
            entry("llama.rope.dimension_count", UINT, width // heads),
            entry("tokenizer.ggml.model", TEXT, "llama"),
            list_of("tokenizer.ggml.tokens", TEXT, [token for token, _, _ in tokens]),
            floats("tokenizer.ggml.scores", [score for _, score, _ in tokens]),
            list_of("tokenizer.ggml.token_type", INT, [kind for _, _, kind in tokens]),
            entry("tokenizer.ggml.unknown_token_id", UINT, 0), entry("tokenizer.ggml.bos_token_id", UINT, 1),
            entry("tokenizer.ggml.eos_token_id", UINT, 2), entry("tokenizer.ggml.eot_token_id", UINT, 4)]
    if args.template:
        head.append(entry("tokenizer.chat_template", TEXT, args.template))

    tensors = [("token_embd.weight", (width, len(tokens)), 0), ("output_norm.weight", (width,), 1),
               ("output.weight", (width, len(tokens)), 0)]
    for i in range(layers):
        block = "blk.%d." % i
        tensors += [(block + "attn_norm.weight", (width,), 1), (block + "ffn_norm.weight", (width,), 1)]
        tensors += [(block + name + ".weight", (width, width), 0) for name in ("attn_q", "attn_k", "attn_v", "attn_output")]
        tensors += [(block + "ffn_gate.weight", (width, inner), 0), (block + "ffn_up.weight", (width, inner), 0),
                    (block + "ffn_down.weight", (inner, width), 0)]

    chance = random.Random(args.seed)
    if not args.says:
        write_model(args.out, head, tensors, lambda count: (chance.gauss(0, 1) for _ in range(count)))
        return
    # In the order of the tensors: each token points along the first axis, the text along the second; what follows the
    # first is the text, what follows the second is the end.
    said = len(tokens) - 1
    pointing = [float(axis == (token == said)) for token in range(len(tokens)) for axis in range(width)]
    following = [float((token, axis) in ((said, 0), (END_OF_ANSWER, 1)))
                 for token in range(len(tokens)) for axis in range(width)]
    given = iter([pointing, None, following])
    write_model(args.out, head, tensors, lambda count: next(given, None) or [0.0] * count)


if __name__ == "__main__":
    main()
