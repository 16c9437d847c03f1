// Delivery to GitHub Actions: file commands for outputs and summary, workflow commands in the log.
#pragma once

#include "ci/delivery.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace buildcache::ci {

struct GithubPaths {
  std::string output;   // GITHUB_OUTPUT; empty: outputs go nowhere
  std::string summary;  // GITHUB_STEP_SUMMARY; empty: the summary goes nowhere
};

class GithubDelivery final : public Delivery {
 public:
  // `files` must outlive this object.
  GithubDelivery(sys::Files& files,
                 GithubPaths paths,
                 LogLine log,
                 std::function<std::string()> random_token);

  void mask(std::string_view secret) override;
  void begin_group(std::string_view title) override;
  void end_group() override;
  void begin_foreign_output() override;
  void end_foreign_output() override;
  void annotate(const core::Notice& notice) override;
  core::Result<void> write_outputs(const Outputs& outputs) override;
  core::Result<void> write_summary(std::string_view markdown) override;

 private:
  void command(std::string_view name, std::string_view title, std::string_view data);
  void stop_commands();
  void resume_commands();
  core::Result<std::string> delimiter_for(std::string_view value);

  sys::Files& files_;
  GithubPaths paths_;
  LogLine log_;
  std::function<std::string()> random_token_;
  std::string stop_token_;  // set while commands are stopped
};

}  // namespace buildcache::ci
