#!/usr/bin/env python3
"""Draws docs/phantoms.png: each finding, three phantoms beside two films of ChestX-ray14 with that finding (alone where there are such).

Needs Pillow. Run from the repository:
  ./radz phantom /tmp/a --count 400 --seed 31 --site a && ./radz phantom /tmp/b --count 400 --seed 32 --site b
  eng/phantoms/contact_sheet.py /tmp/a /tmp/b ../shared/data/nih14 docs/phantoms.png
"""
import csv
import sys

from PIL import Image, ImageDraw

SIDE, TITLE, COLUMNS = 128, 14, 5
NIH = {"pleural effusion": "Effusion", "pleural thickening": "Pleural_Thickening", "no finding": "No Finding"}


def rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def phantoms(folder, finding, count):
    table = rows(f"{folder}/manifest.csv")
    names = [k for k in table[0] if k not in ("image", "patient", "source")]
    alone = [r for r in table if r[finding] == "1" and sum(r[n] == "1" for n in names) == 1]
    return [f"{folder}/{r['image']}" for r in alone[:count]]


def films(folder, finding, count):
    label = NIH.get(finding, finding.capitalize())
    table = [r for r in rows(f"{folder}/labels.csv") if label in r["labels"].split("|")]
    return [f"{folder}/images/{r['image']}" for r in sorted(table, key=lambda r: r["labels"].count("|"))[:count]]


def main(a, b, nih, out):
    findings = [k for k in rows(f"{a}/manifest.csv")[0] if k not in ("image", "patient", "source")]
    lines = (len(findings) + 1) // 2
    gap = 12
    sheet = Image.new("L", (2 * COLUMNS * SIDE + gap, lines * (SIDE + TITLE)), 255)
    draw = ImageDraw.Draw(sheet)
    for i, finding in enumerate(findings):
        left, top = (i // lines) * (COLUMNS * SIDE + gap), (i % lines) * (SIDE + TITLE)
        draw.text((left + 2, top + 1), f"{finding}: three phantoms, two films of ChestX-ray14", fill=0)
        for j, path in enumerate(phantoms(a, finding, 2) + phantoms(b, finding, 1) + films(nih, finding, 2)):
            picture = Image.open(path).convert("L").resize((SIDE, SIDE), Image.LANCZOS)
            sheet.paste(picture, (left + j * SIDE, top + TITLE))
    sheet.quantize(64).save(out, optimize=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
