#include "dockerfile/instruction.hpp"

#include <algorithm>

namespace buildcache::dockerfile {

namespace {

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

std::string_view without_space_before(std::string_view text) {
  while (!text.empty() && is_space(text.front())) {
    text.remove_prefix(1);
  }
  return text;
}

// Takes one flag off the front of `rest`.
std::string take_flag(std::string_view& rest) {
  std::string flag;
  char quote = '\0';
  std::size_t i = 0;
  for (; i < rest.size() && (quote != '\0' || !is_space(rest[i])); ++i) {
    const char c = rest[i];
    if (quote == '\0' ? c == '"' || c == '\'' : c == quote) {
      quote = quote == '\0' ? c : '\0';
    } else if (c == '\\' && i + 1 < rest.size()) {
      flag += rest[++i];
    } else if (c != '\\') {
      flag += c;
    }
  }
  rest.remove_prefix(i);
  return flag;
}

// Returns how long the word at the front is.
std::size_t word_size(std::string_view text) {
  char quote = '\0';
  std::size_t i = 0;
  for (; i < text.size() && (quote != '\0' || !is_space(text[i])); ++i) {
    if (text[i] == '\\' && quote != '\'') {
      ++i;
    } else if (quote == '\0' ? text[i] == '"' || text[i] == '\'' : text[i] == quote) {
      quote = quote == '\0' ? text[i] : '\0';
    }
  }
  return std::min(i, text.size());
}

}  // namespace

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return result;
}

Instruction instruction_of(std::string_view line) {
  Instruction instruction;
  std::size_t end = 0;
  while (end < line.size() && !is_space(line[end])) {
    ++end;
  }
  instruction.name = lower(line.substr(0, end));
  std::string_view rest = without_space_before(line.substr(end));
  while (rest.starts_with("--")) {
    std::string flag = take_flag(rest);
    rest = without_space_before(rest);
    if (flag == "--") {
      break;
    }
    instruction.flags.push_back(std::move(flag));
  }
  instruction.arguments = rest;
  return instruction;
}

std::vector<std::string> quoted_words(std::string_view text) {
  std::vector<std::string> words;
  for (text = without_space_before(text); !text.empty(); text = without_space_before(text)) {
    const std::size_t size = word_size(text);
    words.emplace_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return words;
}

}  // namespace buildcache::dockerfile
