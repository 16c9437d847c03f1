// What the step inside the builder is asked, and what it answers. Plain data and its JSON.
#pragma once

#include "core/digest.hpp"
#include "core/result.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buildcache::mounts {

enum class AgentAction { restore, save };

struct AgentMount {
  std::string directory;  // where it stands
  std::string state;      // name of its stat state
  // The generation to restore, or the one that is stored now; its blob lies in the input. A restore
  // without one removes what a restore that was killed left, and does nothing else.
  std::optional<core::Digest> index = {};
  std::vector<std::string> exclude = {};
  std::uint64_t max_bytes = 0;  // 0: no limit
  bool allow_smaller = false;   // an empty or much smaller mount may replace what is stored
  bool based = false;           // it starts with content of an image's; not with an empty directory
  bool fresh = false;           // packs stored before are not used again: some are gone or broken
  // Where the step itself fetches packs and stores them, at the request's host; empty: from the
  // input and to the output.
  std::string repository = {};
};

struct AgentRequest {
  AgentAction action = AgentAction::restore;
  std::vector<AgentMount> mounts;
  std::string host = {};  // the registry of the mounts' repositories
  bool plain_http = false;
};

// kept: there was something in the mount already. unchanged: as it is stored. unreachable: the
// builder cannot reach the mount's repository, and has touched nothing. The others say why nothing
// was saved.
enum class Outcome {
  restored,
  kept,
  saved,
  unchanged,
  empty,
  smaller,
  too_large,
  unfinished,
  unreachable,
  failed
};

struct AgentReport {
  Outcome outcome = Outcome::failed;
  std::string message;         // of a failure
  std::uint64_t entries = 0;   // files, directories and links
  std::uint64_t content = 0;   // bytes of all files
  std::uint64_t read = 0;      // bytes of files that were read, or of packs that were unpacked
  std::uint64_t stored = 0;    // bytes of new packs
  std::uint64_t left_out = 0;  // files excluded, moving, or of a kind that is not kept
  std::chrono::milliseconds took{0};
  bool direct = false;                     // packs went between the step and the repository
  std::optional<core::Digest> index = {};  // of the generation that is in the mount now
};

std::string_view word_of(Outcome outcome);

// Why nothing was saved, and what to do about it; empty where the word says it all.
std::string_view why(Outcome outcome);

std::string encode_request(const AgentRequest& request);
std::string encode_reports(const std::vector<AgentReport>& reports);
// Errors of both: bad_response.
core::Result<AgentRequest> decode_request(std::string_view text);
core::Result<std::vector<AgentReport>> decode_reports(std::string_view text);

}  // namespace buildcache::mounts
