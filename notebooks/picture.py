# SPDX-License-Identifier: GPL-3.0-or-later
"""picture: the notebooks' own pictures, drawn by gnuplot in the style of `linger plot` (sim/interface/plots/style.gp), larger in its
letters so that a telephone shows them too. Simulations are markers with bars (95 % intervals), formulas lines without markers; each
line is named at its end, has a colour that the colour-blind can tell apart, and a dash and a marker of its own for print in grey.
"""
import base64
import math
import os
import re
import subprocess

from IPython.display import display

from lessons import FOLDER, LINGER, Value, number, unit_for

WIDTH, HEIGHT, TEXT = 960, 600, 23
SCRIPT = "notebooks/picture.gp"


class Line:
    """points: [(x, y or Value), ...]. A formula is drawn without markers."""

    def __init__(self, name, points, formula=False):
        self.name, self.points, self.formula = name, points, formula


def formula(name, function, low, high, log=False, n=80):
    steps = [i / (n - 1) for i in range(n)]
    xs = [low * (high / low) ** t if log else low + (high - low) * t for t in steps]
    return Line(name, [(x, function(x)) for x in xs], formula=True)


def round_step(top, n):
    """Steps of 1, 2, 2.5 or 5 times a power of ten: about n of them up to top."""
    raw = top / n
    decade = 10.0 ** math.floor(math.log10(raw) + 1e-9)
    return next(s for s in (1, 2, 2.5, 5, 10) if raw / decade <= s * 1.0001) * decade


def decades(low, high):
    """Marks of a logarithmic axis: 1, 2 and 5, or only whole decades where there are many."""
    every = (1, 2, 5) if high / low < 300 else (1,)
    marks = [m * 10.0**e for e in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1) for m in every]
    return [m for m in marks if low * 0.999 <= m <= high * 1.001]


def spread(places, gap):
    """Heights of names, pushed apart until none overlap, 0 to 1."""
    order = sorted(range(len(places)), key=lambda i: places[i])
    at = list(places)
    for _ in range(200):
        for a, b in zip(order, order[1:]):
            overlap = gap - (at[b] - at[a])
            if overlap > 1e-9:
                at[a] -= overlap / 2
                at[b] += overlap / 2
        at = [min(1.0, max(0.0, y)) for y in at]
    return at


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def axis(lines, unit, measure, log):
    values = [v for line in lines for _, v in line.points if math.isfinite(v)]
    tops = [v + getattr(v, "half", 0) for v in values]
    size, name = unit_for(measure, unit, max(tops))
    if log:
        low, high = min(v for v in values if v > 0) / size, max(tops) / size
        bottom, top = 10.0 ** math.floor(math.log10(low)), 10.0 ** math.ceil(math.log10(high))
        marks = decades(bottom, top)
    else:
        step = round_step(max(tops) / size, 5)
        bottom, top = 0.0, step * math.ceil(max(tops) / size * 1.05 / step)
        if name == "%" and max(tops) <= 1:
            top = min(top, 100.0)
        marks = [step * i for i in range(int(top / step + 1e-9) + 1)]
    return size, name, bottom, top, marks


def draw(settings, data, name):
    """Runs the script on these settings and this table; shows the picture."""
    base = f"{FOLDER}/{re.sub('[^a-z0-9]+', '-', name.lower()).strip('-')}"
    os.makedirs(FOLDER, exist_ok=True)
    with open(f"{base}.csv", "w", encoding="utf-8") as file:
        file.write("\n".join(",".join("NaN" if v is None else f"{v:.9g}" for v in row) for row in data) + "\n")
    head = {"data_file": quoted(f"{base}.csv"), "output_file": quoted(f"{base}.png"), "canvas_width": WIDTH, "canvas_height": HEIGHT,
            "text_px": TEXT}
    text = "\n".join(f"{key} = {value}" for key, value in {**head, **settings}.items())
    with open(f"{base}.gp", "w", encoding="utf-8") as file:
        file.write(text + f"\nload {quoted(SCRIPT)}\n")
    subprocess.run(["gnuplot", f"{base}.gp"], check=True, capture_output=True)
    show(f"{base}.png", name)


def show(file, name):
    """PNG, because some renderers of notebooks take SVG away. The name is what a terminal shows in its place."""
    with open(file, "rb") as opened:
        display({"image/png": base64.b64encode(opened.read()).decode(), "text/plain": name}, raw=True)


def picture(title, lines, x, y, unit="1", measure="", log_x=False, log_y=False, x_marks=None, x_unit=1,
            y_range=None, joined=True):
    """title: one sentence that says what is seen. x, y: what the axes show; y's unit is chosen, x says its own, whose size is x_unit."""
    lines = [Line(line.name, [(px / x_unit, v) for px, v in line.points], line.formula) for line in lines]
    size, unit_name, bottom, top, marks = axis(lines, unit, measure, log_y)
    if y_range:
        bottom, top = y_range[0] / size, y_range[1] / size
        step = round_step(top - bottom, 5)
        marks = [step * i for i in range(math.ceil(bottom / step - 1e-9), int(top / step + 1e-9) + 1)]
    xs = [px for line in lines for px, _ in line.points]
    x_marks = x_marks or (decades(min(xs), max(xs)) if log_x else
                          [round_step(max(xs), 6) * i for i in range(int(max(xs) / round_step(max(xs), 6) + 1e-9) + 1)])

    def height(v):
        v = max(v / size, bottom)
        return math.log(v / bottom) / math.log(top / bottom) if log_y else (v - bottom) / (top - bottom)
    ends = spread([height(line.points[-1][1]) for line in lines], 1.3 * TEXT / (HEIGHT * 0.62))
    data = []
    for i, line in enumerate(lines):
        for px, v in line.points:
            half = getattr(v, "half", 0) or 0
            data.append([i + 1, px, v / size, max((v - half) / size, bottom if log_y else -1e300), (v + half) / size])
    settings = {
        "n_lines": len(lines), "title_text": quoted(title), "x_text": quoted(x + (", logarithmic" if log_x else "")),
        "y_text": quoted(y + (", logarithmic" if log_y else "")), "log_x": int(log_x), "log_y": int(log_y),
        "x_low": min(xs + ([] if log_x else [0])), "x_high": max(xs), "y_low": bottom, "y_high": top,
        f"array x_mark[{len(x_marks)}]": "[" + ",".join(f"{m:.9g}" for m in x_marks) + "]",
        f"array x_name[{len(x_marks)}]": "[" + ",".join(quoted(number(m)) for m in x_marks) + "]",
        "n_x_marks": len(x_marks), "n_y_marks": len(marks),
        f"array y_mark[{len(marks)}]": "[" + ",".join(f"{m:.9g}" for m in marks) + "]",
        f"array y_name[{len(marks)}]": "[" + ",".join(
            quoted(number(m) + (f" {unit_name}" if unit_name not in ("", "/s") else unit_name) * (m == marks[-1])) for m in marks) + "]",
        f"array line_name[{len(lines)}]": "[" + ",".join(quoted(line.name) for line in lines) + "]",
        f"array is_formula[{len(lines)}]": "[" + ",".join(str(int(line.formula)) for line in lines) + "]",
        f"array end_height[{len(lines)}]": "[" + ",".join(f"{e:.4f}" for e in ends) + "]",
        "bars": 0, "joined": int(joined),
    }
    settings["has_bars"] = int(any(getattr(v, "half", 0) > 0 for line in lines for _, v in line.points))
    draw(settings, data, title)


def bars(title, values, y, unit="1", measure="", texts=None):
    """values: [(name, Value), ...], drawn from 0, with what each is written above it."""
    room = [(0, 1.08 * max(v for _, v in values))]
    size, unit_name, bottom, top, marks = axis([Line("", [(0, v) for _, v in values] + room)], unit, measure, False)
    texts = texts or [number(v / size) + (f" {unit_name}" if unit_name not in ("", "/s") else unit_name) for _, v in values]
    data = [[i + 1, i + 1, v / size, (v - getattr(v, "half", 0)) / size, (v + getattr(v, "half", 0)) / size] for i, (_, v) in enumerate(values)]
    settings = {
        "n_lines": len(values), "title_text": quoted(title), "x_text": "''", "y_text": quoted(y), "log_x": 0, "log_y": 0,
        "x_low": 0.4, "x_high": len(values) + 0.6, "y_low": 0, "y_high": top, "n_x_marks": len(values), "n_y_marks": len(marks),
        f"array x_mark[{len(values)}]": "[" + ",".join(str(i + 1) for i in range(len(values))) + "]",
        f"array x_name[{len(values)}]": "[" + ",".join(quoted(name) for name, _ in values) + "]",
        f"array y_mark[{len(marks)}]": "[" + ",".join(f"{m:.9g}" for m in marks) + "]",
        f"array y_name[{len(marks)}]": "[" + ",".join(
            quoted(number(m) + (f" {unit_name}" if unit_name not in ("", "/s") else unit_name) * (m == marks[-1])) for m in marks) + "]",
        f"array bar_text[{len(values)}]": "[" + ",".join(quoted(text) for text in texts) + "]",
        "bars": 1, "has_bars": int(any(getattr(v, "half", 0) > 0 for _, v in values)),
    }
    draw(settings, data, title)


def sheet(study, name, options=""):
    """The picture NAME that `linger plot` makes of a study: overview, timeline, rss_and_pss or a measure's."""
    subprocess.run([LINGER, "plot", study.folder, "--format", "png"] + options.split(), check=True, capture_output=True)
    show(f"{study.folder}/{name}.png", name)
