// Handing outputs, summary, groups, masks and annotations to the CI platform.
#pragma once

#include "ci/facts.hpp"
#include "core/notice.hpp"
#include "core/result.hpp"
#include "sys/environment.hpp"
#include "sys/files.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace buildcache::ci {

using Outputs = std::vector<std::pair<std::string, std::string>>;  // kebab-case names

// Writes for one platform. Not thread-safe. The strings given may be hostile; each method escapes
// for where they go.
class Delivery {
 public:
  Delivery() = default;
  Delivery(const Delivery&) = delete;
  Delivery& operator=(const Delivery&) = delete;
  virtual ~Delivery() = default;

  // Hides `secret`, each of its lines and its base64 forms in the log from now on. Lines of fewer
  // than four bytes are spared where others are left: a mask for "}" would garble everything.
  virtual void mask(std::string_view secret) = 0;

  // Opens and closes a collapsible part of the log. Groups do not nest.
  virtual void begin_group(std::string_view title) = 0;
  virtual void end_group() = 0;

  // Between these two, lines printed by child processes cannot act as workflow commands.
  virtual void begin_foreign_output() = 0;
  virtual void end_foreign_output() = 0;

  // Shows a warning or notice where the platform shows such things.
  virtual void annotate(const core::Notice& notice) = 0;

  // Publishes step outputs. Errors: as sys::Files.
  virtual core::Result<void> write_outputs(const Outputs& outputs) = 0;

  // Publishes the summary (GitHub Markdown). Longer than the platform takes is cut at a line,
  // saying so; what other programs put there before stays. Errors: as sys::Files.
  virtual core::Result<void> write_summary(std::string_view markdown) = 0;
};

// Prints a piece of the log (standard error or output of the run). Lines come whole.
using LogLine = std::function<void(std::string_view)>;

struct Sources {
  std::function<std::string()> random_token;  // an unguessable word at each call
  std::function<std::int64_t()> unix_time;    // seconds since 1970
};

// Returns the platform's delivery; Jenkins has none of its own, its log is plain text. `files` must
// outlive it.
std::unique_ptr<Delivery> make_delivery(Provider provider,
                                        sys::Files& files,
                                        const sys::Environment& environment,
                                        LogLine log,
                                        Sources sources);

}  // namespace buildcache::ci
