#!/usr/bin/env node
// Rewrites package-lock.json after a version in package.json was changed: `node third_party/lock.js`.
//
// The packages are wanted for the C and C++ sources they carry, never run. So the lock keeps the packages that
// package.json names, with their integrity hashes, and drops what those would need to run (some 130 packages),
// along with the addresses of the registry that happened to answer.
"use strict";
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

process.chdir(__dirname);
const lockFile = path.join(__dirname, "package-lock.json");
fs.rmSync(lockFile, { force: true });
execFileSync("npm", ["install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund"], {
  stdio: ["ignore", "ignore", "inherit"],
});

const lock = JSON.parse(fs.readFileSync(lockFile, "utf8"));
const root = lock.packages[""];
const packages = { "": root };
for (const name of Object.keys(root.dependencies)) {
  const { version, integrity, license } = lock.packages[`node_modules/${name}`];
  packages[`node_modules/${name}`] = { version, integrity, license };
}
fs.writeFileSync(lockFile, JSON.stringify({ ...lock, packages }, null, 2) + "\n");
