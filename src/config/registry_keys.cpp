#include "config/interpolate.hpp"
#include "config/keys.hpp"
#include "core/image_ref.hpp"

#include <fmt/format.h>

namespace buildcache::config {
namespace {

constexpr std::string_view kPasswordWhat = "${NAME} or {file: PATH}";
constexpr std::string_view kPasswordHint =
    "put it into an environment variable and write ${NAME}, or into a file and write {file: PATH}";

// Returns the host as image references name it, empty when `text` names none.
std::string host_of(std::string_view text) {
  const auto repository = core::parse_repository(std::string(text) + "/a/b");
  return repository && repository->path == "a/b" ? repository->host : "";
}

Type<std::string> host_type() {
  const TextRule rule{"a registry host such as ghcr.io or localhost:5000",
                      [](std::string_view host) { return !host_of(host).empty(); },
                      "the host alone, without https:// and without a path"};
  auto type = text(rule);
  type.read = [read = type.read](const Value& value, std::string& out) {
    std::string host;
    read(value, host);
    if (!host.empty()) {
      out = host_of(host);
    }
  };
  return type;
}

// Takes `${NAME}` or `${NAME:-}` alone: anything else would be a secret, or part of one, in the
// file.
void read_password_variable(const Value& value, RegistryLogin& login) {
  const std::string_view text = value.text();
  const bool whole = text.starts_with("${") && variable_length(text) == text.size();
  auto variable = whole ? text.substr(2, text.size() - 3) : std::string_view();
  const bool optional = variable.ends_with(":-");
  variable.remove_suffix(optional ? 2 : 0);
  if (!is_variable_name(variable)) {
    value.error("a secret must not stand in this file", std::string(kPasswordHint));
    return;
  }
  if (!optional && !value.environment().has(variable)) {
    value.error(fmt::format("the environment variable {} is not set", variable),
                fmt::format("set it, or write ${{{}:-}} to go on without this login", variable));
    return;
  }
  login.password_variable = variable;
  login.password = core::Secret(value.environment().get(variable));
}

Type<PasswordFile> password_file_type() {
  auto path = text({"a path"});
  Field<PasswordFile> file{{.name = "file",
                            .description = "Path of a file that holds the password",
                            .example = "PATH",
                            .required = true,
                            .shape = path.shape},
                           [path](const Value& value, PasswordFile& out) {
                             path.read(value, out.path);
                             out.position = value.position();
                           }};
  return object<PasswordFile>(std::string(kPasswordWhat), {file});
}

Field<RegistryLogin> password_field() {
  const auto file = password_file_type();
  const auto variable =
      shape_of(Shape::Kind::text, "${NAME}", R"(^\$\{[A-Za-z_][A-Za-z0-9_]*(:-)?\}$)");
  const auto shape =
      shape_of(Shape::Kind::one_of, std::string(kPasswordWhat), std::vector{variable, file.shape});
  return {{.name = "password",
           .description = "The password or token: `${NAME}`, or `{file: PATH}`; never the secret "
                          "itself. `${NAME:-}` goes on without a login where NAME is not set",
           .shape = shape},
          [file](const Value& value, RegistryLogin& out) {
            if (value.node().kind == YamlNode::Kind::scalar) {
              read_password_variable(value, out);
            } else {
              file.read(value, out.password_file);
            }
          }};
}

void check_login(const Value& value, RegistryLogin& login) {
  if (value.has("username") != value.has("password")) {
    const bool named = value.has("username");
    value.error(
        fmt::format(
            "`{}` without `{}`", named ? "username" : "password", named ? "password" : "username"),
        "a login needs both");
    return;
  }
  const bool empty_password = !login.password_variable.empty() && login.password.empty();
  if (empty_password || (value.has("username") && login.username.empty())) {
    login.username.clear();
    login.password = {};
    login.password_file = {};
    value.reading().notices.push_back(
        {core::Severity::notice,
         fmt::format("no login at {}: its {} is empty",
                     login.host,
                     empty_password ? "password" : "username"),
         empty_password ? fmt::format("set {}", login.password_variable) : "",
         ""});
  }
}

void refuse_repeated_hosts(const Value& list, const std::vector<RegistryLogin>& logins) {
  std::map<std::string_view, std::size_t> seen;
  for (std::size_t i = 0; i < logins.size(); ++i) {
    const auto& host = logins[i].host;
    if (!host.empty() && !seen.emplace(host, i).second) {
      list.item(i).error(fmt::format("the same host as {}[{}]", list.path(), seen[host]),
                         "one entry per host");
    }
  }
}

Type<RegistryLogin> login_type() {
  const TextRule username{
      "a user name, without ':'",
      [](std::string_view text) { return text.find(':') == std::string_view::npos; },
      "",
      true};
  return object<RegistryLogin>(
      "a mapping such as {host: ghcr.io}",
      {field(&RegistryLogin::host,
             {.name = "host",
              .description = "The registry, as image references name it",
              .example = "ghcr.io",
              .required = true},
             host_type()),
       field(&RegistryLogin::username,
             {.name = "username", .description = "Who logs in"},
             text(username)),
       password_field(),
       field(&RegistryLogin::plain_http,
             {.name = "plain-http",
              .description = "Speak HTTP instead of HTTPS; loopback hosts need not ask",
              .default_json = "false"},
             boolean())},
      check_login);
}

}  // namespace

Type<std::vector<RegistryLogin>> registries_type() {
  auto list = quiet(list_of("a list such as [{host: ghcr.io}]", login_type()));
  return {list.shape, [read = list.read](const Value& value, std::vector<RegistryLogin>& out) {
            read(value, out);
            refuse_repeated_hosts(value, out);
          }};
}

}  // namespace buildcache::config
