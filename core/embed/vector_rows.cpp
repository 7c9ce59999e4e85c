// Vectors out of JSON, checked.
#include "core/embed/vector_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>
#include <span>

#include "core/base/base64.h"
#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/http/api_error.h"

namespace quarry::embed {
namespace {

using nlohmann::json;

static_assert(std::endian::native == std::endian::little, "base64 vectors are copied as they are");

std::vector<float> decode_base64_floats(std::string_view text) {
    while (text.ends_with('=')) text.remove_suffix(1);
    std::vector<std::uint8_t> bytes;
    bytes.reserve(text.size() * 3 / 4);
    std::uint32_t bits = 0;
    int held = 0;
    for (const char c : text) {
        const int digit = base64_digit(c);
        if (digit < 0) throw unusable_vectors("a vector is not base64");
        bits = (bits << 6) | static_cast<std::uint32_t>(digit);
        held += 6;
        if (held >= 8) {
            held -= 8;
            bytes.push_back(static_cast<std::uint8_t>(bits >> held));
        }
    }
    if (bytes.size() % sizeof(float) != 0) throw unusable_vectors("a base64 vector does not hold whole numbers");
    std::vector<float> values(bytes.size() / sizeof(float));
    if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
}

/// JSON has no NaN, but servers written in Python print it all the same.
bool says_nan(std::string_view body) {
    return body.find("NaN") != std::string_view::npos || body.find("Infinity") != std::string_view::npos;
}

json parse_answer(std::string_view body) {
    json parsed = parse_bounded_json(body);
    if (parsed.is_discarded()) {
        if (trim(body).starts_with('{') && says_nan(body)) {
            throw unusable_vectors("a vector holds a value that is not a finite number");
        }
        const std::string words = http::server_words(body);
        Error error = unusable_vectors("it is not JSON");
        if (words.empty()) throw error;
        throw std::move(error).because(fmt::format("it reports: {}", words));
    }
    if (!parsed.is_object()) throw unusable_vectors("it is not a JSON object");
    if (parsed.contains("error") && !parsed["error"].is_null()) {
        throw unusable_vectors(fmt::format("the server reports: {}", http::server_words(body)));
    }
    return parsed;
}

/// The place of an item: its "index", or where it stands when it has none.
std::size_t place_of(const json& item, std::size_t position, std::size_t count) {
    if (!item.is_object()) return position;
    const auto index = item.find("index");
    if (index == item.end()) return position;
    if (!index->is_number_unsigned() || index->get<std::uint64_t>() >= count) {
        throw unusable_vectors("an item's \"index\" is out of range");
    }
    return index->get<std::size_t>();
}

const json& vector_of(const json& item) {
    if (!item.is_object()) return item;
    for (const char* name : {"embedding", "values"}) {
        if (const auto found = item.find(name); found != item.end()) return *found;
    }
    throw unusable_vectors("an item has no \"embedding\"");
}

}  // namespace

Error unusable_vectors(std::string_view why) {
    return Error(ErrorCode::provider_failed, "the answer is not usable as embeddings",
                 "check embed.provider, embed.base_url and embed.model: the server must speak that provider's protocol")
        .because(std::string(why));
}

void scale_to_unit_length(std::span<float> row) {
    double squares = 0;
    for (const float value : row) {
        if (!std::isfinite(value)) throw unusable_vectors("a vector holds a value that is not a finite number");
        squares += static_cast<double>(value) * static_cast<double>(value);
    }
    if (squares == 0) throw unusable_vectors("a vector is all zeros");
    const double scale = 1.0 / std::sqrt(squares);
    for (float& value : row) value = static_cast<float>(static_cast<double>(value) * scale);
}

std::vector<float> read_vector(const json& vector) {
    if (vector.is_string()) return decode_base64_floats(vector.get_ref<const std::string&>());
    if (!vector.is_array()) throw unusable_vectors("a vector is neither an array of numbers nor base64");
    std::vector<float> values;
    values.reserve(vector.size());
    for (const json& value : vector) {
        if (!value.is_number()) throw unusable_vectors("a vector holds something that is not a number");
        values.push_back(value.get<float>());
    }
    return values;
}

VectorRows read_vector_rows(std::string_view answer, const char* place, std::size_t count, std::size_t dimensions) {
    const json parsed = parse_answer(answer);
    const json::json_pointer pointer(place);
    if (!parsed.contains(pointer) || !parsed.at(pointer).is_array()) {
        throw unusable_vectors(fmt::format("it has no array at {}", place));
    }
    const json& items = parsed.at(pointer);
    if (items.size() != count) {
        throw unusable_vectors(fmt::format("it has {} vectors for {} texts", items.size(), count));
    }
    VectorRows rows{dimensions, {}};
    std::vector<bool> seen(count);
    for (std::size_t position = 0; position < count; ++position) {
        const std::size_t at = place_of(items[position], position, count);
        if (seen[at]) throw unusable_vectors(fmt::format("it has two vectors for text {}", at));
        seen[at] = true;
        std::vector<float> row = read_vector(vector_of(items[position]));
        if (rows.dimensions == 0) rows.dimensions = row.size();
        if (row.empty() || row.size() != rows.dimensions) {
            throw unusable_vectors(
                fmt::format("a vector has {} dimensions where {} are expected", row.size(), rows.dimensions));
        }
        scale_to_unit_length(row);
        rows.values.resize(count * rows.dimensions);
        std::copy(row.begin(), row.end(), rows.values.begin() + static_cast<std::ptrdiff_t>(at * rows.dimensions));
    }
    return rows;
}

}  // namespace quarry::embed
