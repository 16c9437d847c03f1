#include "support/scripted_process.hpp"

#include "core/text.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace buildcache::support {

ScriptedCommand& ScriptedCommand::with_environment(std::string name, std::string value) {
  environment_.emplace_back(std::move(name), std::move(value));
  return *this;
}

ScriptedCommand& ScriptedCommand::without_environment(std::string name) {
  environment_.emplace_back(std::move(name), std::nullopt);
  return *this;
}

ScriptedCommand& ScriptedCommand::with_input(std::string input) {
  input_ = std::move(input);
  return *this;
}

ScriptedCommand& ScriptedCommand::in_directory(std::string directory) {
  directory_ = std::move(directory);
  return *this;
}

ScriptedCommand& ScriptedCommand::exits(int code, std::string out, std::string err) {
  return plays([code, out = std::move(out), err = std::move(err)](const sys::Command&,
                                                                  const sys::RunOptions& options) {
    sys::Exit exit;
    exit.code = code;
    if (!options.on_output) {
      exit.out = out;
      exit.err = err;
      return exit;
    }
    for (const auto& [stream, text] :
         {std::pair(sys::Stream::out, out), std::pair(sys::Stream::err, err)}) {
      if (!text.empty()) {
        options.on_output(stream, text);
      }
    }
    return exit;
  });
}

ScriptedCommand& ScriptedCommand::fails(core::ErrorKind kind, std::string message) {
  return plays([kind, message = std::move(message)](
                   const sys::Command&, const sys::RunOptions&) -> core::Result<sys::Exit> {
    return core::fail(kind, message);
  });
}

ScriptedCommand& ScriptedCommand::plays(Play play) {
  play_ = std::move(play);
  return *this;
}

ScriptedCommand& ScriptedCommand::times(int count) {
  left_ = count;
  return *this;
}

std::string ScriptedCommand::problem_with(const sys::Command& command) const {
  for (const auto& [name, wanted] : environment_) {
    const auto found = command.environment.find(name);
    const bool present = found != command.environment.end();
    if (present != wanted.has_value() || (present && found->second != *wanted)) {
      return name + " is " + (present ? found->second : "absent") + " instead of " +
             wanted.value_or("absent");
    }
  }
  if (input_ && command.input != *input_) {
    return "standard input is " + command.input + " instead of " + *input_;
  }
  if (directory_ && command.working_directory != *directory_) {
    return "working directory is " + command.working_directory + " instead of " + *directory_;
  }
  return {};
}

ScriptedProcess::~ScriptedProcess() {
  for (const ScriptedCommand& command : script_) {
    if (command.left_ > 0) {
      FAIL_CHECK("expected command was not run: " << command.description_);
    }
  }
}

ScriptedCommand& ScriptedProcess::expect(std::vector<std::string> argv) {
  std::string description = core::shell_joined(argv);
  return expect_matching(
      [argv = std::move(argv)](const std::vector<std::string>& other) { return other == argv; },
      std::move(description));
}

ScriptedCommand& ScriptedProcess::expect_matching(ScriptedCommand::Match match,
                                                  std::string description) {
  const std::lock_guard lock(mutex_);
  return script_.emplace_back(std::move(match), std::move(description)).exits(0);
}

core::Result<sys::Exit> ScriptedProcess::run(const sys::Command& command,
                                             const sys::RunOptions& options) {
  ScriptedCommand::Play play;
  std::string problem;
  {
    const std::lock_guard lock(mutex_);
    commands_.push_back(command);
    const auto found = std::ranges::find_if(script_, [&command](const ScriptedCommand& expected) {
      return expected.left_ > 0 && expected.match_(command.argv);
    });
    if (found == script_.end()) {
      problem = "it was not expected";
    } else {
      --found->left_;
      play = found->play_;
      problem = found->problem_with(command);
    }
  }
  if (!problem.empty()) {
    FAIL_CHECK("command " << core::shell_joined(command.argv) << ": " << problem);
    return core::fail(core::ErrorKind::internal, "unexpected command in a test");
  }
  return play(command, options);  // outside the lock: it may wait
}

std::vector<sys::Command> ScriptedProcess::commands() const {
  const std::lock_guard lock(mutex_);
  return commands_;
}

}  // namespace buildcache::support
