#include "store/spec.hpp"

#include <doctest/doctest.h>

using namespace buildcache;
using store::CacheRef;
using store::display;
using store::export_spec;
using store::import_spec;

namespace {

CacheRef in_registry() {
  CacheRef ref;
  ref.location.repository = {"ghcr.io", "acme/cache"};
  ref.tag = "api--b-main";
  return ref;
}

CacheRef in_directory(const std::string& directory = "/var/cache/x") {
  CacheRef ref;
  ref.location.kind = config::StoreKind::local;
  ref.location.directory = directory;
  ref.tag = "api--b-main";
  return ref;
}

}  // namespace

TEST_CASE("import: a registry ref is pinned by the digest that was probed") {
  CacheRef ref = in_registry();
  CHECK(import_spec(ref).str() == "type=registry,ref=ghcr.io/acme/cache:api--b-main");
  ref.digest = core::Digest::of("x");
  CHECK(import_spec(ref).str() ==
        "type=registry,ref=ghcr.io/acme/cache:api--b-main@" + ref.digest->str());
}

TEST_CASE("import: a local ref names the layout of its tag, by digest where known") {
  CacheRef ref = in_directory();
  CHECK(import_spec(ref).str() == "type=local,src=/var/cache/x/tags/api--b-main,tag=api--b-main");
  ref.digest = core::Digest::of("x");
  CHECK(import_spec(ref).str() ==
        "type=local,src=/var/cache/x/tags/api--b-main,digest=" + ref.digest->str());
}

TEST_CASE("export: everything is said, nothing left to BuildKit's defaults") {
  CHECK(export_spec(in_registry(), {}).str() ==
        "type=registry,ref=ghcr.io/acme/cache:api--b-main,mode=max,image-manifest=true,"
        "oci-mediatypes=true,compression=zstd,ignore-error=true");
  CHECK(
      export_spec(in_directory(), {}).str() ==
      "type=local,dest=/var/cache/x/tags/api--b-main,tag=api--b-main,mode=max,image-manifest=true,"
      "oci-mediatypes=true,compression=zstd,ignore-error=true");
}

TEST_CASE("specs: BuildKit is told of a registry that speaks http, in both directions") {
  CacheRef ref{{config::StoreKind::registry, {"reg.example", "acme/cache"}, ""}, "x", {}};
  ref.location.plain_http = true;
  CHECK(import_spec(ref).str() ==
        "type=registry,ref=reg.example/acme/cache:x,registry.insecure=true");
  CHECK(export_spec(ref, {}).get("registry.insecure") == "true");
  ref.location.kind = config::StoreKind::in_image;
  CHECK(export_output(ref, {}).find(",registry.insecure=true") != std::string::npos);
}

TEST_CASE("specs: GitHub's cache service is told the scope, and nothing of manifests") {
  CacheRef ref;
  ref.location.kind = config::StoreKind::gha;
  ref.tag = "api--b-main";
  ref.digest = core::Digest::of("x");
  CHECK(import_spec(ref).str() == "type=gha,scope=api--b-main");
  CHECK(export_spec(ref, {}).str() == "type=gha,scope=api--b-main,mode=max,ignore-error=true");
  CHECK(display(ref) == "gha:api--b-main");
}

TEST_CASE("specs: a bucket, at Amazon and elsewhere, without credentials") {
  CacheRef ref;
  ref.location.kind = config::StoreKind::s3;
  ref.location.s3 = {"acme", "eu-central-1", "", false, ""};
  ref.tag = "api--b-main";
  CHECK(import_spec(ref).str() == "type=s3,bucket=acme,region=eu-central-1,name=api--b-main");
  CHECK(display(ref) == "s3://acme:api--b-main");
  ref.location.s3 = {"acme", "r", "https://minio.example.com:9000", true, "caches/shop"};
  CHECK(export_spec(ref, {}).str() ==
        "type=s3,bucket=acme,region=r,prefix=caches/shop/,name=api--b-main,"
        "endpoint_url=https://minio.example.com:9000,use_path_style=true,mode=max,"
        "ignore-error=true");
  CHECK(display(ref) == "s3://acme/caches/shop:api--b-main");
}

TEST_CASE("specs: a container of an account, without credentials") {
  CacheRef ref;
  ref.location.kind = config::StoreKind::azblob;
  ref.location.azblob = {"https://acme.blob.core.windows.net", "c", ""};
  ref.tag = "api--b-main";
  CHECK(import_spec(ref).str() ==
        "type=azblob,account_url=https://acme.blob.core.windows.net,account_name=acme,container=c,"
        "name=api--b-main");
  ref.location.azblob = {"http://127.0.0.1:10000/devstoreaccount1", "c", "p/q"};
  CHECK(export_spec(ref, {}).str() ==
        "type=azblob,account_url=http://127.0.0.1:10000/devstoreaccount1,"
        "account_name=devstoreaccount1,container=c,prefix=p/q,name=api--b-main,mode=max,"
        "ignore-error=true");
  CHECK(display(ref) == "http://127.0.0.1:10000/devstoreaccount1/c/p/q:api--b-main");
}

TEST_CASE("export: an engine that knows less is told less, a pinned ref loses its digest") {
  CacheRef ref = in_registry();
  ref.digest = core::Digest::of("x");
  CHECK(
      export_spec(ref, {config::ExportMode::min, config::Compression::gzip, false, false}).str() ==
      "type=registry,ref=ghcr.io/acme/cache:api--b-main,mode=min,compression=gzip");
}

TEST_CASE("specs: a path with a comma stays one field") {
  CHECK(import_spec(in_directory("/a,b")).str() ==
        "type=local,\"src=/a,b/tags/api--b-main\",tag=api--b-main");
}

TEST_CASE("display: repository or directory with the tag") {
  CHECK(display(in_registry()) == "ghcr.io/acme/cache:api--b-main");
  CHECK(display(in_directory()) == "/var/cache/x:api--b-main");
}
