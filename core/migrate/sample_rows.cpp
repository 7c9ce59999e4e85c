#include "core/migrate/sample_rows.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>

#include "core/migrate/sample_values.h"
#include "core/sql/lexemes.h"

namespace quarry::migrate {
namespace {

constexpr int sample_rows_wanted = 3;

/// Which columns are given a value, and of which kind.
struct Attempt {
    SampleStyle style = SampleStyle::distinct;
    bool required_only = false;
};
constexpr std::array<Attempt, 4> attempts = {{{SampleStyle::distinct, false},
                                              {SampleStyle::small, false},
                                              {SampleStyle::distinct, true},
                                              {SampleStyle::small, true}}};

class SampleFiller {
public:
    SampleFiller(Database& database, const std::vector<Table>& tables) : database_(database), tables_(tables) {
        for (const Table& table : tables) {
            if (!table.is_virtual) counts_[table.name] = count_rows(table);
        }
    }

    SampleRows fill() {
        std::vector<const Table*> empty;
        for (const Table& table : tables_) {
            if (!table.is_virtual && counts_[table.name] == 0) empty.push_back(&table);
        }
        // Parents first; when only tables are left that wait for each other, those whose foreign keys may be NULL.
        while (fill_some(empty, true) || fill_some(empty, false)) {
        }
        for (const Table* table : empty) result_.unfilled.emplace_back(table->name, refusals_[table->name]);
        return std::move(result_);
    }

private:
    [[nodiscard]] std::int64_t count_rows(const Table& table) const {
        const std::string count = *database_.query(fmt::format("SELECT count(*) FROM {}", table.sql_name)).at(0).at(0);
        std::int64_t number = 0;
        std::from_chars(count.data(), count.data() + count.size(), number);
        return number;
    }

    /// Fills every table that can be filled now and takes it from the list; false when there was none.
    bool fill_some(std::vector<const Table*>& empty, bool with_parents) {
        return std::erase_if(empty, [&](const Table* table) {
                   if (with_parents && !has_parents(*table)) return false;
                   const std::int64_t rows = fill_table(*table);
                   counts_[table->name] = rows;
                   result_.rows += static_cast<std::size_t>(rows);
                   return rows > 0;
               }) > 0;
    }

    [[nodiscard]] bool has_parents(const Table& table) const {
        return std::all_of(table.foreign_keys.begin(), table.foreign_keys.end(), [&](const TableForeignKey& key) {
            const auto parent = counts_.find(key.parent);
            return key.parent == table.name || (parent != counts_.end() && parent->second > 0);
        });
    }

    std::int64_t fill_table(const Table& table) {
        std::int64_t rows = 0;
        for (int row = 1; row <= sample_rows_wanted; ++row) {
            for (const Attempt& attempt : attempts) {
                auto refusal = database_.attempt(insert_sql(table, row, attempt));
                if (!refusal) {
                    ++rows;
                    break;
                }
                refusals_[table.name] = *std::move(refusal);
            }
        }
        return rows;
    }

    [[nodiscard]] std::string insert_sql(const Table& table, int row, const Attempt& attempt) const {
        const sql::Dialect dialect = database_.dialect();
        std::vector<std::string> names, values;
        for (const TableColumn& column : table.columns) {
            if (column.generated) continue;
            const bool required = (column.not_null && !column.has_default) || column.numbers_itself;
            if (attempt.required_only && !required) continue;
            auto value = value_of(table, column, row, attempt);
            if (!value && !required) continue;
            names.push_back(sql::quote_name(dialect, column.name));
            values.push_back(value ? *std::move(value) : "NULL");
        }
        if (names.empty()) return fmt::format("INSERT INTO {} DEFAULT VALUES", table.sql_name);
        const char* overriding = dialect == sql::Dialect::postgresql ? "OVERRIDING SYSTEM VALUE " : "";
        return fmt::format("INSERT INTO {} ({}) {}VALUES ({})", table.sql_name, fmt::join(names, ", "), overriding,
                           fmt::join(values, ", "));
    }

    /// A parent's value for a column of a foreign key, else a made-up one.
    [[nodiscard]] std::optional<std::string> value_of(const Table& table, const TableColumn& column, int row,
                                                      const Attempt& attempt) const {
        for (const TableForeignKey& key : table.foreign_keys) {
            const auto at = std::find(key.columns.begin(), key.columns.end(), column.name);
            if (at == key.columns.end()) continue;
            const auto place = static_cast<std::size_t>(at - key.columns.begin());
            if (place >= key.parent_columns.size()) return std::nullopt;
            if (key.parent != table.name) return value_of_parent(key, place, row);
            // A row that refers to itself, unless it may refer to none.
            if (!column.not_null) return std::nullopt;
            if (key.parent_columns[place] == column.name) break;
            const TableColumn* own = table.find(key.parent_columns[place]);
            return own == nullptr ? std::nullopt : sample_value(database_.dialect(), table, *own, row, attempt.style);
        }
        return sample_value(database_.dialect(), table, column, row, attempt.style);
    }

    [[nodiscard]] std::optional<std::string> value_of_parent(const TableForeignKey& key, std::size_t place,
                                                             int row) const {
        const auto parent =
            std::find_if(tables_.begin(), tables_.end(), [&](const Table& table) { return table.name == key.parent; });
        const auto count = counts_.find(key.parent);
        if (parent == tables_.end() || count == counts_.end() || count->second == 0) return std::nullopt;
        std::vector<std::string> columns;
        for (const std::string& name : key.parent_columns) {
            columns.push_back(sql::quote_name(database_.dialect(), name));
        }
        return fmt::format("(SELECT {} FROM {} ORDER BY {} LIMIT 1 OFFSET {})", columns[place], parent->sql_name,
                           fmt::join(columns, ", "), (row - 1) % count->second);
    }

    Database& database_;
    const std::vector<Table>& tables_;
    std::map<std::string, std::int64_t> counts_;
    std::map<std::string, std::string> refusals_;
    SampleRows result_;
};

}  // namespace

SampleRows fill_empty_tables(Database& database, const std::vector<Table>& tables) {
    return SampleFiller(database, tables).fill();
}

}  // namespace quarry::migrate
