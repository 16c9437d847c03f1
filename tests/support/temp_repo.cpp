#include "support/temp_repo.hpp"

#include "sys/posix_process.hpp"

#include <array>
#include <cstdlib>
#include <fstream>
#include <map>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace buildcache::support {
namespace {

const std::map<std::string, std::string>& base_environment() {
  static const std::map<std::string, std::string> kVariables = {
      {"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
      {"LC_ALL", "C"},
      {"HOME", "/nonexistent"},
      {"GIT_CONFIG_NOSYSTEM", "1"},
      {"GIT_CONFIG_GLOBAL", "/dev/null"},
      {"GIT_TERMINAL_PROMPT", "0"},
      {"GIT_AUTHOR_NAME", "Test"},
      {"GIT_AUTHOR_EMAIL", "test@example.org"},
      {"GIT_COMMITTER_NAME", "Test"},
      {"GIT_COMMITTER_EMAIL", "test@example.org"}};
  return kVariables;
}

std::string run(const sys::Command& command) {
  sys::PosixProcessRunner runner;
  const auto exit = runner.run(command);
  std::string words;
  for (const std::string& word : command.argv) {
    words += word + " ";
  }
  if (!exit) {
    throw std::runtime_error(words + ": " + exit.error().message);
  }
  if (exit->code != 0) {
    throw std::runtime_error(words + "failed: " + exit->err);
  }
  std::string out = exit->out;
  if (!out.empty() && out.back() == '\n') {
    out.pop_back();
  }
  return out;
}

sys::Command git_command(const std::string& directory, const std::vector<std::string>& arguments) {
  sys::Command command;
  command.argv = {"git",
                  "-c",
                  "init.defaultBranch=main",
                  "-c",
                  "protocol.file.allow=always",
                  "-c",
                  "gc.auto=0",
                  "-c",
                  "advice.detachedHead=false"};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  command.environment = base_environment();
  command.working_directory = directory;
  return command;
}

}  // namespace

TempDirectory::TempDirectory() {
  std::string pattern =
      (std::filesystem::temp_directory_path() / "buildcache-test-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) {
    throw std::system_error(errno, std::generic_category(), "mkdtemp");
  }
  path_ = std::filesystem::canonical(pattern);
}

TempDirectory::~TempDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string run_git(const std::string& directory,
                    const std::vector<std::string>& arguments,
                    const std::string& input) {
  sys::Command command = git_command(directory, arguments);
  command.input = input;
  return run(command);
}

void write_file(const std::string& path, std::string_view content) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << content;
  if (!file.flush()) {
    throw std::runtime_error("cannot write " + path);
  }
}

TempRepo::TempRepo() : path_(directory_ / "repo") {
  std::filesystem::create_directory(path_);
  git({"init", "-q"});
}

TempRepo::TempRepo(std::string directory) : path_(std::move(directory)) {}

void TempRepo::write(const std::string& name, std::string_view content) const {
  write_file(path_ + "/" + name, content);
}

std::string TempRepo::commit(const std::string& name) {
  write(name, std::to_string(time_) + "\n");
  git({"add", "--all"});
  return commit_staged({"commit", "-q", "-m", name});
}

std::string TempRepo::merge(const std::vector<std::string>& others) {
  std::vector<std::string> arguments = {"merge", "-q", "--no-ff", "-m", "merge"};
  arguments.insert(arguments.end(), others.begin(), others.end());
  return commit_staged(arguments);
}

std::string TempRepo::commit_staged(const std::vector<std::string>& arguments) {
  time_ += 60;
  sys::Command command = git_command(path_, arguments);
  const std::string date = std::to_string(time_) + " +0000";
  command.environment["GIT_AUTHOR_DATE"] = date;
  command.environment["GIT_COMMITTER_DATE"] = date;
  run(command);
  return id("HEAD");
}

}  // namespace buildcache::support
