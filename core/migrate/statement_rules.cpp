#include "core/migrate/statement_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "core/base/text.h"
#include "core/sql/lexemes.h"
#include "core/sql/splitter.h"

namespace quarry::migrate {
namespace {

struct Entry {
    std::string_view word;
    std::string_view hint;
};

constexpr std::string_view own_transaction =
    "delete it: quarry runs each migration in a transaction of its own, and undoes it when a statement fails";
constexpr std::string_view one_database = "a migration changes one database: give each its own folder and --url";
constexpr std::string_view no_transaction_hint =
    "put it into a separate migration that begins with the line \"-- quarry:no-transaction\"";

constexpr std::array<Entry, 6> sqlite_refused = {{
    {"begin", own_transaction},
    {"commit", own_transaction},
    {"end", own_transaction},
    {"rollback", own_transaction},
    {"attach", one_database},
    {"detach", one_database},
}};

constexpr std::array<Entry, 13> pragmas = {{
    {"foreign_keys", "delete it: quarry turns foreign keys off while a migration runs, checks them before it "
                     "commits, and turns them on again"},
    {"journal_mode", no_transaction_hint},
    {"synchronous", no_transaction_hint},
    {"locking_mode", no_transaction_hint},
    {"temp_store", no_transaction_hint},
    {"encoding", no_transaction_hint},
    {"page_size", no_transaction_hint},
    {"auto_vacuum", no_transaction_hint},
    {"wal_checkpoint", no_transaction_hint},
    {"temp_store_directory", "set the variable SQLITE_TMPDIR for the program"},
    {"data_store_directory", "name the database by its path"},
    {"writable_schema", "change the schema with ALTER TABLE, or create a new table and copy the rows"},
    {"schema_version", "SQLite increments it itself"},
}};

constexpr std::array<Entry, 9> postgresql_refused = {{
    {"begin", own_transaction},
    {"start", own_transaction},
    {"commit", own_transaction},
    {"end", own_transaction},
    {"rollback", own_transaction},
    {"abort", own_transaction},
    {"prepare", "leave it to the application"},
    {"discard", "it would end the lock that keeps other migrations out"},
    {"copy", ""},
}};

template <std::size_t Size>
const Entry* find_entry(const std::array<Entry, Size>& entries, std::string_view word) {
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

/// The first significant tokens of a statement in lower case, quotes removed, and "" behind them. A statement may be
/// megabytes of rows: no more than these are read.
class FirstWords {
public:
    FirstWords(sql::Dialect dialect, std::string_view statement, std::size_t most = 8) {
        sql::Lexer lexer(dialect, statement);
        for (auto token = lexer.next(); token && words_.size() < most; token = lexer.next()) {
            if (sql::is_filler(token->kind)) continue;
            const sql::Lexeme lexeme{token->kind, statement.substr(token->start, token->end - token->start),
                                     token->start};
            const bool quoted = token->kind == sql::TokenKind::quoted_name;
            words_.push_back(ascii_lower(quoted ? sql::name_of(dialect, lexeme) : std::string(lexeme.text)));
        }
    }
    const std::string& operator[](std::size_t i) const { return i < words_.size() ? words_[i] : nothing_; }
    [[nodiscard]] bool has(std::string_view word) const {
        return std::find(words_.begin(), words_.end(), word) != words_.end();
    }

private:
    std::vector<std::string> words_;
    std::string nothing_;
};

/// The pragma that a statement gives a value, if it does: its name.
std::string pragma_set(const FirstWords& words) {
    if (words[0] != "pragma") return {};
    const std::size_t name = words[2] == "." ? 3 : 1;
    const bool sets = words[name + 1] == "=" || words[name + 1] == "(" || words[name] == "wal_checkpoint";
    return sets ? words[name] : std::string();
}

bool rolls_back_to_savepoint(const FirstWords& words) {
    return words[0] == "rollback" && (words[1] == "to" || words[2] == "to");
}

bool sqlite_needs_none(const FirstWords& words) {
    if (words[0] == "vacuum") return true;
    const Entry* pragma = find_entry(pragmas, pragma_set(words));
    return pragma != nullptr && pragma->hint == no_transaction_hint;
}

bool postgresql_needs_none(const FirstWords& words) {
    const std::string& first = words[0];
    const std::string& second = words[1];
    if (first == "vacuum") return true;
    if (first == "alter" && second == "system") return true;
    if ((first == "create" || first == "drop") && (second == "database" || second == "tablespace")) return true;
    if ((first == "create" || first == "drop" || first == "alter") && second == "subscription") return true;
    if (first == "cluster") return second == ";" || second.empty() || second == "verbose";
    if (first == "reindex") {
        return words.has("concurrently") || words.has("database") || words.has("system") || words.has("schema");
    }
    if (words[2] == "concurrently" || words[3] == "concurrently") {
        return (first == "create" || first == "drop") && words.has("index");
    }
    return first == "alter" && words.has("detach") && words.has("concurrently");
}

std::optional<Refusal> refuse_sqlite(const FirstWords& words, bool transactional) {
    if (transactional && words[0] == "vacuum") {
        return Refusal{"VACUUM cannot be in a migration that is a transaction", std::string(no_transaction_hint)};
    }
    if (const std::string pragma = pragma_set(words); !pragma.empty()) return refuse_pragma(pragma, transactional);
    const Entry* entry = find_entry(sqlite_refused, words[0]);
    if (entry == nullptr || rolls_back_to_savepoint(words)) return std::nullopt;
    return Refusal{fmt::format("{} cannot be in a migration", upper(words[0])), std::string(entry->hint)};
}

std::optional<Refusal> refuse_postgresql(const FirstWords& words, bool transactional) {
    if (transactional && postgresql_needs_none(words)) {
        const bool concurrently = words.has("concurrently");
        return Refusal{fmt::format("{}{} cannot run inside a transaction", upper(words[0]),
                                   concurrently ? " ... CONCURRENTLY" : " " + upper(words[1])),
                       std::string(no_transaction_hint)};
    }
    const Entry* entry = find_entry(postgresql_refused, words[0]);
    if (entry == nullptr || rolls_back_to_savepoint(words)) return std::nullopt;
    if (words[0] == "start" && words[1] != "transaction") return std::nullopt;
    if (words[0] == "prepare" && words[1] != "transaction") return std::nullopt;
    if ((words[0] == "commit" || words[0] == "rollback") && words[1] == "prepared") return std::nullopt;
    if (words[0] == "copy") {
        if (!words.has("stdin") && !words.has("stdout")) return std::nullopt;
        return Refusal{"COPY from or to the client cannot be in a migration", "write the rows as INSERT"};
    }
    return Refusal{fmt::format("{} cannot be in a migration", upper(words[0])), std::string(entry->hint)};
}

}  // namespace

std::optional<Refusal> refuse_statement(sql::Dialect dialect, std::string_view statement, bool transactional) {
    const FirstWords words(dialect, statement, dialect == sql::Dialect::sqlite ? 8 : 64);
    return dialect == sql::Dialect::sqlite ? refuse_sqlite(words, transactional)
                                           : refuse_postgresql(words, transactional);
}

bool needs_no_transaction(sql::Dialect dialect, std::string_view statement) {
    const FirstWords words(dialect, statement, dialect == sql::Dialect::sqlite ? 8 : 64);
    return dialect == sql::Dialect::sqlite ? sqlite_needs_none(words) : postgresql_needs_none(words);
}

std::optional<Refusal> refuse_pragma(std::string_view name, bool transactional) {
    const Entry* entry = find_entry(pragmas, name);
    if (entry == nullptr) return std::nullopt;
    const bool waits = entry->hint == no_transaction_hint;
    if (waits && !transactional) return std::nullopt;
    return Refusal{fmt::format("PRAGMA {} cannot be set in a migration{}", name,
                               waits ? ": SQLite does not let it change within a transaction" : ""),
                   std::string(entry->hint)};
}

bool is_setting(sql::Dialect dialect, std::string_view statement) {
    const FirstWords words(dialect, statement);
    if (dialect == sql::Dialect::sqlite) return !pragma_set(words).empty();
    if (words[0] == "reset") return true;
    if (words[0] == "select") return words[1] == "set_config" || words[3] == "set_config";
    return words[0] == "set" && words[1] != "local" && words[1] != "transaction" && words[1] != "constraints";
}

bool defines_object(std::string_view statement) {
    const FirstWords words(sql::Dialect::postgresql, statement);
    if (words[0] != "create" && words[0] != "alter" && words[0] != "drop") return false;
    if (words[1] == "user" && words[2] == "mapping") return true;
    constexpr std::array<std::string_view, 7> shared = {"database", "tablespace", "subscription", "system",
                                                        "role",     "user",       "group"};
    return std::find(shared.begin(), shared.end(), words[1]) == shared.end();
}

std::string made_extension(std::string_view statement) {
    const FirstWords words(sql::Dialect::postgresql, statement);
    if (words[0] != "create" || words[1] != "extension") return {};
    return words[2] == "if" ? words[5] : words[2];
}

bool makes_role(std::string_view statement) {
    const FirstWords words(sql::Dialect::postgresql, statement);
    return words[0] == "create" &&
           (words[1] == "role" || words[1] == "group" || (words[1] == "user" && words[2] != "mapping"));
}

bool is_begin(sql::Dialect dialect, std::string_view statement) {
    const FirstWords words(dialect, statement);
    if (words[0] == "start") return words[1] == "transaction" && (words[2] == ";" || words[2].empty());
    if (words[0] != "begin") return false;
    const bool mode = words[1] == "immediate" || words[1] == "exclusive" || words[1] == "deferred";
    const std::size_t next = mode ? 2 : 1;
    const std::size_t end = words[next] == "transaction" || words[next] == "work" ? next + 1 : next;
    return words[end] == ";" || words[end].empty();
}

bool is_commit(sql::Dialect dialect, std::string_view statement) {
    const FirstWords words(dialect, statement);
    if (words[0] != "commit" && words[0] != "end") return false;
    const std::size_t end = words[1] == "transaction" || words[1] == "work" ? 2 : 1;
    return words[end] == ";" || words[end].empty();
}

bool sets_foreign_keys(sql::Dialect dialect, std::string_view statement) {
    return dialect == sql::Dialect::sqlite && pragma_set(FirstWords(dialect, statement)) == "foreign_keys";
}

bool is_pragma(sql::Dialect dialect, std::string_view statement) {
    return FirstWords(dialect, statement, 1)[0] == "pragma";
}

bool needs_transaction(sql::Dialect dialect, std::string_view statement) {
    const FirstWords words(dialect, statement);
    const std::string& first = words[0];
    if (first == "savepoint" || first == "release" || rolls_back_to_savepoint(words)) return true;
    if (dialect == sql::Dialect::sqlite) return false;
    if (first == "lock" || first == "declare") return true;
    return first == "set" && (words[1] == "local" || words[1] == "constraints" || words[1] == "transaction");
}

}  // namespace quarry::migrate
