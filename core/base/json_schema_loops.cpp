#include "core/base/json_schema_loops.h"

#include <algorithm>

namespace quarry {
namespace {

using Json = nlohmann::json;

constexpr int longest_chain = 200;

class LoopSearch {
public:
    explicit LoopSearch(const SchemaGraph& graph) : graph_(graph) {}

    /// How many schemas follow each other from this one on; what is on the way counts as too many.
    int length(const SchemaNode& node, int steps) {
        if (steps > longest_chain) return longest_chain + 1;
        const auto [known, is_new] = lengths_.try_emplace(&node, longest_chain + 1);
        if (!is_new) return known->second;
        int longest = 0;
        for (const SchemaPart& part : node.parts) {
            visit(part, node,
                  [&](const SchemaNode& next) { longest = std::max(longest, 1 + length(next, steps + 1)); });
        }
        return lengths_[&node] = std::min(longest, longest_chain + 1);
    }

    static bool is_endless(int length) { return length > longest_chain; }

private:
    /// The schemas that a part holds against the same value.
    template <typename Visit>
    void visit(const SchemaPart& part, const SchemaNode& node, Visit see) const {
        switch (part.rule) {
            case SchemaRule::reference:
            case SchemaRule::dynamic_reference: see(*part.target); break;
            case SchemaRule::all_of:
            case SchemaRule::any_of:
            case SchemaRule::one_of:
            case SchemaRule::dependent_schemas:
            case SchemaRule::dependencies:
                for (const Json& one : *part.operand) see_known(one, see);
                break;
            case SchemaRule::negation: see_known(*part.operand, see); break;
            case SchemaRule::condition:
                for (const char* name : {"if", "then", "else"}) {
                    if (const auto found = node.json->find(name); found != node.json->end()) see_known(*found, see);
                }
                break;
            default: break;
        }
    }
    template <typename Visit>
    void see_known(const Json& schema, Visit see) const {
        if (const auto node = graph_.nodes.find(&schema); node != graph_.nodes.end()) see(node->second);
    }

    const SchemaGraph& graph_;
    std::unordered_map<const SchemaNode*, int> lengths_;
};

}  // namespace

const SchemaNode* find_endless_schema(const SchemaGraph& graph, std::span<SchemaNode* const> schemas) {
    LoopSearch search(graph);
    for (const SchemaNode* const schema : schemas) {
        if (LoopSearch::is_endless(search.length(*schema, 0))) return schema;
    }
    return nullptr;
}

}  // namespace quarry
