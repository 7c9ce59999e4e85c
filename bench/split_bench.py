#!/usr/bin/env python3
"""Times `quarry chunk` beside the text splitters of LangChain.js, as whole processes in turns.

usage: split_bench.py QUARRY TEXT MARKDOWN MODULES [ROUNDS]

TEXT and MARKDOWN are files of about 10 MB; MODULES is a folder in which `npm install @langchain/textsplitters
@langchain/core` was run. quarry writes each chunk with its places as a line of JSON; the splitters make strings and
write nothing. Prints the medians of processor time (user and system).
"""

import resource
import statistics
import subprocess
import sys

SPLIT = """
import {RecursiveCharacterTextSplitter, MarkdownTextSplitter} from '@langchain/textsplitters';
import {readFileSync} from 'node:fs';
const [how, file] = process.argv.slice(1);
const Splitter = how === 'markdown' ? MarkdownTextSplitter : RecursiveCharacterTextSplitter;
const splitter = new Splitter({chunkSize: 1000, chunkOverlap: 0});
await splitter.splitText(readFileSync(file, 'utf8'));
"""


def processor_time(command, folder=None):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    if len(sys.argv) not in (5, 6):
        sys.exit(__doc__)
    quarry, text, markdown, modules = sys.argv[1:5]
    rounds = int(sys.argv[5]) if len(sys.argv) == 6 else 7
    for how, file in (("recursive", text), ("markdown", markdown)):
        ours = [quarry, "chunk", "--strategy", how, "--unit", "chars", "--size", "1000", "--overlap", "0", file]
        theirs = ["node", "--input-type=module", "-e", SPLIT, "--", how, file]
        times = [(processor_time(ours), processor_time(theirs, modules)) for _ in range(rounds)]
        one, other = (statistics.median(column) for column in zip(*times))
        print(f"{how}: quarry {one:.3f} s, LangChain.js {other:.3f} s, {other / one:.1f} x")


main()
