#include "store/cache_manifest.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace buildcache::store {

namespace {

using core::ErrorKind;
using core::Result;
using nlohmann::json;

tl::unexpected<core::Error> broken(std::string reason) {
  return core::fail(ErrorKind::bad_response, "its cache config " + std::move(reason));
}

// What points where: edges[i] are the indexes i refers to, all below edges.size().
using Graph = std::vector<std::vector<std::size_t>>;

// Walks without recursion: a hostile chain may be as long as the config.
bool has_loop(const Graph& graph) {
  enum class Mark { fresh, open, done };
  std::vector<Mark> marks(graph.size(), Mark::fresh);
  std::vector<std::pair<std::size_t, std::size_t>> path;  // node, next edge of it
  for (std::size_t start = 0; start < graph.size(); ++start) {
    if (marks[start] == Mark::fresh) {
      marks[start] = Mark::open;
      path.emplace_back(start, 0);
    }
    while (!path.empty()) {
      auto& [node, edge] = path.back();
      if (edge == graph[node].size()) {
        marks[node] = Mark::done;
        path.pop_back();
        continue;
      }
      const std::size_t next = graph[node][edge++];
      if (marks[next] == Mark::open) {
        return true;
      }
      if (marks[next] == Mark::fresh) {
        marks[next] = Mark::open;
        path.emplace_back(next, 0);
      }
    }
  }
  return false;
}

const json* member(const json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found != object.end() && !found->is_null() ? &*found : nullptr;
}

// Returns the array under `key`; an empty one when it is missing, as Go reads it.
const json* array_of(const json& object, const char* key) {
  static const json kEmpty = json::array();
  const json* found = member(object, key);
  return found == nullptr ? &kEmpty : (found->is_array() ? found : nullptr);
}

// Returns the integer under `key`; 0 when it is missing, as Go reads it; nullopt for another type.
std::optional<std::int64_t> integer_of(const json& object, const char* key) {
  const json* found = member(object, key);
  if (found == nullptr) {
    return object.is_object() ? std::optional<std::int64_t>(0) : std::nullopt;
  }
  return found->is_number_integer() ? std::optional(found->get<std::int64_t>()) : std::nullopt;
}

bool is_index(const std::optional<std::int64_t>& value, std::size_t count) {
  return value && *value >= 0 && static_cast<std::uint64_t>(*value) < count;
}

Result<void> check_layers(const json& layers, const std::set<core::Digest>& listed) {
  Graph parents(layers.size());
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const json* blob = member(layers[i], "blob");
    const auto digest = core::Digest::parse(
        blob != nullptr && blob->is_string() ? blob->get_ref<const std::string&>() : "");
    if (!digest || !listed.contains(*digest)) {
      return broken("names a blob its manifest does not list");
    }
    const auto parent = integer_of(layers[i], "parent");
    if (parent == -1) {
      continue;
    }
    if (!is_index(parent, layers.size())) {
      return broken("has a layer whose parent does not exist");
    }
    parents[i].push_back(static_cast<std::size_t>(*parent));
  }
  return has_loop(parents) ? Result<void>(broken("has layers that are their own ancestors"))
                           : Result<void>();
}

// Appends the links of one record's inputs; false when one is out of range or no link.
bool read_links(const json& record, std::size_t count, std::vector<std::size_t>& links) {
  const json* inputs = array_of(record, "inputs");
  if (inputs == nullptr) {
    return false;
  }
  for (const json& alternatives : *inputs) {
    if (!alternatives.is_array()) {
      return false;
    }
    for (const json& input : alternatives) {
      const auto link = integer_of(input, "link");
      if (!is_index(link, count)) {
        return false;
      }
      links.push_back(static_cast<std::size_t>(*link));
    }
  }
  return true;
}

bool results_exist(const json& record, std::size_t layer_count) {
  const json* results = array_of(record, "layers");
  const json* chains = array_of(record, "chains");
  if (results == nullptr || chains == nullptr) {
    return false;
  }
  const bool all_results = std::all_of(results->begin(), results->end(), [&](const json& result) {
    return is_index(integer_of(result, "layer"), layer_count);
  });
  return all_results && std::all_of(chains->begin(), chains->end(), [&](const json& chain) {
           const json* layers = array_of(chain, "layers");
           return layers != nullptr &&
                  std::all_of(layers->begin(), layers->end(), [&](const json& layer) {
                    return layer.is_number_integer() &&
                           is_index(layer.get<std::int64_t>(), layer_count);
                  });
         });
}

Result<void> check_records(const json& records, std::size_t layer_count) {
  if (records.empty()) {
    return broken("holds no steps");
  }
  Graph links(records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (!records[i].is_object() || !read_links(records[i], records.size(), links[i])) {
      return broken("links a step to one that does not exist");
    }
    if (!results_exist(records[i], layer_count)) {
      return broken("gives a step a layer that does not exist");
    }
  }
  return has_loop(links) ? Result<void>(broken("has steps that depend on themselves"))
                         : Result<void>();
}

}  // namespace

Result<void> check_cache_config(std::string_view bytes, const std::set<core::Digest>& layers) {
  const json config = json::parse(bytes, nullptr, false);
  const json* listed = array_of(config, "layers");
  const json* records = array_of(config, "records");
  if (!config.is_object() || listed == nullptr || records == nullptr) {
    return broken("is not the JSON it should be");
  }
  auto checked = check_layers(*listed, layers);
  return checked ? check_records(*records, listed->size()) : checked;
}

}  // namespace buildcache::store
