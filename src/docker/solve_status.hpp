// One document of the progress stream, as plain data (BuildKit client.SolveStatus).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buildcache::docker {

// Times are nanoseconds since 1970, 0 when the document has none. Names and errors are printable.
struct VertexUpdate {
  std::string digest;
  std::string name;
  std::int64_t started = 0;
  std::int64_t completed = 0;
  bool cached = false;
  std::string error;
};

struct StatusUpdate {
  std::string vertex;
  std::string id;
  std::int64_t current = 0;
  std::int64_t total = 0;
  bool completed = false;
};

struct LogUpdate {
  std::string vertex;
  std::string data;  // decoded, hostile
};

struct WarningUpdate {
  std::string vertex;
  std::string text;
};

struct SolveStatus {
  std::vector<VertexUpdate> vertexes;
  std::vector<StatusUpdate> statuses;
  std::vector<LogUpdate> logs;
  std::vector<WarningUpdate> warnings;
};

// Returns nullopt when `text` is not a JSON object of that shape. Entries that lack their digest,
// and fields of a wrong type, are left out.
std::optional<SolveStatus> parse_solve_status(std::string_view text);

// Returns nanoseconds since 1970 of an RFC 3339 time, 0 for anything else.
std::int64_t parse_timestamp(std::string_view text);

}  // namespace buildcache::docker
