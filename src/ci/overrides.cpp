#include "ci/overrides.hpp"

#include "ci/payload.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace buildcache::ci {
namespace {

constexpr std::array<Event, 9> kEvents = {Event::push,
                                          Event::tag,
                                          Event::pull_request,
                                          Event::merge_queue,
                                          Event::release,
                                          Event::schedule,
                                          Event::manual,
                                          Event::local,
                                          Event::other};

tl::unexpected<core::Error> misuse(std::string message, std::string hint = {}) {
  return core::fail(core::ErrorKind::usage, std::move(message), std::move(hint));
}

bool is_number(const std::string& text) {
  return !text.empty() && text.size() <= 19 && text.front() != '0' &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

core::Result<Event> event_of(const std::string& word) {
  std::vector<std::string> words;
  for (const Event event : kEvents) {
    if (word == word_of(event)) {
      return event;
    }
    words.emplace_back(word_of(event));
  }
  const std::string near = core::nearest(word, words);
  return misuse("--event does not know '" + core::shortened(core::printable(word), 80) + "'",
                near.empty() ? "push, tag, pull_request, merge_queue, release, schedule, manual, "
                               "local or other"
                             : "did you mean '" + near + "'?");
}

core::Result<void> check(const Overrides& overrides) {
  if (!overrides.change.empty() && !is_number(overrides.change)) {
    return misuse("--change needs the change request's number");
  }
  if (!overrides.head_sha.empty() && !is_commit_id(overrides.head_sha)) {
    return misuse("--head-sha needs a full commit id in lower case");
  }
  if (!overrides.tag.empty() && !overrides.change.empty()) {
    return misuse("--tag excludes --change");
  }
  const std::array<const std::string*, 5> names = {&overrides.branch,
                                                   &overrides.base_branch,
                                                   &overrides.base_sha,
                                                   &overrides.tag,
                                                   &overrides.default_branch};
  const bool too_long = std::any_of(names.begin(), names.end(), [](const std::string* name) {
    return name->size() > kNameLimit || name->find('\0') != std::string::npos;
  });
  if (too_long) {
    return misuse("a name on the command line is longer than " + std::to_string(kNameLimit) +
                  " bytes");
  }
  return {};
}

// Leaves the change behind. That it came from a fork still counts.
void drop_change(const Overrides& overrides, Facts& facts) {
  if (facts.change && facts.change->fork && overrides.fork != false) {
    facts.forces_read_only = true;
    facts.read_only_reason = "the change comes from another repository";
  }
  facts.change.reset();
}

core::Result<void> apply_event(const Overrides& overrides, Facts& facts) {
  if (!overrides.event.empty()) {
    const auto event = event_of(overrides.event);
    if (!event) {
      return tl::unexpected(event.error());
    }
    facts.event = *event;
  }
  // Many platforms know pushes only, some of which are of a tag or for a change.
  if (overrides.event.empty() || facts.event == Event::push) {
    if (!overrides.tag.empty()) {
      facts.event = Event::tag;
    } else if (!overrides.change.empty()) {
      facts.event = Event::pull_request;
    } else if (!overrides.branch.empty() && facts.event == Event::tag) {
      facts.event = Event::push;
    }
  }
  if (facts.event != Event::pull_request) {
    drop_change(overrides, facts);
  } else if (!facts.change) {
    facts.change.emplace();
  }
  return {};
}

// Some platforms name refs where others name branches and tags.
std::string short_name(const std::string& word) {
  for (const std::string_view prefix : {"refs/heads/", "refs/tags/"}) {
    if (word.starts_with(prefix)) {
      return word.substr(prefix.size());
    }
  }
  return word;
}

void apply_names(const Overrides& overrides, Facts& facts) {
  const auto set = [](std::string& value, const std::string& word) {
    if (!word.empty()) {
      value = short_name(word);
    }
  };
  if (facts.change) {
    set(facts.change->number, overrides.change);
    set(facts.change->head_branch, overrides.branch);
    set(facts.change->base_branch, overrides.base_branch);
    set(facts.change->head_sha, overrides.head_sha);
    facts.branch.clear();
    facts.tag.clear();
  } else {
    set(facts.branch, overrides.branch);
    set(facts.queue_base_branch, overrides.base_branch);
    set(facts.sha, overrides.head_sha);
  }
  if (!overrides.tag.empty()) {
    set(facts.tag, overrides.tag);
    facts.branch.clear();
  } else if (!overrides.branch.empty()) {
    facts.tag.clear();
  }
  set(facts.given_base_sha, overrides.base_sha);
  set(facts.default_branch, overrides.default_branch);
  facts.ref_protected = overrides.ref_protected.value_or(facts.ref_protected);
}

void apply_fork(const Overrides& overrides, Facts& facts) {
  if (!overrides.fork) {
    return;
  }
  if (facts.change) {
    facts.change->fork = *overrides.fork;
  }
  if (*overrides.fork && !facts.forces_read_only) {
    facts.forces_read_only = true;
    facts.read_only_reason = "--fork says so";
  }
}

core::Result<void> check_whole(const Facts& facts) {
  if (facts.change && facts.change->number.empty()) {
    return misuse("the event pull_request needs --change with its number");
  }
  if (facts.change && facts.change->base_branch.empty()) {
    return misuse("a change request needs --base-branch");
  }
  if (facts.event == Event::merge_queue && facts.queue_base_branch.empty()) {
    return misuse("the event merge_queue needs --base-branch");
  }
  if (facts.event == Event::tag && facts.tag.empty()) {
    return misuse("the event tag needs --tag");
  }
  return {};
}

}  // namespace

core::Result<void> apply(const Overrides& overrides, Facts& facts) {
  if (auto checked = check(overrides); !checked) {
    return checked;
  }
  if (auto applied = apply_event(overrides, facts); !applied) {
    return applied;
  }
  apply_names(overrides, facts);
  apply_fork(overrides, facts);
  return check_whole(facts);
}

}  // namespace buildcache::ci
