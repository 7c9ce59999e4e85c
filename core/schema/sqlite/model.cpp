#include "core/schema/sqlite/model.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/text.h"

namespace quarry::schema::sqlite {
namespace {

std::string conflict_sql(std::string_view conflict) {
    return conflict.empty() ? "" : fmt::format(" ON CONFLICT {}", conflict);
}

std::string constraint_prefix(std::string_view name) {
    return name.empty() ? "" : fmt::format("CONSTRAINT {} ", quoted_name(name));
}

/// Written in upper case as a rule; a plain name needs no quotes for that.
std::string collation_sql(const std::string& collation) {
    if (collation.empty()) return {};
    const std::string lower = fold_name(collation);
    return " COLLATE " + (quoted_name(lower) == lower ? collation : quoted_name(collation));
}

std::string key_column_sql(const KeyColumn& column) {
    return quoted_name(column.name) + collation_sql(column.collation) + (column.descending ? " DESC" : "");
}

std::string joined_columns(const std::vector<KeyColumn>& columns) {
    std::string list;
    for (const KeyColumn& column : columns) list += (list.empty() ? "" : ", ") + key_column_sql(column);
    return list;
}

std::string references_sql(const Constraint& key) {
    std::string text = "REFERENCES " + quoted_name(key.parent);
    std::string columns;
    for (const std::string& column : key.parent_columns) columns += (columns.empty() ? "" : ", ") + quoted_name(column);
    if (!columns.empty()) text += "(" + columns + ")";
    if (!key.on_delete.empty()) text += " ON DELETE " + key.on_delete;
    if (!key.on_update.empty()) text += " ON UPDATE " + key.on_update;
    if (!key.match.empty()) text += " MATCH " + key.match;
    if (key.deferred) text += " DEFERRABLE INITIALLY DEFERRED";
    return text;
}

}  // namespace

Affinity Column::affinity() const {
    const std::string lower = ascii_lower(type);
    const auto has = [&](std::string_view word) { return lower.find(word) != std::string::npos; };
    if (has("int")) return Affinity::integer;
    if (has("char") || has("clob") || has("text")) return Affinity::text;
    if (has("blob") || lower.empty()) return Affinity::blob;
    if (has("real") || has("floa") || has("doub")) return Affinity::real;
    return Affinity::numeric;
}

std::string Constraint::sql() const {
    const std::string prefix = constraint_prefix(name);
    switch (kind) {
        case ConstraintKind::primary_key:
            return fmt::format("{}PRIMARY KEY ({}{}){}", prefix, joined_columns(columns),
                               autoincrement ? " AUTOINCREMENT" : "", conflict_sql(conflict));
        case ConstraintKind::unique:
            return fmt::format("{}UNIQUE ({}){}", prefix, joined_columns(columns), conflict_sql(conflict));
        case ConstraintKind::foreign_key:
            return fmt::format("{}FOREIGN KEY ({}) {}", prefix, joined_columns(columns), references_sql(*this));
        case ConstraintKind::check: break;
    }
    return fmt::format("{}CHECK ({})", prefix, check.text);
}

std::optional<std::string> Constraint::column_sql() const {
    if (columns.size() != 1 || !columns.front().collation.empty()) return std::nullopt;
    const bool descending = columns.front().descending;
    const std::string prefix = constraint_prefix(name);
    switch (kind) {
        case ConstraintKind::primary_key:
            return fmt::format("{}PRIMARY KEY{}{}{}", prefix, descending ? " DESC" : "", conflict_sql(conflict),
                               autoincrement ? " AUTOINCREMENT" : "");
        case ConstraintKind::unique:
            if (descending) return std::nullopt;
            return fmt::format("{}UNIQUE{}", prefix, conflict_sql(conflict));
        case ConstraintKind::foreign_key: return prefix + references_sql(*this);
        case ConstraintKind::check: break;
    }
    return sql();
}

std::string Constraint::key() const {
    Constraint folded = *this;
    folded.name = fold_name(name);
    folded.parent = fold_name(parent);
    for (KeyColumn& column : folded.columns) {
        column.name = fold_name(column.name);
        column.collation = fold_name(column.collation);
    }
    for (std::string& column : folded.parent_columns) column = fold_name(column);
    folded.check.text = check.key;
    return folded.sql();
}

bool Constraint::mentions(std::string_view column) const {
    return std::any_of(columns.begin(), columns.end(),
                       [&](const KeyColumn& own) { return fold_name(own.name) == fold_name(column); });
}

const Column* Table::column(std::string_view wanted) const { return find_named(columns, wanted); }

const Constraint* Table::primary_key() const {
    const auto at = std::find_if(constraints.begin(), constraints.end(),
                                 [](const Constraint& c) { return c.kind == ConstraintKind::primary_key; });
    return at == constraints.end() ? nullptr : &*at;
}

const Column* Table::rowid_column() const {
    const Constraint* key = primary_key();
    if (without_rowid || key == nullptr || key->columns.size() != 1) return nullptr;
    const Column* own = column(key->columns.front().name);
    if (own == nullptr || ascii_lower(own->type) != "integer") return nullptr;
    return key->columns.front().descending ? nullptr : own;
}

bool Table::autoincrement() const {
    const Constraint* key = primary_key();
    return key != nullptr && key->autoincrement;
}

bool Table::refuses_null(const Column& own) const {
    if (own.not_null) return true;
    const Constraint* key = primary_key();
    return key != nullptr && key->mentions(own.name) && (without_rowid || (strict && &own != rowid_column()));
}

std::string Table::rowid_name() const {
    if (without_rowid) return {};
    for (const std::string_view candidate : {"rowid", "_rowid_", "oid"}) {
        if (column(candidate) == nullptr) return std::string(candidate);
    }
    return {};
}

std::string Table::column_sql(const Column& own) const {
    std::string text = quoted_name(own.name);
    if (!own.type.empty()) text += " " + own.type;
    const auto add = [&](ConstraintKind kind) {
        for (const Constraint& constraint : constraints) {
            const auto part =
                constraint.kind == kind && constraint.mentions(own.name) ? constraint.column_sql() : std::nullopt;
            if (part) text += " " + *part;
        }
    };
    add(ConstraintKind::primary_key);
    if (own.not_null) {
        text += fmt::format(" {}NOT NULL{}", constraint_prefix(own.not_null_name), conflict_sql(own.not_null_conflict));
    }
    add(ConstraintKind::unique);
    if (own.default_value) text += " DEFAULT " + own.default_value->text;
    text += collation_sql(own.collation);
    add(ConstraintKind::check);
    add(ConstraintKind::foreign_key);
    if (own.generated) {
        text += fmt::format(" GENERATED ALWAYS AS ({}) {}", own.generated->text, own.stored ? "STORED" : "VIRTUAL");
    }
    return text;
}

std::string Table::sql(std::string_view by_name) const {
    std::string text = fmt::format("CREATE TABLE {} (\n", quoted_name(by_name.empty() ? name : by_name));
    std::string between;
    const auto add = [&](const std::string& line) {
        text += between + "    " + line;
        between = ",\n";
    };
    for (const Column& own : columns) add(column_sql(own));
    for (const Constraint& constraint : constraints) {
        if (!constraint.column_sql()) add(constraint.sql());
    }
    text += "\n)";
    if (strict) text += " STRICT";
    if (without_rowid) text += strict ? ", WITHOUT ROWID" : " WITHOUT ROWID";
    return text;
}

std::string VirtualTable::sql(std::string_view by_name) const {
    std::string list;
    for (const std::string& argument : arguments) list += (list.empty() ? "" : ", ") + argument;
    return fmt::format("CREATE VIRTUAL TABLE {} USING {}{}", quoted_name(by_name.empty() ? name : by_name),
                       quoted_name(module), arguments.empty() ? "" : "(" + list + ")");
}

std::vector<std::string> VirtualTable::columns() const {
    std::vector<std::string> names;
    if (!is_fts() && !module.starts_with("rtree")) return names;
    for (const std::string& argument : arguments) {
        const auto words = sql::lexemes(sql::Dialect::sqlite, argument);
        const bool is_option = words.size() > 1 && words[1].text == "=";
        const std::size_t first = !words.empty() && words.front().text == "+" ? 1 : 0;  // An R*Tree's auxiliary column.
        if (!is_option && first < words.size()) names.push_back(sql::name_of(sql::Dialect::sqlite, words[first]));
    }
    return names;
}

std::optional<std::string> VirtualTable::option(std::string_view wanted) const {
    for (const std::string& argument : arguments) {
        const auto words = sql::lexemes(sql::Dialect::sqlite, argument);
        if (words.size() < 3 || !words[0].is(wanted) || words[1].text != "=") continue;
        return sql::name_of(sql::Dialect::sqlite, words[2]);
    }
    return std::nullopt;
}

std::string Index::sql() const {
    std::string list;
    for (const Expression& column : columns) list += (list.empty() ? "" : ", ") + column.text;
    return fmt::format("CREATE {}INDEX {} ON {} ({}){}", unique ? "UNIQUE " : "", quoted_name(name), quoted_name(table),
                       list, where.empty() ? "" : " WHERE " + where.text);
}

}  // namespace quarry::schema::sqlite
