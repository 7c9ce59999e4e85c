#include "core/sql_lint/history.h"

#include <algorithm>

#include "core/base/text.h"

namespace quarry::sql_lint {
namespace {

using Kind = Action::Kind;

bool is_view(ObjectKind kind) { return kind == ObjectKind::view || kind == ObjectKind::materialized_view; }

/// The words of a view that may be names, in lower case.
std::set<std::string> words_of(sql::Dialect dialect, const Statement& statement) {
    std::set<std::string> words;
    for (const sql::Lexeme& word : statement.words) {
        if (word.is_name()) words.insert(ascii_lower(sql::name_of(dialect, word)));
    }
    return words;
}

/// "users" of "audit.users".
std::string last_part(const std::string& key) { return key.substr(key.rfind('.') + 1); }

}  // namespace

void add_constraint(KnownTable& table, const Constraint& constraint) {
    if (constraint.not_valid && !constraint.name.empty()) table.not_valid.insert(constraint.name);
    if (constraint.kind == Constraint::Kind::foreign_key) table.foreign_keys.push_back(constraint);
    if (constraint.kind == Constraint::Kind::check && !constraint.not_null_column.empty()) {
        table.not_null_checks[constraint.name] = constraint.not_null_column;
    }
    const bool named = !constraint.name.empty() || !constraint.not_valid;
    if (constraint.kind == Constraint::Kind::check && named) table.checks.insert(constraint.name);
    if (constraint.kind == Constraint::Kind::primary_key) table.primary_keys.insert(constraint.name);
    if (constraint.kind != Constraint::Kind::primary_key && constraint.kind != Constraint::Kind::unique) return;
    if (!constraint.columns.empty()) table.keys.push_back(constraint.columns);
    for (const std::string& name : constraint.columns) {
        const auto column = table.columns.find(name);
        if (column == table.columns.end()) continue;
        column->second.key = column->second.key || constraint.columns.size() == 1;
        column->second.not_null = column->second.not_null || constraint.kind == Constraint::Kind::primary_key;
    }
}

void add_column(KnownTable& table, const Column& column) {
    const std::string name = ascii_lower(column.name.name);
    const bool key = column.primary_key || column.unique;
    table.columns[name] = {column.type, column.not_null || column.primary_key, key};
    table.autoincrement = table.autoincrement || column.autoincrement;
    if (column.checked) table.checks.insert("");
    if (key) table.keys.push_back({name});
    if (!column.references) return;
    Constraint constraint;
    constraint.kind = Constraint::Kind::foreign_key;
    constraint.columns = {name};
    constraint.references = *column.references;
    table.foreign_keys.push_back(std::move(constraint));
}

void History::apply(const Statement& statement) {
    if (statement.verb == Verb::create) create(statement);
    if (statement.verb == Verb::drop) drop(statement);
    if (statement.verb == Verb::alter) alter(statement);
}

void History::create(const Statement& statement) {
    if (statement.names.empty()) return;
    const std::string key = statement.name().key();
    if (statement.object == ObjectKind::table) {
        if (!statement.if_not_exists || tables_.find(key) == tables_.end()) create_table(statement);
    } else if (statement.object == ObjectKind::index) {
        indexes_[key] = {statement.table.key(), statement.indexed, statement.has_where};
    } else if (statement.object == ObjectKind::trigger) {
        triggers_[key] = statement.table.key();
    } else if (is_view(statement.object)) {
        views_[key] = words_of(dialect_, statement);
    } else {
        others_.insert({statement.object, key});
        if (statement.enumeration) enums_[key] = values_of(statement);
        if (statement.object != ObjectKind::function) return;
        functions_[last_part(key)] =
            std::none_of(statement.words.begin(), statement.words.end(),
                         [](const sql::Lexeme& word) { return word.is("immutable") || word.is("stable"); });
    }
}

void History::create_table(const Statement& statement) {
    KnownTable table;
    table.complete = !statement.from_query && !statement.partition && !statement.virtual_table;
    for (const Column& column : statement.columns) add_column(table, column);
    for (const Constraint& constraint : statement.constraints) add_constraint(table, constraint);
    tables_[statement.name().key()] = std::move(table);
}

void History::drop(const Statement& statement) {
    for (const Name& name : statement.names) {
        const std::string key = name.key();
        if (statement.object == ObjectKind::table) {
            tables_.erase(key);
            std::erase_if(indexes_, [&](const auto& one) { return one.second.table == key; });
            std::erase_if(triggers_, [&](const auto& one) { return one.second == key; });
        } else if (statement.object == ObjectKind::index) {
            indexes_.erase(key);
        } else if (statement.object == ObjectKind::trigger) {
            triggers_.erase(key);
        } else if (is_view(statement.object)) {
            views_.erase(key);
        } else {
            others_.erase({statement.object, key});
            if (statement.object == ObjectKind::type) enums_.erase(key);
        }
    }
}

void History::alter_enum(const Name& name, const Action& action) {
    const auto known = enums_.find(name.key());
    if (known == enums_.end()) return;
    if (action.kind == Kind::add_value) known->second.insert(action.name);
    if (action.kind == Kind::rename_value) known->second.erase(action.name);  // The new one is not looked for.
    if (action.kind != Kind::rename_table) return;
    Name renamed = action.new_name;
    renamed.schema = name.schema;
    auto node = enums_.extract(known);
    node.key() = renamed.key();
    enums_.insert(std::move(node));
}

void History::alter(const Statement& statement) {
    const Name& name = statement.name();
    for (const Action& action : statement.actions) {
        if (statement.object == ObjectKind::type) alter_enum(name, action);
        if (statement.object == ObjectKind::table) {
            if (action.kind == Kind::rename_table) {
                rename_table(name.key(), last_part(action.new_name.key()));
                return;
            }
            const auto [table, unknown] = tables_.try_emplace(name.key());
            if (unknown) table->second.complete = false;
            alter_table(table->second, name, action);
        } else if (action.kind == Kind::rename_table && others_.erase({statement.object, name.key()}) > 0) {
            others_.insert({statement.object, action.new_name.key()});
        }
    }
}

void History::alter_table(KnownTable& table, const Name& name, const Action& action) {
    const auto column = table.columns.find(action.name);
    const bool known = column != table.columns.end();
    switch (action.kind) {
        case Kind::add_column:
            if (!action.conditional || !known) add_column(table, action.column);
            break;
        case Kind::drop_column:
            table.columns.erase(action.name);
            std::erase_if(indexes_, [&](const auto& one) {
                const auto& columns = one.second.columns;
                return one.second.table == name.key() &&
                       std::find(columns.begin(), columns.end(), action.name) != columns.end();
            });
            std::erase_if(table.foreign_keys, [&](const Constraint& key) {
                return std::find(key.columns.begin(), key.columns.end(), action.name) != key.columns.end();
            });
            break;
        case Kind::rename_column:
            rename_column(table, action.name, last_part(action.new_name.key()), name.key());
            break;
        case Kind::set_type:
            if (known) column->second.type = action.column.type;
            break;
        case Kind::set_not_null:
        case Kind::drop_not_null:
            if (known) column->second.not_null = action.kind == Kind::set_not_null;
            break;
        case Kind::add_constraint: add_constraint(table, action.constraint); break;
        case Kind::validate_constraint: table.not_valid.erase(action.name); break;
        case Kind::drop_constraint:
            table.checks.erase(action.name);
            table.primary_keys.erase(action.name);
            table.not_null_checks.erase(action.name);
            table.not_valid.erase(action.name);
            std::erase_if(table.foreign_keys, [&](const Constraint& key) { return key.name == action.name; });
            break;
        default: break;
    }
}

void History::rename_table(const std::string& from, const std::string& to) {
    auto node = tables_.extract(from);
    const std::string key = from.find('.') == std::string::npos ? to : from.substr(0, from.rfind('.') + 1) + to;
    tables_.erase(key);
    if (node.empty()) {
        tables_[key].complete = false;
    } else {
        node.key() = key;
        tables_.insert(std::move(node));
    }
    for (auto& [name, index] : indexes_) index.table = index.table == from ? key : index.table;
    for (auto& [name, table] : triggers_) table = table == from ? key : table;
}

void History::rename_column(KnownTable& table, const std::string& from, const std::string& to, const std::string& key) {
    auto node = table.columns.extract(from);
    if (node.empty()) return;
    node.key() = to;
    table.columns.insert(std::move(node));
    const auto rename = [&](std::vector<std::string>& columns) {
        std::replace(columns.begin(), columns.end(), from, to);
    };
    for (auto& columns : table.keys) rename(columns);
    for (Constraint& constraint : table.foreign_keys) rename(constraint.columns);
    for (auto& [name, index] : indexes_) {
        if (index.table == key) rename(index.columns);
    }
}

const KnownTable* History::table(const Name& name) const {
    const auto found = tables_.find(name.key());
    return found == tables_.end() ? nullptr : &found->second;
}

const KnownColumn* History::column(const Name& name, std::string_view column) const {
    const KnownTable* known = table(name);
    if (known == nullptr) return nullptr;
    const auto found = known->columns.find(column);
    return found == known->columns.end() ? nullptr : &found->second;
}

bool History::knows(ObjectKind kind, const Name& name) const {
    const std::string key = name.key();
    if (kind == ObjectKind::table) return tables_.find(key) != tables_.end();
    if (kind == ObjectKind::index) return indexes_.find(key) != indexes_.end();
    if (kind == ObjectKind::trigger) return triggers_.find(key) != triggers_.end();
    if (is_view(kind)) return views_.find(key) != views_.end();
    return others_.find({kind, key}) != others_.end();
}

const std::set<std::string>* History::enum_values(const Name& name) const {
    const auto found = enums_.find(name.key());
    return found == enums_.end() ? nullptr : &found->second;
}

std::set<std::string> values_of(const Statement& statement) {
    std::set<std::string> values;
    for (const sql::Lexeme& word : statement.words) {
        if (word.kind == sql::TokenKind::string) values.insert(sql::string_value(word.text));
    }
    return values;
}

std::optional<bool> History::is_volatile(std::string_view function) const {
    const auto found = functions_.find(function);
    return found == functions_.end() ? std::nullopt : std::optional(found->second);
}

bool History::has_index_on(const Name& name, const std::vector<std::string>& columns) const {
    const auto covers = [&](const std::vector<std::string>& indexed) {
        return indexed.size() >= columns.size() && std::is_permutation(columns.begin(), columns.end(), indexed.begin());
    };
    const KnownTable* known = table(name);
    if (known != nullptr && std::any_of(known->keys.begin(), known->keys.end(), covers)) return true;
    const std::string key = name.key();
    return std::any_of(indexes_.begin(), indexes_.end(), [&](const auto& one) {
        return one.second.table == key && !one.second.partial && covers(one.second.columns);
    });
}

std::vector<std::string> History::referencing(const Name& name) const {
    std::vector<std::string> found;
    const std::string key = name.key();
    for (const auto& [child, table] : tables_) {
        const bool refers = std::any_of(table.foreign_keys.begin(), table.foreign_keys.end(),
                                        [&](const Constraint& one) { return one.references.table.key() == key; });
        if (refers && child != key) found.push_back(child);
    }
    return found;
}

std::vector<std::string> History::triggers_on(const Name& table) const {
    std::vector<std::string> found;
    for (const auto& [trigger, on] : triggers_) {
        if (on == table.key()) found.push_back(trigger);
    }
    return found;
}

std::vector<std::string> History::indexes_on(const Name& table) const {
    std::vector<std::string> found;
    for (const auto& [name, index] : indexes_) {
        if (index.table == table.key()) found.push_back(name);
    }
    return found;
}

std::vector<std::string> History::views_on(const Name& table) const {
    std::vector<std::string> found;
    for (const auto& [view, words] : views_) {
        if (words.find(ascii_lower(table.name)) != words.end()) found.push_back(view);
    }
    return found;
}

std::vector<std::string> History::indexes_on_column(const Name& table, const std::string& column) const {
    std::vector<std::string> found;
    for (const auto& [name, index] : indexes_) {
        const bool holds = std::find(index.columns.begin(), index.columns.end(), column) != index.columns.end();
        if (index.table == table.key() && holds) found.push_back(name);
    }
    return found;
}

}  // namespace quarry::sql_lint
