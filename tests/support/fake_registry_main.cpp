// fake_registry as a program, for suites and benchmarks. Prints "127.0.0.1:PORT", then serves until
// SIGTERM or SIGINT; `fake_registry --help` lists the options.
#include "support/fake_registry.hpp"

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

namespace {

using buildcache::support::FakeRegistry;
using buildcache::support::FakeRegistryOptions;

constexpr const char* kUsage = R"(usage: fake_registry [OPTION VALUE]...
  --fault F          none 401 403 404 429 500 truncated wrong-json wrong-digest reset hang trickle
  --on KIND          what it hits: all (default) token manifests blobs tags
  --after N          requests of that kind that are answered well first
  --times N          requests it hits; default all
  --retry-after V    header with 429 and 500
  --delay MS         before every answer
  --auth A           none basic bearer
  --user NAME        with --password-file FILE; tokens go to anybody without
  --head 405         HEAD is not allowed
  --delete 405       DELETE is not allowed
  --port N           default: any free port
  --manifest REPOSITORY:TAG=FILE   what it holds; repeatable
  --blob FILE                      repeatable
)";

std::string content_of(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    std::cerr << "fake_registry: cannot read " << file << '\n';
    std::exit(2);
  }
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

struct Arguments {
  FakeRegistryOptions options;
  std::vector<std::string> manifests;
  std::vector<std::string> blobs;
};

FakeRegistryOptions::Auth auth_of(const std::string& word) {
  return word == "basic"    ? FakeRegistryOptions::Auth::basic
         : word == "bearer" ? FakeRegistryOptions::Auth::bearer
                            : FakeRegistryOptions::Auth::none;
}

std::string first_line_of(const std::string& file) {
  const std::string text = content_of(file);
  return text.substr(0, text.find('\n'));
}

Arguments parse(const std::vector<std::string>& words) {
  Arguments a;
  using Setter = std::function<void(const std::string&)>;
  const std::map<std::string, Setter> setters = {
      {"--fault", [&](const auto& v) { a.options.fault = v; }},
      {"--on", [&](const auto& v) { a.options.fault_on = v; }},
      {"--after", [&](const auto& v) { a.options.fault_after = std::stoi(v); }},
      {"--times", [&](const auto& v) { a.options.fault_times = std::stoi(v); }},
      {"--retry-after", [&](const auto& v) { a.options.retry_after = v; }},
      {"--delay",
       [&](const auto& v) { a.options.delay = std::chrono::milliseconds(std::stoi(v)); }},
      {"--auth", [&](const auto& v) { a.options.auth = auth_of(v); }},
      {"--user", [&](const auto& v) { a.options.username = v; }},
      {"--password-file", [&](const auto& v) { a.options.password = first_line_of(v); }},
      {"--head", [&](const auto& v) { a.options.head_allowed = v != "405"; }},
      {"--delete", [&](const auto& v) { a.options.delete_allowed = v != "405"; }},
      {"--port", [&](const auto& v) { a.options.port = std::stoi(v); }},
      {"--manifest", [&](const auto& v) { a.manifests.push_back(v); }},
      {"--blob", [&](const auto& v) { a.blobs.push_back(v); }},
  };
  for (std::size_t i = 0; i < words.size(); i += 2) {
    const auto setter = setters.find(words[i]);
    if (setter == setters.end() || i + 1 == words.size()) {
      std::cerr << kUsage;
      std::exit(2);
    }
    setter->second(words[i + 1]);
  }
  return a;
}

void put_manifest(FakeRegistry& registry, const std::string& text) {
  const std::size_t equals = text.find('=');
  const std::size_t colon = text.rfind(':', equals);
  registry.put_manifest(text.substr(0, colon),
                        text.substr(colon + 1, equals - colon - 1),
                        content_of(text.substr(equals + 1)));
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments = parse({argv + 1, argv + argc});
  // Blocked before the server's threads start, so that they inherit it.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  FakeRegistry registry(arguments.options);
  for (const std::string& manifest : arguments.manifests) {
    put_manifest(registry, manifest);
  }
  for (const std::string& file : arguments.blobs) {
    registry.put_blob(content_of(file));
  }
  std::cout << registry.host() << std::endl;
  int signal_number = 0;
  sigwait(&signals, &signal_number);
  return 0;
}
