// The build that carries our own binary into the mounts. Pure.
//
// Its context is one folder: the binary, what it is asked to do, the blobs it needs. One RUN in a
// stage from scratch mounts that folder and every cache mount; its result is the folder of blobs it
// made and its report. Where packs go between the step and a registry, it has the network and the
// login as a build secret. A nonce keeps BuildKit from answering it from its cache; --no-cache
// would empty the very mounts (moby/buildkit, llbsolver/vertex.go detectPrunedCacheID).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace buildcache::mounts {

// Names in the context folder and, with a slash before them, in the step's own file system.
inline constexpr const char* kBinaryName = "buildcache";
inline constexpr const char* kRequestName = "request.json";
inline constexpr const char* kDockerfileName = "Dockerfile";
// Where the step finds things.
inline constexpr const char* kInput = "/in";
inline constexpr const char* kState = "/state";
inline constexpr const char* kOutput = "/out";
inline constexpr const char* kReportName = "report.json";
inline constexpr const char* kCertificatesName = "certificates.pem";  // of the registry's authority
inline constexpr const char* kAccess = "/access";  // DOCKER_CONFIG with the login
inline constexpr const char* kAccessSecret = "buildcache-access";
inline constexpr const char* kNonce = "BUILDCACHE_NONCE";

// Returns where mount `number` of the build stands.
std::string mount_directory(std::size_t number);

enum class Network { none, registry };

// Returns the Dockerfile. `flags` are those of mount_flag(), in order.
std::string agent_dockerfile(const std::vector<std::string>& flags, Network network);

}  // namespace buildcache::mounts
