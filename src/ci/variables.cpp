#include "ci/variables.hpp"

#include "ci/payload.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace buildcache::ci {
namespace {

constexpr std::size_t kNumberLimit = 19;  // digits of a 64-bit integer

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= kNumberLimit && text.front() != '0' &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string Variables::text(std::string_view name) {
  std::string value = environment_->get(name);
  if (value.size() > kNameLimit || value.find('\0') != std::string::npos) {
    fault(std::string(name) + " is longer than " + std::to_string(kNameLimit) +
          " bytes or holds a NUL character");
    return {};
  }
  return value;
}

std::string Variables::required_text(std::string_view name) {
  std::string value = text(name);
  if (value.empty()) {
    fault(std::string(name) + " is not set");
  }
  return value;
}

std::string Variables::commit(std::string_view name) {
  std::string value = text(name);
  if (value.find_first_not_of('0') == std::string::npos) {
    return {};
  }
  if (!is_commit_id(value)) {
    fault(std::string(name) + " is no commit id");
    return {};
  }
  return value;
}

std::string Variables::number(std::string_view name) {
  std::string value = text(name);
  if (!value.empty() && !is_number(value)) {
    fault(std::string(name) + " is no positive number");
    return {};
  }
  return value;
}

void Variables::fault(std::string message) {
  if (!error_) {
    error_ = core::Error{core::ErrorKind::facts, std::move(message), std::nullopt, {}};
  }
}

}  // namespace buildcache::ci
