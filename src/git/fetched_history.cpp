#include "git/fetched_history.hpp"

#include "core/text.hpp"

#include <git2.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <utility>

namespace buildcache::git {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kUnfiltered = "filtering not recognized by server";
constexpr const char* kBranchRef = "refs/history/branch";
constexpr std::size_t kMaxReason = 200;

// They point git at a repository, and would at the wrong one.
constexpr std::array kRepositoryVariables{"GIT_DIR",
                                          "GIT_WORK_TREE",
                                          "GIT_INDEX_FILE",
                                          "GIT_COMMON_DIR",
                                          "GIT_NAMESPACE",
                                          "GIT_SHALLOW_FILE",
                                          "GIT_OBJECT_DIRECTORY",
                                          "GIT_ALTERNATE_OBJECT_DIRECTORIES"};

core::Error error(core::ErrorKind kind, std::string message) {
  return {kind, std::move(message), std::nullopt, {}};
}

// A name that is none could be another refspec.
bool is_branch_name(const std::string& branch) {
  int valid = 0;
  const std::string reference = "refs/heads/" + branch;
  return branch.find('\0') == std::string::npos &&
         git_reference_name_is_valid(&valid, reference.c_str()) == 0 && valid != 0;
}

std::vector<std::string> refspecs_of(const HistoryWish& wish) {
  std::vector<std::string> refspecs;
  for (const std::string& commit : wish.commits) {
    std::string refspec = "+";
    refspecs.push_back(refspec.append(commit).append(":refs/history/").append(commit));
  }
  if (is_branch_name(wish.branch)) {
    refspecs.push_back("+refs/heads/" + wish.branch + ":" + kBranchRef);
  }
  return refspecs;
}

// Puts settings behind those that the environment gives git already (git-config: GIT_CONFIG_COUNT).
void add_settings(std::map<std::string, std::string>& variables, const Settings& settings) {
  std::size_t count = 0;
  while (variables.contains("GIT_CONFIG_COUNT") &&
         variables.contains("GIT_CONFIG_KEY_" + std::to_string(count))) {
    ++count;
  }
  for (const auto& [key, value] : settings) {
    const std::string number = std::to_string(count++);
    variables["GIT_CONFIG_KEY_" + number] = key;
    variables["GIT_CONFIG_VALUE_" + number] = value;
  }
  variables["GIT_CONFIG_COUNT"] = std::to_string(count);
}

bool names_ssh_program(const std::map<std::string, std::string>& variables,
                       const Settings& settings) {
  return variables.contains("GIT_SSH_COMMAND") || variables.contains("GIT_SSH") ||
         std::ranges::any_of(
             settings, [](const auto& setting) { return setting.first == "core.sshcommand"; });
}

// Returns ": " and git's first complaint, without user information, which may be a token.
std::string git_words(std::string_view printed) {
  std::size_t begin = printed.find("fatal: ");
  if (begin == std::string_view::npos) {
    begin = printed.find("error: ");
  }
  if (begin == std::string_view::npos) {
    return {};
  }
  std::string line(printed.substr(begin, printed.find('\n', begin) - begin));
  line.erase(0, line.find(' ') + 1);
  // Whatever holds user information, shown as git shows it or not.
  for (std::size_t at = line.find("://"); at != std::string::npos; at = line.find("://", at + 3)) {
    const std::size_t end = std::min(line.find_first_of(" '\"", at), line.size());
    const std::size_t user_end = line.rfind('@', end);
    if (user_end != std::string::npos && user_end > at) {
      line.erase(at + 3, user_end - at - 2);
    }
  }
  return ": " + core::shortened(core::printable(line), kMaxReason);
}

}  // namespace

struct FetchedHistory::Outcome {
  std::optional<core::Error> error;
  bool lacks_commit = false;
  bool lacks_branch = false;
};

FetchedHistory::FetchedHistory(FetchSeams seams, sys::Environment environment, milliseconds limit)
    : seams_(std::move(seams)), environment_(std::move(environment)), limit_(limit) {}

FetchedHistory::~FetchedHistory() {
  fetched_.reset();
  if (!directory_.empty()) {
    static_cast<void>(seams_.files.remove_all(directory_));
  }
}

core::Result<MoreCommits> FetchedHistory::more(const HistoryWish& wish) {
  if (!deadline_) {
    deadline_ = seams_.clock.steady() + limit_;
  }
  if (auto prepared = prepare(wish); !prepared) {
    return tl::unexpected(prepared.error());
  }
  if (auto done = fetch(wish); !done) {
    return tl::unexpected(done.error());
  }
  auto opened = Repository::open(directory_ + "/history.git");
  if (!opened || *opened == nullptr) {
    return tl::unexpected(error(core::ErrorKind::internal, "the fetched commits cannot be read"));
  }
  fetched_ = std::move(*opened);
  return MoreCommits{fetched_.get(), fetched_->resolve(kBranchRef).value_or("")};
}

core::Result<void> FetchedHistory::prepare(const HistoryWish& wish) {
  if (!directory_.empty()) {
    return {};
  }
  if (auto read = read_settings(wish.root); !read) {
    return read;
  }
  return make_repository();
}

core::Result<void> FetchedHistory::read_settings(const std::string& root) {
  auto listed = run_git({"config", "--local", "--includes", "--list", "-z"}, root, {});
  if (!listed) {
    return tl::unexpected(listed.error());
  }
  // The clone was just read: what git says then of one that another user owns (git:
  // safe.directory).
  if (listed->err.find("can only be used inside a git repository") != std::string::npos) {
    return tl::unexpected(error(core::ErrorKind::forbidden,
                                "git refuses the clone, which another user owns "
                                "(git config --global --add safe.directory)"));
  }
  if (listed->code != 0) {
    return tl::unexpected(
        error(core::ErrorKind::not_found,
              "git does not read the clone's configuration" + git_words(listed->err)));
  }
  const Settings all = parse_settings(listed->out);
  const auto address = remote_address(all);
  if (!address) {
    return tl::unexpected(error(core::ErrorKind::not_found, "the clone has no remote"));
  }
  settings_ = remote_settings(all);
  settings_.emplace_back("remote.origin.url", *address);
  return {};
}

core::Result<void> FetchedHistory::make_repository() {
  const std::string parent = environment_.get("TMPDIR");
  auto made = seams_.files.make_temporary_directory(parent.empty() ? "/tmp" : parent,
                                                    "buildcache-history-");
  if (!made) {
    return tl::unexpected(made.error());
  }
  directory_ = *made;
  auto done = run_git(
      {"init", "--quiet", "--bare", "--template=", directory_ + "/history.git"}, directory_, {});
  if (!done) {
    return tl::unexpected(done.error());
  }
  if (done->code != 0) {
    return tl::unexpected(
        error(core::ErrorKind::internal, "git cannot make a repository" + git_words(done->err)));
  }
  return {};
}

// Asks again without what the remote said it lacks: a commit that was never pushed or is gone, a
// branch that was removed.
core::Result<void> FetchedHistory::fetch(const HistoryWish& wish) {
  HistoryWish left = wish;
  while (true) {
    if (refspecs_of(left).empty()) {
      return tl::unexpected(
          error(core::ErrorKind::not_found, "the remote lacks what was asked for"));
    }
    const Outcome outcome = fetch_once(left);
    if (!outcome.error) {
      return {};
    }
    const bool drops_commits = outcome.lacks_commit && !left.commits.empty();
    const bool drops_branch = outcome.lacks_branch && !left.branch.empty();
    if (!drops_commits && !drops_branch) {
      return tl::unexpected(*outcome.error);
    }
    if (drops_commits) {
      left.commits.clear();
    } else {
      left.branch.clear();
    }
  }
}

FetchedHistory::Outcome FetchedHistory::fetch_once(const HistoryWish& wish) {
  std::vector<std::string> arguments = {"--git-dir=" + directory_ + "/history.git",
                                        "-c",
                                        "protocol.version=2",
                                        "-c",
                                        "core.hooksPath=/dev/null",
                                        "fetch",
                                        "--quiet",
                                        "--no-tags",
                                        "--no-auto-maintenance",
                                        "--filter=tree:0",
                                        "--depth=" + std::to_string(wish.depth),
                                        "origin"};
  for (std::string& refspec : refspecs_of(wish)) {
    arguments.push_back(std::move(refspec));
  }
  std::string printed;
  sys::RunOptions options;
  // A server that cannot filter says so before it sends anything, and would send every file.
  options.on_output = [&printed](sys::Stream, std::string_view piece) {
    printed.append(
        piece.substr(0, std::size_t{1U << 16U} - std::min(printed.size(), std::size_t{1U << 16U})));
  };
  options.on_tick = [&printed] { return printed.find(kUnfiltered) == std::string::npos; };
  options.tick = milliseconds(10);
  const auto ended = run_git(std::move(arguments), wish.root, std::move(options));
  if (!ended) {
    return {ended.error()};
  }
  if (printed.find(kUnfiltered) != std::string::npos) {
    return {error(core::ErrorKind::bad_response,
                  "the remote cannot send commits without their files "
                  "(git: uploadpack.allowFilter)")};
  }
  if (ended->timed_out) {
    return {error(core::ErrorKind::timed_out,
                  "the remote took longer than " + core::human_duration(limit_))};
  }
  if (ended->stopped) {
    return {error(core::ErrorKind::cancelled, "interrupted")};
  }
  if (ended->code == 0) {
    return {};
  }
  const auto says = [&printed](std::string_view words) {
    return printed.find(words) != std::string::npos;
  };
  return {error(core::ErrorKind::unavailable, "git fetch failed" + git_words(printed)),
          says("not our ref") || says("no such remote ref") || says("unadvertised object"),
          says("couldn't find remote ref")};
}

core::Result<sys::Exit> FetchedHistory::run_git(std::vector<std::string> arguments,
                                                const std::string& directory,
                                                sys::RunOptions options) {
  const auto left = std::chrono::duration_cast<milliseconds>(*deadline_ - seams_.clock.steady());
  if (left <= milliseconds(0)) {
    return tl::unexpected(error(core::ErrorKind::timed_out,
                                "the remote took longer than " + core::human_duration(limit_)));
  }
  sys::Command command;
  command.argv = std::move(arguments);
  command.argv.insert(command.argv.begin(), "git");
  command.working_directory = directory;
  command.timeout = left;
  command.environment = environment_.all();
  for (const char* name : kRepositoryVariables) {
    command.environment.erase(name);
  }
  command.environment["LC_ALL"] = "C";
  command.environment["GIT_TERMINAL_PROMPT"] = "0";
  if (!names_ssh_program(command.environment, settings_)) {
    command.environment["GIT_SSH_COMMAND"] = "ssh -o BatchMode=yes";
  }
  add_settings(command.environment, settings_);
  options.stop = seams_.stop;
  auto ended = seams_.processes.run(command, options);
  if (!ended && ended.error().kind == core::ErrorKind::not_found) {
    return tl::unexpected(error(core::ErrorKind::not_found, "there is no git on this machine"));
  }
  return ended;
}

}  // namespace buildcache::git
