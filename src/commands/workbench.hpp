// The builder of one run, and the private files its processes work with.
#pragma once

#include "commands/prepare.hpp"
#include "commands/scratch.hpp"
#include "commands/seams.hpp"
#include "core/notice.hpp"
#include "core/result.hpp"
#include "docker/builder.hpp"
#include "docker/client_config.hpp"
#include "plan/plan.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace buildcache::commands {

// Files are gone with this object, a builder made for the run with release().
class Workbench {
 public:
  // Makes the builder ready, with the logins of `prepared`. `seams` must outlive the object.
  // Errors: engine, config (broken docker config.json), forbidden, internal.
  static core::Result<std::unique_ptr<Workbench>> set_up(const Seams& seams,
                                                         const Prepared& prepared,
                                                         const plan::Plan& plan);
  Workbench(const Workbench&) = delete;
  Workbench& operator=(const Workbench&) = delete;
  ~Workbench() = default;

  // The plan with the builder there really is.
  [[nodiscard]] const plan::Plan& plan() const { return plan_; }
  // For docker.
  [[nodiscard]] const std::map<std::string, std::string>& environment() const {
    return environment_;
  }
  // A directory for files of the run.
  [[nodiscard]] const std::string& scratch() const { return scratch_.path(); }
  // What making the builder had to say, and what the builder has to say to the plan's platforms.
  [[nodiscard]] const std::vector<core::Notice>& builder_notices() const {
    return builder_.notices;
  }
  [[nodiscard]] std::vector<core::Notice> platform_notices() const;

  // Removes a builder made for the run; returns a warning when it could not.
  [[nodiscard]] std::vector<core::Notice> release();

 private:
  Workbench(const Seams& seams, plan::Plan plan);
  core::Result<void> make(const Prepared& prepared);
  core::Result<void> make_builder(const config::Config& config);
  void go_on_without(const core::Error& error);

  const Seams& seams_;
  Scratch scratch_;
  std::unique_ptr<docker::ClientConfig> client_;
  std::map<std::string, std::string> environment_;
  plan::Plan plan_;
  docker::BuilderTools tools_;
  docker::ReadyBuilder builder_;
};

}  // namespace buildcache::commands
