#include "registry/read_response.hpp"

#include "registry/ascii.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace buildcache::registry {

namespace {

using core::ErrorKind;
using core::fail;
using core::Result;

constexpr std::size_t kTagLimit = 128;

std::string media_type_of(const sys::HttpResponse& response) {
  const std::string type = response.header("content-type").value_or("");
  const std::string bare = type.substr(0, type.find(';'));
  return lowered(std::string_view(bare).substr(0, bare.find_last_not_of(" \t") + 1));
}

std::optional<core::Digest> digest_of(const sys::HttpResponse& response) {
  const auto header = response.header("docker-content-digest");
  auto digest = header ? core::Digest::parse(*header)
                       : core::Result<core::Digest>(fail(ErrorKind::bad_response, ""));
  return digest ? std::optional(*digest) : std::nullopt;
}

std::uint64_t length_of(const sys::HttpResponse& response) {
  const std::string text = response.header("content-length").value_or("");
  std::uint64_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  return error == std::errc() && end == text.data() + text.size() ? length : 0;
}

}  // namespace

std::string_view manifest_media_types() {
  return "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, "
         "application/vnd.docker.distribution.manifest.v2+json, "
         "application/vnd.docker.distribution.manifest.list.v2+json";
}

Head read_head(const sys::HttpResponse& response) {
  return {media_type_of(response), digest_of(response), length_of(response)};
}

Result<Manifest> read_manifest(sys::HttpResponse response, const std::string& reference) {
  auto expected = core::Digest::parse(reference);
  const auto announced = digest_of(response);
  if (expected && !expected->matches(response.body)) {
    return fail(ErrorKind::bad_response, "the bytes do not have the digest asked for");
  }
  if (announced && !announced->matches(response.body)) {
    return fail(ErrorKind::bad_response, "the bytes do not have the digest announced with them");
  }
  core::Digest digest = expected    ? *expected
                        : announced ? *announced
                                    : core::Digest::of(response.body);
  std::string media_type = media_type_of(response);
  return Manifest{std::move(media_type), std::move(response.body), std::move(digest)};
}

Result<std::vector<std::string>> read_tags(std::string_view json) {
  const auto document = nlohmann::json::parse(json, nullptr, false);
  const auto tags = document.is_object() ? document.find("tags") : document.end();
  if (tags == document.end() || (!tags->is_array() && !tags->is_null())) {
    return fail(ErrorKind::bad_response, "the tag list is not the JSON it should be");
  }
  std::vector<std::string> names;
  for (const auto& tag : *tags) {
    if (tag.is_string() && is_tag(tag.get_ref<const std::string&>())) {
      names.push_back(tag.get<std::string>());
    }
  }
  return names;
}

bool is_tag(std::string_view text) {
  return !text.empty() && text.size() <= kTagLimit && text.front() != '.' && text.front() != '-' &&
         std::ranges::all_of(
             text, [](char c) { return is_alphanumeric(c) || c == '_' || c == '.' || c == '-'; });
}

}  // namespace buildcache::registry
