#include "core/migrate/sample_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "core/base/text.h"
#include "core/sql/lexemes.h"

namespace quarry::migrate {
namespace {

/// Keys that the database would give out itself begin here, far from those that migrations write.
constexpr int first_sample_key = 900'000;
constexpr int first_small_sample_key = 30'000;  ///< Of a smallint.

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// The n of "varchar(n)"; nothing when there is none.
std::optional<std::size_t> length_of(std::string_view type) {
    const std::size_t open = type.find('(');
    if (open == std::string_view::npos) return std::nullopt;
    std::size_t length = 0;
    const auto [end, error] = std::from_chars(type.data() + open + 1, type.data() + type.size(), length);
    return error == std::errc() && length > 0 ? std::optional(length) : std::nullopt;
}

/// What the checks of one column alone compare it with.
struct CheckedValues {
    std::vector<std::string> strings;
    std::vector<std::string> numbers;
    bool json = false;
};

void add_values(CheckedValues& values, sql::Dialect dialect, const Table& table, const std::string& column,
                const std::string& check) {
    const std::vector<sql::Lexeme> tokens = sql::lexemes(dialect, check);
    const auto is_column = [&](const sql::Lexeme& token, std::string_view name) {
        return token.is_name() && ascii_lower(sql::name_of(dialect, token)) == ascii_lower(name);
    };
    bool mentioned = false;
    for (const sql::Lexeme& token : tokens) {
        for (const TableColumn& other : table.columns) {
            if (!is_column(token, other.name)) continue;
            if (other.name != column) return;
            mentioned = true;
        }
    }
    if (!mentioned && column != "value") return;
    const bool open_bound = std::any_of(tokens.begin(), tokens.end(), [](const sql::Lexeme& token) {
        return token.text == ">" || token.text == "<" || token.text == "<>" || token.text == "!=";
    });
    for (const sql::Lexeme& token : tokens) {
        if (token.kind == sql::TokenKind::string) values.strings.emplace_back(token.text);
        const bool digits = !token.text.empty() && token.text.front() >= '0' && token.text.front() <= '9';
        if (token.kind == sql::TokenKind::other && digits && !open_bound) values.numbers.emplace_back(token.text);
        values.json = values.json || token.is("json_valid") || token.is("json_type");
    }
}

CheckedValues checked_values(sql::Dialect dialect, const Table& table, const TableColumn& column) {
    CheckedValues values;
    for (const std::string& check : table.checks) add_values(values, dialect, table, column.name, check);
    if (!column.domain_check.empty()) add_values(values, dialect, {}, "value", column.domain_check);
    return values;
}

/// A made-up text that looks like what the column's name says.
std::string sample_text(const TableColumn& column, int row, SampleStyle style) {
    if (style == SampleStyle::small) return std::string(1, static_cast<char>('a' + (row - 1) % 26));
    const std::string name = ascii_lower(column.name);
    std::string text = contains(name, "mail")  ? fmt::format("{}{}@example.com", name, row)
                       : contains(name, "url") ? fmt::format("https://example.com/{}/{}", name, row)
                                               : fmt::format("{} {}", column.name, row);
    const auto length = length_of(column.type);
    if (length && count_code_points(text) > *length) text = fmt::format("{:0>{}}", row, *length);
    return text;
}

int sample_number(const Table& table, const TableColumn& column, int row, SampleStyle style) {
    if (style == SampleStyle::small) return row;
    const auto place = static_cast<int>(table.find(column.name) - table.columns.data());
    return (place % 300 + 1) * 100 + row;
}

template <typename Values>
const std::string& nth(const Values& values, int row) {
    return values[static_cast<std::size_t>(row - 1) % values.size()];
}

std::string sqlite_value(const Table& table, const TableColumn& column, int row, SampleStyle style) {
    const std::string type = ascii_lower(column.type);
    const int number = sample_number(table, column, row, style);
    const CheckedValues checked = checked_values(sql::Dialect::sqlite, table, column);
    if (checked.json || contains(type, "json")) return sql::quote_string(fmt::format(R"({{"sample":{}}})", row));
    const bool textual = contains(type, "char") || contains(type, "text") || contains(type, "clob");
    if (!checked.strings.empty()) return nth(checked.strings, row);
    if (!checked.numbers.empty() && !textual) return nth(checked.numbers, row);
    if (column.numbers_itself) return fmt::format("{}", first_sample_key + row);
    if (contains(type, "bool")) return row % 2 == 0 ? "0" : "1";
    if (contains(type, "timestamp") || contains(type, "datetime")) {
        return fmt::format("'2024-01-{:02} 10:00:{:02}'", row, number % 60);
    }
    if (contains(type, "date")) return fmt::format("'2024-01-{:02}'", row);
    if (type == "time") return fmt::format("'10:00:{:02}'", row);
    if (contains(type, "uuid")) return fmt::format("'00000000-0000-4000-8000-{:012}'", number);
    // The order is that of SQLite's rules of affinity.
    if (contains(type, "int")) return fmt::format("{}", number);
    if (textual) return sql::quote_string(sample_text(column, row, style));
    if (contains(type, "blob")) return fmt::format("x'{:08X}'", number);
    if (contains(type, "real") || contains(type, "floa") || contains(type, "doub")) return fmt::format("{}.5", number);
    if (type.empty() || type == "any") return sql::quote_string(sample_text(column, row, style));
    return style == SampleStyle::small ? fmt::format("{}", number) : fmt::format("{}.25", number);
}

/// Text forms of PostgreSQL's types; "{n}" is a number that differs by row, "{r}" the row's own.
struct TypeSample {
    std::string_view type_name;
    std::string_view text;
};
constexpr std::array<TypeSample, 41> type_samples = {{{"int4", "{n}"},
                                                      {"int8", "{n}"},
                                                      {"oid", "{n}"},
                                                      {"float4", "{n}.5"},
                                                      {"float8", "{n}.5"},
                                                      {"money", "{n}.50"},
                                                      {"bytea", "\\x0{r}"},
                                                      {"date", "2024-01-0{r}"},
                                                      {"timestamp", "2024-01-0{r} 10:00:00"},
                                                      {"timestamptz", "2024-01-0{r} 10:00:00+00"},
                                                      {"time", "10:00:0{r}"},
                                                      {"timetz", "10:00:0{r}+00"},
                                                      {"interval", "{n} seconds"},
                                                      {"uuid", "00000000-0000-4000-8000-00000000000{r}"},
                                                      {"json", "{\"sample\": {r}}"},
                                                      {"jsonb", "{\"sample\": {r}}"},
                                                      {"xml", "<sample>{r}</sample>"},
                                                      {"inet", "192.0.2.{r}"},
                                                      {"cidr", "192.0.{r}.0/24"},
                                                      {"macaddr", "00:00:5e:00:53:0{r}"},
                                                      {"macaddr8", "00:00:5e:ff:fe:00:53:0{r}"},
                                                      {"point", "({r},{r})"},
                                                      {"line", "{1,{r},1}"},
                                                      {"lseg", "[(0,0),({r},1)]"},
                                                      {"box", "({r},1),(0,0)"},
                                                      {"path", "((0,0),({r},1))"},
                                                      {"polygon", "((0,0),({r},1),(1,0))"},
                                                      {"circle", "<(0,0),{r}>"},
                                                      {"tsvector", "sample{r}"},
                                                      {"tsquery", "sample{r}"},
                                                      {"int4range", "[{n},{n}]"},
                                                      {"int8range", "[{n},{n}]"},
                                                      {"numrange", "[{n},{n}]"},
                                                      {"daterange", "[2024-01-0{r},2024-01-0{r}]"},
                                                      {"tsrange", "[2024-01-0{r},2024-01-0{r} 01:00]"},
                                                      {"tstzrange", "[2024-01-0{r},2024-01-0{r} 01:00]"},
                                                      {"hstore", "sample=>{r}"},
                                                      {"ltree", "sample.s{r}"},
                                                      {"pg_lsn", "0/{r}"},
                                                      {"xid8", "{n}"},
                                                      {"jsonpath", "$.sample{r}"}}};

std::string replaced(std::string_view sample, int number, int row) {
    std::string text;
    for (std::size_t i = 0; i < sample.size(); ++i) {
        const std::string_view rest = sample.substr(i, 3);
        if (rest == "{n}" || rest == "{r}") {
            text += fmt::format("{}", rest == "{n}" ? number : row);
            i += 2;
        } else {
            text += sample[i];
        }
    }
    return text;
}

/// A number that fits numeric(p, s).
std::string numeric_text(const TableColumn& column, int number, int row) {
    std::size_t scale = 0;
    const auto precision = length_of(column.type);
    if (const std::size_t comma = column.type.find(','); comma != std::string::npos) {
        std::from_chars(column.type.data() + comma + 1, column.type.data() + column.type.size(), scale);
    }
    if (!precision) return fmt::format("{}.25", number);
    const std::size_t whole = *precision > scale ? *precision - scale : 0;
    if (whole == 0) return fmt::format("0.{:0>{}}", row, scale);
    return whole >= 6 ? fmt::format("{}", number) : fmt::format("{}", row);
}

std::optional<std::string> postgresql_text(const Table& table, const TableColumn& column, int row, SampleStyle style) {
    const std::string& type = column.type_name;
    const int number = sample_number(table, column, row, style);
    if (type == "int2" && column.numbers_itself) return fmt::format("{}", first_small_sample_key + row);
    if (column.numbers_itself) return fmt::format("{}", first_sample_key + row);
    if (!column.labels.empty()) return nth(column.labels, row);
    if (type == "text" || type == "varchar" || type == "bpchar" || type == "name" || type == "citext") {
        return sample_text(column, row, style);
    }
    if (type == "char") return std::string(1, static_cast<char>('a' + row));
    if (type == "bool") return row % 2 == 0 ? "false" : "true";
    if (type == "int2") return fmt::format("{}", number % first_small_sample_key);
    if (type == "numeric") return numeric_text(column, number, row);
    if (type == "bit" || type == "varbit") return std::string(length_of(column.type).value_or(1), '1');
    if (type.starts_with('_') || type.ends_with("multirange")) return "{}";
    const auto at = std::find_if(type_samples.begin(), type_samples.end(),
                                 [&](const TypeSample& sample) { return sample.type_name == type; });
    if (at == type_samples.end()) return std::nullopt;
    return replaced(at->text, number, row);
}

std::optional<std::string> postgresql_value(const Table& table, const TableColumn& column, int row, SampleStyle style) {
    const CheckedValues checked = checked_values(sql::Dialect::postgresql, table, column);
    if (column.labels.empty() && !checked.strings.empty()) return nth(checked.strings, row);
    if (!checked.numbers.empty() && !contains(column.type, "char") && column.type != "text") {
        return nth(checked.numbers, row);
    }
    const auto text = postgresql_text(table, column, row, style);
    return text ? std::optional(sql::quote_string(*text)) : std::nullopt;
}

}  // namespace

std::optional<std::string> sample_value(sql::Dialect dialect, const Table& table, const TableColumn& column, int row,
                                        SampleStyle style) {
    if (dialect == sql::Dialect::sqlite) return sqlite_value(table, column, row, style);
    return postgresql_value(table, column, row, style);
}

}  // namespace quarry::migrate
