// Holds quarry's byte-pair encodings against OpenAI's own code, the npm package tiktoken, rank by rank.
//
// usage: node reference_test.mjs ENCODE_RANKS PACKAGE ENCODING [COUNT]
//
// The strings are the same in every run: many scripts, emoji, code, runs of white space, broken UTF-8, text that looks
// like special tokens, and every code point that is assigned, at places where its class matters.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";

const [encodeRanks, packageFolder, encoding, wanted = "40000"] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const { Tiktoken } = require(path.resolve(packageFolder));
const model = require(path.resolve(packageFolder, "encoders", `${encoding}.json`));
const reference = new Tiktoken(model.bpe_ranks, model.special_tokens, model.pat_str);

// xorshift32: deterministic, and good enough to choose by.
let state = 20261121;
function below(limit) {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % limit;
}
const pick = (list) => list[below(list.length)];

const ranges = [
  [0x20, 0x7e], [0x20, 0x7e], [0xa0, 0x24f], [0x250, 0x36f], [0x370, 0x3ff], [0x400, 0x52f], [0x531, 0x58f], [0x591, 0x5f4],
  [0x600, 0x6ff], [0x700, 0x8ff], [0x900, 0x97f], [0x980, 0xdff], [0xe01, 0xe5b], [0xe80, 0xfff], [0x1000, 0x109f],
  [0x10a0, 0x10ff], [0x1100, 0x11ff], [0x13a0, 0x13ff], [0x1780, 0x17f9], [0x1e00, 0x1fff], [0x2000, 0x206f],
  [0x2070, 0x218f], [0x2190, 0x2bff], [0x2c60, 0x2c7f], [0x3000, 0x30ff], [0x4e00, 0x9fff], [0xa640, 0xa69f], [0xa720, 0xa7ff],
  [0xac00, 0xd7a3], [0xf900, 0xfaff], [0xfb00, 0xfdff], [0xfe00, 0xfe0f], [0xff00, 0xffef], [0x10400, 0x1044f],
  [0x10d40, 0x10d8f], [0x16d40, 0x16d79], [0x1d400, 0x1d7ff], [0x1e5d0, 0x1e5fa], [0x1e900, 0x1e95f], [0x1f1e6, 0x1f1ff],
  [0x1f300, 0x1faff], [0x20000, 0x2a6df], [0x2ebf0, 0x2ee5d], [0xe0100, 0xe01ef],
];
const words = [
  "the", "Hello", "HELLO", "iPhone", "McDonald", "don't", "I'M", "we'Ve", "y'all're", "it'\u017f", "'\u017fo", "'LL", "''s", "'d've",
  "naïve", "Straße", "ΑΒΓδε", "Привет", "мир", "こんにちは", "世界", "안녕", "مرحبا", "שלום", "नमस्ते", "สวัสดี",
  "e\u0301le\u0300ve", "A\u030a", "\u0301x", "ʰA", "ªº", "ǅungla", "ﬁ", "x2", "3.14159", "1234567", "①②③", "½", "१२३४",
  "👨‍👩‍👧‍👦", "🇩🇪🇫🇷", "👍🏽", "🤷🏿‍♀️", "<|endoftext|>", "<|im_start|>", "<|fim_prefix|>", "<|endofprompt|>", "<|", "|>",
  "foo_bar", "camelCase", "__init__", "std::vector<int>", "=> {", "});", "!==", "/* x */", "//", "https://a.b/c?d=e&f=%20", "\\n",
  "a/b/c", "./x\n/y", "...", "---", "\u2014", "\u201cx\u201d", "$1,000.00", "#define", "@media", "user@example.org", "\ufeff", "\u200b", "\u00ad", "\0",
  "antidisestablishmentarianism", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
  "qXzvJkWpQqXzvJkWpQ", "ＡＢＣ", "ⅣⅨ",
];
const spaces = [" ", " ", " ", "  ", "   ", "\t", "\n", "\r\n", "\n\n", "\n \n", " \n", "\n  ", "\t\t ", "\u00a0", "\u3000", "\u2028", "\v", "\f", "\u0085", "\r", "        ", "\u2003 "];
const bytes = (text) => Buffer.from(text, "utf8");

function anyCodePoint() {
  const [low, high] = pick(ranges);
  return String.fromCodePoint(low + below(high - low + 1));
}
const kinds = {
  words: () => bytes(Array.from({ length: 1 + below(12) }, () => pick(words) + (below(4) ? pick(spaces) : "")).join("")),
  scripts: () => bytes(Array.from({ length: 1 + below(30) }, anyCodePoint).join("")),
  oneScript: () => {
    const [low, high] = pick(ranges);
    return bytes(Array.from({ length: 1 + below(40) }, () => (below(6) ? String.fromCodePoint(low + below(high - low + 1)) : pick(spaces))).join(""));
  },
  blank: () => bytes(Array.from({ length: 1 + below(20) }, () => pick(spaces)).join("") + (below(2) ? pick(words) : "")),
  marks: () => bytes(Array.from({ length: 1 + below(14) }, () => pick(["a", "B", "\u0301", "ª", "ʰ", "世", "ǅ", "1", ".", " ", "'s", "'", "\n", "/", "\u0903"])).join("")),
  code: () => bytes(Array.from({ length: 1 + below(10) }, () => " ".repeat(below(4) * 4) + pick(words) + pick(["(", ");", " {", "}", "->", "::", " = ", "//", "\"", "'"]) + pick(words) + pick(["\n", "\r\n", ";\n", "\n\n", "/\n"])).join("")),
  broken: () => {
    const text = bytes(Array.from({ length: 1 + below(6) }, () => pick(words)).join(pick(spaces)));
    for (let n = 1 + below(5); n > 0; --n) text[below(text.length)] = below(256);
    return text.subarray(below(3), text.length - below(Math.min(3, text.length)));
  },
  anyBytes: () => Buffer.from(Array.from({ length: 1 + below(24) }, () => pick([below(256), 0x80 + below(64), pick([0xc2, 0xe0, 0xed, 0xef, 0xf0, 0xf4]), 0x61]))),
  long: () => bytes(pick(["a", "ab", "aB", " ", "\n", "世", "=", "-", "9", "é", "\u0301"]).repeat(1 + below(400)) + pick(words)),
};
const names = Object.keys(kinds);
const inputs = [Buffer.alloc(0)];
while (inputs.length < Number(wanted)) inputs.push(kinds[names[inputs.length % names.length]]());
// Each code point, 16 a string, before, between and behind what tells its class.
for (let first = 0; first < 0x110000; first += 16) {
  if ((first >= 0xd800 && first < 0xe000) || (first >= 0x33500 && first < 0xe0000) || first > 0xe0200) continue;
  let text = "";
  for (let c = first; c < first + 16; ++c) {
    const s = String.fromCodePoint(c);
    text += `${s}.com ${s}111 a${s}B${s}b 1${s}22 .${s}\n\n`;
  }
  inputs.push(bytes(text));
}
const unbroken = "The quick brown fox's jumps over 12345 lazy dogs.\n\n    return x;\t世界 ".repeat(2000);
// Rules and words too long to be tokens, again and again, which an encoder remembers in a long text.
let rules = "";
for (let i = 0; i < 1500; ++i) rules += pick(["-=", "*", "~-", "#/", "世界", "aB"]).repeat(35 + below(60)) + pick(spaces) + pick(words);
inputs.push(bytes(rules), bytes(unbroken), bytes("x".repeat(8000)), bytes(" ".repeat(50000) + "x"), bytes("\n".repeat(3000) + " ".repeat(3000)));

const run = spawnSync(encodeRanks, [encoding], {
  input: inputs.map((input) => input.toString("hex")).join("\n") + "\n",
  maxBuffer: 1 << 28,
});
if (run.status !== 0) {
  process.stderr.write(run.stderr);
  process.exit(run.status ?? 1);
}
const lines = run.stdout.toString().split("\n");
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
let wrong = 0;
inputs.forEach((input, i) => {
  const expected = Array.from(reference.encode(decoder.decode(input), [], [])).join(" ");
  if (expected === lines[i]) return;
  if (++wrong <= 10) console.error(`${JSON.stringify(decoder.decode(input)).slice(0, 300)}\n  expected ${expected.slice(0, 300)}\n  found    ${lines[i].slice(0, 300)}`);
});
console.log(`${encoding}: ${inputs.length} strings, ${wrong} of them not as the reference encoder has them`);
process.exit(wrong > 0 ? 1 : 0);
