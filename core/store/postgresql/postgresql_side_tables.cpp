// What a base on a server keeps beside its documents, as data.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/store/postgresql/server_repositories.h"
#include "core/store/postgresql/side_server.h"

namespace quarry::store::postgresql {
namespace {

// Ids that are given from here on are above all that are there, and that were.
constexpr const char* renew_sequence =
    "SELECT pg_catalog.setval(s.name::regclass, greatest(coalesce(pg_catalog.pg_sequence_last_value(s.name::regclass),"
    " 0), $3::bigint) + 1, false) FROM (SELECT pg_catalog.pg_get_serial_sequence($1::text, $2::text) AS name) s"
    " WHERE s.name IS NOT NULL";

std::string_view array_type(SideKind kind) {
    switch (kind) {
        case SideKind::integer:
        case SideKind::ordinal: return "bigint[]";
        case SideKind::flag: return "boolean[]";
        case SideKind::real: return "double precision[]";
        case SideKind::word:
        case SideKind::collection: return "text[]";
        case SideKind::text:
        case SideKind::bytes:
        case SideKind::source: return "bytea[]";
    }
    return "text[]";
}

bool is_bytea(SideKind kind) { return array_type(kind) == "bytea[]"; }

Parameter side_parameter(SideKind kind, const SideValue& value) {
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return number(*integer);
    if (const auto* number = std::get_if<double>(&value)) return real(*number);
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr) return std::nullopt;
    return is_bytea(kind) ? bytea(*text) : Parameter(*text);
}

/// The values of one column as an array.
Parameter side_array(SideKind kind, std::span<const SideRow> rows, std::size_t column) {
    std::string list = "{";
    for (const SideRow& row : rows) {
        if (list.size() > 1) list += ',';
        const Parameter value = side_parameter(kind, row[column]);
        if (!value) {
            list += "NULL";
            continue;
        }
        list += '"';
        for (const char c : *value) {
            if (c == '"' || c == '\\') list += '\\';
            list += c;
        }
        list += '"';
    }
    return list + "}";
}

SideValue read_side_value(SideKind kind, const Row& row, int column) {
    if (row.is_null(column)) return {};
    switch (kind) {
        case SideKind::integer:
        case SideKind::ordinal:
        case SideKind::flag: return row.integer(column);
        case SideKind::real: return row.number(column);
        default: return row.text(column);
    }
}

class PostgresqlSideTables final : public SideTables {
public:
    PostgresqlSideTables(const std::string& url, StoreMode mode) : server_(url, mode), statements_("ordinal", '$') {
        if (mode == StoreMode::read) snapshot_.emplace(server_.server());
    }

    [[nodiscard]] std::vector<SideRow> rows(const SideTable& table, const SideRow* after) override {
        std::vector<Parameter> key;
        for (std::size_t i = 0; after != nullptr && i < table.key; ++i) {
            key.push_back(side_parameter(table.columns[i].kind, (*after)[i]));
        }
        return each_of(server_.server().query(statements_.select(table, after == nullptr), key), [&](const Row& row) {
            SideRow values;
            for (std::size_t i = 0; i < table.columns.size(); ++i) {
                values.push_back(read_side_value(table.columns[i].kind, row, static_cast<int>(i)));
            }
            return values;
        });
    }
    void put(const SideTable& table, std::span<const SideRow> rows) override {
        std::vector<std::string> values, arrays, names;
        std::vector<Parameter> parameters;
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            const SideColumn& column = table.columns[i];
            names.push_back(fmt::format("c{}", i));
            values.push_back(SideStatements::stored(column, "r." + names.back()));
            arrays.push_back(fmt::format("pg_catalog.unnest(${}::{})", i + 1, array_type(column.kind)));
            parameters.push_back(side_array(column.kind, rows, i));
        }
        const std::string sql = fmt::format("{} OVERRIDING SYSTEM VALUE SELECT {} FROM ROWS FROM ({}) AS r ({}) {} {}",
                                            statements_.insert(table), fmt::join(values, ", "), fmt::join(arrays, ", "),
                                            fmt::join(names, ", "), SideStatements::is_known(table, values),
                                            statements_.on_conflict(table));
        server_.changing([&] {
            static_cast<void>(server_.server().query(sql, parameters));
            renew_sequences(table, rows);
        });
    }

private:
    void renew_sequences(const SideTable& table, std::span<const SideRow> rows) {
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            const SideColumn& column = table.columns[i];
            const bool is_id = column.name == "id" && column.kind == SideKind::integer;
            if (!is_id && column.kind != SideKind::ordinal) continue;
            std::int64_t highest = 0;
            for (const SideRow& row : rows) highest = std::max(highest, std::get<std::int64_t>(row[i]));
            static_cast<void>(
                server_.query(renew_sequence, {std::string(table.name), std::string(column.name), number(highest)}));
        }
    }

    SideServer server_;
    const SideStatements statements_;
    std::optional<ReadTransaction> snapshot_;
};

}  // namespace

std::unique_ptr<SideTables> open_server_side_tables(const std::string& url, StoreMode mode) {
    return std::make_unique<PostgresqlSideTables>(url, mode);
}

}  // namespace quarry::store::postgresql
