"""Runs the benchmark programs and writes the report; called by bench/report."""

import argparse
import json
import math
import os
import re
import subprocess
import sys
import tempfile
import time

PROGRAMS = ["count_bench", "org_bench", "tail_bench", "compile_bench",
            "load_bench", "pattern_bench", "workload_bench"]

# id, what, must, goal; a `min` target is a least value, the others are most
# values. `reported` ones have no must that could fail: tails on shared CPUs
# are mostly the machine's.
TARGETS = [
    ("T1/P=100", "decide / cache floor of 20 k", 0.9, 0.5, ""),
    ("T1/P=1000", "decide / cache floor of 20 k", 1.15, 0.7, ""),
    ("T1/P=10000", "decide / cache floor of 20 k", 1.65, 1.0, ""),
    ("T1b/P=100", "batch of 8 / cache floor of 20 k", 0.85, 0.4, ""),
    ("T1b/P=1000", "batch of 8 / cache floor of 20 k", 0.95, 0.5, ""),
    ("T1b/P=10000", "batch of 8 / cache floor of 20 k", 1.2, 0.7, ""),
    ("T2", "decide / cache floor of 1 M, P = 10 k", 0.7, 0.4, ""),
    ("T2/batch", "batch of 8 / cache floor of 1 M, P = 10 k", 0.42, 0.25, ""),
    ("T3", "interpreter / decide, P = 10 k", 8, 20, "min"),
    ("T3/batch", "interpreter / batch of 8, P = 10 k", 14, 30, "min"),
    ("T4", "decide at P = 100 k / at P = 100", 4.6, 2.5, ""),
    ("T4/batch", "batch of 8 at P = 100 k / at P = 100", 2.4, 1.5, ""),
    ("T5", "p99.9 / p50 of single decisions", 6, 4, "reported"),
    ("T6", "allocations, locks, system calls a decision", 0, 0, ""),
    ("T7", "throughput of two threads / of one", 1.85, 1.95, "min"),
    ("T8", "p99.9 while publishing / at rest", 1.5, 1.1, "reported"),
    ("T9", "compile / nlohmann parse of the same bytes, P = 10 k", 5, 2, ""),
    ("T9/growth", "that ratio at P = 100 k / at P = 10 k", 1.3, 1.1, ""),
    ("T10/fast", "image / minified JSON bytes, fast form, P = 10 k", 1.4, 0.7,
     ""),
    ("T10/small", "image / minified JSON bytes, small form, P = 10 k", 0.9,
     0.4, ""),
    ("T11", "verification, GB/s", 0.8, 3, "min"),
    ("T11/start", "process start to first answer, 100 MB image, s", 0.25, 0.1,
     ""),
    ("T12", "one pattern: most / least ns of a further byte from 1 KiB", 2,
     1.3, ""),
    ("T12/ns", "one pattern: most ns a byte from 1 KiB", 1.8, 0.5, ""),
    ("T13", "44 % conditional statements / 10 %", 1.9, 1.3, ""),
]

# The lines of the chart: engine as in the rows, label, colour.
CHART = [
    ("decide", "Portcullis", "#0b6e4f"),
    ("decide, batch", "Portcullis, batch of 8", "#37b88a"),
    ("cache floor", "cache floor, 20 k", "#555555"),
    ("interpreter", "interpreter", "#c76a15"),
    ("RE2::Set, 500 requests repeated", "RE2::Set, repeated", "#8e6bbf"),
    ("RE2::Set, new requests", "RE2::Set, new requests", "#5b3c91"),
    ("reference", "reference", "#b03030"),
]


def say(text):
  print(f"== {text}", file=sys.stderr, flush=True)


def output_of(command, **kwargs):
  return subprocess.run(command, check=True, text=True,
                        stdout=subprocess.PIPE, **kwargs).stdout


class Results:
  """What the programs said."""

  def __init__(self):
    self.figures = {}
    self.rows = []
    self.notes = []

  def read(self, text):
    for line in text.splitlines():
      entry = json.loads(line)
      if "figure" in entry:
        self.figures[entry.pop("figure")] = entry
      elif "note" in entry:
        self.notes.append(entry["note"])
      else:
        self.rows.append(entry)

  def add_row(self, policies, engine, metric, value):
    self.rows.append({"workload": "org", "policies": policies,
                      "engine": engine, "metric": metric, "value": value,
                      "min": value, "max": value, "repetitions": 1})


def run_programs(root, folder, quick, results):
  managed = os.path.join(root, "build", "managed-policies", "policy-set.json")
  for program in PROGRAMS:
    path = os.path.join(folder, "bench", program)
    say(f"{program}{' --quick' if quick else ''}")
    begin = time.monotonic()
    command = [path, "--json"] + (["--quick"] if quick else [])
    if program == "workload_bench":
      command += ["--managed", managed]
    results.read(output_of(command))
    say(f"{program}: {time.monotonic() - begin:.0f} s")


def count_instructions(folder, quick, results):
  """Instructions and data accesses of a decision, by callgrind."""
  program = os.path.join(folder, "bench", "decide_bench")
  for policies in [100] if quick else [100, 1000, 10000]:
    for engine, flags in [("decide", []), ("decide, batch", ["--batch"]),
                          ("decide, handles", ["--handles"])]:
      say(f"callgrind: {engine}, P = {policies}")
      with tempfile.TemporaryDirectory() as scratch:
        run = subprocess.run(
            ["valgrind", "--tool=callgrind", "--cache-sim=yes",
             f"--callgrind-out-file={scratch}/out",
             "--toggle-collect=*CountedPass*", program, "--loop", "1",
             "--policies", str(policies)] + flags,
            check=True, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE)
      decisions = int(re.search(r"(\d+) decisions", run.stdout).group(1))

      def count(label):
        found = re.search(label + r":\s+([\d,]+)", run.stderr)
        return int(found.group(1).replace(",", "")) / decisions

      results.add_row(policies, engine, "instructions", count(r"I\s+refs"))
      results.add_row(policies, engine, "data accesses", count(r"D\s+refs"))
      results.add_row(policies, engine, "L1 misses, simulated",
                      count(r"D1\s+misses"))


def check_symbols(root, folder, results):
  """Locks: nothing on the decide path may reach one (T6)."""
  archive = os.path.join(folder, "libportcullis_runtime.a")
  script = os.path.join(root, "tests", "runtime_symbols_test.sh")
  run = subprocess.run([script, archive], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=False)
  if run.returncode == 0:
    results.notes.append("T6: no object of the decide path can reach a lock")
    return
  results.notes.append("T6: the decide path can reach a lock or an allocation")
  results.figures["T6"]["value"] = 1


def judge(results):
  """The targets with their values and whether each holds."""
  targets = []
  for name, what, must, goal, kind in TARGETS:
    figure = results.figures.get(name)
    value = figure["value"] if figure else None
    if value is None:
      inside = False
    else:
      inside = value >= must if kind == "min" else value <= must
    target = {"id": name, "what": what, "value": value, "must": must,
              "goal": goal, "holds": inside or kind == "reported"}
    if kind == "min":
      target["atLeast"] = True
    if kind == "reported":
      target["reportedOnly"] = True
    if figure:
      for key in ("median", "min", "max", "repetitions"):
        target[key] = figure[key]
    targets.append(target)
  return targets


def machine():
  cpu = {}
  for line in output_of(["lscpu"], env={**os.environ, "LC_ALL": "C"}) \
      .splitlines():
    key, _, value = line.partition(":")
    cpu[key.strip()] = value.strip()
  with open("/proc/meminfo", encoding="utf-8") as file:
    memory = int(file.readline().split()[1]) // (1024 * 1024)
  caches = [f"{c} {cpu[c + ' cache']}" for c in ("L1d", "L2", "L3")
            if c + " cache" in cpu]
  return {"cpu": cpu.get("Model name", "unknown"), "cpus": os.cpu_count(),
          "caches": caches, "memoryGiB": memory,
          "kernel": os.uname().release,
          "loadAverage": list(os.getloadavg())}


def compiler(folder):
  with open(os.path.join(folder, "CMakeCache.txt"), encoding="utf-8") as file:
    cache = file.read()

  def entry(name):
    found = re.search(rf"^{name}:[A-Z]+=(.*)$", cache, re.M)
    return found.group(1) if found else ""

  version = output_of([entry("CMAKE_CXX_COMPILER"), "--version"])
  flags = f"{entry('CMAKE_CXX_FLAGS')} {entry('CMAKE_CXX_FLAGS_RELEASE')}"
  return {"compiler": version.splitlines()[0], "flags": flags.strip()}


def commit(root):
  def git(*arguments):
    return output_of(["git", "-C", root, *arguments]).strip()
  try:
    head = git("rev-parse", "HEAD")
    return head + ("-dirty" if git("status", "--porcelain") else "")
  except (OSError, subprocess.CalledProcessError):
    return "unknown"


def number(value):
  if value is None:
    return "not measured"
  if value == 0 or not math.isfinite(value):
    return f"{value:g}"
  digits = max(0, 2 - math.floor(math.log10(abs(value))))
  return f"{value:,.{digits}f}"


def holds_word(target):
  if target["value"] is None:
    return "not measured"
  if not target.get("reportedOnly"):
    return "yes" if target["holds"] else "no"
  return "reported"


def bound(target, key):
  text = f"{target[key]:g}"
  if target.get("reportedOnly") and key == "must":
    text = f"({text})"
  return (">= " if target.get("atLeast") else "<= ") + text


def table(header, rows):
  """Rows of texts as a Markdown table that is aligned as plain text too."""
  widths = [max(len(row[i]) for row in [header] + rows)
            for i in range(len(header))]

  def line(cells):
    return "| " + " | ".join(c.ljust(w) for c, w in zip(cells, widths)) + " |"

  rule = "|" + "|".join("-" * (w + 2) for w in widths) + "|"
  return "\n".join([line(header), rule] + [line(row) for row in rows])


def target_table(targets):
  return table(
      ["id", "what", "value", "must", "goal", "holds"],
      [[t["id"], t["what"], number(t["value"]), bound(t, "must"),
        bound(t, "goal"), holds_word(t)] for t in targets])


def engine_table(rows):
  """Nanoseconds by engine and size."""
  cells = {(r["engine"], r["policies"]): r for r in rows
           if r["workload"] == "org" and r["metric"] == "ns"}
  sizes = sorted({size for _, size in cells})
  engines = list(dict.fromkeys(engine for engine, _ in cells))
  return table(
      ["engine, ns a decision"] + [f"P = {size:,}" for size in sizes],
      [[engine] + [number(cells[engine, size]["value"])
                   if (engine, size) in cells else ""
                   for size in sizes] for engine in engines])


def other_table(rows):
  others = [r for r in rows
            if not (r["workload"] == "org" and r["metric"] == "ns")]
  return table(
      ["workload", "P", "what", "metric", "median", "min", "max"],
      [[r["workload"], f"{r['policies']:,}" if r["policies"] else "",
        r["engine"], r["metric"], number(r["value"]), number(r["min"]),
        number(r["max"])] for r in others])


def setting(report):
  """Where and of what the figures are."""
  about = report["machine"]
  before, after = about["loadAverage"][0], about["loadAverageAfter"][0]
  return (f"Machine: {about['cpu']}, {about['cpus']} CPUs, "
          f"{', '.join(about['caches'])}, {about['memoryGiB']} GiB, "
          f"Linux {about['kernel']}; load average {before:.1f} before and "
          f"{after:.1f} after. Compiler: {about['compiler']}, "
          f"`{about['flags']}`. Commit {report['commit']}"
          f"{', quick run' if report['quick'] else ''}.")


def main_tables(report, chart_file):
  return [
      setting(report), "",
      "The value of a target is the best of its repetitions, each the median "
      "of interleaved rounds; the engines' table has the median repetition.",
      "", target_table(report["targets"]), "",
      f"![ns per decision over policies]({chart_file})", "",
      engine_table(report["rows"]), ""]


def markdown(report):
  return "\n".join(
      ["# Benchmarks", ""] + main_tables(report, "chart.svg") +
      ["## Everything else", "", other_table(report["rows"]), "",
       "## Notes", ""] + [f"- {note}" for note in report["notes"]]) + "\n"


def write_docs(root, report):
  """Puts the tables and the chart into docs/performance.md."""
  path = os.path.join(root, "docs", "performance.md")
  with open(path, encoding="utf-8") as file:
    text = file.read()
  begin, end = "<!-- measured: begin -->\n", "<!-- measured: end -->"
  head, rest = text.split(begin)
  _, tail = rest.split(end)
  measured = "\n".join(main_tables(report, "performance.svg"))
  write(path, f"{head}{begin}\n{measured}\n{end}{tail}")
  write(os.path.join(root, "docs", "performance.svg"), chart(report["rows"]))


class Chart:
  """A log-log chart as SVG."""

  WIDTH, HEIGHT = 860, 480
  LEFT, RIGHT, TOP, BOTTOM = 70, 230, 30, 60

  def __init__(self, lines):
    self.lines = lines
    xs = [x for _, _, points in lines for x, _ in points]
    ys = [y for _, _, points in lines for _, y in points]
    self.x_range = (math.log10(min(xs)), math.log10(max(xs)))
    self.y_range = (math.floor(math.log10(min(ys))),
                    math.ceil(math.log10(max(ys))))

  def x(self, value):
    low, high = self.x_range
    share = (math.log10(value) - low) / ((high - low) or 1)
    return self.LEFT + share * (self.WIDTH - self.LEFT - self.RIGHT)

  def y(self, value):
    low, high = self.y_range
    share = (math.log10(value) - low) / ((high - low) or 1)
    return self.HEIGHT - self.BOTTOM - share * (
        self.HEIGHT - self.TOP - self.BOTTOM)

  def svg(self):
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.WIDTH}" '
        f'height="{self.HEIGHT}" font-family="sans-serif" font-size="13">',
        f'<rect width="{self.WIDTH}" height="{self.HEIGHT}" fill="white"/>']
    parts += self.axes()
    labels = []
    for label, colour, points in self.lines:
      parts += self.line(colour, points)
      labels.append((self.y(points[-1][1]), label, colour))
    parts += self.labels(labels)
    return "\n".join(parts + ["</svg>"]) + "\n"

  def axes(self):
    right = self.WIDTH - self.RIGHT
    bottom = self.HEIGHT - self.BOTTOM
    parts = []
    for power in range(self.y_range[0], self.y_range[1] + 1):
      y = self.y(10 ** power)
      parts.append(f'<line x1="{self.LEFT}" y1="{y:.1f}" x2="{right}" '
                   f'y2="{y:.1f}" stroke="#dddddd"/>')
      parts.append(f'<text x="{self.LEFT - 8}" y="{y + 4:.1f}" '
                   f'text-anchor="end">{self.nanoseconds(10 ** power)}</text>')
    for power in range(math.ceil(self.x_range[0]),
                       math.floor(self.x_range[1]) + 1):
      x = self.x(10 ** power)
      parts.append(f'<line x1="{x:.1f}" y1="{self.TOP}" x2="{x:.1f}" '
                   f'y2="{bottom}" stroke="#dddddd"/>')
      parts.append(f'<text x="{x:.1f}" y="{bottom + 20}" '
                   f'text-anchor="middle">{10 ** power:,}</text>')
    parts.append(f'<text x="{(self.LEFT + right) / 2}" y="{bottom + 45}" '
                 f'text-anchor="middle">policies</text>')
    parts.append(f'<text x="{self.LEFT}" y="{self.TOP - 10}">time of a '
                 f'decision, mean</text>')
    return parts

  @staticmethod
  def nanoseconds(value):
    for unit, scale in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
      if value >= scale:
        return f"{value / scale:g} {unit}"
    return f"{value:g} ns"

  def line(self, colour, points):
    places = [(self.x(a), self.y(b)) for a, b in points]
    path = " ".join(f"{a:.1f},{b:.1f}" for a, b in places)
    return [f'<polyline points="{path}" fill="none" stroke="{colour}" '
            f'stroke-width="2"/>'] + [
                f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3.5" fill="{colour}"/>'
                for a, b in places]

  def labels(self, labels):
    """Beside the lines' ends, moved apart where they would overlap."""
    parts = []
    last = -math.inf
    for y, label, colour in sorted(labels):
      y = max(y, last + 16)
      last = y
      parts.append(f'<text x="{self.WIDTH - self.RIGHT + 10}" '
                   f'y="{y + 4:.1f}" fill="{colour}">{label}</text>')
    return parts


def chart(rows):
  lines = []
  for engine, label, colour in CHART:
    points = sorted((r["policies"], r["value"]) for r in rows
                    if r["workload"] == "org" and r["engine"] == engine
                    and r["metric"] == "ns")
    if points:
      lines.append((label, colour, points))
  return Chart(lines).svg()


def write(path, text):
  with open(path, "w", encoding="utf-8") as file:
    file.write(text)


def measure(root, quick):
  folder = os.path.join(root, "build", "bench")
  about = {**machine(), **compiler(folder)}
  results = Results()
  run_programs(root, folder, quick, results)
  check_symbols(root, folder, results)
  count_instructions(folder, quick, results)
  about["loadAverageAfter"] = list(os.getloadavg())
  return {"targets": judge(results), "rows": results.rows,
          "notes": results.notes, "machine": about,
          "commit": commit(root), "quick": quick}


def arguments_of():
  parser = argparse.ArgumentParser(prog="bench/report")
  parser.add_argument("--quick", action="store_true",
                      help="fewer repetitions and rows, under five minutes")
  parser.add_argument("--json", metavar="FILE",
                      help="write the JSON to FILE too")
  parser.add_argument("--out", metavar="FOLDER",
                      help="where the report goes (build/bench-report)")
  parser.add_argument("--docs", action="store_true",
                      help="put tables and chart into docs/performance.md")
  parser.add_argument("--root", required=True, help=argparse.SUPPRESS)
  return parser.parse_args()


def main():
  arguments = arguments_of()
  root = arguments.root
  out = arguments.out or os.path.join(root, "build", "bench-report")
  os.makedirs(out, exist_ok=True)

  report = measure(root, arguments.quick)
  text = json.dumps(report, indent=1) + "\n"
  write(os.path.join(out, "report.json"), text)
  if arguments.json:
    write(arguments.json, text)
  write(os.path.join(out, "report.md"), markdown(report))
  write(os.path.join(out, "chart.svg"), chart(report["rows"]))
  if arguments.docs:
    write_docs(root, report)
  print(target_table(report["targets"]))
  held = sum(t["holds"] for t in report["targets"])
  print(f"\n{held} of {len(report['targets'])} hold; report in {out}")


if __name__ == "__main__":
  main()
