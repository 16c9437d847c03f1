#include "ci/github_delivery.hpp"

#include "ci/github_grammar.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace buildcache::ci {
namespace {

constexpr std::size_t kMessageLimit = 4000;  // characters; the runner cuts at 4096
constexpr std::size_t kTitleLimit = 200;

}  // namespace

GithubDelivery::GithubDelivery(sys::Files& files,
                               GithubPaths paths,
                               LogLine log,
                               std::function<std::string()> random_token)
    : files_(files),
      paths_(std::move(paths)),
      log_(std::move(log)),
      random_token_(std::move(random_token)) {}

// Commands of our own work inside of foreign output too: the stop is lifted for them.
void GithubDelivery::command(std::string_view name, std::string_view title, std::string_view data) {
  const bool was_stopped = !stop_token_.empty();
  if (was_stopped) {
    resume_commands();
  }
  log_(workflow_command(name, title, data));
  if (was_stopped) {
    stop_commands();
  }
}

void GithubDelivery::stop_commands() {
  stop_token_ = "buildcache-" + random_token_();
  log_("::stop-commands::" + stop_token_);
}

void GithubDelivery::resume_commands() {
  log_("::" + stop_token_ + "::");
  stop_token_.clear();
}

void GithubDelivery::mask(std::string_view secret) {
  for (const std::string& mask : masks_of(secret)) {
    command("add-mask", {}, mask);
  }
}

void GithubDelivery::begin_group(std::string_view title) {
  command("group", {}, core::shortened(core::printable(title), kTitleLimit));
}

void GithubDelivery::end_group() {
  command("endgroup", {}, {});
}

void GithubDelivery::begin_foreign_output() {
  if (stop_token_.empty()) {
    stop_commands();
  }
}

void GithubDelivery::end_foreign_output() {
  if (!stop_token_.empty()) {
    resume_commands();
  }
}

void GithubDelivery::annotate(const core::Notice& notice) {
  std::string title = "buildcache";
  if (!notice.target.empty()) {
    title += ": " + notice.target;
  }
  std::string message = core::printable(notice.message, true);
  if (!notice.remedy.empty()) {
    message += "\n" + core::printable(notice.remedy, true);
  }
  command(notice.severity == core::Severity::warning ? "warning" : "notice",
          core::shortened(core::printable(title), kTitleLimit),
          core::shortened(message, kMessageLimit));
}

core::Result<std::string> GithubDelivery::delimiter_for(std::string_view value) {
  for (int attempt = 0; attempt < 3; ++attempt) {
    std::string delimiter = "buildcache-" + random_token_();
    if (value.find(delimiter) == std::string_view::npos) {
      return delimiter;
    }
  }
  return core::fail(core::ErrorKind::internal, "no delimiter is free of what an output holds");
}

core::Result<void> GithubDelivery::write_outputs(const Outputs& outputs) {
  if (paths_.output.empty() || outputs.empty()) {
    return {};
  }
  std::string entries;
  for (const auto& [name, bytes] : outputs) {
    if (!is_output_name(name)) {
      return core::fail(core::ErrorKind::internal,
                        "'" + core::printable(name) + "' cannot name an output");
    }
    const std::string value = valid_utf8(bytes);
    const auto delimiter = delimiter_for(value);
    if (!delimiter) {
      return tl::unexpected(delimiter.error());
    }
    entries += output_entry(name, value, *delimiter);
  }
  return files_.append(paths_.output, entries);
}

core::Result<void> GithubDelivery::write_summary(std::string_view markdown) {
  if (paths_.summary.empty() || markdown.empty()) {
    return {};
  }
  const auto present = files_.read(paths_.summary, kSummaryLimit);
  if (!present && present.error().kind == core::ErrorKind::bad_response) {
    return {};  // full: one byte more could cost what is there already
  }
  const std::size_t used = present ? present->size() : 0;
  const std::string text =
      capped_summary(valid_utf8(markdown), kSummaryLimit - std::min(used, kSummaryLimit));
  return text.empty() ? core::Result<void>() : files_.append(paths_.summary, text);
}

}  // namespace buildcache::ci
