#include <fmt/format.h>

#include "core/base/text.h"
#include "core/schema/postgresql/names.h"
#include "core/schema/postgresql/read_queries.h"
#include "core/schema/postgresql/reader.h"

namespace quarry::schema::postgresql {
namespace {

std::string without_semicolon(std::string_view sql) {
    sql = trim(sql);
    if (sql.ends_with(';')) sql.remove_suffix(1);
    return std::string(sql);
}

}  // namespace

void Reader::read_functions() {
    const auto rows = connection_.query(
        fmt::format("SELECT p.oid, n.nspname, p.proname, oidvectortypes(p.proargtypes), pg_get_functiondef(p.oid), "
                    "concat(pg_get_function_arguments(p.oid), ' -> ', pg_get_function_result(p.oid), ' ', p.prokind), "
                    "p.prokind = 'p' FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
                    "WHERE p.prokind IN ('f', 'p', 'w') AND {} AND {}",
                    of_user, no_part("pg_proc", "p.oid")));
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        const Id id{Kind::function,
                    std::string(rows.text(row, 1)),
                    {},
                    std::string(rows.text(row, 2)),
                    std::string(rows.text(row, 3))};
        Object& made = add(id, "pg_proc", rows.text(row, 0));
        made.definition = std::string(trim(rows.text(row, 4)));
        made.signature = std::string(rows.text(row, 5));
        made.is_procedure = rows.text(row, 6) == "t";
    }
}

void Reader::read_rules() {
    const auto rows = connection_.query(fmt::format(
        "SELECT r.oid, n.nspname, c.relname, r.rulename, pg_get_ruledef(r.oid), r.ev_enabled FROM pg_rewrite r "
        "JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE r.rulename <> '_RETURN' AND {} AND {}",
        of_user, no_member("pg_class", "c.oid")));
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        Object& rule = add({Kind::rule, std::string(rows.text(row, 1)), std::string(rows.text(row, 2)),
                            std::string(rows.text(row, 3))},
                           "pg_rewrite", rows.text(row, 0));
        rule.definition = without_semicolon(rows.text(row, 4));
        rule.state = std::string(rows.text(row, 5));
    }
}

void Reader::read_triggers() {
    // A partition's copies of its parent's triggers depend on them as parts (deptype P).
    const auto rows = connection_.query(fmt::format(
        "SELECT t.oid, n.nspname, c.relname, t.tgname, pg_get_triggerdef(t.oid), t.tgenabled FROM pg_trigger t "
        "JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT t.tgisinternal "
        "AND NOT EXISTS (SELECT FROM pg_depend p WHERE p.classid = 'pg_trigger'::regclass AND p.objid = t.oid "
        "AND p.refclassid = 'pg_trigger'::regclass AND p.deptype = 'P') AND {} AND {}",
        of_user, no_member("pg_class", "c.oid")));
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        Object& trigger = add({Kind::trigger, std::string(rows.text(row, 1)), std::string(rows.text(row, 2)),
                               std::string(rows.text(row, 3))},
                              "pg_trigger", rows.text(row, 0));
        trigger.definition = std::string(rows.text(row, 4));
        trigger.state = std::string(rows.text(row, 5));
    }
}

void Reader::read_policies() {
    const auto rows = connection_.query(fmt::format(
        "SELECT p.oid, n.nspname, c.relname, p.polname, p.polpermissive, "
        "CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' "
        "ELSE 'ALL' END, "
        "(SELECT string_agg(CASE r WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(r)) END, ', ' ORDER BY "
        "pg_get_userbyid(r)) FROM unnest(p.polroles) r), pg_get_expr(p.polqual, p.polrelid), "
        "pg_get_expr(p.polwithcheck, p.polrelid) FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid "
        "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {} AND {}",
        of_user, no_member("pg_class", "c.oid")));
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        const Id id{Kind::policy, std::string(rows.text(row, 1)), std::string(rows.text(row, 2)),
                    std::string(rows.text(row, 3))};
        Object& policy = add(id, "pg_policy", rows.text(row, 0));
        policy.definition =
            fmt::format("CREATE POLICY {} ON {}{} FOR {} TO {}", sql_name(id), sql_table(id),
                        rows.text(row, 4) == "t" ? "" : " AS RESTRICTIVE", rows.text(row, 5), rows.text(row, 6));
        if (!rows.is_null(row, 7)) policy.definition += fmt::format(" USING ({})", rows.text(row, 7));
        if (!rows.is_null(row, 8)) policy.definition += fmt::format(" WITH CHECK ({})", rows.text(row, 8));
    }
}

}  // namespace quarry::schema::postgresql
