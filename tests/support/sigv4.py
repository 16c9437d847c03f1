"""Checks AWS signatures (version 4) of requests, as AWS's own servers do."""
import datetime, hashlib, hmac, re, urllib.parse

AUTHORIZATION = re.compile(r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request, ?"
                           r"SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$")


def mac(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def fault(handler, body, secrets, service, digest_header=False):
    """Returns AWS's code of what is wrong with the request, "" when it is signed right.

    `secrets` maps key ids to secrets; with `digest_header` the body's hash must be in a signed header,
    as S3 wants it.
    """
    match = AUTHORIZATION.match(handler.headers.get("Authorization", ""))
    if not match or match[4] != service:
        return "AccessDenied"
    key_id, day, region, _, names, signature = match.groups()
    if key_id not in secrets:
        return "InvalidAccessKeyId"
    stamp = handler.headers.get("X-Amz-Date", "")
    now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
    if not stamp.startswith(day) or abs(now - datetime.datetime.strptime(stamp, "%Y%m%dT%H%M%SZ")) > datetime.timedelta(minutes=15):
        return "RequestTimeTooSkewed"
    digest = hashlib.sha256(body).hexdigest()
    needed = {"host", "x-amz-date"}
    if digest_header:
        needed.add("x-amz-content-sha256")
        if handler.headers.get("x-amz-content-sha256") != digest:
            return "XAmzContentSHA256Mismatch"
    if not needed <= set(names.split(";")):
        return "SignatureDoesNotMatch"
    parts = urllib.parse.urlsplit(handler.path)
    headers = [f"{name}:{' '.join(handler.headers.get(name, '').split())}" for name in names.split(";")]
    canonical = "\n".join([handler.command, parts.path, parts.query, *headers, "", names, digest])
    scope = f"{day}/{region}/{service}/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = ("AWS4" + secrets[key_id]).encode()
    for part in (day, region, service, "aws4_request"):
        key = mac(key, part)
    return "" if hmac.compare_digest(mac(key, text).hex(), signature) else "SignatureDoesNotMatch"
