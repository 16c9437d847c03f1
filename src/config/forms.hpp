// The forms that names and paths in a configuration may have, each with its regular expression.
#pragma once

#include <string_view>

namespace buildcache::config {

// [a-z0-9][a-z0-9._-]*, at most 60 characters.
bool is_target_name(std::string_view text);
inline constexpr std::string_view kTargetNamePattern = "^[a-z0-9][a-z0-9._-]{0,59}$";

// Names of builders, Dockerfile stages, build secrets and named caches:
// [A-Za-z0-9_][A-Za-z0-9._-]*, at most 128 characters.
bool is_simple_name(std::string_view text);
inline constexpr std::string_view kSimpleNamePattern = "^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$";

inline constexpr std::string_view kSimpleNameHint =
    "letters, digits, '_', '.' and '-', beginning with a letter, a digit or '_'";

// Names of environment variables and build arguments, at most 128 characters.
bool is_environment_name(std::string_view text);
inline constexpr std::string_view kEnvironmentNamePattern = "^[A-Za-z_][A-Za-z0-9_]{0,127}$";
inline constexpr std::string_view kEnvironmentNameHint =
    "letters, digits and '_', not beginning with a digit";

// [A-Za-z0-9][A-Za-z0-9._/-]*, at most 128 characters.
bool is_label_name(std::string_view text);
inline constexpr std::string_view kLabelNamePattern = "^[A-Za-z0-9][A-Za-z0-9._/-]{0,127}$";
inline constexpr std::string_view kLabelNameHint =
    "letters, digits, '.', '_', '/' and '-', beginning with a letter or a digit";

// As names of labels, behind an optional "index:", "manifest:", "index-descriptor:" or
// "manifest-descriptor:" (docs.docker.com/build/metadata/annotations).
bool is_annotation_name(std::string_view text);
inline constexpr std::string_view kAnnotationNamePattern =
    "^((index|manifest)(-descriptor)?:)?[A-Za-z0-9][A-Za-z0-9._/-]{0,127}$";

// A number of bytes, with b, k, m or g behind it or not: 128m.
bool is_byte_size(std::string_view text);

// soft or soft:hard, each a number or -1.
bool is_ulimit(std::string_view text);

// Names of named contexts, which may be image references: [A-Za-z0-9][A-Za-z0-9._/:@-]*, at most
// 256 characters.
bool is_context_name(std::string_view text);
inline constexpr std::string_view kContextNamePattern = "^[A-Za-z0-9][A-Za-z0-9._/:@-]{0,255}$";

// A path, URL, reference or "target:NAME" for a named context: nothing that reads as an option.
bool is_context_source(std::string_view text);

// A name of a host or an address, for /etc/hosts.
bool is_host_name(std::string_view text);
inline constexpr std::string_view kHostNamePattern = "^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$";

// An IPv4 or IPv6 address, or host-gateway.
bool is_host_address(std::string_view text);

// "type=…" and further attributes, as `docker buildx build --output` knows them.
bool is_output(std::string_view text);

// default, or an id, with a socket or keys behind "=".
bool is_ssh_source(std::string_view text);

// os/arch or os/arch/variant in lower case.
bool is_platform(std::string_view text);
inline constexpr std::string_view kPlatformPattern = "^[a-z0-9_.]+/[a-z0-9_.]+(/[a-z0-9_.]+)?$";

// A path of this machine: no URL, not `-` (standard input), nothing that reads as an option.
bool is_local_path(std::string_view text);
inline constexpr std::string_view kLocalPathHint =
    "a path from this file's directory, no URL and nothing that begins with `-`";

// tcp://host:port or unix:///path.
bool is_builder_endpoint(std::string_view text);
// The same, ssh://…, or the name of a docker or kubernetes context.
bool is_endpoint_or_context(std::string_view text);

// Names of buckets and containers: [a-z0-9][a-z0-9.-]*, 3 to 63 characters.
bool is_bucket_name(std::string_view text);
inline constexpr std::string_view kBucketNameHint =
    "3 to 63 lower-case letters, digits, '.' and '-', beginning with a letter or a digit";

// [a-z0-9-]+, at most 32 characters.
bool is_region(std::string_view text);

// Names joined by '/', each of letters, digits, '.', '_' and '-' and none of dots alone; at most
// 200 characters.
bool is_object_folder(std::string_view text);
inline constexpr std::string_view kObjectFolderHint =
    "letters, digits, '.', '_' and '-', with '/' between names but not at the ends";

// An http or https URL without user, query and fragment.
bool is_service_url(std::string_view text);
inline constexpr std::string_view kServiceUrlHint =
    "an http or https URL without user, query and fragment";

}  // namespace buildcache::config
