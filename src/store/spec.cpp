#include "store/spec.hpp"

#include "store/local_layout.hpp"

namespace buildcache::store {

namespace {

using Attributes = std::vector<std::pair<std::string, std::string>>;

std::string reference_of(const CacheRef& ref) {
  return core::ImageRef{ref.location.repository, ref.tag, ref.digest}.str();
}

bool is_local(const CacheRef& ref) {
  return ref.location.kind == config::StoreKind::local;
}

void add_options(Attributes& attributes, const ExportOptions& options) {
  attributes.emplace_back("mode", options.mode == config::ExportMode::max ? "max" : "min");
  if (options.image_manifest) {
    attributes.emplace_back("image-manifest", "true");
    attributes.emplace_back("oci-mediatypes", "true");
  }
  attributes.emplace_back("compression", std::string(config::word_of(options.compression)));
  if (options.ignore_error) {
    attributes.emplace_back("ignore-error", "true");
  }
}

}  // namespace

core::CacheSpec import_spec(const CacheRef& ref) {
  if (!is_local(ref)) {
    return {"registry", {{"ref", reference_of(ref)}}};
  }
  const auto pin = ref.digest ? std::pair<std::string, std::string>("digest", ref.digest->str())
                              : std::pair<std::string, std::string>("tag", ref.tag);
  return {"local", {{"src", layout_of(ref)}, pin}};
}

core::CacheSpec export_spec(const CacheRef& ref, const ExportOptions& options) {
  CacheRef unpinned = ref;
  unpinned.digest.reset();
  core::CacheSpec spec;
  if (is_local(ref)) {
    spec = {"local", {{"dest", layout_of(ref)}, {"tag", ref.tag}}};
  } else {
    spec = {"registry", {{"ref", reference_of(unpinned)}}};
  }
  add_options(spec.attributes, options);
  return spec;
}

std::string display(const CacheRef& ref) {
  return (is_local(ref) ? ref.location.directory : ref.location.repository.str()) + ":" + ref.tag;
}

}  // namespace buildcache::store
