#include "commands/schedule.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace buildcache::commands {

namespace {

enum class Readiness { waiting, ready, blocked };

// What all workers share. Every member is guarded by `mutex`.
class Board {
 public:
  Board(const plan::Plan& plan, const std::function<bool()>& stopped)
      : plan_(plan), stopped_(stopped), results_(plan.targets.size()), taken_(results_.size()) {}

  // Returns the next target to build, waiting for one; nullopt when there is nothing left.
  std::optional<std::size_t> take() {
    std::unique_lock lock(mutex_);
    for (;;) {
      if (stopped_()) {
        cancel_rest();
      }
      skip_blocked();
      if (const auto next = next_ready()) {
        taken_[*next] = true;
        return next;
      }
      if (std::ranges::all_of(taken_, [](bool taken) { return taken; })) {
        return std::nullopt;
      }
      changed_.wait(lock);
    }
  }

  void finish(std::size_t index, report::TargetResult result) {
    const std::lock_guard lock(mutex_);
    results_[index] = std::move(result);
    changed_.notify_all();
  }

  std::vector<report::TargetResult> results() {
    const std::lock_guard lock(mutex_);
    std::vector<report::TargetResult> all;
    for (auto& result : results_) {
      all.push_back(std::move(*result));
    }
    return all;
  }

 private:
  void settle(std::size_t index, report::Status status, std::string message) {
    report::TargetResult result;
    result.name = plan_.targets[index].name;
    result.status = status;
    result.message = std::move(message);
    results_[index] = std::move(result);
    taken_[index] = true;
    changed_.notify_all();
  }

  void cancel_rest() {
    for (std::size_t i = 0; i < taken_.size(); ++i) {
      if (!taken_[i]) {
        settle(i, report::Status::cancelled, "not started: the run was interrupted");
      }
    }
  }

  // The plan lists a target after those it needs, so one pass skips whole chains.
  void skip_blocked() {
    for (std::size_t i = 0; i < taken_.size(); ++i) {
      if (taken_[i]) {
        continue;
      }
      for (const std::string& need : plan_.targets[i].needs) {
        if (readiness(need) == Readiness::blocked) {
          settle(i, report::Status::skipped, "needs " + need + ", which was not built");
          break;
        }
      }
    }
  }

  [[nodiscard]] std::optional<std::size_t> next_ready() const {
    for (std::size_t i = 0; i < taken_.size(); ++i) {
      const auto& needs = plan_.targets[i].needs;
      if (!taken_[i] && std::ranges::all_of(needs, [this](const std::string& need) {
            return readiness(need) == Readiness::ready;
          })) {
        return i;
      }
    }
    return std::nullopt;
  }

  [[nodiscard]] Readiness readiness(const std::string& need) const {
    const auto found = std::ranges::find(plan_.targets, need, &plan::TargetPlan::name);
    if (found == plan_.targets.end()) {
      return Readiness::ready;
    }
    const auto& result = results_[static_cast<std::size_t>(found - plan_.targets.begin())];
    if (!result) {
      return Readiness::waiting;
    }
    return result->status == report::Status::built ? Readiness::ready : Readiness::blocked;
  }

  const plan::Plan& plan_;
  const std::function<bool()>& stopped_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::optional<report::TargetResult>> results_;
  std::vector<bool> taken_;
};

}  // namespace

std::vector<report::TargetResult> run_targets(const plan::Plan& plan,
                                              std::size_t limit,
                                              const BuildOne& build,
                                              const std::function<bool()>& stopped) {
  Board board(plan, stopped);
  const auto work = [&] {
    while (const auto index = board.take()) {
      board.finish(*index, build(plan.targets[*index]));
    }
  };
  {
    std::vector<std::jthread> workers;
    for (std::size_t i = 0; i < std::min(limit, plan.targets.size()); ++i) {
      workers.emplace_back(work);
    }
  }
  return board.results();
}

}  // namespace buildcache::commands
