// What a catalogue is once things in it have been renamed.
#include <functional>
#include <utility>

#include "core/schema/postgresql/names.h"
#include "core/schema/postgresql/renaming.h"
#include "core/sql/lexemes.h"

namespace quarry::schema::postgresql {
namespace {

constexpr auto dialect = sql::Dialect::postgresql;

/// What an object is called afterwards: an index and an owned sequence go where their table goes.
Id after_renames(const Renaming& renaming, const Catalog& catalog, const Id& id) {
    Id made = renaming.object(id);
    if (renaming.objects.count(id) > 0) return made;
    if (const auto index = catalog.objects.find(id); id.kind == Kind::index && index != catalog.objects.end()) {
        made.schema = renaming.relation(id.schema, index->second.on).schema;
    }
    const auto sequence = catalog.sequences.find(id);
    if (sequence != catalog.sequences.end() && !sequence->second.owner_table.empty()) {
        made.schema = renaming.object(table_id(id.schema, sequence->second.owner_table)).schema;
    }
    return made;
}

/// Gives names in the server's text other ones.
class TextRenaming {
public:
    /// Names behind a schema's, of whatever the catalogue has.
    using Names = std::map<std::pair<std::string, std::string>, Id>;

    TextRenaming(const Renaming& renaming, const Catalog& catalog) : renaming_(renaming) {
        for (const auto& [id, object] : catalog.objects) {
            if (!id.table.empty() || id.kind == Kind::schema || id.kind == Kind::extension) continue;
            const Id next = after_renames(renaming, catalog, id);
            if (next.schema == id.schema && next.name == id.name) continue;
            names_.emplace(std::pair(id.schema, id.name), next);
            literals_.emplace(sql::quote_string(qualified(id.schema, id.name)),
                              sql::quote_string(qualified(next.schema, next.name)));
            const bool itself = renaming.objects.count(id) > 0;
            if (itself && (id.kind == Kind::table || id.kind == Kind::view || id.kind == Kind::materialized_view)) {
                relations_.emplace(id.schema, id.name);
            }
        }
    }

    /// Qualified names, and an enum's values. Those of `own` and, unless `all`, not those of other tables and views
    /// that were renamed themselves: columns may be called by them.
    [[nodiscard]] std::string qualified_names(std::string_view text, bool all, const Id* own = nullptr) const {
        if (names_.empty() && renaming_.values.empty()) return std::string(text);
        const std::vector<sql::Lexeme> tokens = sql::lexemes(dialect, text);
        return rewrite(text, tokens, [&](std::size_t i) -> std::string {
            if (tokens[i].kind == sql::TokenKind::string) return literal_at(tokens, i);
            const bool is_schema = names_at(tokens, i);
            const std::size_t first = is_schema ? i : i - 2;
            if (!is_schema && (i < 2 || !names_at(tokens, first))) return {};
            const std::pair key(sql::name_of(dialect, tokens[first]), sql::name_of(dialect, tokens[first + 2]));
            const auto found = names_.find(key);
            const bool is_own = own != nullptr && own->schema == key.first && own->name == key.second;
            if (found == names_.end() || (!all && !is_own && relations_.count(key) > 0)) return {};
            return quote(is_schema ? found->second.schema : found->second.name);
        });
    }

    /// The name of a trigger, rule or policy in its own definition.
    [[nodiscard]] static std::string own_name(std::string_view text, const Id& before, const Id& after) {
        const std::vector<sql::Lexeme> tokens = sql::lexemes(dialect, text);
        bool done = false;
        return rewrite(text, tokens, [&](std::size_t i) -> std::string {
            if (done || i < 2 || sql::name_of(dialect, tokens[i]) != before.name) return {};
            done = true;
            return quote(after.name);
        });
    }

    /// The text of something on one table: a plain name is a column's.
    [[nodiscard]] std::string local(std::string_view text, const Id& table) const {
        const std::vector<sql::Lexeme> tokens = sql::lexemes(dialect, text);
        return rewrite(text, tokens, [&](std::size_t i) { return column_at(tokens, i, table); });
    }

    [[nodiscard]] std::string foreign_key(std::string_view text, const Id& table) const {
        const std::vector<sql::Lexeme> tokens = sql::lexemes(dialect, text);
        std::size_t references = 0;
        while (references < tokens.size() && !tokens[references].is("references")) ++references;
        if (references + 3 >= tokens.size()) return std::string(text);
        const Id target =
            table_id(sql::name_of(dialect, tokens[references + 1]), sql::name_of(dialect, tokens[references + 3]));
        std::size_t end = references + 4;
        while (end < tokens.size() && tokens[end].text != ")") ++end;
        return rewrite(text, tokens, [&](std::size_t i) {
            if (i == references + 1) return quote(renaming_.object(target).schema);
            if (i == references + 3) return quote(renaming_.object(target).name);
            if (i > references + 3 && i < end) return column_at(tokens, i, target);
            return i > references && i <= end ? std::string() : column_at(tokens, i, table);
        });
    }

private:
    [[nodiscard]] static bool names_at(const std::vector<sql::Lexeme>& tokens, std::size_t i) {
        return i + 2 < tokens.size() && tokens[i].is_name() && tokens[i + 1].text == "." && tokens[i + 2].is_name() &&
               (i == 0 || tokens[i - 1].text != ".");
    }

    /// 'app.ids'::regclass, 'sad'::app.mood; empty for what stays.
    [[nodiscard]] std::string literal_at(const std::vector<sql::Lexeme>& tokens, std::size_t i) const {
        std::size_t type = i + 1;
        while (type < tokens.size() && tokens[type].text.find_first_not_of(':') == std::string_view::npos) ++type;
        if (type == i + 1) return {};
        if (names_at(tokens, type)) {
            const std::string schema = sql::name_of(dialect, tokens[type]);
            const auto values =
                renaming_.values.find({Kind::enum_type, schema, {}, sql::name_of(dialect, tokens[type + 2])});
            if (values == renaming_.values.end()) return {};
            for (const auto& [before, after] : values->second) {
                if (tokens[i].text == sql::quote_string(before)) return sql::quote_string(after);
            }
            return {};
        }
        const bool names_object = type < tokens.size() && tokens[type].text.starts_with("reg");
        const auto literal = literals_.find(std::string(tokens[i].text));
        return !names_object || literal == literals_.end() ? std::string() : literal->second;
    }

    /// The new name of the column that a token names; empty for none.
    [[nodiscard]] std::string column_at(const std::vector<sql::Lexeme>& tokens, std::size_t i, const Id& table) const {
        if (!tokens[i].is_name()) return {};
        const std::string_view before = i > 0 ? tokens[i - 1].text : std::string_view{};
        const std::string_view after = i + 1 < tokens.size() ? tokens[i + 1].text : std::string_view{};
        if (before == "." || before.ends_with(':') || after == "." || after == "(") return {};
        const std::string name = sql::name_of(dialect, tokens[i]);
        const std::string other = renaming_.column(table, name);
        return other == name ? std::string() : quote(other);
    }

    static std::string rewrite(std::string_view text, const std::vector<sql::Lexeme>& tokens,
                               const std::function<std::string(std::size_t)>& replacement) {
        std::string made;
        std::size_t from = 0;
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            const std::string other = replacement(i);
            if (other.empty()) continue;
            made.append(text.substr(from, tokens[i].start - from)).append(other);
            from = tokens[i].end();
        }
        return made.append(text.substr(from));
    }

    const Renaming& renaming_;
    Names names_;
    std::set<std::pair<std::string, std::string>> relations_;  ///< Tables and views that were renamed themselves.
    std::map<std::string, std::string> literals_;
};

/// Makes a renamed copy.
class Renamer {
public:
    Renamer(const Catalog& catalog, const Renaming& renaming)
        : old_(catalog), renaming_(renaming), text_(renaming, catalog) {}

    Catalog made() {
        Catalog next = old_;
        next.objects.clear();
        next.tables.clear();
        next.sequences.clear();
        next.enums.clear();
        next.domains.clear();
        next.composites.clear();
        next.casts.clear();
        for (const auto& [id, object] : old_.objects) next.objects[renamed_id(id)] = renamed_object(object);
        for (const auto& [id, table] : old_.tables) next.tables[renamed_id(id)] = renamed_table(id, table);
        for (const auto& [id, sequence] : old_.sequences)
            next.sequences[renamed_id(id)] = renamed_sequence(id, sequence);
        for (const auto& [id, values] : old_.enums) {
            std::vector<std::string>& made = next.enums[renamed_id(id)];
            for (const std::string& value : values) made.push_back(renaming_.value(id, value));
        }
        for (const auto& [id, domain] : old_.domains) next.domains[renamed_id(id)] = renamed_domain(id, domain);
        for (const auto& [id, attributes] : old_.composites) {
            std::vector<Column>& made = next.composites[renamed_id(id)] = attributes;
            for (Column& attribute : made) {
                attribute.name = renaming_.column(id, attribute.name);
                rename_types(attribute);
            }
        }
        for (const auto& [types, cast] : old_.casts) next.casts[{type(types.first), type(types.second)}] = cast;
        return next;
    }

private:
    [[nodiscard]] std::string type(std::string_view text) const { return text_.qualified_names(text, true); }

    void rename_types(Column& column) const {
        column.type = type(column.type);
        column.base_type = type(column.base_type);
    }

    [[nodiscard]] Id renamed_id(const Id& id) const {
        Id made = after_renames(renaming_, old_, id);
        const bool has_arguments = id.kind == Kind::function || id.kind == Kind::aggregate;
        if (has_arguments && renaming_.objects.count(id) == 0) made.arguments = type(id.arguments);
        return made;
    }

    [[nodiscard]] std::string renamed_definition(const Object& object, const Id& on) const {
        const Id& id = object.id;
        switch (id.kind) {
            case Kind::extension: return renaming_.object({Kind::schema, {}, {}, object.definition}).name;
            case Kind::constraint:
                if (object.definition.starts_with("FOREIGN KEY")) return text_.foreign_key(object.definition, on);
                [[fallthrough]];
            case Kind::index:
            case Kind::column_default: return type(text_.local(object.definition, on));
            case Kind::rule:
            case Kind::trigger:
            case Kind::policy: {
                const Id next = renaming_.object(id);
                const std::string named =
                    next.name == id.name ? object.definition : TextRenaming::own_name(object.definition, id, next);
                return text_.qualified_names(named, false);
            }
            default: return text_.qualified_names(object.definition, false, &id);
        }
    }

    [[nodiscard]] Object renamed_object(const Object& object) const {
        Object made = object;
        made.id = renamed_id(object.id);
        const bool is_index = object.id.kind == Kind::index;
        const Id on = table_id(object.id.schema, is_index ? object.on : object.id.table);
        if (is_index) made.on = renaming_.relation(on.schema, on.name).name;
        made.definition = renamed_definition(object, on);
        made.signature = type(object.signature);
        made.attached_to = renamed_id(object.attached_to);
        for (Dependency& dependency : made.needs) {
            dependency.column = renaming_.column(object.id, dependency.column);
            Reference& reference = dependency.on;
            reference.column = renaming_.column(reference.object, reference.column);
            reference.object = renamed_id(reference.object);
        }
        made.grants.clear();
        for (Grant grant : object.grants) {
            grant.column = renaming_.column(object.id, grant.column);
            made.grants.insert(std::move(grant));
        }
        made.column_defaults.clear();
        for (const auto& [column, value] : object.column_defaults) {
            made.column_defaults[renaming_.column(object.id, column)] = value;
        }
        made.column_comments.clear();
        for (const auto& [column, comment] : object.column_comments) {
            made.column_comments[renaming_.column(object.id, column)] = comment;
        }
        return made;
    }

    [[nodiscard]] Table renamed_table(const Id& id, const Table& table) const {
        Table made = table;
        made.partition_by = type(text_.local(table.partition_by, id));
        made.bound = type(table.bound);
        for (Column& column : made.columns) {
            column.name = renaming_.column(id, column.name);
            rename_types(column);
        }
        for (Id& parent : made.parents) parent = renamed_id(parent);
        return made;
    }

    [[nodiscard]] Sequence renamed_sequence(const Id& id, const Sequence& sequence) const {
        Sequence made = sequence;
        const Id owner = table_id(id.schema, sequence.owner_table);
        if (!sequence.owner_table.empty()) made.owner_table = renaming_.object(owner).name;
        made.owner_column = renaming_.column(owner, sequence.owner_column);
        return made;
    }

    [[nodiscard]] Domain renamed_domain(const Id& id, const Domain& domain) const {
        Domain made = domain;
        made.type = type(domain.type);
        made.default_value = type(domain.default_value);
        made.constraints.clear();
        for (const auto& [name, constraint] : domain.constraints) {
            made.constraints[renaming_.constraint(id, name)] = {type(constraint.definition), constraint.comment};
        }
        return made;
    }

    const Catalog& old_;
    const Renaming& renaming_;
    TextRenaming text_;
};

}  // namespace

Catalog renamed(const Catalog& catalog, const Renaming& renaming) {
    return renaming.empty() ? catalog : Renamer(catalog, renaming).made();
}

void rename_object(Catalog& catalog, const Id& from, const Id& to) {
    auto moved = catalog.objects.extract(from);
    moved.key() = to;
    moved.mapped().id = to;
    catalog.objects.insert(std::move(moved));
    if (auto sequence = catalog.sequences.extract(from); !sequence.empty()) {
        sequence.key() = to;
        catalog.sequences.insert(std::move(sequence));
    }
    const std::string old_literal = sql::quote_string(sql_name(from));
    const std::string new_literal = sql::quote_string(sql_name(to));
    for (auto& [id, object] : catalog.objects) {
        if (object.attached_to == from) object.attached_to = to;
        for (Dependency& dependency : object.needs) {
            if (dependency.on.object == from) dependency.on.object = to;
        }
        const std::size_t at = object.definition.find(old_literal);
        const bool in_default = id.kind == Kind::column_default && from.kind == Kind::sequence;
        if (in_default && at != std::string::npos) object.definition.replace(at, old_literal.size(), new_literal);
    }
}

}  // namespace quarry::schema::postgresql
