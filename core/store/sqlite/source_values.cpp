#include "core/store/sqlite/source_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>

#include "core/base/bounded_json.h"
#include "core/base/text.h"
#include "core/store/chunk_filter.h"
#include "core/store/metadata_value.h"

namespace quarry::store {
namespace {

using nlohmann::json;
using LeftOut = SourceValue::LeftOut;

/// The setting of that name once the table is complete. Another one for each change of what `source_values` gives.
constexpr const char* value_rules = "1";

constexpr const char* tags_name = "#";
/// Longer values are looked for in the metadata, and longer names too.
constexpr std::size_t longest_value = 200;
constexpr std::size_t longest_name = 200;
/// Where a test holds for a larger share of the sources than one in this many, all are read.
constexpr std::int64_t scanned_share = 8;
constexpr std::int64_t never_scanned = 1'000;

constexpr const char* select_rules = "SELECT value FROM settings WHERE name = 'source_values'";
constexpr const char* upsert_rules =
    "INSERT INTO settings (name, value) VALUES ('source_values', ?) ON CONFLICT (name) DO UPDATE SET value ="
    " excluded.value";
constexpr const char* select_stored_metadata =
    "SELECT s.metadata, d.metadata FROM sources s JOIN documents d ON d.id = s.document_id WHERE s.id = ?";
#define QUARRY_WITH_METADATA \
    " FROM sources s JOIN documents d ON d.id = s.document_id WHERE s.metadata <> '{}' OR d.metadata <> '{}'"
constexpr const char* select_all_metadata = "SELECT s.metadata, d.metadata, s.id, s.uri" QUARRY_WITH_METADATA;
constexpr const char* count_metadata = "SELECT count(*)" QUARRY_WITH_METADATA;
#undef QUARRY_WITH_METADATA
constexpr const char* insert_value = "INSERT OR IGNORE INTO source_values (name, value, source_id) VALUES (?, ?, ?)";
constexpr const char* delete_value = "DELETE FROM source_values WHERE name = ? AND value = ? AND source_id = ?";
constexpr const char* delete_all_values = "DELETE FROM source_values";
constexpr const char* select_has_value = "SELECT 1 FROM source_values WHERE name = ? AND value = ? AND source_id = ?";
constexpr const char* count_values = "SELECT count(*) FROM source_values";
constexpr const char* select_value_range =
    "SELECT source_id FROM source_values WHERE name = ?1 AND value >= ?2 AND value <= ?3";
constexpr const char* select_largest_source = "SELECT coalesce(max(id), 0) FROM sources";

/// A value as SQLite orders it: numbers, then texts by their bytes, then BLOBs.
std::variant<std::int64_t, double, std::string, db::Blob> as_stored(const SourceValue::Value& value) {
    if (const std::string* text = std::get_if<std::string>(&value)) return *text;
    const double* const number = std::get_if<double>(&value);
    if (number == nullptr) return db::Blob{"", 0};
    // Whole numbers are shorter as such; SQLite compares them with others exactly.
    constexpr double exact = 9'007'199'254'740'992;
    if (std::abs(*number) <= exact && std::trunc(*number) == *number) return static_cast<std::int64_t>(*number);
    return *number;
}

SourceValue::Value value_of_text(std::string&& text) {
    // What is no number (NaN) compares as equal to all numbers; it cannot be looked up.
    if (const std::optional<double> number = metadata_number(text))
        return std::isnan(*number) ? SourceValue::Value(LeftOut()) : SourceValue::Value(*number);
    if (text.size() > longest_value) return LeftOut();
    return std::move(text);
}

/// Collects the values of a JSON object.
class ValueCollector {
public:
    void add_object(const json& object) {
        if (!object.is_object()) return;
        add_members(object, nullptr);
        for (const char* name : tag_names) {
            const auto tags = object.find(name);
            if (tags != object.end()) add_tags(*tags);
        }
    }
    std::vector<SourceValue> sorted() && {
        std::sort(values_.begin(), values_.end(), [](const SourceValue& a, const SourceValue& b) {
            return std::tie(a.name, a.value) < std::tie(b.name, b.value);
        });
        values_.erase(std::unique(values_.begin(), values_.end()), values_.end());
        return std::move(values_);
    }

private:
    // A level of nesting makes the name longer by a byte at least, which ends the recursion.
    void add_members(const json& object, const std::string* above) {
        for (const auto& [key, value] : object.items()) {
            const std::string name = above == nullptr ? key : *above + '.' + key;
            if (name.size() <= longest_name) add_at(name, value);
        }
    }
    void add_at(const std::string& name, const json& value) {
        if (value.is_null()) return;  // As if it were not there.
        if (value.is_object()) {
            values_.push_back({name, LeftOut()});
            add_members(value, &name);
        } else if (value.is_array()) {
            if (value.empty()) values_.push_back({name, LeftOut()});
            for (const json& element : value) add_element(name, element);
        } else {
            add_element(name, value);
        }
    }
    void add_element(const std::string& name, const json& value) {
        if (value.is_structured()) {
            values_.push_back({name, LeftOut()});
        } else {
            values_.push_back({name, value_of_text(metadata_text(value))});
        }
    }
    void add_tags(const json& tags) {
        const auto is_structured = [](const json& tag) { return tag.is_structured(); };
        if (tags.is_object() || (tags.is_array() && std::any_of(tags.begin(), tags.end(), is_structured))) {
            // How JSON writes it is a tag: nobody's, and written out by a recursion that has no end of its own.
            values_.push_back({tags_name, LeftOut()});
            return;
        }
        for_each_tag(tags, [&](std::string tag) {
            const bool fits = tag.size() <= longest_value;
            values_.push_back({tags_name, fits ? SourceValue::Value(std::move(tag)) : LeftOut()});
            return true;
        });
    }

    std::vector<SourceValue> values_;
};

using ValueRange = std::pair<SourceValue::Value, SourceValue::Value>;

/// Where in the order of values those are that a test may hold for; nothing for a test that cannot be looked up.
std::vector<ValueRange> ranges_of(const MetadataTest& test) {
    using Operator = MetadataTest::Operator;
    const SourceValue::Value least_number = -std::numeric_limits<double>::infinity();
    const SourceValue::Value largest_number = std::numeric_limits<double>::infinity();
    if (test.comparison == Operator::exists) return {{least_number, LeftOut()}};
    const std::optional<double> number = metadata_number(test.value);
    if (number && std::isnan(*number)) return {};
    const ValueRange left_out{LeftOut(), LeftOut()};
    const SourceValue::Value text = test.value;
    // A number and a text that is none are compared as texts, in which "10" is before "9": any number may do.
    const ValueRange all_numbers{least_number, largest_number};
    switch (test.comparison) {
        case Operator::equal: {
            const SourceValue::Value wanted = number ? SourceValue::Value(*number) : text;
            return {{wanted, wanted}, left_out};
        }
        case Operator::less:
        case Operator::less_equal:
            return {number ? ValueRange{least_number, *number} : all_numbers, {std::string(), text}, left_out};
        case Operator::greater:
        case Operator::greater_equal:
            return {number ? ValueRange{*number, largest_number} : all_numbers, {text, LeftOut()}};
        default: return {};
    }
}

}  // namespace

struct SourceValues::Lookup {
    std::string name;
    std::vector<ValueRange> ranges;
};

std::vector<SourceValue> source_values(std::string_view metadata_json, std::string_view document_metadata_json) {
    if (metadata_json == "{}" && document_metadata_json == "{}") return {};
    ValueCollector values;
    for (const std::string_view text : {metadata_json, document_metadata_json}) {
        if (text != "{}") values.add_object(parse_bounded_json(text));
    }
    return std::move(values).sorted();
}

bool SourceValues::complete() const {
    db::Query row = statements_.query(select_rules);
    return row.step() && row.bytes(0) == value_rules;
}

std::vector<SourceValue> SourceValues::stored(std::int64_t source_id) const {
    db::Query row = statements_.query(select_stored_metadata);
    if (!row.with(source_id).step()) return {};
    return source_values(row.bytes(0), row.bytes(1));
}

void SourceValues::replace(std::int64_t source_id, const std::vector<SourceValue>& before,
                           const std::vector<SourceValue>& after) {
    if (before == after) return;
    for (const SourceValue& value : before) {
        statements_.query(delete_value).with(value.name, as_stored(value.value), source_id).run();
    }
    for (const SourceValue& value : after) {
        statements_.query(insert_value).with(value.name, as_stored(value.value), source_id).run();
    }
}

void SourceValues::fill(const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
    constexpr std::uint64_t sources_between_looks = 1'024;
    statements_.query(delete_all_values).run();
    std::uint64_t total = 0, done = 0;
    if (progress) {
        db::Query count = statements_.query(count_metadata);
        count.step();
        total = count.count(0);
    }
    db::Query row = statements_.query(select_all_metadata);
    while (row.step()) {
        if (progress && done++ % sources_between_looks == 0) progress(done - 1, total);
        replace(row.integer(2), {}, source_values(row.bytes(0), row.bytes(1)));
    }
    statements_.query(upsert_rules).with(std::string_view(value_rules)).run();
}

std::optional<std::vector<std::int64_t>> SourceValues::found(const Lookup& lookup, std::size_t most) const {
    std::vector<std::int64_t> sources;
    for (const auto& [low, high] : lookup.ranges) {
        db::Query row = statements_.query(select_value_range);
        row.with(lookup.name, as_stored(low), as_stored(high));
        while (row.step()) {
            if (sources.size() >= most) return std::nullopt;
            sources.push_back(row.integer(0));
        }
    }
    std::sort(sources.begin(), sources.end());
    sources.erase(std::unique(sources.begin(), sources.end()), sources.end());
    return sources;
}

std::optional<std::vector<std::int64_t>> SourceValues::candidates(const ChunkFilter& filter) const {
    std::vector<Lookup> lookups;
    for (const MetadataTest& test : filter.metadata) {
        // The title is no metadata, or comes before it.
        if (test.path == "title" || test.path.size() > longest_name) continue;
        if (std::vector<ValueRange> ranges = ranges_of(test); !ranges.empty()) {
            lookups.push_back({test.path, std::move(ranges)});
        }
    }
    for (const std::string& tag : filter.tags) {
        const SourceValue::Value wanted = ascii_lower(tag);
        lookups.push_back({tags_name, {{wanted, wanted}, {LeftOut(), LeftOut()}}});
    }
    if (lookups.empty() || !complete()) return std::nullopt;
    db::Query largest = statements_.query(select_largest_source);
    largest.step();
    std::optional<std::vector<std::int64_t>> fewest;
    auto most = static_cast<std::size_t>(std::max(largest.integer(0) / scanned_share, never_scanned));
    for (const Lookup& lookup : lookups) {
        if (std::optional<std::vector<std::int64_t>> sources = found(lookup, most)) {
            most = sources->size();
            fewest = std::move(sources);
        }
    }
    return fewest;
}

std::vector<VerifyFinding> SourceValues::verify() const {
    if (!complete()) return {};
    std::vector<VerifyFinding> findings;
    std::uint64_t present = 0;
    db::Query row = statements_.query(select_all_metadata);
    while (row.step()) {
        const std::vector<SourceValue> values = source_values(row.bytes(0), row.bytes(1));
        std::uint64_t here = 0;
        for (const SourceValue& value : values) {
            db::Query has = statements_.query(select_has_value);
            if (has.with(value.name, as_stored(value.value), row.integer(2)).step()) ++here;
        }
        if (here != values.size()) {
            findings.push_back({row.text(3), fmt::format("{} of the {} values of its metadata are not in their index",
                                                         values.size() - here, values.size())});
        }
        present += here;
    }
    db::Query total = statements_.query(count_values);
    total.step();
    if (total.count(0) != present) {
        findings.push_back({"the index of values in metadata",
                            fmt::format("{} of its entries belong to no source", total.count(0) - present)});
    }
    return findings;
}

}  // namespace quarry::store
