// What the command line asks of the commands. Plain data; filled by cli/.
#pragma once

#include "ci/output_file.hpp"
#include "ci/read_facts.hpp"
#include "plan/make_plan.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace buildcache::commands {

// How much the log tells.
enum class Verbosity { normal, verbose };

enum class ColourWish { automatic, always, never };

struct CommonOptions {
  std::string directory = ".";  // -C
  std::string file;             // --file; empty: .buildcache.yml of `directory`, if there
  ci::Overrides overrides;
  plan::Wishes wishes;
  Verbosity verbosity = Verbosity::normal;
  ColourWish colour = ColourWish::automatic;
};

enum class MountsAction { list, restore, save, verify, clear };

struct MountsOptions {
  MountsAction action = MountsAction::list;
  CommonOptions common;
};

enum class PlanFormat { text, explained, json, args };

struct PlanOptions {
  CommonOptions common;
  PlanFormat format = PlanFormat::text;
  bool probe = true;  // false: --offline, ask no store and no engine
};

// Where a run's outputs are written besides the platform's own place.
struct OutputFile {
  std::string path;                        // empty: nowhere
  std::optional<ci::OutputFormat> format;  // nullopt: by the path's suffix or the platform
};

struct RunOptions {
  CommonOptions common;
  OutputFile output;
  std::vector<std::string> summary_files;  // Markdown, or HTML where the name ends in .html
  bool dry_run = false;                    // print plan and commands, build nothing
};

// Where a password comes from: never from the command line itself.
struct LoginOptions {
  std::string host;  // as in image references
  std::string username;
  bool password_stdin = false;
  std::string password_variable;  // instead of standard input
  bool plain_http = false;
  Verbosity verbosity = Verbosity::normal;
};

struct LogoutOptions {
  std::string host;
};

enum class ReplayFormat { text, json, markdown, html };

struct SimulateOptions {
  CommonOptions common;    // directory, file and the default branch alone
  std::size_t last = 200;  // commits to replay
  std::string from;        // replays the runs of this file instead; empty: the history
  ReplayFormat format = ReplayFormat::text;
  std::vector<std::string> fallbacks;  // further lists to compare, words with commas between
  std::vector<std::string> paths;      // from the top directory; whether they changed is counted
};

struct ValidateOptions {
  std::string file;  // empty: .buildcache.yml
};

}  // namespace buildcache::commands
