// GitHub's environment and event payload: hostile ones give an error or facts that keep their word.
//
// Input: lines with event name, ref, sha and cache mode, then the payload.
#include "ci/payload.hpp"
#include "ci/read_facts.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

namespace {

using buildcache::ci::Change;
using buildcache::ci::Facts;

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

std::string take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string line(text.substr(0, end));
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

bool is_name(const std::string& text) {
  return text.size() <= buildcache::ci::kNameLimit && text.find('\0') == std::string::npos;
}

bool is_id(const std::string& text) {
  return text.empty() || buildcache::ci::is_commit_id(text);
}

void check(const Change& change) {
  require(!change.number.empty() &&
          change.number.find_first_not_of("0123456789") == std::string::npos);
  require(is_name(change.head_branch) && !change.head_branch.empty());
  require(is_name(change.base_branch) && !change.base_branch.empty());
  require(is_id(change.head_sha) && is_id(change.stated_base_sha));
}

void check(const Facts& facts) {
  require(is_name(facts.branch) && is_name(facts.tag) && is_name(facts.default_branch));
  require(is_name(facts.queue_base_branch) && is_id(facts.queue_base_sha) && is_id(facts.sha));
  require(facts.branch.empty() || facts.tag.empty());
  require(facts.forces_read_only == !facts.read_only_reason.empty());
  require((facts.event == buildcache::ci::Event::pull_request) == facts.change.has_value());
  if (facts.change) {
    check(*facts.change);
    require(!facts.change->fork || facts.forces_read_only);
    require(facts.event_name != "pull_request_target" || facts.forces_read_only);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  std::map<std::string, std::string> variables = {{"GITHUB_REPOSITORY", "acme/shop"}};
  for (const char* name : {"GITHUB_EVENT_NAME", "GITHUB_REF", "GITHUB_SHA", "ACTIONS_CACHE_MODE"}) {
    variables[name] = take_line(rest);
  }
  const auto facts =
      buildcache::ci::read_github_facts(buildcache::sys::Environment(variables), rest);
  if (facts) {
    check(*facts);
  } else {
    require(facts.error().kind == buildcache::core::ErrorKind::facts);
    require(!facts.error().message.empty());
  }
  return 0;
}
