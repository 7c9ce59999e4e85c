#include "core/sql/outside_names.h"

#include <algorithm>
#include <array>

namespace quarry::sql {
namespace {

using Kind = OutsideKind;

constexpr std::array<OutsideStatement, 21> statements = {{
    {"AlterDatabaseRefreshCollStmt", Kind::database, "ALTER DATABASE"},
    {"AlterDatabaseSetStmt", Kind::database, "ALTER DATABASE ... SET"},
    {"AlterDatabaseStmt", Kind::database, "ALTER DATABASE"},
    {"AlterRoleSetStmt", Kind::role, "ALTER ROLE ... SET"},
    {"AlterRoleStmt", Kind::role, "ALTER ROLE"},
    {"AlterSubscriptionStmt", Kind::subscription, "ALTER SUBSCRIPTION"},
    {"AlterSystemStmt", Kind::setting, "ALTER SYSTEM"},
    {"AlterTableSpaceOptionsStmt", Kind::tablespace, "ALTER TABLESPACE"},
    {"CheckPointStmt", Kind::setting, "CHECKPOINT"},
    {"CreateRoleStmt", Kind::role, "CREATE ROLE"},
    {"CreateSubscriptionStmt", Kind::subscription, "CREATE SUBSCRIPTION"},
    {"CreateTableSpaceStmt", Kind::tablespace, "CREATE TABLESPACE"},
    {"CreatedbStmt", Kind::database, "CREATE DATABASE"},
    {"DropOwnedStmt", Kind::role, "DROP OWNED"},
    {"DropRoleStmt", Kind::role, "DROP ROLE"},
    {"DropSubscriptionStmt", Kind::subscription, "DROP SUBSCRIPTION"},
    {"DropTableSpaceStmt", Kind::tablespace, "DROP TABLESPACE"},
    {"DropdbStmt", Kind::database, "DROP DATABASE"},
    {"ImportForeignSchemaStmt", Kind::connection, "IMPORT FOREIGN SCHEMA"},
    {"LoadStmt", Kind::file, "LOAD"},
    {"ReassignOwnedStmt", Kind::role, "REASSIGN OWNED"},
}};

/// A function's name, or how the names of several begin, with a "*" at its end.
struct FunctionName {
    std::string_view name;
    Kind kind;
};

constexpr std::array functions = {
    FunctionName{"lo_close", Kind::large_object},
    FunctionName{"lo_creat", Kind::large_object},
    FunctionName{"lo_create", Kind::large_object},
    FunctionName{"lo_export", Kind::large_object},
    FunctionName{"lo_from_bytea", Kind::large_object},
    FunctionName{"lo_get", Kind::large_object},
    FunctionName{"lo_import", Kind::large_object},
    FunctionName{"lo_lseek", Kind::large_object},
    FunctionName{"lo_lseek64", Kind::large_object},
    FunctionName{"lo_manage", Kind::large_object},
    FunctionName{"lo_oid", Kind::large_object},
    FunctionName{"lo_open", Kind::large_object},
    FunctionName{"lo_put", Kind::large_object},
    FunctionName{"lo_tell", Kind::large_object},
    FunctionName{"lo_tell64", Kind::large_object},
    FunctionName{"lo_truncate", Kind::large_object},
    FunctionName{"lo_truncate64", Kind::large_object},
    FunctionName{"lo_unlink", Kind::large_object},
    FunctionName{"lowrite", Kind::large_object},
    FunctionName{"loread", Kind::large_object},
    FunctionName{"pg_read_file*", Kind::file},
    FunctionName{"pg_read_binary_file*", Kind::file},
    FunctionName{"pg_stat_file*", Kind::file},
    FunctionName{"pg_ls_*", Kind::file},
    FunctionName{"pg_file_*", Kind::file},
    FunctionName{"pg_logdir_ls*", Kind::file},
    FunctionName{"pg_current_logfile", Kind::file},
    FunctionName{"pg_hba_file_rules", Kind::file},
    FunctionName{"pg_ident_file_mappings", Kind::file},
    FunctionName{"pg_show_all_file_settings", Kind::file},
    FunctionName{"pg_rotate_logfile*", Kind::setting},
    FunctionName{"pg_reload_conf", Kind::setting},
    FunctionName{"pg_terminate_backend", Kind::setting},
    FunctionName{"pg_cancel_backend", Kind::setting},
    FunctionName{"pg_log_backend_memory_contexts", Kind::setting},
    FunctionName{"pg_promote", Kind::setting},
    FunctionName{"pg_switch_wal", Kind::setting},
    FunctionName{"pg_create_restore_point", Kind::setting},
    FunctionName{"pg_backup_start", Kind::setting},
    FunctionName{"pg_backup_stop", Kind::setting},
    FunctionName{"pg_start_backup", Kind::setting},
    FunctionName{"pg_stop_backup", Kind::setting},
    FunctionName{"pg_wal_replay_*", Kind::setting},
    FunctionName{"pg_stat_reset_*", Kind::setting},
    FunctionName{"pg_import_system_collations", Kind::setting},
    FunctionName{"pg_create_physical_replication_slot", Kind::replication},
    FunctionName{"pg_create_logical_replication_slot", Kind::replication},
    FunctionName{"pg_copy_physical_replication_slot", Kind::replication},
    FunctionName{"pg_copy_logical_replication_slot", Kind::replication},
    FunctionName{"pg_drop_replication_slot", Kind::replication},
    FunctionName{"pg_replication_*", Kind::replication},
    FunctionName{"pg_sync_replication_slots", Kind::replication},
    FunctionName{"pg_logical_slot_*", Kind::replication},
    FunctionName{"pg_logical_emit_message", Kind::replication},
    FunctionName{"dblink*", Kind::connection},
    FunctionName{"postgres_fdw_*", Kind::connection},
    FunctionName{"http_delete", Kind::connection},
    FunctionName{"http_get", Kind::connection},
    FunctionName{"http_head", Kind::connection},
    FunctionName{"http_patch", Kind::connection},
    FunctionName{"http_post", Kind::connection},
    FunctionName{"http_put", Kind::connection},
    FunctionName{"pg_background_*", Kind::connection},
    FunctionName{"table_import_from_s3", Kind::connection},
    FunctionName{"query_export_to_s3", Kind::connection},
    FunctionName{"schedule_in_database", Kind::connection},
};

constexpr std::array<std::string_view, 10> sql_runners = {"connectby",
                                                          "crosstab",
                                                          "crosstab2",
                                                          "crosstab3",
                                                          "crosstab4",
                                                          "query_to_xml",
                                                          "query_to_xml_and_xmlschema",
                                                          "query_to_xmlschema",
                                                          "ts_rewrite",
                                                          "ts_stat"};

constexpr std::array<std::string_view, 12> shared_catalogues = {
    "pg_auth_members",       "pg_authid",   "pg_database",      "pg_db_role_setting", "pg_parameter_acl",
    "pg_replication_origin", "pg_shdepend", "pg_shdescription", "pg_shseclabel",      "pg_subscription",
    "pg_tablespace",         "pg_settings"};

struct SharedObject {
    std::string_view type;
    Kind kind;
};

constexpr std::array<SharedObject, 6> shared_objects = {{{"OBJECT_DATABASE", Kind::database},
                                                         {"OBJECT_ROLE", Kind::role},
                                                         {"OBJECT_TABLESPACE", Kind::tablespace},
                                                         {"OBJECT_SUBSCRIPTION", Kind::subscription},
                                                         {"OBJECT_PARAMETER_ACL", Kind::setting},
                                                         {"OBJECT_LARGEOBJECT", Kind::large_object}}};

template <typename Names>
bool contains(const Names& names, std::string_view name) noexcept {
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::string_view outside_kind_name(OutsideKind kind) noexcept {
    switch (kind) {
        case Kind::database: return "database";
        case Kind::role: return "role";
        case Kind::tablespace: return "tablespace";
        case Kind::setting: return "server";
        case Kind::transaction: return "prepared transaction";
        case Kind::subscription: return "subscription";
        case Kind::replication: return "replication";
        case Kind::large_object: return "large object";
        case Kind::file: return "file";
        case Kind::program: return "program";
        case Kind::connection: return "connection";
        case Kind::session_role: return "session role";
        case Kind::catalogue: return "shared catalogue";
    }
    return "";
}

const OutsideStatement* outside_statement(std::string_view node) noexcept {
    const auto found = std::find_if(statements.begin(), statements.end(),
                                    [&](const OutsideStatement& one) { return one.node == node; });
    return found == statements.end() ? nullptr : &*found;
}

std::optional<OutsideKind> outside_function(std::string_view name) noexcept {
    for (const FunctionName& one : functions) {
        const bool prefix = one.name.ends_with('*');
        if (prefix ? name.starts_with(one.name.substr(0, one.name.size() - 1)) : name == one.name) return one.kind;
    }
    return std::nullopt;
}

bool runs_sql(std::string_view function) noexcept { return contains(sql_runners, function); }

bool is_shared_catalogue(std::string_view relation) noexcept { return contains(shared_catalogues, relation); }

std::optional<OutsideKind> shared_object(std::string_view type) noexcept {
    for (const SharedObject& one : shared_objects) {
        if (one.type == type) return one.kind;
    }
    return std::nullopt;
}

}  // namespace quarry::sql
