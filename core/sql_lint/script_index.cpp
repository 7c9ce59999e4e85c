#include "core/sql_lint/script_index.h"

#include <algorithm>

namespace quarry::sql_lint {
namespace {

using Kind = Action::Kind;

bool is_behind(const std::unordered_map<std::string, std::size_t>& last, const std::string& name, std::size_t index) {
    const auto found = last.find(name);
    return found != last.end() && found->second > index;
}

}  // namespace

ScriptIndex::ScriptIndex(std::span<const Statement> statements) {
    for (std::size_t i = 0; i < statements.size(); ++i) {
        const Statement& statement = statements[i];
        for (const Name& name : statement.names) {
            deeds_.try_emplace({statement.verb, statement.object, name.key()}, Span{i, i}).first->second.last = i;
        }
        if (statement.verb == Verb::create && !statement.names.empty()) created_[statement.name().key()] = i;
        if (statement.verb != Verb::alter) continue;
        for (const Action& action : statement.actions) {
            if (action.kind == Kind::rename_table) renamed_to_[action.new_name.name] = i;
        }
    }
}

bool ScriptIndex::makes_behind(std::size_t index, const Name& name) const {
    return is_behind(created_, name.key(), index) || is_behind(renamed_to_, name.name, index);
}

bool ScriptIndex::does_from(std::size_t index, Verb verb, ObjectKind object, const std::string& key) const {
    const auto found = deeds_.find({verb, object, key});
    return found != deeds_.end() && found->second.last >= index;
}

bool ScriptIndex::does_before(std::size_t index, Verb verb, ObjectKind object, const std::string& key) const {
    const auto found = deeds_.find({verb, object, key});
    return found != deeds_.end() && found->second.first < index;
}

void MadeObjects::apply(const Statement& statement) {
    if (statement.verb == Verb::create && !statement.names.empty() && !statement.temporary) {
        add({statement.object, statement.name(), {}, statement.table, statement.name().place});
    }
    if (statement.verb == Verb::drop) {
        for (const Name& name : statement.names) forget(statement.object, name, {});
    }
    for (const Action& action : statement.actions) {
        if (action.kind == Kind::rename_table) {
            rename(statement, action.new_name);
        } else if (statement.object == ObjectKind::table && action.kind == Kind::add_column) {
            add({ObjectKind::table, statement.name(), action.name, {}, action.place});
        } else if (action.kind == Kind::drop_column) {
            forget(ObjectKind::table, statement.name(), action.name);
        }
    }
}

bool MadeObjects::has(ObjectKind kind, const Name& name) const {
    const auto [begin, end] = by_key_.equal_range(name.key());
    return std::any_of(begin, end, [&](const auto& entry) {
        const Made& one = made_.at(entry.second);
        return one.kind == kind && one.column.empty();
    });
}

std::vector<Made> MadeObjects::all() const {
    std::vector<Made> list;
    for (const auto& [number, made] : made_) list.push_back(made);
    return list;
}

void MadeObjects::add(Made made) {
    by_key_.emplace(made.name.key(), next_);
    if (!made.table.empty()) by_table_.emplace(made.table.key(), next_);
    made_.emplace(next_++, std::move(made));
}

void MadeObjects::forget(ObjectKind kind, const Name& name, const std::string& column) {
    const std::string key = name.key();
    const bool whole_table = kind == ObjectKind::table && column.empty();
    std::set<std::size_t> gone;
    const auto [named, last_named] = by_key_.equal_range(key);
    for (auto entry = named; entry != last_named; ++entry) {
        const Made& one = made_.at(entry->second);
        const bool same = one.kind == kind && one.column == column;
        if (same || (whole_table && !one.column.empty())) gone.insert(entry->second);
    }
    const auto [on_table, last_on_table] = by_table_.equal_range(key);
    for (auto entry = on_table; whole_table && entry != last_on_table; ++entry) gone.insert(entry->second);
    const auto erase = [](auto& index, const std::string& of, std::size_t number) {
        auto [entry, end] = index.equal_range(of);
        while (entry != end) entry = entry->second == number ? index.erase(entry) : std::next(entry);
    };
    for (const std::size_t number : gone) {
        const Made& one = made_.at(number);
        erase(by_key_, one.name.key(), number);
        erase(by_table_, one.table.key(), number);
        made_.erase(number);
    }
}

void MadeObjects::rename(const Statement& statement, const Name& to) {
    std::vector<std::size_t> renamed;
    auto [entry, end] = by_key_.equal_range(statement.name().key());
    while (entry != end) {
        const bool same = made_.at(entry->second).kind == statement.object;
        if (same) renamed.push_back(entry->second);
        entry = same ? by_key_.erase(entry) : std::next(entry);
    }
    for (const std::size_t number : renamed) {
        made_.at(number).name = to;
        by_key_.emplace(to.key(), number);
    }
}

UndoneObjects::UndoneObjects(std::span<const Statement> down) {
    for (const Statement& statement : down) {
        if (statement.verb == Verb::drop) drop(statement);
        // CREATE OR REPLACE of what was there before gives the old one back.
        if (statement.verb == Verb::create) replaced_.insert({statement.object, statement.name().key()});
        if (statement.verb == Verb::alter) alter(statement);
    }
}

void UndoneObjects::drop(const Statement& statement) {
    cascades_ |= statement.cascade && !statement.names.empty();
    for (const Name& name : statement.names) {
        dropped_.insert({statement.object, name.key()});
        if (statement.object == ObjectKind::schema) schemas_.insert(name.name);
    }
}

void UndoneObjects::alter(const Statement& statement) {
    const Object object{statement.object, statement.name().key()};
    for (const Action& action : statement.actions) {
        if (action.kind == Kind::rename_table) renamed_.insert(object);
        if (action.kind == Kind::drop_constraint) constraints_.insert(action.name);
        if (action.kind == Kind::drop_column) tables_with_fewer_columns_.insert(object.second);
        if (action.kind == Kind::drop_column || action.kind == Kind::rename_column) {
            columns_.insert({object, action.name});
        }
    }
}

bool UndoneObjects::has(const Made& made) const {
    const Object object{made.kind, made.name.key()};
    if (cascades_ || dropped_.contains(object) || renamed_.contains(object)) return true;
    if (dropped_.contains({ObjectKind::table, made.table.key()}) || schemas_.contains(made.name.schema)) return true;
    if (made.column.empty() ? replaced_.contains(object) : columns_.contains({object, made.column})) return true;
    // An index goes with a column, and may be dropped as the constraint that it serves.
    return made.kind == ObjectKind::index &&
           (constraints_.contains(made.name.name) || tables_with_fewer_columns_.contains(made.table.key()));
}

}  // namespace quarry::sql_lint
