#!/usr/bin/env python3
"""Judge the report of `quarry eval answers --json --per-query`.

    judge.py QUESTIONS.jsonl REPORT.json [--list]

first place right: what is quoted first (up to the first citation's marker) states every fact. first words right: the
first 260 words of the answer do, about a screen. right: the whole answer does. misleading: sentences were given as an answer, and they lack a fact. beside the point: the closest passages were shown
and named so, and they lack a fact. --list prints each that the first words do not answer.
"""
import json
import re
import sys


def comparable(text):
    """As `facts` of `quarry eval answers`: case and spaces folded, no commas in numbers, no citation markers."""
    text = re.sub(r"\[\d+\]", "", text)
    text = re.sub(r"\s+", " ", text).casefold()
    return re.sub(r"(?<=\d),(?=\d)", "", text)


def states(text, fact):
    fact = comparable(fact).strip()
    before = r"(?<![^\W_])" if fact[0].isalnum() else ""
    behind = r"(?![^\W_])" if fact[-1].isalnum() else ""
    number = r"(?!\.\d)" if fact[-1].isdigit() else ""
    return re.search(before + re.escape(fact) + behind + number, comparable(text)) is not None


def right(text, facts):
    ways = [fact if isinstance(fact, list) else [fact] for fact in facts]
    return all(any(states(text, way) for way in fact) for fact in ways)


# How `ask` begins where no sentence answers clearly (core/answer/answer.cpp).
CLOSEST = "No sentence answers this clearly;"


FIRST_WORDS = 260


def first_quotation(answer):
    """What stands before the first citation marker: without a model, the first quotation."""
    return re.split(r"\s*\[\d+\]", answer, maxsplit=1)[0]


def first_words(answer):
    if answer.startswith(CLOSEST):
        answer = answer.partition("\n")[2]
    return " ".join(re.sub(r"\[\d+\]", "", answer).split()[:FIRST_WORDS])


def judge(question, result):
    own = question.get("answerable") is not False
    if result["refusal" if not own else "answered"] == (0.0 if own else 1.0):
        return "refused"
    if not own:
        return "answered"
    answer = result.get("answer") or ""
    if right(first_words(answer), question["facts"]):
        return "first words right"
    if right(answer, question["facts"]):
        return "right later"
    return "beside the point" if answer.startswith(CLOSEST) else "misleading"


def main():
    questions = {}
    with open(sys.argv[1], encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            question = json.loads(line)
            questions[question.get("id", str(number))] = question
    with open(sys.argv[2], encoding="utf-8") as file:
        report = json.load(file)
    counts = {}
    first_place = words = 0
    for one in report["per_query"]:
        question = questions[one["id"]]
        verdict = judge(question, one)
        group = "other" if question.get("answerable") is False else "own"
        counts[group, verdict] = counts.get((group, verdict), 0) + 1
        if group == "own":
            words += len((one.get("answer") or "").split())
            first_place += right(first_quotation(one.get("answer") or ""), question["facts"])
        fine = verdict == "refused" if group == "other" else verdict == "first words right"
        if "--list" in sys.argv and not fine:
            text = one.get("answer") or ""
            print(f"{one['id']}  {verdict}: {question['question']}\n    wanted: {question.get('facts', 'a refusal')}")
            print("    got:    " + re.sub(r"\s+", " ", text))
    own = sum(count for (group, _), count in counts.items() if group == "own")
    other = sum(count for (group, _), count in counts.items() if group == "other")

    def count(group, verdict):
        return counts.get((group, verdict), 0)

    print(f"first place right {first_place} of {own}")
    print(f"first words right {count('own', 'first words right')} of {own}")
    print(f"right             {count('own', 'first words right') + count('own', 'right later')} of {own}")
    print(f"misleading        {count('own', 'misleading')} of {own}")
    print(f"beside the point  {count('own', 'beside the point')} of {own}")
    print(f"refused           {count('own', 'refused')} of {own}")
    print(f"other refused     {count('other', 'refused')} of {other}")
    print(f"words             {words // max(1, own)} an answer")


main()
