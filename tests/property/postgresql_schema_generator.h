#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace quarry::testing {

/// Makes PostgreSQL schemas with all that quarry knows of, the same ones for the same seed. The first letter of a
/// column says what it holds, in whatever type: rows of one schema fit every other.
class PostgresqlSchemaGenerator {
public:
    explicit PostgresqlSchemaGenerator(std::uint64_t seed) : random_(seed) {}

    struct Schema {
        std::string definitions;
        std::string rows;  ///< INSERT for every table.
    };
    [[nodiscard]] Schema any();
    [[nodiscard]] bool chance(unsigned percent) { return below(100) < percent; }
    /// A value for the rows that have none in a column, as an expression; another one in each row where it must be.
    [[nodiscard]] static std::string filling(std::string_view column);

private:
    struct MadeTable {
        std::string name;  ///< As SQL, with its schema.
        std::vector<std::string> columns;
        std::vector<std::string> types;  ///< Of each column.
        [[nodiscard]] bool has(std::string_view column) const;
    };

    [[nodiscard]] std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
    [[nodiscard]] std::string one_of(std::initializer_list<const char*> list) {
        return list.begin()[below(list.size())];
    }
    void add_types();
    void add_functions();
    void add_operations();
    void add_default_privileges();
    void add_table(const std::string& name);
    void add_partitions();
    void add_own_of_partition(const std::string& name);
    void add_inheritance();
    void add_indexes(const MadeTable& table);
    void add_settings(const MadeTable& table);
    void add_column_settings(const MadeTable& table, const std::string& column);
    void add_triggers(const MadeTable& table);
    void add_policies(const MadeTable& table);
    void add_comments_and_grants(const MadeTable& table);
    void add_views();
    void add_rows(const MadeTable& table);
    [[nodiscard]] std::string column(MadeTable& table, const std::string& name);
    [[nodiscard]] std::string type(const std::string& name);
    [[nodiscard]] std::string constraints(const MadeTable& table);

    std::mt19937_64 random_;
    Schema schema_;
    std::vector<MadeTable> tables_;
    std::string pair_;  ///< A value of the composite type.
    bool again_ = false;  ///< The table gets a second key of the same columns.
    bool has_mood_ = false, has_domain_ = false, has_pair_ = false, has_function_ = false;
};

}  // namespace quarry::testing
