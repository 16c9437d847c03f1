#include "registry/auth_challenge.hpp"

#include "registry/ascii.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace buildcache::registry {

namespace {

using core::ErrorKind;
using core::fail;
using core::Result;

constexpr std::size_t kHeaderLimit = 8192;
constexpr std::size_t kChallengeLimit = 16;
constexpr std::size_t kParameterLimit = 32;

bool is_token_character(char c) {
  return is_alphanumeric(c) ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}
bool is_token68_character(char c) {
  return is_alphanumeric(c) || std::string_view("-._~+/").find(c) != std::string_view::npos;
}

using Parameter = std::pair<std::string, std::string>;

// What is left of the header value. Readers that return nullopt leave it as it was.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool done() const { return rest_.empty(); }

  // Returns whether there was any space.
  bool skip_space() {
    return !take_while([](char c) { return c == ' ' || c == '\t'; }).empty();
  }

  // Skips spaces and commas; returns whether there was a comma.
  bool skip_commas() {
    const std::string_view skipped =
        take_while([](char c) { return c == ' ' || c == '\t' || c == ','; });
    return skipped.find(',') != std::string_view::npos;
  }

  std::string_view token() { return take_while(is_token_character); }

  // A token68 stands alone: it reaches to the next comma or the end.
  std::optional<std::string> token68() {
    Scanner ahead = *this;
    std::string text(ahead.take_while(is_token68_character));
    if (text.empty()) {
      return std::nullopt;
    }
    text += ahead.take_while([](char c) { return c == '='; });
    ahead.skip_space();
    if (!ahead.rest_.empty() && ahead.rest_.front() != ',') {
      return std::nullopt;
    }
    *this = ahead;
    return text;
  }

  // name = value, or name = "quoted value".
  std::optional<Parameter> parameter() {
    Scanner ahead = *this;
    std::string name = lowered(ahead.token());
    ahead.skip_space();
    if (name.empty() || !ahead.take('=')) {
      return std::nullopt;
    }
    ahead.skip_space();
    std::optional<std::string> value = ahead.value();
    if (!value) {
      return std::nullopt;
    }
    *this = ahead;
    return Parameter(std::move(name), *std::move(value));
  }

 private:
  template <typename Predicate>
  std::string_view take_while(Predicate predicate) {
    const auto* end = std::ranges::find_if_not(rest_, predicate);
    const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(taken.size());
    return taken;
  }

  bool take(char c) {
    const bool found = !rest_.empty() && rest_.front() == c;
    rest_.remove_prefix(found ? 1 : 0);
    return found;
  }

  std::optional<std::string> value() {
    if (take('"')) {
      return quoted_rest();
    }
    const std::string_view plain = token();
    return plain.empty() ? std::nullopt : std::optional(std::string(plain));
  }

  // After the opening quote.
  std::optional<std::string> quoted_rest() {
    std::string text;
    while (!rest_.empty()) {
      char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"') {
        return text;
      }
      if (c == '\\') {
        if (rest_.empty()) {
          return std::nullopt;
        }
        c = rest_.front();
        rest_.remove_prefix(1);
      }
      if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == '\x7f') {
        return std::nullopt;
      }
      text += c;
    }
    return std::nullopt;
  }

  std::string_view rest_;
};

tl::unexpected<core::Error> malformed(std::string_view why) {
  return fail(ErrorKind::bad_response, "the WWW-Authenticate header " + std::string(why));
}

// Reads the parameters after a scheme, until what follows is the next challenge or the end.
Result<void> read_parameters(Scanner& scanner, Challenge& challenge) {
  while (auto parameter = scanner.parameter()) {
    if (challenge.parameters.size() == kParameterLimit) {
      return malformed("has too many parameters");
    }
    if (!challenge.parameters.insert(*std::move(parameter)).second) {
      return malformed("gives a parameter twice");
    }
    const bool parted = scanner.skip_commas();
    if (!parted && !scanner.done()) {
      return malformed("has something after a parameter that is no comma");
    }
  }
  return {};
}

Result<Challenge> read_challenge(Scanner& scanner) {
  Challenge challenge;
  challenge.scheme = lowered(scanner.token());
  if (challenge.scheme.empty()) {
    return malformed("has no scheme where one belongs");
  }
  const bool spaced = scanner.skip_space();
  if (scanner.done() || scanner.skip_commas()) {
    return challenge;
  }
  if (!spaced) {
    return malformed("has a scheme that is no token");
  }
  if (auto token68 = scanner.token68()) {
    challenge.token68 = *std::move(token68);
    scanner.skip_commas();
    return challenge;
  }
  if (auto read = read_parameters(scanner, challenge); !read) {
    return tl::unexpected(read.error());
  }
  if (challenge.parameters.empty()) {
    return malformed("has a scheme without readable parameters");
  }
  return challenge;
}

}  // namespace

std::string Challenge::parameter(const std::string& name) const {
  const auto found = parameters.find(name);
  return found == parameters.end() ? std::string() : found->second;
}

Result<std::vector<Challenge>> parse_challenges(std::string_view value) {
  if (value.size() > kHeaderLimit) {
    return malformed("is longer than 8 KiB");
  }
  std::vector<Challenge> challenges;
  Scanner scanner(value);
  scanner.skip_commas();
  while (!scanner.done()) {
    if (challenges.size() == kChallengeLimit) {
      return malformed("has too many challenges");
    }
    auto challenge = read_challenge(scanner);
    if (!challenge) {
      return tl::unexpected(challenge.error());
    }
    challenges.push_back(*std::move(challenge));
  }
  return challenges;
}

std::vector<Challenge> challenges_of(const sys::HttpResponse& response) {
  std::vector<Challenge> all;
  for (const auto& [name, value] : response.headers) {
    if (name != "www-authenticate") {
      continue;
    }
    if (auto parsed = parse_challenges(value)) {
      all.insert(all.end(), parsed->begin(), parsed->end());
    }
  }
  return all;
}

bool offers_basic(const std::vector<Challenge>& challenges) {
  return std::ranges::find(challenges, "basic", &Challenge::scheme) != challenges.end();
}

}  // namespace buildcache::registry
