#include "aws/keys.hpp"

#include "sample_aws.hpp"

#include <doctest/doctest.h>

namespace buildcache::aws {

using core::ErrorKind;

TEST_CASE("aws keys: the environment's come first, and nobody else is asked") {
  Machine machine;
  machine.variables["AWS_ACCESS_KEY_ID"] = "AKIA1";
  machine.variables["AWS_SECRET_ACCESS_KEY"] = "secret";
  machine.variables["AWS_SESSION_TOKEN"] = "token";
  machine.variables["AWS_ROLE_ARN"] = "arn:aws:iam::1:role/ci";
  const auto keys = machine.find();
  REQUIRE(keys.has_value());
  CHECK(keys->access_key == "AKIA1");
  const auto sign = keys->signature("eu-west-1", "ecr");
  CHECK(sign.secret_key.reveal() == "secret");
  CHECK(sign.session_token.reveal() == "token");
  CHECK(sign.region == "eu-west-1");
  CHECK(sign.service == "ecr");
}

TEST_CASE("aws keys: of none, every source says why") {
  Machine machine;
  const auto keys = machine.find();
  REQUIRE_FALSE(keys.has_value());
  CHECK(keys.error().kind == ErrorKind::unauthorized);
  for (const char* part : {"environment: AWS_ACCESS_KEY_ID is not set",
                           "web identity: AWS_ROLE_ARN is not set",
                           "profile: AWS_PROFILE is not set",
                           "container: AWS_CONTAINER_CREDENTIALS_FULL_URI is not set",
                           "instance: AWS_EC2_METADATA_DISABLED"}) {
    CAPTURE(part);
    CHECK(keys.error().message.find(part) != std::string::npos);
  }
  CHECK_FALSE(keys.error().hint.empty());
}

TEST_CASE("aws keys: a web identity is exchanged at the region's endpoint, unsigned") {
  Machine machine;
  machine.variables["AWS_ROLE_ARN"] = "arn:aws-cn:iam::1:role/ci";
  machine.variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = "/token";
  machine.variables["AWS_REGION"] = "cn-north-1";
  machine.files.add("/token", "a.b+c");
  machine.http.expect("POST", "https://sts.cn-north-1.amazonaws.com.cn/")
      .responds(200, role_answer());
  const auto keys = machine.find();
  REQUIRE(keys.has_value());
  CHECK(keys->access_key == "ASIA1");
  CHECK(keys->secret_key.reveal() == "se/cret+");
  CHECK(keys->session_token.reveal() == "to==");
  const auto request = machine.http.requests().at(0);
  CHECK_FALSE(request.sign.has_value());
  CHECK(request.body.view().find("&RoleArn=arn%3Aaws-cn%3Aiam%3A%3A1%3Arole%2Fci&") !=
        std::string::npos);
  CHECK(request.body.view().find("&WebIdentityToken=a.b%2Bc&") != std::string::npos);
}

TEST_CASE("aws keys: a role that is refused ends the search with STS's own words") {
  Machine machine;
  machine.variables["AWS_ROLE_ARN"] = "arn:aws:iam::1:role/ci";
  machine.variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = "/token";
  machine.files.add("/token", "jwt");
  machine.http.expect("POST", "https://sts.us-east-1.amazonaws.com/")
      .responds(403,
                "<ErrorResponse><Error><Code>AccessDenied</Code><Message>Not authorized to perform "
                "sts:AssumeRoleWithWebIdentity</Message></Error></ErrorResponse>");
  const auto keys = machine.find();
  REQUIRE_FALSE(keys.has_value());
  CHECK(keys.error().kind == ErrorKind::unauthorized);
  CHECK(keys.error().message.find("AccessDenied: Not authorized") != std::string::npos);
  CHECK(keys.error().hint.find("id-token: write") != std::string::npos);

  machine.http.expect("POST", "https://sts.us-east-1.amazonaws.com/").responds(200, "<x/>");
  CHECK(machine.find().error().kind == ErrorKind::bad_response);
  REQUIRE(machine.files.remove_all("/token").has_value());
  CHECK_FALSE(machine.find().has_value());
}

TEST_CASE("aws keys: a container's, with its token") {
  Machine machine;
  machine.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/v2/credentials/1";
  machine.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = "/token";
  machine.files.add("/token", "bearer\n");
  machine.http.expect("GET", "http://169.254.170.2/v2/credentials/1")
      .responds(200, R"({"AccessKeyId":"ASIA2","SecretAccessKey":"s","Token":"t"})");
  const auto keys = machine.find();
  REQUIRE(keys.has_value());
  CHECK(keys->source == "the container");
  CHECK(machine.http.requests().at(0).headers ==
        std::vector<sys::Header>{{"Authorization", "bearer"}});
  machine.http.expect("GET", "http://169.254.170.2/v2/credentials/1").responds(200, "{}");
  CHECK(machine.find().error().kind == ErrorKind::bad_response);
  machine.http.expect("GET", "http://169.254.170.2/v2/credentials/1").responds(403);
  CHECK(machine.find().error().kind == ErrorKind::unauthorized);
}

TEST_CASE("aws keys: a container's address that is nobody's own gets nothing") {
  for (const char* url :
       {"http://metadata.example.com/x", "http://169.254.169.254/x", "ftp://x/"}) {
    CAPTURE(url);
    Machine machine;
    machine.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = url;
    machine.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "bearer";
    CHECK(machine.find().error().kind == ErrorKind::unauthorized);
    CHECK(machine.http.requests().empty());
  }
}

TEST_CASE("aws keys: an instance's role, by a session of its metadata service") {
  Machine machine;
  machine.variables.erase("AWS_EC2_METADATA_DISABLED");
  const std::string base = "http://169.254.169.254/latest/";
  machine.http.expect("PUT", base + "api/token").responds(200, "session");
  machine.http.expect("GET", base + "meta-data/iam/security-credentials/").responds(200, "runner");
  machine.http.expect("GET", base + "meta-data/iam/security-credentials/runner")
      .responds(200,
                R"({"Code":"Success","AccessKeyId":"ASIA3","SecretAccessKey":"s","Token":"t"})");
  REQUIRE(machine.find().has_value());
  CHECK(machine.http.requests().at(1).headers ==
        std::vector<sys::Header>{{"X-aws-ec2-metadata-token", "session"}});
}

TEST_CASE("aws keys: where no instance's service answers, or it has no role, there are none") {
  Machine machine;
  machine.variables.erase("AWS_EC2_METADATA_DISABLED");
  machine.http.expect("PUT", "http://169.254.169.254/latest/api/token").fails(ErrorKind::timed_out);
  CHECK(machine.find().error().message.find("no metadata service answers") != std::string::npos);
  machine.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "http://[fd00:ec2::254]/";
  const std::string base = "http://[fd00:ec2::254]/latest/";
  machine.http.expect("PUT", base + "api/token").responds(200, "session");
  machine.http.expect("GET", base + "meta-data/iam/security-credentials/").responds(404);
  CHECK(machine.find().error().message.find("the instance has no role") != std::string::npos);
}

}  // namespace buildcache::aws
