#include "store/spec.hpp"

#include "store/azblob_objects.hpp"
#include "store/local_layout.hpp"

#include <initializer_list>

namespace buildcache::store {

namespace {

using Attributes = std::vector<std::pair<std::string, std::string>>;

std::string reference_of(const CacheRef& ref) {
  return core::ImageRef{ref.location.repository, ref.tag, ref.digest}.str();
}

// Credentials are no attributes: buildx and BuildKit find them in their environments.
core::CacheSpec s3_spec(const config::S3& s3, const std::string& name) {
  core::CacheSpec spec{"s3", {{"bucket", s3.bucket}, {"region", s3.region}}};
  if (!s3.prefix.empty()) {
    spec.attributes.emplace_back("prefix", s3.prefix + "/");
  }
  spec.attributes.emplace_back("name", name);
  if (!s3.endpoint.empty()) {
    spec.attributes.emplace_back("endpoint_url", s3.endpoint);
    spec.attributes.emplace_back("use_path_style", s3.path_style ? "true" : "false");
  }
  return spec;
}

core::CacheSpec azblob_spec(const config::Azblob& azblob, const std::string& name) {
  core::CacheSpec spec{"azblob",
                       {{"account_url", azblob.account_url},
                        {"account_name", account_of(azblob)},
                        {"container", azblob.container}}};
  if (!azblob.prefix.empty()) {
    spec.attributes.emplace_back("prefix", azblob.prefix);
  }
  spec.attributes.emplace_back("name", name);
  return spec;
}

// What names the cache to BuildKit, in both directions.
core::CacheSpec place_spec(const CacheRef& ref) {
  switch (ref.location.kind) {
    case config::StoreKind::local:
    case config::StoreKind::registry:
    case config::StoreKind::in_image:
      break;
    case config::StoreKind::gha:
      return {"gha", {{"scope", ref.tag}}};
    case config::StoreKind::s3:
      return s3_spec(ref.location.s3, ref.tag);
    case config::StoreKind::azblob:
      return azblob_spec(ref.location.azblob, ref.tag);
  }
  core::CacheSpec spec{"registry", {{"ref", reference_of(ref)}}};
  if (ref.location.plain_http) {
    spec.attributes.emplace_back("registry.insecure", "true");
  }
  return spec;
}

std::string joined(std::initializer_list<std::string> names) {
  std::string path;
  for (const std::string& name : names) {
    path += (path.empty() || name.empty() ? "" : "/") + name;
  }
  return path;
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
  if (ref.location.kind == config::StoreKind::in_image) {
    return {"inline", {}};
  }
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

std::string export_output(const CacheRef& ref, const ExportOptions& options) {
  if (ref.location.kind != config::StoreKind::in_image) {
    return "type=cacheonly";
  }
  std::string output = "type=image,push=true,name=" + display(ref);
  output += ref.location.plain_http ? ",registry.insecure=true" : "";
  if (options.compression != config::Compression::gzip) {
    output +=
        ",oci-mediatypes=true,compression=" + std::string(config::word_of(options.compression));
  }
  return output;
}

std::string place_of(const Location& location) {
  switch (location.kind) {
    case config::StoreKind::registry:
    case config::StoreKind::in_image:
      break;
    case config::StoreKind::local:
      return location.directory;
    case config::StoreKind::gha:
      return "gha";
    case config::StoreKind::s3:
      return joined({"s3://" + location.s3.bucket, location.s3.prefix});
    case config::StoreKind::azblob:
      return joined(
          {location.azblob.account_url, location.azblob.container, location.azblob.prefix});
  }
  return location.repository.str();
}

std::string display(const CacheRef& ref) {
  return place_of(ref.location) + ":" + ref.tag;
}

}  // namespace buildcache::store
