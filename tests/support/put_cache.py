#!/usr/bin/env python3
"""Reads and writes single objects of S3 and Azure servers, with signatures of its own making.

usage: put_cache.py s3 get|put|delete URL      keys from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY
       put_cache.py azblob get|put|delete URL  account URL first path segment; AZURE_STORAGE_KEY
       put_cache.py sample NAME                a cache as BuildKit leaves it there, its layer of NAME

`put` takes the object from standard input; `get` prints it. URLs that end in a container or bucket
make it. Exit code 1: the server said no.
"""
import base64, datetime, hashlib, hmac, json, os, sys, urllib.error, urllib.parse, urllib.request


def mac(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def signed_s3(method, url, body):
    now = datetime.datetime.now(datetime.timezone.utc)
    stamp, day = now.strftime("%Y%m%dT%H%M%SZ"), now.strftime("%Y%m%d")
    parts, digest = urllib.parse.urlsplit(url), hashlib.sha256(body).hexdigest()
    headers = {"host": parts.netloc, "x-amz-content-sha256": digest, "x-amz-date": stamp}
    names = ";".join(sorted(headers))
    canonical = "\n".join([method, parts.path, "", *(f"{n}:{headers[n]}" for n in sorted(headers)), "", names, digest])
    scope = f"{day}/us-east-1/s3/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = ("AWS4" + os.environ["AWS_SECRET_ACCESS_KEY"]).encode()
    for part in (day, "us-east-1", "s3", "aws4_request"):
        key = mac(key, part)
    headers["authorization"] = (f"AWS4-HMAC-SHA256 Credential={os.environ['AWS_ACCESS_KEY_ID']}/{scope}, "
                                f"SignedHeaders={names}, Signature={mac(key, text).hex()}")
    return headers


def shared_key(method, path, account, headers, length, key):
    own = "".join(f"{n}:{headers[n]}\n" for n in sorted(headers) if n.startswith("x-ms-"))
    text = "\n".join([method, "", "", str(length or ""), "", headers.get("content-type", ""),
                      "", "", "", "", "", "", own + f"/{account}" + path])
    return f"SharedKey {account}:" + base64.b64encode(mac(base64.b64decode(key), text)).decode()


def signed_azblob(method, url, body):
    parts = urllib.parse.urlsplit(url)
    account = parts.path.split("/")[1]
    headers = {"x-ms-version": "2021-08-06", "content-type": "application/octet-stream",
               "x-ms-date": datetime.datetime.now(datetime.timezone.utc).strftime("%a, %d %b %Y %H:%M:%S GMT")}
    if parts.query:
        path = parts.path + "\n" + parts.query.replace("=", ":")
    else:
        path = parts.path
        headers.update({"x-ms-blob-type": "BlockBlob"} if method == "PUT" else {})
    headers["authorization"] = shared_key(method, path, account, headers, len(body), os.environ["AZURE_STORAGE_KEY"])
    return headers


def sample(name):
    layer = "sha256:" + hashlib.sha256(name.encode()).hexdigest()
    return json.dumps({
        "layers": [{"blob": layer, "parent": -1, "annotations": {
            "mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "diffID": layer, "size": 1234}}],
        "records": [{"digest": layer, "layers": [{"layer": 0, "createdAt": "2026-01-02T03:04:05Z"}]}]})


def main(service, verb, url=""):
    if service == "sample":
        print(sample(verb), end="")
        return
    method = verb.upper()
    body = sys.stdin.buffer.read() if verb == "put" else b""
    sign = {"s3": signed_s3, "azblob": signed_azblob}[service]
    request = urllib.request.Request(url, data=body if verb == "put" else None, method=method,
                                     headers=sign(method, url, body))
    try:
        sys.stdout.buffer.write(urllib.request.urlopen(request).read())
    except urllib.error.HTTPError as error:
        sys.exit(f"{method} {url}: {error.code} {error.read(300)!r}")


if __name__ == "__main__":
    main(*sys.argv[1:])
