#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/store/store.h"

namespace quarry::store {

/// What a value of a column is, and so how each engine keeps it.
enum class SideKind {
    integer,
    flag,  ///< 0 or 1.
    real,
    word,  ///< A text that programs made.
    text,  ///< One that people wrote: any bytes.
    bytes,
    source,      ///< The id of a source, in a row of these its URI: ids differ between bases.
    collection,  ///< The same of a collection, and its name.
    ordinal,     ///< A number that rises with each new row.
};

struct SideColumn {
    std::string_view name;
    SideKind kind = SideKind::integer;
};

/// A table with what a base keeps beside its documents. Every engine has it.
struct SideTable {
    std::string_view name;
    std::string_view content;   ///< For people: "conversations".
    std::size_t key = 1;        ///< So many of the first columns tell a row from others.
    std::size_t fixed = 1;      ///< So many never change, as long as the row is there.
    std::size_t at_once = 200;  ///< So many rows may be in memory.
    std::span<const SideColumn> columns;
};

/// All that a copy of a base has, each behind those that it refers to. What is found out again is not among them.
[[nodiscard]] const std::vector<SideTable>& side_tables();

/// Nothing for NULL.
using SideValue = std::variant<std::monostate, std::int64_t, double, std::string>;
using SideRow = std::vector<SideValue>;

/// The rows of these tables as data, to be copied between engines. Used by one thread at a time. Throws Error: locked,
/// failed. What is opened to be read stays as it was then.
class SideTables {
public:
    virtual ~SideTables() = default;

    /// The rows whose keys are behind that of `after`, or from the first on, in the order of their keys: `at_once`.
    [[nodiscard]] virtual std::vector<SideRow> rows(const SideTable& table, const SideRow* after) = 0;
    /// Adds rows, or puts them in place of those with their keys, in one transaction.
    virtual void put(const SideTable& table, std::span<const SideRow> rows) = 0;
};

/// Throws as `open_store` does.
[[nodiscard]] std::unique_ptr<SideTables> open_side_tables(const std::filesystem::path& base, StoreMode mode);

/// The statements of an engine, made of the names above.
class SideStatements {
public:
    /// `ordinal`: what the engine calls such a column. `parameter`: what begins the name of a parameter.
    SideStatements(std::string_view ordinal, char parameter) : ordinal_(ordinal), parameter_(parameter) {}

    /// One page; the parameters are the key that it is behind, if any.
    [[nodiscard]] std::string select(const SideTable& table, bool is_first) const;
    /// "INSERT INTO table (column, ...)".
    [[nodiscard]] std::string insert(const SideTable& table) const;
    /// What is stored for a value: itself, or the id of what it names.
    [[nodiscard]] static std::string stored(const SideColumn& column, std::string_view value);
    /// "WHERE ...": that the base has what a row names, of the values as they are stored.
    [[nodiscard]] static std::string is_known(const SideTable& table, std::span<const std::string> values);
    /// "ON CONFLICT ...": puts the new values in place.
    [[nodiscard]] std::string on_conflict(const SideTable& table) const;

private:
    [[nodiscard]] std::string name(const SideColumn& column) const;
    [[nodiscard]] std::string names(std::span<const SideColumn> columns) const;
    [[nodiscard]] std::string read(const SideTable& table, std::size_t count) const;

    std::string ordinal_;
    char parameter_;
};

}  // namespace quarry::store
