// The key table: every key a configuration file may hold, with its meaning, its default and how it
// gets into the structs of config.hpp. One section per object, one file per section.
#pragma once

#include "config/config.hpp"
#include "config/type.hpp"

#include <vector>

namespace buildcache::config {

// "linux/arm64"; bare architectures get a hint.
Type<std::string> platform_type();

Type<Builder> builder_type();
Type<std::vector<RegistryLogin>> registries_type();
Type<Cache> cache_type();
// The part of it that says where caches live, and the check that it names one place.
std::vector<Field<Cache>> store_fields();
void check_store(const Value& value, Cache& cache);
// Whether the mapping has a key that decides which store it is.
bool names_a_store(const Value& cache);
Type<std::vector<Target>> targets_type();

// The keys of a target that stand for options of `docker buildx build`.
std::vector<Field<Target>> build_option_fields();

// The whole file. Built once.
const Type<Config>& file_type();

// What `fallback` and `write` are when the file does not say.
std::vector<FallbackRule> default_fallback();
std::map<TrustLevel, std::vector<WriteScope>> default_write();

// The cache mounts of a target that outlive the builder.
Type<std::vector<MountRule>> mounts_type();

// Checks that each `needs` names another target and that none needs itself, by whatever way.
void check_needs(const Value& targets);

}  // namespace buildcache::config
