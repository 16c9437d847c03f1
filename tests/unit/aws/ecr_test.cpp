#include "aws/ecr.hpp"

#include "core/base64.hpp"
#include "sample_aws.hpp"

#include <doctest/doctest.h>

#include <utility>
#include <vector>

namespace buildcache::aws {
namespace {

using core::ErrorKind;

const Keys kKeys{"A", core::Secret("S"), core::Secret(""), "the environment"};

core::Result<EcrLogin> log_in(Machine& machine, const std::string& host) {
  const sys::Environment environment(machine.variables);
  return log_in_to_ecr({environment, machine.files, machine.http}, kKeys, *parse_ecr_host(host));
}

std::string answer(const std::string& token) {
  return R"({"authorizationToken":")" + core::base64_encoded(token) + R"(","expiresAt":1.0})";
}

}  // namespace

TEST_CASE("ecr: hosts of every partition, and the API that gives their tokens") {
  const std::vector<std::pair<std::string, std::string>> hosts{
      {"123456789012.dkr.ecr.eu-west-1.amazonaws.com", "https://api.ecr.eu-west-1.amazonaws.com"},
      {"123456789012.dkr.ecr-fips.us-east-1.amazonaws.com",
       "https://ecr-fips.us-east-1.amazonaws.com"},
      {"123456789012.dkr-ecr.eu-west-1.on.aws", "https://ecr.eu-west-1.api.aws"},
      {"123456789012.dkr-ecr-fips.us-gov-west-1.on.aws", "https://ecr-fips.us-gov-west-1.api.aws"},
      {"123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn",
       "https://api.ecr.cn-north-1.amazonaws.com.cn"},
      {"123456789012.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn",
       "https://ecr.cn-north-1.api.amazonwebservices.com.cn"},
      {"123456789012.dkr.ecr.us-isob-east-1.sc2s.sgov.gov",
       "https://api.ecr.us-isob-east-1.sc2s.sgov.gov"},
      {"123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu",
       "https://api.ecr.eusc-de-east-1.amazonaws.eu"},
      {"public.ecr.aws", "https://api.ecr-public.us-east-1.amazonaws.com"}};
  for (const auto& each : hosts) {
    CAPTURE(each.first);
    const auto parsed = parse_ecr_host(each.first);
    REQUIRE(parsed.has_value());
    CHECK(parsed->api == each.second);
  }
}

TEST_CASE("ecr: hosts that only look like Amazon's are none") {
  for (const char* host : {"ghcr.io",
                           "123456789012.dkr.ecr.eu-west-1.amazonaws.com.evil.example",
                           "123456789012.dkr.ecr.eu-west-1.amazonaws.com:5000",
                           "dkr.ecr.eu-west-1.amazonaws.com",
                           ".dkr.ecr.eu-west-1.amazonaws.com",
                           "a.b.dkr.ecr.eu-west-1.amazonaws.com",
                           "1.dkr.ecr..amazonaws.com",
                           "1.dkr.ecrx.eu-west-1.amazonaws.com",
                           "public.ecr.aws.evil.example"}) {
    CAPTURE(host);
    CHECK_FALSE(parse_ecr_host(host).has_value());
  }
}

TEST_CASE("ecr: a login by a signed call") {
  Machine machine;
  machine.http.expect("POST", "https://api.ecr.eu-west-1.amazonaws.com/")
      .responds(200, R"({"authorizationData":[)" + answer("AWS:pass:word") + "]}");
  const auto login = log_in(machine, "123456789012.dkr.ecr.eu-west-1.amazonaws.com");
  REQUIRE(login.has_value());
  CHECK(login->username == "AWS");
  CHECK(login->password.reveal() == "pass:word");
  const auto request = machine.http.requests().at(0);
  REQUIRE(request.sign.has_value());
  CHECK(request.sign->service == "ecr");
  CHECK(request.sign->region == "eu-west-1");
  CHECK(request.headers.at(1).second ==
        "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken");
}

TEST_CASE("ecr: the public one answers with an object, always from us-east-1") {
  Machine machine;
  machine.variables["AWS_ENDPOINT_URL_ECR_PUBLIC"] = "http://127.0.0.1:1/";
  machine.http.expect("POST", "http://127.0.0.1:1/")
      .responds(200, R"({"authorizationData":)" + answer("AWS:word") + "}");
  const auto login = log_in(machine, "public.ecr.aws");
  REQUIRE(login.has_value());
  CHECK(login->password.reveal() == "word");
  CHECK(machine.http.requests().at(0).sign->service == "ecr-public");
}

TEST_CASE("ecr: refusals tell AWS's own words and what to do") {
  const std::vector<std::pair<std::string, std::string>> cases{
      {R"({"__type":"AccessDeniedException","message":"not authorized to perform: ecr:Get"})",
       "ecr:GetAuthorizationToken"},
      {R"({"__type":"com.amazon#ExpiredTokenException","message":"expired"})", "session has ended"},
      {R"({"__type":"UnrecognizedClientException","Message":"invalid"})", "partition"},
      {"<html>", "partition"}};
  for (const auto& each : cases) {
    CAPTURE(each.first);
    Machine machine;
    machine.http.expect("POST", "https://api.ecr.eu-west-1.amazonaws.com/")
        .responds(400, each.first);
    const auto login = log_in(machine, "1.dkr.ecr.eu-west-1.amazonaws.com");
    REQUIRE_FALSE(login.has_value());
    CHECK(login.error().kind == ErrorKind::unauthorized);
    CHECK(login.error().message.find("credentials of the environment (400)") != std::string::npos);
    CHECK(login.error().hint.find(each.second) != std::string::npos);
  }
}

TEST_CASE("ecr: answers that are none") {
  for (const std::string& body : {std::string("{}"),
                                  std::string("[]"),
                                  std::string(R"({"authorizationData":[]})"),
                                  std::string(R"({"authorizationData":[7]})"),
                                  R"({"authorizationData":[)" + answer("no colon") + "]}",
                                  R"({"authorizationData":[)" + answer("AWS:") + "]}"}) {
    CAPTURE(body);
    Machine machine;
    machine.http.expect("POST", "https://api.ecr.eu-west-1.amazonaws.com/").responds(200, body);
    CHECK(log_in(machine, "1.dkr.ecr.eu-west-1.amazonaws.com").error().kind ==
          ErrorKind::bad_response);
  }
}

}  // namespace buildcache::aws
