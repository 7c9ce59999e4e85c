#include "core/migrate/row_snapshot.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <iterator>

#include "core/base/text.h"

namespace quarry::migrate {
namespace {

constexpr std::size_t rows_shown = 3;
constexpr std::size_t shown_width = 120;

std::int64_t count_of(Database& database, const Table& table) {
    const std::string text = *database.query(fmt::format("SELECT count(*) FROM {}", table.sql_name)).at(0).at(0);
    std::int64_t count = 0;
    std::from_chars(text.data(), text.data() + text.size(), count);
    return count;
}

std::size_t place_of(const TableRows& rows, const std::string& column) {
    return static_cast<std::size_t>(std::find(rows.columns.begin(), rows.columns.end(), column) - rows.columns.begin());
}

/// The rows with these columns only, sorted.
Database::Rows projected(const TableRows& table, const std::vector<std::string>& columns) {
    std::vector<std::size_t> places;
    for (const std::string& column : columns) places.push_back(place_of(table, column));
    Database::Rows rows;
    rows.reserve(table.rows.size());
    for (const auto& row : table.rows) {
        auto& kept = rows.emplace_back();
        for (const std::size_t place : places) kept.push_back(row[place]);
    }
    std::sort(rows.begin(), rows.end());
    return rows;
}

std::string show_row(const std::vector<std::string>& columns, const std::vector<Database::Cell>& row) {
    std::vector<std::string> values;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        values.push_back(fmt::format("{} = {}", columns[i], row[i].value_or("NULL")));
    }
    return one_line(fmt::format("{}", fmt::join(values, ", ")), shown_width);
}

std::string count_rows(std::size_t count) { return fmt::format("{} {}", count, count == 1 ? "row is" : "rows are"); }

void add_rows(std::vector<std::string>& lines, std::string_view word, const std::vector<std::string>& columns,
              const Database::Rows& rows) {
    for (std::size_t i = 0; i < std::min(rows.size(), rows_shown); ++i) {
        lines.push_back(fmt::format("  {}: {}", word, show_row(columns, rows[i])));
    }
    if (rows.size() > rows_shown) lines.push_back(fmt::format("  {}: {} more", word, rows.size() - rows_shown));
}

void add_table_differences(std::vector<std::string>& lines, const std::string& name, const TableRows& before,
                           const TableRows& after, const RowFilter& filter) {
    std::vector<std::string> columns;
    for (const std::string& column : before.columns) {
        if (filter(name, column) && place_of(after, column) < after.columns.size()) columns.push_back(column);
    }
    const bool too_many = before.count > RowSnapshot::most_rows || after.count > RowSnapshot::most_rows;
    if (too_many || columns.empty()) {
        if (before.count != after.count) {
            lines.push_back(fmt::format("{}: {} rows before, {} after", name, before.count, after.count));
        }
        return;
    }
    const Database::Rows old_rows = projected(before, columns), new_rows = projected(after, columns);
    Database::Rows gone, added;
    std::set_difference(old_rows.begin(), old_rows.end(), new_rows.begin(), new_rows.end(), std::back_inserter(gone));
    std::set_difference(new_rows.begin(), new_rows.end(), old_rows.begin(), old_rows.end(), std::back_inserter(added));
    if (gone.empty() && added.empty()) return;
    lines.push_back(fmt::format("{}: {} gone, {} new", name, count_rows(gone.size()), count_rows(added.size())));
    add_rows(lines, "gone", columns, gone);
    add_rows(lines, "new", columns, added);
}

}  // namespace

const TableRows* RowSnapshot::find(const std::string& table) const {
    const auto at = tables.find(table);
    return at == tables.end() ? nullptr : &at->second;
}

RowSnapshot read_rows(Database& database, const std::vector<Table>& tables) {
    RowSnapshot snapshot;
    for (const Table& table : tables) {
        if (table.is_virtual) continue;
        TableRows& rows = snapshot.tables[table.name];
        std::vector<std::string> expressions;
        for (const TableColumn& column : table.columns) {
            rows.columns.push_back(column.name);
            expressions.push_back(literal_expression(database.dialect(), column));
        }
        rows.count = count_of(database, table);
        if (rows.count == 0 || rows.count > RowSnapshot::most_rows || expressions.empty()) continue;
        rows.rows = database.query(fmt::format("SELECT {} FROM {}", fmt::join(expressions, ", "), table.sql_name));
    }
    return snapshot;
}

std::vector<std::string> row_differences(const RowSnapshot& before, const RowSnapshot& after, const RowFilter& filter) {
    std::vector<std::string> lines;
    for (const auto& [name, rows] : before.tables) {
        const TableRows* other = after.find(name);
        if (other != nullptr && filter(name, {})) add_table_differences(lines, name, rows, *other, filter);
    }
    return lines;
}

bool same_values(const RowSnapshot& before, const std::string& table, const std::string& column,
                 const RowSnapshot& after, const std::string& other_table, const std::string& other_column) {
    const TableRows *first = before.find(table), *second = after.find(other_table);
    if (first == nullptr || second == nullptr) return false;
    if (place_of(*first, column) == first->columns.size()) return false;
    if (place_of(*second, other_column) == second->columns.size()) return false;
    return projected(*first, {column}) == projected(*second, {other_column});
}

}  // namespace quarry::migrate
