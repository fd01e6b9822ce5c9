"""Runs the benchmarks that are named, or all of them, and prints what they found."""

import sys

from bench import calls, judge, plan_rows, settle, spread

ALL = {"calls": calls.run, "judge": judge.run, "plan": plan_rows.run, "settle": settle.run, "spread": spread.run}


def main(names: list[str]) -> int:
    """0, or 2 for a name that is none."""
    unknown = [name for name in names if name not in ALL]
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; there are: {', '.join(ALL)}")
        return 2
    for name in names or ALL:
        print(f"== {name}", flush=True)
        ALL[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
