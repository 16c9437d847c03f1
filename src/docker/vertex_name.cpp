#include "docker/vertex_name.hpp"

#include <algorithm>
#include <vector>

namespace buildcache::docker {
namespace {

constexpr std::string_view kImporting = "importing cache manifest from ";

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) {
      words.push_back(text.substr(0, end));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// "2/3"
bool is_position(std::string_view word) {
  const std::size_t slash = word.find('/');
  return slash != std::string_view::npos && is_number(word.substr(0, slash)) &&
         is_number(word.substr(slash + 1));
}

VertexName bracketed(std::string_view inside, std::string_view instruction) {
  const auto words = words_of(inside);
  if (words.empty() || !is_position(words.back())) {
    return {};
  }
  VertexName read;
  read.kind = instruction.starts_with("FROM ") ? VertexKind::base : VertexKind::step;
  // A platform, "linux/arm64" or "linux/amd64->arm64", stands before the stage.
  if (words.size() > 1 && words[words.size() - 2].find('/') == std::string_view::npos) {
    read.stage = words[words.size() - 2];
  }
  return read;
}

}  // namespace

VertexName read_vertex_name(std::string_view name) {
  if (name.starts_with('[')) {
    const std::size_t end = name.find("] ");
    return end == std::string_view::npos ? VertexName{}
                                         : bracketed(name.substr(1, end - 1), name.substr(end + 2));
  }
  if (name.starts_with(kImporting)) {
    return {VertexKind::import, {}, std::string(name.substr(kImporting.size()))};
  }
  if (name.starts_with("exporting cache") || name == "exporting to GitHub Actions Cache") {
    return {VertexKind::cache_export, {}, {}};
  }
  const bool pushing = name.starts_with("pushing ") && name.ends_with(" with docker");
  if (name.starts_with("exporting to ") || pushing) {
    return {VertexKind::image_export, {}, {}};
  }
  return {};
}

}  // namespace buildcache::docker
