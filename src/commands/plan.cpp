#include "commands/plan.hpp"

#include "commands/connections.hpp"
#include "commands/messages.hpp"
#include "commands/planning.hpp"
#include "commands/prepare.hpp"
#include "commands/verbose.hpp"
#include "report/plan_report.hpp"

namespace buildcache::commands {

namespace {

core::Result<std::string> render(const plan::Plan& plan, const PlanOptions& options) {
  switch (options.format) {
    case PlanFormat::json:
      return report::plan_json(plan, commands_of(plan));
    case PlanFormat::args:
      return report::plan_args(plan);
    case PlanFormat::text:
    case PlanFormat::explained:
      break;
  }
  return report::plan_text(
      plan,
      options.common.colour == ColourWish::always,
      options.format == PlanFormat::explained ? report::Detail::everything : report::Detail::usual);
}

core::Result<void> prepare_and_tell(const Seams& seams, const PlanOptions& options) {
  auto prepared =
      prepare(seams, options.common, options.probe ? Reach::network : Reach::this_machine);
  if (!prepared) {
    return tl::unexpected(prepared.error());
  }
  Connections connections(seams, *prepared, options.common.verbosity);
  const Asking asking = options.probe ? Asking::what_answers : Asking::nothing;
  auto plan = make_plan_of(seams, *prepared, connections.store(), options.common.wishes, asking);
  if (!plan) {
    return tl::unexpected(plan.error());
  }
  auto document = render(*plan, options);
  if (!document) {
    return tl::unexpected(document.error());
  }
  seams.out(*document);
  // The JSON document holds the notices; nobody should have to read them twice.
  for (const core::Notice& notice : plan->notices) {
    if (options.format != PlanFormat::json) {
      seams.err(notice_line(notice));
    }
  }
  return {};
}

}  // namespace

core::Result<void> plan(const Seams& seams, const PlanOptions& options) {
  const VerboseSeams verbose(seams, options.common.verbosity);
  return prepare_and_tell(verbose.get(), options);
}

}  // namespace buildcache::commands
