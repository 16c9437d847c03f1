#!/usr/bin/env bash
# Amazon's registry by signed calls: a real registry under such a name, reached over a proxy, whose
# password AWS's services (a strict fake that checks signatures) give to whoever has keys.
set -uo pipefail

suite_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cell=${1:-floor}
ENGINE_NAME=suite-ecr-$cell
# shellcheck source=tests/support/suite.bash
. "$suite_dir/../support/suite.bash"
# shellcheck source=tests/support/engine.bash
. "$suite_dir/../support/engine.bash"
# shellcheck source=tests/support/project.bash
. "$suite_dir/../support/project.bash"
# shellcheck source=tests/support/faults.bash
. "$suite_dir/../support/faults.bash"
trap 'aws_end; faulty_stop; engine_end >/dev/null 2>&1; rm -rf "$suite_work"' EXIT

repo=$suite_work/shop
registry=123456789012.dkr.ecr.eu-west-1.amazonaws.com
password=token-of-ecr-3f7a

aws_begin() {
  python3 "$project_support/aws_services.py" "$suite_work/aws.port" "$suite_work/aws.log" "$password" &
  echo $! >"$suite_work/aws.pid"
  until [ -s "$suite_work/aws.port" ]; do
    kill -0 "$(<"$suite_work/aws.pid")" || return 1
    sleep 0.02
  done
  aws=http://127.0.0.1:$(<"$suite_work/aws.port")
}

aws_end() { [ ! -s "$suite_work/aws.pid" ] || kill "$(<"$suite_work/aws.pid")" 2>/dev/null || true; }

# The proxy comes first: the engine is told of it when it starts.
begin() {
  faulty_start "@$suite_work/outside" none
  export http_proxy=http://$faulty_address HTTP_PROXY=http://$faulty_address HTTPS_PROXY=http://$faulty_address
  engine_begin "$cell"
  printf '%s' "$password" >"$suite_work/password"
  engine registry start outside --user AWS --password-file "$suite_work/password" >"$suite_work/outside"
  project_make "$repo" "$registry"
  # Products go elsewhere: the engine pushes by itself, and speaks https to strangers.
  sed -i -e "s|$registry/acme/app|$BUILDCACHE_TEST_REGISTRY/acme/app|" \
    -e "2i registries: [{host: $registry, plain-http: true}]" "$repo/.buildcache.yml"
  project_commit "$repo" 'Keep caches at Amazon'
  aws_begin
}

# Runs buildcache $1 as a push to main with the variables "$2...", keys from nowhere else.
ecr_run() {
  local command=$1
  shift
  : >"$suite_work/aws.log"
  ci_push "$repo" main
  ci_env+=("http_proxy=$http_proxy" "NO_PROXY=127.0.0.1" "AWS_ENDPOINT_URL=$aws" AWS_PROFILE=
    AWS_ACCESS_KEY_ID= AWS_SECRET_ACCESS_KEY= AWS_SESSION_TOKEN= AWS_EC2_METADATA_DISABLED=true
    "AWS_SHARED_CREDENTIALS_FILE=$suite_work/none" "AWS_CONFIG_FILE=$suite_work/none" "$@")
  ci_buildcache "$repo" "$command"
}

from_the_environment() {
  ecr_run run AWS_ACCESS_KEY_ID=AKIAENVIRONMENT AWS_SECRET_ACCESS_KEY=secret/of+the-environment
  same "$(ci_cached)" 0
  same "$(<"$suite_work/aws.log")" 'ecr environment'
  registry_snapshot outside | grep -c "^acme/cache:app--c-$(project_head "$repo") "
}

from_a_web_identity() {
  printf 'identity.of.the.job' >"$suite_work/identity"
  engine reset
  ecr_run run AWS_ROLE_ARN=arn:aws:iam::123456789012:role/ci "AWS_WEB_IDENTITY_TOKEN_FILE=$suite_work/identity"
  same "$(ci_cached)" 4
  same "$(<"$suite_work/aws.log")" $'keys web-identity\necr web-identity'
}

# Asks alone: found, by the login that $1's keys got.
finds_it() {
  local source=$1
  shift
  ecr_run plan "$@"
  holds "$ci_run/document" ' found '
  same "$(tail -n 1 "$suite_work/aws.log")" "ecr $source"
}

from_a_profile() {
  printf '[profile ci]\naws_access_key_id = AKIAPROFILE\naws_secret_access_key = secret/of+the-profile\n' \
    >"$suite_work/config"
  finds_it profile AWS_PROFILE=ci "AWS_CONFIG_FILE=$suite_work/config"
}

from_a_container() {
  finds_it container "AWS_CONTAINER_CREDENTIALS_FULL_URI=$aws/container" AWS_CONTAINER_AUTHORIZATION_TOKEN=container-session
}

from_an_instance() {
  finds_it instance AWS_EC2_METADATA_DISABLED=false "AWS_EC2_METADATA_SERVICE_ENDPOINT=$aws"
}

without_keys_it_is_told() {
  ecr_run run
  ci_summary_says 'no AWS credentials: environment: AWS_ACCESS_KEY_ID is not set'
  ci_summary_says 'configure-aws-credentials'
  same "$(ci_output digest | cut -c1-7)" 'sha256:'
}

refused_keys_are_told() {
  ecr_run run AWS_ACCESS_KEY_ID=AKIANOBODY AWS_SECRET_ACCESS_KEY=secret/of+nobody
  ci_summary_says 'AccessDeniedException: User: nobody is not authorized'
  ci_summary_says 'allow the identity ecr:GetAuthorizationToken'
  ecr_run run AWS_ACCESS_KEY_ID=AKIAENVIRONMENT AWS_SECRET_ACCESS_KEY=another
  ci_summary_says 'UnrecognizedClientException'
}

other_registries_get_nothing() {
  cp "$repo/.buildcache.yml" "$suite_work/before.yml"
  sed -i '/^registries:/d' "$repo/.buildcache.yml"
  ecr_run plan AWS_ACCESS_KEY_ID=AKIAENVIRONMENT AWS_SECRET_ACCESS_KEY=secret/of+the-environment
  same "$(<"$suite_work/aws.log")" ''
  cp "$suite_work/before.yml" "$repo/.buildcache.yml"
}

# Keys and token in no argument, log, report or child's file that others can read.
nothing_is_shown() {
  ecr_run run AWS_ROLE_ARN=arn:aws:iam::123456789012:role/ci "AWS_WEB_IDENTITY_TOKEN_FILE=$suite_work/identity"
  grep -v '^::add-mask::' "$ci_run/log" >"$ci_run/shown"
  for secret in "$password" secret/of+the-identity token/of+the-identity identity.of.the.job \
    "$(printf 'AWS:%s' "$password" | base64)"; do
    holds_nowhere "$secret"
  done
  grep -qF "::add-mask::$password" "$ci_run/log"
}

holds_nowhere() {
  if grep -RlaF -- "$1" "$ci_run/shown" "$ci_run/output" "$ci_run/summary" "$ci_run/document" "$ci_run/record"; then
    echo "$1 is shown there"
    return 1
  fi
}

begin >"$suite_work/begin" 2>&1 || {
  cat "$suite_work/begin"
  echo "not ok - ecr ($cell): registry, proxy, services and engine start"
  exit 1
}
check "ecr ($cell): keys of the environment, a cold build publishes there" from_the_environment
check "ecr ($cell): a web identity, an emptied builder is all cached from there" from_a_web_identity
check "ecr ($cell): keys of a profile" from_a_profile
check "ecr ($cell): keys of a container" from_a_container
check "ecr ($cell): keys of an instance" from_an_instance
check "ecr ($cell): without keys the build goes on, and every source says why" without_keys_it_is_told
check "ecr ($cell): refused keys are told in AWS's own words, with the remedy" refused_keys_are_told
check "ecr ($cell): registries that are not named get nothing" other_registries_get_nothing
check "ecr ($cell): keys and tokens are shown nowhere" nothing_is_shown
exit "$suite_failed"
