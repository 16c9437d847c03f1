#include "commands/run.hpp"

#include "ci/delivery.hpp"
#include "ci/read_facts.hpp"
#include "commands/build_plan.hpp"
#include "commands/connections.hpp"
#include "commands/messages.hpp"
#include "commands/output_file.hpp"
#include "commands/planning.hpp"
#include "commands/prepare.hpp"
#include "commands/summary.hpp"
#include "commands/verbose.hpp"
#include "core/text.hpp"
#include "report/output_lines.hpp"
#include "report/plan_report.hpp"
#include "report/run_report.hpp"
#include "report/tally.hpp"
#include "store/secrets.hpp"
#include "sys/random.hpp"

#include <filesystem>
#include <string>
#include <utility>

namespace buildcache::commands {

namespace {

constexpr std::size_t kMaxMaskedBytes = 64U << 10U;

bool coloured(const Seams& seams, ColourWish wish) {
  return wish == ColourWish::always || (wish == ColourWish::automatic && seams.err_is_terminal);
}

void mask_secrets(ci::Delivery& delivery, const Prepared& prepared) {
  for (const core::Secret& secret : prepared.credentials.secrets()) {
    delivery.mask(secret.reveal());
  }
}

// Those of cache services. The runner masks its own token; other ways to hand it on do not.
void mask_store_secrets(ci::Delivery& delivery, const Seams& seams, const Prepared& prepared) {
  if (prepared.aws_keys) {
    delivery.mask(prepared.aws_keys->secret_key.reveal());
    delivery.mask(prepared.aws_keys->session_token.reveal());
  }
  for (const std::string_view name : store::kSecretVariables) {
    delivery.mask(seams.environment.get(name));
  }
}

// Empty for a secret that is not there, which buildx says best, or too large to be masked.
std::string content_of(const config::BuildSecret& secret,
                       const Seams& seams,
                       const Prepared& prepared) {
  if (secret.file.empty()) {
    return seams.environment.get(secret.env);
  }
  const std::filesystem::path path = std::filesystem::path(prepared.config.directory) / secret.file;
  return seams.files.read(path.string(), kMaxMaskedBytes).value_or(std::string());
}

void mask_build_secrets(ci::Delivery& delivery, const Seams& seams, const Prepared& prepared) {
  for (const config::Target& target : prepared.config.targets) {
    for (const config::BuildSecret& secret : target.secrets) {
      delivery.mask(content_of(secret, seams, prepared));
    }
  }
}

void show_commands(const Seams& seams, const plan::Plan& plan) {
  seams.err("would run\n");
  for (const report::TargetCommands& target : commands_of(plan)) {
    for (const auto& argv : target.argvs) {
      seams.err("  " + report::harmless(core::shell_joined(argv)) + "\n");
    }
  }
}

struct Finished {
  const config::Config& config;
  const plan::Plan& plan;
  const report::RunResult& result;
};

// A report that cannot be delivered is a pity, not a failure of the build.
void deliver(const Seams& seams,
             const RunOptions& options,
             ci::Delivery& delivery,
             const Finished& finished) {
  const auto& [config, plan, result] = finished;
  for (const core::Notice& notice : report::all_notices(plan, result)) {
    delivery.annotate(notice);
  }
  const ci::Outputs values = report::outputs(plan, result);
  const auto outputs = delivery.write_outputs(values);
  const auto file = write_output_file(seams.files, options.output, plan.ci.provider, values);
  const auto summary = write_job_summary(delivery, config.summary, plan, result);
  const auto files = write_summary_files(seams.files, options.summary_files, plan, result);
  for (const auto* written : {&outputs, &file, &summary, &files}) {
    if (!*written) {
      seams.err(error_line(core::while_doing(written->error(), "hand over outputs and summary")));
    }
  }
}

core::Result<void> verdict(const report::RunResult& result, const sys::Interruption& interruption) {
  if (interruption.raised()) {
    return core::fail(core::ErrorKind::cancelled, "interrupted");
  }
  std::string failed;
  for (const report::TargetResult& target : result.targets) {
    if (target.status != report::Status::built) {
      failed += (failed.empty() ? "" : ", ") + target.name;
    }
  }
  if (failed.empty()) {
    return {};
  }
  return core::fail(core::ErrorKind::build, "not built: " + failed);
}

core::Result<void> build_and_report(const Seams& seams,
                                    const RunOptions& options,
                                    const Prepared& prepared,
                                    ci::Delivery& delivery) {
  const auto start = seams.clock.steady();
  Connections connections(seams, prepared, options.common.verbosity);
  auto plan = make_plan_of(
      seams, prepared, connections.store(), options.common.wishes, Asking::engine_must_answer);
  if (!plan) {
    return tl::unexpected(plan.error());
  }
  const bool colour = coloured(seams, options.common.colour);
  delivery.begin_group("Plan");
  seams.err(report::plan_text(*plan, colour));
  delivery.end_group();
  if (options.dry_run) {
    show_commands(seams, *plan);
    return {};
  }
  auto result = build_plan(seams, prepared, *plan, connections, delivery);
  if (!result) {
    return tl::unexpected(result.error());
  }
  result->wall =
      std::chrono::duration_cast<std::chrono::milliseconds>(seams.clock.steady() - start);
  seams.err(report::summary_text(*plan, *result, colour));
  deliver(seams, options, delivery, {prepared.config, *plan, *result});
  return verdict(*result, seams.interruption);
}

// In a work tree that is used again, files of an earlier run would make it dirty.
core::Result<void> forget_earlier_run(const Seams& seams, const RunOptions& options) {
  const ci::Provider provider = ci::detect(seams.environment);
  if (auto forgotten = forget_outputs(seams.files, options.output, provider); !forgotten) {
    return tl::unexpected(
        core::while_doing(forgotten.error(), "remove the output file of an earlier run"));
  }
  for (const std::string& path : options.summary_files) {
    if (auto forgotten = seams.files.remove_all(path); !forgotten) {
      return tl::unexpected(
          core::while_doing(forgotten.error(), "remove the summary file of an earlier run"));
    }
  }
  return {};
}

core::Result<void> prepare_and_build(const Seams& seams, const RunOptions& options) {
  if (auto forgotten = forget_earlier_run(seams, options); !forgotten) {
    return forgotten;
  }
  auto prepared = prepare(seams, options.common);
  if (!prepared) {
    return tl::unexpected(prepared.error());
  }
  const ci::LogLine log = [&seams](std::string_view line) { seams.err(std::string(line) + "\n"); };
  const auto unix_time = [&clock = seams.clock] {
    return std::int64_t{std::chrono::system_clock::to_time_t(clock.now())};
  };
  const auto delivery = ci::make_delivery(
      prepared->ci.provider, seams.files, seams.environment, log, {sys::random_token, unix_time});
  mask_secrets(*delivery, *prepared);
  mask_store_secrets(*delivery, seams, *prepared);
  mask_build_secrets(*delivery, seams, *prepared);
  return build_and_report(seams, options, *prepared, *delivery);
}

}  // namespace

core::Result<void> run(const Seams& seams, const RunOptions& options) {
  const VerboseSeams verbose(seams, options.common.verbosity);
  return prepare_and_build(verbose.get(), options);
}

}  // namespace buildcache::commands
