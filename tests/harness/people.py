"""People of a server, made as people are: by an invitation's link, and signed in with a cookie."""
import base64
import hashlib
import hmac
import struct
import time

from harness.visitor import Visitor, cookie_of

PASSWORD = "a long and winding road"


def accept(server, invite_token, address="127.0.0.1", password=PASSWORD):
    """The person behind an invitation, signed in."""
    person = Visitor(server.url, address)
    answer = person.api("POST", "/invitations/accept", {"token": invite_token, "password": password})
    assert answer.status == 201, answer.text
    person.cookie = cookie_of(answer)
    return person


def invite(server, api, email, role, **fields):
    """(the person signed in, its id)"""
    made = api.post("/users", {"email": email, "role": role, **fields})
    return accept(server, made["invite_token"]), made["id"]


def new_tenant(server, api, name):
    """The owner of a new tenant, signed in, by the platform owner."""
    made = api.post("/platform/tenants", {"name": name, "owner": {"email": f"owner@{name}.example"}})
    return accept(server, made["invite_token"])


def one_time_code(secret, step=0):
    """TOTP of RFC 6238: SHA-1, 30 seconds, 6 digits; `step` counts from now."""
    key = base64.b32decode(secret.upper() + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30 + step), hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset:offset + 4])[0] & 0x7FFFFFFF) % 1000000:06}"
