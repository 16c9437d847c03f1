#include "config/keys.hpp"
#include "core/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace buildcache::config {
namespace {

struct Need {
  std::size_t target = 0;  // index of the needed one
  Value place;
};

struct Graph {
  std::vector<std::string> names;
  std::vector<std::vector<Need>> needs;  // of each name
};

void add_need(const Value& item, const std::string& name, std::size_t self, Graph& graph) {
  const auto found = std::ranges::find(graph.names, name);
  if (item.node().kind != YamlNode::Kind::scalar || item.reading().is_full()) {
    return;
  }
  if (found == graph.names.end()) {
    const auto near = core::nearest(name, graph.names);
    item.error(fmt::format("no target is called {}", item.quoted(name)),
               near.empty() ? fmt::format("the targets are {}", fmt::join(graph.names, ", "))
                            : fmt::format("did you mean `{}`?", near));
    return;
  }
  const auto index = static_cast<std::size_t>(found - graph.names.begin());
  if (index == self) {
    item.error("a target cannot need itself", "remove it");
    return;
  }
  graph.needs[self].push_back({index, item});
}

void add_needs(const Value& list, std::size_t self, Graph& graph) {
  if (list.node().kind != YamlNode::Kind::list) {
    return;
  }
  for (std::size_t i = 0; i < list.node().items.size(); ++i) {
    add_need(list.item(i), list.item(i).text(), self, graph);
  }
}

// Who builds on a target needs it.
void add_contexts(const Value& contexts, std::size_t self, Graph& graph) {
  if (contexts.node().kind != YamlNode::Kind::map) {
    return;
  }
  for (const Entry& entry : contexts.entries()) {
    const std::string source = entry.value.text();
    if (source.starts_with(kTargetContext) && source != kTargetContext) {
      add_need(entry.value, source.substr(kTargetContext.size()), self, graph);
    }
  }
}

// Walks depth first from each target; a need of a target that is still being walked closes a cycle.
class CycleSearch {
 public:
  explicit CycleSearch(const Graph& graph)
      : graph_(graph), state_(graph.names.size(), State::fresh) {}

  // Every walk keeps its own stack: a file may hold thousands of targets in one chain.
  void walk_from(std::size_t start) {
    if (state_[start] != State::fresh) {
      return;
    }
    enter(start);
    while (!path_.empty()) {
      auto& [target, next] = path_.back();
      if (next == graph_.needs[target].size()) {
        state_[target] = State::done;
        path_.pop_back();
        continue;
      }
      const Need& need = graph_.needs[target][next++];
      if (state_[need.target] == State::fresh) {
        enter(need.target);
      } else if (state_[need.target] == State::open) {
        report(need);
      }
    }
  }

 private:
  enum class State { fresh, open, done };
  struct Step {
    std::size_t target;
    std::size_t next;  // need to look at
  };

  void enter(std::size_t target) {
    state_[target] = State::open;
    path_.push_back({target, 0});
  }

  void report(const Need& closing) const {
    std::string circle;
    auto step = std::ranges::find(path_, closing.target, &Step::target);
    for (; step != path_.end(); ++step) {
      circle += graph_.names[step->target] + " → ";
    }
    circle = core::shortened(circle + graph_.names[closing.target], 200);
    closing.place.error(fmt::format("the targets need each other: {}", circle),
                        "remove one of the needs");
  }

  const Graph& graph_;
  std::vector<State> state_;
  std::vector<Step> path_;
};

}  // namespace

void check_needs(const Value& targets) {
  Graph graph;
  for (const auto& [key, node] : targets.node().entries) {
    if (key->kind == YamlNode::Kind::scalar &&
        std::ranges::find(graph.names, key->text) == graph.names.end()) {
      graph.names.push_back(key->text);
    }
  }
  graph.needs.resize(graph.names.size());
  for (std::size_t i = 0; i < graph.names.size(); ++i) {
    const Value target = targets.at(graph.names[i]);
    if (target.node().kind != YamlNode::Kind::map) {
      continue;
    }
    if (target.has("needs")) {
      add_needs(target.at("needs"), i, graph);
    }
    if (target.has("contexts")) {
      add_contexts(target.at("contexts"), i, graph);
    }
  }
  CycleSearch search(graph);
  for (std::size_t i = 0; i < graph.names.size(); ++i) {
    search.walk_from(i);
  }
}

}  // namespace buildcache::config
