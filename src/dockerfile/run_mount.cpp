#include "dockerfile/run_mount.hpp"

#include "core/text.hpp"
#include "dockerfile/expand.hpp"
#include "dockerfile/instruction.hpp"

#include <utility>

namespace buildcache::dockerfile {

namespace {

using core::ErrorKind;
using core::Result;

std::string canonical_key(std::string_view key) {
  std::string name = lower(key);
  if (name == "dst" || name == "destination") {
    return "target";
  }
  return name == "src" ? "source" : name;
}

// One quoted field, the quote in front of it taken off already; nullopt when it does not end well.
std::optional<std::string> quoted_field(std::string_view& rest) {
  std::string field;
  while (!rest.empty()) {
    const char c = rest.front();
    rest.remove_prefix(1);
    if (c != '"') {
      field += c;
      continue;
    }
    if (!rest.starts_with('"')) {
      return rest.empty() || rest.starts_with(',') ? std::optional(field) : std::nullopt;
    }
    field += '"';
    rest.remove_prefix(1);
  }
  return std::nullopt;
}

Result<std::string> value_of(const std::string& key,
                             std::string_view value,
                             const std::map<std::string, std::string>& variables,
                             char escape,
                             MountFlag& flag) {
  if (key == "from") {
    return std::string(value);
  }
  auto expanded = expand(value, variables, escape);
  if (!expanded) {
    return tl::unexpected(expanded.error());
  }
  if (!expanded->unknown.empty()) {
    flag.unknown = *expanded->unknown.begin();
  }
  return std::move(expanded->text);
}

}  // namespace

std::optional<std::vector<std::string>> csv_fields(std::string_view text) {
  std::vector<std::string> fields;
  while (true) {
    if (text.starts_with('"')) {
      text.remove_prefix(1);
      auto field = quoted_field(text);
      if (!field) {
        return std::nullopt;
      }
      fields.push_back(*std::move(field));
    } else {
      const std::string_view field = text.substr(0, text.find(','));
      if (field.find('"') != std::string_view::npos) {
        return std::nullopt;
      }
      fields.emplace_back(field);
      text.remove_prefix(field.size());
    }
    if (text.empty()) {
      return fields;
    }
    text.remove_prefix(1);  // the comma
  }
}

Result<MountFlag> mount_flag(std::string_view value,
                             const std::map<std::string, std::string>& variables,
                             char escape) {
  const auto fields = csv_fields(value);
  if (!fields) {
    return core::fail(ErrorKind::config,
                      "--mount=" + core::printable(value) + " has a quote out of place");
  }
  MountFlag flag;
  for (const std::string& field : *fields) {
    const std::size_t equals = field.find('=');
    const std::string key = canonical_key(field.substr(0, equals));
    if (equals == std::string::npos) {
      flag.options[key] = "true";
      continue;
    }
    auto expanded =
        value_of(key, std::string_view(field).substr(equals + 1), variables, escape, flag);
    if (!expanded) {
      return tl::unexpected(expanded.error());
    }
    flag.options[key] = *std::move(expanded);
  }
  if (const auto type = flag.options.find("type"); type != flag.options.end()) {
    flag.type = lower(type->second);
  }
  return flag;
}

}  // namespace buildcache::dockerfile
