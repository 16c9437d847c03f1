// What a request carries. Copies are cheap, however large it is.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace buildcache::sys {

class Body {
 public:
  Body() = default;
  Body(std::string bytes)  // NOLINT(google-explicit-constructor): a string is a body
      : owned_(std::make_shared<const std::string>(std::move(bytes))), view_(*owned_) {}
  Body(const char* text) : Body(std::string(text)) {}  // NOLINT(google-explicit-constructor)

  // A body whose bytes belong to the caller, who keeps them until send() has returned.
  static Body borrowed(std::string_view bytes) {
    Body body;
    body.view_ = bytes;
    return body;
  }

  [[nodiscard]] std::string_view view() const { return view_; }
  [[nodiscard]] std::size_t size() const { return view_.size(); }
  [[nodiscard]] bool empty() const { return view_.empty(); }

 private:
  std::shared_ptr<const std::string> owned_;
  std::string_view view_;
};

}  // namespace buildcache::sys
