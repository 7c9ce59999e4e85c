#include <fmt/format.h>

#include "core/schema/postgresql/names.h"
#include "core/schema/postgresql/read_queries.h"
#include "core/schema/postgresql/reader.h"

namespace quarry::schema::postgresql {
namespace {

/// The options of CREATE AGGREGATE, from pg_aggregate a and pg_proc p.
constexpr std::string_view aggregate_options = R"(concat_ws(E',\n    ',
    'SFUNC = ' || a.aggtransfn::regproc,
    'STYPE = ' || format_type(a.aggtranstype, NULL),
    CASE WHEN a.aggtransspace <> 0 THEN 'SSPACE = ' || a.aggtransspace END,
    CASE WHEN a.aggfinalfn <> 0 THEN 'FINALFUNC = ' || a.aggfinalfn::regproc END,
    CASE WHEN a.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
    CASE WHEN a.aggfinalfn <> 0 AND a.aggfinalmodify <> CASE a.aggkind WHEN 'n' THEN 'r' ELSE 'w' END
        THEN 'FINALFUNC_MODIFY = ' ||
            CASE a.aggfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
    CASE WHEN a.aggcombinefn <> 0 THEN 'COMBINEFUNC = ' || a.aggcombinefn::regproc END,
    CASE WHEN a.aggserialfn <> 0 THEN 'SERIALFUNC = ' || a.aggserialfn::regproc END,
    CASE WHEN a.aggdeserialfn <> 0 THEN 'DESERIALFUNC = ' || a.aggdeserialfn::regproc END,
    'INITCOND = ' || quote_literal(a.agginitval),
    CASE WHEN a.aggmtransfn <> 0 THEN 'MSFUNC = ' || a.aggmtransfn::regproc END,
    CASE WHEN a.aggminvtransfn <> 0 THEN 'MINVFUNC = ' || a.aggminvtransfn::regproc END,
    CASE WHEN a.aggmtranstype <> 0 THEN 'MSTYPE = ' || format_type(a.aggmtranstype, NULL) END,
    CASE WHEN a.aggmtransspace <> 0 THEN 'MSSPACE = ' || a.aggmtransspace END,
    CASE WHEN a.aggmfinalfn <> 0 THEN 'MFINALFUNC = ' || a.aggmfinalfn::regproc END,
    CASE WHEN a.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END,
    CASE WHEN a.aggmfinalfn <> 0 AND a.aggmfinalmodify <> CASE a.aggkind WHEN 'n' THEN 'r' ELSE 'w' END
        THEN 'MFINALFUNC_MODIFY = ' ||
            CASE a.aggmfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
    'MINITCOND = ' || quote_literal(a.aggminitval),
    (SELECT 'SORTOP = OPERATOR(' || quote_ident(s.nspname) || '.' || r.oprname || ')' FROM pg_operator r
        JOIN pg_namespace s ON s.oid = r.oprnamespace WHERE r.oid = a.aggsortop),
    CASE WHEN a.aggkind = 'h' THEN 'HYPOTHETICAL' END,
    CASE p.proparallel WHEN 's' THEN 'PARALLEL = SAFE' WHEN 'r' THEN 'PARALLEL = RESTRICTED' END))";

/// The options of CREATE OPERATOR, from pg_operator o.
constexpr std::string_view operator_options = R"(concat_ws(E',\n    ',
    'FUNCTION = ' || o.oprcode::regproc,
    CASE WHEN o.oprleft <> 0 THEN 'LEFTARG = ' || format_type(o.oprleft, NULL) END,
    CASE WHEN o.oprright <> 0 THEN 'RIGHTARG = ' || format_type(o.oprright, NULL) END,
    (SELECT 'COMMUTATOR = OPERATOR(' || quote_ident(s.nspname) || '.' || r.oprname || ')' FROM pg_operator r
        JOIN pg_namespace s ON s.oid = r.oprnamespace WHERE r.oid = o.oprcom),
    (SELECT 'NEGATOR = OPERATOR(' || quote_ident(s.nspname) || '.' || r.oprname || ')' FROM pg_operator r
        JOIN pg_namespace s ON s.oid = r.oprnamespace WHERE r.oid = o.oprnegate),
    CASE WHEN o.oprrest <> 0 THEN 'RESTRICT = ' || o.oprrest::regproc END,
    CASE WHEN o.oprjoin <> 0 THEN 'JOIN = ' || o.oprjoin::regproc END,
    CASE WHEN o.oprcanhash THEN 'HASHES' END,
    CASE WHEN o.oprcanmerge THEN 'MERGES' END))";

/// The options of CREATE COLLATION, from pg_collation l; columns that only newer servers have are read as JSON.
constexpr std::string_view collation_options = R"(concat_ws(', ',
    'PROVIDER = ' || CASE l.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END,
    CASE WHEN l.collprovider <> 'c' THEN 'LOCALE = ' || quote_literal(coalesce(to_jsonb(l)->>'colllocale',
        to_jsonb(l)->>'colliculocale', l.collcollate)) END,
    CASE WHEN l.collprovider = 'c' THEN 'LC_COLLATE = ' || quote_literal(l.collcollate) || ', LC_CTYPE = ' ||
        quote_literal(l.collctype) END,
    CASE WHEN NOT l.collisdeterministic THEN 'DETERMINISTIC = false' END,
    'RULES = ' || quote_literal(to_jsonb(l)->>'collicurules')))";

}  // namespace

void Reader::read_aggregates() {
    const auto rows = connection_.query(fmt::format(
        "SELECT p.oid, n.nspname, p.proname, coalesce(nullif(pg_get_function_identity_arguments(p.oid), ''), '*'), "
        "coalesce(nullif(pg_get_function_arguments(p.oid), ''), '*'), {} "
        "FROM pg_aggregate a JOIN pg_proc p ON p.oid = a.aggfnoid JOIN pg_namespace n ON n.oid = p.pronamespace "
        "WHERE {} AND {}",
        aggregate_options, of_user, no_part("pg_proc", "p.oid")));
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        const auto field = [&](std::size_t column) { return std::string(rows.text(row, column)); };
        const Id id{Kind::aggregate, field(1), {}, field(2), field(3)};
        add(id, "pg_proc", rows.text(row, 0)).definition =
            fmt::format("CREATE AGGREGATE {}({}) (\n    {}\n)", qualified(id.schema, id.name), rows.text(row, 4),
                        rows.text(row, 5));
    }
}

void Reader::read_operators() {
    const auto rows = connection_.query(
        fmt::format("SELECT o.oid, n.nspname, o.oprname, coalesce(format_type(nullif(o.oprleft, 0), NULL), 'NONE'), "
                    "coalesce(format_type(nullif(o.oprright, 0), NULL), 'NONE'), {} FROM pg_operator o "
                    "JOIN pg_namespace n ON n.oid = o.oprnamespace WHERE o.oprcode <> 0 AND {} AND {}",
                    operator_options, of_user, no_part("pg_operator", "o.oid")));
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        const auto field = [&](std::size_t column) { return std::string(rows.text(row, column)); };
        const Id id{Kind::operation, field(1), {}, field(2), fmt::format("{}, {}", field(3), field(4))};
        add(id, "pg_operator", rows.text(row, 0)).definition =
            fmt::format("CREATE OPERATOR {}.{} (\n    {}\n)", quote(id.schema), id.name, rows.text(row, 5));
    }
}

void Reader::read_casts_of_user() {
    const auto rows = connection_.query(fmt::format(
        "SELECT c.oid, '(' || format_type(c.castsource, NULL) || ' AS ' || format_type(c.casttarget, NULL) || ')', "
        "CASE c.castmethod WHEN 'f' THEN 'WITH FUNCTION ' || c.castfunc::regprocedure WHEN 'i' THEN 'WITH INOUT' ELSE "
        "'WITHOUT FUNCTION' END || CASE c.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' "
        "ELSE '' END FROM pg_cast c WHERE c.oid >= 16384 AND {}",
        no_part("pg_cast", "c.oid")));
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        const Id id{Kind::cast, {}, {}, std::string(rows.text(row, 1))};
        add(id, "pg_cast", rows.text(row, 0)).definition = fmt::format("CREATE CAST {} {}", id.name, rows.text(row, 2));
    }
}

void Reader::read_collations() {
    const auto rows = connection_.query(fmt::format(
        "SELECT l.oid, n.nspname, l.collname, {} FROM pg_collation l JOIN pg_namespace n ON n.oid = l.collnamespace "
        "WHERE {} AND {}",
        collation_options, of_user, no_part("pg_collation", "l.oid")));
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        const Id id{Kind::collation, std::string(rows.text(row, 1)), {}, std::string(rows.text(row, 2))};
        add(id, "pg_collation", rows.text(row, 0)).definition =
            fmt::format("CREATE COLLATION {} ({})", sql_name(id), rows.text(row, 3));
    }
}

void Reader::read_default_privileges() {
    const auto rows = connection_.query(
        "SELECT CASE WHEN pg_get_userbyid(d.defaclrole) = current_user THEN '' ELSE pg_get_userbyid(d.defaclrole) END, "
        "n.nspname, d.defaclobjtype, CASE WHEN a.grantee = 0 THEN '' ELSE pg_get_userbyid(a.grantee) END, "
        "a.privilege_type, a.is_grantable FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace "
        "LEFT JOIN LATERAL aclexplode(d.defaclacl) a ON a.grantee <> d.defaclrole");
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        const DefaultPrivileges key{std::string(rows.text(row, 0)), std::string(rows.text(row, 1)),
                                    rows.text(row, 2).front()};
        std::set<Grant>& grants = catalog_.default_privileges[key];
        if (rows.is_null(row, 4)) continue;
        grants.insert({{}, std::string(rows.text(row, 3)), std::string(rows.text(row, 4)), rows.text(row, 5) == "t"});
    }
}

}  // namespace quarry::schema::postgresql
