#include "core/migrate/concurrent_index.h"

#include "core/sql/lexemes.h"

namespace quarry::migrate {
namespace {

constexpr const char* find_sql = R"(
SELECT i.indexrelid::regclass::text, i.indisvalid
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = to_regclass($1) AND c.relname = $2)";

}  // namespace

std::optional<ConcurrentIndex> read_concurrent_index(std::string_view sql) {
    constexpr sql::Dialect dialect = sql::Dialect::postgresql;
    const std::vector<sql::Lexeme> words = sql::lexemes(dialect, sql);
    std::size_t at = 0;
    const auto take = [&](std::string_view word) {
        const bool found = at < words.size() && words[at].is(word);
        if (found) ++at;
        return found;
    };
    if (!take("create")) return std::nullopt;
    take("unique");
    if (!take("index") || !take("concurrently")) return std::nullopt;
    if (take("if")) at += 2;  // NOT EXISTS
    ConcurrentIndex index;
    if (at < words.size() && !words[at].is("on")) index.name = sql::name_of(dialect, words[at++]);
    if (!take("on")) return std::nullopt;
    take("only");
    const auto name_continues = [&] { return at < words.size() && (words[at].is_name() || words[at].is(".")); };
    for (bool dot = false; name_continues() && words[at].is(".") == dot; dot = !dot) index.table += words[at++].text;
    return index;
}

IndexState find_index(PostgresqlConnection& connection, const ConcurrentIndex& index, std::string& name) {
    if (index.name.empty()) return IndexState::missing;
    const PostgresqlResult rows = connection.query(find_sql, {index.table, index.name});
    if (rows.empty()) return IndexState::missing;
    name = rows.text(0, 0);
    return rows.text(0, 1) == "t" ? IndexState::valid : IndexState::invalid;
}

}  // namespace quarry::migrate
