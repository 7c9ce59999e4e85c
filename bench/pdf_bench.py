#!/usr/bin/env python3
"""How much of PDF files survives: order of reading, headings, tables.

    bench/pdf_bench.py QUARRY [FOLDER]

Typesets papers and statements with groff (and LaTeX, where it is installed), whose order, headings and rows are
known, and reads them with QUARRY. Of every PDF file below FOLDER, the order is compared with mutool's and
pdftotext's. Needs groff, mutool and pdftotext.
"""
import collections
import json
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

WORDS = """the of and a to in is that it was for on are as with his they at be this from have or by one had not but
what all were when we there can an your which their said if do will each about how up out them then she many some so
these would other into has more her two like him see time could no make than first been its who now people my made
over did down only way find use may water long little very after words called just where most know measure harbour
station quantity observation distribution approximation characteristic environmental representation""".split()
rng = random.Random(7)


def sentence():
    words = [rng.choice(WORDS) for _ in range(rng.randint(6, 22))]
    return words[0].capitalize() + " " + " ".join(words[1:]) + "."


def prose(sentences):
    return "\n".join(sentence() for _ in range(sentences))


def run(*command, stdin=None, timeout=60):
    return subprocess.run(command, input=stdin, capture_output=True, timeout=timeout, check=True).stdout


def quarry_text(quarry, path):
    lines = run(quarry, "chunk", "--strategy", "fixed", "--size", "100000000", "--overlap", "0", path).decode()
    return "".join(json.loads(line)["text"] for line in lines.splitlines())


def grams(text):
    text = re.sub(r"[-\u00ad\u2010]\s*\n\s*(?=[a-z])", "", text)
    words = re.findall(r"\w+", text.lower())
    return collections.Counter(zip(words, words[1:], words[2:]))


def without_running_lines(pages):
    """The text of pages divided by form feeds, without lines at their edges that many repeat but for their numbers."""
    shape = lambda line: re.sub(r"\d+|\b[ivxlc]+\b", "#", line.strip())
    pages = [[line for line in page.splitlines() if line.strip()] for page in pages.split("\f")]
    edge = lambda page: set(range(4)) | set(range(len(page) - 4, len(page)))
    on_pages = collections.Counter(
        one for page in pages for one in {shape(page[at]) for at in edge(page) if 0 <= at < len(page)})
    enough = max(3, min(len(pages) // 4, 8))
    return "\n".join(line for page in pages for at, line in enumerate(page)
                     if at not in edge(page) or on_pages[shape(line)] < enough)


def shared(reference, text):
    found, wanted = grams(text), grams(reference)
    return sum((found & wanted).values()), sum(wanted.values())


class Paper:
    """A paper: `order` is its text as it is read, `headings` its numbered ones, `rows` its tables' rows."""

    def __init__(self, name, header, two_columns):
        self.name, self.source, self.order = name, [header], []
        self.headings, self.rows, self.notes = [], [], 0
        self.two_columns = two_columns


def groff_paper(name, options, two_columns, tables):
    paper = Paper(name, "\n".join([*options, ".TL", "Observations of Harbours", ".AU", "A. Author"]), two_columns)
    out = paper.source
    if two_columns:
        out.append(".2C")
    for section in range(1, 7):
        title = f"{rng.choice(WORDS).capitalize()} {rng.choice(WORDS)} {rng.choice(WORDS)}"
        out += [".NH 1", title]
        paper.headings.append(f"{section}. {title}")
        for paragraph in range(4):
            text = prose(5)
            paper.order.append(text)
            out += [rng.choice([".PP", ".LP"]), text]
            if paragraph == 1:
                paper.notes += 1
                out[-1] += "\\**"
                out += [".FS", f"Note {section} {sentence()}", ".FE"]
            if paragraph == 2 and tables:
                out += [".KF", ".TS", "center tab(|);", "l r r."]
                out.append("Station|Mean|Since")
                for _ in range(4):
                    row = [rng.choice(WORDS).capitalize(), f"{rng.uniform(0, 9):.2f}", str(rng.randint(1850, 2020))]
                    paper.rows.append(row)
                    out.append("|".join(row))
                out += [".TE", f"Table {section}. {sentence()}", ".KE"]
    return paper


def latex_paper(name, options):
    paper = Paper(name, "\\documentclass[twocolumn]{article}\n" + options + "\n\\begin{document}", True)
    out = paper.source
    for section in range(1, 7):
        title = f"{rng.choice(WORDS).capitalize()} {rng.choice(WORDS)}"
        out.append(f"\\section{{{title}}}")
        paper.headings.append(f"{section} {title}")
        for paragraph in range(4):
            text = prose(5)
            paper.order.append(text)
            note = f"\\footnote{{{sentence()}}}" if paragraph == 1 else ""
            out.append(text + note + "\n")
            if paragraph == 2:
                out.append(f"\\begin{{equation}} x_{section} = \\frac{{a}}{{b}} + y^2 \\end{{equation}}")
    out.append("\\end{document}")
    return paper


def statement(name, leaders):
    paper = Paper(name, ".LP", False)
    out = paper.source
    paper.order.append("")
    for table in range(4):
        out += [".LP", f"Statement {table + 1}. Amounts are in thousands.", ".TS H", "tab(|) expand;",
                "l r r r", "l r r r.", "|2026|2025|2024", ".TH"]
        for _ in range(12):
            if rng.random() < 0.2:
                out.append(f"{rng.choice(WORDS).capitalize()} {rng.choice(WORDS)}:|||")
            label = " ".join([rng.choice(WORDS).capitalize()] + [rng.choice(WORDS) for _ in range(rng.randint(1, 6))])
            values = [rng.choice(["{:,}", "({:,})", "$ {:,}"]).format(rng.randint(100, 9_000_000)) for _ in range(3)]
            paper.rows.append([label] + values)
            out.append(rng.choice(["", "\\ \\ \\ "]) + label + (" " + "." * (60 - len(label)) if leaders else "") + "|" + "|".join(values))
        out.append(".TE")
    return paper


def typeset(paper, folder):
    source = "\n".join(paper.source)
    path = folder / (paper.name + ".pdf")
    if "\\documentclass" in source:
        (folder / (paper.name + ".tex")).write_text(source)
        for _ in range(2):
            run("pdflatex", "-interaction=batchmode", "-output-directory", str(folder), str(path.with_suffix(".tex")))
    else:
        path.write_bytes(run("groff", "-Tpdf", "-ms", "-t", stdin=source.encode()))
    return path


def squeeze(text):
    return re.sub(r"[\s.]+", " ", text).strip()


def measure(paper, text):
    lines = text.splitlines()
    headings = {squeeze(line.lstrip("# ")) for line in lines if line.startswith("#")}
    rows = [[squeeze(cell) for cell in line.strip("|").split(" |")] for line in lines if line.startswith("|")]
    filled = {" ".join(cell for cell in row if cell) for row in rows}
    wanted = {" ".join(squeeze(cell) for cell in row) for row in paper.rows}
    false_rows = [row for row in rows if not paper.rows and "---" not in row[0]]
    found, all_grams = shared("\n".join(paper.order), text)
    return {"3-grams": (found, all_grams),
            "headings": (sum(squeeze(one) in headings for one in paper.headings), len(paper.headings)),
            "rows": (sum(any(one == row or one in row for row in filled) for one in wanted), len(wanted)),
            "false": (sum(len(" ".join(row).split()) for row in false_rows), len(text.split()))}


def main():
    quarry = sys.argv[1]
    papers = [groff_paper("single", [], False, False), groff_paper("two-justified", [], True, False),
              groff_paper("two-ragged", [".na"], True, False), groff_paper("two-floats", [], True, True),
              groff_paper("two-near", [".nr GW 0.06i"], True, False),
              statement("statement", False), statement("statement-leaders", True)]
    if shutil.which("pdflatex"):
        papers += [latex_paper("latex", ""), latex_paper("latex-near", "\\setlength{\\columnsep}{5pt}"),
                   latex_paper("latex-ragged", "\\AtBeginDocument{\\raggedright}")]
    show = lambda pair: f"{pair[0] / pair[1]:8.1%}" if pair[1] else f"{'':8}"
    print(f"{'typeset':20} 3-grams  pdftotext headings     rows  false tables")
    with tempfile.TemporaryDirectory() as folder:
        for paper in papers:
            path = typeset(paper, pathlib.Path(folder))
            if len(sys.argv) > 3:
                shutil.copy(path, sys.argv[3])
            ours = measure(paper, quarry_text(quarry, str(path)))
            other = measure(paper, run("pdftotext", str(path), "-").decode())
            print(f"{paper.name:20}{show(ours['3-grams'])} {show(other['3-grams'])} {show(ours['headings'])} "
                  f"{show(ours['rows'])} {show(ours['false'])}")
    if len(sys.argv) < 3:
        return
    print(f"\n{'3-grams of mutool, running lines left out':40}   quarry pdftotext")
    sums = collections.Counter()
    for path in sorted(pathlib.Path(sys.argv[2]).rglob("*.pdf")):
        if path.is_symlink():
            continue
        try:
            reference = run("mutool", "draw", "-F", "text", str(path)).decode(errors="replace")
            reference = without_running_lines(reference)
            texts = quarry_text(quarry, str(path)), run("pdftotext", str(path), "-").decode(errors="replace")
        except subprocess.SubprocessError as error:
            print(path.name, error)
            continue
        (ours, wanted), (theirs, _) = shared(reference, texts[0]), shared(reference, texts[1])
        sums.update(ours=ours, theirs=theirs, wanted=wanted)
        if wanted:
            print(f"{path.name:40} {show((ours, wanted))} {show((theirs, wanted))}")
    print(f"{'all':40} {show((sums['ours'], sums['wanted']))} {show((sums['theirs'], sums['wanted']))}")


main()
