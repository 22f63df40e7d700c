"""Drives Debian's python3-twilio, unmodified, against a running server; prints one JSON line for each step.

Usage: scenario.py URL ACCOUNT_SID AUTH_TOKEN ALLOWED BLOCKED THROTTLED CALLBACK_URL
"""
import json
import sys
from datetime import datetime, timedelta

from twilio import __version__
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

url, account_sid, auth_token, allowed, blocked, throttled, callback_url = sys.argv[1:]


def client(token):
    twilio = Client(account_sid, token)
    twilio.api.base_url = url
    return twilio


def step(name, act):
    try:
        outcome = {"ok": act()}
    except TwilioRestException as error:
        outcome = {"status": error.status, "code": error.code, "message": error.msg}
    print(json.dumps({"step": name, **outcome}), flush=True)
    return outcome.get("ok")


def view(message):
    return {
        "sid": message.sid,
        "status": message.status,
        "to": message.to,
        "from": message.from_,
        "body": message.body,
        "error_code": message.error_code,
        "num_segments": message.num_segments,
        "dated": isinstance(message.date_created, datetime),
    }


def send(twilio=None, **parameters):
    parameters = {"from_": "+15557122661", "body": "Your code is 12345", **parameters}
    return view((twilio or client(auth_token)).messages.create(**parameters))


messages = client(auth_token).messages
print(json.dumps({"step": "version", "ok": __version__}), flush=True)
sent = step("sent", lambda: send(to=allowed, status_callback=callback_url, validity_period=300))
step("refused", lambda: send(to=blocked))
step("wrong_key", lambda: send(twilio=client("0" * 32), to=allowed))
step("throttled", lambda: send(to=throttled))
step("malformed", lambda: send(to="hello"))
step("scheduled", lambda: send(to=allowed, schedule_type="fixed", send_at=datetime.utcnow() + timedelta(hours=1)))
step("fetched", lambda: view(messages(sent["sid"]).fetch()))
step("not_found", lambda: view(messages("SM" + "0" * 32).fetch()))
paged = [send(to=allowed, from_="Pages")["sid"] for _ in range(5)]
step("created", lambda: paged)
step("listed", lambda: [message.sid for message in messages.list(from_="Pages", page_size=2)])
step("limited", lambda: [message.sid for message in messages.list(from_="Pages", limit=3)])
step("streamed", lambda: [message.sid for message in messages.stream(from_="Pages", to=allowed, page_size=2)])
step("today", lambda: len(messages.list(from_="Pages", date_sent=datetime.utcnow().date())))
step("feedback", lambda: messages(sent["sid"]).feedback.create(outcome="confirmed").outcome)
step("deleted", lambda: messages(sent["sid"]).delete())
