#include "ci/facts.hpp"

namespace buildcache::ci {

std::string_view word_of(Provider provider) {
  switch (provider) {
    case Provider::local:
      return "local";
    case Provider::github:
      return "github";
    case Provider::gitlab:
      return "gitlab";
    case Provider::jenkins:
      return "jenkins";
  }
  return "local";
}

std::string_view change_word(Provider provider) {
  return provider == Provider::gitlab ? "merge request" : "pull request";
}

std::string_view word_of(Event event) {
  switch (event) {
    case Event::push:
      return "push";
    case Event::tag:
      return "tag";
    case Event::pull_request:
      return "pull_request";
    case Event::merge_queue:
      return "merge_queue";
    case Event::release:
      return "release";
    case Event::schedule:
      return "schedule";
    case Event::manual:
      return "manual";
    case Event::local:
      return "local";
    case Event::other:
      return "other";
  }
  return "other";
}

}  // namespace buildcache::ci
