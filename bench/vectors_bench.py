#!/usr/bin/env python3
"""sqlite-vec on the same vectors as vectors_bench: FILE DIMENSIONS COUNT QUERIES VEC0.

VEC0 is the extension of npm's sqlite-vec (node_modules/sqlite-vec-linux-x64/vec0.so). The sqlite3 shell does the work:
Python's own module is often built without extensions.
"""
import os
import resource
import subprocess
import sys
import tempfile

file, dimensions, count, queries, vec0 = sys.argv[1], *map(int, sys.argv[2:5]), sys.argv[5]
size = dimensions * 4
rows = os.path.getsize(file) // size
data = open(file, 'rb')


def vector(row):
    data.seek(row * size)
    return data.read(size)


def shell(script, base):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    out = subprocess.run(['sqlite3', base], input=script, text=True, capture_output=True, check=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return out, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


load = f'.load {vec0[:-3] if vec0.endswith(".so") else vec0}\n'
with tempfile.TemporaryDirectory() as folder:
    for kind in ('float', 'int8'):
        base = os.path.join(folder, kind + '.db')
        column = f'vector {kind}[{dimensions}]'
        value = (lambda blob: f"x'{blob.hex()}'") if kind == 'float' else \
            (lambda blob: f"vec_quantize_int8(x'{blob.hex()}', 'unit')")
        script = [load, f'CREATE VIRTUAL TABLE t USING vec0({column});BEGIN;']
        script += [f'INSERT INTO t(rowid, vector) VALUES ({row}, {value(vector(row))});' for row in range(count)]
        _, built = shell('\n'.join(script + ['COMMIT;']), base)
        _, empty = shell(load + 'SELECT count(*) FROM t WHERE rowid = 0;', base)
        asked = [load] + [f'SELECT rowid FROM t WHERE vector MATCH {value(vector(rows - 1 - i))} AND k = 10;'
                          for i in range(queries)]
        found, spent = shell('\n'.join(asked), base)
        each = (spent - empty) / queries
        print(f'sqlite-vec {kind}: built in {built:.1f} s, {os.path.getsize(base) / 1e6:.1f} MB, '
              f'{each * 1e3:.2f} ms a query, {1 / each:.0f} queries/s (processor time); first rows '
              f'{found.split()[:3]}')
