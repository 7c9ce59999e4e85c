#include "core/schema/postgresql/column_comparison.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/schema/postgresql/columns.h"
#include "core/schema/postgresql/names.h"
#include "core/sql/lexemes.h"

namespace quarry::schema::postgresql {
namespace {

[[noreturn]] void refuse_table(const Id& table, std::string why, const char* hint) {
    throw Error(ErrorCode::failed, fmt::format("cannot write a migration for the table {}", shown(table)), hint)
        .because(std::move(why));
}

std::string expression_of(const Catalog& catalog, const Id& table, const std::string& column) {
    const auto found = catalog.objects.find(default_id(table, column));
    return found == catalog.objects.end() ? std::string() : found->second.definition;
}

/// What a parent's column does not hand down.
std::vector<std::string> setting_details(const Column& before, const Column& after) {
    std::vector<std::string> details;
    const auto or_standard = [](const std::string& text) { return text.empty() ? "default" : text; };
    if (before.storage != after.storage) details.push_back("storage: " + or_standard(after.storage));
    if (before.compression != after.compression) details.push_back("compression: " + or_standard(after.compression));
    if (before.statistics_target != after.statistics_target) {
        details.push_back(fmt::format("statistics target: {}", after.statistics_target));
    }
    if (before.options != after.options) details.push_back("options: " + or_standard(after.options));
    return details;
}

std::vector<std::string> column_details(const Column& before, const Column& after) {
    std::vector<std::string> details;
    if (before.type != after.type) details.push_back(fmt::format("type: {} -> {}", before.type, after.type));
    if (before.collation != after.collation) {
        details.push_back(fmt::format("collation: {} -> {}", before.collation.empty() ? "default" : before.collation,
                                      after.collation.empty() ? "default" : after.collation));
    }
    if (before.not_null != after.not_null) details.emplace_back(after.not_null ? "NOT NULL" : "may be NULL");
    if (before.identity != after.identity) {
        details.push_back(after.identity.empty() ? "no longer an identity" : "identity " + after.identity);
    } else if (before.sequence != after.sequence) {
        details.emplace_back("options of its identity");
    }
    for (std::string& setting : setting_details(before, after)) details.push_back(std::move(setting));
    return details;
}

class TableComparer {
public:
    TableComparer(const Catalog& from, const Catalog& to, const Id& id)
        : from_(from),
          to_(to),
          id_(id),
          before_(from.tables.at(id)),
          after_(to.tables.at(id)),
          moves_(moves(from, to, id)) {}

    TableDifference made() {
        if (is_repartitioned(from_, to_, id_)) rebuild();
        if (moves_) note_table(place_of(after_));
        for (const Column& column : before_.columns) {
            if (after_.find(column.name) == nullptr) drop(column);
        }
        for (const Column& column : after_.columns) {
            if (const Column* before = before_.find(column.name)) {
                compare_columns(*before, column);
            } else if (!column.inherited || moves_) {
                note("add_column", column.name, column.type);
            }
        }
        compare_settings();
        if (result_.rebuilt) result_.recreated.clear();
        return std::move(result_);
    }

private:
    /// Neither can be altered: how a table is partitioned, and the columns of the key.
    void rebuild() {
        if (before_.is_partition() || after_.is_partition()) {
            refuse_table(id_, "it is a partition, and is partitioned in another way",
                         "write three migrations, with a wanted schema for each: detach it from its parent, change how "
                         "it is partitioned, attach it again");
        }
        for (const auto& [id, table] : from_.tables) {
            const bool part = table.is_partition() && table.parents.front() == id_;
            if (part && moves(from_, to_, id)) {
                refuse_table(
                    id_, fmt::format("it is partitioned in another way, and {} leaves it", shown(id)),
                    "write two migrations, with a wanted schema for each: detach the partition, then change how "
                    "the table is partitioned");
            }
        }
        result_.rebuilt = true;
        if (before_.partition_by == after_.partition_by) return;
        note_table(after_.partition_by.empty() ? "no longer partitioned" : "partitioned by " + after_.partition_by);
    }

    static std::string place_of(const Table& table) {
        if (table.parents.empty()) return "a table of its own";
        std::vector<std::string> parents;
        for (const Id& parent : table.parents) parents.push_back(shown(parent));
        return fmt::format("{} {}", table.is_partition() ? "partition of" : "inherits from", fmt::join(parents, ", "));
    }

    void note(std::string kind, const std::string& column, std::string detail, bool destructive = false) {
        result_.any = true;
        result_.changes.push_back({std::move(kind), shown(id_, column), std::move(detail), destructive});
    }
    void note_table(std::string detail) {
        result_.any = true;
        result_.changes.push_back({"change_table", shown(id_), std::move(detail), false});
    }

    void drop(const Column& column) {
        result_.gone.insert(column.name);
        if (column.inherited && !moves_) return;
        if (!result_.rebuilt) require_no_partition_key(from_, id_, column.name);
        note("drop_column", column.name, column.type, !column.generated);
    }

    void compare_columns(const Column& before, const Column& after) {
        if (before.also_local != after.also_local && !moves_) {
            result_.changes.push_back(
                {"not_written", shown(id_, after.name),
                 after.also_local ? "the table's own, in addition to the parent's" : "the parent's alone", false,
                 true});
        }
        std::vector<std::string> details = column_details(before, after);
        const bool retyped = before.type != after.type || before.collation != after.collation;
        const bool new_expression =
            after.generated && (!before.generated || before.computed_on_read != after.computed_on_read ||
                                expression_of(from_, id_, before.name) != expression_of(to_, id_, after.name));
        if (retyped) result_.retyped.insert(after.name);
        // A generated column of another type is computed anew as well: its expression may not fit the old type.
        const bool recreated = new_expression || (after.generated && retyped);
        if (recreated) result_.recreated.insert(after.name);
        if (before.generated != after.generated) {
            details.emplace_back(after.generated ? "generated" : "no longer generated");
        } else if (new_expression) {
            details.emplace_back("generated from another expression");
        }
        if (after.inherited && !moves_) return compare_inherited(before, after);
        if (details.empty()) return;
        if ((retyped || recreated) && !result_.rebuilt) require_no_partition_key(from_, id_, before.name);
        const bool loses = !before.generated && (recreated || (retyped && narrows(before, after)));
        note("change_column", after.name, fmt::format("{}", fmt::join(details, "; ")), loses);
    }

    /// What a column has beside its parent's: the rest changes with that.
    void compare_inherited(const Column& before, const Column& after) {
        const std::vector<std::string> settings = setting_details(before, after);
        if (!settings.empty()) note("change_column", after.name, fmt::format("{}", fmt::join(settings, "; ")));
        if (before.drops_default != after.drops_default) {
            note("change_column", after.name,
                 after.drops_default ? "no default of its parent" : "default of its parent");
        }
        const auto with_parents = [&](const Id& parent) {
            const auto from = from_.tables.find(parent), to = to_.tables.find(parent);
            if (from == from_.tables.end() || to == to_.tables.end()) return false;
            const Column *old_column = from->second.find(after.name), *new_column = to->second.find(after.name);
            return old_column != nullptr && new_column != nullptr && old_column->not_null != new_column->not_null;
        };
        if (before.not_null == after.not_null) return;
        if (std::any_of(after_.parents.begin(), after_.parents.end(), with_parents)) return;
        note("change_column", after.name, after.not_null ? "NOT NULL" : "may be NULL");
    }

    void compare_settings() {
        if (before_.unlogged != after_.unlogged) note_table(after_.unlogged ? "UNLOGGED" : "LOGGED");
        if (before_.options != after_.options) note_table("storage options: " + after_.options);
        if (before_.bound != after_.bound && !moves_) {
            note_table(fmt::format("bounds: {} -> {}", before_.bound, after_.bound));
        }
        if (before_.replica_identity != after_.replica_identity && after_.replica_identity != "USING INDEX") {
            note_table("replica identity: " + after_.replica_identity);
        }
        if (before_.row_security != after_.row_security) {
            note_table(after_.row_security ? "row-level security on" : "row-level security off");
        }
        if (before_.forced_row_security != after_.forced_row_security) {
            note_table(after_.forced_row_security ? "row-level security for its owner too"
                                                  : "row-level security not for its owner");
        }
    }

    const Catalog& from_;
    const Catalog& to_;
    const Id& id_;
    const Table& before_;
    const Table& after_;
    const bool moves_;
    TableDifference result_;
};

}  // namespace

TableDifference compare_tables(const Catalog& from, const Catalog& to, const Id& table) {
    return TableComparer(from, to, table).made();
}

bool moves(const Catalog& from, const Catalog& to, const Id& table) {
    const auto before = from.tables.find(table), after = to.tables.find(table);
    if (before == from.tables.end() || after == to.tables.end()) return false;
    return before->second.parents != after->second.parents ||
           before->second.is_partition() != after->second.is_partition();
}

bool is_attached_anew(const Catalog& from, const Catalog& to, const Id& table) {
    const auto after = to.tables.find(table);
    if (after == to.tables.end() || !after->second.is_partition()) return false;
    const auto before = from.tables.find(table);
    return before == from.tables.end() || before->second.bound != after->second.bound || moves(from, to, table);
}

namespace {

bool is_in_key(const Table& table, const std::string& column) {
    const std::vector<sql::Lexeme> tokens = sql::lexemes(sql::Dialect::postgresql, table.partition_by);
    return std::any_of(tokens.begin(), tokens.end(), [&](const sql::Lexeme& token) {
        return token.is_name() && sql::name_of(sql::Dialect::postgresql, token) == column;
    });
}

}  // namespace

bool is_repartitioned(const Catalog& from, const Catalog& to, const Id& table) {
    const auto before = from.tables.find(table), after = to.tables.find(table);
    if (before == from.tables.end() || after == to.tables.end()) return false;
    if (before->second.partition_by != after->second.partition_by) return true;
    if (before->second.partition_by.empty()) return false;
    const std::vector<Column>& columns = before->second.columns;
    return std::any_of(columns.begin(), columns.end(), [&](const Column& column) {
        const Column* now = after->second.find(column.name);
        const bool same = now != nullptr && now->type == column.type && now->collation == column.collation;
        return !same && is_in_key(before->second, column.name);
    });
}

bool is_part_of_repartitioned(const Catalog& from, const Catalog& to, const Id& table) {
    const auto before = from.tables.find(table), after = to.tables.find(table);
    const bool part = before != from.tables.end() && after != to.tables.end() && before->second.is_partition() &&
                      before->second.parents == after->second.parents && after->second.is_partition();
    if (!part) return false;
    const Id& parent = before->second.parents.front();
    return (is_repartitioned(from, to, parent) && !from.tables.at(parent).is_partition()) ||
           is_part_of_repartitioned(from, to, parent);
}

void require_no_partition_key(const Catalog& catalog, const Id& table, const std::string& column) {
    if (!is_in_key(catalog.tables.at(table), column)) return;
    refuse_table(table, fmt::format("it is partitioned by the column {}, which then cannot change", column),
                 "in a migration written by hand: create another table, copy the rows, and drop this one");
}

CompositeChange compare_attributes(const std::vector<Column>& from, const std::vector<Column>& to) {
    const auto find = [](const std::vector<Column>& columns, const std::string& name) {
        return std::find_if(columns.begin(), columns.end(), [&](const Column& c) { return c.name == name; });
    };
    bool same_types = true;
    std::vector<std::string> kept;
    for (const Column& attribute : from) {
        const auto after = find(to, attribute.name);
        if (after == to.end()) continue;
        kept.push_back(attribute.name);
        same_types = same_types && attribute.type == after->type && attribute.collation == after->collation;
    }
    // What is added can only stand at the end.
    const bool same_order =
        kept.size() <= to.size() &&
        std::equal(kept.begin(), kept.end(), to.begin(), [](const auto& k, const Column& c) { return k == c.name; });
    const bool same_members = kept.size() == from.size() && kept.size() == to.size();
    if (!same_order || (!same_members && !same_types)) return CompositeChange::order;
    if (!same_members) return CompositeChange::members;
    return same_types ? CompositeChange::none : CompositeChange::types;
}

}  // namespace quarry::schema::postgresql
