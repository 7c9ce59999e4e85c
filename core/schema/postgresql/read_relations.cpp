#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/base/text.h"
#include "core/schema/postgresql/names.h"
#include "core/schema/postgresql/read_queries.h"
#include "core/schema/postgresql/reader.h"
#include "core/sql/lexemes.h"

namespace quarry::schema::postgresql {
namespace {

/// The server lists the columns by their place in the table, which is no part of the schema: here they go by name.
/// Left as it is when there are expressions.
std::string with_sorted_columns(std::string_view definition) {
    const std::vector<sql::Lexeme> tokens = sql::lexemes(sql::Dialect::postgresql, definition);
    const auto after = [&](std::size_t from, std::string_view word) {
        while (from < tokens.size() && !tokens[from].is(word)) ++from;
        return from;
    };
    const std::size_t on = after(5, "on");  // Behind CREATE STATISTICS schema.name.
    const std::size_t from = after(on, "from");
    if (from >= tokens.size()) return std::string(definition);
    std::vector<std::string_view> columns;
    for (std::size_t i = on + 1; i < from; ++i) {
        if (tokens[i].is_name()) {
            columns.push_back(tokens[i].text);
        } else if (tokens[i].text != ",") {
            return std::string(definition);
        }
    }
    std::sort(columns.begin(), columns.end());
    return fmt::format("{} {} {}", definition.substr(0, tokens[on].end()), fmt::join(columns, ", "),
                       definition.substr(tokens[from].start));
}

/// A "char" of the catalogue as ALTER COLUMN ... SET STORAGE has it.
std::string storage_word(std::string_view column) {
    return fmt::format(
        "CASE {} WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END", column);
}

int integer(const db::PostgresqlResult& rows, std::size_t row, std::size_t column) {
    const std::string_view text = rows.text(row, column);
    int number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

/// One "name=value" of a list of options, as WITH (...) and SET (...) have it.
constexpr std::string_view one_option =
    "quote_ident(split_part(o, '=', 1)) || '=' || quote_literal(substr(o, strpos(o, '=') + 1))";

/// The columns of an index as the names of indexes have them; a column of its own has the name of the table's.
constexpr std::string_view index_columns =
    "(SELECT string_agg(coalesce(b.attname, a.attname), '_' ORDER BY a.attnum) FROM pg_attribute a "
    "LEFT JOIN pg_attribute b ON b.attrelid = i.indrelid AND b.attnum = i.indkey[a.attnum - 1] AND b.attnum <> 0 "
    "WHERE a.attrelid = i.indexrelid)";

/// The name that PostgreSQL gives an index, as its makeObjectName does; `columns` is empty for a primary key.
std::string standard_name(std::string_view table, std::string_view columns, std::string_view label) {
    constexpr std::size_t longest = 63;  // NAMEDATALEN - 1
    const std::size_t marks = label.size() + (columns.empty() ? 1 : 2);
    while (table.size() + columns.size() > longest - marks) {
        std::string_view& longer = table.size() > columns.size() ? table : columns;
        longer = longer.substr(0, floor_to_code_point(longer, longer.size() - 1));
    }
    return columns.empty() ? fmt::format("{}_{}", table, label) : fmt::format("{}_{}_{}", table, columns, label);
}

}  // namespace

void Reader::read_relations() {
    const auto rows = connection_.query(fmt::format(
        "SELECT c.oid, n.nspname, c.relname, c.relkind, c.reltype, c.relpersistence, "
        "(SELECT string_agg(part, ', ' ORDER BY part) FROM (SELECT {} AS part FROM unnest(c.reloptions) o UNION ALL "
        "SELECT 'toast.' || {} FROM pg_class s, unnest(s.reloptions) o WHERE s.oid = c.reltoastrelid) x), "
        "pg_get_partkeydef(c.oid), pg_get_expr(c.relpartbound, c.oid), c.relrowsecurity, c.relforcerowsecurity, "
        "CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END, c.relispopulated, "
        "CASE c.relreplident WHEN 'n' THEN 'NOTHING' WHEN 'f' THEN 'FULL' WHEN 'i' THEN 'USING INDEX' ELSE 'DEFAULT' "
        "END "
        "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE c.relkind IN ('r', 'p', 'v', 'm') AND {} AND {} AND {} ORDER BY c.oid",
        one_option, one_option, of_user, no_ledger("c", ignored_), no_member("pg_class", "c.oid")));
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        const std::string_view kind = rows.text(row, 3);
        if (kind == "v" || kind == "m") {
            add_view(rows, row);
        } else {
            add_table(rows, row);
        }
    }
    const auto rewrites =
        connection_.query("SELECT oid, ev_class FROM pg_rewrite WHERE rulename = '_RETURN' AND ev_class >= 16384");
    for (std::size_t row = 0; row < rewrites.rows(); ++row) {
        if (const Reference* view = find("pg_class", rewrites.text(row, 1))) {
            alias("pg_rewrite", rewrites.text(row, 0), Id(view->object));
        }
    }
}

void Reader::add_table(const db::PostgresqlResult& rows, std::size_t row) {
    const Id id = table_id(rows.text(row, 1), rows.text(row, 2));
    add(id, "pg_class", rows.text(row, 0));
    alias("pg_type", rows.text(row, 4), id);
    Table& table = catalog_.tables[id];
    table.unlogged = rows.text(row, 5) == "u";
    table.options = std::string(rows.text(row, 6));
    table.partition_by = std::string(rows.text(row, 7));
    table.bound = std::string(rows.text(row, 8));
    table.row_security = rows.text(row, 9) == "t";
    table.forced_row_security = rows.text(row, 10) == "t";
    table.replica_identity = std::string(rows.text(row, 13));
}

void Reader::add_view(const db::PostgresqlResult& rows, std::size_t row) {
    const bool materialized = rows.text(row, 3) == "m";
    const Id id{materialized ? Kind::materialized_view : Kind::view,
                std::string(rows.text(row, 1)),
                {},
                std::string(rows.text(row, 2))};
    Object& view = add(id, "pg_class", rows.text(row, 0));
    alias("pg_type", rows.text(row, 4), id);
    std::string_view body = trim(rows.text(row, 11));
    if (body.ends_with(';')) body.remove_suffix(1);
    const std::string options = rows.is_null(row, 6) ? "" : fmt::format(" WITH ({})", rows.text(row, 6));
    view.definition = fmt::format("CREATE {} {}{} AS\n{}", sql_kind(view), sql_name(id), options, body);
    if (materialized && rows.text(row, 12) != "t") view.definition += "\nWITH NO DATA";
}

void Reader::read_parents() {
    const auto rows = connection_.query("SELECT inhrelid, inhparent FROM pg_inherits ORDER BY inhrelid, inhseqno");
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        const Reference* child = find("pg_class", rows.text(row, 0));
        const Reference* parent = find("pg_class", rows.text(row, 1));
        if (child == nullptr || parent == nullptr) continue;
        if (child->object.kind != Kind::table || parent->object.kind != Kind::table) continue;
        catalog_.tables[child->object].parents.push_back(parent->object);
    }
}

void Reader::read_columns() {
    const auto rows = connection_.query(fmt::format(
        "SELECT c.oid, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), "
        "format_type(CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END, NULL), "
        "CASE WHEN a.attcollation <> t.typcollation THEN quote_ident(k.nspname) || '.' || quote_ident(l.collname) END, "
        "a.attnotnull, a.attidentity, a.attgenerated, a.attinhcount > 0 OR c.relispartition, d.oid, "
        "pg_get_expr(d.adbin, d.adrelid), {}, {}, CASE WHEN a.attstorage <> t.typstorage THEN {} END, {}, "
        "coalesce(a.attstattarget, -1), (SELECT string_agg({}, ', ' ORDER BY o) FROM unnest(a.attoptions) o "
        // The documented ones: servers keep marks of their own there, such as pg_attver of 15.20.
        "WHERE o LIKE 'n\\_distinct%'), "
        "a.attislocal AND a.attinhcount > 0 AND NOT c.relispartition "
        "FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
        "JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum "
        "LEFT JOIN pg_collation l ON l.oid = a.attcollation LEFT JOIN pg_namespace k ON k.oid = l.collnamespace "
        "WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'c', 'v', 'm') AND {} "
        "ORDER BY c.oid, a.attnum",
        "c.relkind", storage_word("t.typstorage"), storage_word("a.attstorage"),
        // PostgreSQL 14 and newer.
        catalog_.server_version < 140000 ? "''" : "CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END",
        one_option, of_user));
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        const Reference* relation = find("pg_class", rows.text(row, 0));
        if (relation == nullptr) continue;
        const Id id = relation->object;
        Column column;
        column.name = std::string(rows.text(row, 2));
        columns_[{std::string(rows.text(row, 0)), std::string(rows.text(row, 1))}] = column.name;
        column.type = std::string(rows.text(row, 3));
        column.base_type = std::string(rows.text(row, 4));
        column.collation = std::string(rows.text(row, 5));
        column.not_null = rows.text(row, 6) == "t";
        column.identity = rows.text(row, 7) == "a" ? "ALWAYS" : rows.text(row, 7) == "d" ? "BY DEFAULT" : "";
        column.generated = !rows.text(row, 8).empty();
        column.computed_on_read = rows.text(row, 8) == "v";
        column.inherited = rows.text(row, 9) == "t";
        column.standard_storage = std::string(rows.text(row, 13));
        column.storage = std::string(rows.text(row, 14));
        column.compression = std::string(rows.text(row, 15));
        column.statistics_target = integer(rows, row, 16);
        column.options = std::string(rows.text(row, 17));
        column.also_local = rows.text(row, 18) == "t";
        if (id.kind == Kind::view && !rows.is_null(row, 10)) {
            alias("pg_attrdef", rows.text(row, 10), id);
            catalog_.objects[id].column_defaults[column.name] = std::string(rows.text(row, 11));
        }
        if (id.kind == Kind::view || id.kind == Kind::materialized_view) {
            catalog_.objects.at(id).view_columns.push_back(column.name);
        }
        if (id.kind == Kind::composite_type) catalog_.composites[id].push_back(std::move(column));
        if (id.kind != Kind::table) continue;
        if (!rows.is_null(row, 10)) {
            add(default_id(id, column.name), "pg_attrdef", rows.text(row, 10)).definition =
                std::string(rows.text(row, 11));
        }
        catalog_.tables[id].columns.push_back(std::move(column));
    }
}

void Reader::read_sequences() {
    const auto rows = connection_.query(fmt::format(
        "SELECT c.oid, n.nspname, c.relname, format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, "
        "s.seqmax, s.seqcache, s.seqcycle, d.deptype, d.refobjid, d.refobjsubid, c.relpersistence "
        "FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
        "LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i') "
        "AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0 WHERE {} AND {} AND {}",
        of_user, no_ledger("c", ignored_), no_member("pg_class", "c.oid")));
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        const auto field = [&](std::size_t column) { return std::string(rows.text(row, column)); };
        const SequenceOptions options{field(3), field(4), field(5), field(6), field(7), field(8), field(9) == "t"};
        const Reference owner =
            rows.is_null(row, 10) ? Reference{} : resolve("pg_class", rows.text(row, 11), rows.text(row, 12));
        if (rows.text(row, 10) == "i") {  // An identity's: it is part of its column.
            if (owner.object.kind != Kind::table) continue;
            for (Column& column : catalog_.tables[owner.object].columns) {
                if (column.name == owner.column) column.sequence = options;
            }
            continue;
        }
        const Id id{Kind::sequence, field(1), {}, field(2)};
        add(id, "pg_class", rows.text(row, 0));
        Sequence& sequence = catalog_.sequences[id];
        sequence.options = options;
        sequence.unlogged = field(13) == "u";
        if (owner.object.kind == Kind::table && owner.object.schema == id.schema) {
            sequence.owner_table = owner.object.name;
            sequence.owner_column = owner.column;
        }
    }
}

void Reader::read_constraints() {
    const auto rows = connection_.query(fmt::format(
        "SELECT o.oid, n.nspname, c.relname, o.conname, pg_get_constraintdef(o.oid), "
        "i.indexrelid, i.indisvalid, {}, i.indisclustered, i.indisreplident, o.coninhcount > 0 "
        "FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
        "LEFT JOIN pg_index i ON i.indexrelid = o.conindid AND o.contype IN ('p', 'u', 'x') "
        "WHERE (o.contype IN ('p', 'u', 'x') OR (o.contype IN ('f', 'c') AND o.conparentid = 0 AND o.conislocal)) "
        "AND {} AND {} AND {}",
        index_columns, of_user, no_ledger("c", ignored_), no_member("pg_class", "c.oid")));
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        const Id id{Kind::constraint, std::string(rows.text(row, 1)), std::string(rows.text(row, 2)),
                    std::string(rows.text(row, 3))};
        Object& constraint = add(id, "pg_constraint", rows.text(row, 0));
        constraint.definition = std::string(rows.text(row, 4));
        constraint.merged = constraint.definition.starts_with("CHECK") && rows.text(row, 10) == "t";
        if (rows.is_null(row, 5)) continue;
        alias("pg_class", rows.text(row, 5), id);
        constraint.state = rows.text(row, 6) == "t" ? "" : "invalid";
        constraint.clustered = rows.text(row, 8) == "t";
        constraint.replica_identity = rows.text(row, 9) == "t";
        const bool primary = constraint.definition.starts_with("PRIMARY");
        constraint.standard_name = standard_name(id.table, primary ? "" : rows.text(row, 7),
                                                 primary                                       ? "pkey"
                                                 : constraint.definition.starts_with("UNIQUE") ? "key"
                                                                                               : "excl");
    }
}

void Reader::read_indexes() {
    const auto rows = connection_.query(fmt::format(
        "SELECT c.oid, n.nspname, c.relname, t.relname, pg_get_indexdef(c.oid), i.indisunique, i.indisvalid, "
        "i.indexprs IS NOT NULL OR i.indpred IS NOT NULL, i.indrelid::regclass, {}, i.indisclustered, "
        "i.indisreplident "
        "FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid "
        "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE t.relkind IN ('r', 'p', 'm') "
        "AND NOT EXISTS (SELECT FROM pg_constraint o WHERE o.conindid = c.oid AND o.contype IN ('p', 'u', 'x')) "
        "AND {} AND {} AND {}",
        index_columns, of_user, no_ledger("t", ignored_), no_member("pg_class", "t.oid")));
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        const Id id{Kind::index, std::string(rows.text(row, 1)), {}, std::string(rows.text(row, 2))};
        Object& index = add(id, "pg_class", rows.text(row, 0));
        const std::string_view whole = rows.text(row, 4);
        // Behind the table's name, which may itself hold the word.
        const std::string on = fmt::format("{} USING ", rows.text(row, 8));
        index.definition = std::string(whole.substr(whole.find(on) + on.size() - sizeof "USING"));
        index.on = std::string(rows.text(row, 3));
        index.signature = rows.text(row, 5) == "t" ? "UNIQUE" : "";
        index.state = rows.text(row, 6) == "t" ? "" : "invalid";
        index.has_expression = rows.text(row, 7) == "t";
        index.standard_name = standard_name(index.on, rows.text(row, 9), "idx");
        index.clustered = rows.text(row, 10) == "t";
        index.replica_identity = rows.text(row, 11) == "t";
    }
}

void Reader::read_attached() {
    const auto rows = connection_.query("SELECT h.inhrelid, h.inhparent FROM pg_inherits h JOIN pg_class c ON "
                                        "c.oid = h.inhrelid WHERE c.relkind IN ('i', 'I')");
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        const Reference* child = find("pg_class", rows.text(row, 0));
        const Reference* parent = find("pg_class", rows.text(row, 1));
        if (child == nullptr || parent == nullptr) continue;
        Object& object = catalog_.objects[child->object];
        object.attached_to = parent->object;
        object.needs.push_back({{}, *parent});
        object.needs.push_back({{}, {table_of(object), {}}});
    }
}

void Reader::mark_implied() {
    std::map<Id, std::vector<Object*>> attached;
    for (auto& [id, object] : catalog_.objects) {
        if (!object.attached_to.name.empty()) attached[object.attached_to].push_back(&object);
        const bool on_table = id.kind == Kind::index || id.kind == Kind::constraint;
        if (!on_table || object.standard_name.empty()) continue;
        const auto table = catalog_.tables.find(table_of(object));
        object.only =
            object.state == "invalid" && table != catalog_.tables.end() && !table->second.partition_by.empty();
    }
    for (auto& [parent, children] : attached) {
        const Object& theirs = catalog_.objects[parent];
        for (Object* child : children) {
            child->implied = child->id.name == child->standard_name && child->definition == theirs.definition &&
                             child->signature == theirs.signature && child->id.kind == parent.kind;
        }
    }
    // A name of one's own anywhere in the tree means that each part of it is made on its own.
    for (bool again = true; again;) {
        again = false;
        for (auto& [parent, children] : attached) {
            Object& theirs = catalog_.objects[parent];
            const bool apart = theirs.only || std::any_of(children.begin(), children.end(), [](const Object* child) {
                                   return !child->implied || child->only;
                               });
            if (!apart) continue;
            again = again || !theirs.only;
            theirs.only = true;
            for (Object* child : children) {
                again = again || child->implied;
                child->implied = false;
            }
        }
    }
}

void Reader::read_index_targets() {
    const auto rows =
        connection_.query("SELECT a.attrelid, a.attnum, a.attstattarget FROM pg_attribute a JOIN pg_class "
                          "c ON c.oid = a.attrelid WHERE c.relkind IN ('i', 'I') AND a.attstattarget >= 0");
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        const Reference* index = find("pg_class", rows.text(row, 0));
        if (index != nullptr)
            catalog_.objects[index->object].statistics_targets[integer(rows, row, 1)] = integer(rows, row, 2);
    }
}

void Reader::read_statistics() {
    const auto rows =
        connection_.query(fmt::format("SELECT s.oid, n.nspname, s.stxname, pg_get_statisticsobjdef(s.oid), "
                                      "coalesce(s.stxstattarget, -1) FROM pg_statistic_ext s "
                                      "JOIN pg_namespace n ON n.oid = s.stxnamespace WHERE {}",
                                      of_user));
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        Object& made = add({Kind::statistics, std::string(rows.text(row, 1)), {}, std::string(rows.text(row, 2))},
                           "pg_statistic_ext", rows.text(row, 0));
        made.definition = with_sorted_columns(rows.text(row, 3));
        if (const int target = integer(rows, row, 4); target >= 0) made.statistics_targets[0] = target;
    }
}

}  // namespace quarry::schema::postgresql
