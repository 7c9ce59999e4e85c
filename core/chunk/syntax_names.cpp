#include "core/chunk/syntax_names.h"

#if QUARRY_HAVE_TREESITTER
#include <algorithm>

#include "core/base/text.h"

namespace quarry::chunk {
namespace {

// Names are shown in results; what is longer is no name that anybody gave.
constexpr std::size_t longest_symbol_name = 120;
// int (*(*f(int))(void))[3] and the like: deeper declarators are looked no further into.
constexpr int deepest_declarator = 12;

std::string_view node_text(std::string_view text, TSNode node) {
    const std::size_t start = std::min<std::size_t>(text.size(), ts_node_start_byte(node));
    const std::size_t end = std::min<std::size_t>(text.size(), ts_node_end_byte(node));
    return text.substr(start, end - start);
}

TSNode field_of(TSNode node, TSFieldId field) { return field == 0 ? TSNode{} : ts_node_child_by_field_id(node, field); }

std::string_view kind_of(TSNode node) { return ts_node_type(node); }

/// Splits at "::" that stand outside of <> and ().
std::vector<std::string> split_qualified(std::string_view name) {
    std::vector<std::string> parts;
    std::size_t start = 0;
    int depth = 0;
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (name[i] == '<' || name[i] == '(') ++depth;
        if (name[i] == '>' || name[i] == ')') --depth;
        if (depth != 0 || !name.substr(i).starts_with("::")) continue;
        if (i > start) parts.push_back(one_line(name.substr(start, i - start), longest_symbol_name));
        start = i + 2;
    }
    if (start < name.size()) parts.push_back(one_line(name.substr(start), longest_symbol_name));
    return parts;
}

/// The name within a C declarator: of `*f(int a)` it is `f`.
TSNode declared_name(const SyntaxGrammar& grammar, TSNode declarator) {
    for (int depth = 0; depth < deepest_declarator && !ts_node_is_null(declarator); ++depth) {
        const std::string_view kind = kind_of(declarator);
        if (!kind.ends_with("declarator")) return declarator;
        TSNode inner = field_of(declarator, grammar.declarator);
        // References and parentheses hold theirs without a field.
        if (ts_node_is_null(inner)) inner = ts_node_named_child(declarator, 0);
        declarator = inner;
    }
    return TSNode{};
}

/// The type that a Go method belongs to: `P` of `(p *P[T])`.
std::string receiver_name(std::string_view receiver) {
    const std::size_t end = std::min(receiver.find('['), receiver.find(')'));
    receiver = trim(receiver.substr(0, end));
    const std::size_t start = receiver.find_last_of(" \t\r\n*(");
    if (start != std::string_view::npos) receiver.remove_prefix(start + 1);
    return one_line(receiver, longest_symbol_name);
}

/// Whether the node only mentions what it names: `struct tm *now`.
bool is_mention(const SyntaxGrammar& grammar, TSNode node) {
    const std::string_view kind = kind_of(node);
    return (kind.ends_with("_specifier")) && ts_node_is_null(field_of(node, grammar.body));
}

TSNode defined_name(const SyntaxGrammar& grammar, TSNode node) {
    if (const TSNode name = field_of(node, grammar.name); !ts_node_is_null(name)) return name;
    if (kind_of(node) == "impl_item") return field_of(node, grammar.type);
    return declared_name(grammar, field_of(node, grammar.declarator));
}

TSNode variable_name(const SyntaxGrammar& grammar, TSNode node) {
    const std::uint32_t count = ts_node_named_child_count(node);
    if (count < 2 || grammar.role(ts_node_named_child(node, count - 1)) != SyntaxRole::function) return TSNode{};
    const TSNode name = field_of(node, grammar.name);
    return ts_node_is_null(name) ? ts_node_named_child(node, 0) : name;
}

}  // namespace

std::vector<std::string> syntax_names(std::string_view text, const SyntaxGrammar& grammar, TSNode node) {
    const SyntaxRole role = grammar.role(node);
    TSNode name{};
    if (role == SyntaxRole::definition && !is_mention(grammar, node)) name = defined_name(grammar, node);
    if (role == SyntaxRole::variable) name = variable_name(grammar, node);
    if (ts_node_is_null(name)) return {};
    std::vector<std::string> names = split_qualified(trim(node_text(text, name)));
    if (const TSNode receiver = field_of(node, grammar.receiver); !ts_node_is_null(receiver) && !names.empty()) {
        if (std::string type = receiver_name(node_text(text, receiver)); !type.empty()) {
            names.insert(names.begin(), std::move(type));
        }
    }
    return names;
}

}  // namespace quarry::chunk
#endif
