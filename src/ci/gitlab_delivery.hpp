// GitLab's job log: collapsible sections. There is no command to mask a value, no annotation and
// no summary; outputs are handed over by --output-file.
#pragma once

#include "ci/delivery.hpp"

#include <cstdint>

namespace buildcache::ci {

class GitlabDelivery final : public Delivery {
 public:
  // `unix_time` returns seconds since 1970.
  GitlabDelivery(LogLine log, std::function<std::int64_t()> unix_time)
      : log_(std::move(log)), unix_time_(std::move(unix_time)) {}

  void mask(std::string_view /*secret*/) override {}
  void begin_group(std::string_view title) override;
  void end_group() override;
  void begin_foreign_output() override {}
  void end_foreign_output() override {}
  void annotate(const core::Notice& /*notice*/) override {}
  core::Result<void> write_outputs(const Outputs& /*outputs*/) override { return {}; }
  core::Result<void> write_summary(std::string_view /*markdown*/) override { return {}; }

 private:
  [[nodiscard]] std::string marker(std::string_view what) const;

  LogLine log_;
  std::function<std::int64_t()> unix_time_;
  std::string section_;  // the open one's name
  int sections_ = 0;
};

}  // namespace buildcache::ci
