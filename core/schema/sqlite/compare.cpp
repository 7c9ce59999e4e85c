#include "core/schema/sqlite/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "core/base/text.h"
#include "core/schema/sqlite/dump.h"
#include "core/schema/sqlite/virtual_tables.h"

namespace quarry::schema::sqlite {
namespace {

constexpr std::size_t detail_width = 200;

std::string or_none(const std::string& text) { return text.empty() ? "none" : text; }

std::string phrase_text(const std::optional<Expression>& phrase) { return phrase ? phrase->text : "none"; }

std::string not_null_text(const Column& column) {
    if (!column.not_null) return "no";
    return "yes" + (column.not_null_conflict.empty() ? "" : " ON CONFLICT " + column.not_null_conflict) +
           (column.not_null_name.empty() ? "" : " (" + column.not_null_name + ")");
}

std::string generated_text(const Column& column) {
    if (!column.generated) return "no";
    return column.generated->text + (column.stored ? " STORED" : " VIRTUAL");
}

/// Collects "what: before -> after" for what differs.
class DetailList {
public:
    void add(bool differs, std::string_view what, const std::string& before, const std::string& after) {
        if (!differs) return;
        text_ += fmt::format("{}{}: {} -> {}", text_.empty() ? "" : "; ", what, before, after);
    }
    [[nodiscard]] const std::string& text() const noexcept { return text_; }

private:
    std::string text_;
};

std::string yes_or_no(bool value) { return value ? "yes" : "no"; }

std::vector<const Constraint*> only_in_first(const Table& first, const Table& second) {
    std::vector<std::string> keys;
    for (const Constraint& constraint : second.constraints) keys.push_back(constraint.key());
    std::vector<const Constraint*> only;
    for (const Constraint& constraint : first.constraints) {
        const auto at = std::find(keys.begin(), keys.end(), constraint.key());
        if (at == keys.end()) {
            only.push_back(&constraint);
        } else {
            keys.erase(at);
        }
    }
    return only;
}

void add_table_changes(std::vector<Change>& changes, const TableDifference& difference) {
    const std::string& table = difference.to->name;
    const auto add = [&](std::string kind, const std::string& object, std::string_view detail, bool destructive) {
        changes.push_back({std::move(kind), object, one_line(detail, detail_width), destructive});
    };
    if (!difference.options.empty()) add("change_table", table, difference.options, false);
    for (const Column* column : difference.dropped) {
        add("drop_column", table + "." + column->name, difference.from->column_sql(*column), !column->generated);
    }
    for (const Column* column : difference.added) {
        add("add_column", table + "." + column->name, difference.to->column_sql(*column), false);
    }
    for (const ColumnPair& pair : difference.changed) {
        add("change_column", table + "." + pair.to->name, column_difference(*pair.from, *pair.to),
            converts_values(*pair.from, *pair.to));
    }
    for (const Constraint* constraint : difference.dropped_constraints) {
        add("drop_constraint", table, constraint->sql(), false);
    }
    for (const Constraint* constraint : difference.added_constraints) {
        add("add_constraint", table, constraint->sql(), false);
    }
}

/// Adds, drops and changes of one kind of objects.
template <typename Object>
void add_object_changes(std::vector<Change>& changes, const std::string& kind, const std::vector<Object>& from,
                        const std::vector<Object>& to, const std::function<bool(const Object&)>& drop_destroys) {
    for (const Object& object : from) {
        const Object* other = find_object(to, object.name);
        if (other == nullptr) changes.push_back({"drop_" + kind, object.name, "", drop_destroys(object)});
    }
    for (const Object& object : to) {
        const Object* other = find_object(from, object.name);
        if (other != nullptr && *other == object) continue;
        const std::string detail = one_line(object.sql(), detail_width);
        if (other == nullptr) changes.push_back({"add_" + kind, object.name, detail, false});
        if (other != nullptr) changes.push_back({"change_" + kind, object.name, detail, false});
    }
}

}  // namespace

std::string column_difference(const Column& from, const Column& to) {
    DetailList details;
    details.add(fold_name(from.type) != fold_name(to.type), "type", or_none(from.type), or_none(to.type));
    details.add(fold_name(from.collation) != fold_name(to.collation), "collation",
                from.collation.empty() ? "BINARY" : from.collation, to.collation.empty() ? "BINARY" : to.collation);
    details.add(fold_name(not_null_text(from)) != fold_name(not_null_text(to)), "NOT NULL", not_null_text(from),
                not_null_text(to));
    details.add(from.default_value != to.default_value, "default", phrase_text(from.default_value),
                phrase_text(to.default_value));
    details.add(from.generated != to.generated || from.stored != to.stored, "generated", generated_text(from),
                generated_text(to));
    return details.text();
}

bool converts_values(const Column& from, const Column& to) {
    if (from.generated) return false;
    if (to.generated) return true;
    const Affinity before = from.affinity(), after = to.affinity();
    if (before == after || after == Affinity::blob) return false;
    const bool whole = before == Affinity::integer;
    return !(whole && (after == Affinity::numeric || after == Affinity::text)) &&
           !(before == Affinity::numeric && after == Affinity::integer);
}

std::optional<TableDifference> compare_tables(const Table& from, const Table& to) {
    if (from == to) return std::nullopt;  // Most are, and what follows takes longer.
    TableDifference difference{&from, &to, {}, {}, {}, only_in_first(to, from), only_in_first(from, to), {}};
    for (const Column& column : from.columns) {
        const Column* other = to.column(column.name);
        if (other == nullptr) difference.dropped.push_back(&column);
        if (other != nullptr && !column_difference(column, *other).empty())
            difference.changed.push_back({&column, other});
    }
    for (const Column& column : to.columns) {
        if (from.column(column.name) == nullptr) difference.added.push_back(&column);
    }
    DetailList options;
    options.add(from.strict != to.strict, "STRICT", yes_or_no(from.strict), yes_or_no(to.strict));
    options.add(from.without_rowid != to.without_rowid, "WITHOUT ROWID", yes_or_no(from.without_rowid),
                yes_or_no(to.without_rowid));
    difference.options = options.text();
    const bool same = difference.added.empty() && difference.dropped.empty() && difference.changed.empty() &&
                      difference.added_constraints.empty() && difference.dropped_constraints.empty() &&
                      difference.options.empty();
    if (same) return std::nullopt;
    return difference;
}

std::vector<Change> compare_models(const Model& from, const Model& to) {
    std::vector<Change> changes;
    for (const Table& table : from.tables) {
        if (find_object(to.tables, table.name) == nullptr) changes.push_back({"drop_table", table.name, "", true});
    }
    for (const Table* table : tables_in_order(to)) {
        if (find_object(from.tables, table->name) == nullptr) changes.push_back({"add_table", table->name, "", false});
    }
    for (const Table& table : to.tables) {
        const Table* before = find_object(from.tables, table.name);
        const auto difference = before == nullptr ? std::nullopt : compare_tables(*before, table);
        if (difference) add_table_changes(changes, *difference);
    }
    add_object_changes<VirtualTable>(changes, "virtual_table", from.virtual_tables, to.virtual_tables,
                                     [](const VirtualTable& table) { return holds_own_rows(table); });
    for (Change& change : changes) {
        if (change.kind != "change_virtual_table") continue;
        change.destructive = loses_rows(*find_object(from.virtual_tables, change.object),
                                        *find_object(to.virtual_tables, change.object));
    }
    add_object_changes<Index>(changes, "index", from.indexes, to.indexes, [](const Index&) { return false; });
    add_object_changes<View>(changes, "view", from.views, to.views, [](const View&) { return false; });
    add_object_changes<Trigger>(changes, "trigger", from.triggers, to.triggers, [](const Trigger&) { return false; });
    return changes;
}

}  // namespace quarry::schema::sqlite
