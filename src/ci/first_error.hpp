// Reading many members of a document whose first fault is what a person is told.
#pragma once

#include "core/error.hpp"
#include "core/result.hpp"

#include <optional>
#include <utility>

namespace buildcache::ci {

class FirstError {
 public:
  // Returns the value; an empty one, keeping the error, when there is none.
  template <typename T>
  T take(core::Result<T> result) {
    if (!result) {
      keep(std::move(result.error()));
      return T{};
    }
    return std::move(*result);
  }

  void keep(core::Error error) {
    if (!error_) {
      error_ = std::move(error);
    }
  }

  [[nodiscard]] const std::optional<core::Error>& get() const { return error_; }

 private:
  std::optional<core::Error> error_;
};

}  // namespace buildcache::ci
