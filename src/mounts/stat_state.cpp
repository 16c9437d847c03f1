#include "mounts/stat_state.hpp"

#include "mounts/index_codec.hpp"
#include "mounts/wire.hpp"
#include "mounts/zstd.hpp"

#include <string_view>
#include <unordered_map>
#include <utility>

namespace buildcache::mounts {

namespace {

constexpr std::string_view kMagic = "BCSTATE1";

bool is_kind(EntryKind entry, sys::FileKind file) {
  switch (entry) {
    case EntryKind::directory:
      return file == sys::FileKind::directory;
    case EntryKind::symlink:
      return file == sys::FileKind::symlink;
    default:
      return file == sys::FileKind::file;
  }
}

}  // namespace

StatState state_of(Index index, const Walk& walk) {
  std::unordered_map<std::string_view, const sys::FileStatus*> found;
  for (const Walked& walked : walk.entries) {
    found.emplace(walked.path, &walked.status);
  }
  StatState state;
  state.entries.reserve(index.entries.size());
  for (const Entry& entry : index.entries) {
    const auto at = found.find(entry.path);
    const bool same = at != found.end() && is_kind(entry.kind, at->second->kind);
    state.entries.push_back(same ? EntryState{at->second->inode, at->second->changed}
                                 : EntryState{});
  }
  state.index = std::move(index);
  return state;
}

bool unchanged(const Entry& entry, const EntryState& state, const sys::FileStatus& now) {
  return entry.kind == EntryKind::file && now.kind == sys::FileKind::file &&
         entry.size == now.size && entry.attributes.modified == now.modified &&
         state.inode == now.inode && state.changed == now.changed;
}

std::string encode_state(const StatState& state) {
  WireWriter out;
  out.text(encode(state.index));
  EntryState before;
  for (const EntryState& entry : state.entries) {
    out.signed_number(static_cast<std::int64_t>(entry.inode - before.inode));
    // Times far apart may wrap around; reading wraps them back.
    out.signed_number(
        static_cast<std::int64_t>(static_cast<std::uint64_t>(entry.changed.seconds) -
                                  static_cast<std::uint64_t>(before.changed.seconds)));
    out.number(entry.changed.nanoseconds);
    before = entry;
  }
  std::string bytes(kMagic);
  Compressor(1).append(out.take(), bytes);
  return bytes;
}

core::Result<StatState> decode_state(std::string_view bytes) {
  const auto broken = [] {
    return core::fail(core::ErrorKind::bad_response, "the stat state of a mount is garbled");
  };
  if (!bytes.starts_with(kMagic)) {
    return broken();
  }
  const auto content = decompress(bytes.substr(kMagic.size()), kMostIndexContent);
  if (!content) {
    return broken();
  }
  WireReader in(*content);
  auto index = decode(in.text());
  if (!index) {
    return tl::unexpected(index.error());
  }
  StatState state{*std::move(index), {}};
  state.entries.resize(state.index.entries.size());
  EntryState before;
  for (EntryState& entry : state.entries) {
    entry.inode = before.inode + static_cast<std::uint64_t>(in.signed_number());
    entry.changed.seconds =
        static_cast<std::int64_t>(static_cast<std::uint64_t>(before.changed.seconds) +
                                  static_cast<std::uint64_t>(in.signed_number()));
    entry.changed.nanoseconds = in.number32();
    before = entry;
  }
  if (!in.ok() || !in.at_end()) {
    return broken();
  }
  return state;
}

}  // namespace buildcache::mounts
