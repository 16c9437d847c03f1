#include "config/forms.hpp"
#include "config/keys.hpp"
#include "config/load.hpp"
#include "core/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace buildcache::config {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

struct RuleWord {
  std::string_view word;
  RuleKind kind;
};

constexpr std::array<RuleWord, 6> kRules{{{"pr", RuleKind::pr},
                                          {"commit", RuleKind::commit},
                                          {"branch", RuleKind::branch},
                                          {"merge-base", RuleKind::merge_base},
                                          {"base", RuleKind::base},
                                          {"default", RuleKind::default_branch}}};

constexpr std::string_view kRuleWhat =
    "one of pr, commit, branch, merge-base, base, default, name:X, or a reference such as "
    "ghcr.io/acme/cache:tag";

const std::vector<std::string>& rule_words() {
  static const std::vector<std::string> kWords{
      "pr", "commit", "branch", "merge-base", "base", "default"};
  return kWords;
}

// Returns the rule a word stands for; what could be a misspelt rule is no reference.
std::optional<FallbackRule> parse_rule(const std::string& text) {
  const auto* known =
      std::ranges::find_if(kRules, [&text](const RuleWord& rule) { return rule.word == text; });
  if (known != kRules.end()) {
    return FallbackRule{known->kind, "", text};
  }
  if (text.starts_with("name:") && is_simple_name(text.substr(5))) {
    return FallbackRule{RuleKind::name, text.substr(5), text};
  }
  if (text.find('/') != std::string::npos && core::parse_image_ref(text)) {
    return FallbackRule{RuleKind::literal, text, text};
  }
  return std::nullopt;
}

Type<FallbackRule> rule_type() {
  const auto any = text({kRuleWhat});
  return {any.shape, [read = any.read](const Value& value, FallbackRule& out) {
            std::string filled;
            read(value, filled);
            if (filled.empty()) {
              return;
            }
            if (const auto rule = parse_rule(filled)) {
              out = *rule;
              return;
            }
            const auto near = core::nearest(value.text(), rule_words());
            value.unexpected(kRuleWhat,
                             near.empty() ? "" : fmt::format("did you mean `{}`?", near));
          }};
}

using Write = std::map<TrustLevel, std::vector<WriteScope>>;

bool may_write_commits(TrustLevel level) {
  return level == TrustLevel::protected_branch || level == TrustLevel::merge_queue;
}

void refuse_commit(const Value& list, TrustLevel level) {
  if (may_write_commits(level)) {
    return;
  }
  for (std::size_t i = 0; i < list.node().items.size(); ++i) {
    if (list.item(i).text() == word_of(WriteScope::commit)) {
      list.item(i).error(
          fmt::format("a build at level `{}` cannot write the caches of commits", word_of(level)),
          "only `protected` and `merge-queue` may, because every build trusts those caches");
    }
  }
}

Field<Write> write_field(TrustLevel level, std::string description, std::string default_json) {
  const auto scopes = list_of("a list of commit, branch, pr",
                              word<WriteScope>({{"commit", WriteScope::commit},
                                                {"branch", WriteScope::branch},
                                                {"pr", WriteScope::pr}}));
  auto shape = scopes.shape;
  if (!may_write_commits(level)) {
    shape.words_for_people = "a list of branch, pr";
    std::erase(shape.parts.front().words, word_of(WriteScope::commit));
  }
  if (level == TrustLevel::fork) {
    shape.words_for_people = "an empty list";
    shape.always_empty = true;
  }
  return {{.name = std::string(word_of(level)),
           .description = std::move(description),
           .default_json = std::move(default_json),
           .shape = std::move(shape)},
          [level, read = scopes.read](const Value& value, Write& out) {
            if (level == TrustLevel::fork && !value.node().items.empty()) {
              value.error("a fork never writes caches", "leave it empty, or remove the key");
              return;
            }
            read(value, out[level]);
            refuse_commit(value, level);
          }};
}

Type<Write> write_type() {
  return object<Write>(
      "a mapping such as {branch: [branch]}",
      {write_field(TrustLevel::protected_branch,
                   "Builds of protected branches and the default branch",
                   R"(["commit","branch"])"),
       write_field(TrustLevel::merge_queue, "Builds of a merge queue", R"(["commit"])"),
       write_field(
           TrustLevel::branch, "Builds of other branches, and local builds", R"(["branch"])"),
       write_field(TrustLevel::pull_request,
                   "Builds of pull and merge requests of this repository",
                   R"(["pr"])"),
       write_field(TrustLevel::tag, "Builds of tags and releases", "[]"),
       write_field(TrustLevel::fork, "Builds of what a fork sent", "[]")});
}

Type<Timeouts> timeout_type() {
  return object<Timeouts>(
      "a mapping such as {probe: 10s}",
      {field(&Timeouts::probe,
             {.name = "probe",
              .description = "For asking the store which caches exist, all together; "
                             "and for fetching commits that the clone lacks",
              .default_json = R"("10s")"},
             duration(milliseconds(100), minutes(10))),
       field(&Timeouts::import,
             {.name = "import",
              .description = "For BuildKit to read a cache before the build goes on without it",
              .default_json = R"("1m")"},
             duration(milliseconds(100), hours(1))),
       field(&Timeouts::export_,
             {.name = "export",
              .description = "For writing the cache after the build",
              .default_json = R"("10m")"},
             duration(milliseconds(1000), hours(24)))});
}

std::vector<Field<Cache>> choice_fields() {
  return {
      field(&Cache::fallback,
            {.name = "fallback",
             .description = "Which caches to look for, nearest first",
             .default_json = R"(["pr","commit","branch","merge-base","base","default"])"},
            list_of("a list such as [commit, branch, default]", rule_type())),
      field(&Cache::lookback,
            {.name = "lookback",
             .description = "How many commits a walk through the history looks at",
             .default_json = "50"},
            whole_number(0, 1000)),
      field(&Cache::max_sources,
            {.name = "max-sources",
             .description = "How many caches BuildKit is given at most",
             .default_json = "3"},
            whole_number(1, 16)),
      field(&Cache::write,
            {.name = "write", .description = "What a build may write, by how far it is trusted"},
            write_type())};
}

std::vector<Field<Cache>> export_fields() {
  return {
      field(&Cache::mode,
            {.name = "mode",
             .description = "`max` keeps the layers of all stages, `min` those of the result",
             .default_json = R"("max")"},
            word<ExportMode>({{"max", ExportMode::max}, {"min", ExportMode::min}})),
      field(&Cache::compression,
            {.name = "compression",
             .description = "How layers are compressed; without it zstd where engine and registry "
                            "take it, else gzip"},
            word<Compression>({{"zstd", Compression::zstd},
                               {"gzip", Compression::gzip},
                               {"uncompressed", Compression::uncompressed}})),
      field(&Cache::timeout,
            {.name = "timeout", .description = "How long caches may take before they are left out"},
            timeout_type())};
}

}  // namespace

std::vector<FallbackRule> default_fallback() {
  std::vector<FallbackRule> rules;
  rules.reserve(kRules.size());
  for (const RuleWord& rule : kRules) {
    rules.push_back({rule.kind, "", std::string(rule.word)});
  }
  return rules;
}

std::map<TrustLevel, std::vector<WriteScope>> default_write() {
  return {{TrustLevel::protected_branch, {WriteScope::commit, WriteScope::branch}},
          {TrustLevel::merge_queue, {WriteScope::commit}},
          {TrustLevel::branch, {WriteScope::branch}},
          {TrustLevel::pull_request, {WriteScope::pr}},
          {TrustLevel::tag, {}},
          {TrustLevel::fork, {}}};
}

Type<Cache> cache_type() {
  auto fields = store_fields();
  for (auto& more : {choice_fields(), export_fields()}) {
    fields.insert(fields.end(), more.begin(), more.end());
  }
  return object<Cache>(
      "a mapping such as {repository: ghcr.io/acme/shop/cache}", fields, check_store);
}

core::Result<std::vector<FallbackRule>> parse_fallback(const std::string& text) {
  std::vector<FallbackRule> rules;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string word = text.substr(begin, end - begin);
    const auto rule = parse_rule(word);
    if (!rule) {
      return tl::unexpected(core::Error{core::ErrorKind::usage,
                                        fmt::format("a fallback list has {}, not '{}'",
                                                    kRuleWhat,
                                                    core::shortened(core::printable(word), 80)),
                                        std::nullopt,
                                        "put commas between the words: pr,branch,base"});
    }
    rules.push_back(*rule);
    begin = end + 1;
  }
  return rules;
}

}  // namespace buildcache::config
