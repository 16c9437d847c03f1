#include "docker/document_stream.hpp"

#include <utility>

namespace buildcache::docker {

std::vector<DocumentStream::Piece> DocumentStream::feed(std::string_view bytes) {
  std::vector<Piece> pieces;
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    const std::string_view part = bytes.substr(0, end);
    if (!skipping_ && rest_.size() + part.size() > kLimit) {
      skipping_ = true;
      rest_.clear();
      ++dropped_;
    }
    if (!skipping_) {
      rest_ += part;
    }
    if (end == std::string_view::npos) {
      break;
    }
    bytes.remove_prefix(end + 1);
    if (std::exchange(skipping_, false)) {
      continue;
    }
    take_line(std::exchange(rest_, {}), pieces);
  }
  return pieces;
}

std::vector<DocumentStream::Piece> DocumentStream::finish() {
  std::vector<Piece> pieces;
  if (!rest_.empty()) {
    take_line(std::exchange(rest_, {}), pieces);
  }
  give_up(pieces);
  skipping_ = false;
  skipping_document_ = false;
  return pieces;
}

void DocumentStream::take_line(std::string_view line, std::vector<Piece>& pieces) {
  if (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  if (skipping_document_ || !document_.empty()) {
    take_inside(line, pieces);
  } else if (line == "{") {
    document_ = "{\n";
  } else if (!line.empty()) {
    pieces.push_back({line.front() == '{', std::string(line)});
  }
}

void DocumentStream::take_inside(std::string_view line, std::vector<Piece>& pieces) {
  if (line == "}") {
    if (!std::exchange(skipping_document_, false)) {
      pieces.push_back({true, std::exchange(document_, {}) + "}"});
    }
    return;
  }
  if (!line.starts_with(' ')) {
    give_up(pieces);
    skipping_document_ = false;
    take_line(line, pieces);
    return;
  }
  if (skipping_document_) {
    return;
  }
  if (document_.size() + line.size() > kLimit) {
    document_.clear();
    skipping_document_ = true;
    ++dropped_;
    return;
  }
  document_.append(line).push_back('\n');
}

void DocumentStream::give_up(std::vector<Piece>& pieces) {
  const std::string lines = std::exchange(document_, {});
  std::size_t begin = 0;
  while (begin < lines.size()) {
    const std::size_t end = lines.find('\n', begin);
    pieces.push_back({false, lines.substr(begin, end - begin)});
    begin = end + 1;
  }
}

}  // namespace buildcache::docker
