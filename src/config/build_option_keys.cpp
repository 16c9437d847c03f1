#include "config/forms.hpp"
#include "config/keys.hpp"

namespace buildcache::config {
namespace {

using Options = BuildOptions;

constexpr TextRule kStage{"the name of a stage", is_simple_name, kSimpleNameHint};
constexpr TextRule kUlimitName{"the name of a limit such as nofile", is_simple_name};
constexpr TextRule kUlimit{"a limit such as 1024 or 1024:2048", is_ulimit};
constexpr TextRule kSize{"a size such as 128m", is_byte_size, "a number, then b, k, m or g"};
constexpr TextRule kHost{"the name of a host", is_host_name, "letters, digits, '.' and '-'"};
constexpr TextRule kAddress{"an IP address or host-gateway", is_host_address};
constexpr TextRule kOutput{"an output such as type=local,dest=out", is_output};
constexpr TextRule kSsh{"default, or an id with a socket or key such as deploy=~/.ssh/id",
                        is_ssh_source};
constexpr TextRule kContextName{
    "the name of a context", is_context_name, "letters, digits and . _ / : @ -"};
constexpr TextRule kContextSource{
    "a directory, a git or https URL, docker-image://…, oci-layout://… or target:NAME",
    is_context_source};
constexpr TextRule kAnnotation{"the name of an annotation", is_annotation_name, kLabelNameHint};

template <typename T>
Field<Target> option(T Options::*member, KeyInfo info, Type<T> type) {
  return field(&Target::options, member, std::move(info), std::move(type));
}

// Who may push is decided by `push` and the run's trust alone.
Type<std::string> output_type() {
  const auto any = text(kOutput);
  return {any.shape, [any](const Value& value, std::string& out) {
            any.read(value, out);
            if (out.starts_with("type=registry") || out.find(",push") != std::string::npos) {
              value.error("an output does not push", "write `push: true` and name the `tags`");
            }
          }};
}

std::vector<Field<Target>> result_options() {
  return {
      option(&Options::annotations,
             {.name = "annotations",
              .description = "Annotations of the image's manifest; `index:` before the name puts "
                             "one on the index",
              .default_json = "{}"},
             map_of("a mapping such as {org.opencontainers.image.title: api}",
                    kAnnotation,
                    std::string(kAnnotationNamePattern),
                    templated({"a text"}))),
      option(&Options::outputs,
             {.name = "outputs",
              .description = "What else becomes of the result, as `docker buildx build --output` "
                             "says it; paths start at this file's directory",
              .default_json = "[]"},
             list_of("a list such as [\"type=local,dest=out\"]", output_type())),
      option(&Options::load,
             {.name = "load",
              .description = "Load the image into the Docker engine, where the builder does not "
                             "keep it there anyway",
              .default_json = "false"},
             boolean()),
      option(&Options::provenance,
             {.name = "provenance",
              .description = "Provenance attestation; buildx's own default without it"},
             flag_or({"mode=min", "mode=max"})),
      option(&Options::sbom,
             {.name = "sbom", .description = "SBOM attestation; none without it"},
             flag_or({}))};
}

std::vector<Field<Target>> input_options() {
  return {
      option(&Options::contexts,
             {.name = "contexts",
              .description = "Further contexts by name; paths start at this file's directory, "
                             "`target:NAME` is the image of another target",
              .default_json = "{}"},
             map_of("a mapping such as {assets: ../assets}",
                    kContextName,
                    std::string(kContextNamePattern),
                    text(kContextSource))),
      option(&Options::ssh,
             {.name = "ssh",
              .description = "Agent sockets or keys for `RUN --mount=type=ssh`",
              .default_json = "[]"},
             list_of("a list such as [default]", text(kSsh))),
      option(&Options::pull,
             {.name = "pull",
              .description = "Ask for newer versions of base images",
              .default_json = "false"},
             boolean()),
      option(&Options::no_cache,
             {.name = "no-cache",
              .description = "Import no cache and run every step; what is made is still written",
              .default_json = "false"},
             boolean()),
      option(&Options::no_cache_filter,
             {.name = "no-cache-filter",
              .description = "Stages whose steps run whatever is cached",
              .default_json = "[]"},
             list_of("a list of stages", name(kStage, std::string(kSimpleNamePattern))))};
}

std::vector<Field<Target>> run_options() {
  return {
      option(&Options::network,
             {.name = "network",
              .description = "The network of RUN instructions; `host` needs "
                             "`allow: [network.host]` on most builders"},
             word<std::string>({{"default", "default"}, {"none", "none"}, {"host", "host"}})),
      option(&Options::shm_size,
             {.name = "shm-size", .description = "Size of /dev/shm for RUN instructions"},
             scalar(kSize)),
      option(&Options::ulimits,
             {.name = "ulimits",
              .description = "Limits of RUN instructions, soft or soft:hard",
              .default_json = "{}"},
             map_of("a mapping such as {nofile: 1024}",
                    kUlimitName,
                    std::string(kSimpleNamePattern),
                    scalar(kUlimit))),
      option(&Options::add_hosts,
             {.name = "add-hosts",
              .description = "Entries of /etc/hosts for RUN instructions",
              .default_json = "{}"},
             map_of("a mapping such as {db.internal: 10.0.0.7}",
                    kHost,
                    std::string(kHostNamePattern),
                    text(kAddress))),
      option(&Options::cgroup_parent,
             {.name = "cgroup-parent", .description = "The cgroup of RUN instructions"},
             text({"the path of a cgroup"})),
      option(
          &Options::allow,
          {.name = "allow", .description = "Entitlements the build may use", .default_json = "[]"},
          list_of("a list such as [network.host]",
                  name({"an entitlement such as network.host or security.insecure",
                        is_simple_name,
                        kSimpleNameHint},
                       std::string(kSimpleNamePattern))))};
}

}  // namespace

std::vector<Field<Target>> build_option_fields() {
  auto fields = result_options();
  for (const auto& part : {input_options(), run_options()}) {
    fields.insert(fields.end(), part.begin(), part.end());
  }
  return fields;
}

}  // namespace buildcache::config
