#include "tests/property/sqlite_schema_generator.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace quarry::testing {
namespace {

/// Names in double quotes are the same in any case: what they hold is told by their first letter after the quote.
const std::vector<std::string> table_names = {"users", "Orders", "\"order\"", "\"two words\"", "\"say \"\"hi\"\"\"",
                                              "items"};
const std::vector<std::string> column_names = {"i_age",           "i_size", "\"i key\"", "t_name",
                                               "\"t \"\"x\"\"\"", "T_Note", "r_price"};

char kind_of(std::string_view column) {
    const char first = column.front() == '"' ? column[1] : column.front();
    return first == 'T' ? 't' : first;
}

}  // namespace

std::string SqliteSchemaGenerator::filling(std::string_view column) {
    switch (kind_of(column)) {
        case 't': return "hex(randomblob(8))";
        case 'r': return "0.5 + abs(random() % 1000000)";
        default: return "abs(random() / 2)";
    }
}

SqliteSchemaGenerator::Schema SqliteSchemaGenerator::any() {
    made_.clear();
    views_.clear();
    Schema schema;
    for (const std::string& name : table_names) {
        if (chance(60)) add_table(schema, name);
    }
    if (made_.empty()) add_table(schema, table_names.front());
    schema.rest += virtual_tables();
    for (std::size_t i = 0; i < 4; ++i) {
        if (chance(60)) schema.rest += index(i);
    }
    for (std::size_t i = 0; i < 3; ++i) {
        if (chance(50)) schema.rest += view(i);
    }
    for (std::size_t i = 0; i < 3; ++i) {
        if (chance(50)) schema.rest += trigger(i);
    }
    return schema;
}

void SqliteSchemaGenerator::add_table(Schema& schema, const std::string& name) {
    MadeTable table{name, {}, chance(60), {}};
    const bool strict = chance(20);
    std::vector<std::string> key;
    for (const std::string& column_name : column_names) {
        if (chance(60)) table.columns.push_back(column_name);
    }
    if (!table.has_id_key && !table.columns.empty() && chance(50)) {
        key.push_back(pick(table.columns));
        const std::string& second = pick(table.columns);
        if (second != key.front() && chance(50)) key.push_back(second);
    }
    std::string text;
    const auto add = [&](const std::string& line) { text += (text.empty() ? "" : ", ") + line; };
    if (table.has_id_key) {
        add(chance(40) ? "id INTEGER PRIMARY KEY AUTOINCREMENT" : "id INTEGER PRIMARY KEY");
    } else if (chance(40) || table.columns.empty()) {
        add("id INTEGER");
    }
    if (text.starts_with("id")) table.columns.push_back("id");
    for (const std::string& column_name : table.columns) {
        const bool in_key = std::find(key.begin(), key.end(), column_name) != key.end();
        if (column_name != "id") add(column(table, column_name, strict, in_key));
    }
    if (std::find(table.columns.begin(), table.columns.end(), "i_age") != table.columns.end() && chance(40)) {
        const char* kind = chance(50) ? "STORED" : "";
        add(fmt::format("g_next {} AS (i_age + {}) {}", strict ? "INT" : "", below(2), kind));
    }
    if (!key.empty()) add("PRIMARY KEY (" + fmt::format("{}", fmt::join(key, ", ")) + ")");
    text += constraints(table);
    const bool without_rowid = !key.empty() && chance(50);
    text = "CREATE TABLE " + name + " (" + text + ")" + (strict ? " STRICT" : "");
    if (without_rowid) text += strict ? ", WITHOUT ROWID" : " WITHOUT ROWID";
    schema.tables += text + ";\n";
    schema.rows += insert(table);
    made_.push_back(std::move(table));
}

std::string SqliteSchemaGenerator::type(std::string_view name, bool strict) {
    const std::array<std::array<const char*, 4>, 3> loose = {{{"INTEGER", "BIGINT", "", "NUMERIC(10, 2)"},
                                                              {"TEXT", "VARCHAR(50)", "varchar(80)", ""},
                                                              {"REAL", "DOUBLE PRECISION", "", "FLOAT"}}};
    const std::array<std::array<const char*, 2>, 3> exact = {{{"INTEGER", "ANY"}, {"TEXT", "ANY"}, {"REAL", "ANY"}}};
    const std::size_t kind = kind_of(name) == 't' ? 1 : kind_of(name) == 'r' ? 2 : 0;
    return strict ? pick(exact[kind]) : pick(loose[kind]);
}

std::string SqliteSchemaGenerator::column(MadeTable& table, const std::string& name, bool strict, bool in_key) {
    std::string text = name + " " + type(name, strict);
    const bool is_text = kind_of(name) == 't';
    const bool unique = !in_key && chance(15);
    if (unique) text += chance(30) ? " CONSTRAINT one_only UNIQUE ON CONFLICT IGNORE" : " UNIQUE";
    const bool with_default = !in_key && !unique && chance(35);
    if (!with_default) table.without_default.push_back(name);
    if (with_default && is_text) {
        const std::vector<std::string> values = {"'it''s'", "\"text\"", "CURRENT_TIMESTAMP", "(lower('X'))", "x'AB'"};
        text += " DEFAULT " + (strict ? std::string("'s'") : pick(values));
    } else if (with_default) {
        const std::vector<std::string> values = {"5", "-1", "(7)", "(1 + 2)", "+3", "1e3"};
        text += " DEFAULT " + pick(values);
    }
    if (chance(25)) text += chance(20) ? " NOT NULL ON CONFLICT IGNORE" : " NOT NULL";
    if (is_text && chance(20)) text += chance(50) ? " COLLATE NOCASE" : " COLLATE RTRIM";
    if (chance(15)) text += fmt::format(" CHECK ({} IS NULL OR {} <> -2)", name, name);
    return text;
}

std::string SqliteSchemaGenerator::constraints(const MadeTable& table) {
    std::string text;
    const std::string& one = pick(table.columns);
    const std::string& other = pick(table.columns);
    if (chance(20))
        text += fmt::format(", CONSTRAINT named CHECK ({} IS NOT {}.{} + 1 OR 1=1)", one, table.name, other);
    const std::string distinct = table.without_default.empty() ? one : pick(table.without_default);
    if (chance(15) && !table.without_default.empty() && distinct != other) {
        text += fmt::format(", UNIQUE ({} DESC, {} COLLATE BINARY)", distinct, other);
    }
    const std::vector<std::string> actions = {"", " ON DELETE CASCADE", " ON DELETE SET NULL ON UPDATE CASCADE",
                                              " DEFERRABLE INITIALLY DEFERRED", " MATCH FULL"};
    if (chance(25)) {
        const std::string parent = made_.empty() || chance(30) ? table.name : pick(made_).name;
        text +=
            fmt::format(", FOREIGN KEY ({}) REFERENCES {}{}{}", one, parent, chance(50) ? "(id)" : "", pick(actions));
    }
    return text;
}

std::string SqliteSchemaGenerator::insert(const MadeTable& table) {
    std::string text;
    for (std::size_t row = 1 + below(2); row < 4; ++row) {
        std::string values;
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            const std::string number = std::to_string(row * 10 + i);
            const char kind = kind_of(table.columns[i]);
            const bool null = chance(10);
            values += values.empty() ? "" : ", ";
            values += null ? "NULL" : kind == 't' ? "'v" + number + "'" : kind == 'r' ? number + ".5" : number;
        }
        text += fmt::format("INSERT OR IGNORE INTO {} ({}) VALUES ({});\n", table.name, fmt::join(table.columns, ", "),
                            values);
    }
    if (chance(50))
        text +=
            fmt::format("DELETE FROM {0} WHERE {1} = (SELECT max({1}) FROM {0});\n", table.name, table.columns.back());
    return text;
}

std::string SqliteSchemaGenerator::index(std::size_t number) {
    const MadeTable& table = pick(made_);
    const std::string& column_name = pick(table.columns);
    const std::vector<std::string> forms = {"{0}", "{0} DESC", "{0} COLLATE NOCASE, {1}", "lower({0}), {1} DESC",
                                            "{0} || 'x'"};
    const std::string list = fmt::format(fmt::runtime(pick(forms)), column_name, pick(table.columns));
    const auto& distinct = table.without_default;
    const bool unique =
        list == column_name && chance(30) && std::find(distinct.begin(), distinct.end(), column_name) != distinct.end();
    return fmt::format("CREATE {}INDEX index_{} ON {} ({}){};\n", unique ? "UNIQUE " : "", number, table.name, list,
                       chance(25) ? fmt::format(" WHERE {} IS NOT NULL", column_name) : "");
}

std::string SqliteSchemaGenerator::view(std::size_t number) {
    const MadeTable& table = pick(made_);
    const std::string name = fmt::format("view_{}", number);
    std::string query;
    if (!views_.empty() && chance(30)) {
        query = "SELECT * FROM " + views_.back();
    } else if (chance(8)) {
        query = "SELECT gone FROM nowhere";
    } else {
        query = fmt::format("SELECT {0}.{1} AS one, count(*), {2} FROM {0}", table.name, pick(table.columns),
                            pick(table.columns));
        if (chance(40)) query += fmt::format(" JOIN {} AS other ON 1", pick(made_).name);
        if (query.find("JOIN") != std::string::npos) query.replace(query.find("count(*), "), 10, "count(*), 1 + ");
        if (query.find("JOIN") != std::string::npos) query = fmt::format("SELECT 1 AS one FROM {}", table.name);
    }
    views_.push_back(name);
    return fmt::format("CREATE VIEW {} AS {};\n", name, query);
}

std::string SqliteSchemaGenerator::trigger(std::size_t number) {
    const MadeTable& table = pick(made_);
    const MadeTable& other = pick(made_);
    const std::string& changed = pick(table.columns);
    if (!views_.empty() && chance(25)) {
        return fmt::format("CREATE TRIGGER trigger_{} INSTEAD OF INSERT ON {} BEGIN DELETE FROM {} WHERE {} = NEW.one; "
                           "END;\n",
                           number, views_.front(), other.name, pick(other.columns));
    }
    const std::vector<std::string> events = {"AFTER INSERT", "BEFORE DELETE", "AFTER UPDATE",
                                             "AFTER UPDATE OF " + changed};
    const std::string event = pick(events);
    const char* row = event == "BEFORE DELETE" ? "OLD" : "NEW";
    return fmt::format("CREATE TRIGGER trigger_{} {} ON {} WHEN {}.{} IS NOT NULL BEGIN UPDATE {} SET {} = NULL; "
                       "SELECT RAISE(IGNORE); END;\n",
                       number, event, table.name, row, changed, other.name, pick(other.columns));
}

std::string SqliteSchemaGenerator::virtual_tables() {
    std::string text;
    if (chance(25)) {
        const std::vector<std::string> options = {"", ", tokenize = 'porter'", ", prefix='2 3'"};
        text += fmt::format("CREATE VIRTUAL TABLE notes USING fts5(title{}{});\n", chance(50) ? ", body" : "",
                            pick(options));
        text += "INSERT INTO notes (rowid, title) VALUES (7, 'seven words');\n";
    }
    const auto with_id = std::find_if(made_.begin(), made_.end(), [](const MadeTable& t) { return t.has_id_key; });
    if (with_id != made_.end() && with_id->name.front() != '"' && chance(20)) {
        text += fmt::format("CREATE VIRTUAL TABLE lookup USING fts5({}, content='{}', content_rowid='id');\n",
                            with_id->columns.front(), with_id->name);
    }
    if (chance(10))
        text += "CREATE VIRTUAL TABLE boxes USING rtree(id, x1, x2);\nINSERT INTO boxes VALUES (3, 1, 2);\n";
    return text;
}

}  // namespace quarry::testing
