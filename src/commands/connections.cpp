#include "commands/connections.hpp"

#include "commands/wire.hpp"
#include "registry/http_client.hpp"
#include "store/make_store.hpp"

#include <string>

namespace buildcache::commands {

// Each part works on the one before it.
struct Connections::Parts {
  Parts(const Seams& seams, const Prepared& prepared, Verbosity verbosity)
      : wire(seams, verbosity),
        client(wire.http(),
               prepared.credentials,
               seams.clock,
               [&files = seams.files](const std::string& host) {
                 return certificates_of(files, host);
               }),
        services{client,
                 wire.http(),
                 seams.files,
                 seams.clock,
                 seams.environment,
                 prepared.aws_keys,
                 seams.interruption.token()},
        store(store::make_store(services)),
        blobs(store::make_blobs(services)) {}

  Wire wire;
  registry::HttpClient client;
  store::Services services;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<store::Blobs> blobs;
};

Connections::Connections(const Seams& seams, const Prepared& prepared, Verbosity verbosity)
    : parts_(std::make_unique<Parts>(seams, prepared, verbosity)) {}

Connections::~Connections() = default;

store::Store& Connections::store() {
  return *parts_->store;
}

store::Blobs& Connections::blobs() {
  return *parts_->blobs;
}

}  // namespace buildcache::commands
