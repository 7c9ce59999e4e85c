#include "core/schema/postgresql/comparison.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/schema/postgresql/column_comparison.h"
#include "core/schema/postgresql/names.h"
#include "core/schema/postgresql/other_comparison.h"
#include "core/schema/postgresql/type_comparison.h"

namespace quarry::schema::postgresql {
namespace {

enum class Step : std::uint8_t { keep, alter, replace };

/// How hard a change is on what needs the changed object.
enum class Touch : std::uint8_t { none, renamed, retyped, gone };

std::string detail_of(std::string_view before, std::string_view after) {
    return fmt::format("{} -> {}", one_line(before, 60), one_line(after, 60));
}

class Comparer {
public:
    Comparer(const Catalog& from, const Catalog& to, const Renaming& renaming)
        : result_{renamed(from, renaming), {}, {}, {}, {}, {}, {}, {}, {}, {}, {}}, from_(result_.from), to_(to) {
        note_renames(renaming);
    }

    Comparison made() {
        match_sequences();
        match_by_definition();
        for (const auto& [id, object] : from_.objects) {
            const auto after = to_.objects.find(id);
            if (after == to_.objects.end()) {
                lose(object);
            } else {
                compare_objects(object, after->second);
            }
        }
        for (const auto& [id, object] : to_.objects) {
            if (from_.objects.count(id) == 0) gain(object);
        }
        replace_incomplete();
        spread();
        compare_others(from_, to_, result_);
        return std::move(result_);
    }

private:
    void note_renames(const Renaming& renaming) {
        result_.changes = rename_changes(from_, renaming);
        for (const auto& [before, after] : renaming.objects) {
            const Kind kind = after.kind;
            const bool relation = kind == Kind::table || kind == Kind::view || kind == Kind::materialized_view;
            if (relation) touch({after, {}}, Touch::renamed);
        }
        for (const auto& [id, names] : renaming.columns) {
            const Id after = renaming.object(id);
            if (id.kind != Kind::table && id.kind != Kind::composite_type) views_with_other_columns_.insert(after);
            for (const auto& [old_name, new_name] : names) touch({after, new_name}, Touch::renamed);
        }
    }

    void change(std::string kind, std::string object, std::string detail = {}, bool destructive = false) {
        result_.changes.push_back({std::move(kind), std::move(object), std::move(detail), destructive});
    }
    void touch(const Reference& reference, Touch how) { touched_[reference] = std::max(touched_[reference], how); }

    /// A sequence belongs to its column, whatever it is called.
    void match_sequences() {
        for (const auto& [id, sequence] : std::map<Id, Sequence>(from_.sequences)) {
            if (sequence.owner_table.empty() || to_.objects.count(id) > 0) continue;
            for (const auto& [other, candidate] : to_.sequences) {
                const bool same = candidate.owner_table == sequence.owner_table &&
                                  candidate.owner_column == sequence.owner_column && other.schema == id.schema;
                if (same && from_.objects.count(other) == 0) {
                    rename(id, other);
                    break;
                }
            }
        }
    }

    /// The same index or constraint under another name is renamed, not built again.
    void match_by_definition() {
        // What is attached to something is the same again only once that has its new name.
        while (match_once()) continue;
    }

    bool match_once() {
        std::vector<std::pair<Id, Id>> pairs;
        std::set<Id> taken;
        for (const auto& [id, object] : from_.objects) {
            if (id.kind != Kind::index && id.kind != Kind::constraint) continue;
            if (to_.objects.count(id) > 0) continue;
            for (const auto& [other, candidate] : to_.objects) {
                const bool same = other.kind == id.kind && other.schema == id.schema && other.table == id.table &&
                                  candidate.on == object.on && candidate.signature == object.signature &&
                                  candidate.attached_to == object.attached_to && candidate.state == object.state &&
                                  candidate.definition == object.definition;
                if (!same || from_.objects.count(other) > 0 || !taken.insert(other).second) continue;
                pairs.emplace_back(id, other);
                break;
            }
        }
        for (const auto& [id, other] : pairs) rename(id, other);
        return !pairs.empty();
    }

    void rename(const Id& from, const Id& to) {
        rename_object(result_.from, from, to);
        result_.renamed_objects.emplace_back(from, to);
        change(fmt::format("rename_{}", kind_name(from.kind)), shown(from), "to " + to.name);
    }

    void lose(const Object& object) {
        const Id& id = object.id;
        if (id == Id{Kind::schema, {}, {}, "public"}) return;
        const bool heir = to_.tables.count(table_of(object)) > 0 && !moves(from_, to_, table_of(object));
        if (object.merged && heir) return leave_to_hand(id, "the parent's alone");
        result_.gone.insert(id);
        touch({id, {}}, Touch::gone);
        if (id.kind == Kind::column_default) return lose_default(object);
        const Id table = table_id(id.schema, id.table);
        if (!id.table.empty() && from_.tables.count(table) > 0 && to_.tables.count(table) == 0) return;
        if (is_owned_by_lost_table(id)) return;
        if (is_attached(object)) {
            // An index leaves its parent's only together with it, or with its table.
            if (moves(from_, to_, table_of(object)))
                return change(fmt::format("drop_{}", kind_name(id.kind)), shown(id));
            if (to_.objects.count(object.attached_to) == 0 || to_.tables.count(table_of(object)) == 0) return;
            replace(object.attached_to);
        }
        const bool destructive = id.kind == Kind::table || id.kind == Kind::sequence;
        change(fmt::format("drop_{}", kind_name(id.kind)), shown(id), {}, destructive);
    }

    void leave_to_hand(const Id& id, const char* how) {
        result_.changes.push_back({"not_written", shown(id), how, false, true});
    }

    /// Whether the table of a constraint is there already, and so is the same constraint of its parent.
    [[nodiscard]] bool is_parents_before(const Object& object) const {
        if (from_.tables.count(table_of(object)) == 0) return false;
        const auto& parents = to_.tables.at(table_of(object)).parents;
        return std::any_of(parents.begin(), parents.end(), [&](const Id& parent) {
            return from_.objects.count({Kind::constraint, parent.schema, parent.name, object.id.name}) > 0;
        });
    }

    void lose_default(const Object& object) {
        const Id table = table_id(object.id.schema, object.id.table);
        const auto before = from_.tables.find(table), after = to_.tables.find(table);
        if (before == from_.tables.end() || after == to_.tables.end()) return;
        const Column* old_column = before->second.find(object.id.name);
        const Column* new_column = after->second.find(object.id.name);
        if (old_column == nullptr || new_column == nullptr || old_column->generated != new_column->generated) return;
        change("change_column", shown(table, object.id.name), "no default");
    }

    [[nodiscard]] bool is_owned_by_lost_table(const Id& id) const {
        const auto sequence = from_.sequences.find(id);
        if (sequence == from_.sequences.end() || sequence->second.owner_table.empty()) return false;
        return to_.tables.count(table_id(id.schema, sequence->second.owner_table)) == 0;
    }

    void gain(const Object& object) {
        const Id& id = object.id;
        if (object.merged && is_parents_before(object)) {
            if (moves(from_, to_, table_of(object))) return;  // It gets it to be able to inherit.
            return leave_to_hand(id, "the table's own, in addition to the parent's");
        }
        result_.made.insert(id);
        const Id table = table_id(id.schema, id.table);
        if (is_attached(object) &&
            (from_.objects.count(object.attached_to) == 0 || from_.tables.count(table_of(object)) == 0)) {
            return;
        }
        if (!id.table.empty() && to_.tables.count(table) > 0) {
            const auto before = from_.tables.find(table);
            if (before == from_.tables.end()) return;
            if (id.kind == Kind::column_default) {
                const Column* old_column = before->second.find(id.name);
                const Column* new_column = to_.tables.at(table).find(id.name);
                if (old_column != nullptr && old_column->generated == new_column->generated) {
                    change("change_column", shown(table, id.name), "default: " + one_line(object.definition, 60));
                }
                return;
            }
        }
        change(fmt::format("add_{}", kind_name(id.kind)), shown(id));
    }

    void compare_objects(const Object& before, const Object& after) {
        const Id& id = before.id;
        std::string detail;
        const Step step = step_of(before, after, detail);
        const bool same_extras = before.comment == after.comment && before.column_comments == after.column_comments &&
                                 before.grants == after.grants && before.clustered == after.clustered &&
                                 before.replica_identity == after.replica_identity &&
                                 before.statistics_targets == after.statistics_targets &&
                                 before.column_defaults == after.column_defaults;
        if (step == Step::replace) replace(id);
        if (step == Step::alter || (step == Step::keep && !same_extras)) result_.altered.insert(id);
        if (step != Step::keep && id.kind == Kind::column_default) {
            if (result_.recreated_columns.count({table_id(id.schema, id.table), id.name}) == 0) {
                change("change_column", shown(id), "default: " + detail);
            }
        } else if (step != Step::keep && id.kind != Kind::table) {
            change(fmt::format("change_{}", kind_name(id.kind)), shown(id), detail, loses_values(from_, to_, id));
        }
        if (before.comment != after.comment || before.column_comments != after.column_comments) {
            change("change_comment", shown(id));
        }
        if (before.grants != after.grants) change("change_grants", shown(id));
        if (before.owner != after.owner) {
            const auto named = [](const std::string& owner) { return owner.empty() ? "the current user" : owner; };
            change("change_owner", shown(id), fmt::format("{} -> {}", named(before.owner), named(after.owner)));
        }
        for (std::string& detail : differing_settings(before, after)) {
            change(fmt::format("change_{}", kind_name(id.kind)), shown(id), std::move(detail));
        }
    }

    void replace(const Id& id) {
        result_.gone.insert(id);
        result_.made.insert(id);
        touch({id, {}}, Touch::gone);
        replace_parent_of(from_.objects.at(id));
    }

    /// An index on a partition cannot be dropped without its parent's, unless the table leaves that.
    void replace_parent_of(const Object& object) {
        if (!is_attached(object) || moves(from_, to_, table_of(object))) return;
        if (to_.objects.count(object.attached_to) > 0) replace(object.attached_to);
    }

    /// A partition that comes anew gets every index of its parent, also one that it is to be without.
    void replace_incomplete() {
        for (const auto& [id, object] : to_.objects) {
            if (!object.only || object.state.empty() || from_.objects.count(id) == 0) continue;
            for (const auto& [table, partition] : to_.tables) {
                if (!partition.is_partition() || partition.parents.front() != table_of(object)) continue;
                const bool has = std::any_of(to_.objects.begin(), to_.objects.end(), [&](const auto& entry) {
                    return entry.second.attached_to == id && table_of(entry.second) == table;
                });
                if (!has && is_attached_anew(from_, to_, table)) replace(id);
            }
        }
    }

    static bool is_attached(const Object& object) { return !object.attached_to.name.empty(); }

    /// Of an index, or a constraint with one, that is the same but for what it is attached to, and its state.
    Step compare_attached(const Object& before, const Object& after, std::string& detail) {
        const auto table = from_.tables.find(table_of(before));
        const bool partitioned = table != from_.tables.end() && !table->second.partition_by.empty();
        // It becomes valid when the last partition has its own attached.
        const bool same_state = before.state == after.state || (partitioned && after.state.empty());
        if (!same_state) detail = after.state.empty() ? "valid" : partitioned ? "ONLY" : "invalid";
        if (before.attached_to == after.attached_to) return same_state ? Step::keep : Step::replace;
        if (moves(from_, to_, table_of(before)) && same_state) return is_attached(after) ? Step::alter : Step::keep;
        detail = is_attached(after) ? "attached to " + shown(after.attached_to) : "attached no longer";
        return same_state && !is_attached(before) ? Step::alter : Step::replace;
    }

    Step step_of(const Object& before, const Object& after, std::string& detail) {
        const Id& id = before.id;
        if (before.definition != after.definition) detail = detail_of(before.definition, after.definition);
        const bool same =
            before.definition == after.definition && before.signature == after.signature && before.on == after.on;
        switch (id.kind) {
            case Kind::schema: return Step::keep;
            case Kind::collation:
                if (!same) require_no_column_of_collation(from_, to_, id);
                return same ? Step::keep : Step::replace;
            case Kind::extension: return same ? Step::keep : Step::alter;
            case Kind::enum_type: return compare_enum(id, detail);
            case Kind::composite_type: return compare_composite(id, detail);
            case Kind::domain: return compare_domain(id, detail);
            case Kind::sequence: return compare_sequence(id, detail);
            case Kind::table: return compare_table(id);
            case Kind::function:
                if (same) return Step::keep;
                return before.signature == after.signature ? Step::alter : Step::replace;
            case Kind::column_default: return compare_default(before, after);
            case Kind::constraint:
                if (same) return compare_attached(before, after, detail);
                return before.definition == after.definition + " NOT VALID" ? Step::alter : Step::replace;
            case Kind::index: return same ? compare_attached(before, after, detail) : Step::replace;
            case Kind::rule:
            case Kind::trigger:
                if (!same) return Step::replace;
                if (before.state != after.state) detail = "enabled or disabled";
                return before.state == after.state ? Step::keep : Step::alter;
            case Kind::view:
            case Kind::materialized_view:
                if (same) return Step::keep;
                // Its columns have the wanted names by then, and its query may be the same in other words.
                return views_with_other_columns_.count(id) > 0 ? Step::alter : Step::replace;
            default: return same && before.state == after.state ? Step::keep : Step::replace;
        }
    }

    Step compare_enum(const Id& id, std::string& detail) {
        const auto &before = from_.enums.at(id), &after = to_.enums.at(id);
        if (before == after) return Step::keep;
        detail = detail_of(fmt::format("{}", fmt::join(before, ", ")), fmt::format("{}", fmt::join(after, ", ")));
        return only_adds_values(before, after) ? Step::alter : Step::replace;
    }

    Step compare_composite(const Id& id, std::string& detail) {
        const CompositeChange how = compare_attributes(from_.composites.at(id), to_.composites.at(id));
        if (how == CompositeChange::none) return Step::keep;
        detail = "its attributes";
        if (how == CompositeChange::types) touch({id, {}}, Touch::retyped);
        for (const std::string& attribute : lost_attributes(from_, to_, id)) touch({id, attribute}, Touch::gone);
        if (how == CompositeChange::members || !is_stored(from_, id)) {
            return how == CompositeChange::order ? Step::replace : Step::alter;
        }
        if (how == CompositeChange::types) return Step::replace;
        throw Error(ErrorCode::failed, fmt::format("cannot change the type {} of columns that hold rows", shown(id)),
                    "in a migration written by hand: create another type, add a column of it, and copy the values")
            .because("the attributes change their order, and values are stored by position");
    }

    Step compare_domain(const Id& id, std::string& detail) {
        const Domain &before = from_.domains.at(id), &after = to_.domains.at(id);
        if (before.type != after.type || before.collation != after.collation) {
            detail = detail_of(before.type, after.type);
            return Step::replace;
        }
        const bool same = before.default_value == after.default_value && before.not_null == after.not_null &&
                          before.constraints == after.constraints;
        if (!same) detail = "its default or constraints";
        return same ? Step::keep : Step::alter;
    }

    Step compare_sequence(const Id& id, std::string& detail) {
        const Sequence &before = from_.sequences.at(id), &after = to_.sequences.at(id);
        if (before.options != after.options) detail = "its options";
        const bool same_owner = before.owner_table == after.owner_table && before.owner_column == after.owner_column;
        if (!same_owner) detail = "its owner";
        if (before.unlogged != after.unlogged) detail = after.unlogged ? "UNLOGGED" : "LOGGED";
        const bool same = before.options == after.options && before.unlogged == after.unlogged;
        return same && same_owner ? Step::keep : Step::alter;
    }

    Step compare_default(const Object& before, const Object& after) {
        const Id table = table_id(before.id.schema, before.id.table);
        const Column* old_column = from_.tables.at(table).find(before.id.name);
        const Column* new_column = to_.tables.at(table).find(before.id.name);
        if (old_column != nullptr && new_column != nullptr && new_column->generated) {
            const bool same = old_column->generated && before.definition == after.definition;
            return same ? Step::keep : Step::replace;
        }
        return before.definition == after.definition ? Step::keep : Step::alter;
    }

    Step compare_table(const Id& id) {
        if (is_part_of_repartitioned(from_, to_, id)) {
            const Table &before = from_.tables.at(id), &after = to_.tables.at(id);
            if (before.bound != after.bound) {
                change("change_table", shown(id), fmt::format("bounds: {} -> {}", before.bound, after.bound));
            }
            result_.rebuilt_parts.insert(id);
            return Step::replace;
        }
        TableDifference difference = compare_tables(from_, to_, id);
        for (Change& found : difference.changes) result_.changes.push_back(std::move(found));
        for (const std::string& column : difference.gone) touch({id, column}, Touch::gone);
        for (const std::string& column : difference.retyped) touch({id, column}, Touch::retyped);
        for (const std::string& column : difference.recreated) {
            touch({id, column}, Touch::gone);
            result_.recreated_columns.insert({id, column});
        }
        if (difference.rebuilt) result_.rebuilt.insert(id);
        return difference.rebuilt ? Step::replace : difference.any ? Step::alter : Step::keep;
    }

    /// Whether a change to what it needs forces an object to be dropped first and made again after.
    static bool stands_in_the_way(const Object& object, Touch touch) {
        switch (object.id.kind) {
            case Kind::table:
            case Kind::sequence:
            case Kind::schema:
            case Kind::extension: return false;
            case Kind::function:
            case Kind::aggregate:
            case Kind::statistics:
            case Kind::view:
            case Kind::materialized_view:
            case Kind::rule:
            case Kind::trigger:
            case Kind::policy: return true;
            case Kind::index: return touch == Touch::gone || (touch == Touch::retyped && object.has_expression);
            case Kind::constraint: {
                const bool key = object.definition.starts_with("PRIMARY") || object.definition.starts_with("UNIQUE");
                return touch == Touch::gone || (touch == Touch::retyped && !key);
            }
            default: return touch == Touch::gone || touch == Touch::retyped;
        }
    }

    [[nodiscard]] Touch touch_of(const Reference& reference) const {
        const auto whole = touched_.find({reference.object, {}});
        const auto part = touched_.find(reference);
        return std::max(whole == touched_.end() ? Touch::none : whole->second,
                        part == touched_.end() ? Touch::none : part->second);
    }

    /// Carries changes on to what needs the changed, until nothing more comes.
    void spread() {
        for (bool again = true; again;) {
            again = false;
            for (const auto& [id, object] : from_.objects) {
                for (const Dependency& dependency : object.needs) {
                    const Touch touch = touch_of(dependency.on);
                    if (touch == Touch::none) continue;
                    again = spread_to(object, dependency, touch) || again;
                }
            }
        }
    }

    bool spread_to(const Object& object, const Dependency& dependency, Touch how) {
        const Id& id = object.id;
        if (id.kind == Kind::table) return spread_to_column(id, dependency, how);
        if (result_.gone.count(id) > 0 || !stands_in_the_way(object, how)) return false;
        const bool is_left = is_attached(object) && dependency.on.object == object.attached_to;
        if (is_left && moves(from_, to_, table_of(object))) return false;
        const bool column_goes = id.kind == Kind::column_default && is_generated(id);
        result_.gone.insert(id);
        touch({id, {}}, Touch::gone);
        replace_parent_of(object);
        if (column_goes) recreate_column(table_id(id.schema, id.table), id.name);
        if (to_.objects.count(id) > 0) result_.made.insert(id);
        return true;
    }

    bool spread_to_column(const Id& table, const Dependency& dependency, Touch how) {
        if (how != Touch::gone || !is_type(dependency.on.object.kind) || dependency.column.empty()) return false;
        const auto after = to_.tables.find(table);
        const Column* before = from_.tables.at(table).find(dependency.column);
        if (after == to_.tables.end() || before == nullptr) return false;
        const Column* column = after->second.find(dependency.column);
        if (column == nullptr || result_.recreated_columns.count({table, column->name}) > 0) return false;
        require_no_partition_key(from_, table, column->name);
        const Id& type = dependency.on.object;
        if (type.kind == Kind::range_type && result_.made.count(type) > 0) {
            throw Error(ErrorCode::failed,
                        fmt::format("cannot change the type {} of columns that hold rows", shown(type)),
                        "in a migration written by hand: create another type and a column of it, and copy the values")
                .because(fmt::format("the column {} is of this range type", shown(table, column->name)));
        }
        if (column->generated) {
            recreate_column(table, column->name);
            return true;
        }
        if (!result_.retyped_columns.insert({table, column->name}).second) return false;
        touch({table, column->name}, Touch::retyped);
        result_.altered.insert(table);
        return true;
    }

    [[nodiscard]] bool is_generated(const Id& id) const {
        const auto table = to_.tables.find(table_id(id.schema, id.table));
        const Column* column = table == to_.tables.end() ? nullptr : table->second.find(id.name);
        return column != nullptr && column->generated;
    }

    void recreate_column(const Id& table, const std::string& column) {
        result_.recreated_columns.insert({table, column});
        result_.altered.insert(table);
        touch({table, column}, Touch::gone);
    }

    Comparison result_;
    const Catalog& from_;  ///< result_.from
    const Catalog& to_;
    std::map<Reference, Touch> touched_;
    std::set<Id> views_with_other_columns_;
};

}  // namespace

Comparison compare(const Catalog& from, const Catalog& to, const Renaming& renaming) {
    return Comparer(from, to, renaming).made();
}

}  // namespace quarry::schema::postgresql
