#include "written_config.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <string_view>

namespace buildcache::config {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 8> kRuleNames{
    "commit", "pr", "branch", "merge_base", "base", "default_branch", "name", "literal"};
constexpr std::array<std::string_view, 3> kPushNames{"never", "trusted", "always"};

Json written_logins(const Config& config) {
  Json logins = Json::array();
  for (const RegistryLogin& login : config.registries) {
    logins.push_back({{"host", login.host},
                      {"username", login.username},
                      {"password", login.password.empty() ? "none" : "set"},
                      {"password_variable", login.password_variable},
                      {"password_file", login.password_file.path},
                      {"plain_http", login.plain_http}});
  }
  return logins;
}

Json written_cache(const Cache& cache) {
  Json fallback = Json::array();
  for (const FallbackRule& rule : cache.fallback) {
    fallback.push_back(std::string(kRuleNames.at(static_cast<std::size_t>(rule.kind))) + "|" +
                       rule.argument + "|" + rule.word);
  }
  Json write = Json::object();
  for (const auto& [level, scopes] : cache.write) {
    Json words = Json::array();
    for (const WriteScope scope : scopes) {
      words.push_back(word_of(scope));
    }
    write[std::string(word_of(level))] = words;
  }
  Json written = {
      {"store", word_of(cache.store)},
      {"repository", cache.repository ? Json(cache.repository->str()) : Json()},
      {"path", cache.path},
      {"fallback", fallback},
      {"lookback", cache.lookback},
      {"max_sources", cache.max_sources},
      {"write", write},
      {"mode", cache.mode == ExportMode::max ? "max" : "min"},
      {"compression", word_of(cache.compression)},
      {"timeout_ms",
       {cache.timeout.probe.count(), cache.timeout.import.count(), cache.timeout.export_.count()}}};
  if (cache.store == StoreKind::s3) {
    written["s3"] = {{"bucket", cache.s3.bucket},
                     {"region", cache.s3.region},
                     {"endpoint", cache.s3.endpoint},
                     {"path_style", cache.s3.path_style},
                     {"prefix", cache.s3.prefix}};
  }
  if (cache.store == StoreKind::azblob) {
    written["azblob"] = {{"account_url", cache.azblob.account_url},
                         {"container", cache.azblob.container},
                         {"prefix", cache.azblob.prefix}};
  }
  return written;
}

// Only what is set: most targets set none.
Json written_options(const BuildOptions& options) {
  const Json all = {{"annotations", options.annotations},
                    {"outputs", options.outputs},
                    {"load", options.load},
                    {"ssh", options.ssh},
                    {"contexts", options.contexts},
                    {"network", options.network},
                    {"pull", options.pull},
                    {"no_cache", options.no_cache},
                    {"no_cache_filter", options.no_cache_filter},
                    {"provenance", options.provenance},
                    {"sbom", options.sbom},
                    {"shm_size", options.shm_size},
                    {"ulimits", options.ulimits},
                    {"add_hosts", options.add_hosts},
                    {"cgroup_parent", options.cgroup_parent},
                    {"allow", options.allow}};
  Json set = Json::object();
  for (const auto& [name, value] : all.items()) {
    if (value != Json(false) && value != Json("") && !(value.is_structured() && value.empty())) {
      set[name] = value;
    }
  }
  return set;
}

Json written_target(const Target& target) {
  Json secrets = Json::array();
  for (const BuildSecret& secret : target.secrets) {
    secrets.push_back({{"id", secret.id}, {"env", secret.env}, {"file", secret.file}});
  }
  Json written = {{"name", target.name},
                  {"context", target.context},
                  {"dockerfile", target.dockerfile},
                  {"target", target.target},
                  {"args", target.args},
                  {"platforms", target.platforms},
                  {"tags", target.tags},
                  {"labels", target.labels},
                  {"needs", target.needs},
                  {"secrets", secrets},
                  {"push", kPushNames.at(static_cast<std::size_t>(target.push))}};
  const Json options = written_options(target.options);
  if (!options.empty()) {
    written["options"] = options;
  }
  return written;
}

}  // namespace

std::string written(const Config& config) {
  Json targets = Json::array();
  for (const Target& target : config.targets) {
    targets.push_back(written_target(target));
  }
  Json notices = Json::array();
  for (const core::Notice& notice : config.notices) {
    notices.push_back(notice.message + " (" + notice.remedy + ")");
  }
  Json nodes = Json::array();
  for (const BuilderNode& node : config.builder.nodes) {
    nodes.push_back({{"endpoint", node.endpoint},
                     {"platforms", node.platforms},
                     {"driver_opts", node.driver_opts}});
  }
  const Json json{{"builder",
                   {{"driver", word_of(config.builder.driver)},
                    {"use", config.builder.use},
                    {"endpoint", config.builder.endpoint},
                    {"driver_opts", config.builder.driver_opts},
                    {"platforms", config.builder.platforms},
                    {"buildkitd_config", config.builder.buildkitd_config},
                    {"buildkitd_config_inline", config.builder.buildkitd_config_inline},
                    {"keep_state", config.builder.keep_state},
                    {"nodes", nodes}}},
                  {"registries", written_logins(config)},
                  {"cache", written_cache(config.cache)},
                  {"targets", targets},
                  {"notices", notices}};
  return json.dump(2) + "\n";
}

}  // namespace buildcache::config
