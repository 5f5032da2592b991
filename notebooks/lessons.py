# SPDX-License-Identifier: GPL-3.0-or-later
"""lessons: what the notebooks share. A notebook runs linger as a reader would in a terminal, reads the CSV that it leaves, and
claims numbers about it.

    site = linger("sweep inputs/scenarios/lesson-1-hundred-users.ini --vary server.keepalive=on,off")
    site.at("page_response", keepalive="off")            # a float in SI units, with .half, the half-width of its 95 % interval
    say("a page takes 315 ms", site.at("page_response", keepalive="off"))

The rule about numbers: each number in the text of a notebook (names such as HTTP/1.1 aside) stands inside a phrase that a cell of the
same notebook says again with say() and the value that was computed; say() fails unless the value, in the phrase's unit, rounds to the
number as written. tools/check-notebooks sees to the other half: that no number in the text is without such a phrase, and no
phrase without its text. Values are SI: seconds, bytes, shares of 1; the phrase's own unit says how to read its number.
"""
import hashlib
import html
import math
import os
import re
import shlex
import subprocess

import pandas

os.chdir(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LINGER = os.environ.get("LINGER", "build/linger")
FOLDER = "build/notebooks"
UNITS = {"µs": 1e-6, "ms": 1e-3, "s": 1, "minutes": 60, "minute": 60, "kB": 1e3, "MB": 1e6, "GB": 1e9, "KiB": 2**10,
         "MiB": 2**20, "GiB": 2**30, "%": 0.01, "thousand": 1e3}
NUMBER = re.compile(r"(?<![\w.])(\d[\d,]*(?:\.\d+)?)(?: ?(%s)(?!\w))?" % "|".join(UNITS))


# ---- running linger --------------------------------------------------------------------------------------------------------

class Value(float):
    """A mean with the half-width of its 95 % interval."""

    def __new__(cls, mean, half=0.0, unit="1"):
        value = float.__new__(cls, mean)
        value.half = half if math.isfinite(half) else 0.0      # one run has no interval
        value.unit = unit
        return value


def same_level(cell, level):
    try:
        return math.isclose(float(cell), float(level), rel_tol=1e-9)
    except ValueError:
        return str(cell) == str(level)


class Study:
    """What one command left: .results (tidy, one row per point and measure), .given (every parameter), .series (of a run)."""

    def __init__(self, folder):
        self.folder = folder
        self.results = pandas.read_csv(f"{folder}/results.csv", comment="#", dtype={"measure": str})
        self.levels = list(self.results.columns[:list(self.results.columns).index("measure")])
        self.manifest = pandas.read_csv(f"{folder}/manifest.csv", comment="#", dtype=str).set_index("parameter")["value"]

    def given(self, key):
        """What the scenario or the command line says of a parameter, as a number in SI where it is one."""
        text = self.manifest[key]
        parts = re.fullmatch(r"([0-9.e+-]+)(us|ms|s)?", text)
        return float(parts[1]) * {"us": 1e-6, "ms": 1e-3}.get(parts[2], 1) if parts else text

    @property
    def series(self):
        return pandas.read_csv(f"{self.folder}/series.csv", comment="#")

    def rows(self, measure, **at):
        """The rows of a measure at these levels, which are named by the last word of their key: idle_limit=5."""
        rows = self.results[self.results.measure == measure]
        for name, level in at.items():
            key = next(key for key in self.levels if key.split(".")[-1] == name)
            rows = rows[[same_level(cell, level) for cell in rows[key]]]
        return rows

    def at(self, measure, **at):
        rows = self.rows(measure, **at)
        if len(rows) != 1:
            raise KeyError(f"{measure} at {at}: {len(rows)} rows")
        return Value(rows["mean"].iloc[0], rows["half_width"].iloc[0], rows["unit"].iloc[0])

    def curve(self, measure, x, **at):
        """[(level of x, Value), ...]"""
        rows = self.rows(measure, **at)
        key = next(key for key in self.levels if key.split(".")[-1] == x)
        return [(level, Value(mean, half, unit)) for level, mean, half, unit in
                zip(rows[key], rows["mean"], rows["half_width"], rows["unit"])]


def execute(words):
    done = subprocess.run([LINGER] + words, capture_output=True, text=True, env={**os.environ, "NO_COLOR": "1", "COLUMNS": "80"})
    if done.returncode not in (0, 1):
        raise RuntimeError(f"linger {' '.join(words)}\n{done.stderr}")
    return done


def linger(command):
    """Runs `linger COMMAND` (run or sweep); its numbers go to a folder of build/notebooks."""
    folder = f"{FOLDER}/{hashlib.sha1(command.encode()).hexdigest()[:12]}"
    os.makedirs(FOLDER, exist_ok=True)
    done = execute(shlex.split(command) + ["--quiet", "--no-plots", "--force", "-o", folder])
    if done.returncode:
        raise RuntimeError(done.stderr)
    return Study(folder)


def words_of(command, first=None, last=None):
    """Runs `linger COMMAND` and prints what it says, or the lines from `first` to `last` of it; gives all of it back."""
    said = execute(shlex.split(command)).stdout
    print("\n".join(said.splitlines()[first:last]))
    return said


def measured(point):
    """A row of the measurements of real servers, tests/measured/measured_open.csv, as a dictionary."""
    rows = pandas.read_csv("tests/measured/measured_open.csv")
    return rows[rows.id == point].iloc[0].to_dict()


# ---- numbers for people ----------------------------------------------------------------------------------------------------

SHARES = re.compile("utilisation|share|ratio")


def unit_for(measure, unit, largest):
    """The unit a person would choose: (its size in SI, its name)."""
    if unit == "B":
        return next(((size, name) for size, name, least in ((1e9, "GB", 2e10), (1e6, "MB", 2e6), (1e3, "kB", 2e3))
                     if largest >= least), (1, "B"))
    if unit == "s":
        return next(((size, name) for size, name in ((1, "s"), (1e-3, "ms")) if largest >= size), (1e-6, "µs"))
    if SHARES.search(measure):
        return 0.01, "%"
    return 1, {"1": "", "1/s": "/s"}.get(unit, unit)


def number(v):
    if not math.isfinite(v):
        return "-"
    return f"{v:,.0f}" if abs(v) >= 99.95 else f"{v:.3g}"


def quantity(value, measure=""):
    """'151.8 ± 0.2 ms': as many decimals as the interval bears out, and no more than four figures."""
    size, name = unit_for(measure, value.unit, abs(value))
    v, half = value / size, value.half / size
    if half < 1e-4 * abs(v):
        half = 0
    if not math.isfinite(v):
        return "-"
    figures = -math.floor(math.log10(half)) if half > 0 else 0
    most = (3 if half > 0 else 2) - math.floor(math.log10(abs(v))) if v else 0
    decimals = max(0, min(figures, most) if half > 0 else most)
    text = f"{v:,.{decimals}f}"
    if half == 0 and "." in text:
        text = text.rstrip("0").rstrip(".")
    if half > 0:
        text += f" ± {half:,.{decimals}f}" if half >= 0.5 * 10.0**-decimals else f" ± {half:.1g}"
    return text + (" " if name not in ("", "/s") else "") + name


class Table:
    """Rows of text, shown as a table in a browser and as columns in a terminal."""

    def __init__(self, head, rows):
        self.head, self.body = head, [[str(cell) for cell in row] for row in rows]

    def _repr_html_(self):
        def line(cells, tag):
            return "<tr>" + "".join(f'<{tag} style="text-align:{"left" if i == 0 else "right"}">{html.escape(cell)}</{tag}>'
                                    for i, cell in enumerate(cells)) + "</tr>"
        return "<table>" + line(self.head, "th") + "".join(line(row, "td") for row in self.body) + "</table>"

    def __repr__(self):
        rows = [self.head] + self.body
        wide = [max(len(row[i]) for row in rows) for i in range(len(self.head))]
        return "\n".join("  ".join(cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, wide))).rstrip()
                         for row in rows)


def level_text(key, level):
    name = key.split(".")[-1]
    if name in ("ram", "daemon_private"):
        return quantity(Value(float(level), 0, "B")) if name != "ram" else f"{float(level) / 2**30:.0f} GiB"
    if name in ("idle_limit", "rtt"):
        return f"{number(float(level))} s"
    return f"keep-alive {level}" if name == "keepalive" else level if isinstance(level, str) else f"{level:g}"


def table(study, measures, **at):
    """Measures (name: words for people) of a run, one a row; or of a sweep, one a column and one row for each point."""
    if not study.levels:
        return Table(["", "mean"], [[words, quantity(study.at(name), name)] for name, words in measures.items()])
    points = study.rows(next(iter(measures)), **at)[study.levels].values.tolist()
    shown = [key for key in study.levels if key.split(".")[-1] not in at]
    rows = []
    for point in points:
        where = {key.split(".")[-1]: level for key, level in zip(study.levels, point)}
        label = ", ".join(level_text(key, where[key.split(".")[-1]]) for key in shown)
        rows.append([label] + [quantity(study.at(name, **where), name) for name in measures])
    return Table([", ".join(key.split(".")[-1].replace("_", " ") for key in shown)] + list(measures.values()), rows)


def beside(rows):
    """A formula beside the simulation: (what, formula's value, simulated Value)... and by how much they differ."""
    out = []
    for what, exact, got in rows:
        out.append([what, quantity(Value(exact, 0, got.unit), what), quantity(got, what), f"{100 * (got / exact - 1):+.1f} %"])
    return Table(["", "by formula", "simulated", "difference"], out)


def my_guess(*guesses):
    """Asks for what the reader expects, before he reads on."""
    print("Noted. Read on." if None not in guesses else
          "No guess yet: write a number in place of None, run the cell again, and read on.")


# ---- claims ----------------------------------------------------------------------------------------------------------------

said, wrong = [], []


def agrees(written, unit, rough, value):
    """Whether a value in SI rounds to a number as written. Of a rough number, zeros at its end are not figures."""
    size = UNITS.get(unit, 1)
    digits = written.replace(",", "")
    step = 10.0 ** -len(digits.partition(".")[2])
    if rough and "." not in digits:
        step = 10.0 ** (len(digits) - len(digits.rstrip("0")))
    return abs(value / size - float(digits)) <= 0.5 * step * (1 + 1e-9)


def say(phrase, *values):
    """Claims that each number of a phrase of the text is its value, rounded. After 'about' zeros at the end are not figures.
    What is wrong is told by all_said(), which ends the page."""
    numbers = list(NUMBER.finditer(phrase))
    if len(numbers) != len(values):
        raise AssertionError(f"{phrase!r} has {len(numbers)} numbers, {len(values)} values were given")
    for found, value in zip(numbers, values):
        rough = phrase[:found.start()].rstrip().endswith("about")
        if not agrees(found[1], found[2], rough, value):
            wrong.append(f"the text says {phrase!r}; the run says {value / UNITS.get(found[2], 1):.6g} {found[2] or ''}")
    said.append(phrase)


def agree(phrase, condition):
    """Claims what a phrase of the text says without a number."""
    if not condition:
        wrong.append(f"the text says {phrase!r}; the run says otherwise")
    said.append(phrase)


def all_said():
    """Ends a page: fails with everything that is wrong, all at once."""
    if wrong:
        raise AssertionError("\n  ".join([f"{len(wrong)} phrases are wrong", *wrong]))
    print(f"{len(said)} phrases of this page were compared with what these runs gave; all agree.")
