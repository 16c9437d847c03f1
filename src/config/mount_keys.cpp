#include "config/forms.hpp"
#include "config/keys.hpp"

#include <charconv>

namespace buildcache::config {
namespace {

constexpr TextRule kId{"the id or target of a cache mount such as /root/.cargo/registry"};
constexpr TextRule kPattern{"a pattern such as *.tmp or debug/incremental"};
constexpr TextRule kSize{"a size such as 2g", is_byte_size, "a number, then b, k, m or g"};

// REQUIRES: is_byte_size(text).
std::uint64_t bytes_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end == text.data() + text.size()) {
    return number;
  }
  static constexpr std::string_view kUnits = "bkmg";
  const auto unit = kUnits.find(static_cast<char>(*end | 0x20));
  return number << (10U * (unit % kUnits.size()));
}

Type<std::uint64_t> size_type() {
  const auto any = text(kSize);
  return {any.shape, [any](const Value& value, std::uint64_t& out) {
            std::string read;
            any.read(value, read);
            if (!read.empty()) {
              out = bytes_of(read);
            }
          }};
}

Type<MountRule> rule_type() {
  const auto whole = object<MountRule>(
      "a mapping such as {id: /root/.cargo/registry, max-size: 2g}",
      {field(&MountRule::id,
             {.name = "id",
              .description = "The mount's id in the Dockerfile, or its target where it has none",
              .example = "/root/.cargo/registry",
              .required = true},
             text(kId)),
       field(&MountRule::exclude,
             {.name = "exclude",
              .description = "Shell patterns of what is not saved; with a slash they start at the "
                             "mount's root, without one they match a name anywhere",
              .default_json = "[]"},
             list_of("a list such as [\"*.tmp\"]", text(kPattern))),
       field(&MountRule::max_size,
             {.name = "max-size",
              .description = "A mount whose files are larger together is not saved; no limit "
                             "without it"},
             size_type()),
       field(&MountRule::save,
             {.name = "save",
              .description = "After which builds it is saved: those that used it, all, or none",
              .default_json = R"("changed")"},
             word<SaveMount>({{"changed", SaveMount::changed},
                              {"always", SaveMount::always},
                              {"never", SaveMount::never}}))});
  const auto id = text(kId);
  const auto shape = shape_of(Shape::Kind::one_of,
                              "a mount's id, or a mapping such as {id: /root/.cargo/registry}",
                              std::vector{id.shape, whole.shape});
  return {shape, [id, whole](const Value& value, MountRule& out) {
            if (value.node().kind == YamlNode::Kind::scalar) {
              id.read(value, out.id);
              return;
            }
            whole.read(value, out);
          }};
}

}  // namespace

Type<std::vector<MountRule>> mounts_type() {
  const auto list = list_of("a list such as [/root/.cargo/registry]", rule_type());
  auto all = shape_of(Shape::Kind::words, "auto");
  all.words = {"auto"};
  const auto shape = shape_of(
      Shape::Kind::one_of, "auto, or a list of cache mounts", std::vector{all, list.shape});
  return {shape, [list](const Value& value, std::vector<MountRule>& out) {
            if (value.node().kind != YamlNode::Kind::scalar) {
              list.read(value, out);
              return;
            }
            if (value.text() != "auto") {
              value.unexpected("auto, or a list of cache mounts");
              return;
            }
            out = {MountRule{}};
          }};
}

}  // namespace buildcache::config
