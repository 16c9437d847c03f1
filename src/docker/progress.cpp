#include "docker/progress.hpp"

#include "core/text.hpp"
#include "docker/vertex_name.hpp"

#include <algorithm>
#include <utility>

namespace buildcache::docker {
namespace {

constexpr std::size_t kMaxVertexes = 50'000;
constexpr std::size_t kMaxStatuses = 200'000;
constexpr std::size_t kMaxWarnings = 200;
constexpr std::size_t kMaxPlainLines = 200;
constexpr std::int64_t kMaxTime = 366LL * 24 * 3600 * 1'000'000'000;  // of a vertex; hostile beyond

std::chrono::milliseconds to_milliseconds(std::int64_t nanoseconds) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::nanoseconds(std::max<std::int64_t>(nanoseconds, 0)));
}

// Returns `earlier` and the time from `started` to `completed`, which is 0 while it runs.
std::int64_t sum_of(std::int64_t earlier, std::int64_t started, std::int64_t completed) {
  return std::min(earlier + std::clamp<std::int64_t>(completed - started, 0, kMaxTime), kMaxTime);
}

std::string size_text(std::int64_t bytes) {
  return core::human_size(static_cast<std::uint64_t>(std::max<std::int64_t>(bytes, 0)));
}

// "downloading 3.1 MiB of 20 MiB", "transferring context: 12 MiB", "extracting
// sha256:95a949c24205".
std::string status_text(const StatusUpdate& update) {
  constexpr std::string_view kAlgorithm = "sha256:";
  constexpr std::size_t kHexDigits = 64;
  if (update.total > 0) {
    return "downloading " + size_text(update.current) + " of " + size_text(update.total);
  }
  std::string text = update.id;
  const std::size_t digest = text.rfind(kAlgorithm);
  if (digest != std::string::npos && text.size() - digest == kAlgorithm.size() + kHexDigits) {
    text = text.substr(0, digest + kAlgorithm.size()) +
           core::short_id(std::string_view(text).substr(digest + kAlgorithm.size()));
  }
  return update.current > 0 ? text + " " + size_text(update.current) : text;
}

}  // namespace

std::vector<Event> ProgressReader::feed(std::string_view bytes) {
  std::vector<Event> events;
  for (const auto& piece : documents_.feed(bytes)) {
    take(piece, events);
  }
  return events;
}

std::vector<Event> ProgressReader::finish() {
  std::vector<Event> events;
  for (const auto& piece : documents_.finish()) {
    take(piece, events);
  }
  return events;
}

void ProgressReader::take(const DocumentStream::Piece& piece, std::vector<Event>& events) {
  const auto status = piece.document ? parse_solve_status(piece.text) : std::nullopt;
  if (!status) {
    take_plain(piece.text, events);
    return;
  }
  for (const auto& update : status->vertexes) {
    take_vertex(update, events);
  }
  for (const auto& update : status->statuses) {
    take_status(update, events);
  }
  for (const auto& update : status->logs) {
    take_log(update, events);
  }
  for (const auto& update : status->warnings) {
    take_warning(update, events);
  }
}

void ProgressReader::take_plain(const std::string& line, std::vector<Event>& events) {
  Event event;
  event.text = core::printable(line);
  plain_.push_back(event.text);
  if (plain_.size() > kMaxPlainLines) {
    plain_.erase(plain_.begin());
  }
  events.push_back(std::move(event));
}

std::optional<std::size_t> ProgressReader::place_of(const std::string& digest) {
  const auto known = index_.find(digest);
  if (known != index_.end()) {
    return known->second;
  }
  if (steps_.size() >= kMaxVertexes) {
    ++dropped_;
    return std::nullopt;
  }
  index_.emplace(digest, steps_.size());
  steps_.emplace_back().digest = digest;
  tracks_.emplace_back();
  return steps_.size() - 1;
}

Event ProgressReader::event_of(EventKind kind, std::size_t place) const {
  const Step& step = steps_[place];
  Event event;
  event.kind = kind;
  event.vertex = step.digest;
  event.name = step.name;
  event.duration = step.duration;
  event.vertex_kind = read_vertex_name(step.name).kind;
  event.internal = step.internal;
  return event;
}

void ProgressReader::take_vertex(const VertexUpdate& update, std::vector<Event>& events) {
  const auto place = place_of(update.digest);
  if (!place) {
    return;
  }
  Step& step = steps_[*place];
  if (step.name.empty()) {
    const VertexName name = read_vertex_name(update.name);
    step.name = update.name;
    step.stage = name.stage;
    step.base = name.kind == VertexKind::base;
    step.internal = name.kind != VertexKind::step && !step.base;
  }
  const bool was_started = step.started;
  const bool was_cached = step.cached;
  const bool had_failed = !step.error.empty();
  const bool closed = keep_time(update, *place);
  keep_outcome(update, *place);
  if (step.started && !was_started && !step.cached) {
    events.push_back(event_of(EventKind::started, *place));
  }
  if (!step.error.empty() && !had_failed) {
    events.push_back(event_of(EventKind::failed, *place));
    events.back().text = step.error;
  } else if (step.cached && !was_cached) {
    events.push_back(event_of(EventKind::cached, *place));
  } else if (closed && !step.cached && step.error.empty()) {
    events.push_back(event_of(EventKind::completed, *place));
  }
}

void ProgressReader::keep_outcome(const VertexUpdate& update, std::size_t place) {
  Step& step = steps_[place];
  Track& track = tracks_[place];
  if (!update.error.empty() && update.completed > 0) {
    step.error = update.error;
    track.failed = std::max(track.failed, update.completed);
  } else if (!step.error.empty() && update.completed > 0 && update.started >= track.failed) {
    // It was found in a cache, could not be loaded from there, and was run after all.
    step.lost = std::exchange(step.error, {});
    step.cached = false;
    step.duration = to_milliseconds(update.completed - update.started);
  }
  step.cached = step.cached || (update.cached && step.lost.empty());
  if (step.cached) {
    step.duration = std::chrono::milliseconds(0);
  }
}

bool ProgressReader::keep_time(const VertexUpdate& update, std::size_t place) {
  Step& step = steps_[place];
  Track& track = tracks_[place];
  // Older intervals are repeated now and then: they are counted already.
  if (update.started == 0 || update.started < track.started) {
    return false;
  }
  if (update.started > track.started) {
    track.earlier = sum_of(track.earlier, track.started, track.completed);
    track.started = update.started;
    track.completed = 0;
  }
  step.started = true;
  step.completed = update.completed > 0;
  const bool closed = track.completed == 0 && update.completed > 0;
  track.completed = std::max(track.completed, update.completed);
  if (track.completed > 0) {
    step.duration = to_milliseconds(sum_of(track.earlier, track.started, track.completed));
  }
  return closed;
}

void ProgressReader::take_status(const StatusUpdate& update, std::vector<Event>& events) {
  const auto place = index_.find(update.vertex);
  if (place == index_.end()) {
    return;
  }
  auto& shown = tracks_[place->second].shown;
  const std::int64_t state = update.completed ? -1 : update.current;
  const auto known = shown.find(update.id);
  if (known != shown.end() && std::exchange(known->second, state) == state) {
    return;
  }
  if (known == shown.end()) {
    if (statuses_ >= kMaxStatuses) {
      ++dropped_;
      return;
    }
    ++statuses_;
    shown.emplace(update.id, state);
  }
  Event event = event_of(EventKind::status, place->second);
  event.text = status_text(update);
  event.status = update.id;
  event.current = update.current;
  event.total = update.total;
  event.done = update.completed;
  events.push_back(std::move(event));
}

void ProgressReader::take_log(const LogUpdate& update, std::vector<Event>& events) {
  const auto place = index_.find(update.vertex);
  if (place == index_.end()) {
    return;
  }
  events.push_back(event_of(EventKind::log, place->second));
  events.back().text = update.data;
}

void ProgressReader::take_warning(const WarningUpdate& update, std::vector<Event>& events) {
  const bool known = std::ranges::find(warnings_, update.text) != warnings_.end();
  if (update.text.empty() || known || warnings_.size() >= kMaxWarnings) {
    return;
  }
  warnings_.push_back(update.text);
  const auto place = index_.find(update.vertex);
  Event event = place == index_.end() ? Event{} : event_of(EventKind::warning, place->second);
  event.kind = EventKind::warning;
  event.text = update.text;
  events.push_back(std::move(event));
}

}  // namespace buildcache::docker
