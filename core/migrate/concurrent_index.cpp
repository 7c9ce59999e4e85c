#include "core/migrate/concurrent_index.h"

#include <vector>

#include "core/sql/lexemes.h"

namespace quarry::migrate {
namespace {

constexpr const char* find_sql = R"(
SELECT i.indexrelid::pg_catalog.regclass::pg_catalog.text, i.indisvalid
FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = pg_catalog.to_regclass($1) AND c.relname = $2)";

/// A statement's words, taken one after the other.
class IndexWords {
public:
    explicit IndexWords(std::string_view sql) : words_(sql::lexemes(sql::Dialect::postgresql, sql)) {}

    bool take(std::string_view word) {
        const bool found = at_ < words_.size() && words_[at_].is(word);
        if (found) ++at_;
        return found;
    }
    /// "name" or "schema.name", as SQL; empty when there is none.
    std::string take_name() {
        std::string name;
        const auto continues = [&] { return at_ < words_.size() && (words_[at_].is_name() || words_[at_].is(".")); };
        for (bool dot = false; continues() && words_[at_].is(".") == dot; dot = !dot) name += words_[at_++].text;
        return name;
    }
    [[nodiscard]] bool is_next(std::string_view word) const { return at_ < words_.size() && words_[at_].is(word); }
    [[nodiscard]] const sql::Lexeme* next() const { return at_ < words_.size() ? &words_[at_] : nullptr; }

private:
    std::vector<sql::Lexeme> words_;
    std::size_t at_ = 0;
};

}  // namespace

std::optional<ConcurrentIndex> read_concurrent_index(std::string_view sql) {
    IndexWords words(sql);
    if (!words.take("create")) return std::nullopt;
    words.take("unique");
    if (!words.take("index") || !words.take("concurrently")) return std::nullopt;
    if (words.take("if") && !(words.take("not") && words.take("exists"))) return std::nullopt;
    ConcurrentIndex index;
    if (const sql::Lexeme* name = words.next(); name != nullptr && !words.is_next("on")) {
        index.name = sql::name_of(sql::Dialect::postgresql, *name);
        (void)words.take_name();
    }
    if (!words.take("on")) return std::nullopt;
    words.take("only");
    index.table = words.take_name();
    return index;
}

std::optional<std::string> read_concurrent_drop(std::string_view sql) {
    IndexWords words(sql);
    if (!words.take("drop") || !words.take("index") || !words.take("concurrently")) return std::nullopt;
    if (words.take("if") && !words.take("exists")) return std::nullopt;
    const std::string name = words.take_name();
    if (name.empty() || words.is_next(",")) return std::nullopt;
    return name;
}

IndexState find_index(db::PostgresqlConnection& connection, const ConcurrentIndex& index, std::string& name) {
    if (index.name.empty()) return IndexState::missing;
    const db::PostgresqlResult rows = connection.query(find_sql, {index.table, index.name});
    if (rows.empty()) return IndexState::missing;
    name = rows.text(0, 0);
    return rows.text(0, 1) == "t" ? IndexState::valid : IndexState::invalid;
}

}  // namespace quarry::migrate
