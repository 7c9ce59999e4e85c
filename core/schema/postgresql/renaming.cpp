#include "core/schema/postgresql/renaming.h"

#include <functional>
#include <utility>

#include "core/schema/postgresql/names.h"
#include "core/schema/renames.h"
#include "core/sql/lexemes.h"

namespace quarry::schema::postgresql {
namespace {

constexpr auto dialect = sql::Dialect::postgresql;

std::vector<std::string> paths_of(const Catalog& catalog) {
    std::vector<std::string> paths;
    for (const auto& [id, table] : catalog.tables) {
        const std::string full = id.schema + "." + id.name;
        for (const std::string& path : std::set<std::string>{shown(id), full}) {
            paths.push_back(path);
            for (const Column& column : table.columns) paths.push_back(path + "." + column.name);
        }
    }
    return paths;
}

/// What stands before a table's name in messages first, and in options.
std::vector<std::string> parents_of_tables(const std::string& schema) {
    if (schema == "public") return {"", "public"};
    return {schema};
}

RenameObject as_rename_object(const Id& id, const Table& table) {
    RenameObject object{id.name, {}, {}};
    for (const Column& column : table.columns) object.parts.push_back(column.name);
    return object;
}

RenameScope tables_of(const std::string& schema, const Catalog& from, const Catalog& to) {
    RenameScope scope{"table", parents_of_tables(schema), {}, {}};
    for (const auto& [id, table] : from.tables) {
        if (id.schema == schema && !table.is_partition()) scope.before.push_back(as_rename_object(id, table));
    }
    for (const auto& [id, table] : to.tables) {
        if (id.schema == schema && !table.is_partition()) scope.after.push_back(as_rename_object(id, table));
    }
    return scope;
}

RenameScope columns_of(const Id& before, const Table& old_table, const Id& after, const Table& new_table) {
    RenameScope scope{"column", {}, {}, {}};
    for (const std::string& parent : parents_of_tables(before.schema)) {
        const std::string prefix = parent.empty() ? "" : parent + ".";
        scope.parents.push_back(prefix + before.name);
        if (after.name != before.name) scope.parents.push_back(prefix + after.name);
    }
    for (const Column& column : old_table.columns) {
        if (!column.inherited) scope.before.push_back({column.name, column.type, {}});
    }
    for (const Column& column : new_table.columns) {
        if (!column.inherited) scope.after.push_back({column.name, column.type, {}});
    }
    return scope;
}

/// Gives names in the server's text other ones.
class TextRenaming {
public:
    explicit TextRenaming(const Renaming& renaming) : renaming_(renaming) {}

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
            if (i == references + 3) return quote(renaming_.table(target).name);
            if (i > references + 3 && i < end) return column_at(tokens, i, target);
            return i > references && i <= end ? std::string() : column_at(tokens, i, table);
        });
    }

    /// A list of types: a qualified name may be a table's.
    [[nodiscard]] std::string types(std::string_view text) const {
        const std::vector<sql::Lexeme> tokens = sql::lexemes(dialect, text);
        return rewrite(text, tokens, [&](std::size_t i) -> std::string {
            if (i < 2 || tokens[i - 1].text != "." || !tokens[i].is_name()) return {};
            const Id id = table_id(sql::name_of(dialect, tokens[i - 2]), sql::name_of(dialect, tokens[i]));
            return renaming_.tables.count(id) > 0 ? quote(renaming_.table(id).name) : std::string();
        });
    }

private:
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
};

/// Makes a renamed copy.
class Renamer {
public:
    Renamer(const Catalog& catalog, const Renaming& renaming) : old_(catalog), renaming_(renaming), text_(renaming) {}

    Catalog made() {
        Catalog next = old_;
        next.objects.clear();
        next.tables.clear();
        next.sequences.clear();
        for (const auto& [id, object] : old_.objects) next.objects[renamed_id(id)] = renamed_object(object);
        for (const auto& [id, table] : old_.tables) next.tables[renaming_.table(id)] = renamed_table(id, table);
        for (const auto& [id, sequence] : old_.sequences) {
            Sequence copy = sequence;
            const Id owner = table_id(id.schema, sequence.owner_table);
            copy.owner_table = renaming_.table(owner).name;
            copy.owner_column = renaming_.column(owner, sequence.owner_column);
            next.sequences[id] = std::move(copy);
        }
        return next;
    }

private:
    Id renamed_id(const Id& id) {
        if (id.kind == Kind::table) return renaming_.table(id);
        Id made = id;
        if (id.kind == Kind::function) made.arguments = text_.types(id.arguments);
        if (id.table.empty()) return made;
        const Id on = table_id(id.schema, id.table);
        made.table = renaming_.table(on).name;
        if (id.kind == Kind::column_default) made.name = renaming_.column(on, id.name);
        return made;
    }

    Object renamed_object(const Object& object) {
        Object made = object;
        made.id = renamed_id(object.id);
        const Id on = table_id(object.id.schema, object.id.kind == Kind::index ? object.on : object.id.table);
        const bool is_key = object.id.kind == Kind::constraint && object.definition.starts_with("FOREIGN KEY");
        if (object.id.kind == Kind::index) made.on = renaming_.table(on).name;
        if (is_key) {
            made.definition = text_.foreign_key(object.definition, on);
        } else if (object.id.kind == Kind::index || object.id.kind == Kind::constraint ||
                   object.id.kind == Kind::column_default) {
            made.definition = text_.local(object.definition, on);
        }
        for (Dependency& dependency : made.needs) {
            if (object.id.kind == Kind::table) dependency.column = renaming_.column(object.id, dependency.column);
            Reference& reference = dependency.on;
            reference.column = renaming_.column(reference.object, reference.column);
            reference.object = renamed_id(reference.object);
        }
        if (object.id.kind != Kind::table) return made;
        made.grants.clear();
        for (Grant grant : object.grants) {
            grant.column = renaming_.column(object.id, grant.column);
            made.grants.insert(std::move(grant));
        }
        made.column_comments.clear();
        for (const auto& [column, comment] : object.column_comments) {
            made.column_comments[renaming_.column(object.id, column)] = comment;
        }
        return made;
    }

    Table renamed_table(const Id& id, const Table& table) {
        Table made = table;
        made.partition_by = text_.local(table.partition_by, id);
        for (Column& column : made.columns) column.name = renaming_.column(id, column.name);
        for (Id& parent : made.parents) parent = renaming_.table(parent);
        return made;
    }

    const Catalog& old_;
    const Renaming& renaming_;
    TextRenaming text_;
};

}  // namespace

std::string Renaming::column(const Id& table, const std::string& name) const {
    const auto found = columns.find(table);
    if (found == columns.end()) return name;
    const auto other = found->second.find(name);
    return other == found->second.end() ? name : other->second;
}

Renaming Renaming::inverse() const {
    Renaming back;
    for (const auto& [id, name] : tables) back.tables[table(id)] = id.name;
    for (const auto& [id, names] : columns) {
        for (const auto& [old_name, new_name] : names) back.columns[table(id)][new_name] = old_name;
    }
    return back;
}

Renaming decide_renaming(const Catalog& from, const Catalog& to, const DiffOptions& options) {
    require_known_renames(options, paths_of(from), paths_of(to), false);
    Renaming renaming;
    std::set<std::string> schemas;
    for (const auto& [id, table] : from.tables) schemas.insert(id.schema);
    for (const std::string& schema : schemas) {
        for (const auto& [before, after] : decide_renames(tables_of(schema, from, to), options)) {
            renaming.tables[table_id(schema, before)] = after;
        }
    }
    for (const auto& [id, table] : from.tables) {
        const Id after = renaming.table(id);
        const auto found = to.tables.find(after);
        if (found == to.tables.end()) continue;
        for (const auto& [old_name, new_name] : decide_renames(columns_of(id, table, after, found->second), options)) {
            renaming.columns[id][old_name] = new_name;
        }
    }
    // What inherits a column has it renamed with its parent's.
    for (bool again = true; again;) {
        again = false;
        for (const auto& [id, table] : from.tables) {
            for (const Id& parent : table.parents) {
                const auto names = renaming.columns.find(parent);
                if (names == renaming.columns.end()) continue;
                for (const auto& rename : std::map<std::string, std::string>(names->second)) {
                    const Column* column = table.find(rename.first);
                    if (column != nullptr && column->inherited) {
                        again = renaming.columns[id].insert(rename).second || again;
                    }
                }
            }
        }
    }
    return renaming;
}

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
        for (Dependency& dependency : object.needs) {
            if (dependency.on.object == from) dependency.on.object = to;
        }
        const std::size_t at = object.definition.find(old_literal);
        const bool in_default = id.kind == Kind::column_default && from.kind == Kind::sequence;
        if (in_default && at != std::string::npos) object.definition.replace(at, old_literal.size(), new_literal);
    }
}

}  // namespace quarry::schema::postgresql
