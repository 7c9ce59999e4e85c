#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace quarry::testing {

/// Makes SQLite schemas with all that quarry knows of, the same ones for the same seed. Two schemas of one generator
/// have many names in common, and what a column of a name holds is the same in all of them: rows of one fit the other.
class SqliteSchemaGenerator {
public:
    explicit SqliteSchemaGenerator(std::uint64_t seed) : random_(seed) {}

    struct Schema {
        std::string tables;  ///< CREATE TABLE and rows, to be run before the rest, so that no trigger fires.
        std::string rows;
        std::string rest;  ///< Virtual tables, indexes, views, triggers.

        [[nodiscard]] std::string definitions() const { return tables + rest; }
    };
    [[nodiscard]] Schema any();
    [[nodiscard]] bool chance(unsigned percent) { return below(100) < percent; }
    /// A value for a column that is NULL, as an expression; another one for each row.
    [[nodiscard]] static std::string filling(std::string_view column);

private:
    struct MadeTable {
        std::string name;
        std::vector<std::string> columns;  ///< Without generated ones.
        bool has_id_key = false;
        std::vector<std::string> without_default;  ///< Rows differ in these, in whatever schema they were made.
    };

    [[nodiscard]] std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
    template <typename List>
    [[nodiscard]] const auto& pick(const List& list) {
        return list[below(list.size())];
    }
    void add_table(Schema& schema, const std::string& name);
    [[nodiscard]] std::string column(MadeTable& table, const std::string& name, bool strict, bool in_key);
    [[nodiscard]] std::string type(std::string_view name, bool strict);
    [[nodiscard]] std::string constraints(const MadeTable& table);
    [[nodiscard]] std::string insert(const MadeTable& table);
    [[nodiscard]] std::string index(std::size_t number);
    [[nodiscard]] std::string view(std::size_t number);
    [[nodiscard]] std::string trigger(std::size_t number);
    [[nodiscard]] std::string virtual_tables();

    std::mt19937_64 random_;
    std::vector<MadeTable> made_;
    std::vector<std::string> views_;
};

}  // namespace quarry::testing
