"""Server-sent events as tests read them."""


def events(response):
    """Of a stream, each with its id and its whole text; one that is not complete is not one."""
    event = {}
    for line in response:
        name, colon, value = line.decode().rstrip("\n").partition(": ")
        if colon and name:
            event[name] = value
        elif not name:
            if "event" in event:
                yield event
            event = {}
