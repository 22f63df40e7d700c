"""Validates one status callback with python3-twilio: reads {url, token, signature, parameters} and prints true or false."""
import json
import sys

from twilio.request_validator import RequestValidator

request = json.load(sys.stdin)
validator = RequestValidator(request["token"])
print(json.dumps(validator.validate(request["url"], request["parameters"], request["signature"])))
