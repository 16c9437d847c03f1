#include "commands/output_file.hpp"

#include "ci/github_delivery.hpp"
#include "sys/random.hpp"

#include <string>

namespace buildcache::commands {

namespace {

constexpr unsigned kReadable = 0644;  // outputs hold no secrets, and other users' stages read them

ci::OutputFormat format_of(const OutputFile& output, ci::Provider provider) {
  return output.format.value_or(ci::format_of(output.path, provider));
}

// The document and, where there is one, the JSON file beside it are of one run.
core::Result<void> write_dotenv(sys::Files& files,
                                const std::string& path,
                                const ci::Outputs& outputs) {
  const std::string json = ci::json_beside(path);
  if (auto written = files.write(json, ci::outputs_json(outputs), kReadable); !written) {
    return written;
  }
  return files.write(path, ci::dotenv(outputs, json), kReadable);
}

}  // namespace

core::Result<void> forget_outputs(sys::Files& files,
                                  const OutputFile& output,
                                  ci::Provider provider) {
  const auto format = format_of(output, provider);
  if (output.path.empty() || format == ci::OutputFormat::github) {
    return {};
  }
  if (format == ci::OutputFormat::dotenv) {
    if (auto removed = files.remove_all(ci::json_beside(output.path)); !removed) {
      return removed;
    }
  }
  return files.remove_all(output.path);
}

core::Result<void> write_output_file(sys::Files& files,
                                     const OutputFile& output,
                                     ci::Provider provider,
                                     const ci::Outputs& outputs) {
  if (output.path.empty()) {
    return {};
  }
  switch (format_of(output, provider)) {
    case ci::OutputFormat::dotenv:
      return write_dotenv(files, output.path, outputs);
    case ci::OutputFormat::properties:
      return files.write(output.path, ci::properties(outputs), kReadable);
    case ci::OutputFormat::json:
      return files.write(output.path, ci::outputs_json(outputs), kReadable);
    case ci::OutputFormat::github:
      break;
  }
  ci::GithubDelivery delivery(
      files, {output.path, ""}, [](std::string_view) {}, sys::random_token);
  return delivery.write_outputs(outputs);
}

}  // namespace buildcache::commands
