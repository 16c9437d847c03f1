# shellcheck shell=bash
# Jenkins' builds: clones as its branch sources make them, variables as its plugins set them.
# Needs project.bash.

# Starts a build in a clone ($jenkins_clone) that has of repository $1 only the refs "$2..." (as
# REMOTE:LOCAL refspecs), whole history, no tags; the first is checked out, detached.
jenkins_checkout() {
  local repository=$1
  shift
  jenkins_clone=$(mktemp -d "$suite_work/workspace.XXXXXX")
  git -c init.defaultBranch=main init -q "$jenkins_clone"
  git -C "$jenkins_clone" config user.name Jenkins
  git -C "$jenkins_clone" config user.email jenkins@example.com
  git -C "$jenkins_clone" remote add origin "file://$repository"
  git -C "$jenkins_clone" fetch -q --no-tags origin "${@/#/+}"
  git -C "$jenkins_clone" checkout -q --detach "${1#*:}"
  ci_begin
  ci_env+=(
    CI=true JENKINS_URL=https://jenkins.example/ BUILD_TAG=jenkins-acme-shop-7 BUILD_NUMBER=7
    BUILD_URL=https://jenkins.example/job/acme/job/shop/7/ "WORKSPACE=$jenkins_clone"
  )
}

# A multibranch build of branch $2 of repository $1.
jenkins_branch() {
  jenkins_checkout "$1" "refs/heads/$2:refs/remotes/origin/$2"
  ci_env+=("BRANCH_NAME=$2" "GIT_COMMIT=$(project_head "$jenkins_clone")")
  [ "$2" != main ] || ci_env+=(BRANCH_IS_PRIMARY=true)
}

# A multibranch build of tag $2 of repository $1.
jenkins_tag() {
  jenkins_checkout "$1" "refs/tags/$2:refs/tags/$2"
  ci_env+=("BRANCH_NAME=$2" "TAG_NAME=$2" "GIT_COMMIT=$(project_head "$jenkins_clone")")
}

# A multibranch build of change $2 of branch $3 into main of repository $1, strategy $4: `head`
# checks out the change's own tip and knows nothing else, `merge` merges main into it, here in the
# workspace, so that the change's tip is the first parent. $5 is the fork it comes from, if any.
jenkins_change() {
  local refs=("refs/heads/$3:refs/remotes/origin/PR-$2")
  [ "$4" = head ] || refs+=(refs/heads/main:refs/remotes/origin/main)
  jenkins_checkout "$1" "${refs[@]}"
  if [ "$4" = merge ]; then
    git -C "$jenkins_clone" merge -q --no-edit origin/main
  fi
  ci_env+=(
    "BRANCH_NAME=PR-$2" "CHANGE_ID=$2" "CHANGE_BRANCH=$3" CHANGE_TARGET=main
    "CHANGE_URL=https://forge.example/acme/shop/pull/$2"
    "GIT_COMMIT=$(project_head "$jenkins_clone")"
  )
  [ -z "${5:-}" ] || ci_env+=("CHANGE_FORK=$5")
}

# Prints the property $1 that the build hands over, as java.util.Properties reads it.
jenkins_property() { python3 "$project_support/properties_file.py" "$ci_run/outputs.properties" "$1"; }
