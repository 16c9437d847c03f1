#include "aws/profile.hpp"

#include "sample_aws.hpp"

#include <doctest/doctest.h>

namespace buildcache::aws {

TEST_CASE("aws profiles: sections, comments, nested settings and whitespace") {
  const auto profiles = parse_profiles(
      "stray = 1\n[default]\r\n aws_access_key_id = no\nregion=eu-west-1\r\n# c\n; c\n\n"
      "[profile ci]\ns3 =\n  max_queue = 1\nrole_arn =  arn:aws:iam::1:role/a = b \n[broken\nx\n");
  REQUIRE(profiles.size() == 2);
  CHECK(profiles.at("default") == Settings{{"region", "eu-west-1"}});
  CHECK(profiles.at("ci") == Settings{{"s3", ""}, {"role_arn", "arn:aws:iam::1:role/a = b"}});
}

TEST_CASE("aws profiles: static keys, the credentials file before the config") {
  Machine machine;
  machine.files.add("/home/joe/.aws/credentials",
                    "[default]\naws_access_key_id=A\naws_secret_access_key=S\n");
  machine.files.add("/home/joe/.aws/config", "[default]\naws_access_key_id=B\nregion=eu-west-3\n");
  const auto keys = machine.find();
  REQUIRE(keys.has_value());
  CHECK(keys->access_key == "A");
  CHECK(keys->source == "the profile default");
  const sys::Environment environment(machine.variables);
  CHECK(region_of({environment, machine.files, machine.http}) == "eu-west-3");
}

TEST_CASE("aws profiles: one that holds a region alone leaves the question to other sources") {
  for (const char* name : {"", "ci"}) {
    Machine machine;
    machine.variables["AWS_PROFILE"] = name;
    machine.files.add("/home/joe/.aws/config",
                      "[default]\nregion = eu-west-1\n[profile ci]\nregion = eu-west-1\n");
    machine.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/1";
    machine.http.expect("GET", "http://169.254.170.2/1")
        .responds(200, R"({"AccessKeyId":"ASIA2","SecretAccessKey":"s","Token":"t"})");
    CHECK(machine.find().has_value());
  }
}

TEST_CASE("aws profiles: the named one, from files that are named") {
  Machine machine;
  machine.variables["AWS_PROFILE"] = "ci";
  machine.variables["AWS_SHARED_CREDENTIALS_FILE"] = "/keys";
  machine.files.add("/keys", "[ci]\naws_access_key_id=A\naws_secret_access_key=S\n");
  CHECK(machine.find()->access_key == "A");
  machine.variables["AWS_PROFILE"] = "none";
  const auto none = machine.find();
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().message.find("'none': there is no such profile") != std::string::npos);
}

TEST_CASE("aws profiles: a role with another profile's keys is asked for by a signed call") {
  Machine machine;
  machine.variables["AWS_PROFILE"] = "ci";
  machine.files.add("/home/joe/.aws/config",
                    "[profile ci]\nrole_arn=arn:r\nsource_profile=base\nregion=eu-west-1\n"
                    "[profile base]\naws_access_key_id=A\naws_secret_access_key=S\n");
  machine.http.expect("POST", "https://sts.eu-west-1.amazonaws.com/").responds(200, role_answer());
  const auto keys = machine.find();
  REQUIRE(keys.has_value());
  CHECK(keys->access_key == "ASIA1");
  const auto sign = machine.http.requests().at(0).sign;
  REQUIRE(sign.has_value());
  CHECK(sign->access_key == "A");
  CHECK(sign->service == "sts");
}

TEST_CASE("aws profiles: a role by web identity, and one of the container") {
  Machine machine;
  machine.files.add("/token", "jwt");
  machine.files.add("/home/joe/.aws/config",
                    "[default]\nrole_arn=arn:r\nweb_identity_token_file=/token\n");
  machine.http.expect("POST", "https://sts.us-east-1.amazonaws.com/").responds(200, role_answer());
  CHECK(machine.find().has_value());
  machine.files.add("/home/joe/.aws/config",
                    "[default]\nrole_arn=arn:r\ncredential_source=EcsContainer\n");
  CHECK_FALSE(machine.find().has_value());
}

TEST_CASE("aws profiles: what is not supported, or leads in a circle, is told with the remedy") {
  for (const char* settings : {"sso_session=corp", "credential_process=/bin/keys"}) {
    Machine machine;
    machine.variables["AWS_PROFILE"] = "my ci";
    machine.files.add("/home/joe/.aws/config", std::string("[profile my ci]\n") + settings + "\n");
    const auto keys = machine.find();
    REQUIRE_FALSE(keys.has_value());
    CHECK(keys.error().hint.find("export-credentials --profile 'my ci' --format env") !=
          std::string::npos);
  }
  Machine machine;
  machine.variables["AWS_PROFILE"] = "a";
  machine.files.add("/home/joe/.aws/config",
                    "[profile a]\nrole_arn=r\nsource_profile=b\n"
                    "[profile b]\nrole_arn=r\nsource_profile=a\n");
  CHECK(machine.find().error().message.find("circle") != std::string::npos);
}

}  // namespace buildcache::aws
