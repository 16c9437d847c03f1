// What a registry's successful answers hold, checked. Pure.
#pragma once

#include "core/result.hpp"
#include "registry/client.hpp"
#include "sys/http.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace buildcache::registry {

// The media types asked for, as one Accept value: OCI and Docker manifests, indexes and lists.
std::string_view manifest_media_types();

// A digest header that is none counts as left out.
Head read_head(const sys::HttpResponse& response);

// Errors: bad_response when the bytes do not have the digest that `reference` (if it is one) or the
// Docker-Content-Digest header names.
core::Result<Manifest> read_manifest(sys::HttpResponse response, const std::string& reference);

// Returns the tags of one page; those outside the tag grammar are left out.
// Errors: bad_response.
core::Result<std::vector<std::string>> read_tags(std::string_view json);

// Whether `text` is a tag of the OCI grammar.
bool is_tag(std::string_view text);

}  // namespace buildcache::registry
