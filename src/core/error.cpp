#include "core/error.hpp"

namespace buildcache::core {

Error while_doing(Error error, std::string_view what) {
  error.message = std::string(what) + ": " + error.message;
  return error;
}

std::string_view name_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage:
      return "usage";
    case ErrorKind::config:
      return "config";
    case ErrorKind::facts:
      return "facts";
    case ErrorKind::not_found:
      return "not_found";
    case ErrorKind::unauthorized:
      return "unauthorized";
    case ErrorKind::forbidden:
      return "forbidden";
    case ErrorKind::unavailable:
      return "unavailable";
    case ErrorKind::untrusted:
      return "untrusted";
    case ErrorKind::timed_out:
      return "timed_out";
    case ErrorKind::bad_response:
      return "bad_response";
    case ErrorKind::engine:
      return "engine";
    case ErrorKind::build:
      return "build";
    case ErrorKind::cancelled:
      return "cancelled";
    case ErrorKind::internal:
      break;
  }
  return "internal";
}

namespace {

std::string describe_position(const Position& position) {
  std::string text = position.file;
  if (position.line > 0) {
    text += (text.empty() ? "line " : ":") + std::to_string(position.line);
    if (position.column > 0) {
      text += ":" + std::to_string(position.column);
    }
  }
  return text;
}

}  // namespace

std::string describe(const Error& error) {
  std::string text;
  if (error.position) {
    text = describe_position(*error.position);
    if (!text.empty()) {
      text += ": ";
    }
  }
  text += error.message;
  if (!error.hint.empty()) {
    text += " (" + error.hint + ")";
  }
  return text;
}

}  // namespace buildcache::core
