// `{sha}`, `{short-sha}`, `{branch}`, `{pr}`, `{tag}`, `{target}` in tags, args and labels. `{{` is
// a brace; a `}` that ends no placeholder stands for itself.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace buildcache::config {

// Returns the names a placeholder may have.
const std::vector<std::string>& placeholder_names();
bool is_placeholder(std::string_view name);

// Returns the names of the placeholders in `text`, in order, repeated ones too.
std::vector<std::string> placeholders_in(std::string_view text);

// Returns `text` with each placeholder replaced by `value_of(name)` and `{{` by `{`. What the
// values hold is not looked at again. A `{` that begins no known placeholder stays.
std::string fill_placeholders(std::string_view text,
                              const std::function<std::string(std::string_view)>& value_of);

}  // namespace buildcache::config
