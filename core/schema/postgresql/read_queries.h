#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/sql/lexemes.h"

namespace quarry::schema::postgresql {

/// Whose objects are read, as a condition on pg_namespace n: nobody's that PostgreSQL made itself, nor sqitch, the
/// migration tool that keeps what it applied in a schema of its own.
inline constexpr std::string_view of_user = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' "
                                            "AND (n.nspname <> 'sqitch' OR to_regclass('sqitch.changes') IS NULL)";

/// A condition: the object is no member of an extension.
inline std::string no_member(std::string_view catalog, std::string_view oid) {
    std::string sql = "NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '";
    sql.append(catalog).append("'::regclass AND e.objid = ").append(oid).append(" AND e.deptype = 'e')");
    return sql;
}

/// A condition: the object did not come with another one, as the functions and casts of a range type do.
inline std::string no_part(std::string_view catalog, std::string_view oid) {
    std::string sql = "NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '";
    sql.append(catalog).append("'::regclass AND e.objid = ").append(oid).append(" AND e.deptype IN ('e', 'i'))");
    return sql;
}

/// A condition: the relation is none of quarry's own tables, indexes and sequences, and none that is ignored.
inline std::string no_ledger(std::string_view relation, std::span<const std::string> ignored) {
    std::string sql = std::string(relation) + ".relname NOT LIKE 'quarry\\_migration%'";
    for (const std::string& table : ignored) {
        for (const std::string& name : {table, table + "_id_seq"}) {
            sql += " AND " + std::string(relation) + ".relname <> " + sql::quote_string(name);
        }
    }
    return sql;
}

}  // namespace quarry::schema::postgresql
