// Vector indexes of npm on the same vectors as vectors_bench. Usage, in a folder where the packages are installed
// (npm install hnswlib-node @lancedb/lancedb):
//   node vectors_bench.mjs FILE DIMENSIONS COUNT QUERIES
// FILE holds little-endian 32-bit floats; the first COUNT vectors are the index, the last QUERIES are looked for.
import { readFileSync, rmSync, mkdtempSync, statSync, readdirSync, openSync, readSync, closeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const require = createRequire(join(process.cwd(), 'package.json'));
const [file, dimensionsText, countText, queriesText] = process.argv.slice(2);
const [dimensions, count, queryCount] = [dimensionsText, countText, queriesText].map(Number);
const bytes = dimensions * 4;

function read(first, rows) {
  const descriptor = openSync(file);
  const buffer = Buffer.alloc(rows * bytes);
  readSync(descriptor, buffer, 0, buffer.length, first * bytes);
  closeSync(descriptor);
  const floats = new Float32Array(buffer.buffer, buffer.byteOffset, rows * dimensions);
  return Array.from({ length: rows }, (_, i) => floats.subarray(i * dimensions, (i + 1) * dimensions));
}

const all = statSync(file).size / bytes;
const vectors = read(0, count);
const queries = read(all - queryCount, queryCount).reverse();
const cpu = () => { const used = process.cpuUsage(); return (used.user + used.system) / 1e6; };

const truth = queries.map((query) => {
  const best = vectors.map((vector, row) => {
    let score = 0;
    for (let i = 0; i < dimensions; ++i) score += query[i] * vector[i];
    return [score, row];
  }).sort((left, right) => right[0] - left[0]);
  return new Set(best.slice(0, 10).map(([, row]) => row));
});

function report(name, build, spent, hits, size) {
  console.log(`${name}: built in ${build.toFixed(1)} s, ${(size / 1e6).toFixed(1)} MB, ` +
    `recall@10 ${(hits / queryCount / 10).toFixed(4)}, ${(spent / queryCount * 1e3).toFixed(2)} ms a query, ` +
    `${(queryCount / spent).toFixed(0)} queries/s (processor time)`);
}

const folder = mkdtempSync(join(tmpdir(), 'vectors-bench-'));
const size_of = (path) => statSync(path).isDirectory()
  ? readdirSync(path).reduce((sum, name) => sum + size_of(join(path, name)), 0) : statSync(path).size;

{
  const { HierarchicalNSW } = require('hnswlib-node');
  const index = new HierarchicalNSW('ip', dimensions);
  index.initIndex(count, 16, 200, 100);
  let start = cpu();
  vectors.forEach((vector, row) => index.addPoint(Array.from(vector), row));
  const build = cpu() - start;
  const path = join(folder, 'hnswlib');
  index.writeIndexSync(path);
  for (const expansion of [100, 300]) {
    index.setEf(expansion);
    start = cpu();
    let hits = 0;
    queries.forEach((query, i) => {
      for (const row of index.searchKnn(Array.from(query), 10).neighbors) hits += truth[i].has(row) ? 1 : 0;
    });
    report(`hnswlib-node, M 16, ef ${expansion}`, build, cpu() - start, hits, size_of(path));
  }
}
{
  const lancedb = require('@lancedb/lancedb');
  const base = await lancedb.connect(join(folder, 'lancedb'));
  let start = cpu();
  const rows = vectors.map((vector, row) => ({ row, vector: Array.from(vector) }));
  const table = await base.createTable('vectors', rows.slice(0, 10_000));
  for (let i = 10_000; i < rows.length; i += 10_000) await table.add(rows.slice(i, i + 10_000));
  const loaded = cpu() - start;
  const search = async (configure, name, build) => {
    const begin = cpu();
    let hits = 0;
    for (let i = 0; i < queryCount; ++i) {
      const found = await configure(table.query().nearestTo(queries[i]).distanceType('dot').limit(10)).toArray();
      for (const { row } of found) hits += truth[i].has(Number(row)) ? 1 : 0;
    }
    report(name, build, cpu() - begin, hits, size_of(join(folder, 'lancedb')));
  };
  await search((query) => query, '@lancedb/lancedb, no index', loaded);
  start = cpu();
  await table.createIndex('vector', { config: lancedb.Index.ivfPq({ distanceType: 'dot' }) });
  await search((query) => query.nprobes(20).refineFactor(10), '@lancedb/lancedb, IVF_PQ, nprobes 20, refine 10',
    loaded + cpu() - start);
}
rmSync(folder, { recursive: true });
