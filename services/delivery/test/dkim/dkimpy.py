"""Verifies messages with dkimpy: reads {records, messages} and answers with the result of each signature of each message."""
import base64
import json
import re
import sys

import dkim

given = json.load(sys.stdin)


def record(name, timeout=5):
    return given["records"].get(name.decode().rstrip(".").lower(), "").encode() or None


def results(message):
    head = message.split(b"\r\n\r\n", 1)[0]
    count = len(re.findall(rb"(?im)^dkim-signature[ \t]*:", head))
    return [result(message, index) for index in range(count)]


def result(message, index):
    try:
        return "pass" if dkim.DKIM(message).verify(idx=index, dnsfunc=record) else "fail"
    except dkim.DKIMException as error:
        return str(error)


json.dump([results(base64.b64decode(message)) for message in given["messages"]], sys.stdout)
