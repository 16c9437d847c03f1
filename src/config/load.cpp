#include "config/load.hpp"

#include "config/defaults.hpp"
#include "config/keys.hpp"
#include "config/node.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <tuple>

namespace buildcache::config {
namespace {

constexpr std::size_t kMaxPasswordSize = 65'536;  // bytes; tokens of cloud registries are long

bool says_where_caches_live(const Value& root) {
  return root.has("cache") && names_a_store(root.at("cache"));
}

void sort_by_position(std::vector<core::Error>& errors) {
  std::ranges::stable_sort(errors, [](const core::Error& a, const core::Error& b) {
    return std::tie(a.position->line, a.position->column) <
           std::tie(b.position->line, b.position->column);
  });
}

void read_tree(const Value& root, Config& config) {
  file_type().read(root, config);
  if (!says_where_caches_live(root)) {
    choose_store(config, root.environment());
  }
  if (!root.has("targets")) {
    config.targets.push_back(default_target(config.directory));
  }
}

std::string without_final_break(std::string text) {
  if (text.ends_with('\n')) {
    text.pop_back();
  }
  if (text.ends_with('\r')) {
    text.pop_back();
  }
  return text;
}

core::Result<std::string> read_password(sys::Files& files, const std::string& path) {
  auto content = files.read(path, kMaxPasswordSize);
  if (!content) {
    return tl::unexpected(content.error());
  }
  auto password = without_final_break(std::move(*content));
  const bool has_control = std::ranges::any_of(
      password, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  if (password.empty() || has_control) {
    return core::fail(core::ErrorKind::config,
                      password.empty() ? "the password file is empty"
                                       : "the password file holds more than one line",
                      "it should hold the password alone");
  }
  return password;
}

}  // namespace

Loaded parse(std::string_view text,
             const std::string& file,
             const std::string& directory,
             const sys::Environment& environment) {
  Loaded loaded;
  loaded.config.file = file;
  loaded.config.directory = directory;
  loaded.config.cache.fallback = default_fallback();
  loaded.config.cache.write = default_write();
  const auto tree = read_yaml(text, file);
  if (!tree) {
    loaded.errors.push_back(tree.error());
    return loaded;
  }
  if (*tree == nullptr || (*tree)->kind == YamlNode::Kind::null) {
    loaded.errors.push_back({core::ErrorKind::config,
                             "the file is empty",
                             core::Position{file, 1, 1},
                             "it begins with `version: 1`"});
    return loaded;
  }
  Reading reading{file, environment, {}, {}};
  read_tree(Value(reading, **tree, ""), loaded.config);
  sort_by_position(reading.errors);
  loaded.errors = std::move(reading.errors);
  loaded.config.notices.insert(
      loaded.config.notices.end(), reading.notices.begin(), reading.notices.end());
  return loaded;
}

std::vector<core::Error> read_password_files(sys::Files& files, Config& config) {
  std::vector<core::Error> errors;
  for (RegistryLogin& login : config.registries) {
    if (login.password_file.path.empty()) {
      continue;
    }
    const auto path = (std::filesystem::path(config.directory) / login.password_file.path).string();
    if (auto password = read_password(files, path)) {
      login.password = core::Secret(std::move(*password));
    } else {
      auto error = core::while_doing(password.error(), fmt::format("password for {}", login.host));
      error.kind = core::ErrorKind::config;
      error.position = login.password_file.position;
      errors.push_back(std::move(error));
    }
  }
  return errors;
}

}  // namespace buildcache::config
