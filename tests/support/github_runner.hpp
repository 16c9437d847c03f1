// What GitHub's runner would make of the files and log lines a step leaves behind. Written from the
// contract of the workflow command documentation, independently of src/ci/.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace buildcache::support {

// The entries of GITHUB_OUTPUT, GITHUB_ENV or GITHUB_STATE in file order. Throws std::runtime_error
// with the line number where the runner would fail the step, and on bytes that are not UTF-8.
std::vector<std::pair<std::string, std::string>> read_output_file(std::string_view bytes);

struct RunnerCommand {
  std::string name;
  std::map<std::string, std::string> properties;
  std::string data;
  bool legacy = false;  // "##[name]data"
};

struct RunnerLog {
  std::vector<RunnerCommand> commands;  // in order, stop and resume included
  std::vector<std::string> text;        // lines that are no commands
  std::vector<std::string> masks;       // values given to add-mask, multi-line ones also by line
  bool stopped = false;                 // commands were still stopped at the end
};

// Reads log lines as the runner does: commands at the start of a line, legacy ones anywhere, none
// while stopped.
RunnerLog read_log(const std::vector<std::string>& lines);

// Throws std::runtime_error when GitHub would not show the summary: over 1 MiB or not UTF-8.
void check_summary_file(std::string_view bytes);

bool is_utf8(std::string_view bytes);

}  // namespace buildcache::support
