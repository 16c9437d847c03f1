# shellcheck shell=bash
# Registries that misbehave on purpose. Needs suite.bash and engine.bash.

faulty_pid=''
faulty_program=$(dirname "${BASH_SOURCE[0]}")/faulty_registry.py

# Starts tests/support/faulty_registry.py before the registry at $1 with its arguments "$2...";
# its address is then $faulty_address. One at a time.
faulty_start() {
  faulty_stop
  rm -f "$suite_work/faulty.port"
  python3 "$faulty_program" "$1" "$suite_work/faulty.port" "${@:2}" >"$suite_work/faulty.log" 2>&1 &
  faulty_pid=$!
  echo "$faulty_pid" >"$suite_work/faulty.pid"
  until [ -s "$suite_work/faulty.port" ]; do
    kill -0 "$faulty_pid" || { cat "$suite_work/faulty.log"; return 1; }
    sleep 0.02
  done
  faulty_address=127.0.0.1:$(<"$suite_work/faulty.port")
}

# Stops it. Tests run in subshells, so its number is kept in a file.
faulty_stop() {
  [ -s "$suite_work/faulty.pid" ] || return 0
  kill "$(<"$suite_work/faulty.pid")" 2>/dev/null || true
  rm -f "$suite_work/faulty.pid"
}

# Prints the manifest of tag $3 of repository $2 in registry $1 of this suite's engine.
registry_manifest() {
  local content link hex
  content=$(registry_content "$1")
  link=$(<"$content/repositories/$2/_manifests/tags/$3/current/link")
  hex=${link#sha256:}
  cat "$content/blobs/sha256/${hex:0:2}/$hex/data"
}

# Publishes a cache as tag $3 of repository $2 at registry address $1 whose manifest and config are
# over BuildKit's import limit of 1 MiB together, yet right in every other way.
registry_put_large_cache() {
  python3 - "$@" <<'PY'
import hashlib, http.client, json, sys, urllib.parse
address, repository, tag = sys.argv[1:]

def request(method, path, body=b"", kind="application/octet-stream"):
    connection = http.client.HTTPConnection(address, timeout=20)
    connection.request(method, path, body, {"Content-Type": kind})
    response = connection.getresponse()
    response.read()
    assert response.status < 300, (method, path, response.status)
    return response

def blob(data):
    digest = "sha256:" + hashlib.sha256(data).hexdigest()
    place = request("POST", f"/v2/{repository}/blobs/uploads/").getheader("Location")
    url = urllib.parse.urlsplit(place)
    request("PUT", f"{url.path}?{url.query}&digest={digest}", data)
    return digest

layer = b"layer"
digest = blob(layer)
records = [{"digest": "sha256:" + hashlib.sha256(b"%d" % i).hexdigest(),
            "layers": [{"layer": 0, "createdAt": "2024-01-01T00:00:00Z"}]} for i in range(9000)]
config = json.dumps({"layers": [{"blob": digest, "parent": -1}], "records": records}).encode()
media = "application/vnd.oci.image.manifest.v1+json"
manifest = {"schemaVersion": 2, "mediaType": media,
            "config": {"mediaType": "application/vnd.buildkit.cacheconfig.v0",
                       "digest": blob(config), "size": len(config)},
            "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip",
                        "digest": digest, "size": len(layer)}]}
request("PUT", f"/v2/{repository}/manifests/{tag}", json.dumps(manifest).encode(), media)
PY
}
