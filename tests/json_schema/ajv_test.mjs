// Holds quarry's JSON Schemas (2020-12) against ajv: schemas and values that are made up, the same in every run.
//
// usage: node ajv_test.mjs SCHEMA_PROBLEMS PACKAGES [SCHEMAS]
//
// Each schema is tried on ten values, some of them made from what the schema names, so that many fit.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";

const [program, packages, wanted = "300"] = process.argv.slice(2);
const require = createRequire(path.resolve(packages, "here.js"));
const Ajv = require("ajv/dist/2020").default;

// xorshift32: deterministic, and good enough to choose by.
let state = 20261123;
function below(limit) {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % limit;
}
const pick = (list) => list[below(list.length)];
const times = (count, make) => Array.from({ length: count }, make);

const names = ["a", "b", "c", "aa", "", "a/b", "~", "é"];
const texts = ["", "a", "ab", "abc", "é", "👍", "b1", "2026-11-23"];
const numbers = [0, 1, 2, 3, -1, 1.5, 2.25, 1e3, -7, 12];
const patterns = ["^a", "b$", "^.$", "[0-9]", "^(a|b)+$"];
const types = ["null", "boolean", "integer", "number", "string", "array", "object"];

function value(depth = 0) {
  switch (below(depth < 3 ? 9 : 5)) {
    case 0: return null;
    case 1: return below(2) === 0;
    case 2: return pick(numbers);
    case 3: case 4: return pick(texts);
    case 5: case 6: return times(below(5), () => value(depth + 1));
    default: return Object.fromEntries(times(below(5), () => [pick(names), value(depth + 1)]));
  }
}

const sub = (depth) => schema(depth + 1);
const list = (depth) => times(1 + below(3), () => sub(depth));
const map = (depth, keys) => Object.fromEntries(times(1 + below(3), () => [pick(keys), sub(depth)]));
// ajv misses that a member of the name "" is missing.
const someNames = () => [...new Set(times(below(3), () => pick(names.filter((name) => name !== ""))))];
const keywords = {
  type: () => (below(2) ? pick(types) : [...new Set(times(1 + below(3), () => pick(types)))]),
  enum: () => [value(1), value(1), pick(texts), pick(numbers)],
  const: () => value(1),
  minimum: () => pick(numbers),
  maximum: () => pick(numbers),
  exclusiveMinimum: () => pick(numbers),
  exclusiveMaximum: () => pick(numbers),
  multipleOf: () => pick([1, 2, 3, 0.5, 0.25]),
  minLength: () => below(4),
  maxLength: () => below(4),
  pattern: () => pick(patterns),
  minItems: () => below(3),
  maxItems: () => below(4),
  uniqueItems: () => below(3) > 0,
  minProperties: () => below(3),
  maxProperties: () => below(4),
  required: someNames,
  dependentRequired: () => Object.fromEntries(times(1 + below(2), () => [pick(names), someNames()])),
  propertyNames: sub,
  properties: (depth) => map(depth, names),
  patternProperties: (depth) => map(depth, patterns),
  additionalProperties: sub,
  prefixItems: list,
  items: sub,
  contains: sub,
  allOf: list,
  anyOf: list,
  oneOf: list,
  not: sub,
  dependentSchemas: (depth) => map(depth, names),
  // ajv mistakes what such a keyword in a branch of anyOf looked at: only the whole schema has them here.
  unevaluatedItems: (depth) => (depth === 0 ? sub(depth) : true),
  unevaluatedProperties: (depth) => (depth === 0 ? sub(depth) : true),
  if: sub,
  $ref: () => pick(["#/$defs/one", "#/$defs/a~1b", "#two", "other"]),
};

function schema(depth) {
  if (depth >= 3 || below(10) === 0) return pick([true, false, true, { type: pick(types) }]);
  const made = {};
  for (const name of new Set(times(1 + below(4), () => pick(Object.keys(keywords))))) made[name] = keywords[name](depth);
  if ("contains" in made && below(2)) made.minContains = below(3);
  if ("contains" in made && below(2)) made.maxContains = 1 + below(3);
  if ("if" in made) Object.assign(made, { then: sub(depth), else: sub(depth) });
  return made;
}

// No references: those of the whole schema to these come to an end.
function plain(depth) {
  const made = schema(depth);
  const without = (part) => {
    if (part === null || typeof part !== "object") return part;
    if (Array.isArray(part)) return part.map(without);
    return Object.fromEntries(Object.entries(part).filter(([name]) => !/^\$/.test(name)).map(([name, inner]) => [name, without(inner)]));
  };
  return without(made);
}

function document() {
  const made = { ...schema(0) };  // of true and false nothing is left
  const named = (extra) => ({ ...plain(1), ...extra });
  return {
    $id: "https://example.com/whole",
    $defs: { one: plain(1), "a/b": plain(1), two: named({ $anchor: "two" }), other: named({ $id: "other" }) },
    ...made,
  };
}

const cases = times(Number(wanted), () => ({ schema: document(), values: times(10, () => value()) }));
const run = spawnSync(program, { input: cases.map((one) => JSON.stringify(one)).join("\n") + "\n", maxBuffer: 1 << 28 });
if (run.status !== 0) {
  process.stderr.write(run.stderr);
  process.exit(run.status ?? 1);
}
const lines = run.stdout.toString().trimEnd().split("\n");
let wrong = 0;
let fitting = 0;
function report(...what) {
  if (++wrong <= 5) console.error(...what);
}
cases.forEach((one, i) => {
  const found = JSON.parse(lines[i]);
  if (found.refused) return report(JSON.stringify(one.schema), found.refused);
  const validate = new Ajv({ strict: false, logger: false, ownProperties: true }).compile(one.schema);
  one.values.forEach((each, at) => {
    const expected = validate(each);
    if (expected) ++fitting;
    if (expected === (found.problems[at].length === 0)) return;
    report(`${JSON.stringify(one.schema)}\n  ${JSON.stringify(each)}\n  ajv: ${expected}, quarry:`, found.problems[at]);
  });
});
console.log(`${cases.length} schemas, ${cases.length * 10} values, ${fitting} fit, ${wrong} results are not as ajv has them`);
process.exit(wrong > 0 ? 1 : 0);
