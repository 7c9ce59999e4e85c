#include <algorithm>

#include "core/base/text.h"
#include "core/schema/sqlite/cursor.h"
#include "core/schema/sqlite/parse.h"

namespace quarry::schema::sqlite {
namespace {

/// The text that some lexemes cover, with what is between them.
std::string_view covered(std::span<const sql::Lexeme> lexemes) {
    if (lexemes.empty()) return {};
    const char* start = lexemes.front().text.data();
    const char* end = lexemes.back().text.data() + lexemes.back().text.size();
    return {start, static_cast<std::size_t>(end - start)};
}

/// The lexemes as they are written, white space and comments between them as one space.
std::string on_one_line(std::span<const sql::Lexeme> lexemes) {
    std::string text;
    for (std::size_t i = 0; i < lexemes.size(); ++i) {
        if (i > 0 && lexemes[i].start != lexemes[i - 1].end()) text += ' ';
        text += lexemes[i].text;
    }
    return text;
}

/// Names, letter case and quotes of an argument as modules read it: 'porter', "porter" and porter are the same.
std::string argument_key(std::span<const sql::Lexeme> lexemes) {
    std::string key;
    for (const sql::Lexeme& lexeme : lexemes) {
        const bool quoted = lexeme.kind == sql::TokenKind::quoted_name || lexeme.kind == sql::TokenKind::string;
        key += key.empty() ? "" : " ";
        key += quoted ? sql::name_of(sql::Dialect::sqlite, lexeme) : ascii_lower(lexeme.text);
    }
    return key;
}

bool has_plain_columns(const std::vector<std::string>& columns) {
    const auto plain = [](const std::string& name) {
        return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        });
    };
    return !columns.empty() && std::all_of(columns.begin(), columns.end(), plain);
}

}  // namespace

VirtualTable parse_virtual_table(std::string_view name, std::string_view statement) {
    Cursor cursor(name, statement);
    VirtualTable table;
    table.name = name;
    cursor.require({"create", "virtual", "table"});
    (void)cursor.take_name();
    cursor.require({"using"});
    table.module = ascii_lower(cursor.take_name());
    if (cursor.at_end()) return table;
    for (const auto argument : split_at_commas(cursor.take_parentheses())) {
        table.arguments.push_back(on_one_line(argument));
        table.argument_keys.push_back(argument_key(argument));
    }
    return table;
}

Index parse_index(std::string_view name, std::string_view statement, const Names& names) {
    Cursor cursor(name, statement);
    Index index;
    index.name = name;
    cursor.require({"create"});
    index.unique = cursor.skip({"unique"});
    cursor.require({"index"});
    (void)cursor.take_name();
    cursor.require({"on"});
    index.table = cursor.take_name();
    const PhraseContext context{names, fold_name(index.table), true, false};
    for (auto column : split_at_commas(cursor.take_parentheses())) {
        if (column.size() > 1 && column.back().is("asc")) column = column.first(column.size() - 1);
        index.columns.push_back(make_phrase(column, context));
    }
    if (cursor.skip({"where"})) index.where = make_phrase(cursor.rest(), context);
    return index;
}

View parse_view(std::string_view name, std::string_view statement, const Names& names,
                const std::vector<std::string>& columns) {
    Cursor cursor(name, statement);
    View view;
    view.name = name;
    cursor.require({"create", "view"});
    (void)cursor.take_name();
    // A column without a name of its own is called as its expression is written: then nothing of it may change.
    view.text = has_plain_columns(columns) ? on_one_line(cursor.rest()) : std::string(covered(cursor.rest()));
    view.key = make_phrase(cursor.rest(), {names, "", false, true}).key;
    for (const sql::Lexeme& lexeme : cursor.rest()) {
        if (lexeme.is_name()) view.mentions.insert(fold_name(sql::name_of(sql::Dialect::sqlite, lexeme)));
    }
    return view;
}

Trigger parse_trigger(std::string_view name, std::string_view table, std::string_view statement, const Names& names) {
    Cursor cursor(name, statement);
    Trigger trigger;
    trigger.name = name;
    trigger.table = table;
    cursor.require({"create", "trigger"});
    (void)cursor.take_name();
    trigger.body = make_phrase(cursor.rest(), {names, "", false, false});
    return trigger;
}

}  // namespace quarry::schema::sqlite
