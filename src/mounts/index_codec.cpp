#include "mounts/index_codec.hpp"

#include "mounts/check_index.hpp"
#include "mounts/wire.hpp"
#include "mounts/zstd.hpp"

#include <algorithm>
#include <utility>

namespace buildcache::mounts {

namespace {

using core::ErrorKind;

constexpr std::string_view kMagic = "BCMOUNT1";
constexpr std::size_t kHashBytes = 32;
constexpr std::size_t kLeastXattr = 8;  // bytes: "user.x" and an empty value, with their lengths

std::string raw_digest(const core::Digest& digest) {
  const std::string_view hex = digest.hex();
  std::string raw;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    raw += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return raw;
}

std::string hex_of(std::string_view raw) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (const char byte : raw) {
    const auto bits = static_cast<unsigned char>(byte);
    hex += kDigits[bits / 16];
    hex += kDigits[bits % 16];
  }
  return hex;
}

void write_pack(WireWriter& out, const Pack& pack) {
  out.raw(raw_digest(pack.digest));
  out.number(pack.size);
  out.number(pack.frames.size());
  for (const Frame& frame : pack.frames) {
    out.number(frame.compressed);
    out.number(frame.chunks);
  }
  out.number(pack.chunks.size());
  for (const Chunk& chunk : pack.chunks) {
    out.number(chunk.size);
  }
  for (const Chunk& chunk : pack.chunks) {
    out.raw({reinterpret_cast<const char*>(chunk.hash.data()), chunk.hash.size()});
  }
}

Pack read_pack(WireReader& in) {
  const auto digest = core::Digest::parse("sha256:" + hex_of(in.raw(kHashBytes)));
  if (!digest) {
    in.fail();
  }
  Pack pack{digest.value_or(core::Digest::of("")), in.number(), {}, {}};
  pack.frames.resize(in.count(2));
  for (Frame& frame : pack.frames) {
    frame.compressed = in.number32();
    frame.chunks = in.number32();
  }
  pack.chunks.resize(in.count(1 + kHashBytes));
  for (Chunk& chunk : pack.chunks) {
    chunk.size = in.number32();
  }
  for (Chunk& chunk : pack.chunks) {
    const std::string_view hash = in.raw(kHashBytes);
    std::ranges::copy(hash, chunk.hash.begin());
  }
  return pack;
}

// What an entry is told as the difference to.
struct Before {
  std::string path;
  std::int64_t seconds = 0;
  std::uint32_t next_chunk = 0;
};

void write_attributes(WireWriter& out, const sys::Attributes& attributes, Before& before) {
  out.number(attributes.mode);
  out.number(attributes.uid);
  out.number(attributes.gid);
  // Times far apart may wrap around; reading wraps them back.
  out.signed_number(
      static_cast<std::int64_t>(static_cast<std::uint64_t>(attributes.modified.seconds) -
                                static_cast<std::uint64_t>(before.seconds)));
  out.number(attributes.modified.nanoseconds);
  before.seconds = attributes.modified.seconds;
  out.number(attributes.xattrs.size());
  for (const auto& [name, value] : attributes.xattrs) {
    out.text(name);
    out.text(value);
  }
}

sys::Attributes read_attributes(WireReader& in, Before& before) {
  sys::Attributes attributes;
  attributes.mode = in.number32();
  attributes.uid = in.number32();
  attributes.gid = in.number32();
  attributes.modified.seconds = static_cast<std::int64_t>(
      static_cast<std::uint64_t>(before.seconds) + static_cast<std::uint64_t>(in.signed_number()));
  attributes.modified.nanoseconds = in.number32();
  before.seconds = attributes.modified.seconds;
  attributes.xattrs.resize(in.count(kLeastXattr));
  for (auto& [name, value] : attributes.xattrs) {
    name = in.text();
    value = in.text();
  }
  return attributes;
}

void write_runs(WireWriter& out, const Entry& entry, Before& before) {
  out.number(entry.size);
  out.number(entry.runs.size());
  for (const Run& run : entry.runs) {
    out.number(run.offset);
    out.signed_number(std::int64_t{run.first} - std::int64_t{before.next_chunk});
    out.number(run.count);
    before.next_chunk = run.first + run.count;
  }
}

void read_runs(WireReader& in, Entry& entry, Before& before) {
  entry.size = in.number();
  entry.runs.resize(in.count(3));
  for (Run& run : entry.runs) {
    run.offset = in.number();
    const std::uint64_t first = before.next_chunk + static_cast<std::uint64_t>(in.signed_number());
    run.count = in.number32();
    run.first = static_cast<std::uint32_t>(first);
    if (first != run.first) {
      in.fail();
    }
    before.next_chunk = run.first + run.count;
  }
}

void write_entry(WireWriter& out, const Entry& entry, Before& before) {
  const auto [end, other] = std::ranges::mismatch(entry.path, before.path);
  const auto shared = static_cast<std::size_t>(end - entry.path.begin());
  out.number(shared);
  out.text(std::string_view(entry.path).substr(shared));
  before.path = entry.path;
  out.number(static_cast<std::uint64_t>(entry.kind));
  if (entry.kind == EntryKind::hard_link) {
    out.number(entry.same_as);
    return;
  }
  write_attributes(out, entry.attributes, before);
  if (entry.kind == EntryKind::file) {
    write_runs(out, entry, before);
  } else if (entry.kind == EntryKind::symlink) {
    out.text(entry.link_target);
  }
}

Entry read_entry(WireReader& in, Before& before) {
  Entry entry;
  const std::size_t shared = in.number();
  if (shared > before.path.size()) {
    in.fail();
    return entry;
  }
  entry.path = before.path.substr(0, shared) + std::string(in.text());
  before.path = entry.path;
  const std::uint64_t kind = in.number();
  if (kind > static_cast<std::uint64_t>(EntryKind::hard_link)) {
    in.fail();
    return entry;
  }
  entry.kind = static_cast<EntryKind>(kind);
  if (entry.kind == EntryKind::hard_link) {
    entry.same_as = in.number32();
    return entry;
  }
  entry.attributes = read_attributes(in, before);
  if (entry.kind == EntryKind::file) {
    read_runs(in, entry, before);
  } else if (entry.kind == EntryKind::symlink) {
    entry.link_target = in.text();
  }
  return entry;
}

core::Result<Index> read_content(std::string_view content) {
  WireReader in(content);
  Index index;
  const std::size_t packs = in.count(kHashBytes);
  for (std::size_t i = 0; i < packs && in.ok(); ++i) {
    index.packs.push_back(read_pack(in));
  }
  const std::size_t entries = in.count(3);
  if (entries > kMostEntries) {
    return core::fail(ErrorKind::bad_response,
                      "it lists more than " + std::to_string(kMostEntries) + " files");
  }
  Before before;
  for (std::size_t i = 0; i < entries && in.ok(); ++i) {
    index.entries.push_back(read_entry(in, before));
  }
  if (!in.ok() || !in.at_end()) {
    return core::fail(ErrorKind::bad_response, "it ends too early, too late, or is garbled");
  }
  return index;
}

}  // namespace

std::string encode(const Index& index) {
  WireWriter out;
  out.number(index.packs.size());
  for (const Pack& pack : index.packs) {
    write_pack(out, pack);
  }
  out.number(index.entries.size());
  Before before;
  for (const Entry& entry : index.entries) {
    write_entry(out, entry, before);
  }
  std::string bytes(kMagic);
  Compressor().append(out.take(), bytes);
  return bytes;
}

core::Result<Index> decode(std::string_view bytes) {
  const auto unusable = [](const core::Error& error) {
    return tl::unexpected(core::while_doing(error, "the index of a cache mount cannot be used"));
  };
  if (bytes.size() > kMostIndexBytes || !bytes.starts_with(kMagic)) {
    return unusable({ErrorKind::bad_response, "it is none of this version, or too large", {}, {}});
  }
  const auto content = decompress(bytes.substr(kMagic.size()), kMostIndexContent);
  auto index = content ? read_content(*content) : tl::unexpected(content.error());
  if (!index) {
    return unusable(index.error());
  }
  if (auto checked = check(*index); !checked) {
    return unusable(checked.error());
  }
  return index;
}

}  // namespace buildcache::mounts
