#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>

namespace quarry::db {

/// Bytes to bind as a BLOB.
struct Blob {
    const void* data = nullptr;
    std::size_t size = 0;
};

/// Text to bind without copying it: it must stay as it is until the statement has run.
struct Borrowed {
    const std::string& text;
};

/// A prepared statement on loan: reset and unbound when this goes, so that it holds no lock and no text.
///
/// Parameters are bound in order by `with` and copied, `Borrowed` ones excepted.
class Query {
public:
    explicit Query(SQLite::Statement& statement) : statement_(statement) {}
    ~Query();
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    template <typename... Values>
    Query& with(const Values&... values) {
        int index = 0;
        (bind(++index, values), ...);
        return *this;
    }
    /// The next row; false after the last.
    bool step() { return statement_.executeStep(); }
    /// Runs a statement that gives no rows, and makes it ready for other parameters.
    void run() {
        statement_.exec();
        statement_.reset();
    }
    [[nodiscard]] bool is_null(int column) const { return statement_.getColumn(column).isNull(); }
    [[nodiscard]] std::int64_t integer(int column) const { return statement_.getColumn(column).getInt64(); }
    [[nodiscard]] std::uint64_t count(int column) const { return static_cast<std::uint64_t>(integer(column)); }
    [[nodiscard]] double number(int column) const { return statement_.getColumn(column).getDouble(); }
    [[nodiscard]] std::string text(int column) const { return statement_.getColumn(column).getString(); }
    /// Valid until the next step.
    [[nodiscard]] std::string_view bytes(int column) const;

private:
    void bind(int index, std::integral auto value) { statement_.bind(index, static_cast<std::int64_t>(value)); }
    void bind(int index, double value) { statement_.bind(index, value); }
    void bind(int index, const std::optional<std::int64_t>& value) {
        value ? statement_.bind(index, *value) : statement_.bind(index);
    }
    void bind(int index, const std::optional<double>& value) {
        value ? statement_.bind(index, *value) : statement_.bind(index);
    }
    void bind(int index, const std::string& value) { statement_.bind(index, value); }
    void bind(int index, std::string_view value) { statement_.bind(index, std::string(value)); }
    void bind(int index, const Borrowed& value) { statement_.bindNoCopy(index, value.text); }
    void bind(int index, const Blob& value) { statement_.bind(index, value.data, static_cast<int>(value.size)); }

    template <typename... Values>
    void bind(int index, const std::variant<Values...>& value) {
        std::visit([&](const auto& one) { bind(index, one); }, value);
    }

    SQLite::Statement& statement_;
};

/// Prepares each SQL constant once per database. A statement can be on loan only once at a time.
class StatementCache {
public:
    explicit StatementCache(SQLite::Database& database) : database_(database) {}

    /// `sql` is a constant: its address is the key.
    [[nodiscard]] Query query(const char* sql) {
        auto [entry, added] = statements_.try_emplace(sql, nullptr);
        if (added) entry->second = std::make_unique<SQLite::Statement>(database_, sql);
        return Query(*entry->second);
    }
    /// Forgets every statement: before the schema changes.
    void clear() { statements_.clear(); }

private:
    SQLite::Database& database_;
    std::unordered_map<const char*, std::unique_ptr<SQLite::Statement>> statements_;
};

}  // namespace quarry::db
