#include "store/spec.hpp"

#include "store/local_layout.hpp"

namespace buildcache::store {

namespace {

using Attributes = std::vector<std::pair<std::string, std::string>>;

std::string reference_of(const CacheRef& ref) {
  return core::ImageRef{ref.location.repository, ref.tag, ref.digest}.str();
}

// What names the cache to BuildKit, in both directions.
core::CacheSpec place_spec(const CacheRef& ref) {
  switch (ref.location.kind) {
    case config::StoreKind::local:
    case config::StoreKind::registry:
      break;
    case config::StoreKind::gha:
      return {"gha", {{"scope", ref.tag}}};
  }
  return {"registry", {{"ref", reference_of(ref)}}};
}

bool holds_manifests(const CacheRef& ref) {
  return ref.location.kind == config::StoreKind::registry ||
         ref.location.kind == config::StoreKind::local;
}

void add_manifest_options(Attributes& attributes, const ExportOptions& options) {
  if (options.image_manifest) {
    attributes.emplace_back("image-manifest", "true");
    attributes.emplace_back("oci-mediatypes", "true");
  }
  attributes.emplace_back("compression", std::string(config::word_of(options.compression)));
}

}  // namespace

core::CacheSpec import_spec(const CacheRef& ref) {
  if (ref.location.kind != config::StoreKind::local) {
    return place_spec(ref);
  }
  const auto pin = ref.digest ? std::pair<std::string, std::string>("digest", ref.digest->str())
                              : std::pair<std::string, std::string>("tag", ref.tag);
  return {"local", {{"src", layout_of(ref)}, pin}};
}

core::CacheSpec export_spec(const CacheRef& ref, const ExportOptions& options) {
  CacheRef unpinned = ref;
  unpinned.digest.reset();
  core::CacheSpec spec = place_spec(unpinned);
  if (ref.location.kind == config::StoreKind::local) {
    spec = {"local", {{"dest", layout_of(ref)}, {"tag", ref.tag}}};
  }
  spec.attributes.emplace_back("mode", options.mode == config::ExportMode::max ? "max" : "min");
  // Other stores take layers as they are, and the product has compressed them already.
  if (holds_manifests(ref)) {
    add_manifest_options(spec.attributes, options);
  }
  if (options.ignore_error) {
    spec.attributes.emplace_back("ignore-error", "true");
  }
  return spec;
}

std::string place_of(const Location& location) {
  switch (location.kind) {
    case config::StoreKind::registry:
      break;
    case config::StoreKind::local:
      return location.directory;
    case config::StoreKind::gha:
      return "gha";
  }
  return location.repository.str();
}

std::string display(const CacheRef& ref) {
  return place_of(ref.location) + ":" + ref.tag;
}

}  // namespace buildcache::store
