// A forge's repository with the references that CI systems check out, and the truth about each.
#pragma once

#include "support/temp_repo.hpp"

#include <string>

namespace buildcache::git::test {

// main: 45 commits, a merged side branch among them; change: 12 commits, off main at its 20th.
class ForgeHistory {
 public:
  ForgeHistory() {
    // GitHub and GitLab filter; a plain server does when it is told to.
    repo.git({"config", "uploadpack.allowFilter", "true"});
    commits(19, "m");
    fork_point = repo.commit("m20");
    repo.git({"checkout", "-q", "-b", "change"});
    commits(11, "c");
    change_head = repo.commit("c12");
    repo.git({"checkout", "-q", "main"});
    commits(10, "n");
    tagged = repo.id("HEAD");
    repo.git({"tag", "v1"});
    repo.git({"checkout", "-q", "-b", "side", "HEAD~5"});
    commits(3, "s");
    repo.git({"checkout", "-q", "main"});
    repo.merge({"side"});
    commits(13, "o");
    main_tip = repo.commit("tip");
    make_merges();
    repo.git({"checkout", "-q", "main"});
    repo.git({"branch", "-q", "-D", "side"});
  }

  support::TempRepo repo;
  std::string fork_point, change_head, main_tip, tagged;
  std::string test_merge;     // refs/pull/1/merge: main's tip is the first parent
  std::string jenkins_merge;  // refs/pull/1/jenkins: the change's head is
  std::string queue_merge;    // refs/heads/gh-readonly-queue/main/pr-1

 private:
  void commits(int count, const std::string& name) {
    for (int i = 1; i <= count; ++i) {
      repo.commit(name + std::to_string(i));
    }
  }

  void make_merges() {
    repo.git({"checkout", "-q", "--detach", "main"});
    test_merge = repo.merge({"change"});
    repo.git({"update-ref", "refs/pull/1/merge", test_merge});
    queue_merge = test_merge;
    repo.git({"branch", "-q", "gh-readonly-queue/main/pr-1", queue_merge});
    repo.git({"checkout", "-q", "--detach", "change"});
    jenkins_merge = repo.merge({"main"});
    repo.git({"update-ref", "refs/pull/1/jenkins", jenkins_merge});
  }
};

}  // namespace buildcache::git::test
