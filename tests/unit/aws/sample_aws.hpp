// Answers of AWS's services, and a machine that asks them.
#pragma once

#include "aws/keys.hpp"
#include "support/memory_files.hpp"
#include "support/scripted_http.hpp"

#include <map>
#include <string>

namespace buildcache::aws {

struct Machine {
  std::map<std::string, std::string> variables{{"HOME", "/home/joe"},
                                               {"AWS_EC2_METADATA_DISABLED", "true"}};
  support::MemoryFiles files;
  support::ScriptedHttp http;

  core::Result<Keys> find() {
    const sys::Environment environment(variables);
    return find_keys({environment, files, http});
  }
};

inline std::string role_answer() {
  return "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA1</AccessKeyId>"
         "<SecretAccessKey>se/cret+</SecretAccessKey><SessionToken>to==</SessionToken>"
         "<Expiration>2026-11-27T00:00:00Z</Expiration></Credentials></AssumeRoleResult>"
         "</AssumeRoleResponse>";
}

}  // namespace buildcache::aws
