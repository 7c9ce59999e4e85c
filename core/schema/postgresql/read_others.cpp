// Objects that quarry writes no SQL for: they are named where they differ.
#include <fmt/format.h>

#include "core/schema/postgresql/read_queries.h"
#include "core/schema/postgresql/reader.h"

namespace quarry::schema::postgresql {
namespace {

struct OtherKind {
    const char* catalog;
    const char* definition;  ///< Of the row o: what is compared, with no oids.
    const char* condition;
};

constexpr OtherKind other_kinds[] = {
    {"pg_opclass", "''", "true"},
    {"pg_opfamily", "''", "true"},
    {"pg_am", "o.amhandler::regproc", "true"},
    {"pg_language", "''", "true"},
    {"pg_transform", "''", "true"},
    {"pg_conversion", "concat(o.conforencoding, ' ', o.contoencoding, ' ', o.conproc::regproc, ' ', o.condefault)",
     "true"},
    {"pg_ts_config",
     "(SELECT string_agg(concat(m.maptokentype, ' ', m.mapseqno, ' ', m.mapdict::regdictionary), ', ' ORDER BY "
     "m.maptokentype, m.mapseqno) FROM pg_ts_config_map m WHERE m.mapcfg = o.oid)",
     "true"},
    {"pg_ts_dict",
     "(SELECT concat(t.tmplname, ' ', o.dictinitoption) FROM pg_ts_template t WHERE t.oid = o.dicttemplate)", "true"},
    {"pg_ts_parser", "''", "true"},
    {"pg_ts_template", "''", "true"},
    {"pg_foreign_data_wrapper", "concat(o.fdwhandler::regproc, ' ', o.fdwvalidator::regproc, ' ', o.fdwoptions::text)",
     "true"},
    {"pg_foreign_server",
     "(SELECT concat(w.fdwname, ' ', o.srvtype, ' ', o.srvversion, ' ', o.srvoptions::text) FROM "
     "pg_foreign_data_wrapper w WHERE w.oid = o.srvfdw)",
     "true"},
    {"pg_class",
     "(SELECT concat(s.srvname, ' ', f.ftoptions::text) FROM pg_foreign_table f JOIN pg_foreign_server s ON s.oid = "
     "f.ftserver WHERE f.ftrelid = o.oid) || (SELECT string_agg(concat(a.attname, ' ', format_type(a.atttypid, "
     "a.atttypmod), ' ', a.attnotnull, ' ', a.attfdwoptions::text), ', ' ORDER BY a.attname) FROM pg_attribute a WHERE "
     "a.attrelid = o.oid AND a.attnum > 0 AND NOT a.attisdropped)",
     "o.relkind = 'f'"},
    {"pg_event_trigger", "concat(o.evtevent, ' ', o.evtenabled, ' ', o.evttags::text, ' ', o.evtfoid::regproc)",
     "true"},
    {"pg_publication",
     "concat((to_jsonb(o) - 'oid' - 'pubowner')::text, (SELECT string_agg(to_jsonb(t)::text, ', ' ORDER BY "
     "to_jsonb(t)::text) FROM pg_publication_tables t WHERE t.pubname = o.pubname))",
     "true"},
    {"pg_type", "''",
     "(o.typtype = 'b' AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = o.oid) OR EXISTS (SELECT FROM pg_range "
     "r WHERE r.rngtypid = o.oid AND r.rngcanonical <> 0))"},
};

}  // namespace

void Reader::read_inexpressible() {
    std::string sql;
    for (const OtherKind& kind : other_kinds) {
        sql += fmt::format("SELECT i.type || ' ' || i.identity, coalesce(({1})::text, '') FROM {0} o, "
                           "pg_identify_object('{0}'::regclass, o.oid, 0) i WHERE o.oid >= 16384 AND {2} AND {3} "
                           "UNION ALL ",
                           kind.catalog, kind.definition, kind.condition, no_part(kind.catalog, "o.oid"));
    }
    // The other columns of pg_subscription may be read by superusers only.
    sql += "SELECT 'subscription ' || quote_ident(subname), '' FROM pg_subscription WHERE subdbid = "
           "(SELECT oid FROM pg_database WHERE datname = current_database()) "
           "UNION ALL SELECT concat('user mapping for ', usename, ' on server ', srvname), '' FROM pg_user_mappings "
           "UNION ALL SELECT concat('security label of ', provider, ' on ', objtype, ' ', objname), label "
           "FROM pg_seclabels WHERE objtype NOT IN ('role', 'database', 'tablespace')";
    const auto rows = connection_.query(sql);
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        catalog_.inexpressible.emplace(rows.text(row, 0), rows.text(row, 1));
    }
}

}  // namespace quarry::schema::postgresql
