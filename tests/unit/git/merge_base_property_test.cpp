// Merge bases and first-parent walks of random graphs, compared with the real git's.
#include "git/graph.hpp"
#include "git/repository.hpp"
#include "support/temp_repo.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

namespace buildcache::git {
namespace {

constexpr int kGraphs = 2000;

struct Graph {
  std::vector<int> marks;  // of its commits, parents before children
};

// Writes a history of up to 14 commits with up to three parents each, several roots, and clocks
// that are wrong in a third of the graphs.
Graph write_random_graph(std::mt19937& random, int& next_mark, std::ostream& stream) {
  const auto below = [&random](int limit) {
    return std::uniform_int_distribution<int>(0, limit - 1)(random);
  };
  Graph graph;
  const int commits = 3 + below(12);
  const bool skewed = below(3) == 0;
  for (int i = 0; i < commits; ++i) {
    const int time = 1'700'000'000 + (skewed ? below(1000) : i * 10);
    const int mark = next_mark++;
    stream << "commit refs/graphs/" << mark << "\nmark :" << mark << "\ncommitter T <t@e> " << time
           << " +0000\ndata 0\n";
    std::vector<int> parents;
    const int wanted = below(9) == 0 ? 0 : 1 + below(3);
    for (int j = 0; j < wanted && i > 0; ++j) {
      const int parent = graph.marks[static_cast<std::size_t>(std::max(0, i - 2 - below(4)))];
      if (std::find(parents.begin(), parents.end(), parent) == parents.end()) {
        stream << (parents.empty() ? "from :" : "merge :") << parent << "\n";
        parents.push_back(parent);
      }
    }
    stream << "\n";
    graph.marks.push_back(mark);
  }
  return graph;
}

std::vector<std::string> read_marks(const std::string& file, int count) {
  std::vector<std::string> ids(static_cast<std::size_t>(count));
  std::ifstream marks(file);
  std::string mark;
  std::string id;
  while (marks >> mark >> id) {
    ids.at(std::stoul(mark.substr(1))) = id;
  }
  return ids;
}

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) {
    words.push_back(word);
  }
  return words;
}

// `git merge-base` fails when there is none.
std::vector<std::string> truth(const std::string& directory,
                               const std::string& one,
                               const std::string& two) {
  try {
    auto bases = words_of(support::run_git(directory, {"merge-base", "--all", one, two}));
    std::sort(bases.begin(), bases.end());
    return bases;
  } catch (const std::runtime_error&) {
    return {};
  }
}

TEST_CASE("graph: 2000 random ones agree with git merge-base --all and rev-list --first-parent") {
  std::mt19937 random(20240229);
  int next_mark = 1;
  std::ostringstream stream;
  std::vector<Graph> graphs;
  graphs.reserve(kGraphs);
  for (int i = 0; i < kGraphs; ++i) {
    graphs.push_back(write_random_graph(random, next_mark, stream));
  }
  const support::TempRepo repo;
  const std::string marks = repo.path() + "/marks";
  support::run_git(
      repo.path(), {"fast-import", "--quiet", "--export-marks=" + marks}, stream.str());
  const std::vector<std::string> ids = read_marks(marks, next_mark);
  auto repository = Repository::open(repo.path());
  REQUIRE(repository.has_value());

  int with_several = 0;
  int with_none = 0;
  for (const Graph& graph : graphs) {
    const std::size_t count = graph.marks.size();
    const std::string& one = ids.at(static_cast<std::size_t>(graph.marks[count - 1]));
    const std::string& two =
        ids.at(static_cast<std::size_t>(graph.marks[count - 2 - random() % 2]));
    const std::vector<std::string> expected = truth(repo.path(), one, two);
    auto found = merge_bases(**repository, one, two, 1000);
    REQUIRE(found.has_value());
    std::sort(found->begin(), found->end());
    CHECK(*found == expected);
    const bool contained = std::find(expected.begin(), expected.end(), two) != expected.end();
    CHECK(is_ancestor(**repository, two, one, 1000) == contained);
    CHECK(first_parent_walk(**repository, one, 100) ==
          words_of(support::run_git(repo.path(), {"rev-list", "--first-parent", one})));
    with_several += expected.size() > 1 ? 1 : 0;
    with_none += expected.empty() ? 1 : 0;
  }
  CHECK(with_several > 100);
  CHECK(with_none > 130);
}

}  // namespace
}  // namespace buildcache::git
