#include "support/memory_files.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <utility>

namespace buildcache::support {

namespace {

using core::ErrorKind;

std::string normal(const std::string& path) {
  std::string result = std::filesystem::path(path).lexically_normal().string();
  while (result.size() > 1 && result.ends_with('/')) {
    result.pop_back();
  }
  return result.empty() ? "." : result;
}

std::string parent_of(const std::string& path) {
  return normal(std::filesystem::path(path).parent_path().string());
}

tl::unexpected<core::Error> missing(const std::string& path) {
  return core::fail(ErrorKind::not_found, path + ": No such file or directory");
}

}  // namespace

MemoryFiles::MemoryFiles() {
  nodes_["/"] = {NodeKind::directory, "", 0755};
  nodes_["."] = {NodeKind::directory, "", 0755};
}

MemoryFiles::~MemoryFiles() {
  for (const auto& [path, kind] : failures_) {
    FAIL_CHECK("announced failure was not met: " << path);
  }
}

void MemoryFiles::add(const std::string& path, std::string content, unsigned mode) {
  const std::lock_guard lock(mutex_);
  add_parents(normal(path), 0755);
  nodes_[normal(path)] = {NodeKind::file, std::move(content), mode};
}

void MemoryFiles::fail_next(const std::string& path, ErrorKind kind) {
  const std::lock_guard lock(mutex_);
  failures_[normal(path)] = kind;
}

std::optional<std::string> MemoryFiles::content(const std::string& path) const {
  const std::lock_guard lock(mutex_);
  const Node* node = find(normal(path));
  return node != nullptr && node->kind == NodeKind::file ? std::optional(node->content)
                                                         : std::nullopt;
}

std::optional<unsigned> MemoryFiles::mode(const std::string& path) const {
  const std::lock_guard lock(mutex_);
  const Node* node = find(normal(path));
  return node != nullptr ? std::optional(node->mode) : std::nullopt;
}

std::vector<std::string> MemoryFiles::files() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> paths;
  for (const auto& [path, node] : nodes_) {
    if (node.kind == NodeKind::file) {
      paths.push_back(path);
    }
  }
  return paths;
}

std::string MemoryFiles::followed(const std::string& path) const {
  std::string current = path;
  for (int i = 0; i < 40; ++i) {
    const auto found = nodes_.find(current);
    if (found == nodes_.end() || found->second.kind != NodeKind::link) {
      break;
    }
    const std::string& target = found->second.content;
    current =
        normal(target.starts_with('/') ? target : parent_of(current).append("/").append(target));
  }
  return current;
}

const MemoryFiles::Node* MemoryFiles::find(const std::string& path) const {
  const auto found = nodes_.find(followed(path));
  return found == nodes_.end() ? nullptr : &found->second;
}

bool MemoryFiles::has_directory(const std::string& path) const {
  const Node* node = find(path);
  return node != nullptr && node->kind == NodeKind::directory;
}

std::optional<core::Error> MemoryFiles::take_failure(const std::string& path) {
  const auto found = failures_.find(path);
  if (found == failures_.end()) {
    return std::nullopt;
  }
  core::Error error{found->second, path + ": scripted failure", std::nullopt, ""};
  failures_.erase(found);
  return error;
}

core::Result<void> MemoryFiles::put(const std::string& path, Node node) {
  if (auto failure = take_failure(path)) {
    return tl::unexpected<core::Error>(std::move(*failure));
  }
  if (!has_directory(parent_of(path))) {
    return missing(path);
  }
  const std::string target = followed(path);
  if (const auto old = nodes_.find(target);
      old != nodes_.end() && old->second.kind == NodeKind::directory) {
    return core::fail(ErrorKind::bad_response, path + ": it is not a regular file");
  }
  nodes_[target] = std::move(node);
  return {};
}

void MemoryFiles::add_parents(const std::string& path, unsigned mode) {
  const std::string parent = parent_of(path);
  if (!nodes_.contains(parent)) {
    add_parents(parent, mode);
    nodes_[parent] = {NodeKind::directory, "", mode};
  }
}

core::Result<std::string> MemoryFiles::read(const std::string& path, std::size_t limit) {
  const std::lock_guard lock(mutex_);
  if (auto failure = take_failure(normal(path))) {
    return tl::unexpected<core::Error>(std::move(*failure));
  }
  const Node* node = find(normal(path));
  if (node == nullptr) {
    return missing(path);
  }
  if (node->kind != NodeKind::file || node->content.size() > limit) {
    return core::fail(ErrorKind::bad_response, path + ": not a regular file, or too large");
  }
  return node->content;
}

core::Result<void> MemoryFiles::write(const std::string& path,
                                      std::string_view content,
                                      unsigned mode) {
  const std::lock_guard lock(mutex_);
  return put(normal(path), {NodeKind::file, std::string(content), mode});
}

core::Result<void> MemoryFiles::append(const std::string& path, std::string_view content) {
  const std::lock_guard lock(mutex_);
  const Node* old = find(normal(path));
  Node node = old != nullptr ? *old : Node{NodeKind::file, "", 0644};
  node.content += content;
  return put(normal(path), std::move(node));
}

bool MemoryFiles::exists(const std::string& path) {
  const std::lock_guard lock(mutex_);
  return find(normal(path)) != nullptr;
}

bool MemoryFiles::is_directory(const std::string& path) {
  const std::lock_guard lock(mutex_);
  return has_directory(normal(path));
}

core::Result<std::vector<std::string>> MemoryFiles::list(const std::string& directory) {
  const std::lock_guard lock(mutex_);
  const std::string place = normal(directory);
  if (auto failure = take_failure(place)) {
    return tl::unexpected<core::Error>(std::move(*failure));
  }
  if (!has_directory(place)) {
    return missing(directory);
  }
  std::vector<std::string> names;
  for (const auto& [path, node] : nodes_) {
    if (path != place && parent_of(path) == followed(place)) {
      names.push_back(std::filesystem::path(path).filename().string());
    }
  }
  return names;
}

core::Result<void> MemoryFiles::make_directories(const std::string& path, unsigned mode) {
  const std::lock_guard lock(mutex_);
  const std::string place = normal(path);
  if (auto failure = take_failure(place)) {
    return tl::unexpected<core::Error>(std::move(*failure));
  }
  if (has_directory(place)) {
    return {};
  }
  add_parents(place, mode);
  return put(place, {NodeKind::directory, "", mode});
}

core::Result<std::string> MemoryFiles::make_temporary_directory(const std::string& parent,
                                                                std::string_view prefix) {
  const std::lock_guard lock(mutex_);
  std::string path =
      normal(parent) + "/" + std::string(prefix) + std::to_string(++temporary_directories_);
  core::Result<void> made = put(normal(path), {NodeKind::directory, "", 0700});
  if (!made) {
    return tl::unexpected<core::Error>(std::move(made.error()));
  }
  return path;
}

core::Result<void> MemoryFiles::make_symlink(const std::string& target, const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (nodes_.contains(normal(path))) {
    return core::fail(ErrorKind::internal, path + ": File exists");
  }
  return put(normal(path), {NodeKind::link, target, 0777});
}

core::Result<void> MemoryFiles::remove_all(const std::string& path) {
  const std::lock_guard lock(mutex_);
  const std::string place = normal(path);
  if (auto failure = take_failure(place)) {
    return tl::unexpected<core::Error>(std::move(*failure));
  }
  std::erase_if(nodes_, [&place](const auto& entry) {
    return entry.first == place || entry.first.starts_with(place + "/");
  });
  return {};
}

}  // namespace buildcache::support
