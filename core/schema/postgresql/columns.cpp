#include "core/schema/postgresql/columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <vector>

#include "core/schema/postgresql/names.h"
#include "core/sql/lexemes.h"

namespace quarry::schema::postgresql {
namespace {

constexpr std::string_view array_mark = "[]";

struct Bounds {
    std::string_view type, minimum, maximum;
};
constexpr std::array<Bounds, 3> integer_bounds = {{
    {"smallint", "-32768", "32767"},
    {"integer", "-2147483648", "2147483647"},
    {"bigint", "-9223372036854775808", "9223372036854775807"},
}};

Bounds bounds_of(std::string_view type) {
    for (const Bounds& bounds : integer_bounds) {
        if (bounds.type == type) return bounds;
    }
    return integer_bounds.back();
}

/// What PostgreSQL takes for a sequence of that type and direction.
SequenceOptions standard_options(const SequenceOptions& like) {
    const bool rising = !like.increment.starts_with('-');
    const Bounds bounds = bounds_of(like.type);
    SequenceOptions made{
        like.type, {},   "1", std::string(rising ? "1" : bounds.minimum), std::string(rising ? bounds.maximum : "-1"),
        "1",       false};
    made.start = rising ? like.minimum : like.maximum;
    return made;
}

/// The numbers of "numeric(10,2)".
std::vector<int> modifiers(std::string_view type) {
    std::vector<int> numbers;
    const std::size_t open = type.find('(');
    if (open == std::string_view::npos || type.starts_with('"')) return numbers;
    const char* at = type.data() + open + 1;
    const char* end = type.data() + type.size();
    for (int number = 0; at < end; ++at) {
        const auto [next, problem] = std::from_chars(at, end, number);
        if (problem != std::errc{}) break;
        numbers.push_back(number);
        at = next;
        if (at == end || *at != ',') break;
    }
    return numbers;
}

bool is_text(std::string_view base) {
    return base == "text" || base == "character varying" || base == "character" || base == "name" || base == "bpchar";
}

/// Whether every value of one base type is one of the other.
bool widens(std::string_view from, std::string_view to) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 18> wider = {{
        {"smallint", "integer"},
        {"smallint", "bigint"},
        {"smallint", "numeric"},
        {"smallint", "real"},
        {"smallint", "double precision"},
        {"integer", "bigint"},
        {"integer", "numeric"},
        {"integer", "double precision"},
        {"bigint", "numeric"},
        {"real", "double precision"},
        {"date", "timestamp without time zone"},
        {"date", "timestamp with time zone"},
        {"timestamp without time zone", "timestamp with time zone"},
        {"timestamp with time zone", "timestamp without time zone"},
        {"time without time zone", "time with time zone"},
        {"time without time zone", "interval"},
        {"json", "jsonb"},
        {"jsonb", "json"},
    }};
    if (from.ends_with(array_mark) && to.ends_with(array_mark)) {
        from.remove_suffix(array_mark.size());
        to.remove_suffix(array_mark.size());
    }
    if (to == "text" || to == "character varying") return true;
    return std::any_of(wider.begin(), wider.end(),
                       [&](const auto& pair) { return pair.first == from && pair.second == to; });
}

}  // namespace

std::string sequence_options(const SequenceOptions& options) {
    const SequenceOptions standard = standard_options(options);
    std::string sql;
    if (options.increment != standard.increment) sql += " INCREMENT BY " + options.increment;
    if (options.minimum != standard.minimum) sql += " MINVALUE " + options.minimum;
    if (options.maximum != standard.maximum) sql += " MAXVALUE " + options.maximum;
    if (options.start != standard.start) sql += " START WITH " + options.start;
    if (options.cache != standard.cache) sql += " CACHE " + options.cache;
    if (options.cycle) sql += " CYCLE";
    return sql;
}

std::string every_sequence_option(const SequenceOptions& options, std::string_view prefix) {
    return fmt::format("{0}INCREMENT BY {1}{0}MINVALUE {2}{0}MAXVALUE {3}{0}START WITH {4}{0}CACHE {5}{0}{6}", prefix,
                       options.increment, options.minimum, options.maximum, options.start, options.cache,
                       options.cycle ? "CYCLE" : "NO CYCLE");
}

bool narrows(const SequenceOptions& before, const SequenceOptions& after) {
    const auto number = [](const std::string& text) {
        std::int64_t value = 0;
        std::from_chars(text.data(), text.data() + text.size(), value);
        return value;
    };
    return number(after.minimum) > number(before.minimum) || number(after.maximum) < number(before.maximum) ||
           before.increment.starts_with('-') != after.increment.starts_with('-');
}

std::string owned_sequence(const Id& table, const std::string& column) {
    return fmt::format("pg_catalog.pg_get_serial_sequence({}, {})", sql::quote_string(sql_name(table)),
                       sql::quote_string(column));
}

std::string counter_behind_values(std::string_view sequence, const SequenceOptions& options, std::string_view table,
                                  const Column& column) {
    constexpr std::string_view counted[] = {"smallint", "integer", "bigint", "numeric"};
    if (std::find(std::begin(counted), std::end(counted), column.base_type) == std::end(counted)) return {};
    const bool rising = !options.increment.starts_with('-');
    return fmt::format(
        "SELECT pg_catalog.setval({}, {}({})::bigint) FROM {} WHERE {} BETWEEN {} AND {} HAVING count(*) > 0", sequence,
        rising ? "max" : "min", quote(column.name), table, quote(column.name), rising ? options.start : options.minimum,
        rising ? options.maximum : options.start);
}

std::string column_definition(const Column& column, std::string_view expression) {
    std::string sql = fmt::format("{} {}", quote(column.name), column.type);
    if (!column.collation.empty()) sql += " COLLATE " + column.collation;
    if (column.generated) {
        sql += fmt::format(" GENERATED ALWAYS AS ({}) {}", expression, column.computed_on_read ? "VIRTUAL" : "STORED");
    } else if (!expression.empty()) {
        sql += fmt::format(" DEFAULT {}", expression);
    }
    if (!column.identity.empty()) {
        const std::string options = column.sequence ? sequence_options(*column.sequence) : "";
        sql += fmt::format(" GENERATED {} AS IDENTITY", column.identity);
        if (!options.empty()) sql += fmt::format(" ({})", options.substr(1));
    }
    if (column.not_null) sql += " NOT NULL";
    return sql;
}

std::string conversion(const Column& from, const Column& to,
                       const std::map<std::pair<std::string, std::string>, Cast>& casts) {
    if (from.base_type == to.base_type) return {};
    std::string_view source = from.base_type, target = to.base_type;
    if (source.ends_with(array_mark) && target.ends_with(array_mark)) {
        source.remove_suffix(array_mark.size());
        target.remove_suffix(array_mark.size());
    }
    const auto cast = casts.find({std::string(source), std::string(target)});
    if (cast != casts.end() && cast->second != Cast::only_explicit) return {};
    if (is_text(target)) return {};  // Every type has an assignment cast to text.
    if (cast != casts.end() || is_text(source)) return fmt::format(" USING {}::{}", quote(to.name), to.type);
    const std::string_view marks = to.base_type.ends_with(array_mark) ? array_mark : std::string_view{};
    return fmt::format(" USING {}::text{}::{}", quote(to.name), marks, to.type);
}

bool depends_on_time_zone(const Column& from, const Column& to) {
    const auto element = [](std::string_view type) {
        return type.ends_with(array_mark) ? type.substr(0, type.size() - array_mark.size()) : type;
    };
    const std::string_view source = element(from.base_type), target = element(to.base_type);
    constexpr std::string_view moment = "timestamp with time zone", zoned_time = "time with time zone";
    const auto is_plain = [](std::string_view type) {
        return type == "timestamp without time zone" || type == "date" || type == "time without time zone" ||
               is_text(type);
    };
    if (target == zoned_time) return source == moment || source == "time without time zone" || is_text(source);
    if (source == moment) return is_plain(target);
    return target == moment && is_plain(source);
}

bool narrows(const Column& from, const Column& to) {
    if (from.base_type != to.base_type && !widens(from.base_type, to.base_type)) return true;
    const std::vector<int> before = modifiers(from.type), after = modifiers(to.type);
    if (after.empty() || from.type == to.type) return false;
    if (before.empty() || before.size() != after.size()) return true;
    if (after.size() == 2) return after[1] < before[1] || after[0] - after[1] < before[0] - before[1];
    return after[0] < before[0];
}

}  // namespace quarry::schema::postgresql
