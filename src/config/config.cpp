#include "config/config.hpp"

namespace buildcache::config {

std::string_view word_of(TrustLevel level) {
  switch (level) {
    case TrustLevel::protected_branch:
      return "protected";
    case TrustLevel::merge_queue:
      return "merge-queue";
    case TrustLevel::branch:
      return "branch";
    case TrustLevel::pull_request:
      return "pull-request";
    case TrustLevel::tag:
      return "tag";
    case TrustLevel::fork:
      break;
  }
  return "fork";
}

std::string_view word_of(WriteScope scope) {
  switch (scope) {
    case WriteScope::commit:
      return "commit";
    case WriteScope::branch:
      return "branch";
    case WriteScope::pr:
      break;
  }
  return "pr";
}

std::string_view word_of(Driver driver) {
  switch (driver) {
    case Driver::automatic:
      return "automatic";
    case Driver::docker:
      return "docker";
    case Driver::docker_container:
      return "docker-container";
    case Driver::kubernetes:
      return "kubernetes";
    case Driver::remote:
      break;
  }
  return "remote";
}

std::string_view word_of(StoreKind store) {
  switch (store) {
    case StoreKind::registry:
      return "registry";
    case StoreKind::in_image:
      return "inline";
    case StoreKind::local:
      return "local";
    case StoreKind::gha:
      return "gha";
    case StoreKind::s3:
      return "s3";
    case StoreKind::azblob:
      return "azblob";
  }
  return "registry";
}

std::string_view word_of(Compression compression) {
  switch (compression) {
    case Compression::automatic:
      return "automatic";
    case Compression::zstd:
      return "zstd";
    case Compression::gzip:
      return "gzip";
    case Compression::uncompressed:
      break;
  }
  return "uncompressed";
}

}  // namespace buildcache::config
