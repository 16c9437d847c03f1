#include "plan/foreign_platforms.hpp"

#include "plan/shown.hpp"

#include <algorithm>
#include <string_view>

namespace buildcache::plan {

namespace {

// One name for what is the same (containerd, platforms/database.go): arm64 is v8, arm is v7.
std::string normalised(std::string_view platform) {
  std::string name(platform);
  if (name == "linux/arm") {
    return "linux/arm/v7";
  }
  for (const std::string_view same : {"linux/arm64/v8", "linux/amd64/v1"}) {
    if (name == same) {
      name.resize(name.rfind('/'));
    }
  }
  return name;
}

bool is_offered(const std::vector<std::string>& offered, const std::string& wanted) {
  return std::ranges::any_of(offered, [&wanted](const std::string& platform) {
    return normalised(platform) == normalised(wanted);
  });
}

// "linux/arm64" -> "arm64", as QEMU's installers name it.
std::string architecture_of(const std::string& platform) {
  const std::size_t begin = platform.find('/') + 1;
  return platform.substr(begin, platform.find('/', begin) - begin);
}

core::Notice foreign_notice(const std::string& target, const std::vector<std::string>& foreign) {
  std::string names;
  std::string architectures;
  for (const std::string& platform : foreign) {
    names += (names.empty() ? "" : ", ") + platform;
    architectures += (architectures.empty() ? "" : ",") + architecture_of(platform);
  }
  return {core::Severity::notice,
          "the builder does not run " + shown(names) +
              ": a RUN of that platform fails with \"exec format error\"",
          "install QEMU (docker/setup-qemu-action, or `docker run --privileged --rm "
          "tonistiigi/binfmt --install " +
              shown(architectures) +
              "`), or give the platform a node of its own (`builder.nodes`); a Dockerfile that "
              "compiles for it on this one needs neither",
          target};
}

}  // namespace

std::vector<core::Notice> notices_of_platforms(const std::vector<TargetPlan>& targets,
                                               const std::vector<std::string>& offered) {
  std::vector<core::Notice> notices;
  if (offered.empty()) {
    return notices;
  }
  for (const TargetPlan& target : targets) {
    std::vector<std::string> foreign = target.build.platforms;
    std::erase_if(foreign,
                  [&](const std::string& platform) { return is_offered(offered, platform); });
    if (!foreign.empty()) {
      notices.push_back(foreign_notice(target.name, foreign));
    }
  }
  return notices;
}

}  // namespace buildcache::plan
