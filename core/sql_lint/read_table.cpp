// CREATE TABLE, ALTER TABLE and ALTER TYPE.
#include <algorithm>

#include "core/base/text.h"
#include "core/sql_lint/cursor.h"

namespace quarry::sql_lint {
namespace {

using Kind = Action::Kind;

void read_table_elements(Cursor& cursor, Statement& statement) {
    const std::size_t end = cursor.closing();
    cursor.skip();
    while (!cursor.ends_at(end)) {
        if (at_constraint(cursor)) {
            statement.constraints.push_back(read_constraint(cursor, end));
        } else if (cursor.is("like") && cursor.dialect() == sql::Dialect::postgresql) {
            statement.partition = true;
            while (!cursor.ends_at(end) && !cursor.is(",")) cursor.skip_whole();
        } else {
            statement.columns.push_back(read_column(cursor, end));
        }
        // SQLite allows a table's constraints without commas between them.
        if (cursor.is(",")) cursor.skip();
    }
    cursor.go_to(end + 1);
}

/// A column or constraint by name, with IF EXISTS before it.
void take_part_name(Cursor& cursor, Action& action) {
    action.conditional = cursor.take({"if", "exists"});
    if (cursor.peek().is_name()) action.shown = sql::name_of(cursor.dialect(), cursor.peek());
    action.name = cursor.take_plain_name();
}

void read_add(Cursor& cursor, std::size_t end, Action& action) {
    if (at_constraint(cursor)) {
        action.kind = Kind::add_constraint;
        action.constraint = read_constraint(cursor, end);
        action.name = action.shown = action.constraint.name;
        return;
    }
    cursor.take("column");
    action.conditional = cursor.take({"if", "not", "exists"});
    action.kind = Kind::add_column;
    action.column = read_column(cursor, end);
    action.shown = action.column.name.name;
    action.name = ascii_lower(action.shown);
}

void read_drop(Cursor& cursor, Action& action) {
    const bool constraint = cursor.take("constraint");
    if (!constraint) cursor.take("column");
    action.kind = constraint ? Kind::drop_constraint : Kind::drop_column;
    take_part_name(cursor, action);
}

void read_rename(Cursor& cursor, Action& action) {
    if (cursor.take("to")) {
        action.kind = Kind::rename_table;
    } else if (cursor.take("constraint")) {
        take_part_name(cursor, action);
        cursor.take("to");
    } else {
        cursor.take("column");
        action.kind = Kind::rename_column;
        take_part_name(cursor, action);
        cursor.take("to");
    }
    action.new_name = cursor.take_name();
}

void read_alter_column(Cursor& cursor, std::size_t end, Action& action) {
    if (cursor.take("constraint")) {
        action.kind = Kind::alter_constraint;
        take_part_name(cursor, action);
        return;
    }
    cursor.take("column");
    take_part_name(cursor, action);
    if (cursor.take({"set", "not", "null"})) {
        action.kind = Kind::set_not_null;
    } else if (cursor.take({"drop", "not", "null"})) {
        action.kind = Kind::drop_not_null;
    } else if (cursor.take({"set", "data", "type"}) || cursor.take("type")) {
        action.kind = Kind::set_type;
        action.column.type = read_type(cursor, end);
    } else if (cursor.take({"set", "default"}) || cursor.take({"drop", "default"})) {
        action.kind = Kind::set_default;
    }
}

Action read_action(Cursor& cursor, std::size_t end) {
    Action action;
    const std::size_t begin = cursor.position();
    if (cursor.take("add")) {
        read_add(cursor, end, action);
    } else if (cursor.take("drop")) {
        read_drop(cursor, action);
    } else if (cursor.take("rename")) {
        read_rename(cursor, action);
    } else if (cursor.take("alter")) {
        read_alter_column(cursor, end, action);
    } else if (cursor.take({"validate", "constraint"})) {
        action.kind = Kind::validate_constraint;
        take_part_name(cursor, action);
    } else if (cursor.take({"attach", "partition"})) {
        action.kind = Kind::attach_partition;
        action.new_name = cursor.take_name();
    } else if (cursor.take({"detach", "partition"})) {
        action.kind = Kind::detach_partition;
        action.new_name = cursor.take_name();
        action.concurrently = cursor.take("concurrently") || cursor.is("finalize");
    } else if (cursor.take({"disable", "trigger"})) {
        action.kind = Kind::disable_trigger;
        take_part_name(cursor, action);
    } else if (cursor.take("set") && (cursor.is_any({"logged", "unlogged", "tablespace", "access"}))) {
        action.kind = Kind::set_storage;
        action.shown = "SET " + std::string(cursor.peek().text);
    }
    while (!cursor.ends_at(end) && !cursor.is(",") && !cursor.is(";")) {
        action.has_using = action.has_using || cursor.is("using");
        cursor.skip_whole();
    }
    action.place = cursor.place_from(begin);
    return action;
}

}  // namespace

void read_create_table(Cursor& cursor, Statement& statement) {
    statement.if_not_exists = cursor.take({"if", "not", "exists"});
    statement.names.push_back(cursor.take_name());
    if (cursor.take({"partition", "of"})) {
        statement.partition = true;
        cursor.take_name();
    }
    if (statement.virtual_table) return;
    if (cursor.is("(")) {
        // CREATE TABLE name (a, b) AS SELECT gives names alone; they are read as columns without types.
        read_table_elements(cursor, statement);
    }
    while (!cursor.done() && !cursor.is("as")) {
        statement.strict = statement.strict || cursor.is("strict");
        statement.partition = statement.partition || cursor.is("inherits") || cursor.is("of");
        if (cursor.take({"without", "rowid"})) {
            statement.without_rowid = true;
        } else {
            cursor.skip_whole();
        }
    }
    statement.from_query = cursor.is("as");
}

void read_alter_table(Cursor& cursor, Statement& statement) {
    statement.if_exists = cursor.take({"if", "exists"});
    cursor.take("only");
    statement.names.push_back(cursor.take_name());
    cursor.take("*");
    const std::size_t end = static_cast<std::size_t>(-1);
    while (!cursor.done() && !cursor.is(";")) {
        const std::size_t before = cursor.position();
        statement.actions.push_back(read_action(cursor, end));
        cursor.take(",");
        if (cursor.position() == before) cursor.skip();
    }
}

void read_alter_type(Cursor& cursor, Statement& statement) {
    statement.names.push_back(cursor.take_name());
    Action action;
    const std::size_t begin = cursor.position();
    const auto take_value = [&] {
        action.shown = sql::string_value(cursor.peek().text);
        action.name = action.shown;
    };
    if (cursor.take({"add", "value"})) {
        action.kind = Kind::add_value;
        action.conditional = cursor.take({"if", "not", "exists"});
        take_value();
    } else if (cursor.take({"rename", "value"})) {
        action.kind = Kind::rename_value;
        take_value();
    } else if (cursor.take({"drop", "value"})) {
        action.kind = Kind::drop_value;
        take_value();
    } else if (cursor.take({"rename", "to"})) {
        action.kind = Kind::rename_table;
        action.new_name = cursor.take_name();
    }
    cursor.skip_to({";"});
    action.place = cursor.place_from(begin);
    statement.actions.push_back(std::move(action));
}

}  // namespace quarry::sql_lint
