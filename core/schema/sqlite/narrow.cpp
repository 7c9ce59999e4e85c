#include "core/schema/sqlite/narrow.h"

#include <algorithm>
#include <iterator>

#include "core/base/text.h"
#include "core/schema/sqlite/compare.h"
#include "core/sql/lexemes.h"

namespace quarry::schema::sqlite {
namespace {

using TableNames = std::set<std::string>;

/// TableNames and strings of a text: SQLite takes one for the other.
void add_words(std::string_view text, TableNames& words) {
    for (const sql::Lexeme& word : sql::lexemes(sql::Dialect::sqlite, text)) {
        words.insert(fold_name(word.kind == sql::TokenKind::string ? sql::string_value(word.text)
                                                                   : sql::name_of(sql::Dialect::sqlite, word)));
    }
}

/// What views, triggers and virtual tables mention.
void add_mentioned(const Model& model, TableNames& words) {
    for (const View& view : model.views) words.insert(view.mentions.begin(), view.mentions.end());
    for (const Trigger& trigger : model.triggers) {
        words.insert(fold_name(trigger.table));
        add_words(trigger.body.text, words);
    }
    for (const VirtualTable& table : model.virtual_tables) {
        for (const std::string& argument : table.arguments) add_words(argument, words);
    }
}

/// Tables of the first that are not the same in the second, or have an index that is not.
void add_changed(const Model& from, const Model& to, TableNames& changed) {
    for (const Table& table : from.tables) {
        const Table* other = find_object(to.tables, table.name);
        if (other == nullptr || compare_tables(table, *other)) changed.insert(fold_name(table.name));
    }
    for (const Index& index : from.indexes) {
        const Index* other = find_object(to.indexes, index.name);
        if (other == nullptr || !(*other == index)) changed.insert(fold_name(index.table));
    }
}

/// Both what a changed table refers to and what refers to it: an implied key may move.
void add_neighbours(const Model& model, const TableNames& changed, TableNames& needed) {
    for (const Table& table : model.tables) {
        const bool changes = changed.contains(fold_name(table.name));
        for (const Constraint& constraint : table.constraints) {
            if (constraint.kind != ConstraintKind::foreign_key) continue;
            if (changes) needed.insert(fold_name(constraint.parent));
            if (changed.contains(fold_name(constraint.parent))) needed.insert(fold_name(table.name));
        }
    }
}

template <typename Object>
void divide(const std::vector<Object>& objects, const TableNames& needed, const std::string Object::*table,
            std::vector<Object>& inside, std::vector<Object>* outside) {
    for (const Object& object : objects) {
        if (needed.contains(fold_name(object.*table))) {
            inside.push_back(object);
        } else if (outside != nullptr) {
            outside->push_back(object);
        }
    }
}

Model narrowed(const Model& model, const TableNames& needed, Model* rest) {
    Model result;
    result.virtual_tables = model.virtual_tables;
    result.views = model.views;
    result.triggers = model.triggers;
    divide<Table>(model.tables, needed, &Table::name, result.tables, rest == nullptr ? nullptr : &rest->tables);
    divide<Index>(model.indexes, needed, &Index::table, result.indexes, rest == nullptr ? nullptr : &rest->indexes);
    return result;
}

template <typename Object>
void merge_named(std::vector<Object>& objects, const std::vector<Object>& others) {
    const auto middle = static_cast<std::ptrdiff_t>(objects.size());
    objects.insert(objects.end(), others.begin(), others.end());
    std::inplace_merge(objects.begin(), objects.begin() + middle, objects.end(),
                       [](const Object& a, const Object& b) { return compare_names(a.name, b.name) < 0; });
}

}  // namespace

NarrowedModels narrow(const Model& from, const Model& to) {
    TableNames changed;
    add_changed(from, to, changed);
    add_changed(to, from, changed);
    TableNames needed = changed;
    for (const Model* model : {&from, &to}) {
        add_mentioned(*model, needed);
        add_neighbours(*model, changed, needed);
    }
    NarrowedModels result;
    result.from = narrowed(from, needed, &result.rest);
    result.to = narrowed(to, needed, nullptr);
    return result;
}

Model widened(Model model, const Model& rest) {
    merge_named(model.tables, rest.tables);
    merge_named(model.indexes, rest.indexes);
    return model;
}

}  // namespace quarry::schema::sqlite
