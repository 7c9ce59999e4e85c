#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/sql_lint/statement.h"

namespace quarry::sql_lint {

/// Where the statements of a script make and drop objects, so that no rule reads all of them for each of them.
class ScriptIndex {
public:
    explicit ScriptIndex(std::span<const Statement> statements);

    /// Whether a statement behind this one creates the object, or renames another one to it.
    [[nodiscard]] bool makes_behind(std::size_t index, const Name& name) const;
    /// Whether this statement or one behind it does this to an object with this key.
    [[nodiscard]] bool does_from(std::size_t index, Verb verb, ObjectKind object, const std::string& key) const;
    /// Whether one before this statement does.
    [[nodiscard]] bool does_before(std::size_t index, Verb verb, ObjectKind object, const std::string& key) const;

private:
    /// Numbers of statements.
    struct Span {
        std::size_t first = 0, last = 0;
    };
    using Deed = std::tuple<Verb, ObjectKind, std::string>;

    std::unordered_map<std::string, std::size_t> created_;     ///< The last one, by key.
    std::unordered_map<std::string, std::size_t> renamed_to_;  ///< The last one, by name.
    std::map<Deed, Span> deeds_;
};

/// What a script makes.
struct Made {
    ObjectKind kind = ObjectKind::none;
    Name name;           ///< Of the object, or of the table of a column.
    std::string column;  ///< Empty for an object.
    Name table;          ///< Of an index or trigger.
    sql::Section place{};
};

/// What is left of what a script's statements make: what they drop again is not.
class MadeObjects {
public:
    MadeObjects() = default;
    explicit MadeObjects(std::span<const Statement> statements) {
        for (const Statement& statement : statements) apply(statement);
    }

    void apply(const Statement& statement);
    [[nodiscard]] bool has(ObjectKind kind, const Name& name) const;
    /// In the order of the statements.
    [[nodiscard]] std::vector<Made> all() const;

private:
    void add(Made made);
    void forget(ObjectKind kind, const Name& name, const std::string& column);
    void rename(const Statement& statement, const Name& to);

    std::map<std::size_t, Made> made_;                  ///< By a number that grows.
    std::multimap<std::string, std::size_t> by_key_;    ///< By the object's key.
    std::multimap<std::string, std::size_t> by_table_;  ///< Indexes and triggers, by the key of their table.
    std::size_t next_ = 0;
};

/// What a way down takes away.
class UndoneObjects {
public:
    explicit UndoneObjects(std::span<const Statement> down);

    /// Whether an object is dropped or replaced; a column is dropped with its table or when that is rebuilt.
    [[nodiscard]] bool has(const Made& made) const;

private:
    using Object = std::pair<ObjectKind, std::string>;

    void drop(const Statement& statement);
    void alter(const Statement& statement);

    bool cascades_ = false;
    std::set<Object> dropped_, replaced_, renamed_;
    std::set<std::pair<Object, std::string>> columns_;  ///< Dropped or renamed.
    std::set<std::string> schemas_, constraints_, tables_with_fewer_columns_;
};

}  // namespace quarry::sql_lint
