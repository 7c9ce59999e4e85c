#include "core/migrate/scaffold.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/base/ascii.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/sql/lexemes.h"

namespace quarry::migrate {
namespace {

bool is_foreign(char c) noexcept { return static_cast<unsigned char>(c) >= 0x80; }

/// A name as SQL needs it: quoted when it is a keyword of either engine or does not begin with a letter.
std::string quoted_identifier(std::string_view name) {
    if (std::any_of(name.begin(), name.end(), is_foreign)) {
        return is_ascii_digit(name.front()) ? fmt::format("\"{}\"", name) : std::string(name);
    }
    const std::string quoted = sql::quote_name(sql::Dialect::sqlite, name);
    return quoted != name ? quoted : sql::quote_name(sql::Dialect::postgresql, name);
}

struct Sections {
    std::string up;
    std::string down;
};

/// The two names around a word: "status", "orders" of "status_to_orders". The last such word counts.
struct Split {
    std::string_view left, right;
};

std::optional<Split> split_at(std::string_view text, std::string_view word) {
    const std::size_t at = text.rfind(word);
    if (at == std::string_view::npos || at == 0 || at + word.size() == text.size()) return std::nullopt;
    return Split{text.substr(0, at), text.substr(at + word.size())};
}

bool strip_prefix(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix) || text.size() == prefix.size()) return false;
    text.remove_prefix(prefix.size());
    return true;
}

bool strip_suffix(std::string_view& text, std::string_view suffix) {
    if (!text.ends_with(suffix) || text.size() == suffix.size()) return false;
    text.remove_suffix(suffix.size());
    return true;
}

/// "users" of "users_table" and "table_users".
std::string_view table_name(std::string_view text) {
    if (!strip_suffix(text, "_table")) strip_prefix(text, "table_");
    return text;
}

std::string_view column_name(std::string_view text) {
    if (!strip_suffix(text, "_column")) strip_prefix(text, "column_");
    return text;
}

std::string add_column(std::string_view table, std::string_view column) {
    return fmt::format("ALTER TABLE {} ADD COLUMN {} TEXT;\n", quoted_identifier(table), quoted_identifier(column));
}

std::string drop_column(std::string_view table, std::string_view column) {
    return fmt::format("ALTER TABLE {} DROP COLUMN {};\n", quoted_identifier(table), quoted_identifier(column));
}

std::string create_table(std::string_view table) {
    return fmt::format("CREATE TABLE {} (\n    id INTEGER PRIMARY KEY\n);\n", quoted_identifier(table));
}

/// index_on_email_to_users, index_to_users_on_email, email_index_to_users
std::optional<Sections> index_sections(std::string_view text) {
    std::string_view table, column;
    if (std::string_view rest = text; strip_prefix(rest, "index_on_")) {
        const auto parts = split_at(rest, "_to_");
        if (!parts) return std::nullopt;
        table = parts->right;
        column = parts->left;
    } else if (rest = text; strip_prefix(rest, "index_to_")) {
        const auto parts = split_at(rest, "_on_");
        if (!parts) return std::nullopt;
        table = parts->left;
        column = parts->right;
    } else {
        const auto parts = split_at(text, "_index_to_");
        if (!parts) return std::nullopt;
        table = parts->right;
        column = parts->left;
    }
    const std::string index = fmt::format("{}_{}", table, column);
    return Sections{fmt::format("CREATE INDEX {} ON {} ({});\n", quoted_identifier(index), quoted_identifier(table),
                                quoted_identifier(column)),
                    fmt::format("DROP INDEX {};\n", quoted_identifier(index))};
}

std::optional<Sections> rename_sections(std::string_view text) {
    if (const auto in = split_at(text, "_in_")) {
        const auto names = split_at(in->left, "_to_");
        if (!names) return std::nullopt;
        const std::string table = quoted_identifier(table_name(in->right));
        const std::string from = quoted_identifier(column_name(names->left)),
                          to = quoted_identifier(column_name(names->right));
        return Sections{fmt::format("ALTER TABLE {} RENAME COLUMN {} TO {};\n", table, from, to),
                        fmt::format("ALTER TABLE {} RENAME COLUMN {} TO {};\n", table, to, from)};
    }
    const auto names = split_at(text, "_to_");
    if (!names) return std::nullopt;
    const std::string from = quoted_identifier(table_name(names->left)),
                      to = quoted_identifier(table_name(names->right));
    return Sections{fmt::format("ALTER TABLE {} RENAME TO {};\n", from, to),
                    fmt::format("ALTER TABLE {} RENAME TO {};\n", to, from)};
}

/// "users_email_index", "active_users_view": what is made is another thing than a table.
bool names_no_table(std::string_view text) {
    return text.ends_with("_index") || text.ends_with("_view") || text.ends_with("_trigger") ||
           text.starts_with("index_") || text.starts_with("view_") || text.starts_with("trigger_");
}

std::optional<Sections> guess(std::string_view name) {
    std::string_view rest = name;
    if (strip_prefix(rest, "create_")) {
        if (auto index = index_sections(rest)) return index;
        if (names_no_table(rest)) return std::nullopt;
        const std::string_view table = table_name(rest);
        return Sections{create_table(table), fmt::format("DROP TABLE {};\n", quoted_identifier(table))};
    }
    if (strip_prefix(rest, "rename_")) return rename_sections(rest);
    if (strip_prefix(rest, "add_")) {
        if (auto index = index_sections(rest)) return index;
        const auto parts = split_at(rest, "_to_");
        if (!parts) return std::nullopt;
        const std::string_view table = table_name(parts->right), column = column_name(parts->left);
        return Sections{add_column(table, column), drop_column(table, column)};
    }
    if (!strip_prefix(rest, "drop_") && !strip_prefix(rest, "remove_")) return std::nullopt;
    if (const auto parts = split_at(rest, "_from_")) {
        const std::string_view table = table_name(parts->right), column = column_name(parts->left);
        return Sections{drop_column(table, column),
                        "-- The column comes back empty: what it held is gone.\n" + add_column(table, column)};
    }
    if (names_no_table(rest)) return std::nullopt;
    const std::string_view table = table_name(rest);
    return Sections{fmt::format("DROP TABLE {};\n", quoted_identifier(table)),
                    "-- Write here how the table was made, so that it can come back (without its rows).\n"};
}

}  // namespace

std::string migration_name(std::string_view typed) {
    if (find_invalid_utf8(typed)) throw Error(ErrorCode::usage, "the migration's name is not valid UTF-8");
    std::string name;
    for (std::size_t i = 0; i < typed.size(); ++i) {
        const char c = typed[i];
        const bool wanted = is_ascii_upper(c) || is_ascii_lower(c) || is_ascii_digit(c) || is_foreign(c);
        const bool word_begins =
            is_ascii_upper(c) && i > 0 && (is_ascii_lower(typed[i - 1]) || is_ascii_digit(typed[i - 1]));
        if ((!wanted || word_begins) && !name.empty() && name.back() != '_') name += '_';
        if (wanted) name += is_ascii_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
    }
    if (name.ends_with('_')) name.pop_back();
    if (name.empty()) {
        throw Error(ErrorCode::usage, fmt::format("\"{}\" is not a name for a migration", one_line(typed, 60)),
                    "name what it does, such as create_users_table");
    }
    if (name.size() > 200) {
        throw Error(ErrorCode::usage, "the migration's name is too long for a file name", "use 200 bytes at most");
    }
    return name;
}

std::string scaffold(std::string_view name) {
    const Sections sections = guess(name).value_or(
        Sections{"-- Write here the statements that make the change. End each with a semicolon.\n",
                 "-- Write here the statements that undo it. If it cannot be undone, write a comment\n"
                 "-- [-- quarry:irreversible: reason] instead, without the brackets.\n"});
    return fmt::format("-- quarry:up\n{}\n-- quarry:down\n{}", sections.up, sections.down);
}

}  // namespace quarry::migrate
