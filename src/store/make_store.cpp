#include "store/make_store.hpp"

#include "store/local_store.hpp"
#include "store/registry_store.hpp"

#include <array>
#include <utility>
#include <vector>

namespace buildcache::store {

namespace {

// The quick one first.
constexpr std::array kKinds = {config::StoreKind::local, config::StoreKind::registry};

class RoutedStore final : public Store {
 public:
  RoutedStore(registry::Client& client, sys::Files& files, sys::Clock& clock, std::stop_token stop)
      : registry_(client, clock, std::move(stop)), local_(files, clock), clock_(&clock) {}

  std::vector<Answer> survey(std::span<const CacheRef> refs,
                             std::chrono::milliseconds deadline,
                             std::stop_token stop) override {
    return route(refs, deadline, [stop](Store& store, const auto& own, auto left) {
      return store.survey(own, left, stop);
    });
  }

  std::vector<Answer> inspect(std::span<const CacheRef> refs,
                              std::chrono::milliseconds deadline,
                              std::stop_token stop) override {
    return route(refs, deadline, [stop](Store& store, const auto& own, auto left) {
      return store.inspect(own, left, stop);
    });
  }

  core::Result<void> prepare(const CacheRef& staging) override {
    return of(staging.location.kind).prepare(staging);
  }

  core::Result<std::vector<Published>> publish(const CacheRef& staging,
                                               const std::optional<core::Digest>& exported,
                                               const std::vector<std::string>& tags,
                                               const Stamp& stamp) override {
    return of(staging.location.kind).publish(staging, exported, tags, stamp);
  }

 private:
  Store& of(config::StoreKind kind) {
    return kind == config::StoreKind::local ? static_cast<Store&>(local_) : registry_;
  }

  // Asks each adapter for its own refs and puts the answers back in the refs' order.
  template <typename Ask>
  std::vector<Answer> route(std::span<const CacheRef> refs,
                            std::chrono::milliseconds deadline,
                            Ask ask) {
    std::vector<Answer> answers(refs.size());
    const auto start = clock_->steady();
    for (const config::StoreKind kind : kKinds) {
      std::vector<CacheRef> own;
      std::vector<std::size_t> places;
      for (std::size_t i = 0; i < refs.size(); ++i) {
        if (refs[i].location.kind == kind) {
          own.push_back(refs[i]);
          places.push_back(i);
        }
      }
      const auto gone =
          std::chrono::duration_cast<std::chrono::milliseconds>(clock_->steady() - start);
      std::vector<Answer> found = ask(of(kind), own, deadline - gone);
      for (std::size_t i = 0; i < places.size(); ++i) {
        answers[places[i]] = std::move(found[i]);
      }
    }
    return answers;
  }

  RegistryStore registry_;
  LocalStore local_;
  sys::Clock* clock_;
};

}  // namespace

std::unique_ptr<Store> make_store(registry::Client& client,
                                  sys::Files& files,
                                  sys::Clock& clock,
                                  std::stop_token stop) {
  return std::make_unique<RoutedStore>(client, files, clock, std::move(stop));
}

}  // namespace buildcache::store
