#include "config/node.hpp"

#include "config/source_text.hpp"
#include "config/syntax_error.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <map>
#include <sstream>

namespace buildcache::config {
namespace {

// A reason of our own to stop the parser; `file`, and nothing else, is still to be filled in.
struct Refusal {
  YAML::Mark mark;
  std::string message;
  std::string hint;
};

// Builds the tree from the parser's events. The first refusal stays; events after it are ignored
// until the parser stops by itself, which the size of the file bounds.
class TreeBuilder : public YAML::EventHandler {
 public:
  explicit TreeBuilder(std::string_view source) : source_(source) {}

  [[nodiscard]] const std::optional<Refusal>& refusal() const { return refusal_; }
  [[nodiscard]] YamlNodePtr root() const { return root_; }
  // Returns where the innermost open list or mapping starts.
  [[nodiscard]] const YamlNode* innermost() const {
    return open_.empty() ? nullptr : open_.back().get();
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (std::exchange(started_, true)) {
      refuse(mark,
             "a second document starts here",
             "a configuration is one document: check the indentation, or remove `---`");
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(make(YamlNode::Kind::null, mark), mark, anchor);
  }

  void OnScalar(const YAML::Mark& mark,
                const std::string& tag,
                YAML::anchor_t anchor,
                const std::string& value) override {
    auto node = make(YamlNode::Kind::scalar, mark);
    node->text = value;
    node->plain = tag == "?";
    if (!node->plain && tag != "!" && tag != "tag:yaml.org,2002:str") {
      refuse_tag(mark);
    }
    const auto start = static_cast<std::size_t>(mark.pos);
    if (!is_closed_quote(source_, start)) {
      refuse(mark, "the quotes opened here are never closed", "close the quotes");
    }
    for (const int offset : {0, 1}) {
      if (source_.substr(std::min(start, source_.size()))
              .substr(offset == 0 ? 0U : 1U)
              .starts_with(value)) {
        node->text_offset = offset;
        break;
      }
    }
    add(std::move(node), mark, anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto known = anchors_.find(anchor);
    if (known == anchors_.end()) {
      refuse(mark, "an alias inside its own anchor", "write the value out");
      return;
    }
    place(known->second, mark);
  }

  void OnSequenceStart(const YAML::Mark& mark,
                       const std::string& tag,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(YamlNode::Kind::list, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark,
                  const std::string& tag,
                  YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(YamlNode::Kind::map, mark, tag, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  static std::shared_ptr<YamlNode> make(YamlNode::Kind kind, const YAML::Mark& mark) {
    auto node = std::make_shared<YamlNode>();
    node->kind = kind;
    node->line = mark.line + 1;
    node->column = mark.column + 1;
    return node;
  }

  void refuse(const YAML::Mark& mark, std::string message, std::string hint) {
    if (!refusal_) {
      refusal_ = Refusal{mark, std::move(message), std::move(hint)};
    }
  }

  void refuse_tag(const YAML::Mark& mark) {
    refuse(mark, "a YAML tag that has no meaning here", "remove the `!…`; only !!str is known");
  }

  void open(YamlNode::Kind kind,
            const YAML::Mark& mark,
            const std::string& tag,
            YAML::anchor_t anchor) {
    if (tag != "?" && tag != "!" && !tag.empty()) {
      refuse_tag(mark);
    }
    if (open_.size() >= kMaxDepth) {
      refuse(mark,
             fmt::format("lists and mappings nest deeper than {} levels", kMaxDepth),
             "a configuration needs six");
    }
    if (!refusal_) {
      open_.push_back(make(kind, mark));
      open_anchors_.push_back(anchor);
      keys_.push_back(nullptr);
    }
  }

  void close() {
    if (refusal_) {
      return;
    }
    const auto node = open_.back();
    const auto anchor = open_anchors_.back();
    open_.pop_back();
    open_anchors_.pop_back();
    keys_.pop_back();
    YAML::Mark mark;
    mark.line = node->line - 1;
    mark.column = node->column - 1;
    add(node, mark, anchor);
  }

  // Takes a finished node in, under its anchor too.
  void add(YamlNodePtr node, const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) {
      anchors_[anchor] = node;
    }
    place(std::move(node), mark);
  }

  // Hangs a node into the innermost open list or mapping, or makes it the root.
  void place(YamlNodePtr node, const YAML::Mark& mark) {
    if (refusal_) {
      return;
    }
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    YamlNode& parent = *open_.back();
    parent.weight += node->weight;
    if (parent.weight > kMaxNodes) {
      refuse(mark,
             fmt::format("more than {} values, counting each alias in full", kMaxNodes),
             "write shorter lists, or fewer aliases");
      return;
    }
    if (parent.kind == YamlNode::Kind::list) {
      parent.items.push_back(std::move(node));
    } else if (keys_.back() == nullptr) {
      keys_.back() = std::move(node);
    } else {
      parent.entries.emplace_back(std::exchange(keys_.back(), nullptr), std::move(node));
    }
  }

  std::string_view source_;
  bool started_ = false;
  YamlNodePtr root_;
  std::optional<Refusal> refusal_;
  std::vector<std::shared_ptr<YamlNode>> open_;
  std::vector<YAML::anchor_t> open_anchors_;  // of `open_`
  std::vector<YamlNodePtr> keys_;             // of `open_`: the key that waits for its value
  std::map<YAML::anchor_t, YamlNodePtr> anchors_;
};

core::Error error_at(const YAML::Mark& mark,
                     const std::string& file,
                     std::string message,
                     std::string hint) {
  const core::Position position{
      file, mark.is_null() ? 0 : mark.line + 1, mark.is_null() ? 0 : mark.column + 1};
  return {core::ErrorKind::config, std::move(message), position, std::move(hint)};
}

core::Error syntax_error(const YAML::Exception& thrown,
                         const TreeBuilder& builder,
                         std::string_view text,
                         const std::string& file) {
  const auto explained = explain_syntax_error(thrown.msg);
  auto error = error_at(thrown.mark, file, explained.message, explained.hint);
  if (const YamlNode* opening = builder.innermost(); explained.at_opening && opening != nullptr) {
    error.position->line = opening->line;
    error.position->column = opening->column;
  }
  if (const auto tab = find_indenting_tab(text, file, error.position->line)) {
    return {core::ErrorKind::config, "a tab in the indentation", tab, "YAML indents with spaces"};
  }
  return error;
}

}  // namespace

core::Result<YamlNodePtr> read_yaml(std::string_view text, const std::string& file) {
  if (text.starts_with("\xEF\xBB\xBF")) {
    text.remove_prefix(3);
  }
  if (auto refused = refuse_source(text, file)) {
    return tl::unexpected(std::move(*refused));
  }
  TreeBuilder builder(text);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (!builder.refusal() && parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& thrown) {
    if (!builder.refusal()) {
      return tl::unexpected(syntax_error(thrown, builder, text, file));
    }
  }
  if (const auto& refusal = builder.refusal()) {
    return tl::unexpected(error_at(refusal->mark, file, refusal->message, refusal->hint));
  }
  return builder.root();
}

}  // namespace buildcache::config
