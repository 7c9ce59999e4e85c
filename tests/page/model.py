"""A model whose answers the tests of the page know: it cites the passages that it gets, waits for the file `release` in
the middle of an answer where the question says Pausing, and says all that is naughty where it says hostile."""
import json
import os
import sys
import time

request = json.loads(sys.stdin.readline())
asked = next(message["content"] for message in reversed(request["messages"]) if message["role"] == "user")


def say(text):
    print(json.dumps({"text": text}), flush=True)


if "hostile" in asked:
    with open("naughty.json") as file:
        for line in json.load(file):
            say(line + " [1].\n\n")
elif "Next question: " in asked:  # which is to be said so that it can be asked alone
    say(asked.split("Next question: ")[-1].strip())
elif "Pausing" in asked:
    say("The retry policy allows three attempts [1]. ")
    until = time.monotonic() + 120
    while not os.path.exists("release") and time.monotonic() < until:
        time.sleep(0.02)
    say("It waits twenty years between two attempts [1].")
else:
    for word in ("The retry policy allows three attempts [1]. ", "Each attempt waits twice as long as the one before [1]. ",
                 "It was written by a committee of nine [1]. ", "\n\n- Requests are **signed** with a key [2].\n", "- The sky is green.\n"):
        say(word)
print(json.dumps({"finish_reason": "stop", "usage": {"input_tokens": 900, "output_tokens": 60}}), flush=True)
