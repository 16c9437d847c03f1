#include "mounts/read_file.hpp"

#include "mounts/chunker.hpp"

#include <algorithm>
#include <utility>

namespace buildcache::mounts {

namespace {

using core::Result;

constexpr std::size_t kBuffer = 2 * kMostChunk;

class Reading {
 public:
  Reading(sys::TreeFile& file, std::string& buffer, const TakeChunk& take)
      : file_(file), buffer_(buffer), take_(take) {
    buffer_.resize(kBuffer);
  }

  Result<ReadEnd> all(std::uint64_t size) {
    std::uint64_t at = 0;
    while (at < size) {
      const auto data = file_.next_data(at);
      if (!data) {
        return tl::unexpected(data.error());
      }
      if (!*data || (*data)->first >= size) {
        break;
      }
      const std::uint64_t end = std::min((*data)->second, size);
      auto read = range((*data)->first, end);
      if (!read || *read == ReadEnd::moving) {
        return read;
      }
      at = end;
    }
    return ReadEnd::whole;
  }

 private:
  // Reads [begin, end), with at most kBuffer bytes in memory.
  Result<ReadEnd> range(std::uint64_t begin, std::uint64_t end) {
    const bool one_chunk = end - begin <= kWholeFile;
    std::size_t held = 0;
    while (begin + held < end || held > 0) {
      const auto more =
          static_cast<std::size_t>(std::min<std::uint64_t>(kBuffer - held, end - begin - held));
      const auto got = file_.read_at(begin + held, {buffer_.data() + held, more});
      if (!got) {
        return tl::unexpected(got.error());
      }
      if (*got < more) {
        return ReadEnd::moving;  // shorter than it was
      }
      held += more;
      const auto taken = cut({buffer_.data(), held}, begin, begin + held == end, one_chunk);
      if (!taken) {
        return tl::unexpected(taken.error());
      }
      std::copy(buffer_.data() + *taken, buffer_.data() + held, buffer_.data());
      held -= *taken;
      begin += *taken;
    }
    return ReadEnd::whole;
  }

  // Returns how many of the bytes went into chunks.
  Result<std::size_t> cut(std::string_view bytes, std::uint64_t offset, bool last, bool one_chunk) {
    std::size_t done = 0;
    while (done < bytes.size() && (last || bytes.size() - done >= kMostChunk)) {
      const std::string_view rest = bytes.substr(done);
      const std::size_t size = one_chunk ? rest.size() : next_chunk(rest);
      if (auto taken = take_(offset + done, rest.substr(0, size)); !taken) {
        return tl::unexpected(taken.error());
      }
      done += size;
    }
    return done;
  }

  sys::TreeFile& file_;
  std::string& buffer_;
  const TakeChunk& take_;
};

}  // namespace

Result<ReadEnd> read_file(sys::Tree& tree,
                          const Walked& walked,
                          std::string& buffer,
                          const TakeChunk& take) {
  const auto file = tree.open(walked.path);
  if (!file) {
    return is_gone(file.error()) ? Result<ReadEnd>(ReadEnd::moving) : tl::unexpected(file.error());
  }
  const auto before = (*file)->settled_status();
  if (!before || *before != walked.status) {
    return before ? Result<ReadEnd>(ReadEnd::moving) : tl::unexpected(before.error());
  }
  auto end = Reading(**file, buffer, take).all(before->size);
  if (!end || *end == ReadEnd::moving) {
    return end;
  }
  const auto after = (*file)->status();
  if (!after) {
    return tl::unexpected(after.error());
  }
  return *after == *before ? ReadEnd::whole : ReadEnd::moving;
}

}  // namespace buildcache::mounts
