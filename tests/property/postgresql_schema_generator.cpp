#include "tests/property/postgresql_schema_generator.h"

#include <fmt/format.h>

#include <algorithm>

namespace quarry::testing {
namespace {

constexpr const char* odd_column = "\"w W\"\"'\xC3\xA9\"";

}  // namespace

bool PostgresqlSchemaGenerator::MadeTable::has(std::string_view column) const {
    return std::find(columns.begin(), columns.end(), column) != columns.end();
}

std::string PostgresqlSchemaGenerator::filling(std::string_view column) {
    switch (column.front() == '"' ? column[1] : column.front()) {
        case 's': return "'s' || id";
        case 'd': return "'2020-01-01'";
        case 'e': return "'calm'";
        case 'a': return "'{1,2}'";
        case 'w': return "'{\"k\": 1}'";
        default: return "id";
    }
}

PostgresqlSchemaGenerator::Schema PostgresqlSchemaGenerator::any() {
    schema_ = {};
    tables_.clear();
    schema_.definitions += "CREATE SCHEMA app;\n";
    if (chance(40)) schema_.definitions += "CREATE SCHEMA \"Odd one\";\n";
    if (chance(30)) schema_.definitions += "CREATE EXTENSION " + one_of({"hstore", "citext"}) + ";\n";
    const bool privileges_first = chance(50);
    if (privileges_first) add_default_privileges();
    add_types();
    add_functions();
    add_operations();
    add_table("t0");
    for (const char* name : {"t1", "t2", "\"t \"\"3\"", "app.t4"}) {
        if (chance(60)) add_table(name);
    }
    if (chance(40)) add_partitions();
    if (chance(30)) add_inheritance();
    if (chance(50)) {
        schema_.definitions += fmt::format("CREATE TABLE flat (id int NOT NULL, n1 {}{})", one_of({"int", "bigint"}),
                                           one_of({"", ", s1 text", ", s1 text DEFAULT 'a'"}));
        const std::string part = one_of({"", " PARTITION BY LIST (n1);\nCREATE TABLE flat_1 PARTITION OF flat DEFAULT",
                                         " PARTITION BY RANGE (n1);\nCREATE TABLE flat_1 PARTITION OF flat DEFAULT",
                                         " PARTITION BY HASH (n1);\nCREATE TABLE flat_1 PARTITION OF flat FOR VALUES "
                                         "WITH (MODULUS 1, REMAINDER 0)"});
        schema_.definitions += part + ";\n";
        if (!part.empty() && chance(30)) schema_.definitions += "CREATE INDEX flat_own ON flat_1 (n1, id);\n";
        tables_.push_back({"flat", {"id", "n1"}, {"int", "int"}});
    }
    for (const MadeTable& table : std::vector<MadeTable>(tables_)) {
        add_indexes(table);
        add_triggers(table);
        add_policies(table);
        add_comments_and_grants(table);
        add_settings(table);
        add_rows(table);
    }
    add_views();
    if (!privileges_first) add_default_privileges();
    return schema_;
}

void PostgresqlSchemaGenerator::add_types() {
    has_mood_ = chance(60);
    has_domain_ = chance(50);
    has_pair_ = chance(40);
    if (has_mood_) {
        schema_.definitions +=
            fmt::format("CREATE TYPE mood AS ENUM ({});\n",
                        one_of({"'calm', 'glad'", "'glad', 'calm'", "'sad', 'calm', 'glad'",
                                "'calm', 'it''s', 'glad', 'mad'", "'sad', 'calm', 'mid', 'glad', 'wild'"}));
    }
    if (has_domain_) {
        schema_.definitions += fmt::format(
            "CREATE DOMAIN app.\"Pos\" AS {}{}{};\n", one_of({"int", "bigint"}), chance(40) ? " DEFAULT 3" : "",
            one_of({"", " CHECK (VALUE > 0)", " CONSTRAINT c CHECK (VALUE > -1) CONSTRAINT d CHECK (VALUE < 999)"}));
    }
    if (has_pair_) {
        const std::string third = one_of({"", ", z date", ", zz int"});
        pair_ = third.empty() ? "'(1,y)'" : "'(1,y,)'";
        schema_.definitions += fmt::format("CREATE TYPE pair AS (x int, y text{});\n", third);
    }
    if (chance(30)) {
        schema_.definitions +=
            fmt::format("CREATE TYPE loose AS ({});\n", one_of({"a int", "b text, a int", "a bigint"}));
    }
    if (chance(30)) {
        schema_.definitions += fmt::format("CREATE TYPE span AS RANGE (SUBTYPE = {});\n",
                                           one_of({"float8", "float8, SUBTYPE_DIFF = float8mi"}));
    }
    if (chance(40)) {
        schema_.definitions += fmt::format("CREATE SEQUENCE app.counter{};\n",
                                           one_of({"", " AS int", " INCREMENT BY 5 CACHE 2", " AS smallint CYCLE"}));
    }
}

void PostgresqlSchemaGenerator::add_functions() {
    schema_.definitions +=
        fmt::format("CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN {} RETURN NEW; END $f$;\n",
                    one_of({"", "NULL;", "/* ; */"}));
    has_function_ = chance(60);
    if (!has_function_) return;
    schema_.definitions +=
        fmt::format("CREATE FUNCTION app.f(n bigint) RETURNS {} LANGUAGE sql IMMUTABLE AS 'SELECT n {}';\n",
                    one_of({"bigint", "numeric"}), one_of({"+ 1", "+ 2", "* 2"}));
    if (chance(30)) schema_.definitions += "REVOKE EXECUTE ON FUNCTION app.f(bigint) FROM PUBLIC;\n";
}

void PostgresqlSchemaGenerator::add_operations() {
    std::string& sql = schema_.definitions;
    if (chance(40)) {
        sql += fmt::format("CREATE AGGREGATE app.total(bigint) (SFUNC = int8pl, STYPE = bigint{}{});\n",
                           one_of({"", ", INITCOND = '0'", ", INITCOND = '1', COMBINEFUNC = int8pl"}),
                           one_of({"", ", PARALLEL = SAFE"}));
    }
    if (has_function_ && chance(40)) {
        sql += fmt::format("CREATE FUNCTION app.same(mine int, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT "
                           "true';\nCREATE OPERATOR app.=== (FUNCTION = app.same, LEFTARG = int, RIGHTARG = text{});\n",
                           one_of({"", ", RESTRICT = eqsel", ", RESTRICT = neqsel, JOIN = neqjoinsel"}));
    }
    if (has_mood_ && chance(30))
        sql += "CREATE CAST (mood AS bytea) WITH INOUT" + one_of({"", " AS ASSIGNMENT"}) + ";\n";
    if (chance(40)) sql += "CREATE COLLATION app.sorted (LOCALE = '" + one_of({"C", "POSIX"}) + "');\n";
}

void PostgresqlSchemaGenerator::add_default_privileges() {
    // Tables only: rights on what belongs to an extension or to an identity are not compared, and pg_dump shows them.
    const std::string where = one_of({"", " IN SCHEMA app", " IN SCHEMA public"});
    if (chance(30)) {
        schema_.definitions += fmt::format("ALTER DEFAULT PRIVILEGES{} GRANT {} TO pg_read_all_stats;\n", where,
                                           one_of({"SELECT ON TABLES", "SELECT, INSERT ON TABLES"}));
    }
}

std::string PostgresqlSchemaGenerator::type(const std::string& name) {
    switch (name.front()) {
        case 'n': return one_of({"int", "bigint", "numeric(8,2)", "numeric", "text", "smallint"});
        case 's': return one_of({"text", "varchar(30)", "varchar(60)", "text COLLATE \"C\""});
        case 'd': return one_of({"date", "timestamp", "text"});
        case 'e': return has_mood_ && chance(80) ? "mood" : "text";
        case 'a': return one_of({"int[]", "text[]", "bigint[]"});
        case 'm': return has_domain_ && chance(80) ? "app.\"Pos\"" : "int";
        case 'k': return "pair";
        default: return one_of({"json", "jsonb"});
    }
}

std::string PostgresqlSchemaGenerator::column(MadeTable& table, const std::string& name) {
    const std::string chosen = type(name);
    std::string text = fmt::format("{} {}", name, chosen);
    table.types.push_back(chosen.substr(0, chosen.find(" COLLATE")));
    const bool number = name == "n2" && !text.ends_with("text");
    if (name == "n2" && chance(50)) {
        text += number && has_function_ && chance(40) ? " DEFAULT app.f(4)" : " DEFAULT " + one_of({"'7'", "'8'"});
    }
    if (name == "s2" && chance(50)) text += one_of({" DEFAULT 'x'", " DEFAULT 'it''s'"});
    if (name == "e1" && text.ends_with("mood") && chance(50)) text += one_of({" DEFAULT 'calm'", " DEFAULT 'glad'"});
    if (name.front() != 'k' && chance(35)) text += " NOT NULL";
    table.columns.push_back(name);
    return text;
}

std::string PostgresqlSchemaGenerator::constraints(const MadeTable& table) {
    std::string text = chance(80) ? ", PRIMARY KEY (id)" : ", UNIQUE (id)";
    again_ = table.name == "t0" && chance(30);
    if (table.has("n1") && chance(40)) text += ", UNIQUE (n1)";
    if (table.has("s1") && chance(30))
        text += one_of({", CHECK (s1 <> '')", ", CONSTRAINT filled CHECK (length(s1) > 0)"});
    if (has_function_ && chance(25)) text += ", CONSTRAINT computed CHECK (app.f(id) > 0)";
    if (table.has("e1") && chance(25)) text += ", CONSTRAINT moody CHECK (e1 <> 'glad' OR id > 0)";
    return text;
}

void PostgresqlSchemaGenerator::add_table(const std::string& name) {
    MadeTable table{name, {"id"}, {"int"}};
    std::string body = one_of({"id int", "id bigint", "id serial", "id bigint GENERATED BY DEFAULT AS IDENTITY",
                               "id int GENERATED BY DEFAULT AS IDENTITY (INCREMENT BY 3)"});
    if (body.find("int") == 3 || body.find("bigint") == 3) body += " NOT NULL";
    for (const char* candidate : {"n1", "n2", "s1", "s2", "d1", "e1", "a1", "m1", "k1", odd_column}) {
        if (candidate[0] == 'k' && !has_pair_) continue;
        if (chance(45)) body += ", " + column(table, candidate);
    }
    if (chance(30)) body += fmt::format(", g1 bigint GENERATED ALWAYS AS ({}) STORED", one_of({"id + 1", "id * 2"}));
    if (chance(40)) {
        body += ", r1 int";
        table.columns.emplace_back("r1");
        table.types.emplace_back("int");
    }
    body += constraints(table);
    schema_.definitions += fmt::format("CREATE {}TABLE {} ({}){};\n", chance(10) && name == "t2" ? "UNLOGGED " : "",
                                       name, body, chance(15) ? " WITH (fillfactor = 80)" : "");
    if (again_) schema_.definitions += fmt::format("ALTER TABLE {} ADD CONSTRAINT again UNIQUE (id);\n", name);
    if (table.has("r1") && chance(70)) {
        schema_.definitions += fmt::format(
            "ALTER TABLE {} ADD FOREIGN KEY (r1) REFERENCES t0 (id){};\n", name,
            one_of({"", " ON DELETE CASCADE", " ON UPDATE CASCADE DEFERRABLE", " ON DELETE SET NULL NOT VALID"}));
    }
    tables_.push_back(std::move(table));
}

void PostgresqlSchemaGenerator::add_partitions() {
    schema_.definitions += fmt::format("CREATE TABLE part (id int NOT NULL, n1 int{}{}) PARTITION BY RANGE (id);\n"
                                       "CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO ({});\n",
                                       one_of({"", " NOT NULL", " DEFAULT 4"}),
                                       one_of({"", ", s1 text", ", PRIMARY KEY (id)"}), one_of({"100", "200"}));
    if (chance(50)) {
        schema_.definitions +=
            chance(60) ? "CREATE TABLE part_2 PARTITION OF part DEFAULT;\n" : "CREATE TABLE part_2 (id int, n1 int);\n";
    }
    for (const char* name : {"part_1", "part_2"}) add_own_of_partition(name);
    if (chance(50)) {
        schema_.definitions += fmt::format("CREATE INDEX part_n ON {}part (n1);\n", chance(30) ? "ONLY " : "");
        if (chance(30)) schema_.definitions += "ALTER INDEX IF EXISTS part_1_n1_idx RENAME TO own;\n";
    }
    tables_.push_back({"part", {"id", "n1"}, {"int", "int"}});
}

void PostgresqlSchemaGenerator::add_own_of_partition(const std::string& name) {
    const std::string alter = fmt::format("ALTER TABLE {}{} ", name == "part_2" ? "IF EXISTS " : "", name);
    if (chance(30)) schema_.definitions += alter + one_of({"ALTER n1 SET NOT NULL;\n", "ALTER n1 SET DEFAULT 9;\n"});
    if (chance(20)) schema_.definitions += alter + "ALTER n1 DROP DEFAULT;\n";
    if (chance(30)) {
        schema_.definitions += alter + one_of({"ADD UNIQUE (n1, id);\n", "ADD CONSTRAINT more CHECK (n1 > 0);\n",
                                               "ALTER id SET STATISTICS 5;\n"});
    }
}

void PostgresqlSchemaGenerator::add_inheritance() {
    schema_.definitions += fmt::format(
        "CREATE TABLE base (id {}{});\nCREATE TABLE kid (s1 {}) INHERITS (base);\n", one_of({"int", "bigint"}),
        one_of({"", ", n2 int DEFAULT 4", ", n2 int, d1 date"}), one_of({"text", "varchar(30)"}));
    tables_.push_back({"kid", {"id", "s1"}, {"int", "text"}});
}

void PostgresqlSchemaGenerator::add_indexes(const MadeTable& table) {
    const bool plain = table.name.front() != 'p' && table.name != "kid";
    const std::string schema = table.name.starts_with("app.") ? "4" : table.name.substr(0, 2) + "_";
    const std::string prefix = table.name.front() == '"' ? "\"I x" : "i" + schema;
    const std::string end = table.name.front() == '"' ? "\"" : "";
    if (!plain) return;
    if (table.has("n1") && chance(40)) {
        schema_.definitions +=
            fmt::format("CREATE {}INDEX {}1{} ON {} (n1{}){};\n", one_of({"", "UNIQUE "}), prefix, end, table.name,
                        one_of({"", " DESC", ", id"}), one_of({"", " WHERE id > 0"}));
    }
    if (table.has("s1") && chance(40)) {
        schema_.definitions +=
            fmt::format("CREATE INDEX {}2{} ON {} {};\n", prefix, end, table.name,
                        one_of({"(lower(s1))", "(s1 text_pattern_ops)", "USING hash (s1)", "(s1) INCLUDE (id)"}));
    }
    if (table.has("e1") && chance(30)) {
        schema_.definitions +=
            fmt::format("CREATE INDEX {}3{} ON {} (id) WHERE e1 = 'calm';\n", prefix, end, table.name);
    }
    if (has_function_ && chance(25)) {
        schema_.definitions += fmt::format("CREATE INDEX {}4{} ON {} (app.f(id));\n", prefix, end, table.name);
    }
}

void PostgresqlSchemaGenerator::add_triggers(const MadeTable& table) {
    if (chance(70)) return;
    schema_.definitions +=
        fmt::format("CREATE TRIGGER watch BEFORE {} ON {} FOR EACH ROW {}EXECUTE FUNCTION touch();\n",
                    one_of({"INSERT", "INSERT OR UPDATE OF id", "DELETE"}), table.name,
                    chance(30) ? "WHEN (pg_trigger_depth() < 9) " : "");
    if (chance(30)) schema_.definitions += fmt::format("ALTER TABLE {} DISABLE TRIGGER watch;\n", table.name);
}

void PostgresqlSchemaGenerator::add_settings(const MadeTable& table) {
    const std::string alter = fmt::format("ALTER TABLE ONLY {} ", table.name);
    if (table.name != "part" && table.name != "kid" && chance(20)) {
        schema_.definitions += alter + one_of({"REPLICA IDENTITY FULL;\n", "REPLICA IDENTITY NOTHING;\n"});
    }
    if (table.name == "t0" || table.name == "t1") {
        // Whatever its key is called.
        const std::string key =
            fmt::format("(SELECT relname FROM pg_index i JOIN pg_class c ON c.oid = indexrelid WHERE "
                        "indrelid = '{}'::regclass AND indkey = '1' AND indisunique AND indpred IS "
                        "NULL ORDER BY relname LIMIT 1)",
                        table.name);
        for (const char* what : {"CLUSTER ON %I", "REPLICA IDENTITY USING INDEX %I"}) {
            if (chance(75)) continue;
            schema_.definitions += fmt::format("DO $$ BEGIN EXECUTE format('{}{}', {}); END $$;\n", alter, what, key);
        }
    }
    for (const std::string& column : table.columns) {
        if (chance(15)) add_column_settings(table, column);
    }
}

void PostgresqlSchemaGenerator::add_column_settings(const MadeTable& table, const std::string& column) {
    const std::string alter = fmt::format("ALTER TABLE ONLY {} ALTER {} ", table.name, column);
    const bool is_long = column[0] == 's' || column[0] == 'a' || column[0] == '"';
    schema_.definitions += alter + one_of({"SET STATISTICS 7;\n", "SET STATISTICS 0;\n", "SET (n_distinct = 5);\n",
                                           "SET (n_distinct = 6, n_distinct_inherited = 7);\n"});
    if (is_long) {
        schema_.definitions +=
            alter + one_of({"SET STORAGE EXTERNAL;\n", "SET STORAGE MAIN;\n", "SET STORAGE PLAIN;\n"});
    }
    if (is_long && chance(50)) schema_.definitions += alter + "SET COMPRESSION pglz;\n";
}

void PostgresqlSchemaGenerator::add_policies(const MadeTable& table) {
    if (chance(75)) return;
    if (chance(60)) schema_.definitions += fmt::format("ALTER TABLE {} ENABLE ROW LEVEL SECURITY;\n", table.name);
    if (chance(30)) schema_.definitions += fmt::format("ALTER TABLE {} FORCE ROW LEVEL SECURITY;\n", table.name);
    schema_.definitions += fmt::format("CREATE POLICY \"the policy\" ON {} FOR {} USING (id > {});\n", table.name,
                                       one_of({"ALL", "SELECT", "UPDATE"}), one_of({"0", "1"}));
}

void PostgresqlSchemaGenerator::add_comments_and_grants(const MadeTable& table) {
    if (chance(30)) {
        schema_.definitions +=
            fmt::format("COMMENT ON TABLE {} IS '{}';\n", table.name, one_of({"one", "it''s", "\xC3\xA9\n2"}));
    }
    if (chance(30)) {
        schema_.definitions += fmt::format("COMMENT ON COLUMN {}.{} IS '{}';\n", table.name,
                                           table.columns[below(table.columns.size())], one_of({"c", "d"}));
    }
    if (chance(30)) {
        schema_.definitions += fmt::format(
            "GRANT {} ON {} TO {};\n", one_of({"SELECT", "SELECT, INSERT", "ALL", "UPDATE (id)"}), table.name,
            one_of({"pg_monitor", "PUBLIC", "pg_signal_backend WITH GRANT OPTION"}).find("PUBLIC") == 0 ? "PUBLIC"
                                                                                                        : "pg_monitor");
    }
}

void PostgresqlSchemaGenerator::add_views() {
    std::vector<std::string> views;
    for (const char* name : {"v0", "v1", "app.\"V 2\""}) {
        if (chance(50)) continue;
        const MadeTable& table = tables_[below(tables_.size())];
        const bool on_view = !views.empty() && chance(50);
        const std::string source = on_view ? views.back() : table.name;
        const std::string column = on_view ? "id" : table.columns[below(table.columns.size())];
        schema_.definitions +=
            fmt::format("CREATE VIEW {}{} AS SELECT id, {} AS other FROM {}{};\n", name,
                        chance(20) ? " WITH (security_barrier)" : "", column, source, one_of({"", " WHERE id > 0"}));
        if (chance(25)) {
            schema_.definitions +=
                fmt::format("ALTER VIEW {} ALTER id SET DEFAULT {};\n", name, one_of({"1", "2", "length('x')"}));
        }
        views.emplace_back(name);
    }
    if (chance(40)) {
        const std::string source = views.empty() ? "t0" : views.back();
        schema_.definitions += fmt::format("CREATE MATERIALIZED VIEW mv AS SELECT id, id + {} AS next FROM {}{};\n",
                                           one_of({"1", "2"}), source, chance(30) ? " WITH NO DATA" : "");
        if (chance(60)) schema_.definitions += fmt::format("CREATE INDEX mv_i ON mv ({});\n", one_of({"id", "next"}));
    }
}

void PostgresqlSchemaGenerator::add_rows(const MadeTable& table) {
    std::string list, values;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        list += (list.empty() ? "" : ", ") + table.columns[i];
        const std::string value = table.types[i] == "pair" ? pair_ : filling(table.columns[i]);
        values += fmt::format("{}({})::text::{}", values.empty() ? "" : ", ", value, table.types[i]);
    }
    schema_.rows +=
        fmt::format("INSERT INTO {} ({}) SELECT {} FROM generate_series(1, 3) id;\n", table.name, list, values);
}

}  // namespace quarry::testing
