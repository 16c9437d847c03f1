#include "strict_store.hpp"

#include <doctest/doctest.h>

#include <utility>

namespace buildcache::commands {

StrictStore::~StrictStore() {
  std::string unasked;
  for (const Script* script : {&surveys_, &inspections_}) {
    for (const auto& entry : *script) {
      unasked += entry.first + " ";
    }
  }
  CHECK_MESSAGE(unasked.empty(), "expected questions that did not come: ", unasked);
}

void StrictStore::expect_survey(const std::string& tag, store::Answer answer) {
  surveys_.emplace(tag, std::move(answer));
}

void StrictStore::expect_inspect(const std::string& tag, store::Answer answer) {
  inspections_.emplace(tag, std::move(answer));
}

std::vector<store::Answer> StrictStore::survey(std::span<const store::CacheRef> refs,
                                               std::chrono::milliseconds deadline,
                                               std::stop_token /*stop*/) {
  ++surveys;
  auto answers = answer(surveys_, refs, deadline);
  for (std::size_t i = 0; i < refs.size(); ++i) {
    CHECK_FALSE(refs[i].digest.has_value());
    if (answers[i].digest) {
      found_.emplace(refs[i].tag, *answers[i].digest);
    }
  }
  return answers;
}

std::vector<store::Answer> StrictStore::inspect(std::span<const store::CacheRef> refs,
                                                std::chrono::milliseconds deadline,
                                                std::stop_token /*stop*/) {
  ++inspections;
  for (const store::CacheRef& ref : refs) {
    CAPTURE(ref.tag);
    CHECK(found_.contains(ref.tag));
    CHECK((ref.digest && ref.digest == found_.at(ref.tag)));
  }
  return answer(inspections_, refs, deadline);
}

std::vector<store::Answer> StrictStore::answer(Script& script,
                                               std::span<const store::CacheRef> refs,
                                               std::chrono::milliseconds deadline) {
  deadlines.push_back(deadline);
  std::vector<store::Answer> answers;
  for (const store::CacheRef& ref : refs) {
    CAPTURE(ref.tag);
    const auto expected = script.find(ref.tag);
    REQUIRE_MESSAGE(expected != script.end(), "nobody expects this question");
    answers.push_back(std::move(expected->second));
    script.erase(expected);
  }
  if (on_batch_) {
    on_batch_();
  }
  return answers;
}

core::Result<std::vector<store::Published>> StrictStore::publish(
    const store::CacheRef& staging,
    const std::optional<core::Digest>& /*exported*/,
    const std::vector<std::string>& /*tags*/,
    const store::Stamp& /*stamp*/) {
  CAPTURE(staging.tag);
  CHECK_MESSAGE(false, "nobody expects a publication");
  return core::fail(core::ErrorKind::internal, "not expected");
}

store::Answer absent() {
  store::Answer answer;
  answer.verdict = store::Verdict::absent;
  return answer;
}

store::Answer found(const std::string& content) {
  store::Answer answer;
  answer.verdict = store::Verdict::found;
  answer.digest = core::Digest::of(content);
  return answer;
}

}  // namespace buildcache::commands
