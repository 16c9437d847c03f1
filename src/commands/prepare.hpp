// The first half of every command that plans: configuration, CI facts, git facts, trust.
#pragma once

#include "aws/keys.hpp"
#include "ci/facts.hpp"
#include "commands/options.hpp"
#include "commands/seams.hpp"
#include "config/config.hpp"
#include "core/result.hpp"
#include "git/facts.hpp"
#include "plan/trust.hpp"
#include "registry/credentials.hpp"
#include "store/types.hpp"

#include <optional>

namespace buildcache::commands {

struct Prepared {
  config::Config config;
  ci::Facts ci;
  git::Facts git;
  plan::Trust trust;
  store::Location location;  // of the configured store
  registry::Credentials credentials;
  std::optional<aws::Keys> aws_keys = {};     // where something of AWS is used
  std::optional<core::Notice> no_store = {};  // why the store cannot be used, as plan::Facts has it
};

// Reads the configuration of `directory`, or its defaults when there is no file. Every error of the
// file is printed to seams.err; the returned one counts them.
// Errors: config, not_found (--file names no file), forbidden, internal.
core::Result<config::Config> load_config(const Seams& seams, const CommonOptions& options);

// Whether services that hand out credentials may be asked.
enum class Reach { network, this_machine };

// Errors: as load_config, and facts, usage.
core::Result<Prepared> prepare(const Seams& seams,
                               const CommonOptions& options,
                               Reach reach = Reach::network);

}  // namespace buildcache::commands
