#include "report/step_news.hpp"

#include "events.hpp"

#include <doctest/doctest.h>

#include <string>

namespace buildcache::report {
namespace {

using docker::VertexKind;
using std::chrono::milliseconds;

}  // namespace

TEST_CASE("step news: a step is told once, and again when it went on for a second") {
  StepNews news;
  CHECK(news.is_news("a", completed("RUN a", milliseconds(7))));
  CHECK_FALSE(news.is_news("a", completed("RUN a", milliseconds(41))));
  CHECK_FALSE(news.is_news("a", completed("RUN a", milliseconds(900))));
  CHECK(news.is_news("a", completed("RUN a", milliseconds(1100))));
  CHECK_FALSE(news.is_news("a", completed("RUN a", milliseconds(1200))));
}

TEST_CASE("step news: a second solve of the target tells its steps again") {
  StepNews news;
  CHECK(news.is_news("a", completed("RUN a", milliseconds(700))));
  news.start("a");
  CHECK(news.is_news("a", completed("RUN a", milliseconds(700))));
  const auto cached = event_of(docker::EventKind::cached, "RUN b");
  CHECK(news.is_news("b", cached));
  CHECK(news.is_news("b", cached));
}

TEST_CASE("step news: housekeeping is told when it took a second") {
  StepNews news;
  CHECK_FALSE(news.is_news("a", of_kind(VertexKind::internal, completed("load", milliseconds(9)))));
  CHECK(news.is_news("a", of_kind(VertexKind::internal, completed("load", milliseconds(1000)))));
}

TEST_CASE("step news: work on caches and images is always told") {
  StepNews news;
  for (const auto kind : {VertexKind::import, VertexKind::cache_export, VertexKind::image_export}) {
    const std::string source = std::to_string(static_cast<int>(kind));
    CHECK(news.is_news(source, of_kind(kind, completed("x", milliseconds(1)))));
  }
}

TEST_CASE("step news: digests in names are cut, other names are not") {
  const std::string digits(64, 'a');
  CHECK(step_name(event_of(docker::EventKind::started, "FROM x@sha256:" + digits + " y")) ==
        "FROM x@sha256:aaaaaaaaaaaa y");
  CHECK(step_name(event_of(docker::EventKind::started, "RUN echo sha256: ab")) ==
        "RUN echo sha256: ab");
}

}  // namespace buildcache::report
