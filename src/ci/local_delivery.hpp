// Delivery to a plain log, outside of CI and on Jenkins: headings, nothing else.
#pragma once

#include "ci/delivery.hpp"

namespace buildcache::ci {

class LocalDelivery final : public Delivery {
 public:
  explicit LocalDelivery(LogLine log) : log_(std::move(log)) {}

  void mask(std::string_view /*secret*/) override {}
  void begin_group(std::string_view title) override;
  void end_group() override {}
  void begin_foreign_output() override {}
  void end_foreign_output() override {}
  void annotate(const core::Notice& /*notice*/) override {}
  core::Result<void> write_outputs(const Outputs& /*outputs*/) override { return {}; }
  core::Result<void> write_summary(std::string_view /*markdown*/) override { return {}; }

 private:
  LogLine log_;
};

}  // namespace buildcache::ci
