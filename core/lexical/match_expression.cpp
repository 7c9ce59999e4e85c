#include "core/lexical/match_expression.h"

#include <algorithm>
#include <string_view>

namespace quarry::lexical {
namespace {

constexpr std::string_view column_names[term_fields] = {"title", "headings", "body"};

/// A quoted string of FTS5: its terms must stand next to each other.
std::string quoted(std::span<const std::string> terms, bool prefix) {
    std::string text;
    for (const std::string& term : terms) {
        if (term.empty() || term.find('\0') != std::string::npos) return {};
        if (!text.empty()) text += ' ';
        for (const char c : term) {
            if (c == '"') text += '"';
            text += c;
        }
    }
    if (text.empty()) return {};
    return '"' + text + (prefix ? "\" *" : "\"");
}

void join(std::string& expression, std::string_view with, const std::string& part) {
    if (part.empty()) return;
    if (!expression.empty()) expression += with;
    expression += part;
}

std::string condition_expression(const TermCondition& condition) {
    std::string expression;
    for (const TermSequence& sequence : condition.any_of) {
        join(expression, " OR ", quoted(sequence.terms, sequence.prefix));
    }
    if (expression.empty()) return {};
    expression = '(' + expression + ')';
    if (condition.field) {
        expression = std::string(column_names[static_cast<std::size_t>(*condition.field)]) + " : " + expression;
    }
    return expression;
}

}  // namespace

std::string match_any(std::span<const LexicalTerm> terms) {
    std::string expression;
    for (const LexicalTerm& term : terms) {
        join(expression, " OR ", quoted({&term.text, 1}, term.prefix));
        for (const std::string& other : term.others) join(expression, " OR ", quoted({&other, 1}, false));
    }
    return expression;
}

std::string match_all(std::span<const TermCondition> conditions) {
    std::string expression;
    for (const TermCondition& condition : conditions) join(expression, " AND ", condition_expression(condition));
    return expression;
}

std::string match_one(std::span<const TermCondition> conditions) {
    std::string expression;
    for (const TermCondition& condition : conditions) join(expression, " OR ", condition_expression(condition));
    return expression;
}

}  // namespace quarry::lexical
