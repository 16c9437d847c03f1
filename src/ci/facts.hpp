// What the CI platform says about this run. Plain data; made by ci/, read by everybody.
#pragma once

#include "core/notice.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buildcache::ci {

enum class Provider { local, github, gitlab, jenkins };

enum class Event { push, tag, pull_request, merge_queue, release, schedule, manual, local, other };

// A change request: pull request or merge request.
struct Change {
  std::string number;       // "17"; digits only
  std::string head_sha;     // tip of the change's own branch; empty when unknown
  std::string head_branch;  // without refs/heads/
  std::string base_branch;
  std::string stated_base_sha;    // what the platform says; may be stale, so a last resort
  std::string stated_fork_point;  // where the platform says the change left its base branch
  std::string fetched_as;  // the remote branch the clone has the change's tip as; may be empty
  bool fork = false;       // comes from another repository, or from one that is gone
};

struct Facts {
  Provider provider = Provider::local;
  Event event = Event::local;
  std::string event_name;      // the platform's own word: "pull_request_target"; "local"
  std::string repository;      // "acme/shop"; empty when unknown
  std::string sha;             // the commit the run is for; empty: HEAD
  std::string branch;          // the branch pushed or built; empty for tags and changes
  std::string tag;             // the tag built; empty otherwise
  std::string default_branch;  // empty when nobody knows
  std::optional<Change> change;
  // Merge queue: the branch it merges into. Also what --base-branch says outside of a change.
  std::string queue_base_branch;
  std::string queue_base_sha;     // merge queue: the commit it builds upon
  std::string given_base_sha;     // --base-sha: a person's word on the tree base, beats all else
  bool ref_protected = false;     // the platform says the ref is protected
  bool forces_read_only = false;  // the context must not write any cache (trust level fork)
  std::string read_only_reason;   // why, for people
  std::string run_url;
  std::vector<core::Notice> notices;

  // Returns the branch this run's result is meant to go into: the change's or the queue's base
  // branch; empty when there is none.
  [[nodiscard]] const std::string& base_branch() const {
    return change ? change->base_branch : queue_base_branch;
  }
};

std::string_view word_of(Provider provider);  // "local", "github", "gitlab", "jenkins"
// What the platform calls a change request: "pull request", "merge request".
std::string_view change_word(Provider provider);
std::string_view word_of(Event event);  // "push", "pull_request", "merge_queue", …

}  // namespace buildcache::ci
