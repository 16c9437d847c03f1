#include "docker/buildx_state.hpp"

#include "core/digest.hpp"
#include "core/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string_view>

namespace buildcache::docker {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kLimit = 1U << 20U;

Json read_json(sys::Files& files, const std::string& path) {
  const auto text = files.read(path, kLimit);
  return text ? Json::parse(*text, nullptr, false) : Json();
}

std::string string_of(const Json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// The names buildx allows; they become file names.
bool is_builder_name(std::string_view name) {
  const auto allowed = [](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') ||
           std::string_view("._-+").find(c) != std::string_view::npos;
  };
  return !name.empty() && is_letter(name.front()) && std::ranges::all_of(name, allowed);
}

std::string lower(std::string text) {
  for (char& c : text) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return text;
}

std::optional<BuilderState> find_instance(sys::Files& files,
                                          const sys::Environment& environment,
                                          const std::string& name) {
  const std::string directory = buildx_directory(environment);
  if (directory.empty() || !is_builder_name(name)) {
    return std::nullopt;
  }
  const std::string path = directory + "/instances/" + lower(name);
  if (!files.exists(path)) {
    return std::nullopt;
  }
  const Json instance = read_json(files, path);
  return BuilderState{name, core::printable(string_of(instance, "Driver")), {}};
}

// The key buildx stores the choice of a builder under: the context's name, the address for
// "default".
std::string key_of(const DockerContext& context) {
  return context.name == "default" ? context.host : context.name;
}

// Returns the name of the builder chosen with `docker buildx use`, empty when none is.
std::string chosen_name(sys::Files& files,
                        const std::string& directory,
                        const DockerContext& context) {
  constexpr std::size_t kHashLength = 20;
  const std::string key = key_of(context);
  const Json current = read_json(files, directory + "/current");
  std::string name = string_of(current, "Name");
  const auto global = current.is_object() ? current.find("Global") : current.end();
  const bool everywhere = global != current.end() && global->is_boolean() && global->get<bool>();
  if (!name.empty() && (everywhere || string_of(current, "Key") == key)) {
    return name;
  }
  const auto fallback =
      files.read(directory + "/defaults/" + core::sha256_hex(key).substr(0, kHashLength), kLimit);
  return fallback ? *fallback : std::string();
}

}  // namespace

std::optional<BuilderState> find_builder(sys::Files& files,
                                         const sys::Environment& environment,
                                         const std::string& name) {
  if (auto instance = find_instance(files, environment, name)) {
    return instance;
  }
  const auto context = find_context(files, environment, name);
  return context ? std::optional(BuilderState{name, "docker", context->host}) : std::nullopt;
}

core::Result<BuilderState> current_builder(sys::Files& files,
                                           const sys::Environment& environment,
                                           const DockerContext& context) {
  const std::string named = environment.get("BUILDX_BUILDER");
  if (!named.empty()) {
    if (auto builder = find_builder(files, environment, named)) {
      return std::move(*builder);
    }
    return core::fail(
        core::ErrorKind::engine,
        "there is no builder '" + core::printable(named) + "', which BUILDX_BUILDER names",
        "see `docker buildx ls`");
  }
  const std::string directory = buildx_directory(environment);
  if (!directory.empty()) {
    const std::string chosen = chosen_name(files, directory, context);
    // A chosen builder that is gone is passed over, as buildx does.
    if (auto builder = find_instance(files, environment, chosen)) {
      return std::move(*builder);
    }
  }
  return BuilderState{context.name, "docker", context.host};
}

}  // namespace buildcache::docker
