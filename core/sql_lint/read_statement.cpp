// What a statement does, by its first words.
#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "core/sql_lint/cursor.h"

namespace quarry::sql_lint {
namespace {

struct ObjectWord {
    std::string_view word;
    ObjectKind kind;
};

constexpr std::array<ObjectWord, 12> object_words = {{{"table", ObjectKind::table},
                                                      {"view", ObjectKind::view},
                                                      {"index", ObjectKind::index},
                                                      {"sequence", ObjectKind::sequence},
                                                      {"type", ObjectKind::type},
                                                      {"domain", ObjectKind::domain},
                                                      {"schema", ObjectKind::schema},
                                                      {"function", ObjectKind::function},
                                                      {"procedure", ObjectKind::procedure},
                                                      {"trigger", ObjectKind::trigger},
                                                      {"extension", ObjectKind::extension},
                                                      {"policy", ObjectKind::policy}}};

ObjectKind take_object(Cursor& cursor) {
    if (cursor.take({"materialized", "view"})) return ObjectKind::materialized_view;
    for (const ObjectWord& one : object_words) {
        if (cursor.take(one.word)) return one.kind;
    }
    return ObjectKind::other;
}

/// Steps to ON, and takes the table's name behind it.
void take_on_table(Cursor& cursor, Statement& statement) {
    if (!cursor.skip_to({"on"})) return;
    cursor.skip();
    cursor.take("only");
    statement.table = cursor.take_name();
}

void read_create_index(Cursor& cursor, Statement& statement) {
    statement.concurrently = cursor.take("concurrently");
    statement.if_not_exists = cursor.take({"if", "not", "exists"});
    if (!cursor.is("on")) statement.names.push_back(cursor.take_name());
    take_on_table(cursor, statement);
    if (cursor.take("using")) cursor.skip();
    statement.indexed = cursor.take_column_list();
    statement.has_where = cursor.skip_to({"where"});
}

/// The modifiers between CREATE and what is created.
void take_modifiers(Cursor& cursor, Statement& statement) {
    for (;;) {
        if (cursor.is_any({"temp", "temporary"})) {
            statement.temporary = true;
        } else if (cursor.is("unique")) {
            statement.unique = true;
        } else if (cursor.is("virtual")) {
            statement.virtual_table = true;
        } else if (!cursor.is_any({"or", "replace", "global", "local", "unlogged", "recursive", "constraint"})) {
            return;
        }
        cursor.skip();
    }
}

void read_create(Cursor& cursor, Statement& statement) {
    statement.verb = Verb::create;
    take_modifiers(cursor, statement);
    statement.object = take_object(cursor);
    if (statement.object == ObjectKind::table) return read_create_table(cursor, statement);
    if (statement.object == ObjectKind::index) return read_create_index(cursor, statement);
    if (statement.object == ObjectKind::other) return;
    statement.if_not_exists = cursor.take({"if", "not", "exists"});
    if (statement.object == ObjectKind::schema && cursor.is("authorization")) return;
    statement.names.push_back(cursor.take_name());
    if (statement.object == ObjectKind::type) statement.enumeration = cursor.take({"as", "enum"});
    if (statement.object == ObjectKind::trigger || statement.object == ObjectKind::policy) {
        take_on_table(cursor, statement);
    }
}

void read_drop_statement(Cursor& cursor, Statement& statement) {
    statement.verb = Verb::drop;
    statement.object = take_object(cursor);
    statement.concurrently = cursor.take("concurrently");
    statement.if_exists = cursor.take({"if", "exists"});
    if (statement.object == ObjectKind::other) {
        statement.cascade = cursor.skip_to({"cascade"});
        return;
    }
    do {
        statement.names.push_back(cursor.take_name());
        if (cursor.is("(")) cursor.skip_whole();
    } while (cursor.take(","));
    if (cursor.is("on")) take_on_table(cursor, statement);
    statement.cascade = cursor.skip_to({"cascade"});
}

void read_alter(Cursor& cursor, Statement& statement) {
    statement.verb = Verb::alter;
    statement.object = take_object(cursor);
    if (statement.object == ObjectKind::table) return read_alter_table(cursor, statement);
    if (statement.object == ObjectKind::type) return read_alter_type(cursor, statement);
    if (statement.object == ObjectKind::other) return;
    read_alter_table(cursor, statement);
    for (Action& action : statement.actions) {
        if (action.kind != Action::Kind::rename_table) action.kind = Action::Kind::other;
    }
}

void read_insert(Cursor& cursor, Statement& statement) {
    statement.verb = Verb::insert;
    if (cursor.take("or")) cursor.skip();
    cursor.take("into");
    statement.names.push_back(cursor.take_name());
    if (cursor.take("as")) cursor.take_name();
    statement.has_columns = cursor.is("(") && !cursor.peek(1).is("select") && !cursor.peek(1).is("values");
    if (cursor.take({"default", "values"})) statement.has_columns = true;
    if (cursor.is("(")) cursor.skip_whole();
    statement.from_query = cursor.skip_to({"select", "values"}) && cursor.is("select");
}

void read_update(Cursor& cursor, Statement& statement) {
    statement.verb = Verb::update;
    if (cursor.take("or")) cursor.skip();
    cursor.take("only");
    statement.names.push_back(cursor.take_name());
    statement.has_where = cursor.skip_to({"where"});
}

void read_delete(Cursor& cursor, Statement& statement) {
    statement.verb = Verb::remove;
    cursor.take("from");
    cursor.take("only");
    statement.names.push_back(cursor.take_name());
    statement.has_where = cursor.skip_to({"where"});
}

/// TRUNCATE, LOCK: [TABLE] [ONLY] name [, ...]
void read_names(Cursor& cursor, Statement& statement, Verb verb) {
    statement.verb = verb;
    cursor.take("table");
    do {
        cursor.take("only");
        statement.names.push_back(cursor.take_name());
        cursor.take("*");
    } while (cursor.take(","));
    statement.cascade = cursor.skip_to({"cascade"});
}

void read_refresh(Cursor& cursor, Statement& statement) {
    statement.verb = Verb::refresh;
    statement.object = take_object(cursor);
    statement.concurrently = cursor.take("concurrently");
    statement.names.push_back(cursor.take_name());
}

void read_merge(Cursor& cursor, Statement& statement) {
    statement.verb = Verb::merge;
    cursor.take("into");
    cursor.take("only");
    statement.names.push_back(cursor.take_name());
}

/// An option in parentheses: FULL, FULL TRUE; not FULL FALSE, FULL OFF, FULL 0.
bool is_switched_on(const Cursor& cursor) {
    const sql::Lexeme& value = cursor.peek(1);
    const std::string text = ascii_lower(sql::string_value(value.text));
    return text != "false" && text != "off" && text != "0";
}

/// REINDEX, VACUUM, CLUSTER: options, in parentheses or bare, and a name.
void read_maintenance(Cursor& cursor, Statement& statement, Verb verb) {
    statement.verb = verb;
    if (cursor.is("(")) {
        for (const std::size_t end = cursor.closing(); !cursor.ends_at(end); cursor.skip()) {
            if (cursor.is("full")) statement.full = is_switched_on(cursor);
            if (cursor.is("concurrently")) statement.concurrently = is_switched_on(cursor);
        }
        cursor.skip();
    }
    while (cursor.is_any({"full", "freeze", "verbose", "analyze"})) {
        statement.full = statement.full || cursor.is("full");
        cursor.skip();
    }
    if (verb == Verb::reindex) {
        if (cursor.is_any({"index", "table", "schema", "database", "system"})) cursor.skip();
        statement.concurrently = cursor.take("concurrently") || statement.concurrently;
    }
    statement.names.push_back(cursor.take_name());
}

void read_setting(Cursor& cursor, Statement& statement, Verb verb) {
    statement.verb = verb;
    statement.local = cursor.is_any({"local", "constraints", "transaction"});
    if (!cursor.take("local")) cursor.take("session");
    statement.names.push_back(cursor.take_name());
}

/// WITH a AS (...), b AS (...) before the statement itself.
void skip_with(Cursor& cursor) {
    if (cursor.is("with")) cursor.skip_to({"insert", "update", "delete", "select", "values", "merge"});
}

void read_by_first_word(Cursor& cursor, Statement& statement) {
    skip_with(cursor);
    if (cursor.take("create")) return read_create(cursor, statement);
    if (cursor.take("alter")) return read_alter(cursor, statement);
    if (cursor.take("drop")) return read_drop_statement(cursor, statement);
    if (cursor.take("insert") || cursor.take("replace")) return read_insert(cursor, statement);
    if (cursor.take("update")) return read_update(cursor, statement);
    if (cursor.take("delete")) return read_delete(cursor, statement);
    if (cursor.take("merge")) return read_merge(cursor, statement);
    if (cursor.take("truncate")) return read_names(cursor, statement, Verb::truncate);
    if (cursor.take("lock")) return read_names(cursor, statement, Verb::lock);
    if (cursor.take("refresh")) return read_refresh(cursor, statement);
    if (cursor.take("reindex")) return read_maintenance(cursor, statement, Verb::reindex);
    if (cursor.take("vacuum")) return read_maintenance(cursor, statement, Verb::vacuum);
    if (cursor.take("cluster")) return read_maintenance(cursor, statement, Verb::cluster);
    if (cursor.take("pragma")) return read_setting(cursor, statement, Verb::pragma);
    if (cursor.take("set")) return read_setting(cursor, statement, Verb::set);
}

}  // namespace

std::string_view object_name(ObjectKind kind) noexcept {
    if (kind == ObjectKind::materialized_view) return "materialized view";
    for (const ObjectWord& one : object_words) {
        if (one.kind == kind) return one.word;
    }
    return "object";
}

std::string Name::key() const { return ascii_lower(text()); }

std::string Type::text() const {
    std::string result = name;
    for (std::size_t i = 0; i < arguments.size(); ++i) result += (i == 0 ? "(" : ",") + arguments[i];
    if (!arguments.empty()) result += ')';
    return array ? result + "[]" : result;
}

const Name& Statement::name() const noexcept {
    static const Name none;
    return names.empty() ? none : names.front();
}

Statement read_statement(sql::Dialect dialect, const sql::SourceText& source, sql::Section section) {
    Statement statement;
    statement.section = section;
    statement.words = sql::lexemes(dialect, source.text.substr(section.start, section.end - section.start));
    for (sql::Lexeme& word : statement.words) word.start += section.start;
    Cursor cursor(dialect, statement.words);
    read_by_first_word(cursor, statement);
    return statement;
}

}  // namespace quarry::sql_lint
