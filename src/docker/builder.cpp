#include "docker/builder.hpp"

#include "core/digest.hpp"
#include "core/text.hpp"
#include "docker/builder_argv.hpp"
#include "docker/buildx_state.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <utility>

namespace buildcache::docker {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kConnectTimeout{60'000};
constexpr milliseconds kStartTimeout{300'000};  // BuildKit's image may have to be pulled first
constexpr milliseconds kRemoveTimeout{20'000};
constexpr std::size_t kMaxWords = 2'000;  // characters of buildx's words in a message
constexpr unsigned kPrivateFile = 0600;

// Options of the remote driver that name files; buildx wants them absolute.
constexpr std::array<std::string_view, 3> kFileOptions = {"cacert", "cert", "key"};

// Returns buildx's own last error line, or all it said.
std::string words_of(const sys::Exit& exit) {
  constexpr std::string_view kMark = "ERROR: ";
  if (exit.timed_out) {
    return "no answer in time";
  }
  std::string_view words = exit.err.empty() ? exit.out : exit.err;
  if (const std::size_t mark = words.rfind(kMark); mark != std::string_view::npos) {
    words = words.substr(mark + kMark.size());
  }
  words = words.substr(0, words.find_last_not_of(" \r\n") + 1);
  return core::shortened(core::printable(words), kMaxWords);
}

core::Result<void> run(const BuilderTools& tools,
                       std::vector<std::string> argv,
                       milliseconds timeout,
                       const std::string& what) {
  const auto exit = tools.processes.run({std::move(argv), tools.environment, {}, {}, timeout});
  if (!exit) {
    return core::fail(core::ErrorKind::engine, core::while_doing(exit.error(), what).message);
  }
  if (exit->code != 0) {
    return core::fail(core::ErrorKind::engine, what + ": " + words_of(*exit));
  }
  return {};
}

std::string variable(const BuilderTools& tools, const std::string& name) {
  const auto found = tools.environment.find(name);
  return found == tools.environment.end() ? std::string() : found->second;
}

class Maker {
 public:
  Maker(const BuilderTools& tools, const BuilderRequest& request)
      : tools_(tools), builder_(request.builder), request_(request) {}

  core::Result<ReadyBuilder> make() {
    ready_.created = true;
    choose_name();
    auto nodes = wanted_nodes();
    if (!nodes) {
      return tl::unexpected(nodes.error());
    }
    for (CreateBuilder& wanted : *nodes) {
      if (auto created = create(wanted); !created) {
        // buildx keeps a builder whose start failed; that it cannot be removed adds nothing.
        if (begun_) {
          static_cast<void>(release(tools_, ready_));
        }
        return tl::unexpected(created.error());
      }
    }
    return std::move(ready_);
  }

 private:
  // All files are looked for before anything is made.
  core::Result<std::vector<CreateBuilder>> wanted_nodes() {
    std::vector<config::BuilderNode> nodes = builder_.nodes;
    if (nodes.empty()) {
      nodes.push_back({builder_.endpoint, builder_.platforms, {}});
    }
    std::vector<CreateBuilder> all;
    for (config::BuilderNode& node : nodes) {
      node.driver_opts.insert(builder_.driver_opts.begin(), builder_.driver_opts.end());
      CreateBuilder wanted{ready_.name,
                           std::string(config::word_of(builder_.driver)),
                           std::move(node.driver_opts),
                           std::move(node.platforms),
                           "",
                           std::move(node.endpoint),
                           !all.empty()};
      if (auto found = find_files(wanted); !found) {
        return tl::unexpected(found.error());
      }
      all.push_back(std::move(wanted));
    }
    return all;
  }

  core::Result<void> create(CreateBuilder& wanted) {
    if (auto made = make_context(wanted); !made) {
      return made;
    }
    const bool remote = builder_.driver == config::Driver::remote;
    const std::string what = "create a " + wanted.driver +
                             (wanted.append ? " builder's further node" : " builder") +
                             (wanted.endpoint.empty() ? "" : " for " + wanted.endpoint);
    begun_ = true;
    auto created =
        run(tools_, create_builder_argv(wanted), remote ? kConnectTimeout : kStartTimeout, what);
    if (!created && remote) {
      created.error().hint = hint_for_remote(wanted);
    }
    return created;
  }

  // buildx says "context deadline exceeded" whatever the handshake's trouble was.
  static std::string hint_for_remote(const CreateBuilder& wanted) {
    if (!wanted.endpoint.starts_with("tcp://")) {
      return "see whether BuildKit listens there";
    }
    return wanted.options.contains("cacert")
               ? "see whether BuildKit listens there, its certificate is signed by `cacert` for "
                 "the "
                 "name in `servername` (without it, the address), and it trusts `cert`"
               : "see whether BuildKit listens there; if it wants TLS, give `cacert`, `cert` and "
                 "`key` under `driver-opts`";
  }

  void choose_name() {
    ready_.name = request_.unique_name;
    if (!builder_.keep_state) {
      return;
    }
    const std::string kept = kept_name();
    if (find_builder(tools_.files, sys::Environment(tools_.environment), kept)) {
      ready_.notices.push_back({core::Severity::notice,
                                "the builder " + kept +
                                    " is there already, so its kept state is not used: another run "
                                    "has it, or one was killed",
                                "if none is running: docker buildx rm --keep-state " + kept,
                                ""});
      return;
    }
    ready_.name = kept;
    ready_.keep_state = true;
  }

  // The same for every run in this directory, and for no other.
  [[nodiscard]] std::string kept_name() const {
    return "buildcache-kept-" + core::sha256_hex(request_.directory).substr(0, 12);
  }

  [[nodiscard]] core::Result<std::string> file_at(const std::string& path,
                                                  const std::string& key) const {
    const std::string absolute =
        (std::filesystem::path(request_.directory) / path).lexically_normal().string();
    if (!tools_.files.exists(absolute)) {
      return core::fail(core::ErrorKind::config,
                        "builder." + key + ": there is no file " + core::printable(absolute));
    }
    return absolute;
  }

  core::Result<void> find_files(CreateBuilder& wanted) {
    for (auto& [name, value] : wanted.options) {
      if (builder_.driver != config::Driver::remote ||
          std::ranges::find(kFileOptions, name) == kFileOptions.end()) {
        continue;
      }
      auto file = file_at(value, "driver-opts." + name);
      if (!file) {
        return tl::unexpected(file.error());
      }
      value = *std::move(file);
    }
    if (!builder_.buildkitd_config_inline.empty()) {
      wanted.buildkitd_config = request_.scratch + "/buildkitd.toml";
      return tools_.files.write(
          wanted.buildkitd_config, builder_.buildkitd_config_inline, kPrivateFile);
    }
    if (!builder_.buildkitd_config.empty()) {
      auto file = file_at(builder_.buildkitd_config, "buildkitd-config");
      if (!file) {
        return tl::unexpected(file.error());
      }
      wanted.buildkitd_config = *std::move(file);
    }
    return {};
  }

  core::Result<void> make_context(CreateBuilder& wanted) {
    const std::string host = variable(tools_, "DOCKER_HOST");
    const std::string certificates = variable(tools_, "DOCKER_CERT_PATH");
    if (builder_.driver != config::Driver::docker_container || !wanted.endpoint.empty() ||
        !host.starts_with("tcp://") || certificates.empty()) {
      return {};
    }
    wanted.endpoint = request_.unique_name;
    if (!ready_.context.empty()) {
      return {};
    }
    ready_.context = wanted.endpoint;
    auto made = run(tools_,
                    create_context_argv(ready_.context, host, certificates),
                    kRemoveTimeout,
                    "make a docker context for " + host);
    if (!made) {
      made.error().hint = "DOCKER_CERT_PATH is " + core::printable(certificates) +
                          ", which must hold ca.pem, cert.pem and key.pem";
    }
    return made;
  }

  const BuilderTools& tools_;
  const config::Builder& builder_;
  const BuilderRequest& request_;
  ReadyBuilder ready_;
  bool begun_ = false;  // buildx knows the builder
};

}  // namespace

core::Result<ReadyBuilder> make_ready(const BuilderTools& tools, const BuilderRequest& request) {
  const config::Builder& builder = request.builder;
  if (builder.use.empty() && builder.driver != config::Driver::automatic &&
      builder.driver != config::Driver::docker) {
    return Maker(tools, request).make();
  }
  ReadyBuilder ready;
  ready.name = builder.use;
  return ready;
}

core::Result<void> release(const BuilderTools& tools, const ReadyBuilder& builder) {
  if (!builder.created) {
    return {};
  }
  auto removed = run(tools,
                     remove_builder_argv(builder.name, builder.keep_state),
                     kRemoveTimeout,
                     "remove the builder " + builder.name);
  if (builder.context.empty()) {
    return removed;
  }
  auto forgotten = run(tools,
                       remove_context_argv(builder.context),
                       kRemoveTimeout,
                       "remove the docker context " + builder.context);
  return removed ? forgotten : removed;
}

}  // namespace buildcache::docker
