// Certificates of single registry hosts, where Docker keeps them.
#pragma once

#include "sys/files.hpp"
#include "sys/http.hpp"

#include <string>

namespace buildcache::registry {

// Returns what lies in `<root>/<host[:port]>`: the first *.crt as additional certificate authority,
// the first *.cert with the *.key of its name as client certificate. Nothing there: empty options.
// `root` is /etc/docker/certs.d.
sys::TlsOptions host_tls(sys::Files& files, const std::string& root, const std::string& host);

}  // namespace buildcache::registry
