#include "store/make_store.hpp"

#include "store/azblob_objects.hpp"
#include "store/gha_objects.hpp"
#include "store/http_objects.hpp"
#include "store/local_store.hpp"
#include "store/object_store.hpp"
#include "store/registry_store.hpp"
#include "store/s3_objects.hpp"
#include "sys/parallel.hpp"

#include <map>
#include <utility>
#include <vector>

namespace buildcache::store {

namespace {

using config::StoreKind;

class RoutedStore final : public Store {
 public:
  explicit RoutedStore(const Services& services)
      : registry_(services.client, services.clock, services.stop),
        local_(services.files, services.clock),
        gha_(std::make_unique<GhaObjects>(GhaEntries(
                 services.http, read_gha_session(services.environment, services.clock.now()))),
             services.clock,
             services.stop),
        s3_(std::make_unique<HttpObjects>(s3_objects(services.http, services.aws_keys)),
            services.clock,
            services.stop),
        azblob_(std::make_unique<HttpObjects>(
                    azblob_objects(services.http, services.clock, services.environment)),
                services.clock,
                services.stop) {}

  std::vector<Answer> survey(std::span<const CacheRef> refs,
                             std::chrono::milliseconds deadline,
                             std::stop_token stop) override {
    return route(refs,
                 [&](Store& store, const auto& own) { return store.survey(own, deadline, stop); });
  }

  std::vector<Answer> inspect(std::span<const CacheRef> refs,
                              std::chrono::milliseconds deadline,
                              std::stop_token stop) override {
    return route(refs,
                 [&](Store& store, const auto& own) { return store.inspect(own, deadline, stop); });
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
  struct Share {
    std::vector<CacheRef> refs;
    std::vector<std::size_t> places;
    std::vector<Answer> answers;
  };

  Store& of(StoreKind kind) {
    switch (kind) {
      case StoreKind::registry:
      case StoreKind::in_image:
        break;
      case StoreKind::local:
        return local_;
      case StoreKind::gha:
        return gha_;
      case StoreKind::s3:
        return s3_;
      case StoreKind::azblob:
        return azblob_;
    }
    return registry_;
  }

  // Asks each adapter for its own refs, all at the same time, and puts the answers back in the
  // refs' order.
  template <typename Ask>
  std::vector<Answer> route(std::span<const CacheRef> refs, Ask ask) {
    std::map<StoreKind, Share> by_kind;
    for (std::size_t i = 0; i < refs.size(); ++i) {
      Share& share = by_kind[refs[i].location.kind];
      share.refs.push_back(refs[i]);
      share.places.push_back(i);
    }
    std::vector<std::pair<StoreKind, Share*>> shares;
    shares.reserve(by_kind.size());
    for (auto& [kind, share] : by_kind) {
      shares.emplace_back(kind, &share);
    }
    sys::for_each_parallel(shares.size(), shares.size(), [&](std::size_t i) {
      shares[i].second->answers = ask(of(shares[i].first), shares[i].second->refs);
    });
    std::vector<Answer> answers(refs.size());
    for (auto& [kind, share] : by_kind) {
      for (std::size_t i = 0; i < share.places.size(); ++i) {
        answers[share.places[i]] = std::move(share.answers[i]);
      }
    }
    return answers;
  }

  RegistryStore registry_;
  LocalStore local_;
  ObjectStore gha_;
  ObjectStore s3_;
  ObjectStore azblob_;
};

}  // namespace

std::unique_ptr<Store> make_store(const Services& services) {
  return std::make_unique<RoutedStore>(services);
}

}  // namespace buildcache::store
