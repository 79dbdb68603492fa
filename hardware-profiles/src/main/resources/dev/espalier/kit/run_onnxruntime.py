#!/usr/bin/env python3
"""Times the models of this kit in ONNX Runtime: batch 1, one thread, in shuffled rounds.

    python3 run_onnxruntime.py [results.csv]

Needs Python 3.8 and the packages onnxruntime and numpy. It writes one line FILE,MICROS a visit,
the median of a short burst of runs, and goes on where an earlier call ended.
"""

import csv
import os
import random
import statistics
import sys
import time

import numpy
import onnxruntime

GROUP = 50  # models that are open at once, beside the empty runs of their inputs
VISITS = 20
BURST_SECONDS = 0.001
FEWEST_RUNS = 3
WARM_UP = 10


def session(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(
        path, options, providers=["CPUExecutionProvider"])


class Subject:
    def __init__(self, folder, row):
        self.file = row["file"]
        self.session = session(os.path.join(folder, self.file))
        height, width, channels = map(int, row["input"].split("x"))
        image = numpy.random.standard_normal((1, channels, height, width)).astype(numpy.float32)
        wanted = self.session.get_inputs()[0]
        if len(wanted.shape) == 2:
            image = image.reshape(1, -1)
        # Bound once, so that copies of image and result are not timed.
        self.binding = self.session.io_binding()
        self.binding.bind_cpu_input(wanted.name, image)
        self.binding.bind_output(self.session.get_outputs()[0].name)
        for _ in range(WARM_UP):
            self.session.run_with_iobinding(self.binding)

    def visit(self):
        runs = []
        begun = time.perf_counter_ns()
        end = begun + BURST_SECONDS * 1e9
        while len(runs) < FEWEST_RUNS or begun < end:
            self.session.run_with_iobinding(self.binding)
            now = time.perf_counter_ns()
            runs.append((now - begun) / 1e3)
            begun = now
        return statistics.median(runs)


def main():
    folder = os.path.dirname(os.path.abspath(__file__))
    output = sys.argv[1] if len(sys.argv) > 1 else "results.csv"
    with open(os.path.join(folder, "manifest.csv"), newline="") as manifest:
        models = list(csv.DictReader(manifest))
    done = set()
    if os.path.exists(output):
        with open(output, newline="") as results:
            done = {row["file"] for row in csv.DictReader(results)}
    else:
        with open(output, "w") as results:
            results.write("file,micros\n")
    empties = {row["input"]: row for row in models if row["role"] == "empty"}
    pending = [row for row in models if row["role"] != "empty" and row["file"] not in done]
    for start in range(0, len(pending), GROUP):
        group = pending[start:start + GROUP]
        inputs = {row["input"] for row in group if row["role"] == "operator"}
        rows = group + [empties[shape] for shape in sorted(inputs)]
        subjects = [Subject(folder, row) for row in rows]
        lines = []
        for _ in range(VISITS):
            random.shuffle(subjects)
            for subject in subjects:
                lines.append("%s,%.3f\n" % (subject.file, subject.visit()))
        with open(output, "a") as results:  # a group at once: what was measured stays
            results.write("".join(lines))
        print("%d of %d models" % (start + len(group), len(pending)), file=sys.stderr)
    print("onnxruntime %s: results in %s" % (onnxruntime.__version__, output), file=sys.stderr)


if __name__ == "__main__":
    main()
