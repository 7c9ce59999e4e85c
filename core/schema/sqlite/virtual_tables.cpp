#include "core/schema/sqlite/virtual_tables.h"

#include <fmt/format.h>

#include <algorithm>

namespace quarry::schema::sqlite {
namespace {

/// Whether an FTS table keeps no text: content=''.
bool is_contentless(const VirtualTable& table) {
    const auto content = table.is_fts() ? table.option("content") : std::nullopt;
    return content && content->empty();
}

bool reads_another_table(const VirtualTable& table) {
    const auto content = table.is_fts() ? table.option("content") : std::nullopt;
    return content && !content->empty();
}

std::vector<std::string> common_columns(const VirtualTable& from, const VirtualTable& to) {
    std::vector<std::string> common;
    const std::vector<std::string> before = from.columns();
    for (const std::string& column : to.columns()) {
        const bool known = std::any_of(before.begin(), before.end(),
                                       [&](const std::string& name) { return fold_name(name) == fold_name(column); });
        if (known) common.push_back(column);
    }
    return common;
}

bool can_copy(const VirtualTable& from, const VirtualTable& to) {
    return from.module.substr(0, 3) == to.module.substr(0, 3) && !is_contentless(from) && !is_contentless(to) &&
           !reads_another_table(to) && !common_columns(from, to).empty();
}

}  // namespace

bool holds_own_rows(const VirtualTable& table) { return !reads_another_table(table); }

bool loses_rows(const VirtualTable& from, const VirtualTable& to) {
    if (!holds_own_rows(from)) return is_contentless(to) || !can_copy(from, to);
    return !can_copy(from, to) || common_columns(from, to).size() < from.columns().size();
}

std::vector<Statement> fill_virtual_table(const VirtualTable& table) {
    if (!reads_another_table(table)) return {};
    const std::string name = quoted_name(table.name);
    return {{fmt::format("INSERT INTO {0} ({0}) VALUES ('rebuild');", name), "", false}};
}

std::vector<Statement> replace_virtual_table(const VirtualTable& from, const VirtualTable& to,
                                             const std::string& free_name) {
    const std::string comment = fmt::format("SQLite cannot change a virtual table: {} is created again.", to.name);
    const std::string drop = fmt::format("DROP TABLE {};", quoted_name(from.name));
    if (!can_copy(from, to)) {
        const bool lost = holds_own_rows(from);
        return {{drop, comment + (lost ? "\nIts contents are lost: they cannot be copied." : ""), lost},
                {to.sql() + ";", "", false}};
    }
    std::string columns = to.is_fts() ? "rowid" : "";
    for (const std::string& column : common_columns(from, to)) {
        columns += (columns.empty() ? "" : ", ") + quoted_name(column);
    }
    return {{to.sql(free_name) + ";", comment, false},
            {fmt::format("INSERT INTO {} ({})\nSELECT {} FROM {};", quoted_name(free_name), columns, columns,
                         quoted_name(from.name)),
             "", false},
            {drop, loses_rows(from, to) ? "Columns that the new one lacks are lost." : "", loses_rows(from, to)},
            {fmt::format("ALTER TABLE {} RENAME TO {};", quoted_name(free_name), quoted_name(to.name)), "", false}};
}

}  // namespace quarry::schema::sqlite
