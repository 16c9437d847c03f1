// Reads what a step left for GitHub's runner, as strictly as the runner, for the suites.
//
// usage: read_github_files outputs FILE   prints {"name": "value", ...}
//        read_github_files summary FILE   prints {"bytes": N}
//        read_github_files log FILE       prints {"commands": [...], "text": [...], "masks": [...]}
// Exits 1 with the reason on standard error when the runner would refuse the file, 2 on misuse.
#include "support/github_runner.hpp"

#include <nlohmann/json.hpp>

#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using buildcache::support::RunnerCommand;
using Json = nlohmann::json;

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw std::runtime_error("cannot read " + path);
  }
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

Json read_outputs(const std::string& bytes) {
  Json outputs = Json::object();
  for (const auto& [name, value] : buildcache::support::read_output_file(bytes)) {
    outputs[name] = value;  // the last one wins, as at GitHub
  }
  return outputs;
}

Json read_lines(const std::string& bytes) {
  std::vector<std::string> lines;
  std::istringstream stream(bytes);
  for (std::string line; std::getline(stream, line);) {
    lines.push_back(line);
  }
  const auto log = buildcache::support::read_log(lines);
  Json commands = Json::array();
  for (const RunnerCommand& command : log.commands) {
    commands.push_back({{"name", command.name},
                        {"properties", command.properties},
                        {"data", command.data},
                        {"legacy", command.legacy}});
  }
  return {
      {"commands", commands}, {"text", log.text}, {"masks", log.masks}, {"stopped", log.stopped}};
}

Json read(const std::string& what, const std::string& path) {
  const std::string bytes = read_file(path);
  if (what == "outputs") {
    return read_outputs(bytes);
  }
  if (what == "log") {
    return read_lines(bytes);
  }
  buildcache::support::check_summary_file(bytes);
  return {{"bytes", bytes.size()}};
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const bool is_known =
      arguments.size() == 2 &&
      (arguments[0] == "outputs" || arguments[0] == "summary" || arguments[0] == "log");
  if (!is_known) {
    std::cerr << "usage: read_github_files outputs|summary|log FILE\n";
    return 2;
  }
  try {
    std::cout
        << read(arguments[0], arguments[1]).dump(2, ' ', false, Json::error_handler_t::replace)
        << '\n';
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
