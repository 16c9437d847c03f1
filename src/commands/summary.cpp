#include "commands/summary.hpp"

#include "report/summary_document.hpp"

namespace buildcache::commands {

namespace {

constexpr unsigned kReadable = 0644;  // other users' stages publish it

}  // namespace

core::Result<void> write_job_summary(ci::Delivery& delivery,
                                     config::SummaryMode mode,
                                     const plan::Plan& plan,
                                     const report::RunResult& result) {
  using config::SummaryMode;
  const bool nothing_new = mode == SummaryMode::on_miss && !report::is_noteworthy(plan, result);
  if (mode == SummaryMode::off || nothing_new) {
    return {};
  }
  const bool full = mode != SummaryMode::compact;
  return delivery.write_summary(report::to_markdown(report::summary_document(plan, result, full)));
}

core::Result<void> write_summary_files(sys::Files& files,
                                       const std::vector<std::string>& paths,
                                       const plan::Plan& plan,
                                       const report::RunResult& result) {
  const report::Document document = report::summary_document(plan, result, true);
  core::Result<void> outcome;
  for (const std::string& path : paths) {
    const std::string content =
        path.ends_with(".html") ? report::to_html(document) : report::to_markdown(document);
    auto written = files.write(path, content, kReadable);
    if (!written && outcome) {
      outcome = std::move(written);
    }
  }
  return outcome;
}

}  // namespace buildcache::commands
