// A store that knows beforehand what it will be asked.
#pragma once

#include "store/store.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace buildcache::commands {

// Strict: a question nobody expects fails the test, and so does an expected one that has not come
// when this object is destroyed. Each question is expected once. Publishing is always unexpected.
class StrictStore final : public store::Store {
 public:
  ~StrictStore() override;

  void expect_survey(const std::string& tag, store::Answer answer);
  // The question must be pinned to the digest the survey answered with.
  void expect_inspect(const std::string& tag, store::Answer answer);
  // Called with every batch.
  void on_batch(std::function<void()> call) { on_batch_ = std::move(call); }

  std::vector<store::Answer> survey(std::span<const store::CacheRef> refs,
                                    std::chrono::milliseconds deadline,
                                    std::stop_token stop) override;
  std::vector<store::Answer> inspect(std::span<const store::CacheRef> refs,
                                     std::chrono::milliseconds deadline,
                                     std::stop_token stop) override;
  core::Result<std::vector<store::Published>> publish(const store::CacheRef& staging,
                                                      const std::optional<core::Digest>& exported,
                                                      const std::vector<std::string>& tags,
                                                      const store::Stamp& stamp) override;

  // The deadlines of the batches so far, surveys first.
  std::vector<std::chrono::milliseconds> deadlines;
  int surveys = 0;
  int inspections = 0;

 private:
  using Script = std::map<std::string, store::Answer>;
  std::vector<store::Answer> answer(Script& script,
                                    std::span<const store::CacheRef> refs,
                                    std::chrono::milliseconds deadline);

  Script surveys_;
  Script inspections_;
  std::map<std::string, core::Digest> found_;
  std::function<void()> on_batch_;
};

// Answers as stores give them.
store::Answer absent();
store::Answer found(const std::string& content);

}  // namespace buildcache::commands
