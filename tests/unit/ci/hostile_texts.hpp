// Texts that break out of places they are not escaped for.
#pragma once

#include <string>
#include <vector>

namespace buildcache::ci::test {

inline const std::vector<std::string>& hostile_texts() {
  static const std::vector<std::string> kTexts = {
      "",
      "plain",
      "two\nlines",
      "\n",
      "\n\nblank lines around\n\n",
      "windows\r\nlines\r\n",
      "lone\rreturn",
      "::error::forged",
      "  ::error file=a,line=1::forged",
      "\xC2\xA0::error::after a no-break space",
      "\xE2\x80\x83::warning::after an em space",
      "text\n::add-mask::e\n::stop-commands::x",
      "##[error]forged",
      "text ##[group]forged",
      "###[error]three signs",
      "##\n[error]split",
      "%0A::error::percent",
      "%250A and %25",
      "a=b",
      "name<<EOF",
      "EOF",
      "buildcache-1",
      "x\nbuildcache-1\ny",
      "| table | `code` |",
      "<script>alert(1)</script>",
      "$HOME $(id) ${{ secrets.TOKEN }} `id`",
      std::string(300, 'x'),
      "invalid \xFF\xFE UTF-8 \xC3",
      "overlong \xC0\xAF surrogate \xED\xA0\x80 beyond \xF4\x90\x80\x80",
      std::string("NUL \0 inside", 12),
      "\xEF\xBB\xBF byte order mark",
      "\x1B[31mred\x1B[0m",
      "right-to-left \xE2\x80\xAE override",
      "line separator \xE2\x80\xA8::error::x",
      "emoji \xF0\x9F\x98\x80"};
  return kTexts;
}

}  // namespace buildcache::ci::test
