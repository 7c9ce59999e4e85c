// What a base in a file keeps beside its documents, as data.
#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <optional>

#include "core/db/sqlite_statement.h"
#include "core/store/base_address.h"
#include "core/store/postgresql/server_repositories.h"
#include "core/store/side_tables.h"
#include "core/store/sqlite/base_schema.h"
#include "core/store/sqlite/committed.h"
#include "core/store/sqlite/knowledge_base_error.h"
#include "core/store/sqlite/row_checksums.h"

namespace quarry::store {
namespace {

SideValue read_side_value(const SQLite::Column& column) {
    if (column.isNull()) return {};
    if (column.isInteger()) return std::int64_t{column.getInt64()};
    if (column.isFloat()) return column.getDouble();
    return column.getString();
}

class SqliteSideTables final : public SideTables {
    template <typename Work>
    auto guarded_tables(std::string_view doing, const SideTable& table, Work&& work) {
        try {
            return work();
        } catch (const SQLite::Exception& exception) {
            throw knowledge_base_error(exception,
                                       fmt::format("cannot {} the {} of {}", doing, table.content, path_.string()));
        }
    }

public:
    SqliteSideTables(const std::filesystem::path& base, StoreMode mode)
        : path_(base),
          database_(open_knowledge_base(base, mode)),
          cache_(database_),
          checksums_(database_, cache_),
          statements_("rowid", '?') {
        if (mode == StoreMode::read) snapshot_.emplace(database_);
    }

    [[nodiscard]] std::vector<SideRow> rows(const SideTable& table, const SideRow* after) override {
        return guarded_tables("read", table, [&] {
            SQLite::Statement& query = statement(statements_.select(table, after == nullptr));
            for (std::size_t i = 0; after != nullptr && i < table.key; ++i)
                bind(query, table.columns[i], i, (*after)[i]);
            std::vector<SideRow> rows;
            while (query.executeStep()) {
                SideRow& row = rows.emplace_back();
                for (int i = 0; i < query.getColumnCount(); ++i) row.push_back(read_side_value(query.getColumn(i)));
            }
            query.reset();
            return rows;
        });
    }
    void put(const SideTable& table, std::span<const SideRow> rows) override {
        guarded_tables("write", table, [&] {
            SQLite::Statement& query = statement(insertion(table));
            committed(CheckedTransaction(database_, checksums_), [&] {
                for (const SideRow& row : rows) {
                    for (std::size_t i = 0; i < row.size(); ++i) bind(query, table.columns[i], i, row[i]);
                    query.exec();
                    query.reset();
                }
            });
        });
    }

private:
    /// Ready for other parameters.
    [[nodiscard]] SQLite::Statement& statement(const std::string& sql) {
        SQLite::Statement& found = prepared_.try_emplace(sql, database_, sql).first->second;
        found.tryReset();
        found.clearBindings();
        return found;
    }
    [[nodiscard]] std::string insertion(const SideTable& table) const {
        std::vector<std::string> values;
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            values.push_back(SideStatements::stored(table.columns[i], fmt::format("?{}", i + 1)));
        }
        return fmt::format("{} SELECT {} {} {}", statements_.insert(table), fmt::join(values, ", "),
                           SideStatements::is_known(table, values), statements_.on_conflict(table));
    }
    static void bind(SQLite::Statement& query, const SideColumn& column, std::size_t at, const SideValue& value) {
        const int index = static_cast<int>(at) + 1;
        if (const auto* integer = std::get_if<std::int64_t>(&value)) return query.bind(index, *integer);
        if (const auto* real = std::get_if<double>(&value)) return query.bind(index, *real);
        const auto* text = std::get_if<std::string>(&value);
        if (text == nullptr) return query.bind(index);
        if (column.kind != SideKind::bytes) return query.bind(index, *text);
        query.bind(index, text->data(), static_cast<int>(text->size()));
    }

    const std::filesystem::path path_;
    SQLite::Database database_;
    db::StatementCache cache_;
    RowChecksums checksums_;
    const SideStatements statements_;
    std::map<std::string, SQLite::Statement> prepared_;
    std::optional<SQLite::Transaction> snapshot_;
};

}  // namespace

std::unique_ptr<SideTables> open_side_tables(const std::filesystem::path& base, StoreMode mode) {
    if (is_server_base(base)) return postgresql::open_server_side_tables(base.native(), mode);
    return std::make_unique<SqliteSideTables>(base, mode);
}

}  // namespace quarry::store
