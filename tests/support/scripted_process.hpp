// A process runner that knows beforehand what will be run, and plays the programs itself.
#pragma once

#include "sys/process.hpp"

#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace buildcache::support {

// One expected command and how it ends. Without any end set it exits with 0 and prints nothing.
class ScriptedCommand {
 public:
  using Play = std::function<core::Result<sys::Exit>(const sys::Command&, const sys::RunOptions&)>;
  using Match = std::function<bool(const std::vector<std::string>& argv)>;

  ScriptedCommand(Match match, std::string description)
      : match_(std::move(match)), description_(std::move(description)) {}

  // Conditions: a command that breaks one fails the test.
  ScriptedCommand& with_environment(std::string name, std::string value);
  ScriptedCommand& without_environment(std::string name);
  ScriptedCommand& with_input(std::string input);
  ScriptedCommand& in_directory(std::string directory);

  // Ends. Output goes to on_output where the caller set it, into the Exit otherwise.
  ScriptedCommand& exits(int code, std::string out = {}, std::string err = {});
  ScriptedCommand& fails(core::ErrorKind kind, std::string message = "scripted failure");
  ScriptedCommand& plays(Play play);

  // How often the same command is expected; 1 unless told.
  ScriptedCommand& times(int count);

 private:
  friend class ScriptedProcess;
  [[nodiscard]] std::string problem_with(const sys::Command& command) const;

  Match match_;
  std::string description_;
  std::vector<std::pair<std::string, std::optional<std::string>>> environment_;
  std::optional<std::string> input_;
  std::optional<std::string> directory_;
  Play play_;
  int left_ = 1;
};

// Strict: a command nobody expects fails the running test, and so does an expected one that was not
// run when this object is destroyed. The first expectation left that matches is used. Thread-safe
// in run().
class ScriptedProcess final : public sys::ProcessRunner {
 public:
  using ProcessRunner::run;

  ScriptedProcess() = default;
  ScriptedProcess(const ScriptedProcess&) = delete;  // expectations are met once
  ScriptedProcess& operator=(const ScriptedProcess&) = delete;
  ~ScriptedProcess() override;

  // Expects exactly this argv. The reference stays valid as long as this object.
  ScriptedCommand& expect(std::vector<std::string> argv);
  // Expects an argv that `match` accepts, for those with names made up at run time.
  ScriptedCommand& expect_matching(ScriptedCommand::Match match, std::string description);

  core::Result<sys::Exit> run(const sys::Command& command, const sys::RunOptions& options) override;

  // Returns all commands so far, in the order they came.
  [[nodiscard]] std::vector<sys::Command> commands() const;

 private:
  mutable std::mutex mutex_;
  std::deque<ScriptedCommand> script_;
  std::vector<sys::Command> commands_;
};

}  // namespace buildcache::support
