#include "core/sql_lint/nested.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/sql/plpgsql.h"
#include "core/sql/splitter.h"

namespace quarry::sql_lint {
namespace {

constexpr sql::Dialect postgresql = sql::Dialect::postgresql;
constexpr std::size_t deepest_nesting = 8;
constexpr std::size_t most_nested = 2000;

/// The code of DO or of CREATE FUNCTION: its string, but for the one that names the language.
const sql::Lexeme* code_literal(const std::vector<sql::Lexeme>& words, std::size_t from) {
    for (std::size_t i = from; i < words.size(); ++i) {
        const bool language = i > 0 && words[i - 1].is("language");
        if (words[i].kind == sql::TokenKind::string && !language) return &words[i];
    }
    return nullptr;
}

/// "sql", "plpgsql"; `otherwise` when the statement does not say.
std::string language_of(const std::vector<sql::Lexeme>& words, std::string_view otherwise) {
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        if (!words[i].is("language")) continue;
        const sql::Lexeme& name = words[i + 1];
        return ascii_lower(name.is_name() ? sql::name_of(postgresql, name) : sql::string_value(name.text));
    }
    return std::string(otherwise);
}

/// Lets all that a statement says stand at one place, that of the call which runs it.
void move_to(Statement& statement, sql::Section place) {
    statement.section = place;
    for (sql::Lexeme& word : statement.words) word.start = place.start;
    for (Name& name : statement.names) name.place = place;
    statement.table.place = place;
    for (Action& action : statement.actions) {
        action.place = action.new_name.place = place;
        action.column.name.place = action.column.type.place = action.constraint.place = place;
    }
    for (Column& column : statement.columns) column.name.place = column.type.place = place;
    for (Constraint& constraint : statement.constraints) constraint.place = place;
}

}  // namespace

NestedStatements::Code NestedStatements::code_in(const sql::Lexeme& literal, const sql::SourceText& source,
                                                 bool plpgsql) {
    const std::size_t quote = literal.text.starts_with('$') ? literal.text.find('$', 1) + 1 : 1;
    const bool plain = literal.text.starts_with('$') || literal.text.find('\'', 1) + 1 == literal.text.size();
    if (plain && literal.text.size() >= 2 * quote) {
        return {source, {literal.start + quote, literal.end() - quote}, plpgsql};
    }
    const std::string& text = texts_.emplace_back(sql::string_value(literal.text));
    return {{source.name, text}, {0, text.size()}, plpgsql};
}

void NestedStatements::define(const Statement& statement, const sql::SourceText& source) {
    const bool routine = statement.object == ObjectKind::function || statement.object == ObjectKind::procedure;
    if (statement.verb != Verb::create || !routine || statement.names.empty()) return;
    const std::string language = language_of(statement.words, "sql");
    const std::vector<sql::Lexeme>& words = statement.words;
    for (std::size_t i = 0; i + 2 < words.size(); ++i) {
        if (!words[i].is("begin") || !words[i + 1].is("atomic")) continue;
        const auto end = std::find_if(words.rbegin(), words.rend(), [](const auto& word) { return word.is("end"); });
        if (end == words.rend() || end->start < words[i + 2].start) return;
        functions_[ascii_lower(statement.name().name)] = {source, {words[i + 2].start, end->start}, false};
        return;
    }
    const auto as = std::find_if(statement.words.begin(), statement.words.end(),
                                 [](const sql::Lexeme& word) { return word.is("as"); });
    const sql::Lexeme* literal = code_literal(statement.words, static_cast<std::size_t>(as - statement.words.begin()));
    if (literal == nullptr || (language != "sql" && language != "plpgsql")) return;
    functions_[ascii_lower(statement.name().name)] = code_in(*literal, source, language == "plpgsql");
}

std::vector<Statement> NestedStatements::in(const Statement& statement, const sql::SourceText& source) {
    Search to;
    search(statement, source, to);
    for (Statement& one : to.found) one.nested = true;
    return std::move(to.found);
}

void NestedStatements::search(const Statement& statement, const sql::SourceText& source, Search& to) {
    if (to.depth >= deepest_nesting || statement.words.empty()) return;
    ++to.depth;
    const bool block = statement.words.front().is("do");
    const std::string language = block ? language_of(statement.words, "plpgsql") : std::string();
    if (const auto* literal = block ? code_literal(statement.words, 1) : nullptr; language == "plpgsql" && literal) {
        search_literal(*literal, source, true, to);
    }
    const bool defines =
        statement.verb == Verb::create || statement.verb == Verb::alter || statement.verb == Verb::drop;
    if (!block && !defines) {
        search_with(statement, source, to);
        search_calls(statement, to);
    }
    --to.depth;
}

void NestedStatements::search_part(const sql::SourceText& source, sql::Section place, bool expression, Search& to) {
    if (to.found.size() >= most_nested) return;
    Statement statement = read_statement(postgresql, source, place);
    if (expression) {
        statement.verb = Verb::other;  // It is what stands behind SELECT.
        return search_calls(statement, to);
    }
    to.found.push_back(statement);
    search(statement, source, to);
}

void NestedStatements::search_literal(const sql::Lexeme& literal, const sql::SourceText& source, bool plpgsql,
                                      Search& to) {
    if (to.depth >= deepest_nesting) return;
    ++to.depth;
    const Code code = code_in(literal, source, plpgsql);
    const std::size_t before = to.found.size();
    search_code(code, to);
    const bool elsewhere = code.source.text.data() != source.text.data();
    for (std::size_t i = before; elsewhere && i < to.found.size(); ++i) {
        move_to(to.found[i], {literal.start, literal.end()});
    }
    --to.depth;
}

void NestedStatements::search_code(const Code& code, Search& to) {
    const std::string_view body = code.source.text.substr(code.body.start, code.body.end - code.body.start);
    if (to.found.size() >= most_nested) return;
    if (!code.plpgsql) {
        try {
            sql::Splitter splitter(postgresql, code.source, code.body, sql::Splitter::LastSemicolon::optional);
            while (const auto one = splitter.next()) search_part(code.source, *one, false, to);
        } catch (const Error&) {
            // The database will say so when the function is created.
        }
        return;
    }
    for (const sql::PlpgsqlPart& part : sql::plpgsql_parts(body)) {
        const sql::Section place{code.body.start + part.place.start, code.body.start + part.place.end};
        if (part.kind == sql::PlpgsqlPart::Kind::statement) search_part(code.source, place, false, to);
        if (part.kind == sql::PlpgsqlPart::Kind::expression) search_part(code.source, place, true, to);
        if (part.kind != sql::PlpgsqlPart::Kind::executed) continue;
        const Statement text = read_statement(postgresql, code.source, place);
        if (text.words.size() != 1 || text.words.front().kind != sql::TokenKind::string) continue;
        search_literal(text.words.front(), code.source, false, to);
    }
}

/// WITH name AS [[NOT] MATERIALIZED] ( INSERT | UPDATE | DELETE | MERGE ... )
void NestedStatements::search_with(const Statement& statement, const sql::SourceText& source, Search& to) {
    const std::vector<sql::Lexeme>& words = statement.words;
    for (std::size_t i = 1; i + 1 < words.size(); ++i) {
        const bool query = words[i].is("(") && (words[i - 1].is("as") || words[i - 1].is("materialized"));
        if (!query) continue;
        const sql::Lexeme& first = words[i + 1];
        if (!first.is("insert") && !first.is("update") && !first.is("delete") && !first.is("merge")) continue;
        std::size_t end = i + 1;
        for (std::size_t depth = 1; end < words.size(); ++end) {
            if (words[end].is("(")) ++depth;
            if (words[end].is(")") && --depth == 0) break;
        }
        search_part(source, {first.start, words[end - 1].end()}, false, to);
        i = end;
    }
}

void NestedStatements::search_calls(const Statement& statement, Search& to) {
    if (functions_.empty() || to.depth >= deepest_nesting) return;
    ++to.depth;
    for (std::size_t i = 0; i + 1 < statement.words.size(); ++i) {
        const sql::Lexeme& word = statement.words[i];
        if (!word.is_name() || !statement.words[i + 1].is("(")) continue;
        const auto function = functions_.find(ascii_lower(sql::name_of(postgresql, word)));
        if (function == functions_.end()) continue;
        const std::size_t size = function->second.body.end - function->second.body.start;
        if (size > bytes_left_) continue;
        bytes_left_ -= size;
        const std::size_t before = to.found.size();
        search_code(function->second, to);
        for (std::size_t at = before; at < to.found.size(); ++at) {
            move_to(to.found[at], {word.start, word.end()});
            if (to.found[at].function.empty()) to.found[at].function = function->first;
        }
    }
    --to.depth;
}

}  // namespace quarry::sql_lint
