// Cuts buildx's output into JSON documents and other lines.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace buildcache::docker {

// buildx 0.13 indents its documents ("{", lines that begin with a space, "}"), later ones write one
// a line; both mix with plain lines. A document that turns out not to be one (a line of it does not
// belong) is given back as plain lines. Not thread-safe.
class DocumentStream {
 public:
  static constexpr std::size_t kLimit = 4U << 20U;  // bytes of a line, and of a document

  struct Piece {
    bool document = false;  // looks like JSON; otherwise one line, without its newline
    std::string text;
  };

  // Returns the pieces that `bytes` complete.
  std::vector<Piece> feed(std::string_view bytes);
  // Returns what an end of the stream completes: an unfinished line or document.
  std::vector<Piece> finish();

  // Lines and documents over the limit.
  [[nodiscard]] std::size_t dropped() const { return dropped_; }

 private:
  void take_line(std::string_view line, std::vector<Piece>& pieces);
  void take_inside(std::string_view line, std::vector<Piece>& pieces);
  void give_up(std::vector<Piece>& pieces);

  std::string rest_;                // of an unfinished line
  std::string document_;            // lines of an indented document so far
  bool skipping_ = false;           // inside a line over the limit
  bool skipping_document_ = false;  // inside an indented document over the limit
  std::size_t dropped_ = 0;
};

}  // namespace buildcache::docker
