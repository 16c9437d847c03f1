#include "commands/agent_run.hpp"

#include "core/digest.hpp"
#include "docker/argv.hpp"
#include "docker/solve.hpp"
#include "mounts/agent_build.hpp"
#include "mounts/mount_flag.hpp"
#include "mounts/static_program.hpp"
#include "mounts/tree_blobs.hpp"
#include "plan/mounts.hpp"
#include "sys/random.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace buildcache::commands {

namespace {

using core::ErrorKind;
using core::Result;

constexpr const char* kOurselves = "/proc/self/exe";
constexpr std::size_t kMostBinary = 256U << 20U;
constexpr std::size_t kMostReport = 16U << 20U;
constexpr unsigned kOwnersAlone = 0600;
constexpr const char* kLogin = "/config.json";  // in the run's folder; not part of what is sent
// What BuildKit lets a RUN see without it being part of the build's identity.
constexpr std::array<const char*, 8> kProxies = {"HTTP_PROXY",
                                                 "http_proxy",
                                                 "HTTPS_PROXY",
                                                 "https_proxy",
                                                 "ALL_PROXY",
                                                 "all_proxy",
                                                 "NO_PROXY",
                                                 "no_proxy"};

core::Error engine_error(const docker::SolveResult& solved) {
  const bool cancelled = solved.failure == docker::Failure::cancelled;
  return {cancelled ? ErrorKind::cancelled : ErrorKind::engine,
          "the builder could not run the step that holds the mounts: " + solved.message,
          {},
          cancelled ? "" : "the builder must run binaries of this machine's architecture"};
}

}  // namespace

Result<std::unique_ptr<AgentRun>> AgentRun::make(const Workshop& workshop) {
  sys::Files& files = workshop.seams.files;
  auto folder = files.make_temporary_directory(workshop.scratch, "mounts-");
  if (!folder) {
    return tl::unexpected(folder.error());
  }
  auto run = std::make_unique<AgentRun>(workshop, *folder);
  for (const auto& [name, tree] : {std::pair{"/in", &run->input_}, {"/out", &run->output_}}) {
    if (auto made = files.make_directories(*folder + name, 0700); !made) {
      return tl::unexpected(made.error());
    }
    auto opened = workshop.seams.open_tree(*folder + name);
    if (!opened) {
      return tl::unexpected(opened.error());
    }
    *tree = *std::move(opened);
  }
  return run;
}

AgentRun::AgentRun(const Workshop& workshop, std::string folder)
    : workshop_(workshop), folder_(std::move(folder)) {}

AgentRun::~AgentRun() {
  static_cast<void>(workshop_.seams.files.remove_all(folder_));
}

Result<void> AgentRun::prepare(AgentTask& task) {
  std::vector<std::string> flags;
  for (std::size_t i = 0; i < task.mounts.size(); ++i) {
    const dockerfile::CacheMount& mount = task.mounts[i]->mount;
    mounts::AgentMount& asked = task.request.mounts[i];
    asked.directory = mounts::mount_directory(i);
    asked.state = core::sha256_hex(plan::key_of(mount.identity));
    asked.based = !mount.identity.from.empty();
    auto flag = mounts::mount_flag(mount, asked.directory);
    if (!flag) {
      return tl::unexpected(flag.error());
    }
    flags.push_back(*std::move(flag));
  }
  return write_step(task, flags);
}

Result<void> AgentRun::write_step(const AgentTask& task, const std::vector<std::string>& flags) {
  sys::Files& files = workshop_.seams.files;
  const auto binary = files.read(kOurselves, kMostBinary);
  if (!binary) {
    return tl::unexpected(binary.error());
  }
  if (!mounts::is_static_program(*binary)) {
    return core::fail(ErrorKind::not_found,
                      "this buildcache needs libraries, which the step in the builder has not",
                      "use one that is linked statically, as releases and scripts/build have it");
  }
  const std::string in = folder_ + "/in/";
  const auto network = task.access ? mounts::Network::registry : mounts::Network::none;
  auto done = files.write(in + mounts::kBinaryName, *binary, 0755);
  done = done ? files.write(
                    in + mounts::kRequestName, mounts::encode_request(task.request), kOwnersAlone)
              : done;
  done = done ? files.write(in + mounts::kDockerfileName,
                            mounts::agent_dockerfile(flags, network),
                            kOwnersAlone)
              : done;
  if (done && task.access) {
    done = files.write(in + mounts::kCertificatesName, task.access->certificates, kOwnersAlone);
    done = done ? files.write(folder_ + kLogin, task.access->login, kOwnersAlone) : done;
  }
  return done;
}

Result<docker::SolveResult> AgentRun::solve(const AgentTask& task) {
  docker::AgentBuild build{folder_ + "/in", folder_ + "/out"};
  build.args[mounts::kNonce] = sys::random_token();
  if (const std::string& ns = task.mounts.front()->mount.identity.name_space; !ns.empty()) {
    build.args["BUILDKIT_CACHE_MOUNT_NS"] = ns;
  }
  docker::SolveRequest solve;
  solve.environment = workshop_.environment;
  // It would set the time of everything that comes out (moby/buildkit, exporter/local/fs.go).
  solve.environment.erase("SOURCE_DATE_EPOCH");
  if (task.access) {
    build.secrets[mounts::kAccessSecret] = folder_ + kLogin;
    build.network = task.target.build.options.network == "host" ? "host" : "";
    std::ranges::copy_if(kProxies, std::back_inserter(build.inherited_args), [&](const char* name) {
      return solve.environment.contains(name);
    });
  }
  solve.argv = docker::agent_argv(build, task.plan.builder);
  solve.working_directory = task.plan.directory;
  solve.stop = workshop_.seams.interruption.token();
  solve.stop_signal = [&interruption = workshop_.seams.interruption] {
    return interruption.signal();
  };
  solve.on_event = [](const docker::Event&) {};
  const Seams& seams = workshop_.seams;
  return docker::solve(seams.processes, seams.files, seams.clock, solve);
}

Result<std::vector<mounts::AgentReport>> AgentRun::run(AgentTask task) {
  if (auto prepared = prepare(task); !prepared) {
    return tl::unexpected(prepared.error());
  }
  const auto solved = solve(task);
  if (!solved) {
    return tl::unexpected(solved.error());
  }
  if (solved->failure != docker::Failure::none) {
    return tl::unexpected(engine_error(*solved));
  }
  const auto report = mounts::read_whole(*output_, mounts::kReportName, kMostReport);
  auto reports = report ? mounts::decode_reports(*report) : tl::unexpected(report.error());
  if (reports && reports->size() != task.mounts.size()) {
    return core::fail(ErrorKind::bad_response, "the step in the builder answered for other mounts");
  }
  return reports;
}

}  // namespace buildcache::commands
