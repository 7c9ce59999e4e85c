#include "core/store/chunk_filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/store/metadata_value.h"

namespace quarry::store {
namespace {

using nlohmann::json;
using Operator = MetadataTest::Operator;

constexpr std::int64_t nanoseconds_of_second = 1'000'000'000;

/// The number that `count` digits from `at` on are.
std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
    if (at + count > text.size()) return std::nullopt;
    int value = 0;
    for (const char c : text.substr(at, count)) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

/// The number of two digits behind one of `signs` at `at`.
std::optional<int> digits_behind(std::string_view text, std::size_t at, std::string_view signs) {
    if (at >= text.size() || signs.find(text[at]) == std::string_view::npos) return std::nullopt;
    return digits(text, at + 1, 2);
}

/// Less than, equal to, or greater than 0, as `strcmp`.
int compare_values(const std::string& value, const std::string& wanted) {
    const std::optional<double> number = metadata_number(value);
    const std::optional<double> wanted_number = metadata_number(wanted);
    if (number && wanted_number) return *number < *wanted_number ? -1 : *number > *wanted_number ? 1 : 0;
    return value.compare(wanted);
}

bool passes(const std::string& value, const MetadataTest& test) {
    switch (test.comparison) {
        case Operator::exists: return true;
        case Operator::absent: return false;
        case Operator::equal: return compare_values(value, test.value) == 0;
        case Operator::not_equal: return compare_values(value, test.value) != 0;
        case Operator::less: return compare_values(value, test.value) < 0;
        case Operator::less_equal: return compare_values(value, test.value) <= 0;
        case Operator::greater: return compare_values(value, test.value) > 0;
        case Operator::greater_equal: return compare_values(value, test.value) >= 0;
        case Operator::contains: return contains_any_case(value, test.value);
    }
    return false;
}

/// The value at a path of names; null when there is none. A name with dots in it is found too.
const json* find_value(const json& object, std::string_view path) {
    if (!object.is_object()) return nullptr;
    const auto whole = object.find(std::string(path));
    if (whole != object.end()) return &*whole;
    const std::size_t dot = path.find('.');
    if (dot == std::string_view::npos) return nullptr;
    const auto first = object.find(std::string(path.substr(0, dot)));
    return first == object.end() ? nullptr : find_value(*first, path.substr(dot + 1));
}

bool passes(const json& value, const MetadataTest& test) {
    if (!value.is_array()) return passes(metadata_text(value), test);
    if (test.comparison == Operator::exists) return true;
    const auto one = [&](const json& element) { return passes(metadata_text(element), test); };
    // "not equal" means that no element is.
    return test.comparison == Operator::not_equal ? std::all_of(value.begin(), value.end(), one)
                                                  : std::any_of(value.begin(), value.end(), one);
}

/// The metadata of a source, parsed when it is first looked into.
class LazyMetadata {
public:
    explicit LazyMetadata(const FilteredSource& source) : source_(source) {}

    [[nodiscard]] const json* find(std::string_view path) {
        const json* found = find_value(parsed(given_, source_.metadata_json), path);
        return found != nullptr ? found : find_value(parsed(own_, source_.document_metadata_json), path);
    }

private:
    static const json& parsed(std::optional<json>& object, std::string_view text) {
        // Most have none.
        if (!object) object = text == "{}" ? json() : parse_bounded_json(text);
        return *object;
    }

    const FilteredSource& source_;
    std::optional<json> given_, own_;
};

bool has_tag(LazyMetadata& metadata, const std::string& wanted) {
    bool found = false;
    for (const char* name : tag_names) {
        const json* tags = metadata.find(name);
        if (tags == nullptr) continue;
        for_each_tag(*tags, [&](const std::string& tag) {
            found = tag == wanted;
            return !found;
        });
        if (found) break;
    }
    return found;
}

bool is_of_type(std::string_view media_type, std::string_view wanted) {
    if (wanted.ends_with("/*")) return media_type.starts_with(wanted.substr(0, wanted.size() - 1));
    return media_type == wanted;
}

std::int64_t date_of(const FilteredSource& source, LazyMetadata& metadata) {
    if (const json* date = metadata.find("date"); date != nullptr && date->is_string()) {
        if (const std::optional<std::int64_t> seconds = parse_date(date->get_ref<const std::string&>()))
            return *seconds;
    }
    return source.mtime_ns != 0 ? source.mtime_ns / nanoseconds_of_second : source.ingested_at;
}

bool passes(const MetadataTest& test, const FilteredSource& source, LazyMetadata& metadata) {
    if (test.path == "title" && !source.title.empty()) return passes(std::string(source.title), test);
    const json* value = metadata.find(test.path);
    const bool there = value != nullptr && !value->is_null();
    if (test.comparison == Operator::absent) return !there;
    if (!there) return test.comparison == Operator::not_equal;
    return passes(*value, test);
}

template <typename List, typename Value>
bool among(const List& list, const Value& value) {
    return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
}

/// "nan" and "inf" are read as numbers, which no other is less or more than, or which all are.
void refuse_no_number(std::string_view test, std::string_view value, Operator comparison) {
    const bool compares =
        comparison != Operator::contains && comparison != Operator::equal && comparison != Operator::not_equal;
    const std::optional<double> number = metadata_number(value);
    if (!compares || !number || std::isfinite(*number)) return;
    throw Error(ErrorCode::usage, fmt::format("\"{}\" does not compare with a number", test),
                "write a number, as in year>=2020, or a text, as in date<2024-05");
}

}  // namespace

bool ChunkFilter::empty() const noexcept {
    return !collections && paths.empty() && folder.empty() && kinds.empty() && media_types.empty() &&
           languages.empty() && !since && !until && metadata.empty() && tags.empty() && headings.empty();
}

bool SourceMatcher::holds_for_name(std::string_view uri) const {
    return (filter_.folder.empty() || is_below(uri, filter_.folder)) && paths_.matches(uri);
}

bool SourceMatcher::holds_for_collection(std::string_view collection) const {
    return !filter_.collections || std::ranges::find(*filter_.collections, collection) != filter_.collections->end();
}

FilteredSource filtered_source(const Source& source) {
    return {.uri = source.uri,
            .collection = source.collection,
            .kind = source.kind,
            .mtime_ns = source.stamp.mtime_ns,
            .ingested_at = source.ingested_at,
            .metadata_json = source.metadata_json,
            .title = source.title,
            .media_type = source.media_type,
            .language = source.language,
            .document_metadata_json = source.document_metadata_json};
}

bool SourceMatcher::holds(const FilteredSource& source) const {
    const ChunkFilter& filter = filter_;
    if (!holds_for_collection(source.collection) || !holds_for_name(source.uri)) return false;
    if (!among(filter.kinds, source.kind) || !among(filter.languages, source.language)) return false;
    if (!filter.media_types.empty() &&
        std::none_of(filter.media_types.begin(), filter.media_types.end(),
                     [&](const std::string& wanted) { return is_of_type(source.media_type, wanted); })) {
        return false;
    }
    LazyMetadata metadata(source);
    if (filter.since || filter.until) {
        const std::int64_t date = date_of(source, metadata);
        if ((filter.since && date < *filter.since) || (filter.until && date >= *filter.until)) return false;
    }
    return std::all_of(filter.metadata.begin(), filter.metadata.end(),
                       [&](const MetadataTest& test) { return passes(test, source, metadata); }) &&
           std::all_of(filter.tags.begin(), filter.tags.end(),
                       [&](const std::string& tag) { return has_tag(metadata, ascii_lower(tag)); });
}

bool contains_any_case(std::string_view text, std::string_view part) {
    return ascii_lower(text).find(ascii_lower(part)) != std::string::npos;
}

bool has_words_any_case(std::string_view text, std::string_view words) {
    const std::string lower = ascii_lower(text);
    const std::string wanted = ascii_lower(words);
    const std::vector<std::string_view> parts = split(wanted, ' ');
    return std::all_of(parts.begin(), parts.end(),
                       [&](std::string_view part) { return lower.find(trim(part)) != std::string::npos; });
}

bool holds_for_headings(const ChunkFilter& filter, const std::vector<std::string>& headings) {
    return std::all_of(filter.headings.begin(), filter.headings.end(), [&](const std::string& words) {
        return std::any_of(headings.begin(), headings.end(),
                           [&](const std::string& heading) { return has_words_any_case(heading, words); });
    });
}

std::optional<std::int64_t> parse_date(std::string_view text) {
    text = trim(text);
    const std::optional<int> year = digits(text, 0, 4);
    const std::optional<int> month = text.size() == 4 ? 1 : digits_behind(text, 4, "-");
    const std::optional<int> day = text.size() <= 7 ? 1 : digits_behind(text, 7, "-");
    if (!year || !month || !day) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok()) return std::nullopt;
    const std::int64_t seconds = std::chrono::sys_days(date).time_since_epoch().count() * std::int64_t{86'400};
    if (text.size() <= 10) return seconds;
    const std::optional<int> hour = digits_behind(text, 10, "T ");
    const int minute = digits_behind(text, 13, ":").value_or(0);
    const int second = digits_behind(text, 16, ":").value_or(0);
    if (!hour || *hour > 24 || minute > 59 || second > 60) return std::nullopt;
    return seconds + *hour * 3600 + minute * 60 + second;
}

MetadataTest parse_metadata_test(std::string_view text) {
    static constexpr std::array<std::pair<std::string_view, Operator>, 7> operators = {{
        // The longer ones first.
        {"!=", Operator::not_equal},
        {">=", Operator::greater_equal},
        {"<=", Operator::less_equal},
        {"=", Operator::equal},
        {">", Operator::greater},
        {"<", Operator::less},
        {"~", Operator::contains},
    }};
    const auto named = [&](std::string_view path) {
        if (!trim(path).empty()) return std::string(trim(path));
        throw Error(ErrorCode::usage, fmt::format("\"{}\" does not name a metadata field", text),
                    "write a name first, as in author=Ada, year>=2020, topic~locks, isbn, !isbn");
    };
    for (std::size_t at = 0; at < text.size(); ++at) {
        for (const auto& [sign, comparison] : operators) {
            if (!text.substr(at).starts_with(sign)) continue;
            const std::string_view value = trim(text.substr(at + sign.size()));
            refuse_no_number(text, value, comparison);
            return {named(text.substr(0, at)), comparison, std::string(value)};
        }
    }
    if (text.starts_with('!')) return {named(text.substr(1)), Operator::absent, {}};
    return {named(text), Operator::exists, {}};
}

}  // namespace quarry::store
