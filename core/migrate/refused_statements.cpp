#include "core/migrate/refused_statements.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "core/sql/lexer.h"

namespace quarry::migrate {
namespace {

struct Entry {
    std::string_view word;
    std::string_view hint;
};

constexpr std::string_view own_transaction =
    "delete it: quarry runs each migration in a transaction of its own, and undoes it when a statement fails";
constexpr std::string_view one_database = "a migration changes one database: give each its own folder and --url";

constexpr std::array<Entry, 7> statements = {{
    {"begin", own_transaction},
    {"commit", own_transaction},
    {"end", own_transaction},
    {"rollback", own_transaction},
    {"attach", one_database},
    {"detach", one_database},
    {"vacuum", "run it apart from the migrations: sqlite3 FILE \"VACUUM\""},
}};

constexpr std::string_view set_by_application = "set it where the database is opened, or once with: sqlite3 FILE";
constexpr std::array<Entry, 11> pragmas = {{
    {"foreign_keys", "delete it: quarry turns foreign keys off while a migration runs, checks them before it "
                     "commits, and turns them on again"},
    {"journal_mode", set_by_application},
    {"synchronous", set_by_application},
    {"locking_mode", set_by_application},
    {"temp_store", set_by_application},
    {"encoding", set_by_application},
    {"page_size", set_by_application},
    {"auto_vacuum", set_by_application},
    {"wal_checkpoint", set_by_application},
    {"writable_schema", "change the schema with ALTER TABLE, or create a new table and copy the rows"},
    {"schema_version", "SQLite counts it by itself"},
}};

/// The significant tokens of a statement, one at a time.
class Words {
public:
    explicit Words(std::string_view text) : text_(text), lexer_(sql::Dialect::sqlite, text) {}

    /// The next token in lower case, quotes removed; "" at the end.
    std::string next() {
        while (const auto token = lexer_.next()) {
            if (token->kind == sql::TokenKind::space || token->kind == sql::TokenKind::line_comment ||
                token->kind == sql::TokenKind::block_comment) {
                continue;
            }
            std::string_view word = text_.substr(token->start, token->end - token->start);
            const bool quoted = token->kind == sql::TokenKind::quoted_name || token->kind == sql::TokenKind::string;
            if (quoted && word.size() >= 2) word = word.substr(1, word.size() - 2);
            return ascii_lower(word);
        }
        return {};
    }

private:
    std::string_view text_;
    sql::Lexer lexer_;
};

template <std::size_t Size>
const Entry* find(const std::array<Entry, Size>& entries, std::string_view word) {
    const auto at = std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.word == word; });
    return at == entries.end() ? nullptr : &*at;
}

std::string upper(std::string_view word) {
    std::string text(word);
    for (char& c : text) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return text;
}

std::optional<Refusal> refuse_pragma_statement(Words& words) {
    std::string name = words.next();
    std::string then = words.next();
    if (then == ".") {
        name = words.next();
        then = words.next();
    }
    if (then != "=" && then != "(" && name != "wal_checkpoint") return std::nullopt;
    return refuse_pragma(name);
}

}  // namespace

std::optional<Refusal> refuse_statement(std::string_view statement) {
    Words words(statement);
    const std::string first = words.next();
    if (first == "pragma") return refuse_pragma_statement(words);
    const Entry* entry = find(statements, first);
    if (entry == nullptr) return std::nullopt;
    if (first == "rollback") {  // ROLLBACK [TRANSACTION] TO savepoint stays inside the transaction.
        std::string second = words.next();
        if (second == "transaction") second = words.next();
        if (second == "to") return std::nullopt;
    }
    return Refusal{fmt::format("{} cannot be in a migration", upper(first)), std::string(entry->hint)};
}

std::optional<Refusal> refuse_pragma(std::string_view name) {
    const Entry* entry = find(pragmas, name);
    if (entry == nullptr) return std::nullopt;
    std::string hint(entry->hint);
    if (entry->hint == set_by_application) hint += fmt::format(" \"PRAGMA {} = ...\"", name);
    return Refusal{fmt::format("PRAGMA {} cannot be set in a migration: SQLite does not let it change within a "
                               "transaction",
                               name),
                   std::move(hint)};
}

}  // namespace quarry::migrate
