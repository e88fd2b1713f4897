"""Reads messages with Python's own parser: lines of {"message": base64} in, what each says out, in the same order."""
import base64
import email
import email.header
import email.policy
import email.utils
import json
import sys


def mailboxes(values):
    """With the older of the two header parsers: the newer one shows a space twice where two encoded-words meet."""
    pairs = email.utils.getaddresses(values)
    return [[str(email.header.make_header(email.header.decode_header(name))), address] for name, address in pairs]


for line in sys.stdin:
    source = base64.b64decode(json.loads(line)["message"])
    message = email.message_from_bytes(source, policy=email.policy.default)
    older = email.message_from_bytes(source)
    parts = [part for part in message.walk() if not part.is_multipart()]
    texts = [part.get_payload(decode=True).decode("utf-8").replace("\r\n", "\n") for part in parts]
    print(
        json.dumps(
            {
                "names": [name.lower() for name in message.keys()],
                "subject": str(message["Subject"]),
                "from": mailboxes(older.get_all("From")),
                "to": mailboxes(older.get_all("To")),
                "types": [part.get_content_type() for part in parts],
                "texts": texts,
                "defects": [type(defect).__name__ for part in message.walk() for defect in part.defects],
            }
        )
    )
