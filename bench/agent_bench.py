#!/usr/bin/env python3
"""A chain of 20 nodes, each step kept durably: quarry agent run against LangGraph.js with its SQLite saver.

    agent_bench.py QUARRY PACKAGES [RUNS]

PACKAGES is a folder with node_modules of @langchain/langgraph 1.7.3 and @langchain/langgraph-checkpoint-sqlite 1.0.4.
Each node writes 200 bytes; both run the chain RUNS times, in turn, in this order, five times, and the best of
each counts. Of quarry the time of the program's start is in the figure: it runs the chain RUNS times as one run of a
loop over the 20 nodes. Prints milliseconds and stored bytes per step, without the state itself.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

QUARRY, PACKAGES = (str(Path(one).resolve()) for one in sys.argv[1:3])
RUNS = int(sys.argv[3]) if len(sys.argv) > 3 else 50
NODES = 20
STATE = 200  # bytes that a node writes


def agent() -> str:
    nodes = "\n".join(f"      - {{name: n{i}, set: {{item: \"'{str(i % 10) * STATE}'\"}}}}" for i in range(NODES))
    return f"""agent_class: LoopAgent
name: chain
max_iterations: {RUNS}
sub_agents:
  - agent_class: SequentialAgent
    name: nodes
    sub_agents:
{nodes}
"""


def stored(path: Path) -> int:
    return sum(one.stat().st_size for one in path.parent.glob(path.name + "*"))


def run_quarry(folder: Path, durability: str) -> tuple[float, float]:
    (folder / "agent.yaml").write_text(agent())
    base = folder / "base.db"
    environment = {**os.environ, "QUARRY_AGENT_DURABILITY": durability}
    command = [QUARRY, "agent", "run", "agent.yaml", "go", "--base", str(base), "--quiet", "--max-steps", "1000000"]
    subprocess.run([*command, "--thread", "warm"], cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    before, start = stored(base), time.perf_counter()
    subprocess.run([*command, "--thread", "one"], cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    steps = NODES * RUNS
    return seconds * 1000 / steps, (stored(base) - before) / steps - STATE


def run_langgraph(folder: Path) -> tuple[float, float]:
    base = folder / "lang.db"
    script = Path(__file__).with_name("agent_bench.mjs")
    done = subprocess.run(["node", str(script), PACKAGES, str(base), str(RUNS)], check=True, capture_output=True, text=True)
    result = json.loads(done.stdout)
    return result["seconds"] * 1000 / result["steps"], stored(base) / result["steps"] - STATE


def main() -> None:
    best: dict[str, tuple[float, float]] = {}
    for _ in range(5):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for what, result in (("quarry, process", run_quarry(folder, "process")), ("LangGraph.js", run_langgraph(folder))):
                best[what] = min(best.get(what, result), result)
        with tempfile.TemporaryDirectory() as name:
            result = run_quarry(Path(name), "power")
            best["quarry, power"] = min(best.get("quarry, power", result), result)
    for what, (milliseconds, size) in best.items():
        print(f"{what:16}  {milliseconds:.3f} ms a step  {size:.0f} bytes a step besides the state")


if __name__ == "__main__":
    main()
