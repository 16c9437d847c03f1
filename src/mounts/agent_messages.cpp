#include "mounts/agent_messages.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace buildcache::mounts {

namespace {

using nlohmann::json;

constexpr std::array<std::pair<Outcome, std::string_view>, 10> kOutcomes = {
    {{Outcome::restored, "restored"},
     {Outcome::kept, "kept"},
     {Outcome::saved, "saved"},
     {Outcome::unchanged, "unchanged"},
     {Outcome::empty, "empty"},
     {Outcome::smaller, "smaller"},
     {Outcome::too_large, "too large"},
     {Outcome::unfinished, "unfinished"},
     {Outcome::unreachable, "unreachable"},
     {Outcome::failed, "failed"}}};

Outcome outcome_of(std::string_view word) {
  const auto* const found =
      std::ranges::find(kOutcomes, word, &std::pair<Outcome, std::string_view>::second);
  return found == kOutcomes.end() ? Outcome::failed : found->first;
}

// nullopt for an empty text; an error is thrown as the JSON library throws.
std::optional<core::Digest> digest_in(const json& value) {
  const auto text = value.at("index").get<std::string>();
  if (text.empty()) {
    return std::nullopt;
  }
  auto digest = core::Digest::parse(text);
  if (!digest) {
    throw std::invalid_argument(digest.error().message);
  }
  return *digest;
}

std::string text_of(const std::optional<core::Digest>& digest) {
  return digest ? digest->str() : std::string();
}

AgentMount mount_in(const json& value) {
  return {value.at("directory").get<std::string>(),
          value.at("state").get<std::string>(),
          digest_in(value),
          value.at("exclude").get<std::vector<std::string>>(),
          value.at("max_bytes").get<std::uint64_t>(),
          value.at("allow_smaller").get<bool>(),
          value.at("based").get<bool>(),
          value.at("fresh").get<bool>(),
          value.at("repository").get<std::string>()};
}

AgentReport report_in(const json& value) {
  AgentReport report;
  report.outcome = outcome_of(value.at("outcome").get<std::string>());
  report.message = value.at("message").get<std::string>();
  report.entries = value.at("entries").get<std::uint64_t>();
  report.content = value.at("content").get<std::uint64_t>();
  report.read = value.at("read").get<std::uint64_t>();
  report.stored = value.at("stored").get<std::uint64_t>();
  report.left_out = value.at("left_out").get<std::uint64_t>();
  report.direct = value.at("direct").get<bool>();
  report.took = std::chrono::milliseconds(value.at("took_ms").get<std::int64_t>());
  report.index = digest_in(value);
  return report;
}

tl::unexpected<core::Error> garbled(const std::exception& error) {
  return core::fail(core::ErrorKind::bad_response,
                    std::string("garbled message between client and builder: ") + error.what());
}

}  // namespace

std::string_view word_of(Outcome outcome) {
  return std::ranges::find(kOutcomes, outcome, &std::pair<Outcome, std::string_view>::first)
      ->second;
}

std::string_view why(Outcome outcome) {
  switch (outcome) {
    case Outcome::empty:
      return "nothing is in it; what is stored stays";
    case Outcome::smaller:
      return "it has lost three quarters of what is stored, which stays; `save: always` stores it "
             "all the same";
    case Outcome::too_large:
      return "it is larger than `max-size`";
    case Outcome::unfinished:
      return "its restore was interrupted; the next run begins it anew";
    default:
      return "";
  }
}

std::string encode_request(const AgentRequest& request) {
  json mounts = json::array();
  for (const AgentMount& mount : request.mounts) {
    mounts.push_back({{"directory", mount.directory},
                      {"state", mount.state},
                      {"index", text_of(mount.index)},
                      {"exclude", mount.exclude},
                      {"max_bytes", mount.max_bytes},
                      {"allow_smaller", mount.allow_smaller},
                      {"based", mount.based},
                      {"fresh", mount.fresh},
                      {"repository", mount.repository}});
  }
  const bool save = request.action == AgentAction::save;
  return json{{"action", save ? "save" : "restore"},
              {"host", request.host},
              {"plain_http", request.plain_http},
              {"mounts", mounts}}
      .dump();
}

std::string encode_reports(const std::vector<AgentReport>& reports) {
  json list = json::array();
  for (const AgentReport& report : reports) {
    list.push_back({{"outcome", word_of(report.outcome)},
                    {"message", report.message},
                    {"entries", report.entries},
                    {"content", report.content},
                    {"read", report.read},
                    {"stored", report.stored},
                    {"left_out", report.left_out},
                    {"direct", report.direct},
                    {"took_ms", report.took.count()},
                    {"index", text_of(report.index)}});
  }
  return list.dump(-1, ' ', true, json::error_handler_t::replace);
}

core::Result<AgentRequest> decode_request(std::string_view text) {
  try {
    const json document = json::parse(text);
    AgentRequest request;
    request.action = document.at("action").get<std::string>() == "save" ? AgentAction::save
                                                                        : AgentAction::restore;
    request.host = document.at("host").get<std::string>();
    request.plain_http = document.at("plain_http").get<bool>();
    for (const json& mount : document.at("mounts")) {
      request.mounts.push_back(mount_in(mount));
    }
    return request;
  } catch (const std::exception& error) {
    return garbled(error);
  }
}

core::Result<std::vector<AgentReport>> decode_reports(std::string_view text) {
  try {
    std::vector<AgentReport> reports;
    for (const json& report : json::parse(text)) {
      reports.push_back(report_in(report));
    }
    return reports;
  } catch (const std::exception& error) {
    return garbled(error);
  }
}

}  // namespace buildcache::mounts
