// JSON Schemas of the types that npm packages publish.
import { createRequire } from "node:module";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

/** Of the types [NAME, TYPE, SOURCE]: the schemas of all parts, and where each of them is among those ($ref), by NAME. */
export function schemasOf(modules, types) {
  const require = createRequire(path.resolve(modules, "index.js"));
  const { createGenerator } = require("ts-json-schema-generator");
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "types-"));
  const definitions = {};
  const places = {};
  try {
    fs.symlinkSync(path.resolve(modules), path.join(folder, "node_modules"));
    const lines = types.flatMap(([name, type, source], i) => [
      `import type { ${type} as T${i} } from "${source}";`,
      `export type ${name} = T${i};`,
    ]);
    const source = path.join(folder, "types.ts");
    fs.writeFileSync(source, lines.join("\n"));
    fs.writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify({
      compilerOptions: { module: "nodenext", moduleResolution: "nodenext", target: "es2022", lib: ["es2022", "dom"], types: [], preserveSymlinks: true },
    }));
    const generator = createGenerator({
      path: source, tsconfig: path.join(folder, "tsconfig.json"), skipTypeCheck: true, expose: "none", jsDoc: "none", encodeRefs: false,
    });
    for (const [name] of types) {
      const made = generator.createSchema(name);
      Object.assign(definitions, made.definitions);
      places[name] = made.$ref;
    }
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
  return { definitions, places };
}
