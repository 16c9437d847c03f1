#include "ci/payload.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace buildcache::ci {

using Json = nlohmann::json;

struct Payload::Document {
  explicit Document(Json value) : root(std::move(value)) {}

  Json root;

  // Returns the member, nullptr when it is absent or null.
  [[nodiscard]] const Json* find(std::string_view path) const {
    const Json* value = &root;
    while (!path.empty()) {
      const std::size_t dot = path.find('.');
      if (!value->is_object()) {
        return nullptr;
      }
      const auto member = value->find(std::string(path.substr(0, dot)));
      if (member == value->end()) {
        return nullptr;
      }
      value = &*member;
      path.remove_prefix(dot == std::string_view::npos ? path.size() : dot + 1);
    }
    return value->is_null() ? nullptr : value;
  }
};

namespace {

tl::unexpected<core::Error> wrong(std::string_view path, const std::string& what) {
  return core::fail(core::ErrorKind::facts,
                    "the event payload's '" + std::string(path) + "' " + what);
}

tl::unexpected<core::Error> unreadable(const std::string& what) {
  return core::fail(core::ErrorKind::facts,
                    "the event payload " + what,
                    "GITHUB_EVENT_PATH must name the event's JSON file");
}

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

}  // namespace

bool is_commit_id(std::string_view text) {
  return (text.size() == 40 || text.size() == 64) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

core::Result<Payload> Payload::parse(std::string_view text) {
  if (text.empty()) {
    return Payload(std::make_shared<Document>(Json::object()));
  }
  if (text.size() > kPayloadLimit) {
    return unreadable("is larger than 25 MiB");
  }
  bool too_deep = false;
  const auto bound_depth = [&too_deep](int depth, Json::parse_event_t /*event*/, Json& /*value*/) {
    too_deep = too_deep || depth > kPayloadDepth;
    return !too_deep;
  };
  Json root = Json::parse(text, bound_depth, /*allow_exceptions=*/false);
  if (too_deep) {
    return unreadable("is nested deeper than " + std::to_string(kPayloadDepth) + " levels");
  }
  if (root.is_discarded()) {
    return unreadable("is not JSON");
  }
  if (!root.is_object()) {
    return unreadable("is no JSON object");
  }
  return Payload(std::make_shared<Document>(std::move(root)));
}

bool Payload::has(std::string_view path) const {
  return document_->find(path) != nullptr;
}

core::Result<std::string> Payload::text(std::string_view path) const {
  const Json* value = document_->find(path);
  if (value == nullptr) {
    return std::string();
  }
  if (!value->is_string()) {
    return wrong(path, "is no string");
  }
  const auto& text = value->get_ref<const std::string&>();
  if (text.size() > kNameLimit) {
    return wrong(path, "is longer than " + std::to_string(kNameLimit) + " bytes");
  }
  if (text.find('\0') != std::string::npos) {
    return wrong(path, "holds a NUL character");
  }
  return text;
}

core::Result<std::string> Payload::required_text(std::string_view path) const {
  auto found = text(path);
  if (found && found->empty()) {
    return wrong(path, "is missing");
  }
  return found;
}

core::Result<std::string> Payload::commit(std::string_view path) const {
  auto found = text(path);
  if (!found || found->empty()) {
    return found;
  }
  std::string id = lower_case(std::move(*found));
  if (!is_commit_id(id)) {
    return wrong(path, "is no commit id");
  }
  return id;
}

core::Result<std::string> Payload::number(std::string_view path) const {
  const Json* value = document_->find(path);
  if (value == nullptr) {
    return wrong(path, "is missing");
  }
  if (!value->is_number_unsigned() || value->get<std::uint64_t>() == 0) {
    return wrong(path, "is no positive whole number");
  }
  return std::to_string(value->get<std::uint64_t>());
}

core::Result<bool> Payload::flag(std::string_view path) const {
  const Json* value = document_->find(path);
  if (value == nullptr) {
    return false;
  }
  if (!value->is_boolean()) {
    return wrong(path, "is no boolean");
  }
  return value->get<bool>();
}

}  // namespace buildcache::ci
