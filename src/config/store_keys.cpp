#include "config/forms.hpp"
#include "config/keys.hpp"
#include "sys/url.hpp"

#include <fmt/format.h>

#include <array>

namespace buildcache::config {
namespace {

std::string repository_hint(const std::string& text, const core::Error& error) {
  const auto variable = text.find("${");
  const auto brace = text.find('{');
  if (brace != std::string::npos && (variable == std::string::npos || brace < variable)) {
    return "one repository takes all caches: placeholders are for tags, args and labels";
  }
  return variable != std::string::npos ? "look at what its variables hold" : error.hint;
}

Type<std::optional<core::Repository>> repository_type() {
  const TextRule rule{"a repository such as ghcr.io/acme/shop/cache"};
  const auto any = text(rule);
  return {any.shape, [read = any.read](const Value& value, std::optional<core::Repository>& out) {
            std::string filled;
            read(value, filled);
            if (filled.empty()) {
              return;
            }
            auto repository = core::parse_repository(filled);
            if (!repository) {
              value.error(fmt::format("{} is no repository: {}",
                                      value.quoted(value.text()),
                                      repository.error().message),
                          repository_hint(value.text(), repository.error()));
              return;
            }
            out = std::move(*repository);
          }};
}

Type<S3> s3_type() {
  const TextRule bucket{"the name of a bucket", is_bucket_name, kBucketNameHint};
  const TextRule region{
      "a region such as eu-central-1", is_region, "lower-case letters, digits and '-'"};
  const TextRule endpoint{
      "an address such as https://minio.example.com:9000", is_service_url, kServiceUrlHint};
  return object<S3>(
      "a mapping such as {bucket: acme-cache, region: eu-central-1}",
      {field(&S3::bucket,
             {.name = "bucket",
              .description = "The bucket, which must exist",
              .example = "acme-cache",
              .required = true},
             text(bucket)),
       field(&S3::region,
             {.name = "region",
              .description = "The bucket's region; servers of one's own mostly take `us-east-1`",
              .example = "eu-central-1",
              .required = true},
             text(region)),
       field(&S3::endpoint,
             {.name = "endpoint", .description = "Another server than Amazon's, such as MinIO"},
             text(endpoint)),
       field(&S3::path_style,
             {.name = "path-style",
              .description = "Name the bucket in the path, not in the host; needs `endpoint`",
              .default_json = "false"},
             boolean()),
       field(&S3::prefix,
             {.name = "prefix", .description = "Folder of the bucket that takes the caches"},
             text({"a folder such as caches/shop", is_object_folder, kObjectFolderHint}))},
      [](const Value& value, S3& s3) {
        while (s3.endpoint.ends_with('/')) {
          s3.endpoint.pop_back();
        }
        if (const auto url = sys::parse_url(s3.endpoint); url && url->path != "/") {
          value.at("endpoint").error("an S3 endpoint has no path", "name the server alone");
        }
        if (s3.path_style && s3.endpoint.empty()) {
          value.at("path-style")
              .error("only a server of one's own can be asked this way",
                     "add `endpoint`, or remove `path-style`");
        }
      });
}

Type<Azblob> azblob_type() {
  const TextRule url{
      "an address such as https://acme.blob.core.windows.net", is_service_url, kServiceUrlHint};
  return object<Azblob>(
      "a mapping such as {account-url: https://acme.blob.core.windows.net}",
      {field(&Azblob::account_url,
             {.name = "account-url",
              .description = "The blob service of the storage account",
              .example = "https://acme.blob.core.windows.net",
              .required = true},
             text(url)),
       field(&Azblob::container,
             {.name = "container",
              .description = "The container; BuildKit makes it where it is missing",
              .default_json = R"("buildkit-cache")"},
             text({"the name of a container", is_bucket_name, kBucketNameHint})),
       field(&Azblob::prefix,
             {.name = "prefix", .description = "Folder of the container that takes the caches"},
             text({"a folder such as caches/shop", is_object_folder, kObjectFolderHint}))},
      [](const Value& /*value*/, Azblob& azblob) {
        while (azblob.account_url.ends_with('/')) {
          azblob.account_url.pop_back();
        }
      });
}

// The keys that say where in a store caches lie, each with the store it belongs to.
struct PlaceKey {
  std::string_view key;
  StoreKind store;
  std::string_view needed = {};  // the remedy where the store cannot do without it
};

constexpr std::array<PlaceKey, 4> kPlaces{
    {{"repository", StoreKind::registry, "add `repository: ghcr.io/acme/shop/cache`"},
     {"path", StoreKind::local},
     {"s3", StoreKind::s3, "add `s3: {bucket: NAME, region: REGION}`"},
     {"azblob",
      StoreKind::azblob,
      "add `azblob: {account-url: https://NAME.blob.core.windows.net}`"}}};

// Without `store` the first key that names a place decides.
void deduce_store(const Value& value, Cache& cache) {
  const auto* place = std::ranges::find_if(
      kPlaces, [&value](const PlaceKey& known) { return value.has(known.key); });
  cache.store = place == kPlaces.end() ? StoreKind::local : place->store;
}

// An inline cache lies in a registry, too.
StoreKind place_kind(StoreKind store) {
  return store == StoreKind::in_image ? StoreKind::registry : store;
}

void check_place(const Value& value, const Cache& cache, const PlaceKey& place) {
  const std::string_view store = word_of(cache.store);
  const StoreKind kind = place_kind(cache.store);
  if (place.store != kind && value.has(place.key)) {
    value.at(place.key).error(fmt::format("the {} store has no {}", store, place.key),
                              fmt::format("remove it, or write `store: {}`", word_of(place.store)));
  }
  if (place.store == kind && !place.needed.empty() && !value.has(place.key)) {
    value.at("store").error(
        fmt::format("the {} store needs {}{}",
                    store,
                    place.key == "repository" ? "a " : "`",
                    place.key == "repository" ? "repository" : std::string(place.key) + "`"),
        std::string(place.needed));
  }
}

}  // namespace

void check_store(const Value& value, Cache& cache) {
  if (!value.has("store")) {
    deduce_store(value, cache);
  } else if (value.at("store").text() != word_of(cache.store)) {
    return;  // of a store that is none nobody knows what it has
  }
  for (const PlaceKey& place : kPlaces) {
    check_place(value, cache, place);
  }
  if (cache.store == StoreKind::in_image && value.has("mode") && cache.mode == ExportMode::max) {
    value.at("mode").error("an inline cache holds the layers of its image alone",
                           "write `mode: min`, or remove it; `store: registry` knows `max`");
  }
}

bool names_a_store(const Value& cache) {
  return cache.has("store") || std::ranges::any_of(kPlaces, [&cache](const PlaceKey& place) {
           return cache.has(place.key);
         });
}

std::vector<Field<Cache>> store_fields() {
  return {
      field(&Cache::store,
            {.name = "store",
             .description = "Where caches live; without it the one whose place is given "
                            "(`repository`, `path`, `s3`, `azblob`), else what suits the CI "
                            "platform"},
            word<StoreKind>({{"registry", StoreKind::registry},
                             {"inline", StoreKind::in_image},
                             {"local", StoreKind::local},
                             {"gha", StoreKind::gha},
                             {"s3", StoreKind::s3},
                             {"azblob", StoreKind::azblob}})),
      field(&Cache::repository,
            {.name = "repository",
             .description = "Registry and inline store: the repository that takes all caches, as "
                            "tags"},
            repository_type()),
      field(&Cache::path,
            {.name = "path",
             .description = "Local store: its directory; `buildcache` in `$XDG_CACHE_HOME` or "
                            "`~/.cache` without it"},
            text({"a directory", is_local_path, kLocalPathHint})),
      field(&Cache::s3,
            {.name = "s3", .description = "S3 store: the bucket, at Amazon or elsewhere"},
            s3_type()),
      field(&Cache::azblob,
            {.name = "azblob", .description = "Azure Blob Storage: account and container"},
            azblob_type())};
}

}  // namespace buildcache::config
