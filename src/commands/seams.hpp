// The world as commands see it: interfaces and standard streams, put together in main.
#pragma once

#include "core/result.hpp"
#include "report/progress_view.hpp"
#include "sys/clock.hpp"
#include "sys/environment.hpp"
#include "sys/files.hpp"
#include "sys/http.hpp"
#include "sys/interruption.hpp"
#include "sys/process.hpp"
#include "sys/tree.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace buildcache::commands {

// All references outlive every command.
struct Seams {
  sys::Environment environment;
  sys::Files& files;
  sys::ProcessRunner& processes;
  sys::HttpTransport& http;
  sys::Clock& clock;
  sys::Interruption& interruption;
  std::function<void(std::string_view)> out;  // standard output: documents only
  std::function<void(std::string_view)> err;  // standard error: everything else; thread-safe
  bool err_is_terminal = false;
  report::TerminalSize terminal;
  // Returns all of standard input. Errors: usage (more than `limit` bytes, or it cannot be read).
  std::function<core::Result<std::string>(std::size_t limit)> in = {};
  // Opens a directory as a Tree. Errors: as the tree has them.
  std::function<core::Result<std::unique_ptr<sys::Tree>>(const std::string& path)> open_tree = {};
};

}  // namespace buildcache::commands
