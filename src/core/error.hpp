// What went wrong, as data: a closed set of kinds, one sentence, where, and what to do about it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace buildcache::core {

// Kinds alone decide exit codes and retries; messages are for people.
enum class ErrorKind {
  usage,         // the command line is wrong
  config,        // .buildcache.yml, or a file it names, is wrong
  facts,         // git or CI facts are missing or contradict each other
  not_found,     // the asked-for thing does not exist (404, ENOENT)
  unauthorized,  // no or wrong credentials (401)
  forbidden,     // credentials known, access refused (403, EACCES)
  unavailable,   // network failure, 429, 5xx: may pass when tried again
  untrusted,     // certificates that do not prove who a server is: stays so when tried again
  timed_out,     // no answer within the deadline
  bad_response,  // an answer that breaks its protocol
  engine,        // docker, buildx or the builder is missing or unable
  build,         // the user's build, or the push of its product, failed
  cancelled,     // SIGINT or SIGTERM
  internal,      // a bug of ours, or an operating system failure nobody expects
};

// A place in a file. Lines and columns count from 1, columns in bytes; 0 is unknown.
struct Position {
  std::string file;
  int line = 0;
  int column = 0;
};

struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string message;               // one sentence, no final full stop, no secret
  std::optional<Position> position;  // set for errors in files
  std::string hint;                  // what to do about it; may be empty
};

// Puts what was being done before the message: "read tags of x: connection refused".
Error while_doing(Error error, std::string_view what);

// Returns the kind's name as written in the enumeration.
std::string_view name_of(ErrorKind kind);

// Returns "file:line:column: message (hint)" with the parts that are known.
std::string describe(const Error& error);

}  // namespace buildcache::core
