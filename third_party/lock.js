#!/usr/bin/env node
// Rewrites package-lock.json after a version in package.json was changed: `node third_party/lock.js`.
//
// The packages are wanted for the C and C++ sources and the vocabularies they carry, not to be run. So the lock keeps the packages that
// package.json names, with their integrity hashes, and drops what those would need to run (some 130 packages),
// along with the addresses of the registry that happened to answer.
"use strict";
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

// Elsewhere, because npm would take installed packages as they are, without asking for their hashes.
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lock-"));
try {
  fs.copyFileSync(path.join(__dirname, "package.json"), path.join(folder, "package.json"));
  // Which versions the packages would like beside them is of no interest: nothing of theirs is run.
  const options = ["--package-lock-only", "--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund"];
  execFileSync("npm", ["install", ...options], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  const lock = JSON.parse(fs.readFileSync(path.join(folder, "package-lock.json"), "utf8"));
  const root = lock.packages[""];
  const packages = { "": root };
  for (const name of Object.keys(root.dependencies)) {
    const { version, integrity, license } = lock.packages[`node_modules/${name}`];
    packages[`node_modules/${name}`] = { version, integrity, license };
  }
  const lockFile = path.join(__dirname, "package-lock.json");
  fs.writeFileSync(lockFile, JSON.stringify({ ...lock, packages }, null, 2) + "\n");
} finally {
  fs.rmSync(folder, { recursive: true });
}
